/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/lock_record.c: one record of each kind, word for word, made by real steps of a lock. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "lock_record.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MS INT64_C(1000000)
#define S (1000 * MS)

static const struct lock_config CONFIG = {
	.enforce = true, .after_ns = 300 * S, .rung_count = 2, .rungs = {LOCK_RUNG_DESKTOP, LOCK_RUNG_LOCKER}, .rung_ns = {2 * S, 3 * S}};
static const struct lock_config OBSERVE = {.enforce = false, .after_ns = 300 * S};

/* A story of a lock, and what each of its records says. at_ms counts from the start, which is 1000 s. */
static const struct row {
	const char *name;
	int64_t at_ms;
	struct lock_event event;
	enum lock_action action;
	enum record_verdict verdict;
	const char *clause, *reasons[3], *detail;
	const char *lacks, *holder, *inhibitor;
	const struct lock_config *config;
} STORY[] = {
	{.name = "asked", .at_ms = 300012, .event = {.kind = LOCK_EVENT_TIME}, .action = LOCK_DO_RECORD_ASKED, .verdict = RECORD_NOTED, .clause = "LK-1",
	 .reasons = {"asked", "idle"}, .inhibitor = "vlc: plays\n",
	 .detail = "Session c2 on seat0 is to be locked although a program forbids it: vlc: plays\\x0a (why: idle, last input 1000.000, deadline 1300.000, asked 1300.012, now 1300.012)"},
	{.name = "rung failed", .at_ms = 300020, .event = {.kind = LOCK_EVENT_RUNG_FAILED}, .action = LOCK_DO_RECORD_RUNG, .verdict = RECORD_WARNED,
	 .clause = "LK-1", .reasons = {"rung-failed", "idle", "desktop"}, .lacks = "the keyboard is not grabbed",
	 .detail = "Session c2 on seat0 was not locked by desktop after 8 ms: the keyboard is not grabbed (why: idle, last input 1000.000, deadline "
		   "1300.000, asked 1300.012, now 1300.020)"},
	{.name = "proven", .at_ms = 300057, .event = {.kind = LOCK_EVENT_PROVEN, .strength = LOCK_STRENGTH_STRONG}, .action = LOCK_DO_RECORD_PROVEN,
	 .verdict = RECORD_NOTED, .clause = "LK-1", .reasons = {"proven", "idle", "strong"}, .holder = "idlelock-xsecurelock@c2.service",
	 .detail = "Session c2 on seat0 is locked, proven after 45 ms, strong, held by idlelock-xsecurelock@c2.service (why: idle, last input 1000.000, "
		   "deadline 1300.000, asked 1300.012, first proven 1300.057, now 1300.057)"},
	{.name = "lost", .at_ms = 310000, .event = {.kind = LOCK_EVENT_LOCKER_GONE}, .action = LOCK_DO_RECORD_LOST, .verdict = RECORD_WARNED,
	 .clause = "LK-1", .reasons = {"lost", "idle"},
	 .detail = "Session c2 on seat0 lost the proof of its lock (why: idle, last input 1000.000, deadline 1300.000, asked 1300.012, first proven "
		   "1300.057, now 1310.000)"},
	{.name = "proven again", .at_ms = 310030, .event = {.kind = LOCK_EVENT_PROVEN, .strength = LOCK_STRENGTH_WEAK}, .action = LOCK_DO_RECORD_PROVEN,
	 .verdict = RECORD_NOTED, .clause = "LK-1", .reasons = {"proven", "idle", "weak"},
	 .detail = "Session c2 on seat0 is locked, proven after 30 ms, again, weak (why: idle, last input 1000.000, deadline 1300.000, asked 1300.012, "
		   "first proven 1300.057, last proven 1310.030, now 1310.030)"},
	{.name = "opened", .at_ms = 320000, .event = {.kind = LOCK_EVENT_AUTHENTICATED}, .action = LOCK_DO_RECORD_OPENED, .verdict = RECORD_ALLOWED,
	 .clause = "LK-1", .reasons = {"opened", "idle"},
	 .detail = "Session c2 on seat0 was opened by its person (why: idle, last input 1000.000, deadline 1300.000, asked 1300.012, first proven "
		   "1300.057, last proven 1310.030, now 1320.000)"},
	{.name = "demanded", .at_ms = 330000, .event = {.kind = LOCK_EVENT_DEMAND, .reason = LOCK_REASON_SLEEP}, .action = LOCK_DO_RECORD_ASKED,
	 .verdict = RECORD_NOTED, .clause = "LK-2", .reasons = {"asked", "sleep"},
	 .detail = "Session c2 on seat0 is to be locked (why: sleep, last input 1320.000, deadline 1620.000, asked 1330.000, now 1330.000)"},
	{.name = "unproven", .at_ms = 339000, .event = {.kind = LOCK_EVENT_TIME}, .action = LOCK_DO_RECORD_UNPROVEN, .verdict = RECORD_DENIED,
	 .clause = "LK-2", .reasons = {"unproven", "sleep"}, .lacks = "no window covers every monitor",
	 .detail = "Session c2 on seat0 should be locked and is not, as far as can be seen: no window covers every monitor (why: sleep, last input "
		   "1320.000, deadline 1620.000, asked 1330.000, now 1339.000)"},
	{.name = "opened though unproven", .at_ms = 340000, .event = {.kind = LOCK_EVENT_AUTHENTICATED}, .action = LOCK_DO_RECORD_OPENED,
	 .verdict = RECORD_ALLOWED, .clause = "LK-2", .reasons = {"opened", "sleep"},
	 .detail = "Session c2 on seat0 was opened by its person (why: sleep, last input 1320.000, deadline 1620.000, asked 1330.000, now 1340.000)"},
	{.name = "observed", .at_ms = 350000, .event = {.kind = LOCK_EVENT_DEMAND, .reason = LOCK_REASON_REQUEST}, .action = LOCK_DO_RECORD_OBSERVED,
	 .verdict = RECORD_DENIED, .clause = "LK-3", .reasons = {"would-lock", "request"}, .config = &OBSERVE,
	 .detail = "Session c2 on seat0 would be locked now (why: request, last input 1340.000, deadline 1640.000, now 1350.000)"},
};

