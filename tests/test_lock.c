/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/lock.c: stories by name, then all strings of events to a depth against rules that an onlooker can check. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lock.h"
#include "lock_rules.h"
#include "number.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MS INT64_C(1000000)
#define S (1000 * MS)
#define T0 (1000 * S)

static const struct lock_config COMPANY = {
	.enforce = true, .after_ns = 300 * S, .warn_ns = 30 * S, .rung_count = 3,
	.rungs = {LOCK_RUNG_DESKTOP, LOCK_RUNG_LOCKER, LOCK_RUNG_CONSOLE}, .rung_ns = {2 * S, 3 * S, 3 * S},
};
static const struct lock_config QUICK = {
	.enforce = true, .after_ns = 60 * S, .warn_ns = 10 * S, .grace_ns = 5 * S, .rung_count = 1, .rungs = {LOCK_RUNG_LOCKER}, .rung_ns = {3 * S},
};
static const struct lock_config OBSERVE = {
	.enforce = false, .after_ns = 300 * S, .warn_ns = 30 * S, .rung_count = 2, .rungs = {LOCK_RUNG_LOCKER, LOCK_RUNG_TERMINATE}, .rung_ns = {3 * S, 2 * S},
};
static const struct lock_config TWO = {
	.enforce = true, .after_ns = 300 * S, .warn_ns = 30 * S, .rung_count = 2, .rungs = {LOCK_RUNG_DESKTOP, LOCK_RUNG_TERMINATE}, .rung_ns = {2 * S, 9 * S},
};
static const struct lock_config NOTHING_THERE = {.enforce = true, .after_ns = 300 * S};
static const struct lock_config FOUR = {
	.enforce = true, .after_ns = 5 * S, .warn_ns = 2 * S, .rung_count = 4,
	.rungs = {LOCK_RUNG_DESKTOP, LOCK_RUNG_LOCKER, LOCK_RUNG_CONSOLE, LOCK_RUNG_TERMINATE}, .rung_ns = {2 * S, 3 * S, 3 * S, 2 * S},
};

static const struct lock_config STRICT = {
	.enforce = true, .after_ns = 60 * S, .warn_ns = 10 * S, .rung_count = 2, .rungs = {LOCK_RUNG_LOCKER, LOCK_RUNG_CONSOLE}, .rung_ns = {3 * S, 3 * S},
	.needed = LOCK_STRENGTH_STRONG,
};

/* --- stories --- */

struct tale {
	struct lock lock;
	const struct lock_config *config;
	unsigned actions;
};

static struct tale tale(const struct lock_config *config)
{
	struct lock_step first = lock_begin(config, false, T0);

	return (struct tale){.lock = first.next, .config = config, .actions = first.actions};
}

/* at_ns counts from T0. */
static void tell(struct tale *t, int64_t at_ns, struct lock_event event)
{
	struct lock_step step = lock_step(&t->lock, t->config, &event, T0 + at_ns);

	t->lock = step.next;
	t->actions = step.actions;
}

#define EVENT(name, ...) ((struct lock_event){.kind = LOCK_EVENT_##name, __VA_ARGS__})
#define WEAK EVENT(PROVEN, .strength = LOCK_STRENGTH_WEAK)
#define STRONG EVENT(PROVEN, .strength = LOCK_STRENGTH_STRONG)
#define DEMAND(why) EVENT(DEMAND, .reason = LOCK_REASON_##why)
#define INPUT(at) EVENT(INPUT, .at_ns = T0 + (at))
#define EXCUSED(until) EVENT(EXCUSED, .at_ns = T0 + (until))

