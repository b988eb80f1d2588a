/* SPDX-License-Identifier: BSD-2-Clause */
/* Who was proven: the stamps below paths->stamps (stamp.h), told as they come. Shell, of idlelockd only. */
#ifndef MUTEX_STAMP_GATHER_H
#define MUTEX_STAMP_GATHER_H

#include "loop.h"
#include "paths.h"
#include "stamp.h"

struct stamps;
/* A stamp of that person came. Read it with stamps_read(). (uid_t)-1: some came that could not be told one by one. */
typedef void (*stamps_came)(uid_t uid, void *data);

/* Makes the folder when it is missing. 0 or negative errno. */
int stamps_open(struct loop *loop, const struct paths *paths, stamps_came came, void *data, struct stamps **ret_stamps);
void stamps_close(struct stamps *stamps);

/* 0; -ENOENT: none; -EBADMSG; or what file.h says. */
int stamps_read(const struct paths *paths, uid_t uid, struct stamp *ret_stamp);

#endif
