/* SPDX-License-Identifier: BSD-2-Clause */
/* Suspensions: the document has one reading; on disk, whatever stands at a person's path suspends, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document_check.h"
#include "document_random.h"
#include "file_root.h"
#include "suspension_store.h"
#include "text.h"

#define UID 1000

static const char GOOD[] = "mutex-suspension 1\n"
			   "uid=1000\n"
			   "user=alice\n"
			   "by=tanaka\n"
			   "reason=left the company\n"
			   "since=2026-11-22T09:30:00Z\n"
			   "end\n";

static int again(const char *bytes, size_t len, struct diag_list *problems, char *ret_again, size_t size)
{
	struct suspension suspension;
	struct text t;
	int r = suspension_read(bytes, len, "1000", problems, &suspension);

	if (r < 0)
		return r;
	text_init(&t, ret_again, size);
	return suspension_write(&suspension, &t) < 0 ? 0 : (int)t.len;
}

static const struct document_edit EDITS[] = {
	{"whole", "", "", 0, 0},
	{"other version", "mutex-suspension 1", "mutex-suspension 2", 0, 1},
	{"other kind", "mutex-suspension", "mutex-stamp", 0, 1},
	{"CR before LF", "mutex-suspension 1\n", "mutex-suspension 1\r\n", 0, 1},
	{"root", "uid=1000", "uid=0", 0, 0},
	{"leading zero", "uid=1000", "uid=01000", 0, 2},
	{"the uid that is none", "uid=1000", "uid=4294967295", 0, 2},
	{"no user", "alice", "", 0, 3},
	{"user of a domain", "alice", "CORP\\alice", 0, 0},
	{"user of 64 bytes", "alice", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, 3},
	{"nobody said so", "tanaka", "", 0, 4},
	{"no reason", "left the company", "", 0, 5},
	{"reason in Japanese", "left the company", "\xe9\x80\x80\xe8\x81\xb7", 0, 0},
	{"reason with an escape", "left the company", "left\x1b[2J", 0, 5},
	{"reason of two lines", "left the company", "left\nsince=2020-01-01T00:00:00Z", 0, 7},
	{"NUL in the reason", "left the company", "left\0company", 12, 5},
	{"a day without its time", "2026-11-22T09:30:00Z", "2026-11-22", 0, 6},
	{"no end", "end\n", "", 0, 7},
	{"something behind the end", "end\n", "end\nend\n", 0, 8},
};

static void edits_are_refused_in_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(EDITS) / sizeof(EDITS[0]); i++)
		assert_true(document_edit_holds(GOOD, &EDITS[i], again));
}

static void bad_copies_are_refused(void **state)
{
	(void)state;
	assert_int_equal(document_count_bad_copies(GOOD, again), 0);
}

static void members_are_read(void **state)
{
	struct suspension s;

	(void)state;
	assert_int_equal(suspension_read(GOOD, sizeof(GOOD) - 1, "1000", NULL, &s), 0);
	assert_int_equal(s.uid, 1000);
	assert_string_equal(s.user, "alice");
	assert_string_equal(s.by, "tanaka");
	assert_string_equal(s.reason, "left the company");
	assert_int_equal(s.since, 1795339800);
}

static void what_is_written_is_read(void **state)
{
	struct document_random r = {20261123};
	char bytes[SUSPENSION_BYTES_MAX + 1];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct suspension in = {.uid = (uid_t)random_between(&r, 0, (int64_t)UINT32_MAX - 1),
					.since = random_between(&r, 0, 253402300799)};
		struct suspension out;
		struct text t;

		random_name(&r, in.user, 1, sizeof(in.user) - 1);
		random_name(&r, in.by, 1, sizeof(in.by) - 1);
		do
			random_text(&r, in.reason, sizeof(in.reason) - 1);
		while (in.reason[0] == '\0');
		TEXT_INTO(&t, bytes);
		assert_int_equal(suspension_write(&in, &t), 0);
		assert_int_equal(suspension_read(bytes, t.len, "1000", NULL, &out), 0);
		assert_int_equal(in.uid, out.uid);
		assert_int_equal(in.since, out.since);
		assert_string_equal(in.user, out.user);
		assert_string_equal(in.reason, out.reason);
	}
}

/* --- on disk --- */

static struct paths paths;
static char user_file[PATHS_BYTES_MAX + 32];

