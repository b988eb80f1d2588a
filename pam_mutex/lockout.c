/* SPDX-License-Identifier: BSD-2-Clause */
/* What failures lead to. Pure.
 *
 * Room: each side has its own share of the counters and tries, so that whatever comes from the network, or from others who
 * step into the account at the same seat, takes nothing from the owner at the console, nor disables him. A
 * counter that is locked is never given away. When all of a side are, sources that have none share one last counter, OTHERS: so a flood of
 * addresses locks further strangers out together, and neither grows nor forgets.
 *
 * Time: a lock is in force until locked_until_s. When the clock was set back so far that this would be longer than max_duration, it is in
 * force for max_duration after last_s, which lockout_bury() pulls to the present; locked_until_s stays, so that a clock that jumps there
 * and back forgets nothing. A window whose beginning lies in the future goes on. */
#include "lockout.h"

#include <errno.h>
#include <string.h>

/* Of LOGIN_COUNTERS_MAX; the two shares and OTHERS for each side and guess. */
#define OTHERS_MAX (LOGIN_SIDE_MAX * LOGIN_GUESS_MAX)
static const size_t counter_share[LOGIN_SIDE_MAX] = {[LOGIN_LOCAL] = 4, [LOGIN_REMOTE] = 12, [LOGIN_ASKED] = 2};
_Static_assert(4 + 12 + 2 + OTHERS_MAX == LOGIN_COUNTERS_MAX, "every side has room, whatever the other one does");

static const size_t try_share[LOGIN_SIDE_MAX] = {[LOGIN_LOCAL] = 12, [LOGIN_REMOTE] = 40, [LOGIN_ASKED] = 12};
_Static_assert(12 + 40 + 12 == LOGIN_TRIES_MAX, "every side has room, whatever the other one does");

/* No address is this: ff00::/8 is multicast and never a source. */
#define OTHERS_BYTE 0xff

void lockout_rules_of(const struct settings *settings, uid_t uid, bool break_glass, struct lockout_rules *ret_rules)
{
	*ret_rules = (struct lockout_rules){
		.attempts = uid == 0 ? settings->lockout_root_attempts : settings->lockout_attempts,
		.window_s = settings->lockout_window,
		.duration_s = uid == 0 ? settings->lockout_root_duration : settings->lockout_duration,
		.max_duration_s = uid == 0 ? settings->lockout_root_max_duration : settings->lockout_max_duration,
		.hard_limit = settings->lockout_hard_limit,
		.spares_local = uid == 0 || break_glass,
	};
}

static struct login_source others(enum login_side side)
{
	struct login_source source = {.side = side};

	memset(source.key, OTHERS_BYTE, sizeof source.key);
	return source;
}

bool lockout_source_is_others(const struct login_source *source)
{
	const struct login_source theirs = others(source->side);

	return login_source_equal(source, &theirs);
}

static bool in_use(const struct login_counter *c)
{
	return c->last_s != 0;
}

/* 0 = not in force. */
static int64_t lock_left_s(const struct login_counter *c, const struct lockout_rules *rules, int64_t now_s)
{
	int64_t left = c->locked_until_s - now_s, since;

	if (rules->attempts == 0 || left <= 0)
		return 0;
	if (left <= rules->max_duration_s)
		return left;
	since = now_s > c->last_s ? now_s - c->last_s : 0;
	return since < rules->max_duration_s ? rules->max_duration_s - since : 0;
}

/* Index, or LOGIN_COUNTERS_MAX. */
static size_t find(const struct login_state *state, const struct login_source *source, enum login_guess guess)
{
	size_t i = 0;

	while (i < LOGIN_COUNTERS_MAX && (!in_use(&state->counters[i]) || state->counters[i].guess != guess ||
					  !login_source_equal(&state->counters[i].source, source)))
		i++;
	return i;
}

static size_t find_free(const struct login_state *state)
{
	size_t i = 0;

	while (i < LOGIN_COUNTERS_MAX && in_use(&state->counters[i]))
		i++;
	return i;
}

/* The place for a counter of that side: a free one within its share, else its oldest unlocked one; LOGIN_COUNTERS_MAX when all are locked.
 */
static size_t find_room(const struct login_state *state, const struct lockout_rules *rules, enum login_side side, int64_t now_s)
{
	size_t oldest = LOGIN_COUNTERS_MAX, used = 0;

	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++) {
		const struct login_counter *c = &state->counters[i];

		if (!in_use(c) || c->source.side != side || lockout_source_is_others(&c->source))
			continue;
		used++;
		if (lock_left_s(c, rules, now_s) == 0 && (oldest == LOGIN_COUNTERS_MAX || c->last_s < state->counters[oldest].last_s))
			oldest = i;
	}
	return used < counter_share[side] ? find_free(state) : oldest;
}

