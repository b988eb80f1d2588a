/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/slot_file.c: made whole, refused when anybody else may have had a hand in it, and taken from one who keeps its lock. What stands in
 * the slots is tested by test_login_store and test_history_store, its life under crowds and kill -9 there and in it_login_faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "slot_file.h"

#define BYTES 64

static char top[] = "/tmp/test_slot_file.XXXXXX", folder[64], path[96];
static unsigned char zeros[BYTES], ones[BYTES];

static int setup(void **state)
{
	(void)state;
	(void)memcpy(top + strlen(top) - 6, "XXXXXX", 6);
	if (mkdtemp(top) == NULL)
		return -1;
	(void)snprintf(folder, sizeof folder, "%s/state", top);
	(void)snprintf(path, sizeof path, "%s/alice", folder);
	memset(ones, 1, sizeof ones);
	return 0;
}

static int teardown(void **state)
{
	char command[96];

	(void)state;
	(void)snprintf(command, sizeof command, "chmod -R u+rwX '%s' && rm -rf '%s'", top, top);
	return system(command);
}

static struct slot_file at(int wait_ms)
{
	struct slot_file file;

	assert_int_equal(slot_file_at(folder, "alice", geteuid(), BYTES, wait_ms, &file), 0);
	return file;
}

static void make(void)
{
	struct slot_file file SLOT_FILE_CLOSED = at(100);

	assert_int_equal(slot_file_make(&file, zeros), 0);
}

static int open_result(void)
{
	struct slot_file file SLOT_FILE_CLOSED = at(100);

	return slot_file_open(&file);
}

static void what_is_written_is_read(void **state)
{
	struct slot_file file SLOT_FILE_CLOSED = at(100);
	unsigned char bytes[BYTES];

	(void)state;
	assert_int_equal(slot_file_open(&file), -ENOENT);
	assert_int_equal(slot_file_make(&file, zeros), 0);
	assert_int_equal(slot_file_open(&file), 0);
	assert_int_equal(slot_file_write(&file, ones, 8, 56, true), 0);
	assert_int_equal(slot_file_read(&file, bytes), 0);
	assert_memory_equal(bytes, zeros, 56);
	assert_memory_equal(bytes + 56, ones, 8);
	/* one that is there stays as it is */
	assert_int_equal(slot_file_make(&file, zeros), 0);
	assert_int_equal(slot_file_read(&file, bytes), 0);
	assert_memory_equal(bytes + 56, ones, 8);
}

static void names_that_are_too_long(void **state)
{
	char name[400];
	struct slot_file file;

	(void)state;
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(slot_file_at(folder, name, 0, BYTES, 0, &file), -ENAMETOOLONG);
	assert_int_equal(slot_file_at(name, "alice", 0, BYTES, 0, &file), -ENAMETOOLONG);
}

/* --- what somebody else may have had a hand in --- */

static int widen(void) { return chmod(path, 0640); }
static int lengthen(void) { return truncate(path, BYTES + 1); }
static int shorten(void) { return truncate(path, BYTES - 1); }
static int name_twice(void)
{
	char second[128];

	(void)snprintf(second, sizeof second, "%s/second", top);
	return link(path, second);
}
static int link_to_it(void)
{
	char other[128];

	(void)snprintf(other, sizeof other, "%s/other", top);
	return rename(path, other) < 0 ? -1 : symlink(other, path);
}
static int be_a_folder(void) { return unlink(path) < 0 ? -1 : mkdir(path, 0700); }
static int be_a_pipe(void) { return unlink(path) < 0 ? -1 : mkfifo(path, 0600); }
static int open_folder(void) { return chmod(folder, 0750); }
static int no_folder(void)
{
	char other[128];

	(void)snprintf(other, sizeof other, "%s/moved", top);
	return rename(folder, other);
}
static int a_file_for_a_folder(void) { return no_folder() < 0 ? -1 : close(creat(folder, 0700)); }

