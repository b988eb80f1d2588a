/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock's table: which event does what in which state. lock.h holds the promises. */
#include "lock.h"

#include <assert.h>

#define MS INT64_C(1000000)
/* A locker that comes up is looked for at growing distances, since not every one says when it is there. */
#define LOOK_FIRST_NS (50 * MS)
#define LOOK_SLOWEST_NS (500 * MS)
/* Events that ask for a look, however many, cause at most one in this time. */
#define LOOK_GAP_NS (20 * MS)
#define LOOK_INPUT_GAP_NS LOCK_PROBE_NS
/* However a ladder is cut, a rung gets this much. */
#define RUNG_LEAST_NS (100 * MS)

static_assert(LOCK_RUNGS_MAX * RUNG_LEAST_NS < LOCK_LADDER_NS, "the least times fit into the ladder");

/* One step on its way. */
struct step {
	struct lock *lock;
	const struct lock_config *config;
	const struct lock_event *event;
	int64_t now_ns;
	unsigned actions;
};

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static size_t rung_count(const struct lock_config *config)
{
	return config->rung_count < LOCK_RUNGS_MAX ? config->rung_count : LOCK_RUNGS_MAX;
}

bool lock_is_demanded(const struct lock *lock)
{
	return lock->state == LOCK_ASKED || lock->state == LOCK_HELD || lock->state == LOCK_UNPROVEN;
}

bool lock_wants_input(const struct lock *lock)
{
	return lock->state == LOCK_WARNED || (lock->state == LOCK_HELD && lock->look_until_ns == 0 && !lock->look_early);
}

/* --- when: the times of an open session --- */

static int64_t after_ns(const struct lock_config *config)
{
	return most(config->after_ns, 0);
}

/* A countdown as long as the whole time would run while somebody types. */
static int64_t warn_ns(const struct lock_config *config)
{
	return least(most(config->warn_ns, 0), after_ns(config) / 2);
}

static int64_t due_ns(const struct lock *lock, const struct lock_config *config)
{
	return add(lock->deadline_ns, most(config->grace_ns, 0));
}

/* When it is due by the last input alone. */
static int64_t natural_deadline(const struct lock *lock, const struct lock_config *config)
{
	return most(add(lock->last_input_ns, after_ns(config)), lock->excused_until_ns);
}

/* When the rules change, a deadline may come nearer, but not nearer than floor: input from before may still be unread, and nobody was warned. It never
 * moves away by that, however often the rules change. */
static void move_deadline(struct step *s, int64_t floor_ns)
{
	s->lock->deadline_ns = most(natural_deadline(s->lock, s->config), least(s->lock->deadline_ns, floor_ns));
}

/* Back from the countdown, or on with another end. */
static void settle_warning(struct step *s, int64_t old_due_ns)
{
	struct lock *l = s->lock;
	bool early = s->now_ns < add(l->deadline_ns, -warn_ns(s->config));

	if (l->state != LOCK_WARNED)
		return;
	if (early || !s->config->enforce || warn_ns(s->config) == 0) {
		l->state = LOCK_OPEN;
		s->actions |= LOCK_DO_STOP_WARNING;
	} else if (due_ns(l, s->config) != old_due_ns) {
		s->actions |= LOCK_DO_WARN;
	}
}

/* --- looks --- */

static void look_now(struct step *s)
{
	struct lock *l = s->lock;

	s->actions |= LOCK_DO_VERIFY;
	l->looked_ns = s->now_ns;
	l->look_early = false;
	if (l->state == LOCK_HELD) {
		l->look_until_ns = add(s->now_ns, LOCK_PROBE_NS);
		l->look_at_ns = add(s->now_ns, LOCK_VERIFY_NS);
	} else if (l->state == LOCK_ASKED) {
		int64_t pause = s->now_ns - l->rung_asked_ns;

		l->look_at_ns = add(s->now_ns, least(most(pause, LOOK_FIRST_NS), LOOK_SLOWEST_NS));
	} else {
		l->look_at_ns = INT64_MAX;
	}
}

/* Something may have changed: the next look comes sooner, but not into one that is out, and not closer than gap to the last. */
static void want_look(struct step *s, int64_t gap_ns)
{
	struct lock *l = s->lock;
	int64_t at_ns = l->looked_ns == 0 ? s->now_ns : most(s->now_ns, add(l->looked_ns, gap_ns));

	if (at_ns < l->look_at_ns) {
		l->look_at_ns = at_ns;
		l->look_early = true;
	}
}

