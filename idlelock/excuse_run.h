/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may keep a session open without a touch, and for how long: its person's word (present_max), and programs that logind counts as inhibitors of
 * idleness (inhibit_max). Shell, of idlelockd only; excuse.h keeps the accounts.
 *
 * MUST: an inhibitor counts for sessions of its own user, root's for all; nobody keeps another's screen open. MUST: a lock ends what runs, unless
 *       another session of the person lives by it: it is one account. */
#ifndef MUTEX_EXCUSE_RUN_H
#define MUTEX_EXCUSE_RUN_H

#include "watch_run.h"

/* "I am here" for so long, instead of what was granted before; 0 takes it back. Returns what is granted. */
uint32_t excuse_run_present(struct watched *w, uint32_t seconds);
uint32_t excuse_run_present_left(const struct watched *w); /* of today, seconds */

/* The inhibitors or the policy are others now, or the session was opened: what counts is reckoned anew. */
void excuse_run_look(struct watched *w);
/* The session is to be locked. */
void excuse_run_end(struct watched *w);

/* The next inhibitor that counts for this session, behind the one before; NULL = at the beginning, and at the end. */
const struct logind_inhibitor *excuse_run_inhibitor(const struct watched *w, const struct logind_inhibitor *before);

#endif
