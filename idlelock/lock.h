/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock of one session: idle, warned, asked, held. A table of states and events; pure. Clauses LK-1, LK-2, LK-3.
 *
 *     OPEN --deadline - warn--> WARNED --deadline--> ASKED --proof--> HELD
 *       ^      (real input goes back)        ^          |  no proof: next rung; after the last one: UNPROVEN (tried again, loudly)
 *       |                                    '--proof lost, locker gone, screen shown again without proof--'
 *       '------------- AUTHENTICATED: the only way out of ASKED, HELD and UNPROVEN -------------
 *
 * MUST: ASKED, HELD and UNPROVEN are left for OPEN by LOCK_EVENT_AUTHENTICATED alone; ENDED is left by nothing. MUST: every ASKED reaches
 *       HELD, UNPROVEN or ENDED within LOCK_LADDER_NS of its start, whatever comes in between. MUST: a clock that stands still, jumps or
 *       an event twice leads to no earlier unlock. MUST: with mode observe nothing is asked of anybody; the deadline is only recorded.
 *       A lock that stands when the mode becomes observe stays until somebody authenticates, but nothing is started for it any more.
 * The caller (idlelockd, or idlelock-x11 --standalone) reads all input devices before it sends LOCK_EVENT_TIME, so that input from before
 * the deadline that nobody read yet comes first as LOCK_EVENT_INPUT. All times are CLOCK_MONOTONIC in ns. */
#ifndef MUTEX_LOCK_H
#define MUTEX_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOCK_LADDER_NS (10 * INT64_C(1000000000))       /* issue 4: the whole ladder */
#define LOCK_VERIFY_NS (30 * INT64_C(1000000000))       /* held: proven again at least this often */
#define LOCK_PROBE_NS (1 * INT64_C(1000000000))         /* an answer to VERIFY takes at most this; later = lost */
#define LOCK_RETRY_NS (10 * INT64_C(1000000000))        /* UNPROVEN: the ladder again */
#define LOCK_AGAIN_NS (60 * INT64_C(1000000000))        /* a second loss within this time leads to the next rung */
#define LOCK_SAME_NS (500 * INT64_C(1000000))           /* what is told within this time of a loss is that loss */
#define LOCK_LATE_NS (1 * INT64_C(1000000000))          /* input so much later than the lock was due does not stop it, however late we woke */
#define LOCK_TELL_NS (600 * INT64_C(1000000000))        /* UNPROVEN: so often is it recorded again */
#define LOCK_EXCUSE_MAX_NS (86400 * INT64_C(1000000000)) /* no excuse reaches further; it must be given anew */
#define LOCK_RUNGS_MAX 4

enum lock_rung { LOCK_RUNG_NONE, LOCK_RUNG_DESKTOP, LOCK_RUNG_LOCKER, LOCK_RUNG_CONSOLE, LOCK_RUNG_TERMINATE, LOCK_RUNG_MAX };

/* Zero is a session that is no more: nothing is done for it. */
enum lock_state { LOCK_ENDED, LOCK_OPEN, LOCK_WARNED, LOCK_ASKED, LOCK_HELD, LOCK_UNPROVEN, LOCK_STATE_MAX };

enum lock_reason { LOCK_REASON_NONE, LOCK_REASON_IDLE, LOCK_REASON_REQUEST, LOCK_REASON_SLEEP, LOCK_REASON_LID, LOCK_REASON_SWITCH,
		   LOCK_REASON_DEVICE, LOCK_REASON_ADMINISTRATOR, LOCK_REASON_FOUND_LOCKED, LOCK_REASON_MAX };

/* How sure the proof is: design-lock.md. Zero proves nothing. */
enum lock_strength { LOCK_STRENGTH_NONE, LOCK_STRENGTH_WEAK, LOCK_STRENGTH_STRONG, LOCK_STRENGTH_MAX };

enum lock_event_kind {
	LOCK_EVENT_TIME,          /* now >= wake_at_ns, after all input was read */
	LOCK_EVENT_INPUT,         /* a person's input; at_ns is its own time, which may lie before now */
	LOCK_EVENT_DEMAND,        /* lock now; reason */
	LOCK_EVENT_PROVEN,        /* the lock was shown to hold; strength */
	LOCK_EVENT_NOT_PROVEN,    /* a look found no lock; never sent for a look that began before the newest PROVEN */
	LOCK_EVENT_RUNG_FAILED,   /* rung cannot lock (no such program, start refused): go on at once if it is the running one */
	LOCK_EVENT_LOCKER_GONE,   /* what rung ran has ended; nobody is authenticated by that. The caller looks for a stamp first */
	LOCK_EVENT_AUTHENTICATED, /* unlock.h accepted a stamp */
	LOCK_EVENT_LOOK,          /* something changed on the screen: VT back, monitor, wake-up from sleep, input while held */
	LOCK_EVENT_EXCUSED,       /* present or inhibit, within the policy: no lock for idleness before at_ns */
	LOCK_EVENT_CONFIG,        /* the policy or the ladder changed: compute anew */
	LOCK_EVENT_ENDED,         /* the session is no more, nor its leader */
	LOCK_EVENT_MAX
};