static void what_is_not_roots_alone_is_refused(void **state)
{
	static const struct {
		const char *name;
		int (*change)(void);
		int wanted;
	} rows[] = {
		{"readable by its group", widen, -EPERM},  {"longer", lengthen, -EBADMSG},         {"shorter", shorten, -EBADMSG},
		{"a second name", name_twice, -EPERM},     {"a link", link_to_it, -ELOOP},         {"a folder", be_a_folder, -EISDIR},
		{"a pipe", be_a_pipe, -EINVAL},            {"an open folder", open_folder, -EPERM}, {"no folder", no_folder, -ENOENT},
		{"a file for a folder", a_file_for_a_folder, -ENOTDIR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].name);
		assert_int_equal(setup(NULL), 0);
		make();
		assert_int_equal(open_result(), 0);
		assert_int_equal(rows[i].change(), 0);
		assert_int_equal(open_result(), rows[i].wanted);
		assert_int_equal(teardown(NULL), 0);
	}
}

/* --- who keeps the lock --- */

static void it_is_taken_from_one_who_does_not_let_go(void **state)
{
	struct slot_file keeper SLOT_FILE_CLOSED = at(20), next SLOT_FILE_CLOSED = at(20), reader SLOT_FILE_CLOSED = at(20);
	unsigned char bytes[BYTES];
	struct stat old;

	(void)state;
	make();
	assert_int_equal(slot_file_open(&keeper), 0);
	assert_int_equal(slot_file_write(&keeper, ones, 8, 0, false), 0);
	assert_int_equal(slot_file_open(&next), 0);
	assert_int_equal(fstat(keeper.fd, &old), 0);
	assert_int_equal(old.st_mode & 07777, 0);
	assert_int_equal(slot_file_read(&next, bytes), 0);
	assert_memory_equal(bytes, ones, 8);
	/* what it writes now is lost, and it hears that */
	assert_int_equal(slot_file_write(&keeper, ones, 8, 8, false), -ESTALE);
	assert_int_equal(slot_file_read(&next, bytes), 0);
	assert_memory_equal(bytes + 8, zeros, 8);
	/* for reading nobody waits */
	assert_int_equal(slot_file_open_read_only(&reader), 0);
	assert_int_equal(slot_file_read(&reader, bytes), 0);
	assert_memory_equal(bytes, ones, 8);
}

static void one_that_is_let_go_is_not_replaced(void **state)
{
	struct slot_file first SLOT_FILE_CLOSED = at(2000), second SLOT_FILE_CLOSED = at(2000);
	struct stat before, after;

	(void)state;
	make();
	assert_int_equal(slot_file_open(&first), 0);
	assert_int_equal(fstat(first.fd, &before), 0);
	slot_file_close(&first);
	assert_int_equal(slot_file_open(&second), 0);
	assert_int_equal(fstat(second.fd, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

/* A mark that its maker did not live to replace. */
static void a_marked_file_is_replaced(void **state)
{
	struct slot_file file SLOT_FILE_CLOSED = at(20);
	unsigned char bytes[BYTES];

	(void)state;
	make();
	if (geteuid() != 0)
		skip(); /* only root opens a file of mode 0 */
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(slot_file_open_read_only(&file), -EAGAIN);
	assert_int_equal(slot_file_open(&file), 0);
	assert_int_equal(slot_file_read(&file, bytes), 0);
	assert_memory_equal(bytes, zeros, BYTES);
}

static void what_killed_processes_left_is_swept(void **state)
{
	static const struct {
		const char *name;
		bool stays;
	} rows[] = {{".alice.2147483647.1", false}, {".alice.1.1", true}, {".bob.2147483647.1", true}, {".alice.x.1", true}, {"alice.2147483647.1", true}};
	char other[192];

	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)snprintf(other, sizeof other, "%s/%s", folder, rows[i].name);
		assert_int_equal(close(creat(other, 0600)), 0);
	}
	make();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)snprintf(other, sizeof other, "%s/%s", folder, rows[i].name);
		print_message("%s\n", rows[i].name);
		assert_int_equal(access(other, F_OK) == 0, rows[i].stays);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(names_that_are_too_long, setup, teardown),
		cmocka_unit_test(what_is_not_roots_alone_is_refused),
		cmocka_unit_test_setup_teardown(it_is_taken_from_one_who_does_not_let_go, setup, teardown),
		cmocka_unit_test_setup_teardown(one_that_is_let_go_is_not_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(a_marked_file_is_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(what_killed_processes_left_is_swept, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
