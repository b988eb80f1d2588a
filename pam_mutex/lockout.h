/* SPDX-License-Identifier: BSD-2-Clause */
/* Lock-out: what failures lead to, for one person, factor and source. Pure. Clause PW-3; NIST SP 800-63B-4 3.2.2 (at most 100 in a row).
 *
 * A remote source that hammers locks itself out, not its victim at the console. Doubling: duration, 2x, 4x ... up to max_duration.
 * Clocks may jump: a lock-out never lasts longer than max_duration from now on, whatever the stored time says. */
#ifndef MUTEX_LOCKOUT_H
#define MUTEX_LOCKOUT_H

#include "login_state.h"
#include "policy.h"

struct lockout_rules {
	int64_t attempts, window_s, duration_s, max_duration_s, hard_limit; /* attempts 0, hard_limit 0 = no such rule */
	bool spares_local; /* root and break-glass: no hard limit at the local side */
};
/* Root's own numbers for uid 0. */
void lockout_rules_of(const struct settings *settings, uid_t uid, bool break_glass, struct lockout_rules *ret_rules);

enum lockout_kind { LOCKOUT_NONE, LOCKOUT_FOR_A_TIME, LOCKOUT_DISABLED, LOCKOUT_KIND_MAX };
struct lockout {
	enum lockout_kind kind;
	int64_t left_s;      /* FOR_A_TIME: at least 1 */
	uint32_t failures;   /* within the window */
};

struct lockout lockout_judge(const struct login_state *state, const struct lockout_rules *rules, const struct login_source *source,
			     enum login_guess guess, int64_t now_s);

/* A failure. tag: of the wrong password (0 = none was in hand, always counts); one of the counter's tags again does not count.
 * True when it counted. May start a lock-out. Each side has its own counters; when none of them is free the oldest unlocked one gives way, and
 * when all are locked, sources without one share a last one. */
bool lockout_fail(struct login_state *state, const struct lockout_rules *rules, const struct login_source *source, enum login_guess guess,
		  uint64_t tag, int64_t now_s);

/* A success of that factor from there: failures, strikes and tags of this source go, and the count of the side. True when something changed
 * (then it must be written; not urgent, no fdatasync). */
bool lockout_succeed(struct login_state *state, const struct login_source *source, enum login_guess guess);

/* The counter that sources without one of their own share, because every other one of their side is locked. */
bool lockout_source_is_others(const struct login_source *source);

/* Everything of the person, by an administrator: counters, hard limits, tries. */
void lockout_clear(struct login_state *state);

/* --- tries under way --- */
/* A process at work on a try. When it started is only asked of one that is in doubt: to ask costs as much as to change a state. */
struct login_process {
	pid_t pid;
	int64_t since_ticks; /* as struct login_try has it */
	uint8_t boot_id[16];
};
/* How many live tries one person may have from one source. */
#define LOCKOUT_LIVE_MAX 10
/* true = that process still runs. */
typedef bool (*lockout_alive_fn)(const struct login_process *process, void *context);

/* First step of each change at begin. Turns the tries of dead processes into failures (a dead try counts; nobody knows of which password), and
 * pulls times that a clock set back has left in the future to now_s, so that a lock-out ends max_duration after the first look at it. True when
 * something changed. */
bool lockout_bury(struct login_state *state, const struct lockout_rules *rules, lockout_alive_fn alive, void *context, int64_t now_s);
/* Enters the try, behind lockout_bury(); an earlier one of the same process is replaced. 0; -EBUSY when this source has LOCKOUT_LIVE_MAX others, its
 * side's share of the table is full, or the tries under way on its side would go past the hard limit if all failed. */
int lockout_reserve(struct login_state *state, const struct lockout_rules *rules, const struct login_process *self,
		    const struct login_source *source, int64_t now_s);
/* Takes the process' try out. True when there was one. */
bool lockout_release(struct login_state *state, const struct login_process *self);

#endif
