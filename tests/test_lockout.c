/* SPDX-License-Identifier: BSD-2-Clause */
/* What failures lead to: each rule as a short story of events with what must be seen in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "keyword.h"
#include "lockout.h"

#define MIN 60
#define HOUR 3600
#define YEAR (365 * DAY_S)
#define T0 INT64_C(1800000000)
#define EVENTS_MAX 24

static const struct lockout_rules usual = {
	.attempts = 5, .window_s = 15 * MIN, .duration_s = 15 * MIN, .max_duration_s = 4 * HOUR, .hard_limit = 50};

enum op { END, FAIL, REPEATED, SUCCEED, FREE, LOCKED, DISABLED, CLEAR, BURY };
enum place { SEAT, TERMINAL, HOME, OFFICE };
static const struct {
	enum login_side side;
	const char *name;
} places[] = {
	[SEAT] = {LOGIN_LOCAL, "seat0"},
	[TERMINAL] = {LOGIN_LOCAL, "tty"},
	[HOME] = {LOGIN_REMOTE, "192.0.2.1"},
	[OFFICE] = {LOGIN_REMOTE, "198.51.100.7"},
};

/* FAIL: counts (REPEATED: must not); n times, from at on, one second apart; tag 0 = none, else the tag of the first, which then goes up.
 * FREE, LOCKED, DISABLED: what the judge must say at that time; left: seconds, failures: n. */
struct event {
	enum op op;
	enum place place;
	int64_t at, left;
	uint32_t n;
	uint64_t tag;
	enum login_guess guess;
};

