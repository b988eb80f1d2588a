/* SPDX-License-Identifier: BSD-2-Clause */
/* Which person stands behind a process: the login uid that the kernel keeps from the login on, through su and sudo. Shell.
 *
 * MUST: never a wrong person. What has no login uid (a service), what has ended, and everything while this is not in the first PID and user
 *       namespaces, which the kernel's messages count in, is of nobody known. A number that was given to another program meanwhile shows by the program's name. */
#ifndef GUARD_CULPRIT_GATHER_H
#define GUARD_CULPRIT_GATHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "change_message.h"

#define CULPRIT_NAME_BYTES 64
struct culprit {
	char program[16];              /* "" = unknown */
	char person[CULPRIT_NAME_BYTES]; /* "" = unknown */
	uid_t uid;                     /* of the person; (uid_t)-1 = unknown */
};

/* Whether the numbers of processes in the kernel's messages are those that we see. */
bool culprit_knows_numbers(void);
void culprit_gather(const struct change *change, struct culprit *ret_culprit);
void culprit_name(const char *program, uid_t uid, struct culprit *ret_culprit);

#endif
