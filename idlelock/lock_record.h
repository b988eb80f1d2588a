/* SPDX-License-Identifier: BSD-2-Clause */
/* What the record says of a lock: asked, proven, a rung that failed, lost, unproven, opened, observed. Pure. Clauses LK-1, LK-2, LK-3.
 *
 * Every record tells, as far as known: session, why, last input, deadline, request, proof (each in seconds of CLOCK_MONOTONIC, milliseconds kept), who
 * holds the lock, and the latency. Reasons: the word of the event, then lock_reason_name(), then a rung or a strength where there is one. */
#ifndef MUTEX_LOCK_RECORD_H
#define MUTEX_LOCK_RECORD_H

#include "lock.h"
#include "record.h"

#define LOCK_RECORD_DETAIL_BYTES 512
#define LOCK_RECORD_REASONS_MAX 3

/* Borrowed for as long as the record is used; "" = not known. */
struct lock_record_facts {
	const struct lock *before, *after;
	const struct lock_config *config;
	const char *session;      /* logind Id */
	const char *user;         /* login name, or NULL */
	const char *tty, *seat;
	const char *holder;       /* unit or executable that holds the lock */
	const char *lacks;        /* why the newest look was no proof */
	const char *inhibitor;    /* a program that asks for no lock for want of use */
	const char *policy_hash, *policy_state;
	int64_t time_s;           /* UTC */
	int64_t now_ns;
};

struct lock_record {
	struct record record;     /* points into the facts and below */
	const char *reasons[LOCK_RECORD_REASONS_MAX];
	char detail[LOCK_RECORD_DETAIL_BYTES];
};

/* what: one LOCK_DO_RECORD_*. 0; -EINVAL for another action. Not to be copied, since record points into it. */
int lock_record_make(const struct lock_record_facts *facts, enum lock_action what, struct lock_record *ret_record);

#endif
