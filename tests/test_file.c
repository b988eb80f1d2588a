/* SPDX-License-Identifier: BSD-2-Clause */
/* Trusted files: what is refused and why, replacement that loses nothing, locks between processes, folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "file_root.h"

#define SOME_USER 4711
#define OTHER_USER 4712

static char root[FILE_ROOT_BYTES];

static const char *in_root(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	assert_true(snprintf(path, 256, "%s/%s", root, name) < 256);
	return path;
}

static int make_root(void **state)
{
	(void)state;
	file_root_make("file", root);
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	return file_root_remove(root);
}

static void write_file(const char *name, const char *bytes, mode_t mode)
{
	FILE *file = fopen(in_root(name), "w");

	assert_non_null(file);
	assert_true(fputs(bytes, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(in_root(name), mode), 0);
}

/* --- trusted reading --- */

static void make_plain(const char *name) { write_file(name, "hello\n", 0644); }
static void make_empty(const char *name) { write_file(name, "", 0600); }
static void make_full(const char *name) { write_file(name, "0123456789abcdef", 0600); }
static void make_too_big(const char *name) { write_file(name, "0123456789abcdefg", 0600); }
static void make_nothing(const char *name) { (void)name; }
static void make_group_writable(const char *name) { write_file(name, "x", 0664); }
static void make_world_writable(const char *name) { write_file(name, "x", 0646); }
static void make_folder(const char *name) { assert_int_equal(mkdir(in_root(name), 0755), 0); }
static void make_fifo(const char *name) { assert_int_equal(mkfifo(in_root(name), 0600), 0); }

static void make_link(const char *name)
{
	write_file("target", "hello\n", 0644);
	assert_int_equal(symlink(in_root("target"), in_root(name)), 0);
}

static void make_dangling_link(const char *name)
{
	assert_int_equal(symlink("/nowhere", in_root(name)), 0);
}

static void make_socket(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd FILE_CLOSED = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, in_root(name));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
}

static void judges_what_stands_there(void **state)
{
	static const struct {
		const char *name;
		void (*make)(const char *name);
		int want; /* the length, or the error */
	} ROWS[] = {
		{"plain", make_plain, 6},
		{"empty", make_empty, 0},
		{"as_big_as_allowed", make_full, 16},
		{"too_big", make_too_big, -EFBIG},
		{"missing", make_nothing, -ENOENT},
		{"group_writable", make_group_writable, -EPERM},
		{"world_writable", make_world_writable, -EPERM},
		{"folder", make_folder, -EINVAL},
		{"fifo", make_fifo, -EINVAL}, /* and does not wait for a writer */
		{"link", make_link, -ELOOP},
		{"dangling_link", make_dangling_link, -ELOOP},
		{"socket", make_socket, -ENXIO},
	};
	struct file_trust trust = {.owner = geteuid(), .max_bytes = 16};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char *bytes FILE_FREED = NULL;
		size_t len = 99, size = 99;
		int error;

		print_message("%s\n", ROWS[i].name);
		ROWS[i].make(ROWS[i].name);
		error = file_read_trusted(in_root(ROWS[i].name), &trust, &bytes, &len);
		int fd FILE_CLOSED = file_open_trusted(in_root(ROWS[i].name), &trust, &size);
		if (ROWS[i].want < 0) {
			assert_int_equal(error, ROWS[i].want);
			assert_int_equal(fd, ROWS[i].want);
			assert_null(bytes);
			continue;
		}
		assert_int_equal(error, 0);
		assert_int_equal(len, ROWS[i].want);
		assert_int_equal(bytes[len], '\0');
		assert_true(fd >= 0);
		assert_int_equal(size, len);
		assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	}
	assert_int_equal(file_open_trusted("relative", &trust, &(size_t){0}), -EINVAL);
	assert_int_equal(file_open_trusted("", &trust, &(size_t){0}), -EINVAL);
}

static void trusts_root_and_one_owner_only(void **state)
{
	struct file_trust stranger = {.owner = OTHER_USER, .max_bytes = 16}, friend = stranger;
	size_t size;

	(void)state;
	write_file("owned", "x", 0600);
	/* Root gives the file away; another user's own file is no root's anyway. */
	if (geteuid() == 0)
		assert_int_equal(chown(in_root("owned"), SOME_USER, (gid_t)-1), 0);
	friend.owner = geteuid() == 0 ? SOME_USER : geteuid();
	int fd FILE_CLOSED = file_open_trusted(in_root("owned"), &friend, &size);
	assert_true(fd >= 0);
	assert_int_equal(file_open_trusted(in_root("owned"), &stranger, &size), -EPERM);
	int roots FILE_CLOSED = file_open_trusted("/etc/os-release", &(struct file_trust){OTHER_USER, 1 << 20}, &size);
	assert_true(roots >= 0 || roots == -ELOOP); /* a link on many systems */
	int passwd FILE_CLOSED = file_open_trusted("/etc/passwd", &(struct file_trust){OTHER_USER, 1 << 24}, &size);
	assert_true(passwd >= 0);
}