/* --- the ladder --- */

static int64_t rung_time(const struct lock_config *config, size_t rung)
{
	return most(least(config->rung_ns[rung], LOCK_LADDER_NS), RUNG_LEAST_NS);
}

/* What the rungs from this one on need, at most the whole ladder. */
static int64_t ladder_time(const struct lock_config *config, size_t rung)
{
	int64_t sum = 0;

	for (; rung < rung_count(config); rung++)
		sum = least(add(sum, rung_time(config, rung)), LOCK_LADDER_NS);
	return sum;
}

/* Its own time; where we woke late, or the times are more than the ladder, an equal share of what is left, so that each rung is tried. */
static int64_t rung_end(const struct step *s)
{
	const struct lock *l = s->lock;
	int64_t left = l->ladder_until_ns - s->now_ns;
	int64_t need = 0;

	for (size_t i = l->rung; i < rung_count(s->config); i++)
		need += rung_time(s->config, i);
	if (need <= left)
		return add(s->now_ns, rung_time(s->config, l->rung));
	return add(s->now_ns, least(rung_time(s->config, l->rung), left / (int64_t)(rung_count(s->config) - l->rung)));
}

static void begin_rung(struct step *s, size_t rung)
{
	struct lock *l = s->lock;

	l->rung = rung;
	l->running = s->config->rungs[rung];
	l->rung_asked_ns = s->now_ns;
	l->rung_until_ns = rung_end(s);
	l->look_at_ns = add(s->now_ns, LOOK_FIRST_NS);
	l->look_early = false;
	s->actions |= LOCK_DO_START_RUNG;
}

static bool tell_again(const struct step *s)
{
	return s->lock->told_ns == 0 || s->now_ns - s->lock->told_ns >= LOCK_TELL_NS;
}

static void tell_unproven(struct step *s)
{
	if (tell_again(s)) {
		s->actions |= LOCK_DO_RECORD_UNPROVEN;
		s->lock->told_ns = s->now_ns;
	}
}

/* The next pass begins where this one was cut off, or anew. */
static void become_unproven(struct step *s)
{
	struct lock *l = s->lock;
	bool cut = l->rung + 1 < rung_count(s->config);

	tell_unproven(s);
	l->state = LOCK_UNPROVEN;
	l->unproven_ns = s->now_ns;
	l->ladder_until_ns = add(s->now_ns, cut ? LOCK_PROBE_NS : LOCK_RETRY_NS);
	/* what was too weak before may hold now */
	l->look_at_ns = s->config->needed > LOCK_STRENGTH_WEAK ? s->now_ns : INT64_MAX;
	/* asked for earlier in this very step */
	s->actions &= ~(unsigned)LOCK_DO_START_RUNG;
	s->actions |= LOCK_DO_FACTS;
}

/* A pass over the ladder from this rung on. */
static void begin_pass(struct step *s, size_t rung)
{
	struct lock *l = s->lock;

	l->look_until_ns = 0;
	s->actions |= LOCK_DO_FACTS;
	if (!s->config->enforce || rung >= rung_count(s->config)) {
		become_unproven(s);
		return;
	}
	l->state = LOCK_ASKED;
	l->ladder_until_ns = add(s->now_ns, ladder_time(s->config, rung));
	begin_rung(s, rung);
}

static void next_rung(struct step *s)
{
	struct lock *l = s->lock;

	if (tell_again(s))
		s->actions |= LOCK_DO_RECORD_RUNG;
	if (!s->config->enforce || l->rung + 1 >= rung_count(s->config) || s->now_ns >= l->ladder_until_ns)
		become_unproven(s);
	else
		begin_rung(s, l->rung + 1);
}

static void next_pass(struct step *s)
{
	size_t next = s->lock->rung + 1;

	begin_pass(s, next < rung_count(s->config) ? next : 0);
}

/* A locker or a proof is lost. True when that happened within the last minute already: who does it twice would do it for ever. One death is told by
 * several (the screen, the locker's unit), which is no second one. */
static bool lost_again(struct step *s)
{
	struct lock *l = s->lock;
	int64_t before_ns = l->lost_ns;

	if (before_ns != 0 && s->now_ns - before_ns < LOCK_SAME_NS)
		return false;
	l->lost_ns = s->now_ns;
	return before_ns != 0 && s->now_ns - before_ns < LOCK_AGAIN_NS;
}