static const struct story {
	const char *name;
	int64_t attempts, hard_limit; /* 0 = the usual one, -1 = no rule */
	int64_t duration;             /* 0 = the usual one */
	bool spared;
	struct event events[EVENTS_MAX];
} stories[] = {
	{"nothing happened", .events = {{FREE, HOME, T0}}},
	{"four failures", .events = {{FAIL, HOME, T0, .n = 4}, {FREE, HOME, T0 + 4, .n = 4}}},
	{"the fifth locks for 15 min", .events = {{FAIL, HOME, T0, .n = 5},
						  {LOCKED, HOME, T0 + 4, 15 * MIN, 5},
						  {LOCKED, HOME, T0 + 4 + 15 * MIN - 1, 1, 5},
						  {FREE, HOME, T0 + 4 + 15 * MIN}}},
	{"another source is not locked", .events = {{FAIL, HOME, T0, .n = 5}, {FREE, OFFICE, T0 + 5}, {FREE, SEAT, T0 + 5}}},
	{"another factor is not locked", .events = {{FAIL, HOME, T0, .n = 5}, {FREE, HOME, T0 + 5, .guess = LOGIN_GUESS_CODE}}},
	{"codes are counted too", .events = {{FAIL, HOME, T0, .n = 5, .guess = LOGIN_GUESS_CODE},
					     {LOCKED, HOME, T0 + 4, 15 * MIN, 5, .guess = LOGIN_GUESS_CODE},
					     {FREE, HOME, T0 + 4}}},
	{"a failure counts for 15 min", .events = {{FAIL, HOME, T0, .n = 4},
						   {FREE, HOME, T0 + 15 * MIN, .n = 4},
						   {FREE, HOME, T0 + 15 * MIN + 1},
						   {FAIL, HOME, T0 + 15 * MIN + 1, .n = 4},
						   {FREE, HOME, T0 + 16 * MIN, .n = 4}}},
	{"a success forgets", .events = {{FAIL, HOME, T0, .n = 4},
					 {SUCCEED, HOME},
					 {FREE, HOME, T0 + 4},
					 {FAIL, HOME, T0 + 5, .n = 4},
					 {FREE, HOME, T0 + 9, .n = 4}}},
	{"a success elsewhere forgets nothing here",
	 .events = {{FAIL, HOME, T0, .n = 4}, {SUCCEED, SEAT}, {FAIL, HOME, T0 + 5, .n = 1}, {LOCKED, HOME, T0 + 5, 15 * MIN, 5}}},
	{"doubling up to 4 h", .events = {{FAIL, HOME, T0, .n = 5},
					  {LOCKED, HOME, T0 + 4, 15 * MIN, 5},
					  {FAIL, HOME, T0 + 1 * HOUR, .n = 5},
					  {LOCKED, HOME, T0 + 1 * HOUR + 4, 30 * MIN, 5},
					  {FAIL, HOME, T0 + 2 * HOUR, .n = 5},
					  {LOCKED, HOME, T0 + 2 * HOUR + 4, 1 * HOUR, 5},
					  {FAIL, HOME, T0 + 4 * HOUR, .n = 5},
					  {LOCKED, HOME, T0 + 4 * HOUR + 4, 2 * HOUR, 5},
					  {FAIL, HOME, T0 + 8 * HOUR, .n = 5},
					  {LOCKED, HOME, T0 + 8 * HOUR + 4, 4 * HOUR, 5},
					  {FAIL, HOME, T0 + 16 * HOUR, .n = 5},
					  {LOCKED, HOME, T0 + 16 * HOUR + 4, 4 * HOUR, 5}}},
	{"after a success the first lock is 15 min again", .events = {{FAIL, HOME, T0, .n = 5},
								      {FAIL, HOME, T0 + HOUR, .n = 5},
								      {SUCCEED, HOME},
								      {FAIL, HOME, T0 + 2 * HOUR, .n = 5},
								      {LOCKED, HOME, T0 + 2 * HOUR + 4, 15 * MIN, 5}}},
	{"after a lock five more are needed", .events = {{FAIL, HOME, T0, .n = 5},
							 {FAIL, HOME, T0 + 15 * MIN + 5, .n = 4},
							 {FREE, HOME, T0 + 16 * MIN, .n = 4},
							 {FAIL, HOME, T0 + 16 * MIN, .n = 1},
							 {LOCKED, HOME, T0 + 16 * MIN, 30 * MIN, 5}}},
	{"also when the lock is shorter than the window", .duration = MIN,
	 .events = {{FAIL, HOME, T0, .n = 5},
		    {LOCKED, HOME, T0 + 4, MIN, 5},
		    {FAIL, HOME, T0 + 70, .n = 4},
		    {FREE, HOME, T0 + 74, .n = 4},
		    {FAIL, HOME, T0 + 75, .n = 1},
		    {LOCKED, HOME, T0 + 75, 2 * MIN, 5}}},
	{"tries that end in the lock do not lengthen it", .events = {{FAIL, HOME, T0, .n = 5},
								     {FAIL, HOME, T0 + 10 * MIN, .n = 9},
								     {LOCKED, HOME, T0 + 10 * MIN + 9, 5 * MIN - 5, 5},
								     {FREE, HOME, T0 + 16 * MIN}}},
	{"the same wrong password counts once",
	 .events = {{FAIL, HOME, T0, .n = 1, .tag = 7}, {REPEATED, HOME, T0 + 1, .n = 49, .tag = 7}, {FREE, HOME, T0 + 60, .n = 1}}},
	{"also after days", .events = {{FAIL, HOME, T0, .n = 1, .tag = 7}, {REPEATED, HOME, T0 + 9 * DAY_S, .n = 1, .tag = 7}}},
	{"four saved passwords in turn count four times", .events = {{FAIL, HOME, T0, .n = 4, .tag = 7},
								     {REPEATED, HOME, T0 + 4, .n = 1, .tag = 7},
								     {REPEATED, HOME, T0 + 5, .n = 1, .tag = 10},
								     {FREE, HOME, T0 + 9, .n = 4}}},
	{"no tag always counts", .events = {{FAIL, HOME, T0, .n = 5}, {LOCKED, HOME, T0 + 4, 15 * MIN, 5}}},
	{"five passwords in turn lock", .events = {{FAIL, HOME, T0, .n = 5, .tag = 7}, {LOCKED, HOME, T0 + 4, 15 * MIN, 5}}},
	{"hard limit of the side", .attempts = -1,
	 .events = {{FAIL, HOME, T0, .n = 25},
		    {FAIL, OFFICE, T0, .n = 24},
		    {FREE, HOME, T0 + DAY_S},
		    {FAIL, OFFICE, T0 + HOUR, .n = 1},
		    {DISABLED, HOME, T0 + YEAR},
		    {DISABLED, OFFICE, T0 + YEAR},
		    {FREE, SEAT, T0 + DAY_S},
		    {FREE, HOME, T0 + DAY_S, .guess = LOGIN_GUESS_CODE}}},
	{"hard limit is for failures in a row", .attempts = -1,
	 .events = {{FAIL, HOME, T0, .n = 49}, {SUCCEED, OFFICE}, {FAIL, HOME, T0 + HOUR, .n = 49}, {FREE, HOME, T0 + DAY_S}}},
	{"a local success leaves the remote limit", .attempts = -1,
	 .events = {{FAIL, HOME, T0, .n = 50}, {SUCCEED, SEAT}, {DISABLED, HOME, T0 + DAY_S}}},
	{"an administrator ends everything", .events = {{FAIL, HOME, T0, .n = 50},
							{FAIL, SEAT, T0, .n = 5},
							{CLEAR},
							{FREE, HOME, T0 + 50},
							{FREE, SEAT, T0 + 5},
							{FAIL, SEAT, T0 + 60, .n = 5},
							{LOCKED, SEAT, T0 + 64, 15 * MIN, 5}}},
	{"hard limit at the console", .attempts = -1,
	 .events = {{FAIL, SEAT, T0, .n = 50}, {DISABLED, SEAT, T0 + DAY_S}, {FREE, HOME, T0 + DAY_S}}},
	{"root and break-glass are spared it there", .attempts = -1, .spared = true,
	 .events = {{FAIL, SEAT, T0, .n = 99}, {FREE, SEAT, T0 + DAY_S}, {FAIL, HOME, T0, .n = 50}, {DISABLED, HOME, T0 + DAY_S}}},
	{"no hard limit", .attempts = -1, .hard_limit = -1, .events = {{FAIL, HOME, T0, .n = 5000}, {FREE, HOME, T0 + DAY_S}}},
	{"no rule for attempts ends a lock", .attempts = 5, .events = {{FAIL, HOME, T0, .n = 5}, {LOCKED, HOME, T0 + 4, 15 * MIN, 5}}},
	/* clocks */
	{"a clock one hour back", .events = {{FAIL, HOME, T0, .n = 5}, {LOCKED, HOME, T0 + 4 - HOUR, HOUR + 15 * MIN, 5}}},
	{"a clock one year back", .events = {{FAIL, HOME, T0, .n = 5},
					     {LOCKED, HOME, T0 - YEAR, 4 * HOUR, 5},
					     {BURY, .at = T0 - YEAR},
					     {LOCKED, HOME, T0 - YEAR + 4 * HOUR - 1, 1, 5},
					     {FREE, HOME, T0 - YEAR + 4 * HOUR, .n = 5}}},
	{"a clock one year back and forth", .events = {{FAIL, HOME, T0, .n = 5},
						       {BURY, .at = T0 - YEAR},
						       {LOCKED, HOME, T0 - YEAR, 4 * HOUR, 5},
						       {BURY, .at = T0 + 4 + MIN},
						       {LOCKED, HOME, T0 + 4 + MIN, 14 * MIN, 5}}},
	{"a clock one year forth and back", .events = {{FAIL, HOME, T0, .n = 5},
						       {BURY, .at = T0 + YEAR},
						       {FREE, HOME, T0 + YEAR},
						       {FAIL, HOME, T0 + YEAR, .n = 2},
						       {BURY, .at = T0 + MIN + 4},
						       {LOCKED, HOME, T0 + MIN + 4, 14 * MIN, 2}}},
	{"failures stay when the clock goes back", .events = {{FAIL, HOME, T0, .n = 4},
							      {BURY, .at = T0 - YEAR},
							      {FAIL, HOME, T0 - YEAR, .n = 1},
							      {LOCKED, HOME, T0 - YEAR, 15 * MIN, 5}}},
	{"a lock from a wrong future is served once", .events = {{FAIL, HOME, T0 + 70 * YEAR, .n = 5},
								 {BURY, .at = T0},
								 {LOCKED, HOME, T0, 4 * HOUR, 5},
								 {FREE, HOME, T0 + 4 * HOUR, .n = 5},
								 {FAIL, HOME, T0 + 5 * HOUR, .n = 4},
								 {FREE, HOME, T0 + 5 * HOUR + 4, .n = 4},
								 {FAIL, HOME, T0 + 5 * HOUR + 5, .n = 1},
								 {LOCKED, HOME, T0 + 5 * HOUR + 5, 30 * MIN, 5}}},
	{"the epoch",
	 .events = {{FAIL, HOME, 0, .n = 4}, {FREE, HOME, 4, .n = 4}, {FAIL, HOME, 5, .n = 1}, {LOCKED, HOME, 5, 15 * MIN, 5}}},
	{"before the epoch", .events = {{FAIL, HOME, -100, .n = 5}, {LOCKED, HOME, 1, 15 * MIN, 5}}},
};

