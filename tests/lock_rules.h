/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold for each step of idlelock/lock.c, whatever came before: watched from outside, for the walk over all event strings and for the fuzzer. */
#ifndef MUTEX_LOCK_RULES_H
#define MUTEX_LOCK_RULES_H

#include <string.h>

#include "lock.h"

/* What an onlooker remembers. */
struct lock_watch {
	bool warning;             /* a countdown is shown */
	bool late;                /* some TIME came after it was due, or the clock was set back: promises on times do not bind */
	bool reconfigured;        /* the rules changed since the last input */
	bool keyring_locked;      /* in this lock */
	int64_t asked_since_ns;   /* ASKED without a break since; -1 = is not */
	int64_t lock_asked_ns;    /* of this lock */
	int64_t used_ns;          /* newest input, or start, or unlock */
	int64_t excused_until_ns;
	int64_t lost_ns;          /* newest loss in this lock; -1 = none */
	int64_t unproven_told_ns; /* -1 = not since the last proof */
};

struct lock_seen {
	const struct lock *before;
	const struct lock *after;
	const struct lock_config *config;
	const struct lock_event *event;
	unsigned actions;
	int64_t now_ns;
};

static inline struct lock_watch lock_watch_begin(const struct lock_step *first, int64_t now_ns)
{
	struct lock_watch w = {.asked_since_ns = -1, .used_ns = now_ns, .lost_ns = -1, .unproven_told_ns = -1};

	if (lock_is_demanded(&first->next)) {
		w.lock_asked_ns = now_ns;
		w.keyring_locked = (first->actions & LOCK_DO_KEYRING) != 0;
	}
	if (first->next.state == LOCK_ASKED)
		w.asked_since_ns = now_ns;
	if ((first->actions & LOCK_DO_RECORD_UNPROVEN) != 0)
		w.unproven_told_ns = now_ns;
	return w;
}

#define LOCK_RULE(condition, text) \
	do { \
		if (!(condition)) \
			return text; \
	} while (0)

static inline const char *lock_rule_unlock(const struct lock_seen *s)
{
	bool was = lock_is_demanded(s->before), is = lock_is_demanded(s->after);
	enum lock_event_kind kind = s->event->kind;

	LOCK_RULE(s->before->state != LOCK_ENDED || s->after->state == LOCK_ENDED, "a session that is no more came back");
	LOCK_RULE((s->after->state == LOCK_ENDED) == (s->before->state == LOCK_ENDED || kind == LOCK_EVENT_ENDED), "only its end ends a session");
	LOCK_RULE(!was || is || kind == LOCK_EVENT_AUTHENTICATED || kind == LOCK_EVENT_ENDED, "opened without authentication");
	LOCK_RULE(!was || kind != LOCK_EVENT_AUTHENTICATED || s->after->state == LOCK_OPEN, "authenticated, and not open");
	LOCK_RULE(((s->actions & LOCK_DO_OPENED) != 0) == (was && kind == LOCK_EVENT_AUTHENTICATED), "OPENED says an unlock and nothing else does");
	LOCK_RULE(((s->actions & LOCK_DO_RECORD_OPENED) != 0) == ((s->actions & LOCK_DO_OPENED) != 0), "each unlock is recorded");
	LOCK_RULE(s->after->state != LOCK_HELD || s->before->state == LOCK_HELD ||
			  (kind == LOCK_EVENT_PROVEN && s->event->strength > LOCK_STRENGTH_NONE),
		  "held without a proof");
	LOCK_RULE(s->after->state != LOCK_HELD || s->before->state != LOCK_ASKED || s->event->strength >= s->config->needed, "a weak proof ended a rung");
	LOCK_RULE(s->after->state != LOCK_HELD || s->before->state != LOCK_HELD || s->after->strength >= s->before->strength ||
			  (s->actions & LOCK_DO_RECORD_LOST) != 0,
		  "a proof became weaker in silence");
	return NULL;
}

