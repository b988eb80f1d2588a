/* SPDX-License-Identifier: BSD-2-Clause */
/* The history on disk: made once, taken in, compared; refused when anything is wrong with it; whole after kill -9 and under ten writers at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file_root.h"
#include "history_store.h"
#include "keyword.h"

#define UID 1000
#define NOW_S (20000 * DAY_S)
#define WRITERS 10

static struct paths paths;
static char user_file[PATHS_BYTES_MAX + 32];

static int setup(void **state)
{
	char root[FILE_ROOT_BYTES];

	(void)state;
	file_root_make("history_store", root);
	file_root_folders(root, "/var/lib/");
	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	(void)snprintf(user_file, sizeof user_file, "%s/%d", paths.history, UID);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return file_root_remove(paths.root);
}

static int take(const char *hash, int64_t now_s)
{
	struct history *h HISTORY_RELEASED = NULL;

	return history_take(&paths, UID, hash, now_s, &h);
}

static void makes_folder_and_file_for_root_alone(void **state)
{
	struct history *h HISTORY_RELEASED = NULL;
	mode_t old_umask = umask(0277); /* a caller's umask decides nothing */
	struct stat st;
	int result;

	(void)state;
	assert_int_equal(history_ready(&paths, UID), 0);
	assert_int_equal(access(paths.state, F_OK), -1); /* ready writes nothing */
	result = history_take(&paths, UID, "$1$salt$first", NOW_S, &h);
	(void)umask(old_umask);
	assert_int_equal(result, 0);
	assert_int_equal(h->count, 1);
	assert_int_equal(stat(paths.history, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(user_file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, HISTORY_FILE_BYTES);
	assert_true(st.st_blocks * 512 >= HISTORY_FILE_BYTES); /* no holes: a later write needs no room */
	assert_int_equal(history_ready(&paths, UID), 0);
}

static void remembers_across_calls(void **state)
{
	struct history *h HISTORY_RELEASED = NULL;

	(void)state;
	assert_int_equal(take("$1$salt$first", NOW_S), 0);
	assert_int_equal(take("$1$salt$second", NOW_S + DAY_S), 0);
	assert_int_equal(take("$1$salt$first", NOW_S + 2 * DAY_S), 0);
	assert_int_equal(history_take(&paths, UID, NULL, NOW_S + 3 * DAY_S, &h), 0);
	assert_int_equal(h->count, 2);
	assert_string_equal(h->entries[0].hash, "$1$salt$first");
	assert_string_equal(h->entries[1].hash, "$1$salt$second");
}

static void compares_by_hash(void **state)
{
	static const char *const settings[] = {"$1$saltsalt$", "$5$rounds=1000$saltsalt$", "$6$rounds=1000$saltsalt$", "$y$j75$saltsaltsaltsalt$", "ab"};
	struct history *h HISTORY_RELEASED = calloc(1, sizeof *h);
	struct crypt_data *data = calloc(1, sizeof *data);
	struct history_match match;

	(void)state;
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		char password[32];

		(void)snprintf(password, sizeof password, "pass%zu", i);
		(void)snprintf(h->entries[i].hash, SHADOW_HASH_SIZE, "%s", crypt_r(password, settings[i], data));
		assert_true(h->entries[i].hash[0] != '*');
		h->count++;
	}
	(void)snprintf(h->entries[h->count++].hash, SHADOW_HASH_SIZE, "$unknown$salt$hash");
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		char password[32];

		(void)snprintf(password, sizeof password, "pass%zu", i);
		assert_int_equal(history_compare(h, h->count, password, &match), 0);
		assert_true(match.found);
		assert_int_equal(match.index, i);
		assert_int_equal(match.incomparable, 0);
		assert_int_equal(history_compare(h, i, password, &match), 0);
		assert_false(match.found); /* not covered */
	}
	assert_int_equal(history_compare(h, h->count, "another", &match), 0);
	assert_false(match.found);
	assert_int_equal(match.incomparable, 1);
	assert_int_equal(history_compare(h, 99, "another", &match), 0);
	free(data);
}

/* --- what is wrong with the file --- */