static struct lockout_rules rules_of(const struct story *story)
{
	struct lockout_rules rules = usual;

	rules.attempts = story->attempts == 0 ? rules.attempts : story->attempts > 0 ? story->attempts : 0;
	rules.hard_limit = story->hard_limit == 0 ? rules.hard_limit : 0;
	rules.duration_s = story->duration == 0 ? rules.duration_s : story->duration;
	rules.spares_local = story->spared;
	return rules;
}

static bool never_alive(const struct login_process *process, void *unused)
{
	(void)process;
	(void)unused;
	return false;
}

static void tell_failures(const struct story *story, const struct event *e, struct login_state *s, const struct login_source *source)
{
	struct lockout_rules rules = rules_of(story);

	for (uint32_t i = 0; i < e->n; i++) {
		uint64_t tag = e->tag == 0 ? 0 : e->op == REPEATED ? e->tag : e->tag + i;

		if (lockout_fail(s, &rules, source, e->guess, tag, e->at + i) != (e->op == FAIL))
			fail_msg("%s: failure %u %s", story->name, i, e->op == FAIL ? "does not count" : "counts again");
	}
}

static void ask(const struct story *story, const struct event *e, const struct login_state *s, const struct login_source *source,
		size_t number)
{
	static const enum lockout_kind kinds[] = {[FREE] = LOCKOUT_NONE, [LOCKED] = LOCKOUT_FOR_A_TIME, [DISABLED] = LOCKOUT_DISABLED};
	struct lockout_rules rules = rules_of(story);
	struct lockout found = lockout_judge(s, &rules, source, e->guess, e->at);

	if (found.kind != kinds[e->op] || found.left_s != e->left || (e->op != DISABLED && rules.attempts > 0 && found.failures != e->n))
		fail_msg("%s: event %zu: kind %d, %ld s left, %u failures", story->name, number, found.kind, (long)found.left_s,
			 found.failures);
}