static void says_what_to_do_for_each_error(void **state)
{
	static const int ERRORS[] = {ENOENT, ELOOP, EPERM, EINVAL, ENXIO, EFBIG, EAGAIN, EACCES, ENOTDIR, EIO, ENOMEM, EMFILE, EXDEV};

	(void)state;
	for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) {
		assert_ptr_equal(file_strerror(ERRORS[i]), file_strerror(-ERRORS[i]));
		assert_non_null(strstr(file_strerror(ERRORS[i]), "; ")); /* problem; remedy */
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(file_strerror(ERRORS[i]), file_strerror(ERRORS[j]));
	}
}

/* --- replacement --- */

static void assert_holds(const char *name, const char *want)
{
	struct file_trust trust = {.owner = geteuid(), .max_bytes = 1 << 20};
	char *bytes FILE_FREED = NULL;
	size_t len;

	assert_int_equal(file_read_trusted(in_root(name), &trust, &bytes, &len), 0);
	assert_string_equal(bytes, want);
}

static int entries;
static int count_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)path, (void)st, (void)kind, (void)ftw;
	entries++;
	return 0;
}

static int entries_of(const char *name)
{
	entries = -1; /* without the folder itself */
	assert_int_equal(nftw(in_root(name), count_entry, 8, FTW_PHYS), 0);
	return entries;
}

