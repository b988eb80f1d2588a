/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a stamp opens a lock. Pure. base/stamp.h says who writes stamps; clauses LK-1, LK-3.
 *
 * MUST: the same person, the same seat (a display or terminal of the session where the stamp names one), this boot, made after the lock was asked,
 *       at most UNLOCK_AGE_NS old, by a service of [lock] unlock_services, and never twice: {time_ns, pid, pid_start} of the last one is remembered. */
#ifndef MUTEX_UNLOCK_H
#define MUTEX_UNLOCK_H

#include "lock.h"
#include "policy.h"
#include "session_facts.h"
#include "stamp.h"

#define UNLOCK_AGE_NS (10 * INT64_C(1000000000))

enum unlock_verdict { UNLOCK_NO_STAMP, UNLOCK_ANOTHER_BOOT, UNLOCK_ANOTHER_PERSON, UNLOCK_ANOTHER_SEAT, UNLOCK_BEFORE_THE_LOCK, UNLOCK_TOO_OLD,
		      UNLOCK_FROM_THE_FUTURE, UNLOCK_ANOTHER_SERVICE, UNLOCK_USED, UNLOCK_OPENS, UNLOCK_VERDICT_MAX };

/* Which stamp opened this session last; zero = none. */
struct unlock_used {
	int64_t time_ns;
	pid_t pid;
	int64_t pid_start;
};

enum unlock_verdict unlock_judge(const struct stamp *stamp, const struct session_facts *session, const struct lock *lock,
				 const struct word_list *services, const struct unlock_used *used, int64_t now_ns);
const char *unlock_verdict_name(enum unlock_verdict verdict);

#endif