static void tell(const struct story *story)
{
	struct lockout_rules rules = rules_of(story);
	unsigned char slot[LOGIN_SLOT_BYTES];
	struct login_source source;
	struct login_state s;

	login_state_init(&s, 1000);
	for (const struct event *e = story->events; e->op != END; e++) {
		login_source_make(places[e->place].side, places[e->place].name, places[e->place].name, &source);
		if (e->op == FAIL || e->op == REPEATED)
			tell_failures(story, e, &s, &source);
		else if (e->op == SUCCEED)
			(void)lockout_succeed(&s, &source, e->guess);
		else if (e->op == CLEAR)
			lockout_clear(&s);
		else if (e->op == BURY)
			(void)lockout_bury(&s, &rules, never_alive, NULL, e->at);
		else
			ask(story, e, &s, &source, (size_t)(e - story->events));
		assert_int_equal(login_state_encode(&s, slot), 0); /* what may not be written must not come out */
	}
}

static void tells_all_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
		tell(&stories[i]);
}

static void rules_come_from_the_policy(void **state)
{
	struct settings settings = {.lockout_attempts = 1,
				    .lockout_window = 2,
				    .lockout_duration = 3,
				    .lockout_max_duration = 4,
				    .lockout_hard_limit = 5,
				    .lockout_root_attempts = 6,
				    .lockout_root_duration = 7,
				    .lockout_root_max_duration = 8};
	struct lockout_rules r;

	(void)state;
	lockout_rules_of(&settings, 1000, false, &r);
	assert_true(r.attempts == 1 && r.window_s == 2 && r.duration_s == 3 && r.max_duration_s == 4 && r.hard_limit == 5 &&
		    !r.spares_local);
	lockout_rules_of(&settings, 1000, true, &r);
	assert_true(r.attempts == 1 && r.spares_local);
	lockout_rules_of(&settings, 0, false, &r);
	assert_true(r.attempts == 6 && r.window_s == 2 && r.duration_s == 7 && r.max_duration_s == 8 && r.hard_limit == 5 &&
		    r.spares_local);
}

/* A shorter max_duration holds for locks that began under a longer one; no rule ends them. */
static void a_milder_policy_holds_at_once(void **state)
{
	struct lockout_rules strict = usual, mild = usual;
	struct login_source home;
	struct login_state s;

	(void)state;
	strict.duration_s = strict.max_duration_s = 4 * HOUR;
	mild.max_duration_s = 10 * MIN;
	login_source_make(LOGIN_REMOTE, "192.0.2.1", NULL, &home);
	login_state_init(&s, 1000);
	for (int i = 0; i < 5; i++)
		assert_true(lockout_fail(&s, &strict, &home, LOGIN_GUESS_PASSWORD, 0, T0));
	assert_true(lockout_judge(&s, &strict, &home, LOGIN_GUESS_PASSWORD, T0).left_s == 4 * HOUR);
	assert_true(lockout_judge(&s, &mild, &home, LOGIN_GUESS_PASSWORD, T0 + MIN).left_s == 9 * MIN);
	assert_int_equal(lockout_judge(&s, &mild, &home, LOGIN_GUESS_PASSWORD, T0 + 10 * MIN).kind, LOCKOUT_NONE);
	mild.attempts = 0;
	assert_int_equal(lockout_judge(&s, &mild, &home, LOGIN_GUESS_PASSWORD, T0).kind, LOCKOUT_NONE);
}

