/* SPDX-License-Identifier: BSD-2-Clause */
/* Ends or locks what a person has running, by way of logind. Shell. */
#ifndef MUTEXCTL_USER_SESSIONS_H
#define MUTEXCTL_USER_SESSIONS_H

#include <stdbool.h>
#include <sys/types.h>

enum user_sessions_act { USER_SESSIONS_LEAVE, USER_SESSIONS_END, USER_SESSIONS_LOCK };

/* Does it and prints what was done, unless quiet. Never below --root, where the sessions are not those of the people there. 0, or COMMAND_FAILED after a
 * message: then somebody may still be at work. Locking asks each session's own locker, which may not obey. */
int user_sessions_act(uid_t uid, const char *user, enum user_sessions_act act, bool quiet);

#endif