/* The counter that holds for this source: its own, or OTHERS when it can have none. LOGIN_COUNTERS_MAX = nothing was counted yet. */
static size_t find_holding(const struct login_state *state, const struct lockout_rules *rules, const struct login_source *source,
			   enum login_guess guess, int64_t now_s)
{
	const struct login_source rest = others(source->side);
	size_t i = find(state, source, guess);

	if (i == LOGIN_COUNTERS_MAX && find_room(state, rules, source->side, now_s) == LOGIN_COUNTERS_MAX)
		i = find(state, &rest, guess);
	return i;
}

static bool window_over(const struct login_counter *c, const struct lockout_rules *rules, int64_t now_s)
{
	return now_s - c->window_from_s > rules->window_s;
}

/* With so many more failures. */
static bool reaches_limit(const struct login_state *state, const struct lockout_rules *rules, enum login_side side, enum login_guess guess,
			  size_t more)
{
	return rules->hard_limit > 0 && (int64_t)state->consecutive[side][guess] + (int64_t)more >= rules->hard_limit &&
	       !(rules->spares_local && side == LOGIN_LOCAL);
}

struct lockout lockout_judge(const struct login_state *state, const struct lockout_rules *rules, const struct login_source *source,
			     enum login_guess guess, int64_t now_s)
{
	size_t i = find_holding(state, rules, source, guess, now_s);
	struct lockout lockout = {.kind = LOCKOUT_NONE};

	if (i < LOGIN_COUNTERS_MAX) {
		lockout.left_s = lock_left_s(&state->counters[i], rules, now_s);
		if (lockout.left_s > 0 || !window_over(&state->counters[i], rules, now_s))
			lockout.failures = state->counters[i].failures;
	}
	if (lockout.left_s > 0)
		lockout.kind = LOCKOUT_FOR_A_TIME;
	if (reaches_limit(state, rules, source->side, guess, 0)) {
		lockout.kind = LOCKOUT_DISABLED;
		lockout.left_s = 0;
	}
	return lockout;
}

/* The shares leave room for OTHERS. A state that does not keep to them is none of ours; then what is oldest goes. */
static size_t find_room_for_others(const struct login_state *state)
{
	size_t i = find_free(state);

	if (i < LOGIN_COUNTERS_MAX)
		return i;
	i = 0;
	for (size_t j = 1; j < LOGIN_COUNTERS_MAX; j++)
		if (state->counters[j].last_s < state->counters[i].last_s)
			i = j;
	return i;
}

static struct login_counter *find_or_take(struct login_state *state, const struct lockout_rules *rules, const struct login_source *source,
					  enum login_guess guess, int64_t now_s)
{
	size_t i = find_holding(state, rules, source, guess, now_s);
	struct login_source owner = *source;

	if (i < LOGIN_COUNTERS_MAX)
		return &state->counters[i];
	i = find_room(state, rules, source->side, now_s);
	if (i == LOGIN_COUNTERS_MAX) {
		owner = others(source->side);
		i = find_room_for_others(state);
	}
	state->counters[i] = (struct login_counter){.source = owner, .guess = guess, .window_from_s = now_s, .last_s = now_s};
	return &state->counters[i];
}

static bool has_tag(const struct login_counter *c, uint64_t tag)
{
	for (size_t i = 0; i < LOGIN_TAGS_MAX; i++)
		if (c->tags[i] == tag)
			return true;
	return false;
}

static void add_tag(struct login_counter *c, uint64_t tag)
{
	memmove(&c->tags[1], &c->tags[0], sizeof c->tags - sizeof c->tags[0]);
	c->tags[0] = tag;
}

static void count_one(uint32_t *n)
{
	if (*n < UINT32_MAX)
		(*n)++;
}

static int64_t lock_length_s(const struct lockout_rules *rules, uint32_t strikes)
{
	int64_t length = rules->duration_s;

	for (uint32_t i = 0; i < strikes && length < rules->max_duration_s; i++)
		length *= 2;
	return length < rules->max_duration_s ? length : rules->max_duration_s;
}