#define IS(t, wanted_state, wanted_actions) \
	do { \
		if ((t).lock.state != LOCK_##wanted_state || (t).actions != (unsigned)(wanted_actions)) \
			print_error("line %d: %s, actions %#x\n", __LINE__, lock_state_name((t).lock.state), (t).actions); \
		assert_int_equal((t).lock.state, LOCK_##wanted_state); \
		assert_int_equal((t).actions, (unsigned)(wanted_actions)); \
	} while (0)
#define WAKES(t, at) assert_int_equal((t).lock.wake_at_ns - T0, at)

#define ASKING (LOCK_DO_START_RUNG | LOCK_DO_KEYRING | LOCK_DO_RECORD_ASKED | LOCK_DO_FACTS)
#define PROVING (LOCK_DO_RECORD_PROVEN | LOCK_DO_FACTS)
#define OPENING (LOCK_DO_OPENED | LOCK_DO_RECORD_OPENED | LOCK_DO_FACTS)
#define LOSING (LOCK_DO_RECORD_LOST | LOCK_DO_START_RUNG | LOCK_DO_FACTS)

static void an_unused_session_is_warned_locked_proven_and_opened(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	IS(t, OPEN, LOCK_DO_FACTS);
	WAKES(t, 270 * S);
	tell(&t, 270 * S, EVENT(TIME));
	IS(t, WARNED, LOCK_DO_WARN);
	WAKES(t, 300 * S);
	assert_true(lock_wants_input(&t.lock));
	tell(&t, 300 * S, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_STOP_WARNING | ASKING);
	assert_int_equal(t.lock.reason, LOCK_REASON_IDLE);
	assert_int_equal(t.lock.deadline_ns, T0 + 300 * S);
	assert_int_equal(t.lock.running, LOCK_RUNG_DESKTOP);
	tell(&t, 300 * S + 40 * MS, STRONG);
	IS(t, HELD, PROVING);
	assert_int_equal(t.lock.strength, LOCK_STRENGTH_STRONG);
	assert_int_equal(t.lock.first_proven_ns - t.lock.asked_ns, 40 * MS);
	WAKES(t, 330 * S + 40 * MS);
	tell(&t, 400 * S, EVENT(AUTHENTICATED));
	IS(t, OPEN, OPENING);
	WAKES(t, 670 * S);
	assert_int_equal(t.lock.asked_ns, 0);
	assert_int_equal(t.lock.proven_ns, 0);
}

static void input_goes_back_to_the_beginning(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	/* read late, from the time that it says itself */
	tell(&t, 270 * S, INPUT(100 * S));
	IS(t, OPEN, 0);
	WAKES(t, 370 * S);
	tell(&t, 270 * S, EVENT(TIME));
	IS(t, OPEN, 0);
	tell(&t, 370 * S, EVENT(TIME));
	IS(t, WARNED, LOCK_DO_WARN);
	/* an older one is nothing new; a newer one from before the countdown moves its end; one of now ends it */
	tell(&t, 371 * S, INPUT(99 * S));
	IS(t, WARNED, 0);
	tell(&t, 371 * S, INPUT(101 * S));
	IS(t, WARNED, LOCK_DO_WARN);
	WAKES(t, 401 * S);
	tell(&t, 399 * S, INPUT(399 * S));
	IS(t, OPEN, LOCK_DO_STOP_WARNING);
	WAKES(t, 669 * S);
	/* from the future: counts as now */
	tell(&t, 500 * S, INPUT(100000 * S));
	WAKES(t, 770 * S);
	assert_int_equal(t.lock.last_input_ns, T0 + 500 * S);
	tell(&t, 501 * S, EVENT(INPUT, .at_ns = INT64_MIN));
	WAKES(t, 770 * S);
}

static void input_after_the_time_does_not_stop_the_lock(void **state)
{
	struct tale t = tale(&NOTHING_THERE);

	(void)state;
	/* woken a little late, while somebody types */
	tell(&t, 300 * S + 900 * MS, INPUT(300 * S + 800 * MS));
	IS(t, OPEN, 0);
	WAKES(t, 600 * S + 800 * MS);
	/* just within what is let pass */
	tell(&t, 650 * S, INPUT(601 * S + 800 * MS));
	IS(t, OPEN, 0);
	WAKES(t, 901 * S + 800 * MS);
	/* long asleep, and then a hand */
	tell(&t, 1000 * S, INPUT(990 * S));
	IS(t, UNPROVEN, LOCK_DO_KEYRING | LOCK_DO_RECORD_ASKED | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	assert_int_equal(t.lock.reason, LOCK_REASON_IDLE);
}

static void grace_lets_input_stop_the_lock_after_its_deadline(void **state)
{
	struct tale t = tale(&QUICK);

	(void)state;
	WAKES(t, 50 * S);
	tell(&t, 50 * S, EVENT(TIME));
	IS(t, WARNED, LOCK_DO_WARN);
	WAKES(t, 65 * S);
	tell(&t, 60 * S, EVENT(TIME));
	IS(t, WARNED, 0);
	tell(&t, 64 * S, INPUT(64 * S));
	IS(t, OPEN, LOCK_DO_STOP_WARNING);
	tell(&t, 114 * S, EVENT(TIME));
	tell(&t, 129 * S, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_STOP_WARNING | ASKING);
}

static void a_countdown_is_never_longer_than_half_the_time(void **state)
{
	struct lock_config odd = QUICK;
	struct tale t;

	(void)state;
	odd.warn_ns = 300 * S;
	t = tale(&odd);
	WAKES(t, 30 * S);
	tell(&t, 30 * S, EVENT(TIME));
	tell(&t, 31 * S, INPUT(31 * S));
	IS(t, OPEN, LOCK_DO_STOP_WARNING);
	WAKES(t, 61 * S);
	odd.warn_ns = 0;
	t = tale(&odd);
	WAKES(t, 65 * S);
}

static void each_rung_has_its_time_and_the_ladder_an_end(void **state)
{
	struct tale t = tale(&FOUR);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	IS(t, ASKED, ASKING);
	for (int i = 1; i < 4; i++) {
		static const int64_t ends[] = {2 * S, 5 * S, 8 * S, 10 * S};

		tell(&t, ends[i - 1] - 1, EVENT(NOT_PROVEN));
		assert_int_equal(t.lock.rung, i - 1);
		tell(&t, ends[i - 1], EVENT(TIME));
		IS(t, ASKED, LOCK_DO_RECORD_RUNG | LOCK_DO_START_RUNG);
		assert_int_equal(t.lock.rung, i);
		assert_int_equal(t.lock.rung_until_ns, T0 + ends[i]);
	}
	tell(&t, 10 * S - 1, EVENT(TIME));
	assert_int_equal(t.lock.state, LOCK_ASKED);
	tell(&t, 10 * S, EVENT(TIME));
	IS(t, UNPROVEN, LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	WAKES(t, 20 * S);
	tell(&t, 20 * S, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_START_RUNG | LOCK_DO_FACTS);
	assert_int_equal(t.lock.rung, 0);
	assert_int_equal(t.lock.asked_ns, T0);
}

static void the_screen_is_looked_at_while_a_rung_runs(void **state)
{
	static const int64_t LOOKS_MS[] = {50, 100, 200, 400, 800, 1300, 1800};
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	for (size_t i = 0; i < COUNT(LOOKS_MS); i++) {
		WAKES(t, LOOKS_MS[i] * MS);
		tell(&t, LOOKS_MS[i] * MS, EVENT(TIME));
		IS(t, ASKED, LOCK_DO_VERIFY);
		tell(&t, LOOKS_MS[i] * MS + MS, EVENT(NOT_PROVEN));
		IS(t, ASKED, 0);
	}
	WAKES(t, 2 * S);
	/* something changed: at once, but not for each of many changes */
	tell(&t, 1900 * MS, EVENT(LOOK));
	IS(t, ASKED, LOCK_DO_VERIFY);
	tell(&t, 1901 * MS, EVENT(LOOK));
	IS(t, ASKED, 0);
	WAKES(t, 1920 * MS);
	tell(&t, 1920 * MS, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_VERIFY);
}

static void a_rung_that_fails_is_left_at_once(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 10 * MS, EVENT(RUNG_FAILED, .rung = LOCK_RUNG_DESKTOP));
	IS(t, ASKED, LOCK_DO_RECORD_RUNG | LOCK_DO_START_RUNG);
	assert_int_equal(t.lock.running, LOCK_RUNG_LOCKER);
	/* late news of the rung before say nothing of this one; neither do those of one that was never started */
	tell(&t, 20 * MS, EVENT(RUNG_FAILED, .rung = LOCK_RUNG_DESKTOP));
	IS(t, ASKED, 0);
	tell(&t, 21 * MS, EVENT(LOCKER_GONE, .rung = LOCK_RUNG_DESKTOP));
	IS(t, ASKED, 0);
	tell(&t, 22 * MS, EVENT(RUNG_FAILED, .rung = LOCK_RUNG_CONSOLE));
	IS(t, ASKED, 0);
	tell(&t, 23 * MS, EVENT(RUNG_FAILED));
	IS(t, ASKED, LOCK_DO_RECORD_RUNG | LOCK_DO_START_RUNG);
	tell(&t, 24 * MS, EVENT(RUNG_FAILED));
	IS(t, UNPROVEN, LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
}

static void a_proof_of_an_earlier_rung_counts(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 2 * S, EVENT(TIME));
	assert_int_equal(t.lock.running, LOCK_RUNG_LOCKER);
	tell(&t, 2 * S + MS, WEAK);
	IS(t, HELD, PROVING);
	assert_int_equal(t.lock.strength, LOCK_STRENGTH_WEAK);
	/* even after the ladder's end */
	t = tale(&QUICK);
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 3 * S, EVENT(TIME));
	IS(t, UNPROVEN, LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	tell(&t, 4 * S, STRONG);
	IS(t, HELD, PROVING);
	assert_int_equal(t.lock.first_proven_ns, T0 + 4 * S);
}

static void a_proof_of_no_strength_is_none(void **state)
{
	struct tale t = tale(&QUICK);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, MS, EVENT(PROVEN));
	IS(t, ASKED, 0);
	tell(&t, 2 * MS, EVENT(PROVEN, .strength = LOCK_STRENGTH_MAX));
	IS(t, ASKED, 0);
	tell(&t, 3 * MS, WEAK);
	IS(t, HELD, PROVING);
	tell(&t, 4 * MS, EVENT(PROVEN));
	IS(t, ASKED, LOSING);
}

/* Who starts a program of his own that looks like a locker ends no rung by that. */
static void a_weak_proof_ends_no_rung_where_a_strong_one_is_needed(void **state)
{
	struct tale t = tale(&STRICT);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, MS, WEAK);
	IS(t, ASKED, 0);
	tell(&t, 2 * MS, STRONG);
	IS(t, HELD, PROVING);
	t = tale(&STRICT);
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 3 * S, EVENT(TIME));
	tell(&t, 3 * S + MS, WEAK);
	assert_int_equal(t.lock.running, LOCK_RUNG_CONSOLE);
	IS(t, ASKED, 0);
	/* after the last one it is looked for once more, and is better than nothing */
	tell(&t, 6 * S, EVENT(TIME));
	IS(t, UNPROVEN, LOCK_DO_VERIFY | LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	tell(&t, 6 * S + MS, WEAK);
	IS(t, HELD, PROVING);
}

static void a_proof_that_becomes_weaker_is_a_loss(void **state)
{
	struct tale t = tale(&STRICT);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, MS, STRONG);
	tell(&t, S, EVENT(LOOK));
	tell(&t, S + MS, WEAK);
	IS(t, ASKED, LOSING);
	tell(&t, S + 2 * MS, STRONG);
	IS(t, HELD, PROVING);
	/* stronger is none, and where weak is enough it is held again, but not in silence */
	t = tale(&COMPANY);
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, MS, WEAK);
	tell(&t, 2 * MS, STRONG);
	IS(t, HELD, LOCK_DO_FACTS);
	tell(&t, 3 * MS, WEAK);
	IS(t, ASKED, LOSING);
	tell(&t, 4 * MS, WEAK);
	IS(t, HELD, PROVING);
}