static inline const char *lock_rule_observe(const struct lock_seen *s)
{
	const unsigned asking = LOCK_DO_WARN | LOCK_DO_START_RUNG | LOCK_DO_KEYRING | LOCK_DO_RECORD_ASKED;

	LOCK_RULE(s->config->enforce || (s->actions & asking) == 0, "observe asked something of somebody");
	LOCK_RULE(s->config->enforce || lock_is_demanded(s->before) || !lock_is_demanded(s->after), "observe locked");
	LOCK_RULE(!s->config->enforce || (s->actions & LOCK_DO_RECORD_OBSERVED) == 0, "observed where it should have been locked");
	return NULL;
}

static inline const char *lock_rule_rungs(const struct lock_seen *s)
{
	LOCK_RULE((s->actions & LOCK_DO_START_RUNG) == 0 || s->after->state == LOCK_ASKED || s->after->state == LOCK_HELD, "a rung started for no lock");
	LOCK_RULE((s->actions & LOCK_DO_START_RUNG) == 0 || s->after->rung < s->config->rung_count, "a rung that is none");
	LOCK_RULE((s->actions & LOCK_DO_START_RUNG) == 0 || s->config->rungs[s->after->rung] == s->after->running, "another rung is named than started");
	LOCK_RULE(s->after->state != LOCK_ASKED || s->before->state == LOCK_ASKED || (s->actions & LOCK_DO_START_RUNG) != 0, "asked of nobody");
	LOCK_RULE(s->after->state != LOCK_UNPROVEN || (s->actions & LOCK_DO_START_RUNG) == 0, "a rung started and given up at once");
	return NULL;
}

static inline const char *lock_rule_lost(const struct lock_watch *w, const struct lock_seen *s)
{
	size_t wanted = s->before->rung;

	LOCK_RULE((s->actions & LOCK_DO_RECORD_LOST) == 0 || s->before->state == LOCK_HELD, "lost what was not held");
	LOCK_RULE(s->before->state != LOCK_HELD || s->after->state == LOCK_HELD || (s->actions & (LOCK_DO_RECORD_LOST | LOCK_DO_OPENED)) != 0 ||
			  s->event->kind == LOCK_EVENT_ENDED,
		  "a loss was not recorded");
	/* these may move on from where the loss led */
	if ((s->actions & LOCK_DO_RECORD_LOST) == 0 || !s->config->enforce || w->late || s->event->kind == LOCK_EVENT_CONFIG ||
	    s->event->kind == LOCK_EVENT_RUNG_FAILED)
		return NULL;
	if (w->lost_ns >= 0 && s->now_ns - w->lost_ns < LOCK_AGAIN_NS && s->now_ns - w->lost_ns >= LOCK_SAME_NS) {
		if (wanted + 1 < s->config->rung_count)
			wanted++;
		else
			LOCK_RULE((s->actions & LOCK_DO_RECORD_UNPROVEN) != 0 || s->event->kind == LOCK_EVENT_AUTHENTICATED || w->unproven_told_ns >= 0,
				  "the last rung lost twice within a minute, and not told");
	}
	LOCK_RULE(s->after->state != LOCK_ASKED || s->after->rung == wanted, "a second loss within a minute leads to the next rung, a first one does not");
	return NULL;
}

static inline const char *lock_rule_once(const struct lock_watch *w, const struct lock_seen *s)
{
	bool begun = !lock_is_demanded(s->before) && lock_is_demanded(s->after);

	LOCK_RULE(((s->actions & LOCK_DO_KEYRING) != 0) == begun, "keyrings are locked once for each lock");
	LOCK_RULE(((s->actions & LOCK_DO_RECORD_ASKED) != 0) == begun, "each lock is recorded once as asked");
	LOCK_RULE(begun || !lock_is_demanded(s->after) || s->after->asked_ns == w->lock_asked_ns, "since when it is locked has changed");
	LOCK_RULE(!begun || s->after->asked_ns == s->now_ns, "asked at another time than now");
	LOCK_RULE(!begun || s->after->reason != LOCK_REASON_NONE || s->event->reason == LOCK_REASON_NONE, "a lock without a reason");
	LOCK_RULE(((s->actions & LOCK_DO_RECORD_PROVEN) != 0) ==
			  (s->event->kind == LOCK_EVENT_PROVEN && s->after->state == LOCK_HELD &&
			   (s->before->state != LOCK_HELD || (s->actions & LOCK_DO_RECORD_LOST) != 0)),
		  "a proof is recorded when it is the first, or the first after a loss");
	return NULL;
}