/* --- floods --- */

static void flood_source(size_t number, struct login_source *ret_source)
{
	char address[64];

	(void)snprintf(address, sizeof address, "2001:db8:%zx:%zx::1", number / 0xffff, number % 0xffff);
	login_source_make(LOGIN_REMOTE, address, NULL, ret_source);
}

/* Ten thousand networks, each until it is locked. */
static void a_flood_of_sources_costs_the_owner_nothing(void **state)
{
	struct lockout_rules rules = usual;
	struct login_source seat, terminal, first, other;
	struct login_state s;

	(void)state;
	login_source_make(LOGIN_LOCAL, NULL, "seat0", &seat);
	login_source_make(LOGIN_LOCAL, NULL, "tty", &terminal);
	flood_source(0, &first);
	login_state_init(&s, 1000);
	for (int i = 0; i < 3; i++)
		assert_true(lockout_fail(&s, &rules, &seat, LOGIN_GUESS_PASSWORD, 0, T0));
	for (int i = 0; i < 5; i++)
		assert_true(lockout_fail(&s, &rules, &terminal, LOGIN_GUESS_CODE, 0, T0));
	for (size_t i = 0; i < 10000; i++) {
		flood_source(i, &other);
		for (int j = 0; j < 10; j++)
			(void)lockout_fail(&s, &rules, &other, j % 2 == 0 ? LOGIN_GUESS_PASSWORD : LOGIN_GUESS_CODE, 0, T0 + 1);
		(void)lockout_fail(&s, &rules, &first, LOGIN_GUESS_PASSWORD, 0, T0 + 1);
	}
	/* local: neither locked nor forgotten, and there is room for more */
	assert_int_equal(lockout_judge(&s, &rules, &seat, LOGIN_GUESS_PASSWORD, T0 + 2).failures, 3);
	assert_int_equal(lockout_judge(&s, &rules, &terminal, LOGIN_GUESS_CODE, T0 + 2).kind, LOCKOUT_FOR_A_TIME);
	assert_int_equal(lockout_judge(&s, &rules, &terminal, LOGIN_GUESS_PASSWORD, T0 + 2).kind, LOCKOUT_NONE);
	for (int i = 0; i < 2; i++)
		assert_true(lockout_fail(&s, &rules, &seat, LOGIN_GUESS_PASSWORD, 0, T0 + 2));
	assert_int_equal(lockout_judge(&s, &rules, &seat, LOGIN_GUESS_PASSWORD, T0 + 2).kind, LOCKOUT_FOR_A_TIME);
	/* remote: disabled as a whole, and without that rule still locked */
	assert_int_equal(lockout_judge(&s, &rules, &first, LOGIN_GUESS_PASSWORD, T0 + 2).kind, LOCKOUT_DISABLED);
	rules.hard_limit = 0;
	assert_int_equal(lockout_judge(&s, &rules, &first, LOGIN_GUESS_PASSWORD, T0 + 2).kind, LOCKOUT_FOR_A_TIME);
	flood_source(10001, &other);
	assert_int_equal(lockout_judge(&s, &rules, &other, LOGIN_GUESS_PASSWORD, T0 + 2).kind, LOCKOUT_FOR_A_TIME);
	assert_int_equal(lockout_judge(&s, &rules, &other, LOGIN_GUESS_PASSWORD, T0 + DAY_S).kind, LOCKOUT_NONE);
}

