/* SPDX-License-Identifier: BSD-2-Clause */
/* WHO: whom a line is for. "alice", "@staff", "1000:1999", "all". Pure. who_matches() is in exception.h. */
#ifndef MUTEX_WHO_H
#define MUTEX_WHO_H

#include <stddef.h>
#include <sys/types.h>

#define WHO_BYTES_MAX 64

enum who_kind { WHO_USER, WHO_GROUP, WHO_UIDS, WHO_ALL, WHO_KIND_MAX };

struct who {
	enum who_kind kind;
	const char *name; /* of user or group: inside s, not NUL-terminated */
	size_t name_len;
	uid_t first, last; /* WHO_UIDS */
};

/* 0, or -EINVAL, then *ret_problem is one English sentence with the remedy, without a full stop. */
int who_parse(const char *s, size_t len, struct who *ret_who, const char **ret_problem);

#endif