static void a_lock_is_proven_again(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 100 * MS, STRONG);
	WAKES(t, 30 * S + 100 * MS);
	tell(&t, 30 * S + 100 * MS, EVENT(TIME));
	IS(t, HELD, LOCK_DO_VERIFY);
	WAKES(t, 31 * S + 100 * MS);
	assert_false(lock_wants_input(&t.lock));
	tell(&t, 31 * S, STRONG);
	IS(t, HELD, LOCK_DO_FACTS);
	WAKES(t, 61 * S);
	/* by itself: the next look can wait */
	tell(&t, 50 * S, STRONG);
	IS(t, HELD, LOCK_DO_FACTS);
	WAKES(t, 80 * S);
	/* no answer in time */
	tell(&t, 80 * S, EVENT(TIME));
	tell(&t, 81 * S, EVENT(TIME));
	IS(t, ASKED, LOSING);
	assert_int_equal(t.lock.rung, 0);
	tell(&t, 81 * S + 50 * MS, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_VERIFY);
	tell(&t, 81 * S + 60 * MS, STRONG);
	IS(t, HELD, PROVING);
	assert_int_equal(t.lock.asked_ns, T0);
	assert_int_equal(t.lock.first_proven_ns, T0 + 100 * MS);
}

static void an_answer_that_is_late_is_a_loss_even_when_it_is_good(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 100 * MS, STRONG);
	tell(&t, 10 * S, EVENT(LOOK));
	IS(t, HELD, LOCK_DO_VERIFY);
	tell(&t, 12 * S, STRONG);
	IS(t, HELD, LOSING | PROVING);
	assert_int_equal(t.lock.lost_ns, T0 + 12 * S);
}

static void input_and_changes_ask_for_a_look(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 100 * MS, STRONG);
	assert_true(lock_wants_input(&t.lock));
	tell(&t, 5 * S, INPUT(5 * S));
	IS(t, HELD, LOCK_DO_VERIFY);
	assert_false(lock_wants_input(&t.lock));
	tell(&t, 5 * S + MS, STRONG);
	assert_true(lock_wants_input(&t.lock));
	/* the next one waits for its second, and nobody listens meanwhile */
	tell(&t, 5 * S + 2 * MS, INPUT(5 * S + 2 * MS));
	IS(t, HELD, 0);
	WAKES(t, 6 * S);
	assert_false(lock_wants_input(&t.lock));
	/* input from before the newest look was seen by it */
	tell(&t, 5 * S + 3 * MS, INPUT(5 * S));
	IS(t, HELD, 0);
	/* but a change of the screen does not wait */
	tell(&t, 5 * S + 500 * MS, EVENT(LOOK));
	IS(t, HELD, LOCK_DO_VERIFY);
	/* one that comes while a look is out is looked for again, since that look may have been before it */
	tell(&t, 5 * S + 501 * MS, EVENT(LOOK));
	IS(t, HELD, 0);
	WAKES(t, 6 * S + 500 * MS);
	tell(&t, 5 * S + 505 * MS, STRONG);
	IS(t, HELD, LOCK_DO_FACTS);
	WAKES(t, 5 * S + 520 * MS);
	tell(&t, 5 * S + 520 * MS, EVENT(TIME));
	IS(t, HELD, LOCK_DO_VERIFY);
}

static void a_demand_on_a_held_lock_asks_for_a_new_proof(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 100 * MS, STRONG);
	tell(&t, 5 * S, DEMAND(SLEEP));
	IS(t, HELD, LOCK_DO_VERIFY);
	assert_int_equal(t.lock.reason, LOCK_REASON_REQUEST);
}

static void a_demand_during_the_countdown_locks(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 270 * S, EVENT(TIME));
	tell(&t, 271 * S, DEMAND(SLEEP));
	IS(t, ASKED, LOCK_DO_STOP_WARNING | ASKING);
	assert_int_equal(t.lock.reason, LOCK_REASON_SLEEP);
	/* the second one changes nothing: it is asked already */
	tell(&t, 271 * S, DEMAND(LID));
	IS(t, ASKED, 0);
	assert_int_equal(t.lock.reason, LOCK_REASON_SLEEP);
}