static int setup(void **state)
{
	char root[FILE_ROOT_BYTES];

	(void)state;
	file_root_make("suspension", root);
	file_root_folders(root, "/var/lib/");
	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	(void)snprintf(user_file, sizeof user_file, "%s/%d", paths.suspended, UID);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return file_root_remove(paths.root);
}

static const struct suspension alice = {.uid = UID, .user = "alice", .by = "tanaka", .reason = "left", .since = 1800000000};

static void saves_and_ends(void **state)
{
	struct suspension other = alice, found;
	uid_t uids[1];
	struct stat st;

	(void)state;
	assert_int_equal(suspension_load(&paths, UID, &found), 0);
	assert_int_equal(suspension_end(&paths, UID), -ENOENT);
	assert_int_equal(suspension_uids(&paths, uids, 1), 0);
	assert_int_equal(suspension_save(&paths, &alice), 0);
	assert_int_equal(stat(paths.suspended, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(user_file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(suspension_load(&paths, UID, &found), 1);
	assert_string_equal(found.reason, "left");
	assert_int_equal(suspension_load(&paths, UID, NULL), 1);
	assert_int_equal(suspension_load(&paths, UID + 1, &found), 0);
	other.uid = UID + 1;
	assert_int_equal(suspension_save(&paths, &other), 0);
	assert_int_equal(suspension_uids(&paths, uids, 1), 2);
	assert_int_equal(suspension_end(&paths, UID), 0);
	assert_int_equal(suspension_load(&paths, UID, &found), 0);
	assert_int_equal(suspension_uids(&paths, uids, 1), 1);
	assert_int_equal(uids[0], UID + 1);
	other.reason[0] = '\0';
	assert_int_equal(suspension_save(&paths, &other), -ERANGE);
	assert_int_equal(suspension_load(&paths, UID + 1, &found), 1); /* the old one stands */
}

static void is_empty(void)
{
	assert_int_equal(truncate(user_file, 0), 0);
}
static void is_damaged(void)
{
	assert_int_equal(truncate(user_file, 40), 0);
}
static void is_anothers(void)
{
	struct suspension other = alice;
	char path[PATHS_BYTES_MAX + 32];

	other.uid = UID + 1;
	assert_int_equal(suspension_save(&paths, &other), 0);
	(void)snprintf(path, sizeof path, "%s/%d", paths.suspended, UID + 1);
	assert_int_equal(rename(path, user_file), 0);
}
static void dangles(void)
{
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(symlink("/nowhere", user_file), 0);
}
static void is_a_folder(void)
{
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(mkdir(user_file, 0700), 0);
}
static void is_a_fifo(void)
{
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(mkfifo(user_file, 0600), 0);
}
static void may_be_written_by_all(void)
{
	assert_int_equal(chmod(user_file, 0666), 0);
}
static void folder_is_open(void)
{
	assert_int_equal(chmod(paths.suspended, 0777), 0);
}
static void folder_is_a_link(void)
{
	char moved[PATHS_BYTES_MAX + 16];

	(void)snprintf(moved, sizeof moved, "%s.moved", paths.suspended);
	assert_int_equal(rename(paths.suspended, moved), 0);
	assert_int_equal(symlink(moved, paths.suspended), 0);
}

static const struct {
	const char *name;
	void (*spoil)(void);
	int found;
} wrongs[] = {
	{"empty", is_empty, 1},
	{"damaged", is_damaged, 1},
	{"another's document", is_anothers, 1},
	{"dangling link", dangles, 1},
	{"folder", is_a_folder, 1},
	{"fifo", is_a_fifo, 1},
	{"writable by all", may_be_written_by_all, 1},
	{"folder open to others", folder_is_open, -EPERM},
	{"folder is a link", folder_is_a_link, -ENOTDIR},
};

static void whatever_stands_there_suspends(void **state)
{
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		struct suspension found = {.reason = "untouched"};
		int r;

		assert_int_equal(suspension_save(&paths, &alice), 0);
		wrongs[i].spoil();
		r = suspension_load(&paths, UID, &found);
		if (r != wrongs[i].found)
			fail_msg("%s: %d", wrongs[i].name, r);
		if (r == 1 && (found.uid != UID || found.reason[0] != '\0'))
			fail_msg("%s: believed", wrongs[i].name);
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_are_refused_in_their_line),
		cmocka_unit_test(bad_copies_are_refused),
		cmocka_unit_test(members_are_read),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test_setup_teardown(saves_and_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(whatever_stands_there_suspends, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
