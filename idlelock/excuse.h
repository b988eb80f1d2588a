/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a session may stay open without a touch: asked for by its person (`mutexctl present`, [lock] present_max), or by programs that forbid the lock
 * ([lock] inhibit_max). One account for each of the two. Pure.
 *
 * MUST: what is granted on one day is never more than the policy's maximum, however often it is asked for, taken back and asked for again. MUST: an
 *       excuse that is taken back lasts for the countdown (warn) still, so that nobody is locked out without a warning; that time is counted too, or
 *       asking and taking back every half minute would keep a session open for nothing.
 * Times are CLOCK_MONOTONIC in ns; day is any number that changes with the day. */
#ifndef MUTEX_EXCUSE_H
#define MUTEX_EXCUSE_H

#include <stdint.h>

/* Zero is an unused account. */
struct excuse {
	int64_t day;
	int64_t used_ns;   /* of that day, up to since_ns */
	int64_t since_ns;  /* the running excuse is counted from here */
	int64_t until_ns;  /* it ends here; 0 = none runs */
};

struct excuse_rules {
	int64_t max_ns;    /* a day; 0 = never */
	int64_t warn_ns;   /* [lock] warn */
};

/* What a request would get now. */
int64_t excuse_left(const struct excuse *e, const struct excuse_rules *rules, int64_t now_ns, int64_t day);

/* From now on for wanted_ns (INT64_MAX = as long as it may be), instead of what runs. 0 or less: taken back. Returns what is granted, counted from
 * now; until_ns is what LOCK_EVENT_EXCUSED is to say, 0 as well. */
int64_t excuse_ask(struct excuse *e, const struct excuse_rules *rules, int64_t wanted_ns, int64_t now_ns, int64_t day);

/* The session is locked now: the running excuse ends. */
void excuse_end(struct excuse *e, int64_t now_ns, int64_t day);

#endif
