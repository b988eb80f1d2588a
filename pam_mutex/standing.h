/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the password that was just shown still keep to the policy? If not, it must be changed by a date (comply_by). Shell (I/O). Clause PW-1.
 *
 * NIST SP 800-63B-4 3.1.1.2: no change by the calendar, but one when there is evidence of compromise; a login is when the password is in hand.
 * MUST: nobody is kept out before the date. MUST: another password ends the demand, however it came about: the shadow entry's hash tells. */
#ifndef MUTEX_STANDING_H
#define MUTEX_STANDING_H

#include "password.h"
#include "situation_gather.h"

struct standing {
	bool judged;                     /* false: nothing is said about the password */
	bool bad;
	bool bound;                      /* bad, and neither observing nor waived: a date is set */
	uint64_t tag;                    /* which password this is */
	uint64_t good_tag;               /* found good: what that rests on; 0 = it is not, or nobody could tell when it changes */
	bool told_before;                /* filled by standing_note(): the state knew it already */
	int64_t comply_by_s;             /* filled by standing_note(): the date */
	struct password_verdict verdict; /* without what is not the password's fault */
};

/* Judges the password that the person has just shown. Without history, and without what costs time: one that was found good is not judged again
 * before the shadow entry's hash, the policy, a list, or anything else that the judgement rests on is another. */
void standing_judge(const struct situation *s, const char *password, struct standing *ret_standing);

/* Enters it into the state: sets, keeps or ends the date. True when something changed. Pure. */
bool standing_note(struct standing *standing, const struct settings *settings, int64_t now_s, struct login_state *state);

/* Tells the person, and records what is new. */
void standing_report(const struct situation *s, const struct standing *standing);

/* For the account phase: true when the date has passed and the password is still the one that was found bad. */
bool standing_due(const struct situation *s);

#endif
