/* SPDX-License-Identifier: BSD-2-Clause */
/* The account phase: is the password due for a change. Shell (calls libpam, does I/O). Clause PW-1. */
#ifndef MUTEX_ACCOUNT_H
#define MUTEX_ACCOUNT_H

#include "situation_gather.h"

/* PAM_NEW_AUTHTOK_REQD when the policy's max_age has passed, somebody can answer in this service, and a change could go through now; else
 * PAM_IGNORE: this line never lets anybody in or keeps anybody out. PAM_SILENT takes away the texts, never the demand. */
int account_judge_age(const struct situation *s);

#endif