static inline const char *lock_rule_warning(const struct lock_watch *w, const struct lock_seen *s)
{
	bool warning = (w->warning && (s->actions & LOCK_DO_STOP_WARNING) == 0) || (s->actions & LOCK_DO_WARN) != 0;

	LOCK_RULE(w->warning || (s->actions & LOCK_DO_STOP_WARNING) == 0, "a countdown ended that was none");
	LOCK_RULE(warning == (s->after->state == LOCK_WARNED), "the countdown and the state differ");
	return NULL;
}

/* Clause LK-1, both ways. */
static inline const char *lock_rule_due(const struct lock_watch *w, const struct lock_seen *s)
{
	int64_t due = w->used_ns + s->config->after_ns;

	if (!s->config->enforce || lock_is_demanded(s->before) || s->before->state == LOCK_ENDED || w->late)
		return NULL;
	if (due < w->excused_until_ns)
		due = w->excused_until_ns;
	due += s->config->grace_ns;
	if (s->event->kind == LOCK_EVENT_TIME && s->now_ns >= due && !w->reconfigured)
		LOCK_RULE(lock_is_demanded(s->after), "unused for longer than allowed, and open");
	if (lock_is_demanded(s->after) && s->event->kind == LOCK_EVENT_TIME)
		LOCK_RULE(s->now_ns >= due, "locked before its time");
	if (lock_is_demanded(s->after) && s->event->kind == LOCK_EVENT_INPUT)
		LOCK_RULE(s->event->at_ns > due + LOCK_LATE_NS, "locked by timely input");
	if (!lock_is_demanded(s->after) && s->after->state != LOCK_ENDED && !w->reconfigured && s->event->kind != LOCK_EVENT_CONFIG &&
	    s->event->kind != LOCK_EVENT_INPUT && s->event->kind != LOCK_EVENT_EXCUSED)
		LOCK_RULE(s->after->wake_at_ns <= (due > s->now_ns ? due : s->now_ns), "nobody wakes when the lock is due");
	return NULL;
}

static inline const char *lock_rule_times(const struct lock_watch *w, const struct lock_seen *s)
{
	const struct lock *l = s->after;

	LOCK_RULE(l->state != LOCK_ASKED || w->late || w->asked_since_ns < 0 || s->now_ns - w->asked_since_ns < LOCK_LADDER_NS, "the ladder took too long");
	LOCK_RULE(l->state != LOCK_ASKED || w->asked_since_ns < 0 || w->late || l->wake_at_ns <= w->asked_since_ns + LOCK_LADDER_NS,
		  "nobody wakes at the ladder's end");
	LOCK_RULE(l->state != LOCK_HELD || w->late || s->now_ns - l->proven_ns <= LOCK_VERIFY_NS + LOCK_PROBE_NS, "held by an old proof");
	LOCK_RULE(l->state != LOCK_HELD || (s->actions & LOCK_DO_VERIFY) == 0 || l->look_until_ns == s->now_ns + LOCK_PROBE_NS, "an answer may take for ever");
	LOCK_RULE(l->state != LOCK_HELD || l->wake_at_ns - s->now_ns <= LOCK_VERIFY_NS, "held, and nobody looks");
	LOCK_RULE(l->state != LOCK_UNPROVEN || !s->config->enforce || l->wake_at_ns - s->now_ns <= LOCK_RETRY_NS, "unproven, and nobody tries again");
	LOCK_RULE(s->event->kind != LOCK_EVENT_TIME || l->wake_at_ns > s->now_ns || s->now_ns == INT64_MAX, "woken again for the same time");
	LOCK_RULE(!lock_wants_input(l) || l->state == LOCK_WARNED || (l->state == LOCK_HELD && l->look_until_ns == 0), "input wanted without need");
	return NULL;
}