static void lose(struct step *s)
{
	struct lock *l = s->lock;
	size_t rung = l->rung;

	s->actions |= LOCK_DO_RECORD_LOST;
	if (lost_again(s)) {
		if (rung + 1 < rung_count(s->config))
			rung++;
		else
			tell_unproven(s);
	}
	begin_pass(s, rung);
}

/* --- from one state to another --- */

static void ask(struct step *s, enum lock_reason reason)
{
	struct lock *l = s->lock;

	if (l->state == LOCK_WARNED)
		s->actions |= LOCK_DO_STOP_WARNING;
	l->reason = reason;
	l->asked_ns = s->now_ns;
	s->actions |= LOCK_DO_KEYRING | LOCK_DO_RECORD_ASKED;
	begin_pass(s, 0);
}

static void hold(struct step *s)
{
	struct lock *l = s->lock;

	if (l->state != LOCK_HELD)
		s->actions |= LOCK_DO_RECORD_PROVEN;
	if (l->first_proven_ns == 0)
		l->first_proven_ns = s->now_ns;
	if (l->state != LOCK_HELD || !l->look_early)
		l->look_at_ns = add(s->now_ns, LOCK_VERIFY_NS);
	if (l->state != LOCK_HELD)
		l->look_early = false;
	l->state = LOCK_HELD;
	l->strength = s->event->strength;
	l->proven_ns = s->now_ns;
	l->look_until_ns = 0;
	l->told_ns = 0;
	s->actions |= LOCK_DO_FACTS;
}

static void open_anew(struct step *s)
{
	struct lock fresh = {.state = LOCK_OPEN, .last_input_ns = s->now_ns, .excused_until_ns = s->lock->excused_until_ns, .seen_ns = s->now_ns};

	fresh.deadline_ns = natural_deadline(&fresh, s->config);
	*s->lock = fresh;
	s->actions |= LOCK_DO_OPENED | LOCK_DO_RECORD_OPENED | LOCK_DO_FACTS;
}

/* --- the events --- */

static void observe_deadline(struct step *s)
{
	struct lock *l = s->lock;

	if (l->observed_ns == l->deadline_ns || s->now_ns < due_ns(l, s->config))
		return;
	l->observed_ns = l->deadline_ns;
	l->reason = LOCK_REASON_IDLE;
	s->actions |= LOCK_DO_RECORD_OBSERVED;
}

static void on_time_open(struct step *s)
{
	struct lock *l = s->lock;
	int64_t warn = warn_ns(s->config);

	if (!s->config->enforce) {
		observe_deadline(s);
	} else if (s->now_ns >= due_ns(l, s->config)) {
		ask(s, LOCK_REASON_IDLE);
	} else if (l->state == LOCK_OPEN && warn > 0 && s->now_ns >= add(l->deadline_ns, -warn)) {
		l->state = LOCK_WARNED;
		s->actions |= LOCK_DO_WARN;
	}
}

/* Input from long after the time is no reason to stay open: with nobody there, the next hand on the keyboard may be anybody's. */
static void on_input_open(struct step *s)
{
	struct lock *l = s->lock;
	int64_t at_ns = least(s->event->at_ns, s->now_ns);
	int64_t due = due_ns(l, s->config);

	if (at_ns <= l->last_input_ns)
		return;
	if (s->config->enforce && at_ns > add(due, LOCK_LATE_NS)) {
		ask(s, LOCK_REASON_IDLE);
		return;
	}
	l->last_input_ns = at_ns;
	l->deadline_ns = most(l->deadline_ns, natural_deadline(l, s->config));
	settle_warning(s, due);
}

static void on_excused(struct step *s)
{
	s->lock->excused_until_ns = least(most(s->event->at_ns, 0), add(s->now_ns, LOCK_EXCUSE_MAX_NS));
}

static void on_excused_open(struct step *s)
{
	int64_t due = due_ns(s->lock, s->config);

	on_excused(s);
	move_deadline(s, s->now_ns);
	settle_warning(s, due);
}

static void on_config_open(struct step *s)
{
	int64_t due = due_ns(s->lock, s->config);

	move_deadline(s, add(s->now_ns, warn_ns(s->config)));
	settle_warning(s, due);
}

static void on_demand_open(struct step *s)
{
	if (s->config->enforce) {
		ask(s, s->event->reason);
		return;
	}
	s->lock->reason = s->event->reason;
	s->actions |= LOCK_DO_RECORD_OBSERVED;
}