static void is_damaged(void)
{
	int fd = open(user_file, O_WRONLY);

	assert_int_equal(pwrite(fd, "garbage", 7, 100), 7);
	assert_int_equal(pwrite(fd, "garbage", 7, HISTORY_SLOT_BYTES + 100), 7);
	assert_int_equal(close(fd), 0);
}
static void is_empty(void)
{
	assert_int_equal(truncate(user_file, 0), 0);
}
static void is_cut(void)
{
	assert_int_equal(truncate(user_file, HISTORY_FILE_BYTES - 1), 0);
}
static void is_longer(void)
{
	assert_int_equal(truncate(user_file, HISTORY_FILE_BYTES + 1), 0);
}
static void is_of_another_user(void)
{
	char other[PATHS_BYTES_MAX + 32];
	struct history *h HISTORY_RELEASED = NULL;

	(void)snprintf(other, sizeof other, "%s/%d", paths.history, UID + 1);
	assert_int_equal(history_take(&paths, UID + 1, NULL, NOW_S, &h), 0);
	assert_int_equal(rename(other, user_file), 0);
}
static void is_a_link(void)
{
	char other[PATHS_BYTES_MAX + 32];

	(void)snprintf(other, sizeof other, "%s/moved", paths.history);
	assert_int_equal(rename(user_file, other), 0);
	assert_int_equal(symlink(other, user_file), 0);
}
static void dangles(void)
{
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(symlink("/nowhere", user_file), 0);
}
static void has_two_names(void)
{
	char other[PATHS_BYTES_MAX + 32];

	(void)snprintf(other, sizeof other, "%s/second", paths.history);
	assert_int_equal(link(user_file, other), 0);
}
static void is_readable_by_all(void)
{
	assert_int_equal(chmod(user_file, 0644), 0);
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
static void folder_is_open(void)
{
	assert_int_equal(chmod(paths.history, 0755), 0);
}
static void folder_is_a_link(void)
{
	char other[PATHS_BYTES_MAX + 32];

	(void)snprintf(other, sizeof other, "%s/moved", paths.state);
	assert_int_equal(rename(paths.history, other), 0);
	assert_int_equal(symlink(other, paths.history), 0);
}

static const struct {
	const char *name;
	void (*spoil)(void);
	int error;
} wrongs[] = {
	{"damaged in both slots", is_damaged, -EBADMSG},
	{"empty", is_empty, -EBADMSG},
	{"cut", is_cut, -EBADMSG},
	{"longer", is_longer, -EBADMSG},
	{"another user's", is_of_another_user, -EBADMSG},
	{"a link", is_a_link, -ELOOP},
	{"a dangling link", dangles, -ELOOP},
	{"two names", has_two_names, -EPERM},
	{"readable by all", is_readable_by_all, -EPERM},
	{"a folder", is_a_folder, -EISDIR},
	{"a fifo", is_a_fifo, -EINVAL},
	{"folder open to others", folder_is_open, -EPERM},
	{"folder is a link", folder_is_a_link, -ENOTDIR},
};

static void refuses_what_is_wrong(void **state)
{
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		int ready, taken;

		assert_int_equal(take("$1$salt$first", NOW_S), 0);
		wrongs[i].spoil();
		ready = history_ready(&paths, UID);
		taken = take("$1$salt$second", NOW_S);
		if (ready != wrongs[i].error || taken != wrongs[i].error)
			fail_msg("%s: ready says %s, take %s", wrongs[i].name, strerrorname_np(-ready), strerrorname_np(-taken));
		assert_true(strlen(history_strerror(taken)) > 10);
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
	}
}

/* One slot in force, the other damaged: goes on with it. */
static void survives_one_damaged_slot(void **state)
{
	struct history *h HISTORY_RELEASED = NULL;
	int fd;

	(void)state;
	assert_int_equal(take("$1$salt$first", NOW_S), 0); /* slot 1 */
	fd = open(user_file, O_WRONLY);
	assert_int_equal(pwrite(fd, "garbage", 7, 200), 7); /* slot 0 */
	assert_int_equal(close(fd), 0);
	assert_int_equal(history_take(&paths, UID, "$1$salt$second", NOW_S + DAY_S, &h), 0);
	assert_int_equal(h->count, 2);
}

static void says_that_it_cannot_be_made(void **state)
{
	char path[PATHS_BYTES_MAX + 32];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/var/lib", paths.root);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/proc/self/nowhere", path), 0);
	assert_true(take("$1$salt$first", NOW_S) < 0);
}

/* passwd runs with its caller's limits; a file that grew past one would end it by SIGXFSZ. */
static void the_callers_limit_decides_nothing(void **state)
{
	struct rlimit old, low;
	struct history *h HISTORY_RELEASED = NULL;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = (struct rlimit){.rlim_cur = 1, .rlim_max = old.rlim_max};
	for (int i = 1; i <= 3; i++) {
		char hash[64];
		int result;

		(void)snprintf(hash, sizeof hash, "$1$salt$number%d", i);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
		result = take(hash, NOW_S + i * DAY_S);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(result, 0);
	}
	assert_int_equal(history_take(&paths, UID, NULL, NOW_S, &h), 0);
	assert_int_equal(h->count, 3);
}