/* What is locked stays locked however many others come with one failure each. */
static void the_oldest_unlocked_counter_gives_way(void **state)
{
	struct lockout_rules rules = usual;
	struct login_source locked, two, other;
	struct login_state s;

	(void)state;
	rules.hard_limit = 0;
	flood_source(70000, &locked);
	flood_source(70001, &two);
	login_state_init(&s, 1000);
	for (int i = 0; i < 5; i++)
		(void)lockout_fail(&s, &rules, &locked, LOGIN_GUESS_PASSWORD, 0, T0);
	for (size_t i = 0; i < 10; i++) {
		flood_source(i, &other);
		(void)lockout_fail(&s, &rules, &other, LOGIN_GUESS_PASSWORD, 0, T0 + 1 + (int64_t)i);
	}
	for (int i = 0; i < 2; i++)
		(void)lockout_fail(&s, &rules, &two, LOGIN_GUESS_PASSWORD, 0, T0 + 20);
	for (size_t i = 100; i < 110; i++) {
		flood_source(i, &other);
		(void)lockout_fail(&s, &rules, &other, LOGIN_GUESS_PASSWORD, 0, T0 + 30);
	}
	assert_int_equal(lockout_judge(&s, &rules, &two, LOGIN_GUESS_PASSWORD, T0 + 31).failures, 2); /* younger than the ten */
	flood_source(200, &other);
	(void)lockout_fail(&s, &rules, &other, LOGIN_GUESS_PASSWORD, 0, T0 + 31);
	assert_int_equal(lockout_judge(&s, &rules, &two, LOGIN_GUESS_PASSWORD, T0 + 31).failures, 0);
	assert_int_equal(lockout_judge(&s, &rules, &locked, LOGIN_GUESS_PASSWORD, T0 + 31).kind, LOCKOUT_FOR_A_TIME);
	assert_true(lockout_judge(&s, &rules, &locked, LOGIN_GUESS_PASSWORD, T0 + 31).left_s == 15 * MIN - 31);
}

/* A state whose counters are all one side's cannot come from us; it must harm nobody. */
static void a_foreign_state_does_no_harm(void **state)
{
	struct lockout_rules rules = usual;
	struct login_source seat;
	struct login_state s;

	(void)state;
	login_state_init(&s, 1000);
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++) {
		s.counters[i] = (struct login_counter){.failures = 5, .window_from_s = T0, .last_s = T0, .locked_until_s = T0 + HOUR};
		flood_source(i, &s.counters[i].source);
	}
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++) {
		s.tries[i] = (struct login_try){.pid = (pid_t)(i + 2), .since_ticks = 1};
		flood_source(i, &s.tries[i].source);
	}
	login_source_make(LOGIN_LOCAL, NULL, "seat0", &seat);
	for (int i = 0; i < 5; i++)
		assert_true(lockout_fail(&s, &rules, &seat, LOGIN_GUESS_PASSWORD, 0, T0));
	assert_int_equal(lockout_reserve(&s, &rules, &(struct login_process){.pid = 1}, &seat, T0), -EBUSY);
}

/* --- tries --- */

static bool is_even(const struct login_process *process, void *context)
{
	(*(int *)context)++;
	return process->pid % 2 == 0;
}

static struct login_process process_of(pid_t pid)
{
	return (struct login_process){.pid = pid, .since_ticks = pid * 10, .boot_id = {1}};
}

static int reserve(struct login_state *s, pid_t pid, const struct login_source *source)
{
	struct login_process process = process_of(pid);

	return lockout_reserve(s, &usual, &process, source, T0);
}

/* By the compiled defaults, whoever of the three sides guesses: one after the other, or as many at once as may be. */
static void at_most_a_hundred_guesses_in_a_row(void **state)
{
	struct policy policy;
	struct settings settings;
	struct lockout_rules defaults;
	struct login_state s;
	int guesses[2] = {0};

	(void)state;
	policy_defaults(&policy);
	policy_resolve(&policy, NULL, &settings);
	lockout_rules_of(&settings, 1000, false, &defaults);
	defaults.attempts = 0;
	for (int at_once = 0; at_once < 2; at_once++) {
		login_state_init(&s, 1000);
		for (int i = 0; i < 200 * LOGIN_SIDE_MAX; i++) {
			struct login_source source;
			struct login_process process = process_of(i + 1);

			login_source_make((enum login_side)(i % LOGIN_SIDE_MAX), NULL, NULL, &source);
			source.key[0] = (uint8_t)(i / LOGIN_SIDE_MAX); /* each from a place of its own */
			if (lockout_judge(&s, &defaults, &source, LOGIN_GUESS_PASSWORD, T0).kind == LOCKOUT_DISABLED ||
			    lockout_reserve(&s, &defaults, &process, &source, T0) < 0)
				continue;
			guesses[at_once]++;
			if (at_once == 0) {
				assert_true(lockout_fail(&s, &defaults, &source, LOGIN_GUESS_PASSWORD, 0, T0));
				assert_true(lockout_release(&s, &process));
			}
		}
	}
	assert_int_equal(guesses[0], 99);
	assert_in_range(guesses[1], 20, 100);
}

