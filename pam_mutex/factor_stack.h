/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the PAM stack of a pam: factor comes back to pam_mutex. Pure: the files come through a callback.
 *
 * Coarser than libpam on purpose, and never finer: whatever might be a line of the auth phase and has the module's name in it counts, and
 * whatever might be an include is followed, in both folders. `mutexctl stack` proves; this only refuses. */
#ifndef MUTEX_FACTOR_STACK_H
#define MUTEX_FACTOR_STACK_H

#include <stddef.h>

#define FACTOR_STACK_FILES_MAX 32
#define FACTOR_STACK_NAME_MAX 128

/* Gives the file of that name (as after "include") to `read`, once for each place where libpam could find it. Returns how many there were, or
 * negative errno. */
struct factor_stack_files {
	int (*each)(void *context, const char *name, int (*read)(void *scan, const char *bytes, size_t len), void *scan);
	void *context;
};

/* 0: the auth phase of that service has a file of its own and does not reach pam_mutex; -ELOOP: it does; -ENOENT: it, or what it includes, has no
 * file; -E2BIG: too many files; or what the callback says. */
int factor_stack_check(const struct factor_stack_files *files, const char *service);

#endif