/* Begins a new window when the old one is over, or has led to a lock that is. */
static void begin_window(struct login_counter *c, const struct lockout_rules *rules, int64_t now_s)
{
	bool stale = c->locked_until_s > now_s; /* it stands in a future that the clock has left, and has been served */

	if (stale)
		c->locked_until_s = 0;
	if (!stale && c->window_from_s >= c->locked_until_s && !window_over(c, rules, now_s))
		return;
	c->failures = 0;
	c->window_from_s = now_s;
}

bool lockout_fail(struct login_state *state, const struct lockout_rules *rules, const struct login_source *source, enum login_guess guess,
		  uint64_t tag, int64_t now_s)
{
	int64_t now = now_s > 0 ? now_s : 1; /* 0 marks what is free */
	struct login_counter *c = find_or_take(state, rules, source, guess, now);

	if (tag != 0 && has_tag(c, tag))
		return false;
	if (tag != 0)
		add_tag(c, tag);
	count_one(&state->consecutive[source->side][guess]);
	/* Tries that began before the lock end in it: they do not lengthen it. */
	if (lock_left_s(c, rules, now) > 0)
		return true;
	begin_window(c, rules, now);
	count_one(&c->failures);
	c->last_s = now;
	if (rules->attempts > 0 && c->failures >= rules->attempts) {
		c->locked_until_s = now + lock_length_s(rules, c->strikes);
		count_one(&c->strikes);
	}
	return true;
}

bool lockout_succeed(struct login_state *state, const struct login_source *source, enum login_guess guess)
{
	size_t i = find(state, source, guess);
	bool changed = i < LOGIN_COUNTERS_MAX || state->consecutive[source->side][guess] != 0;

	if (i < LOGIN_COUNTERS_MAX)
		state->counters[i] = (struct login_counter){0};
	state->consecutive[source->side][guess] = 0;
	return changed;
}

void lockout_clear(struct login_state *state)
{
	memset(state->counters, 0, sizeof state->counters);
	memset(state->consecutive, 0, sizeof state->consecutive);
	/* Those of dead processes would come back as failures. */
	memset(state->tries, 0, sizeof state->tries);
}

/* --- tries under way --- */

static bool is_of(const struct login_try *try, const struct login_process *process)
{
	return try->pid != 0 && try->pid == process->pid && memcmp(try->boot_id, process->boot_id, sizeof try->boot_id) == 0;
}

bool lockout_bury(struct login_state *state, const struct lockout_rules *rules, lockout_alive_fn alive, void *context, int64_t now_s)
{
	int64_t now = now_s > 0 ? now_s : 1;
	bool changed = false;

	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++)
		if (state->counters[i].last_s > now) {
			state->counters[i].last_s = now;
			changed = true;
		}
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++) {
		struct login_try *try = &state->tries[i];
		struct login_process process = {.pid = try->pid, .since_ticks = try->since_ticks};

		memcpy(process.boot_id, try->boot_id, sizeof process.boot_id);
		if (try->pid == 0 || alive(&process, context))
			continue;
		(void)lockout_fail(state, rules, &try->source, LOGIN_GUESS_PASSWORD, 0, now_s);
		*try = (struct login_try){0};
		changed = true;
	}
	return changed;
}

int lockout_reserve(struct login_state *state, const struct lockout_rules *rules, const struct login_process *self,
		    const struct login_source *source, int64_t now_s)
{
	size_t of_source = 0, of_side = 0, room = LOGIN_TRIES_MAX;

	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++) {
		struct login_try *try = &state->tries[i];

		if (is_of(try, self))
			*try = (struct login_try){0};
		if (try->pid == 0) {
			room = room == LOGIN_TRIES_MAX ? i : room;
			continue;
		}
		of_side += try->source.side == source->side;
		of_source += login_source_equal(&try->source, source);
	}
	if (of_source >= LOCKOUT_LIVE_MAX || of_side >= try_share[source->side] || room == LOGIN_TRIES_MAX ||
	    reaches_limit(state, rules, source->side, LOGIN_GUESS_PASSWORD, of_side))
		return -EBUSY;
	state->tries[room] =
		(struct login_try){.pid = self->pid, .since_ticks = self->since_ticks, .source = *source, .since_s = now_s > 0 ? now_s : 0};
	memcpy(state->tries[room].boot_id, self->boot_id, sizeof self->boot_id);
	return 0;
}

bool lockout_release(struct login_state *state, const struct login_process *self)
{
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++)
		if (is_of(&state->tries[i], self) && state->tries[i].since_ticks == self->since_ticks) {
			state->tries[i] = (struct login_try){0};
			return true;
		}
	return false;
}