/* An answer that is late is none, even when it comes before we noticed. */
static void expire_look(struct step *s)
{
	if (s->lock->state == LOCK_HELD && s->lock->look_until_ns != 0 && s->now_ns >= s->lock->look_until_ns)
		lose(s);
}

/* While a rung runs, the person's own locker, or what passes itself off as one, is none; one that holds is not followed by a weaker one. */
static bool is_enough(const struct step *s)
{
	enum lock_strength strength = s->event->strength;

	if (strength <= LOCK_STRENGTH_NONE || strength >= LOCK_STRENGTH_MAX)
		return false;
	if (s->lock->state == LOCK_ASKED)
		return strength >= s->config->needed;
	return s->lock->state != LOCK_HELD || strength >= s->lock->strength;
}

static void on_proven(struct step *s)
{
	expire_look(s);
	if (is_enough(s))
		hold(s);
	else if (s->lock->state == LOCK_HELD)
		lose(s);
}

static bool is_of_running(const struct step *s)
{
	return s->event->rung == LOCK_RUNG_NONE || s->event->rung == s->lock->running;
}

static void on_failed_asked(struct step *s)
{
	if (is_of_running(s))
		next_rung(s);
}

/* The first time it is started again within its time; that of an earlier rung has nothing to say. */
static void on_gone_asked(struct step *s)
{
	if (!is_of_running(s))
		return;
	if (lost_again(s)) {
		next_rung(s);
	} else if (s->config->enforce) {
		s->lock->look_at_ns = least(s->lock->look_at_ns, add(s->now_ns, LOOK_FIRST_NS));
		s->actions |= LOCK_DO_START_RUNG;
	}
}

static void on_look(struct step *s)
{
	want_look(s, LOOK_GAP_NS);
}

/* What came before the newest look was seen by it. */
static void on_input_held(struct step *s)
{
	if (s->event->at_ns > s->lock->looked_ns)
		want_look(s, LOOK_INPUT_GAP_NS);
}

/* Not sooner than a second after the last pass ended, whoever asks how often. */
static void on_demand_unproven(struct step *s)
{
	struct lock *l = s->lock;

	l->ladder_until_ns = least(l->ladder_until_ns, most(s->now_ns, add(l->unproven_ns, LOCK_PROBE_NS)));
}

/* The same rung may stand elsewhere now, or nowhere. Returns whether it is still there. */
static bool find_running(struct step *s)
{
	struct lock *l = s->lock;
	size_t count = rung_count(s->config);

	for (size_t i = 0; i < count; i++)
		if (s->config->rungs[i] == l->running) {
			l->rung = i;
			return true;
		}
	l->rung = count == 0 ? 0 : (l->rung < count ? l->rung : count - 1);
	return false;
}

/* A pass that is under way keeps its end. */
static void on_config_asked(struct step *s)
{
	if (find_running(s) || !s->config->enforce)
		return;
	if (rung_count(s->config) == 0)
		become_unproven(s);
	else
		begin_rung(s, s->lock->rung);
}

static void on_config_held(struct step *s)
{
	if (!find_running(s))
		want_look(s, LOOK_GAP_NS);
}

/* Another ladder begins at its foot. */
static void on_config_unproven(struct step *s)
{
	s->lock->rung = rung_count(s->config) > 0 ? rung_count(s->config) - 1 : 0;
	on_demand_unproven(s);
}

static void on_ended(struct step *s)
{
	if (s->lock->state == LOCK_WARNED)
		s->actions |= LOCK_DO_STOP_WARNING;
	*s->lock = (struct lock){.state = LOCK_ENDED};
	s->actions |= LOCK_DO_FACTS;
}

typedef void (*handler)(struct step *s);

