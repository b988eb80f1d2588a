/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits that a setuid program has from whoever started it: put aside while root's own files are changed. Shell (process).
 *
 * su, sudo and passwd run with their caller's limits. One on file sizes below ours would end the program by SIGXFSZ; one on descriptors would leave
 * failures uncounted. What is raised is restored at the end of the scope. */
#ifndef MUTEX_CALLER_LIMITS_H
#define MUTEX_CALLER_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

struct caller_limits {
	struct rlimit file_size, descriptors;
	bool file_size_raised, descriptors_raised;
};

/* Files of that size may be written now. 0, -EFBIG where the limit may not be raised, or negative errno. */
int caller_limits_raise_file_size(struct caller_limits *limits, size_t bytes);

/* open() with O_CLOEXEC|O_NOFOLLOW|O_NOCTTY|O_NONBLOCK that gets its descriptor. The descriptor, or negative errno. */
int caller_limits_open(struct caller_limits *limits, const char *path, int flags, mode_t mode);

void caller_limits_restore(const struct caller_limits *limits);
#define CALLER_LIMITS_RESTORED __attribute__((cleanup(caller_limits_restore)))

#endif
