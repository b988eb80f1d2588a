/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the suspensions below paths->suspended (0700, root's). Shell. */
#ifndef MUTEX_SUSPENSION_STORE_H
#define MUTEX_SUSPENSION_STORE_H

#include "paths.h"
#include "suspension.h"

/* 0 = not suspended; 1 = suspended, *ret_suspension (may be NULL) holds what could be read; negative errno when nobody can say (treat as suspended). */
int suspension_load(const struct paths *paths, uid_t uid, struct suspension *ret_suspension);
int suspension_save(const struct paths *paths, const struct suspension *suspension);
int suspension_end(const struct paths *paths, uid_t uid); /* 0, -ENOENT */
ssize_t suspension_uids(const struct paths *paths, uid_t *ret_uids, size_t max);

#endif