static void a_demand_on_an_unproven_lock_tries_again_but_not_without_end(void **state)
{
	struct tale t = tale(&QUICK);
	int told = 0;

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 0, EVENT(RUNG_FAILED));
	IS(t, UNPROVEN, LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	tell(&t, 100 * MS, DEMAND(SLEEP));
	IS(t, UNPROVEN, 0);
	WAKES(t, 1 * S);
	tell(&t, 1 * S, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_START_RUNG | LOCK_DO_FACTS);
	/* what was told is not told again for each try */
	tell(&t, 1 * S, EVENT(RUNG_FAILED));
	IS(t, UNPROVEN, LOCK_DO_FACTS);
	tell(&t, 5 * S, DEMAND(SLEEP));
	IS(t, ASKED, LOCK_DO_START_RUNG | LOCK_DO_FACTS);
	for (int64_t at = 6 * S; at < 1790 * S; at = t.lock.wake_at_ns - T0) {
		tell(&t, at, EVENT(TIME));
		told += (t.actions & LOCK_DO_RECORD_UNPROVEN) != 0;
	}
	assert_int_equal(told, 2);
}

static void a_second_loss_within_a_minute_leads_to_the_next_rung(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 0, EVENT(RUNG_FAILED));
	tell(&t, 100 * MS, STRONG);
	assert_int_equal(t.lock.running, LOCK_RUNG_LOCKER);
	tell(&t, 10 * S, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOSING);
	assert_int_equal(t.lock.running, LOCK_RUNG_LOCKER);
	tell(&t, 10 * S + 30 * MS, STRONG);
	IS(t, HELD, PROVING);
	tell(&t, 70 * S, EVENT(TIME));
	tell(&t, 70 * S, STRONG);
	/* a minute later it is the first again */
	tell(&t, 70 * S, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOSING);
	assert_int_equal(t.lock.running, LOCK_RUNG_LOCKER);
	tell(&t, 71 * S, STRONG);
	tell(&t, 80 * S, EVENT(NOT_PROVEN));
	IS(t, ASKED, LOSING);
	assert_int_equal(t.lock.running, LOCK_RUNG_CONSOLE);
	assert_int_equal(t.lock.ladder_until_ns, T0 + 83 * S);
	/* none is left: loudly, and the last one again */
	tell(&t, 81 * S, STRONG);
	tell(&t, 82 * S, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOSING | LOCK_DO_RECORD_UNPROVEN);
	assert_int_equal(t.lock.running, LOCK_RUNG_CONSOLE);
}

static void one_death_told_twice_is_one_loss(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 0, EVENT(RUNG_FAILED));
	tell(&t, 100 * MS, STRONG);
	tell(&t, 1000 * MS, EVENT(NOT_PROVEN));
	IS(t, ASKED, LOSING);
	tell(&t, 1010 * MS, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOCK_DO_START_RUNG);
	tell(&t, 1030 * MS, STRONG);
	tell(&t, 1040 * MS, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOSING);
	assert_int_equal(t.lock.running, LOCK_RUNG_LOCKER);
	/* but whoever kills on and on gains half a second, not more */
	tell(&t, 1500 * MS, EVENT(LOCKER_GONE));
	assert_int_equal(t.lock.running, LOCK_RUNG_CONSOLE);
}

static void a_failure_of_what_holds_asks_for_a_look(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 100 * MS, STRONG);
	tell(&t, 5 * S, EVENT(RUNG_FAILED));
	IS(t, HELD, LOCK_DO_VERIFY);
}

static void a_death_at_the_end_starts_nothing(void **state)
{
	struct tale t = tale(&QUICK);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 3 * S, EVENT(LOCKER_GONE));
	IS(t, UNPROVEN, LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
}

static void a_locker_that_dies_before_its_proof_is_started_once_more(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 10 * MS, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOCK_DO_START_RUNG);
	assert_int_equal(t.lock.rung_until_ns, T0 + 2 * S);
	WAKES(t, 50 * MS);
	tell(&t, 20 * MS, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOCK_DO_START_RUNG);
	tell(&t, 510 * MS, EVENT(LOCKER_GONE, .rung = LOCK_RUNG_DESKTOP));
	IS(t, ASKED, LOCK_DO_RECORD_RUNG | LOCK_DO_START_RUNG);
	assert_int_equal(t.lock.running, LOCK_RUNG_LOCKER);
	/* what is started again is soon looked for again */
	t = tale(&COMPANY);
	tell(&t, 0, DEMAND(REQUEST));
	for (int64_t at = 50; at <= 200; at *= 2)
		tell(&t, at * MS, EVENT(TIME));
	WAKES(t, 400 * MS);
	tell(&t, 250 * MS, EVENT(LOCKER_GONE));
	WAKES(t, 300 * MS);
}

static void losses_of_one_lock_are_not_those_of_the_next(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, MS, STRONG);
	tell(&t, 1 * S, EVENT(LOCKER_GONE));
	tell(&t, 2 * S, EVENT(AUTHENTICATED));
	IS(t, OPEN, OPENING);
	tell(&t, 3 * S, DEMAND(REQUEST));
	tell(&t, 4 * S, STRONG);
	tell(&t, 5 * S, EVENT(LOCKER_GONE));
	IS(t, ASKED, LOSING);
	assert_int_equal(t.lock.running, LOCK_RUNG_DESKTOP);
}

static void excuses_move_the_deadline_and_end(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 290 * S, EVENT(TIME));
	tell(&t, 291 * S, EXCUSED(1800 * S));
	IS(t, OPEN, LOCK_DO_STOP_WARNING);
	WAKES(t, 1770 * S);
	tell(&t, 1770 * S, EVENT(TIME));
	IS(t, WARNED, LOCK_DO_WARN);
	tell(&t, 1800 * S, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_STOP_WARNING | ASKING);
	/* taken back: due now, but not before now, so that unread input still counts */
	t = tale(&COMPANY);
	tell(&t, 1 * S, EXCUSED(1800 * S));
	tell(&t, 600 * S, EXCUSED(0));
	IS(t, OPEN, 0);
	WAKES(t, 570 * S);
	tell(&t, 600 * S, INPUT(599 * S));
	IS(t, OPEN, 0);
	WAKES(t, 869 * S);
	/* no demand is excused */
	tell(&t, 601 * S, EXCUSED(1800 * S));
	tell(&t, 602 * S, DEMAND(SLEEP));
	IS(t, ASKED, ASKING);
	/* nor does an excuse open anything, or last for ever */
	tell(&t, 603 * S, EVENT(EXCUSED, .at_ns = INT64_MAX));
	IS(t, ASKED, LOCK_DO_VERIFY);
	assert_int_equal(t.lock.excused_until_ns, T0 + 603 * S + LOCK_EXCUSE_MAX_NS);
}

