/* SPDX-License-Identifier: BSD-2-Clause */
/* Raises a limit only when it is in the way: asking and setting cost system calls. */
#include "caller_limits.h"

#include <errno.h>
#include <fcntl.h>

#define DESCRIPTORS_MORE 16

void caller_limits_restore(const struct caller_limits *limits)
{
	if (limits->file_size_raised)
		(void)setrlimit(RLIMIT_FSIZE, &limits->file_size);
	if (limits->descriptors_raised)
		(void)setrlimit(RLIMIT_NOFILE, &limits->descriptors);
}

static int raise_limit(__rlimit_resource_t resource, rlim_t wanted, const struct rlimit *before)
{
	struct rlimit raised = {.rlim_cur = wanted, .rlim_max = before->rlim_max < wanted ? wanted : before->rlim_max};

	return setrlimit(resource, &raised) < 0 ? -errno : 0;
}

int caller_limits_raise_file_size(struct caller_limits *limits, size_t bytes)
{
	if (limits->file_size_raised)
		return 0;
	if (getrlimit(RLIMIT_FSIZE, &limits->file_size) < 0)
		return -errno;
	if (limits->file_size.rlim_cur >= bytes)
		return 0;
	if (raise_limit(RLIMIT_FSIZE, bytes, &limits->file_size) < 0)
		return -EFBIG;
	limits->file_size_raised = true;
	return 0;
}

int caller_limits_open(struct caller_limits *limits, const char *path, int flags, mode_t mode)
{
	const int all_flags = flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, all_flags, mode);

	if (fd >= 0 || errno != EMFILE || limits->descriptors_raised)
		return fd >= 0 ? fd : -errno;
	if (getrlimit(RLIMIT_NOFILE, &limits->descriptors) < 0 ||
	    raise_limit(RLIMIT_NOFILE, limits->descriptors.rlim_cur + DESCRIPTORS_MORE, &limits->descriptors) < 0)
		return -EMFILE;
	limits->descriptors_raised = true;
	fd = open(path, all_flags, mode);
	return fd >= 0 ? fd : -errno;
}
