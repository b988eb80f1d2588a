/* SPDX-License-Identifier: BSD-2-Clause */
/* The account phase: may this person come in here now, and is the password due for a change. Shell (calls libpam, does I/O).
 * Clauses RA-1, AC-1, AC-4, AU-4, PW-1.
 *
 * MUST: it stands before pam_unix, so that an expired password does not jump over it. MUST: nothing is cleared or counted here: cron, atd and
 * systemd-user reach only this line. */
#ifndef MUTEX_ACCOUNT_H
#define MUTEX_ACCOUNT_H

#include "situation_gather.h"

/* PAM_PERM_DENIED with the reasons told; PAM_USER_UNKNOWN; PAM_NEW_AUTHTOK_REQD when the policy's max_age or comply_by has passed, somebody can answer in this
 * service, and a change could go through now; else PAM_IGNORE: this line alone lets nobody in. PAM_SILENT takes away the texts only. */
int account_judge(struct situation *s);

#endif
