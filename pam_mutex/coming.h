/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts logins that are on their way in, where the policy limits how many one person may have. Shell (libpam). Clause PW-2. */
#ifndef MUTEX_COMING_H
#define MUTEX_COMING_H

#include "situation_gather.h"

/* Before the account line decides: adds the person's other logins without a session to facts.sessions, and enters this one until the handle ends. Where
 * that cannot be kept, logind's count stands alone: nobody is kept out by a full /run. */
void coming_enter(struct situation *s);
/* The login was refused. */
void coming_leave(const struct situation *s);

#endif
