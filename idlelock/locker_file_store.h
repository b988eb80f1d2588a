/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that a locker is started with, below paths->lockers: "UNIT.env", "UNIT.auth". Each locker has its own, since one that is slow, or is started
 * again, reads them when the next rung has begun already. What is written already is not written again: /run may be full meanwhile. Shell. */
#ifndef MUTEX_LOCKER_FILE_STORE_H
#define MUTEX_LOCKER_FILE_STORE_H

#include "locker_start.h"
#include "paths.h"

int locker_file_make_folder(const struct paths *paths); /* 0 or negative errno */
/* Path of the cookie's file: 0 or -ENAMETOOLONG. unit: locker_unit_name(). */
int locker_file_authority(const struct paths *paths, const char *unit, char ret_path[PATHS_BYTES_MAX]);
/* The cookie, for one user alone. 0 or negative errno. */
int locker_file_write_authority(const char *path, const unsigned char cookie[LOCKER_COOKIE_BYTES], uid_t owner);
int locker_file_write_environment(const struct paths *paths, const char *unit, const struct locker_environment *environment);
void locker_file_remove(const struct paths *paths, const char *unit);

#endif