static void replaces(void **state)
{
	struct stat st;
	mode_t old_mask = umask(0077);

	(void)state;
	assert_int_equal(mkdir(in_root("r"), 0755), 0);
	assert_int_equal(file_replace(in_root("r/f"), "one", 3, 0644), 0);
	assert_holds("r/f", "one");
	assert_int_equal(stat(in_root("r/f"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644); /* whatever the umask */
	umask(0);
	assert_int_equal(file_replace(in_root("r/f"), "second", 6, 0600), 0);
	umask(old_mask);
	assert_holds("r/f", "second");
	assert_int_equal(stat(in_root("r/f"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(file_replace(in_root("r/f"), "", 0, 0600), 0);
	assert_holds("r/f", "");
	assert_int_equal(entries_of("r"), 1);
}

static void replaces_a_link_not_its_target(void **state)
{
	struct stat st;

	(void)state;
	write_file("victim", "untouched", 0600);
	assert_int_equal(symlink("victim", in_root("trap")), 0);
	assert_int_equal(file_replace(in_root("trap"), "new", 3, 0600), 0);
	assert_holds("victim", "untouched");
	assert_int_equal(lstat(in_root("trap"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void passes_by_what_a_dead_process_left(void **state)
{
	char name[64];

	(void)state;
	assert_int_equal(mkdir(in_root("d"), 0755), 0);
	write_file("victim2", "untouched", 0600);
	assert_true(snprintf(name, sizeof name, "d/.f.%d.0", (int)getpid()) > 0);
	assert_int_equal(symlink("../victim2", in_root(name)), 0);
	assert_true(snprintf(name, sizeof name, "d/.f.%d.1", (int)getpid()) > 0);
	write_file(name, "left", 0600);
	assert_int_equal(file_replace(in_root("d/f"), "new", 3, 0600), 0);
	assert_holds("d/f", "new");
	assert_holds("victim2", "untouched");
	assert_holds(name, "left");
	assert_int_equal(entries_of("d"), 3);
}

static void refuses_impossible_places(void **state)
{
	char path[300];

	(void)state;
	assert_int_equal(file_replace("relative", "x", 1, 0600), -EINVAL);
	assert_int_equal(file_replace(in_root("folder-without-name/"), "x", 1, 0600), -EINVAL);
	assert_int_equal(file_replace(in_root("nowhere/f"), "x", 1, 0600), -ENOENT);
	assert_int_equal(mkdir(in_root("e"), 0755), 0);
	assert_int_equal(mkdir(in_root("e/is-a-folder"), 0755), 0);
	assert_int_equal(file_replace(in_root("e/is-a-folder"), "x", 1, 0600), -EISDIR);
	memset(path, 'n', sizeof path);
	memcpy(path, "/tmp/", 5);
	path[5 + 250] = '\0'; /* fits into a folder, but not with what the temporary name adds */
	assert_int_equal(file_replace(path, "x", 1, 0600), -ENAMETOOLONG);
	assert_int_equal(entries_of("e"), 1);
}

/* A limit on the size of files fails as a full disk does: in the middle of the write. The limit stays in a child. */
static void keeps_the_old_file_when_the_disk_is_full(void **state)
{
	char *bytes FILE_FREED = calloc(1, 100000);
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(mkdir(in_root("full"), 0755), 0);
	assert_int_equal(file_replace(in_root("full/f"), "old", 3, 0600), 0);
	pid = fork();
	if (pid == 0) {
		struct rlimit limit = {4096, 4096};

		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
			_exit(1);
		_exit(file_replace(in_root("full/f"), bytes, 100000, 0600) == -EFBIG ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_holds("full/f", "old");
	assert_int_equal(entries_of("full"), 1);
}

/* Readers beside a writer see the one file or the other, whole. */
static void readers_see_whole_files(void **state)
{
	struct file_trust trust = {.owner = geteuid(), .max_bytes = 1 << 20};
	char *a FILE_FREED = malloc(60000), *b FILE_FREED = malloc(50000);
	int status;
	pid_t pid;

	(void)state;
	memset(a, 'a', 60000);
	memset(b, 'b', 50000);
	assert_int_equal(file_replace(in_root("both"), a, 60000, 0600), 0);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 100; i++)
			if (file_replace(in_root("both"), i % 2 ? a : b, i % 2 ? 60000 : 50000, 0600) < 0)
				_exit(1);
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		char *bytes FILE_FREED = NULL;
		size_t len;

		assert_int_equal(file_read_trusted(in_root("both"), &trust, &bytes, &len), 0);
		assert_int_equal(len, bytes[0] == 'a' ? 60000 : 50000);
		assert_memory_equal(bytes, bytes[0] == 'a' ? a : b, len);
	}
	assert_int_equal(status, 0);
}

/* --- locks --- */

static int open_lock_file(void)
{
	return open(in_root("lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void locks_out_another_process(void **state)
{
	int to_parent[2], to_child[2], status;
	int64_t start, waited_ns;
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(to_parent), 0);
	assert_int_equal(pipe(to_child), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open_lock_file();

		if (file_lock(fd, 0) < 0 || write(to_parent[1], "l", 1) != 1 || read(to_child[0], &c, 1) != 1)
			_exit(1);
		_exit(0);
	}
	int fd FILE_CLOSED = open_lock_file();
	assert_int_equal(read(to_parent[0], &c, 1), 1);
	start = clock_monotonic_ns();
	assert_int_equal(file_lock(fd, 0), -EAGAIN);
	assert_int_equal(file_lock(fd, 30), -EAGAIN);
	waited_ns = clock_monotonic_ns() - start;
	assert_true(waited_ns >= 30000000);
	assert_int_equal(write(to_child[1], "g", 1), 1);
	assert_int_equal(file_lock(fd, 60000), 0); /* long before that: the child ends and with it its lock */
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (int i = 0; i < 2; i++) {
		close(to_parent[i]);
		close(to_child[i]);
	}
}

static void locks_out_another_descriptor_of_the_same_process(void **state)
{
	int other FILE_CLOSED = open_lock_file();

	(void)state;
	{
		int fd FILE_CLOSED = open_lock_file();

		assert_int_equal(file_lock(fd, 0), 0);
		assert_int_equal(file_lock(other, 0), -EAGAIN);
	}
	assert_int_equal(file_lock(other, 0), 0);
	assert_int_equal(file_lock(-1, 1000), -EBADF);
}

/* --- whole reads and writes --- */

static void reads_and_writes_all_of_it(void **state)
{
	int fd FILE_CLOSED = open(in_root("io"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char bytes[8] = "";

	(void)state;
	assert_int_equal(file_pwrite_all(fd, "abcdef", 6, 2), 0);
	assert_int_equal(file_pread_all(fd, bytes, 8, 0), 0);
	assert_memory_equal(bytes, "\0\0abcdef", 8);
	assert_int_equal(file_pread_all(fd, bytes, 2, 7), -EIO); /* one byte there, one behind the end */
	assert_int_equal(file_pread_all(fd, bytes, 0, 99), 0);
	assert_int_equal(file_pread_all(-1, bytes, 1, 0), -EBADF);
	assert_int_equal(file_pwrite_all(-1, bytes, 1, 0), -EBADF);
}

/* --- folders --- */

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(in_root(name), &st), 0);
	return st.st_mode & 07777;
}

static void makes_folders_with_their_parents(void **state)
{
	mode_t old_mask = umask(0077);

	(void)state;
	assert_int_equal(file_make_folder(in_root("m/n/o"), 0755, geteuid()), 0);
	umask(old_mask);
	assert_int_equal(mode_of("m"), 0755);
	assert_int_equal(mode_of("m/n"), 0755);
	assert_int_equal(mode_of("m/n/o"), 0755);
	assert_int_equal(file_make_folder(in_root("m/n/private"), 0700, geteuid()), 0);
	assert_int_equal(mode_of("m/n/private"), 0700);
	assert_int_equal(file_make_folder(in_root("m/n"), 0700, geteuid()), 0);
	assert_int_equal(mode_of("m/n"), 0755); /* what was there stays as it was */
}

static void refuses_folders_of_others(void **state)
{
	(void)state;
	write_file("plain-file", "x", 0600);
	assert_int_equal(file_make_folder(in_root("plain-file"), 0700, geteuid()), -ENOTDIR);
	assert_int_equal(file_make_folder(in_root("plain-file/sub"), 0700, geteuid()), -ENOTDIR);
	assert_int_equal(mkdir(in_root("open"), 0700), 0);
	assert_int_equal(chmod(in_root("open"), 0777), 0);
	assert_int_equal(file_make_folder(in_root("open"), 0700, geteuid()), -EPERM);
	assert_int_equal(chmod(in_root("open"), 0770), 0);
	assert_int_equal(file_make_folder(in_root("open"), 0700, geteuid()), -EPERM);
	assert_int_equal(symlink(root, in_root("link-to-folder")), 0);
	assert_true(file_make_folder(in_root("link-to-folder"), 0700, geteuid()) < 0);
	assert_int_equal(mkdir(in_root("strange"), 0700), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(in_root("strange"), SOME_USER, (gid_t)-1), 0);
	assert_int_equal(file_make_folder(in_root("strange"), 0700, OTHER_USER), -EPERM);
	assert_int_equal(file_make_folder(in_root("strange"), 0700, geteuid() == 0 ? SOME_USER : geteuid()), 0);
	assert_int_equal(file_make_folder("relative", 0700, geteuid()), -EINVAL);
	assert_int_equal(file_make_folder(in_root("slash/"), 0700, geteuid()), -EINVAL);
}

/* As passwd(1) runs: root's user, but the caller's group. Needs root to try. */
static void gives_new_files_the_group_of_their_folder(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		if (setegid(SOME_USER) < 0 || file_make_folder(in_root("g"), 0750, 0) < 0 || file_replace(in_root("g/f"), "x", 1, 0640) < 0)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (int i = 0; i < 2; i++) {
		struct stat st;

		assert_int_equal(stat(in_root(i == 0 ? "g" : "g/f"), &st), 0);
		assert_int_equal(st.st_gid, getegid());
	}
}

static void allows_what_the_effective_rights_allow(void **state)
{
	(void)state;
	assert_int_equal(file_allows("/", F_OK), 0);
	assert_int_equal(file_allows("/dev/null", R_OK | W_OK), 0);
	assert_int_equal(file_allows("/dev/null/x", F_OK), -ENOTDIR);
	assert_int_equal(file_allows("/no such file", F_OK), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_what_stands_there),
		cmocka_unit_test(trusts_root_and_one_owner_only),
		cmocka_unit_test(says_what_to_do_for_each_error),
		cmocka_unit_test(replaces),
		cmocka_unit_test(replaces_a_link_not_its_target),
		cmocka_unit_test(passes_by_what_a_dead_process_left),
		cmocka_unit_test(refuses_impossible_places),
		cmocka_unit_test(keeps_the_old_file_when_the_disk_is_full),
		cmocka_unit_test(readers_see_whole_files),
		cmocka_unit_test(locks_out_another_process),
		cmocka_unit_test(locks_out_another_descriptor_of_the_same_process),
		cmocka_unit_test(reads_and_writes_all_of_it),
		cmocka_unit_test(makes_folders_with_their_parents),
		cmocka_unit_test(refuses_folders_of_others),
		cmocka_unit_test(gives_new_files_the_group_of_their_folder),
		cmocka_unit_test(allows_what_the_effective_rights_allow),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
