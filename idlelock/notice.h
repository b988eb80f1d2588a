/* SPDX-License-Identifier: BSD-2-Clause */
/* What people read about the lock of their screen, in their language: the countdown, why it was locked, what is wrong; and about controls. Pure.
 * Used by the agent (notifications) and by mutexctl. */
#ifndef MUTEX_NOTICE_H
#define MUTEX_NOTICE_H

#include "lock.h"
#include "message.h"

#define NOTICE_BYTES_MAX 1024

struct text;

/* A length of time, rounded up to what one wants to know: "20 s", "5 min", "2 h". */
void notice_add_duration(struct text *t, enum language language, int64_t ns);

/* "In 20 s, because ... Press a key ..."; never below 1 s: at 0 the screen is locked. */
void notice_add_countdown(struct text *t, enum language language, int64_t left_ns);

/* Of lock_reason_name(); LOCK_REASON_NONE for a word that is none. */
enum lock_reason notice_reason_of(const char *word);
/* One sentence; after_ns is the time without input that the policy allows, 0 = not known. Nothing for LOCK_REASON_NONE. */
void notice_add_reason(struct text *t, enum language language, enum lock_reason reason, int64_t after_ns);
/* Whether the person need be told: who locked it knows. */
bool notice_is_news(enum lock_reason reason);

/* What a violation needs from the person; detail is from the daemon, escaped here: of "lock-tamper" a word of the record, and behind ", " more
 * about it; else English. */
void notice_add_violation(struct text *t, enum language language, const char *control, const char *detail);

/* A control of mutex-guardd that does not hold: what it is called, by whom, and what follows ("repair", "given-up", "none"). */
struct notice_control {
	const char *control;
	bool by_you;
	const char *person, *program; /* "" = unknown */
	const char *reaction;
	bool fine; /* meanwhile it is in order again */
};
void notice_add_control(struct text *t, enum language language, const struct notice_control *notice);

#endif