static void each_record_says_what_happened(void **state)
{
	struct lock lock = lock_begin(&CONFIG, false, 1000 * S).next;

	(void)state;
	for (size_t i = 0; i < COUNT(STORY); i++) {
		const struct row *row = &STORY[i];
		const struct lock_config *config = row->config != NULL ? row->config : &CONFIG;
		struct lock_step step = lock_step(&lock, config, &row->event, 1000 * S + row->at_ms * MS);
		struct lock_record r;

		print_message("%s\n", row->name);
		assert_int_not_equal(step.actions & (unsigned)row->action, 0);
		assert_int_equal(lock_record_make(&(struct lock_record_facts){.before = &lock, .after = &step.next, .config = config, .session = "c2",
									      .user = "alice", .tty = "tty7", .seat = "seat0",
									      .holder = row->holder != NULL ? row->holder : "",
									      .lacks = row->lacks != NULL ? row->lacks : "",
									      .inhibitor = row->inhibitor != NULL ? row->inhibitor : "", .policy_hash = "abc",
									      .policy_state = "current", .time_s = 77,
									      .now_ns = 1000 * S + row->at_ms * MS},
						  row->action, &r),
				 0);
		assert_string_equal(r.detail, row->detail);
		assert_ptr_equal(r.record.detail, r.detail);
		assert_int_equal(r.record.kind, RECORD_LOCK);
		assert_int_equal(r.record.verdict, row->verdict);
		assert_int_equal(r.record.observed_only, !config->enforce);
		assert_string_equal(r.record.clause, row->clause);
		assert_int_equal(r.record.reason_count, row->reasons[2] != NULL ? 3 : 2);
		for (size_t k = 0; k < r.record.reason_count; k++)
			assert_string_equal(r.record.reasons[k], row->reasons[k]);
		assert_string_equal(r.record.user, "alice");
		assert_int_equal(r.record.time_s, 77);
		lock = step.next;
	}
}

static void long_and_hostile_words_stay_one_line(void **state)
{
	char word[5000];
	struct lock lock = lock_begin(&CONFIG, true, S).next;
	struct lock_record r;
	char line[RECORD_BYTES_MAX];
	struct text t;

	(void)state;
	memset(word, '\n', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	lock.last_input_ns = lock.asked_ns = lock.first_proven_ns = lock.lost_ns = INT64_MIN + 1;
	lock.proven_ns = INT64_MAX;
	for (unsigned bit = 1; bit <= LOCK_DO_FACTS; bit <<= 1) {
		int made = lock_record_make(&(struct lock_record_facts){.before = &lock, .after = &lock, .config = &CONFIG, .session = word, .tty = word,
									.seat = word, .holder = word, .lacks = word, .inhibitor = word, .now_ns = INT64_MIN + 1},
					    (enum lock_action)bit, &r);

		if (made < 0) {
			assert_int_equal(made, -EINVAL);
			continue;
		}
		assert_null(strchr(r.detail, '\n'));
		TEXT_INTO(&t, line);
		record_format_line(&r.record, &t);
		assert_int_equal(text_end(&t), 0);
	}
}

static void other_actions_have_no_record(void **state)
{
	static const enum lock_action OTHERS[] = {LOCK_DO_STOP_WARNING, LOCK_DO_WARN, LOCK_DO_START_RUNG, LOCK_DO_VERIFY, LOCK_DO_KEYRING, LOCK_DO_OPENED,
						  LOCK_DO_FACTS, (enum lock_action)(LOCK_DO_RECORD_ASKED | LOCK_DO_RECORD_LOST)};
	struct lock lock = {0};
	struct lock_record r;

	(void)state;
	for (size_t i = 0; i < COUNT(OTHERS); i++)
		assert_int_equal(lock_record_make(&(struct lock_record_facts){.before = &lock, .after = &lock, .config = &CONFIG, .session = "", .tty = "",
									      .seat = "", .holder = "", .lacks = "", .inhibitor = ""},
						  OTHERS[i], &r),
				 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_says_what_happened),
		cmocka_unit_test(long_and_hostile_words_stay_one_line),
		cmocka_unit_test(other_actions_have_no_record),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