static void a_shorter_policy_warns_first(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	t.config = &QUICK;
	tell(&t, 200 * S, EVENT(CONFIG));
	IS(t, OPEN, 0);
	WAKES(t, 200 * S);
	/* however often it changes, the deadline stays where it is */
	tell(&t, 205 * S, EVENT(CONFIG));
	WAKES(t, 200 * S);
	tell(&t, 205 * S, EVENT(TIME));
	IS(t, WARNED, LOCK_DO_WARN);
	WAKES(t, 215 * S);
	t.config = &COMPANY;
	tell(&t, 206 * S, EVENT(CONFIG));
	IS(t, OPEN, LOCK_DO_STOP_WARNING);
	WAKES(t, 270 * S);
}

static void observe_records_and_asks_nobody(void **state)
{
	struct tale t = tale(&OBSERVE);

	(void)state;
	WAKES(t, 300 * S);
	tell(&t, 300 * S, EVENT(TIME));
	IS(t, OPEN, LOCK_DO_RECORD_OBSERVED);
	assert_int_equal(t.lock.reason, LOCK_REASON_IDLE);
	/* once for each deadline */
	WAKES(t, 600 * S);
	tell(&t, 600 * S, EVENT(TIME));
	IS(t, OPEN, 0);
	tell(&t, 900 * S, INPUT(650 * S));
	tell(&t, 900 * S, EVENT(TIME));
	IS(t, OPEN, 0);
	WAKES(t, 950 * S);
	tell(&t, 950 * S, EVENT(TIME));
	IS(t, OPEN, LOCK_DO_RECORD_OBSERVED);
	tell(&t, 951 * S, DEMAND(LID));
	IS(t, OPEN, LOCK_DO_RECORD_OBSERVED);
	assert_int_equal(t.lock.reason, LOCK_REASON_LID);
	/* the countdown of before ends with it */
	t = tale(&COMPANY);
	tell(&t, 280 * S, EVENT(TIME));
	t.config = &OBSERVE;
	tell(&t, 281 * S, EVENT(CONFIG));
	IS(t, OPEN, LOCK_DO_STOP_WARNING);
	assert_int_equal(lock_begin(&OBSERVE, true, T0).next.state, LOCK_OPEN);
}

static void a_lock_stays_when_observe_begins(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, MS, STRONG);
	t.config = &OBSERVE;
	tell(&t, 1 * S, EVENT(CONFIG));
	assert_int_equal(t.lock.state, LOCK_HELD);
	tell(&t, 2 * S, EVENT(LOCKER_GONE));
	IS(t, UNPROVEN, LOCK_DO_RECORD_LOST | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	WAKES(t, INT64_MAX - T0);
	t.config = &COMPANY;
	tell(&t, 5 * S, EVENT(CONFIG));
	IS(t, ASKED, LOCK_DO_START_RUNG | LOCK_DO_FACTS);
	assert_int_equal(t.lock.rung, 0);
	t.config = &OBSERVE;
	tell(&t, 6 * S, EVENT(CONFIG));
	tell(&t, 7 * S, EVENT(TIME));
	IS(t, UNPROVEN, LOCK_DO_FACTS); /* told at 2 s */
	tell(&t, 8 * S, EVENT(AUTHENTICATED));
	IS(t, OPEN, OPENING);
}

static void a_changed_ladder_goes_on_at_the_same_rung(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 0, EVENT(RUNG_FAILED));
	t.config = &QUICK; /* the locker alone */
	tell(&t, MS, EVENT(CONFIG));
	IS(t, ASKED, 0);
	assert_int_equal(t.lock.rung, 0);
	t = tale(&QUICK);
	tell(&t, 0, DEMAND(REQUEST));
	t.config = &NOTHING_THERE;
	tell(&t, MS, EVENT(CONFIG));
	IS(t, UNPROVEN, LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	t.config = &COMPANY;
	tell(&t, 2 * S, EVENT(CONFIG));
	IS(t, ASKED, LOCK_DO_START_RUNG | LOCK_DO_FACTS);
	assert_int_equal(t.lock.running, LOCK_RUNG_DESKTOP);
	tell(&t, 3 * S, WEAK);
	/* a shorter one: from its last rung */
	t = tale(&COMPANY);
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 0, EVENT(RUNG_FAILED));
	tell(&t, 0, EVENT(RUNG_FAILED));
	t.config = &TWO;
	tell(&t, MS, EVENT(CONFIG));
	IS(t, ASKED, LOCK_DO_START_RUNG);
	assert_int_equal(t.lock.rung, 1);
	tell(&t, 3 * S, WEAK);
	t.config = &QUICK; /* what holds it is no rung any more */
	tell(&t, 4 * S, EVENT(CONFIG));
	IS(t, HELD, LOCK_DO_VERIFY);
}

static void a_session_found_locked_is_locked_until_somebody_authenticates(void **state)
{
	struct lock_step first = lock_begin(&COMPANY, true, T0);
	struct tale t = {.lock = first.next, .config = &COMPANY, .actions = first.actions};

	(void)state;
	IS(t, ASKED, ASKING | LOCK_DO_VERIFY);
	assert_int_equal(t.lock.reason, LOCK_REASON_FOUND_LOCKED);
	tell(&t, 5 * MS, STRONG);
	IS(t, HELD, PROVING);
	tell(&t, 1 * S, EVENT(AUTHENTICATED));
	IS(t, OPEN, OPENING);
	first = lock_begin(&NOTHING_THERE, true, T0);
	assert_int_equal(first.next.state, LOCK_UNPROVEN);
}

static void an_end_is_the_end(void **state)
{
	struct tale t = tale(&COMPANY);
	struct lock nothing = {0};
	struct lock_step step;

	(void)state;
	tell(&t, 275 * S, EVENT(TIME));
	tell(&t, 276 * S, EVENT(ENDED));
	IS(t, ENDED, LOCK_DO_STOP_WARNING | LOCK_DO_FACTS);
	WAKES(t, INT64_MAX - T0);
	tell(&t, 300 * S, DEMAND(REQUEST));
	IS(t, ENDED, 0);
	step = lock_step(&nothing, &COMPANY, &DEMAND(REQUEST), T0);
	assert_int_equal(step.next.state, LOCK_ENDED);
	assert_int_equal(step.actions, 0);
}

