/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is let in but has no session yet. Shell. Clause PW-2.
 *
 * The account line decides before logind knows of the session: of logins at the same moment each would see none but those before. So each that is
 * counted leaves a name in paths->coming, and counts the others' under one lock. Such a name holds until its process, or that one's parent (sshd asks
 * in a child and opens the session itself), has a session, ends, or COMING_AGE_MAX_S have passed. Names only: the files are empty. */
#ifndef MUTEX_COMING_STORE_H
#define MUTEX_COMING_STORE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "paths.h"

#define COMING_AGE_MAX_S 60
#define COMING_NAME_BYTES 128

/* Enters this process' login as uid, and counts that person's other ones. ret_name: for coming_store_leave(); "" on failure. 0 or negative errno. */
int coming_store_enter(const struct paths *paths, uid_t uid, int64_t now_s, char (*ret_name)[COMING_NAME_BYTES], size_t *ret_others);
void coming_store_leave(const struct paths *paths, const char *name);

#endif
