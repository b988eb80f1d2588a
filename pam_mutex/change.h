/* SPDX-License-Identifier: BSD-2-Clause */
/* The change of a password: is the judge ready, and does the new password obey. Shell (calls libpam, does I/O). Clause PW-1.
 *
 * MUST: nothing that could not be checked is accepted. MUST: after every other result libpam has forgotten the new password, so that no later
 * module of the stack can store it. MUST: the present password is in the history before a new one is let through. */
#ifndef MUTEX_CHANGE_H
#define MUTEX_CHANGE_H

#include <stdbool.h>

#include "situation_gather.h"

/* The first pass: PAM_SUCCESS when a change could be judged now; else the person is told why, and PAM_TRY_AGAIN. Changes nothing, asks nothing. */
int change_check_ready(const struct situation *s);

/* The second pass: asks, judges, tells, records, until a password obeys. PAM_SUCCESS; PAM_AUTHTOK_ERR (refused, or nothing given),
 * PAM_MAXTRIES (refused as often as `retry` allows), PAM_INCOMPLETE, PAM_BUF_ERR. */
int change_judge_new_password(const struct situation *s);

/* True when a change by this person could go through as far as the state of this computer goes; the account phase asks. Says nothing. */
bool change_possible(const struct situation *s);

#endif