static void a_late_wake_up_still_tries_every_rung(void **state)
{
	struct tale t = tale(&FOUR);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	/* asleep through most of the ladder: what is left is shared */
	tell(&t, 9 * S, EVENT(TIME));
	assert_int_equal(t.lock.rung, 1);
	assert_int_equal(t.lock.rung_until_ns - T0, 9 * S + 1 * S / 3);
	/* asleep beyond it: no proof, and the next pass goes on behind the rung that was cut off, soon */
	tell(&t, 30 * S, EVENT(TIME));
	IS(t, UNPROVEN, LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	WAKES(t, 31 * S);
	tell(&t, 31 * S, EVENT(TIME));
	IS(t, ASKED, LOCK_DO_START_RUNG | LOCK_DO_FACTS);
	assert_int_equal(t.lock.rung, 2);
}

static void a_ladder_of_too_long_rungs_is_cut_to_its_time(void **state)
{
	struct lock_config longest = FOUR;
	struct tale t;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		longest.rung_ns[i] = i % 2 == 0 ? INT64_MAX : INT64_MIN;
	longest.rung_count = 1000;
	t = tale(&longest);
	tell(&t, 0, DEMAND(REQUEST));
	for (int i = 0; i < 1000 && t.lock.state == LOCK_ASKED; i++)
		tell(&t, t.lock.wake_at_ns - T0, EVENT(TIME));
	assert_int_equal(t.lock.state, LOCK_UNPROVEN);
	assert_in_range(t.lock.unproven_ns, T0, T0 + LOCK_LADDER_NS);
	assert_int_equal(t.lock.rung, 3);
}

static void a_clock_set_back_ends_every_wait(void **state)
{
	struct tale t = tale(&COMPANY);

	(void)state;
	tell(&t, 0, DEMAND(REQUEST));
	tell(&t, 1, EVENT(TIME));
	tell(&t, -500 * S, EVENT(TIME));
	IS(t, UNPROVEN, LOCK_DO_RECORD_RUNG | LOCK_DO_RECORD_UNPROVEN | LOCK_DO_FACTS);
	WAKES(t, -499 * S);
	tell(&t, -499 * S, STRONG);
	IS(t, HELD, PROVING);
	tell(&t, -900 * S, EVENT(TIME));
	IS(t, HELD, LOCK_DO_VERIFY);
	t = tale(&COMPANY);
	tell(&t, -500 * S, EVENT(TIME));
	IS(t, OPEN, 0);
	WAKES(t, -500 * S + 270 * S);
}

static void times_at_the_edge_do_not_overflow(void **state)
{
	struct lock_config huge = COMPANY;
	struct lock_step step;

	(void)state;
	huge.after_ns = huge.warn_ns = huge.grace_ns = INT64_MAX;
	step = lock_begin(&huge, false, INT64_MAX - 5);
	for (int kind = 0; kind < LOCK_EVENT_MAX; kind++)
		for (int twice = 0; twice < 2; twice++) {
			struct lock_event event = {.kind = (enum lock_event_kind)kind, .at_ns = twice ? INT64_MAX : INT64_MIN,
						   .strength = LOCK_STRENGTH_STRONG, .reason = LOCK_REASON_LID};

			(void)lock_step(&step.next, &huge, &event, INT64_MAX);
			(void)lock_step(&step.next, &huge, &event, INT64_MIN);
			step = lock_step(&step.next, &COMPANY, &event, INT64_MAX - 1);
		}
	assert_int_equal(step.next.state, LOCK_ENDED);
}

static void names_are_there(void **state)
{
	(void)state;
	for (int i = 0; i < LOCK_STATE_MAX; i++)
		assert_string_not_equal(lock_state_name((enum lock_state)i), "unknown");
	for (int i = 0; i < LOCK_REASON_MAX; i++)
		assert_string_not_equal(lock_reason_name((enum lock_reason)i), "unknown");
	for (int i = 0; i < LOCK_RUNG_MAX; i++)
		assert_string_not_equal(lock_rung_name((enum lock_rung)i), "unknown");
	for (int i = 0; i < LOCK_STRENGTH_MAX; i++)
		assert_string_not_equal(lock_strength_name((enum lock_strength)i), "unknown");
	assert_string_equal(lock_state_name(LOCK_STATE_MAX), "unknown");
	assert_string_equal(lock_reason_name((enum lock_reason)-1), "unknown");
	assert_string_equal(lock_state_name(LOCK_HELD), "held");
	assert_string_equal(lock_rung_name(LOCK_RUNG_CONSOLE), "console");
}

/* --- all strings of events --- */

/* What one letter of a string does: time passes, then something happens. */
enum pass { PASS_NONE, PASS_HALF, PASS_WAKE, PASS_LATE, PASS_BACK, PASS_MAX };
static const struct letter {
	struct lock_event event;
	bool input_now;  /* at_ns is now; else as it stands, from T0 */
	unsigned passes; /* bits */
	const struct lock_config *config; /* CONFIG: from now on */
} LETTERS[] = {
#define TIMELY (1u << PASS_NONE | 1u << PASS_HALF | 1u << PASS_WAKE)
#define NOW (1u << PASS_NONE | 1u << PASS_HALF)
	{.event = {.kind = LOCK_EVENT_TIME}, .passes = TIMELY | 1u << PASS_LATE | 1u << PASS_BACK},
	{.event = {.kind = LOCK_EVENT_INPUT}, .input_now = true, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_INPUT, .at_ns = T0 + 10 * S}, .passes = 1u << PASS_HALF | 1u << PASS_WAKE},
	{.event = {.kind = LOCK_EVENT_DEMAND, .reason = LOCK_REASON_SLEEP}, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_PROVEN, .strength = LOCK_STRENGTH_WEAK}, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_PROVEN, .strength = LOCK_STRENGTH_NONE}, .passes = NOW},
	{.event = {.kind = LOCK_EVENT_NOT_PROVEN}, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_RUNG_FAILED}, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_RUNG_FAILED, .rung = LOCK_RUNG_LOCKER}, .passes = NOW},
	{.event = {.kind = LOCK_EVENT_LOCKER_GONE}, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_LOCKER_GONE, .rung = LOCK_RUNG_DESKTOP}, .passes = NOW},
	{.event = {.kind = LOCK_EVENT_AUTHENTICATED}, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_LOOK}, .passes = TIMELY},
	{.event = {.kind = LOCK_EVENT_EXCUSED, .at_ns = T0 + 3600 * S}, .passes = NOW},
	{.event = {.kind = LOCK_EVENT_EXCUSED, .at_ns = 0}, .passes = NOW},
	{.event = {.kind = LOCK_EVENT_CONFIG}, .passes = NOW, .config = &COMPANY},
	{.event = {.kind = LOCK_EVENT_CONFIG}, .passes = NOW, .config = &QUICK},
	{.event = {.kind = LOCK_EVENT_CONFIG}, .passes = NOW, .config = &OBSERVE},
	{.event = {.kind = LOCK_EVENT_CONFIG}, .passes = NOW, .config = &NOTHING_THERE},
	{.event = {.kind = LOCK_EVENT_CONFIG}, .passes = NOW, .config = &STRICT},
	{.event = {.kind = LOCK_EVENT_ENDED}, .passes = 1u << PASS_NONE},
};

struct place {
	struct lock lock;
	struct lock_watch watch;
	const struct lock_config *config;
	int64_t now_ns;
};

