/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/caller_limits.c: limits of the caller's that are in the way are put aside, and come back. Each story has a process of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caller_limits.h"

#define MUST(what) \
	do { \
		if (!(what)) { \
			(void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); \
			_exit(1); \
		} \
	} while (0)

static char path[] = "/tmp/test_caller_limits.XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void tell(void (*story)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		story();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static struct rlimit limit_of(__rlimit_resource_t resource)
{
	struct rlimit limit;

	MUST(getrlimit(resource, &limit) == 0);
	return limit;
}

static void set_soft(__rlimit_resource_t resource, rlim_t soft)
{
	struct rlimit limit = limit_of(resource);

	limit.rlim_cur = soft;
	MUST(setrlimit(resource, &limit) == 0);
}

static bool can_write(off_t at)
{
	int fd = open(path, O_WRONLY);
	bool can;

	MUST(fd >= 0);
	can = pwrite(fd, "x", 1, at) == 1;
	MUST(close(fd) == 0);
	return can;
}

static void a_small_file_size(void)
{
	struct caller_limits limits = {0};

	MUST(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	set_soft(RLIMIT_FSIZE, 10);
	MUST(!can_write(4095) && errno == EFBIG);
	MUST(caller_limits_raise_file_size(&limits, 4096) == 0 && limits.file_size_raised);
	MUST(can_write(4095) && !can_write(4096));
	MUST(caller_limits_raise_file_size(&limits, 1 << 20) == 0 && !can_write(4096)); /* once for each scope */
	caller_limits_restore(&limits);
	MUST(limit_of(RLIMIT_FSIZE).rlim_cur == 10 && !can_write(4095));
}

static void a_large_file_size(void)
{
	struct caller_limits limits = {0};

	set_soft(RLIMIT_FSIZE, 8192);
	MUST(caller_limits_raise_file_size(&limits, 8192) == 0 && !limits.file_size_raised);
	caller_limits_restore(&limits);
	MUST(limit_of(RLIMIT_FSIZE).rlim_cur == 8192);
}

static void a_hard_limit_is_roots(void)
{
	const struct rlimit hard = {.rlim_cur = 10, .rlim_max = 10};
	struct caller_limits limits = {0};

	MUST(setrlimit(RLIMIT_FSIZE, &hard) == 0);
	if (geteuid() == 0)
		MUST(setresuid(65534, 65534, 65534) == 0);
	MUST(caller_limits_raise_file_size(&limits, 4096) == -EFBIG && !limits.file_size_raised);
	caller_limits_restore(&limits);
	MUST(limit_of(RLIMIT_FSIZE).rlim_cur == 10);
}

static void no_descriptor_is_left(void)
{
	struct caller_limits limits = {0};
	int next = open("/dev/null", O_RDONLY), fd;

	MUST(next >= 0 && close(next) == 0);
	set_soft(RLIMIT_NOFILE, (rlim_t)next);
	MUST(open("/dev/null", O_RDONLY) < 0 && errno == EMFILE);
	fd = caller_limits_open(&limits, path, O_RDWR, 0);
	MUST(fd == next && limits.descriptors_raised);
	MUST(fcntl(fd, F_GETFD) == FD_CLOEXEC && (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	caller_limits_restore(&limits);
	MUST(limit_of(RLIMIT_NOFILE).rlim_cur == (rlim_t)next);
}

static void descriptors_are_left(void)
{
	struct caller_limits limits = {0};
	rlim_t before = limit_of(RLIMIT_NOFILE).rlim_cur;

	MUST(caller_limits_open(&limits, path, O_RDONLY, 0) >= 0 && !limits.descriptors_raised);
	MUST(caller_limits_open(&limits, "/nowhere/at/all", O_RDONLY, 0) == -ENOENT && !limits.descriptors_raised);
	MUST(caller_limits_open(&limits, "/proc/self/exe", O_RDONLY, 0) == -ELOOP);
	MUST(limit_of(RLIMIT_NOFILE).rlim_cur == before);
}

#define STORY(name) \
	static void name##_story(void **state) \
	{ \
		(void)state; \
		tell(name); \
	}
STORY(a_small_file_size)
STORY(a_large_file_size)
STORY(a_hard_limit_is_roots)
STORY(no_descriptor_is_left)
STORY(descriptors_are_left)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_file_size_story),     cmocka_unit_test(a_large_file_size_story),    cmocka_unit_test(a_hard_limit_is_roots_story),
		cmocka_unit_test(no_descriptor_is_left_story), cmocka_unit_test(descriptors_are_left_story),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
