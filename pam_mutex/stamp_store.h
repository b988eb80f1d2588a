/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the stamps below paths->stamps, one for each uid (stamp.h). Shell (does I/O). Clauses LK-1, RA-1.
 *
 * MUST: only `finish` writes here, as root, after everything that the policy demands was shown. A stamp that cannot be written opens nothing. */
#ifndef MUTEX_STAMP_STORE_H
#define MUTEX_STAMP_STORE_H

#include <stdbool.h>
#include <sys/types.h>

#include "paths.h"
#include "stamp.h"

/* False where idlelockd has never been since the computer started: it makes the folder, and every lock is newer. Then no stamp need be written. */
bool stamp_store_is_read(const struct paths *paths);
/* Replaces the stamp of stamp->uid by rename; the one before stays as UID.spare, which nobody reads. Not synced: it lives in memory and means nothing
 * after a restart. 0; -EINVAL or -ERANGE for what is no stamp; -ENOENT without the folder; or negative errno. */
int stamp_store_write(const struct paths *paths, const struct stamp *stamp);

/* When a process began, in clock ticks since boot: field 22 of /proc/PID/stat. 0, or negative errno (-ENOENT: it is gone). */
int stamp_store_process_start(pid_t pid, int64_t *ret_start);

#endif