/* Those that are under way count as failures to come; a spared side has no limit. */
static void tries_stop_at_the_hard_limit(void **state)
{
	struct lockout_rules three = usual;
	struct login_source home, seat;
	struct login_state s;

	(void)state;
	three.hard_limit = 3;
	login_source_make(LOGIN_REMOTE, "192.0.2.1", NULL, &home);
	login_source_make(LOGIN_LOCAL, NULL, "seat0", &seat);
	login_state_init(&s, 1000);
	assert_true(lockout_fail(&s, &three, &home, LOGIN_GUESS_PASSWORD, 0, T0));
	for (pid_t pid = 1; pid <= 3; pid++) {
		struct login_process process = process_of(pid);

		assert_int_equal(lockout_reserve(&s, &three, &process, &home, T0), pid <= 2 ? 0 : -EBUSY);
	}
	three.spares_local = true;
	for (pid_t pid = 11; pid <= 15; pid++) {
		struct login_process process = process_of(pid);

		assert_int_equal(lockout_reserve(&s, &three, &process, &seat, T0), 0);
	}
}

static void dead_tries_are_failures(void **state)
{
	struct lockout_rules rules = usual;
	struct login_source home, seat;
	struct login_state s;
	int asked = 0;

	(void)state;
	login_source_make(LOGIN_REMOTE, "192.0.2.1", NULL, &home);
	login_source_make(LOGIN_LOCAL, NULL, "seat0", &seat);
	login_state_init(&s, 1000);
	assert_false(lockout_bury(&s, &rules, is_even, &asked, T0));
	for (pid_t pid = 1; pid <= 9; pid++)
		assert_int_equal(reserve(&s, pid, &home), 0);
	assert_int_equal(reserve(&s, 21, &seat), 0);
	assert_int_equal(lockout_judge(&s, &rules, &home, LOGIN_GUESS_PASSWORD, T0).failures, 0); /* live ones never count */
	assert_true(lockout_bury(&s, &rules, is_even, &asked, T0));
	assert_int_equal(asked, 10);
	assert_int_equal(lockout_judge(&s, &rules, &home, LOGIN_GUESS_PASSWORD, T0).failures, 5);
	assert_int_equal(lockout_judge(&s, &rules, &home, LOGIN_GUESS_PASSWORD, T0).kind, LOCKOUT_FOR_A_TIME);
	assert_int_equal(lockout_judge(&s, &rules, &seat, LOGIN_GUESS_PASSWORD, T0).failures, 1);
	assert_false(lockout_bury(&s, &rules, is_even, &asked, T0)); /* once */
	assert_int_equal(asked, 14);
}

static void only_the_same_process_releases(void **state)
{
	struct login_process self = process_of(5), same_pid = process_of(5), other_boot = process_of(5);
	struct login_source home;
	struct login_state s;

	(void)state;
	same_pid.since_ticks++;
	other_boot.boot_id[0]++;
	login_source_make(LOGIN_REMOTE, "192.0.2.1", NULL, &home);
	login_state_init(&s, 1000);
	assert_int_equal(lockout_reserve(&s, &usual, &self, &home, T0), 0);
	assert_int_equal(lockout_reserve(&s, &usual, &same_pid, &home, T0), 0);
	assert_int_equal(lockout_reserve(&s, &usual, &self, &home, T0), 0); /* replaced, not doubled */
	assert_false(lockout_release(&s, &same_pid));
	assert_false(lockout_release(&s, &other_boot));
	assert_true(lockout_release(&s, &self));
	assert_false(lockout_release(&s, &self));
}

/* Fifty logins at once with the right password: never more than LOCKOUT_LIVE_MAX at a time, none of them ever counts. */
static void parallel_right_logins_never_lock(void **state)
{
	struct lockout_rules rules = usual;
	struct login_source home;
	struct login_state s;
	int asked = 0, let_in = 0;

	(void)state;
	login_source_make(LOGIN_REMOTE, "192.0.2.1", NULL, &home);
	login_state_init(&s, 1000);
	for (pid_t pid = 2; pid <= 100; pid += 2) {
		if (reserve(&s, pid, &home) == -EBUSY) {
			for (pid_t done = pid - 20; done < pid; done += 2) {
				struct login_process process = process_of(done);

				assert_true(lockout_release(&s, &process));
				(void)lockout_succeed(&s, &home, LOGIN_GUESS_PASSWORD);
				let_in++;
			}
			assert_int_equal(reserve(&s, pid, &home), 0);
		}
		(void)lockout_bury(&s, &rules, is_even, &asked, T0);
		assert_int_equal(lockout_judge(&s, &rules, &home, LOGIN_GUESS_PASSWORD, T0).kind, LOCKOUT_NONE);
	}
	assert_int_equal(let_in, 40);
	assert_int_equal(lockout_judge(&s, &rules, &home, LOGIN_GUESS_PASSWORD, T0).failures, 0);
}

