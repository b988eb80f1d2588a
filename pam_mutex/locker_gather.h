/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a process is a screen locker of idlelockd's, and for which session it asks. Shell (does I/O). locker_unit.h has the rule. */
#ifndef MUTEX_LOCKER_GATHER_H
#define MUTEX_LOCKER_GATHER_H

#include "locker_unit.h"
#include "paths.h"

/* The session's document as idlelockd wrote it; without its display, when the locker asks on a text console. process: the uid that the process must have, as the caller knows it from the kernel; (uid_t)-1: whatever
 * /proc says. False: no locker of ours, or nobody can say. */
bool locker_gather(const struct paths *paths, pid_t pid, uid_t process, struct session_facts *ret_facts);

#endif