/* What is not here changes nothing. LOCK_ENDED has no row. */
static const handler HANDLERS[LOCK_STATE_MAX][LOCK_EVENT_MAX] = {
	[LOCK_OPEN ... LOCK_WARNED] = {
		[LOCK_EVENT_TIME] = on_time_open,
		[LOCK_EVENT_INPUT] = on_input_open,
		[LOCK_EVENT_DEMAND] = on_demand_open,
		[LOCK_EVENT_EXCUSED] = on_excused_open,
		[LOCK_EVENT_CONFIG] = on_config_open,
		[LOCK_EVENT_ENDED] = on_ended,
	},
	[LOCK_ASKED] = {
		[LOCK_EVENT_PROVEN] = on_proven,
		[LOCK_EVENT_RUNG_FAILED] = on_failed_asked,
		[LOCK_EVENT_LOCKER_GONE] = on_gone_asked,
		[LOCK_EVENT_AUTHENTICATED] = open_anew,
		[LOCK_EVENT_LOOK] = on_look,
		[LOCK_EVENT_EXCUSED] = on_excused,
		[LOCK_EVENT_CONFIG] = on_config_asked,
		[LOCK_EVENT_ENDED] = on_ended,
	},
	[LOCK_HELD] = {
		[LOCK_EVENT_INPUT] = on_input_held,
		[LOCK_EVENT_DEMAND] = on_look,
		[LOCK_EVENT_PROVEN] = on_proven,
		[LOCK_EVENT_NOT_PROVEN] = lose,
		[LOCK_EVENT_RUNG_FAILED] = on_look,
		[LOCK_EVENT_LOCKER_GONE] = lose,
		[LOCK_EVENT_AUTHENTICATED] = open_anew,
		[LOCK_EVENT_LOOK] = on_look,
		[LOCK_EVENT_EXCUSED] = on_excused,
		[LOCK_EVENT_CONFIG] = on_config_held,
		[LOCK_EVENT_ENDED] = on_ended,
	},
	[LOCK_UNPROVEN] = {
		[LOCK_EVENT_DEMAND] = on_demand_unproven,
		[LOCK_EVENT_PROVEN] = on_proven,
		[LOCK_EVENT_LOCKER_GONE] = on_demand_unproven,
		[LOCK_EVENT_AUTHENTICATED] = open_anew,
		[LOCK_EVENT_LOOK] = on_look,
		[LOCK_EVENT_EXCUSED] = on_excused,
		[LOCK_EVENT_CONFIG] = on_config_unproven,
		[LOCK_EVENT_ENDED] = on_ended,
	},
};

/* --- what time does, whatever the event --- */

static void keep_time(struct step *s)
{
	struct lock *l = s->lock;

	expire_look(s);
	if (l->state == LOCK_ASKED && s->now_ns >= l->rung_until_ns)
		next_rung(s);
	else if (l->state == LOCK_UNPROVEN && s->config->enforce && s->now_ns >= l->ladder_until_ns)
		next_pass(s);
	if (lock_is_demanded(l) && l->look_until_ns == 0 && s->now_ns >= l->look_at_ns)
		look_now(s);
}

/* CLOCK_MONOTONIC does not go back; were it to, every wait of a lock that is demanded ends now, and no open session waits longer than from new. */
static void rebase(struct step *s)
{
	struct lock *l = s->lock;

	if (s->now_ns >= l->seen_ns)
		return;
	l->last_input_ns = least(l->last_input_ns, s->now_ns);
	l->excused_until_ns = least(l->excused_until_ns, add(s->now_ns, LOCK_EXCUSE_MAX_NS));
	l->deadline_ns = least(l->deadline_ns, most(add(s->now_ns, after_ns(s->config)), l->excused_until_ns));
	l->observed_ns = 0;
	l->rung_asked_ns = least(l->rung_asked_ns, s->now_ns);
	l->rung_until_ns = least(l->rung_until_ns, s->now_ns);
	l->ladder_until_ns = least(l->ladder_until_ns, s->now_ns);
	l->look_until_ns = least(l->look_until_ns, s->now_ns);
	l->look_at_ns = least(l->look_at_ns, s->now_ns);
	l->looked_ns = l->lost_ns = l->told_ns = 0;
	l->unproven_ns = least(l->unproven_ns, s->now_ns);
}

static int64_t wake_open(const struct lock *l, const struct lock_config *config, int64_t now_ns)
{
	int64_t due = due_ns(l, config);
	int64_t warn = warn_ns(config);

	if (!config->enforce)
		return l->observed_ns == l->deadline_ns ? add(now_ns, most(after_ns(config), LOCK_PROBE_NS)) : due;
	return l->state == LOCK_OPEN && warn > 0 ? add(l->deadline_ns, -warn) : due;
}

