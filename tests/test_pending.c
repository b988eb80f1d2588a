/* SPDX-License-Identifier: BSD-2-Clause */
/* The witness of apply --confirm: begins once, sees what the module wrote, never made by the module, never a link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pending.h"

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"

static int setup(void **state)
{
	static struct paths paths;
	char root[] = "/tmp/test_pending.XXXXXX";

	assert_non_null(mkdtemp(root));
	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	*state = &paths;
	return 0;
}

static int teardown(void **state)
{
	const struct paths *paths = *state;
	char path[PATHS_BYTES_MAX + 8];

	(void)unlink(paths->pending);
	(void)rmdir(paths->run);
	(void)snprintf(path, sizeof path, "%s/run", paths->root);
	(void)rmdir(path);
	return rmdir(paths->root);
}

static void nothing_pending(void **state)
{
	const struct paths *paths = *state;
	char what[128], boot[37];
	int64_t ns;

	pending_witness(paths, "login: sshd alice");
	assert_int_equal(access(paths->pending, F_OK), -1);
	assert_int_equal(pending_seen(paths, what, sizeof what), -ENOENT);
	assert_int_equal(pending_started(paths, &ns, boot), -ENOENT);
	pending_end(paths);
}

static void sees_the_last_witness(void **state)
{
	const struct paths *paths = *state;
	char what[128], boot[37], long_one[400];
	struct stat st;
	int64_t ns;

	assert_int_equal(pending_begin(paths, 123456789012345, BOOT), 0);
	assert_int_equal(pending_begin(paths, 1, BOOT), -EEXIST);
	assert_int_equal(stat(paths->pending, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, PENDING_BYTES);
	assert_int_equal(pending_seen(paths, what, sizeof what), 0);
	assert_int_equal(pending_started(paths, &ns, boot), 0);
	assert_true(ns == 123456789012345);
	assert_string_equal(boot, BOOT);

	memset(long_one, 'x', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	pending_witness(paths, long_one);
	assert_int_equal(pending_seen(paths, what, sizeof what), 1);
	assert_int_equal(strlen(what), PENDING_WHAT_MAX);
	pending_witness(paths, "password change: passwd al\nice");
	assert_int_equal(pending_seen(paths, what, sizeof what), 1);
	assert_string_equal(what, "password change: passwd al\\x0aice");
	assert_int_equal(stat(paths->pending, &st), 0);
	assert_int_equal(st.st_size, PENDING_BYTES);
	pending_end(paths);
	assert_int_equal(pending_seen(paths, what, sizeof what), -ENOENT);
}

static void refuses_foreign_files(void **state)
{
	const struct paths *paths = *state;
	char what[128], victim[PATHS_BYTES_MAX + 8];
	struct stat st;
	int fd;

	assert_int_equal(pending_begin(paths, 1, "short"), -EINVAL);
	assert_int_equal(pending_begin(paths, 1, BOOT), 0);
	assert_int_equal(truncate(paths->pending, 100), 0);
	pending_witness(paths, "login: sshd alice");
	assert_int_equal(pending_seen(paths, what, sizeof what), -EBADMSG);
	pending_end(paths);

	(void)snprintf(victim, sizeof victim, "%s/victim", paths->root);
	fd = open(victim, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, PENDING_BYTES), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(symlink(victim, paths->pending), 0);
	pending_witness(paths, "login: sshd alice");
	fd = open(victim, O_RDONLY);
	assert_int_equal(pread(fd, what, 1, 128), 1);
	assert_int_equal(what[0], '\0');
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(pending_seen(paths, what, sizeof what), -ELOOP);
	assert_int_equal(unlink(victim), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_pending, setup, teardown),
		cmocka_unit_test_setup_teardown(sees_the_last_witness, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_foreign_files, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