struct lock_event {
	enum lock_event_kind kind;
	int64_t at_ns;                /* INPUT, EXCUSED */
	enum lock_reason reason;      /* DEMAND */
	enum lock_strength strength;  /* PROVEN */
	enum lock_rung rung;          /* RUNG_FAILED, LOCKER_GONE: whose; NONE = the running one's */
};

/* From the policy, resolved for the session's user, and from ladder.h. */
struct lock_config {
	bool enforce;                 /* false: mode = observe */
	int64_t after_ns, warn_ns, grace_ns;
	size_t rung_count;
	enum lock_rung rungs[LOCK_RUNGS_MAX];
	int64_t rung_ns[LOCK_RUNGS_MAX]; /* how long each may take; their sum is at most LOCK_LADDER_NS */
	enum lock_strength needed;    /* a weaker proof ends no rung: the person may have made it. After the last rung it is better than nothing */
};

/* All of it belongs to lock.c; readers may look. Copied by value; a zeroed one is ENDED. */
struct lock {
	enum lock_state state;
	enum lock_reason reason;      /* of the lock that is asked or held */
	enum lock_strength strength;  /* of the last proof */
	int64_t last_input_ns;        /* newest real input, or the start, or the unlock */
	int64_t excused_until_ns;
	int64_t deadline_ns;          /* OPEN, WARNED: when the lock is due; later: when it was */
	int64_t asked_ns;             /* first rung of this lock; 0 = none */
	int64_t rung_asked_ns;        /* the running rung */
	int64_t rung_until_ns;        /* ASKED: its end */
	int64_t ladder_until_ns;      /* ASKED: end of this pass over the ladder; UNPROVEN: when the next begins */
	int64_t unproven_ns;          /* UNPROVEN: since when */
	int64_t told_ns;              /* RECORD_UNPROVEN went out and no proof came since; 0 = no */
	int64_t proven_ns;            /* newest proof; 0 = none yet */
	int64_t first_proven_ns;      /* of this lock: for the latency */
	int64_t look_until_ns;        /* HELD: an answer to VERIFY is due; 0 = none is out */
	bool look_early;              /* look_at_ns was brought forward by an event */
	int64_t look_at_ns;           /* ASKED, HELD, UNPROVEN: the next look */
	int64_t looked_ns;            /* the newest VERIFY */
	int64_t lost_ns;              /* last loss of a proof, or of a locker, in this lock; 0 = never. What is the same loss does not move it */
	int64_t observed_ns;          /* observe: the deadline that is recorded already; 0 = none */
	int64_t seen_ns;              /* now of the newest event: a clock that goes back is noticed */
	size_t rung;                  /* index into config->rungs */
	enum lock_rung running;       /* what that was when it was started, should the ladder change */
	int64_t wake_at_ns;           /* LOCK_EVENT_TIME is due; INT64_MAX = never */
};

/* What the caller has to do, in this order. */
enum lock_action {
	LOCK_DO_STOP_WARNING = 1 << 0,
	LOCK_DO_WARN = 1 << 1,         /* countdown to deadline_ns + grace */
	LOCK_DO_START_RUNG = 1 << 2,   /* config->rungs[lock.rung]; a rung that is running already is started again only if its locker is gone */
	LOCK_DO_VERIFY = 1 << 3,       /* look whether the lock holds; answer PROVEN or NOT_PROVEN */
	LOCK_DO_KEYRING = 1 << 4,      /* once for each lock */
	LOCK_DO_OPENED = 1 << 5,       /* unlocked: LockedHint false, our VT lock and unit down, facts */
	LOCK_DO_RECORD_ASKED = 1 << 6,
	LOCK_DO_RECORD_PROVEN = 1 << 7, /* the first proof of this lock, or the first after a loss */
	LOCK_DO_RECORD_RUNG = 1 << 8,  /* a rung ended without proof, with its latency; before.rung says which */
	LOCK_DO_RECORD_LOST = 1 << 9,
	LOCK_DO_RECORD_UNPROVEN = 1 << 10, /* the ladder's end, loudly; posture violated */
	LOCK_DO_RECORD_OPENED = 1 << 11,
	LOCK_DO_RECORD_OBSERVED = 1 << 12, /* would have been locked */
	LOCK_DO_FACTS = 1 << 13        /* session facts and posture are to be written */
};

struct lock_step {
	struct lock next;
	unsigned actions; /* of enum lock_action */
};

/* A session that is there now. found_locked: it was locked when we came (restart, LockedHint): ASKED at once, since only a proof counts. */
struct lock_step lock_begin(const struct lock_config *config, bool found_locked, int64_t now_ns);

struct lock_step lock_step(const struct lock *before, const struct lock_config *config, const struct lock_event *event, int64_t now_ns);

/* Locked or to be locked: the session's screen must not be seen. */
bool lock_is_demanded(const struct lock *lock);
/* Whether the caller should be woken by the next input: while the countdown runs, and while held and no look is out or about to be taken. To be asked
 * after each step. */
bool lock_wants_input(const struct lock *lock);

const char *lock_state_name(enum lock_state state);       /* "open", "warned", "asked", "held", "unproven", "ended" */
const char *lock_reason_name(enum lock_reason reason);    /* "idle", "request", "sleep", ... */
const char *lock_rung_name(enum lock_rung rung);          /* words of [lock] ladder: "desktop", "locker", "console", "terminate" */
const char *lock_strength_name(enum lock_strength strength);

#endif