/* As an ordinary user, whose hard limit stands: it stands for the full disk, too. */
static void what_cannot_be_written_changes_nothing(void **state)
{
	struct rlimit hard = {.rlim_cur = 4096, .rlim_max = 4096};
	struct history *h HISTORY_RELEASED = NULL;
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(take("$1$salt$first", NOW_S), 0);
	child = fork();
	if (child == 0) {
		if (geteuid() == 0 && (chmod(paths.root, 0755) < 0 || chmod(paths.state, 0755) < 0 || chown(paths.history, 12345, 0) < 0 || chown(user_file, 12345, 0) < 0 ||
				       setresuid(12345, 12345, 12345) < 0))
			_exit(1);
		paths.owner = geteuid();
		if (setrlimit(RLIMIT_FSIZE, &hard) < 0)
			_exit(2);
		_exit(take("$1$salt$second", NOW_S + DAY_S) == -EFBIG ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	paths.owner = geteuid() == 0 ? 12345 : geteuid();
	assert_int_equal(history_take(&paths, UID, NULL, NOW_S, &h), 0);
	assert_int_equal(h->count, 1);
	assert_string_equal(h->entries[0].hash, "$1$salt$first");
}

/* Whoever stops his passwd while it holds the lock keeps nobody from anything. */
static void a_holder_that_is_stopped_is_left_behind(void **state)
{
	struct history *h HISTORY_RELEASED = NULL;
	int ends[2];
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(take("$1$salt$first", NOW_S), 0);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = HISTORY_FILE_BYTES};
		int fd = open(user_file, O_RDWR | O_CLOEXEC);

		_exit(fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) < 0 || write(ends[1], "x", 1) != 1 || pause() < 0);
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(take("$1$salt$second", NOW_S + DAY_S), 0);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(history_take(&paths, UID, NULL, NOW_S, &h), 0);
	assert_int_equal(h->count, 2);
	assert_int_equal(close(ends[0]) + close(ends[1]), 0);
}

static void ten_writers_lose_nothing(void **state)
{
	struct history *h HISTORY_RELEASED = NULL;
	pid_t children[WRITERS];
	int status;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			char hash[64];
			int error = 0;

			for (int j = 0; j < 5 && error == 0; j++) {
				(void)snprintf(hash, sizeof hash, "$1$salt$writer%d-%d", i, j);
				error = take(hash, NOW_S);
			}
			_exit(error == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(history_take(&paths, UID, NULL, NOW_S, &h), 0);
	assert_int_equal(h->count, WRITERS * 5);
}

/* A child takes one hash after the other and says so; it is killed after some of them, in the middle of the next. */
static void survives_kill_9(void **state)
{
	size_t said = 0;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct history *h HISTORY_RELEASED = NULL;
		int pipe_fds[2], status;
		char byte;
		pid_t child;

		assert_int_equal(pipe(pipe_fds), 0);
		child = fork();
		if (child == 0) {
			for (int i = 0;; i++) {
				char hash[64];

				(void)snprintf(hash, sizeof hash, "$1$salt$round%d-%d", round, i);
				if (take(hash, NOW_S) < 0 || write(pipe_fds[1], "x", 1) != 1)
					_exit(1);
			}
		}
		assert_int_equal(close(pipe_fds[1]), 0);
		for (int i = 0; i <= round % 4; i++)
			assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(close(pipe_fds[0]), 0);
		said += (size_t)(round % 4 + 1);
		assert_int_equal(history_take(&paths, UID, NULL, NOW_S, &h), 0);
		assert_true(h->count >= (said < HISTORY_ENTRIES_MAX ? said : HISTORY_ENTRIES_MAX));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_folder_and_file_for_root_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(remembers_across_calls, setup, teardown),
		cmocka_unit_test(compares_by_hash),
		cmocka_unit_test_setup_teardown(refuses_what_is_wrong, setup, teardown),
		cmocka_unit_test_setup_teardown(survives_one_damaged_slot, setup, teardown),
		cmocka_unit_test_setup_teardown(says_that_it_cannot_be_made, setup, teardown),
		cmocka_unit_test_setup_teardown(the_callers_limit_decides_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_written_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_holder_that_is_stopped_is_left_behind, setup, teardown),
		cmocka_unit_test_setup_teardown(ten_writers_lose_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(survives_kill_9, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
