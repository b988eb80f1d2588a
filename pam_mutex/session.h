/* SPDX-License-Identifier: BSD-2-Clause */
/* The session line: findings for whoever reads the records, nothing that keeps anybody out. Shell. Clauses PW-2, AC-4. */
#ifndef MUTEX_SESSION_H
#define MUTEX_SESSION_H

#include "situation_gather.h"

/* Records use of one account from two places at once, and each step into another person's account. Always PAM_IGNORE. */
int session_opened(const struct situation *s);

#endif
