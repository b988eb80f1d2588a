/* SPDX-License-Identifier: BSD-2-Clause */
/* Stamps on disk: written whole, replaced, never through a link, never into somebody else's folder. */
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

#include "file.h"
#include "file_root.h"
#include "stamp_store.h"

#define BOOT "6ff2c1b0-5d0c-4b57-9c0e-0d8d5b9c4a11"

static struct paths paths;
static char root[FILE_ROOT_BYTES];

static int set_up(void **state)
{
	(void)state;
	file_root_make("stamp_store", root);
	return paths_init(&paths, root, geteuid());
}

static int tear_down(void **state)
{
	(void)state;
	return file_root_remove(root);
}

static struct stamp sample(int64_t time_ns)
{
	return (struct stamp){.boot_id = BOOT, .time_ns = time_ns, .uid = 1000, .service = "login", .seat = "seat0", .tty = "tty2",
			      .pid = 17, .pid_start = 99, .factors = {.count = 1, .items = {"password"}}};
}

static void read_back(int64_t wanted_ns)
{
	char path[PATHS_BYTES_MAX + 16], *bytes = NULL;
	struct stamp stamp;
	struct stat st;
	size_t len;

	(void)snprintf(path, sizeof path, "%s/1000", paths.stamps);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(file_read_trusted(path, &(struct file_trust){getuid(), STAMP_BYTES_MAX}, &bytes, &len), 0);
	assert_int_equal(stamp_read(bytes, len, path, NULL, &stamp), 0);
	assert_int_equal(stamp.time_ns, wanted_ns);
	assert_string_equal(stamp.seat, "seat0");
	free(bytes);
}

static void writes_and_replaces(void **state)
{
	struct stamp first = sample(5), second = sample(6);
	struct stat st;

	(void)state;
	assert_false(stamp_store_is_read(&paths)); /* idlelockd makes the folder */
	assert_int_equal(stamp_store_write(&paths, &first), -ENOENT);
	assert_int_equal(file_make_folder(paths.stamps, 0700, getuid()), 0);
	assert_true(stamp_store_is_read(&paths));
	assert_int_equal(stamp_store_write(&paths, &first), 0);
	read_back(5);
	assert_int_equal(stamp_store_write(&paths, &second), 0);
	read_back(6);
	assert_int_equal(stat(paths.stamps, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(st.st_nlink, 2);
}

static ino_t file_of(const char *name)
{
	char path[PATHS_BYTES_MAX + 16];
	struct stat st;

	(void)snprintf(path, sizeof path, "%s/%s", paths.stamps, name);
	assert_int_equal(lstat(path, &st), 0);
	return st.st_ino;
}

static void two_files_change_places(void **state)
{
	struct stamp longer = sample(10), shorter = sample(11);
	ino_t spare = file_of("1000.spare"), used = file_of("1000");

	(void)state;
	(void)snprintf(longer.tty, sizeof longer.tty, "a terminal with a long name");
	assert_int_equal(stamp_store_write(&paths, &longer), 0);
	assert_true(file_of("1000") == spare && file_of("1000.spare") == used);
	assert_int_equal(stamp_store_write(&paths, &shorter), 0);
	assert_true(file_of("1000") == used && file_of("1000.spare") == spare);
	assert_int_equal(stamp_store_write(&paths, &shorter), 0);
	read_back(11); /* in the file of the longer one */
}

/* Another login is about to put it in the stamp's place. */
static void leaves_a_spare_one_that_is_in_use(void **state)
{
	char path[PATHS_BYTES_MAX + 16], before[STAMP_BYTES_MAX], after[STAMP_BYTES_MAX];
	struct stamp stamp = sample(12);
	ino_t spare = file_of("1000.spare");
	int fd;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/1000.spare", paths.stamps);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(file_lock(fd, 0), 0);
	memset(before, 0, sizeof before);
	memset(after, 0, sizeof after);
	assert_true(pread(fd, before, sizeof before, 0) > 0);
	assert_int_equal(stamp_store_write(&paths, &stamp), 0);
	read_back(12);
	assert_true(pread(fd, after, sizeof after, 0) > 0);
	assert_memory_equal(before, after, sizeof before);
	assert_true(file_of("1000.spare") == spare);
	assert_int_equal(close(fd), 0);
}

static void replaces_a_link_and_not_its_target(void **state)
{
	char path[PATHS_BYTES_MAX + 16], target[PATHS_BYTES_MAX + 16];
	struct stamp stamp = sample(7);

	(void)state;
	(void)snprintf(path, sizeof path, "%s/1000", paths.stamps);
	(void)snprintf(target, sizeof target, "%s/target", root);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(stamp_store_write(&paths, &stamp), 0);
	assert_int_equal(access(target, F_OK), -1);
	read_back(7);
}

static void refuses_what_is_no_stamp(void **state)
{
	struct stamp nothing_shown = sample(8), bad_service = sample(8);

	(void)state;
	nothing_shown.factors.count = 0;
	bad_service.service[0] = '/';
	assert_true(stamp_store_write(&paths, &nothing_shown) < 0);
	assert_true(stamp_store_write(&paths, &bad_service) < 0);
	read_back(7);
}

static void refuses_a_folder_open_to_others(void **state)
{
	struct stamp stamp = sample(9);

	(void)state;
	assert_int_equal(chmod(paths.stamps, 0777), 0);
	assert_int_equal(stamp_store_write(&paths, &stamp), -EPERM);
	assert_int_equal(chmod(paths.stamps, 0700), 0);
	read_back(7);
}

static void knows_when_a_process_began(void **state)
{
	int64_t mine, parents;

	(void)state;
	assert_int_equal(stamp_store_process_start(getpid(), &mine), 0);
	assert_int_equal(stamp_store_process_start(getppid(), &parents), 0);
	assert_true(mine > 0 && parents <= mine);
	assert_int_equal(stamp_store_process_start(INT32_MAX, &mine), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_replaces),
		cmocka_unit_test(two_files_change_places),
		cmocka_unit_test(leaves_a_spare_one_that_is_in_use),
		cmocka_unit_test(replaces_a_link_and_not_its_target),
		cmocka_unit_test(refuses_what_is_no_stamp),
		cmocka_unit_test(refuses_a_folder_open_to_others),
		cmocka_unit_test(knows_when_a_process_began),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