/* Where the walk was already, with how many letters left: two places that differ only by a shift in time go on alike (shown below). */
struct walk {
	struct { uint64_t key; uint8_t left; } *visited;
	size_t slots, used;
	uint64_t steps;
	unsigned depth;
	char trail[64][48];
};

static int64_t shifted(int64_t at_ns, int64_t now_ns)
{
	return at_ns <= 0 || at_ns == INT64_MAX ? at_ns : at_ns - now_ns;
}

static void shift_lock(struct lock *l, int64_t by_ns)
{
	int64_t *const times[] = {&l->last_input_ns, &l->excused_until_ns, &l->deadline_ns, &l->asked_ns, &l->rung_asked_ns, &l->rung_until_ns,
				  &l->ladder_until_ns, &l->unproven_ns, &l->told_ns, &l->proven_ns, &l->first_proven_ns, &l->look_until_ns,
				  &l->look_at_ns, &l->looked_ns, &l->lost_ns, &l->observed_ns, &l->seen_ns, &l->wake_at_ns};

	for (size_t i = 0; i < COUNT(times); i++)
		*times[i] = shifted(*times[i], by_ns);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}

/* Field by field, since padding is anything. */
static uint64_t key_of(const struct place *at)
{
	struct lock l = at->lock;
	const struct lock_watch *w = &at->watch;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	shift_lock(&l, at->now_ns);
	const int64_t numbers[] = {
		l.state, l.reason, l.strength, l.last_input_ns, l.excused_until_ns, l.deadline_ns, l.asked_ns, l.rung_asked_ns, l.rung_until_ns,
		l.ladder_until_ns, l.unproven_ns, l.told_ns, l.proven_ns, l.first_proven_ns, l.look_until_ns, l.look_early, l.look_at_ns, l.looked_ns,
		l.lost_ns, l.observed_ns, l.seen_ns, (int64_t)l.rung, l.running, l.wake_at_ns, w->warning, w->late, w->reconfigured, w->keyring_locked,
		shifted(w->asked_since_ns, at->now_ns), shifted(w->lock_asked_ns, at->now_ns), shifted(w->used_ns, at->now_ns),
		shifted(w->excused_until_ns, at->now_ns), shifted(w->lost_ns, at->now_ns), shifted(w->unproven_told_ns, at->now_ns),
		(int64_t)(intptr_t)at->config, T0 + 10 * S - at->now_ns, /* letters with a fixed time */
	};
	return mix(hash, numbers, sizeof numbers) | 1;
}

static void grow(struct walk *walk)
{
	struct walk old = *walk;

	walk->slots = old.slots == 0 ? 1 << 16 : old.slots * 2;
	walk->visited = calloc(walk->slots, sizeof walk->visited[0]);
	assert_non_null(walk->visited);
	for (size_t i = 0; i < old.slots; i++) {
		size_t slot = old.visited[i].key & (walk->slots - 1);

		if (old.visited[i].key == 0)
			continue;
		while (walk->visited[slot].key != 0)
			slot = (slot + 1) & (walk->slots - 1);
		walk->visited[slot] = old.visited[i];
	}
	free(old.visited);
}

/* True when the walk was here with at least as many letters left. */
static bool was_here(struct walk *walk, const struct place *at, unsigned left)
{
	uint64_t key = key_of(at);
	size_t slot;

	if (walk->used * 2 >= walk->slots)
		grow(walk);
	slot = key & (walk->slots - 1);
	while (walk->visited[slot].key != 0 && walk->visited[slot].key != key)
		slot = (slot + 1) & (walk->slots - 1);
	if (walk->visited[slot].key == key && walk->visited[slot].left >= left)
		return true;
	walk->used += walk->visited[slot].key == 0;
	walk->visited[slot].key = key;
	walk->visited[slot].left = (uint8_t)left;
	return false;
}

static int64_t pass_time(const struct place *at, enum pass pass)
{
	int64_t wake = at->lock.wake_at_ns == INT64_MAX ? at->now_ns + 100 * S : at->lock.wake_at_ns;

	if (wake < at->now_ns)
		wake = at->now_ns;
	switch (pass) {
	case PASS_HALF:
		return at->now_ns + (wake - at->now_ns) / 2;
	case PASS_WAKE:
		return wake;
	case PASS_LATE:
		return wake + 11 * S;
	case PASS_BACK:
		return at->now_ns - 100 * S;
	case PASS_NONE:
	case PASS_MAX:
		break;
	}
	return at->now_ns;
}

static void complain(const struct walk *walk, unsigned depth, const char *broken)
{
	print_error("%s after", broken);
	for (unsigned i = 0; i <= depth; i++)
		print_error(" %s", walk->trail[i]);
	print_error("\n");
	fail();
}

static void go(struct walk *walk, const struct place *at, unsigned depth);

static void read_letter(struct walk *walk, const struct place *at, const struct letter *letter, enum pass pass, unsigned depth)
{
	struct place next = {.watch = at->watch, .config = letter->config != NULL ? letter->config : at->config, .now_ns = pass_time(at, pass)};
	struct lock_event event = letter->event;
	struct lock_step step;
	struct lock_seen seen;
	const char *broken;

	if (letter->input_now)
		event.at_ns = next.now_ns;
	step = lock_step(&at->lock, next.config, &event, next.now_ns);
	next.lock = step.next;
	walk->steps++;
	(void)snprintf(walk->trail[depth], sizeof walk->trail[depth], "%d.%d@%.3f", (int)event.kind, (int)pass, (double)(next.now_ns - T0) / (double)S);
	seen = (struct lock_seen){.before = &at->lock, .after = &next.lock, .config = next.config, .event = &event, .actions = step.actions,
				  .now_ns = next.now_ns};
	broken = lock_watch_step(&next.watch, &seen);
	if (broken != NULL)
		complain(walk, depth, broken);
	go(walk, &next, depth + 1);
}

static void go(struct walk *walk, const struct place *at, unsigned depth)
{
	if (depth >= walk->depth || was_here(walk, at, walk->depth - depth))
		return;
	for (size_t i = 0; i < COUNT(LETTERS); i++)
		for (enum pass pass = 0; pass < PASS_MAX; pass++)
			if ((LETTERS[i].passes & 1u << pass) != 0)
				read_letter(walk, at, &LETTERS[i], pass, depth);
}

/* 10 s; a minute with six (make check-long). Sanitizers take their time. */
#if defined(__SANITIZE_ADDRESS__)
#define USUAL_DEPTH 4
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define USUAL_DEPTH 4
#endif
#endif
#ifndef USUAL_DEPTH
#define USUAL_DEPTH 5
#endif

static unsigned walk_depth(void)
{
	const char *said = getenv("LOCK_WALK_DEPTH");
	int64_t depth = USUAL_DEPTH;

	if (said != NULL)
		assert_int_equal(number_parse(said, strlen(said), 1, 60, &depth), 0);
	return (unsigned)depth;
}