static int64_t wake_at(const struct lock *l, const struct lock_config *config, int64_t now_ns)
{
	switch (l->state) {
	case LOCK_OPEN:
	case LOCK_WARNED:
		return wake_open(l, config, now_ns);
	case LOCK_ASKED:
		return least(l->rung_until_ns, l->look_at_ns);
	case LOCK_HELD:
		return l->look_until_ns != 0 ? l->look_until_ns : l->look_at_ns;
	case LOCK_UNPROVEN:
		return config->enforce ? least(l->ladder_until_ns, l->look_at_ns) : l->look_at_ns;
	case LOCK_ENDED:
	case LOCK_STATE_MAX:
		break;
	}
	return INT64_MAX;
}

/* --- the two doors --- */

struct lock_step lock_begin(const struct lock_config *config, bool found_locked, int64_t now_ns)
{
	struct lock_step step = {.next = {.state = LOCK_OPEN, .last_input_ns = now_ns, .seen_ns = now_ns}};
	struct step s = {.lock = &step.next, .config = config, .now_ns = now_ns};

	step.next.deadline_ns = natural_deadline(&step.next, config);
	s.actions = LOCK_DO_FACTS;
	if (found_locked && config->enforce) {
		ask(&s, LOCK_REASON_FOUND_LOCKED);
		/* What held it may hold it still. */
		want_look(&s, 0);
		keep_time(&s);
	}
	step.next.wake_at_ns = wake_at(&step.next, config, now_ns);
	step.actions = s.actions;
	return step;
}

struct lock_step lock_step(const struct lock *before, const struct lock_config *config, const struct lock_event *event, int64_t now_ns)
{
	struct lock_step step = {.next = *before};
	struct step s = {.lock = &step.next, .config = config, .event = event, .now_ns = now_ns};
	handler handle;

	if (before->state <= LOCK_ENDED || before->state >= LOCK_STATE_MAX)
		return step;
	rebase(&s);
	handle = event->kind < LOCK_EVENT_MAX ? HANDLERS[step.next.state][event->kind] : NULL;
	if (handle != NULL)
		handle(&s);
	keep_time(&s);
	if (step.next.state != LOCK_ENDED)
		step.next.seen_ns = now_ns;
	step.next.wake_at_ns = wake_at(&step.next, config, now_ns);
	step.actions = s.actions;
	return step;
}

/* --- names --- */

static const char *const STATES[LOCK_STATE_MAX] = {
	[LOCK_ENDED] = "ended", [LOCK_OPEN] = "open", [LOCK_WARNED] = "warned",
	[LOCK_ASKED] = "asked", [LOCK_HELD] = "held", [LOCK_UNPROVEN] = "unproven",
};
static const char *const REASONS[LOCK_REASON_MAX] = {
	[LOCK_REASON_NONE] = "none", [LOCK_REASON_IDLE] = "idle", [LOCK_REASON_REQUEST] = "request", [LOCK_REASON_SLEEP] = "sleep",
	[LOCK_REASON_LID] = "lid", [LOCK_REASON_SWITCH] = "switch", [LOCK_REASON_DEVICE] = "device",
	[LOCK_REASON_ADMINISTRATOR] = "administrator", [LOCK_REASON_FOUND_LOCKED] = "found-locked",
};
static const char *const RUNGS[LOCK_RUNG_MAX] = {
	[LOCK_RUNG_NONE] = "none", [LOCK_RUNG_DESKTOP] = "desktop", [LOCK_RUNG_LOCKER] = "locker",
	[LOCK_RUNG_CONSOLE] = "console", [LOCK_RUNG_TERMINATE] = "terminate",
};
static const char *const STRENGTHS[LOCK_STRENGTH_MAX] = {
	[LOCK_STRENGTH_NONE] = "none", [LOCK_STRENGTH_WEAK] = "weak", [LOCK_STRENGTH_STRONG] = "strong",
};

static const char *name_in(const char *const *names, size_t count, size_t index)
{
	return index < count ? names[index] : "unknown";
}

const char *lock_state_name(enum lock_state state)
{
	return name_in(STATES, LOCK_STATE_MAX, (size_t)state);
}

const char *lock_reason_name(enum lock_reason reason)
{
	return name_in(REASONS, LOCK_REASON_MAX, (size_t)reason);
}

const char *lock_rung_name(enum lock_rung rung)
{
	return name_in(RUNGS, LOCK_RUNG_MAX, (size_t)rung);
}

const char *lock_strength_name(enum lock_strength strength)
{
	return name_in(STRENGTHS, LOCK_STRENGTH_MAX, (size_t)strength);
}