static void remote_tries_leave_room_for_local_ones(void **state)
{
	struct login_source seat, terminal, other;
	struct login_state s;
	pid_t pid = 1;
	int taken = 0;

	(void)state;
	login_source_make(LOGIN_LOCAL, NULL, "seat0", &seat);
	login_source_make(LOGIN_LOCAL, NULL, "tty", &terminal);
	login_state_init(&s, 1000);
	for (size_t i = 0; i < 1000; i++) {
		flood_source(i, &other);
		taken += reserve(&s, pid++, &other) == 0;
	}
	assert_int_equal(taken, 40);
	for (int i = 0; i < LOCKOUT_LIVE_MAX; i++)
		assert_int_equal(reserve(&s, pid++, &seat), 0);
	assert_int_equal(reserve(&s, pid++, &terminal), 0);
	assert_int_equal(reserve(&s, pid++, &seat), -EBUSY);
}

/* Any number of people of this computer who step into the account, each until he is locked or holds all tries that he may. */
static void askers_cost_the_owner_nothing(void **state)
{
	static const enum login_side SIDES[] = {LOGIN_LOCAL, LOGIN_REMOTE};
	struct lockout_rules rules = usual;
	struct login_source asker, owner, other;
	struct login_state s;
	pid_t pid = 1;

	(void)state;
	login_state_init(&s, 1000);
	for (int uid = 1001; uid < 1101; uid++) {
		char name[32];

		(void)snprintf(name, sizeof name, "asked by %d", uid);
		login_source_make(LOGIN_ASKED, "", name, &asker);
		for (int i = 0; i < 10; i++)
			(void)lockout_fail(&s, &rules, &asker, i % 2 == 0 ? LOGIN_GUESS_PASSWORD : LOGIN_GUESS_CODE, 0, T0);
		for (int i = 0; i < LOCKOUT_LIVE_MAX; i++)
			(void)reserve(&s, pid++, &asker);
	}
	for (size_t i = 0; i < 2; i++) {
		login_source_make(SIDES[i], "192.0.2.1", "seat0", &owner);
		for (int guess = 0; guess < LOGIN_GUESS_MAX; guess++)
			assert_int_equal(lockout_judge(&s, &rules, &owner, (enum login_guess)guess, T0 + 1).kind, LOCKOUT_NONE);
		for (int j = 0; j < LOCKOUT_LIVE_MAX; j++)
			assert_int_equal(reserve(&s, pid++, &owner), 0);
		for (int j = 0; j < 5; j++)
			assert_true(lockout_fail(&s, &rules, &owner, LOGIN_GUESS_PASSWORD, 0, T0 + 1));
		assert_int_equal(lockout_judge(&s, &rules, &owner, LOGIN_GUESS_PASSWORD, T0 + 1).kind, LOCKOUT_FOR_A_TIME);
	}
	/* They themselves are out, whoever comes next too, and the owner's success does not help them. */
	login_source_make(LOGIN_ASKED, "", "asked by 2000", &other);
	(void)lockout_succeed(&s, &owner, LOGIN_GUESS_PASSWORD);
	assert_int_equal(lockout_judge(&s, &rules, &other, LOGIN_GUESS_PASSWORD, T0 + 1).kind, LOCKOUT_DISABLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_all_stories),
		cmocka_unit_test(rules_come_from_the_policy),
		cmocka_unit_test(a_milder_policy_holds_at_once),
		cmocka_unit_test(a_flood_of_sources_costs_the_owner_nothing),
		cmocka_unit_test(the_oldest_unlocked_counter_gives_way),
		cmocka_unit_test(a_foreign_state_does_no_harm),
		cmocka_unit_test(at_most_a_hundred_guesses_in_a_row),
		cmocka_unit_test(tries_stop_at_the_hard_limit),
		cmocka_unit_test(dead_tries_are_failures),
		cmocka_unit_test(only_the_same_process_releases),
		cmocka_unit_test(parallel_right_logins_never_lock),
		cmocka_unit_test(remote_tries_leave_room_for_local_ones),
		cmocka_unit_test(askers_cost_the_owner_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