static void all_strings_of_events_keep_the_rules(void **state)
{
	static const struct { const struct lock_config *config; bool found_locked; } STARTS[] = {
		{&COMPANY, false}, {&COMPANY, true}, {&QUICK, true}, {&OBSERVE, false}, {&FOUR, true},
	};
	struct walk walk = {.depth = walk_depth()};

	(void)state;
	for (size_t i = 0; i < COUNT(STARTS); i++) {
		struct lock_step first = lock_begin(STARTS[i].config, STARTS[i].found_locked, T0);
		struct place start = {.lock = first.next, .watch = lock_watch_begin(&first, T0), .config = STARTS[i].config, .now_ns = T0};

		go(&walk, &start, 0);
	}
	print_message("depth %u: %llu steps, %zu places\n", walk.depth, (unsigned long long)walk.steps, walk.used);
	assert_true(walk.steps > 1000);
	free(walk.visited);
}

/* What the walk relies on: nothing depends on what time it is, only on how much has passed. */
static void a_shift_in_time_changes_nothing(void **state)
{
	const int64_t by_ns = 12345 * S;
	uint64_t random = 88172645463325252u;
	struct lock_step here = lock_begin(&FOUR, false, T0 + by_ns), there = lock_begin(&FOUR, false, T0);
	int64_t now_ns = T0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		const struct letter *letter;
		struct lock_event event, moved;
		struct lock l;

		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		letter = &LETTERS[random % COUNT(LETTERS)];
		now_ns += (int64_t)(random >> 40 & 0xfff) * MS;
		if (letter->event.kind == LOCK_EVENT_ENDED)
			continue;
		event = moved = letter->event;
		if (event.kind == LOCK_EVENT_INPUT || (event.kind == LOCK_EVENT_EXCUSED && event.at_ns > 0))
			event.at_ns = now_ns + 50 * S * (event.kind == LOCK_EVENT_EXCUSED), moved.at_ns = event.at_ns + by_ns;
		there = lock_step(&there.next, &FOUR, &event, now_ns);
		here = lock_step(&here.next, &FOUR, &moved, now_ns + by_ns);
		assert_int_equal(here.actions, there.actions);
		assert_int_equal(here.next.state, there.next.state);
		l = here.next;
		shift_lock(&l, by_ns);
		assert_int_equal(l.wake_at_ns, there.next.wake_at_ns);
		assert_int_equal(l.deadline_ns, there.next.deadline_ns);
	}
}

/* The same event at the same time again does nothing more. */
static void an_event_twice_opens_nothing_and_starts_nothing(void **state)
{
	uint64_t random = 0x9e3779b97f4a7c15u;
	struct lock_step step = lock_begin(&FOUR, false, T0);
	int64_t now_ns = T0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		const struct letter *letter;
		struct lock_step again;

		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		letter = &LETTERS[random % COUNT(LETTERS)];
		now_ns += (int64_t)(random >> 40 & 0xfff) * MS;
		if (letter->event.kind == LOCK_EVENT_ENDED)
			continue;
		step = lock_step(&step.next, &FOUR, &letter->event, now_ns);
		again = lock_step(&step.next, &FOUR, &letter->event, now_ns);
		assert_false(lock_is_demanded(&step.next) && !lock_is_demanded(&again.next) && letter->event.kind != LOCK_EVENT_AUTHENTICATED);
		if (letter->event.kind == LOCK_EVENT_TIME || letter->event.kind == LOCK_EVENT_PROVEN)
			assert_int_equal(again.actions & ~(unsigned)(LOCK_DO_FACTS | LOCK_DO_VERIFY), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unused_session_is_warned_locked_proven_and_opened),
		cmocka_unit_test(input_goes_back_to_the_beginning),
		cmocka_unit_test(input_after_the_time_does_not_stop_the_lock),
		cmocka_unit_test(grace_lets_input_stop_the_lock_after_its_deadline),
		cmocka_unit_test(a_countdown_is_never_longer_than_half_the_time),
		cmocka_unit_test(each_rung_has_its_time_and_the_ladder_an_end),
		cmocka_unit_test(the_screen_is_looked_at_while_a_rung_runs),
		cmocka_unit_test(a_rung_that_fails_is_left_at_once),
		cmocka_unit_test(a_proof_of_an_earlier_rung_counts),
		cmocka_unit_test(a_proof_of_no_strength_is_none),
		cmocka_unit_test(a_weak_proof_ends_no_rung_where_a_strong_one_is_needed),
		cmocka_unit_test(a_proof_that_becomes_weaker_is_a_loss),
		cmocka_unit_test(a_lock_is_proven_again),
		cmocka_unit_test(an_answer_that_is_late_is_a_loss_even_when_it_is_good),
		cmocka_unit_test(input_and_changes_ask_for_a_look),
		cmocka_unit_test(a_demand_on_a_held_lock_asks_for_a_new_proof),
		cmocka_unit_test(a_demand_during_the_countdown_locks),
		cmocka_unit_test(a_demand_on_an_unproven_lock_tries_again_but_not_without_end),
		cmocka_unit_test(a_second_loss_within_a_minute_leads_to_the_next_rung),
		cmocka_unit_test(one_death_told_twice_is_one_loss),
		cmocka_unit_test(a_failure_of_what_holds_asks_for_a_look),
		cmocka_unit_test(a_death_at_the_end_starts_nothing),
		cmocka_unit_test(a_locker_that_dies_before_its_proof_is_started_once_more),
		cmocka_unit_test(losses_of_one_lock_are_not_those_of_the_next),
		cmocka_unit_test(excuses_move_the_deadline_and_end),
		cmocka_unit_test(a_shorter_policy_warns_first),
		cmocka_unit_test(observe_records_and_asks_nobody),
		cmocka_unit_test(a_lock_stays_when_observe_begins),
		cmocka_unit_test(a_changed_ladder_goes_on_at_the_same_rung),
		cmocka_unit_test(a_session_found_locked_is_locked_until_somebody_authenticates),
		cmocka_unit_test(an_end_is_the_end),
		cmocka_unit_test(a_late_wake_up_still_tries_every_rung),
		cmocka_unit_test(a_ladder_of_too_long_rungs_is_cut_to_its_time),
		cmocka_unit_test(a_clock_set_back_ends_every_wait),
		cmocka_unit_test(times_at_the_edge_do_not_overflow),
		cmocka_unit_test(names_are_there),
		cmocka_unit_test(all_strings_of_events_keep_the_rules),
		cmocka_unit_test(a_shift_in_time_changes_nothing),
		cmocka_unit_test(an_event_twice_opens_nothing_and_starts_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