static inline const char *lock_rule_unproven(const struct lock_watch *w, const struct lock_seen *s)
{
	bool entered = s->after->state == LOCK_UNPROVEN && s->before->state != LOCK_UNPROVEN;

	LOCK_RULE(!entered || w->unproven_told_ns >= 0 || (s->actions & LOCK_DO_RECORD_UNPROVEN) != 0, "nobody was told that no lock holds");
	LOCK_RULE((s->actions & LOCK_DO_RECORD_UNPROVEN) == 0 || w->unproven_told_ns < 0 || w->late || s->before->state == LOCK_HELD ||
			  s->now_ns - w->unproven_told_ns >= LOCK_TELL_NS,
		  "told again and again");
	LOCK_RULE(s->before->state == s->after->state || s->after->state == LOCK_OPEN || s->after->state == LOCK_WARNED ||
			  (s->actions & LOCK_DO_FACTS) != 0,
		  "facts not written");
	return NULL;
}

static inline void lock_watch_update(struct lock_watch *w, const struct lock_seen *s)
{
	bool was = lock_is_demanded(s->before), is = lock_is_demanded(s->after);

	if ((s->actions & LOCK_DO_STOP_WARNING) != 0)
		w->warning = false;
	if ((s->actions & LOCK_DO_WARN) != 0)
		w->warning = true;
	if (s->event->kind == LOCK_EVENT_INPUT && !was) {
		int64_t at = s->event->at_ns < s->now_ns ? s->event->at_ns : s->now_ns;

		if (at > w->used_ns)
			w->used_ns = at;
	}
	/* one that is taken back ends now: input from before may still be unread */
	if (s->event->kind == LOCK_EVENT_EXCUSED) {
		int64_t ended_ns = w->excused_until_ns < s->now_ns ? w->excused_until_ns : s->now_ns;

		w->excused_until_ns = s->after->excused_until_ns > ended_ns ? s->after->excused_until_ns : ended_ns;
	}
	if (s->event->kind == LOCK_EVENT_CONFIG)
		w->reconfigured = true;
	if (was && !is) {
		*w = (struct lock_watch){.late = w->late, .reconfigured = w->reconfigured, .used_ns = s->now_ns, .excused_until_ns = w->excused_until_ns,
					 .asked_since_ns = -1, .lost_ns = -1, .unproven_told_ns = -1};
	}
	if (!was && is)
		w->lock_asked_ns = s->now_ns;
	if (s->after->state != LOCK_ASKED)
		w->asked_since_ns = -1;
	else if (s->before->state != LOCK_ASKED)
		w->asked_since_ns = s->now_ns;
	w->lost_ns = is && s->after->lost_ns != 0 ? s->after->lost_ns : -1;
	if (s->after->state == LOCK_HELD)
		w->unproven_told_ns = -1;
	else if ((s->actions & LOCK_DO_RECORD_UNPROVEN) != 0)
		w->unproven_told_ns = s->now_ns;
}

/* NULL; or which rule the step broke. */
static inline const char *lock_watch_step(struct lock_watch *w, const struct lock_seen *s)
{
	const char *broken;

	w->late = w->late || s->now_ns < s->before->seen_ns || (s->before->state != LOCK_ENDED && s->now_ns > s->before->wake_at_ns);
	if ((broken = lock_rule_unlock(s)) != NULL || (broken = lock_rule_observe(s)) != NULL || (broken = lock_rule_rungs(s)) != NULL ||
	    (broken = lock_rule_lost(w, s)) != NULL || (broken = lock_rule_once(w, s)) != NULL || (broken = lock_rule_warning(w, s)) != NULL ||
	    (broken = lock_rule_due(w, s)) != NULL || (broken = lock_rule_times(w, s)) != NULL || (broken = lock_rule_unproven(w, s)) != NULL)
		return broken;
	lock_watch_update(w, s);
	return NULL;
}

#endif
