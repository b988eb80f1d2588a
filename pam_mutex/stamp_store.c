/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes stamps; reads when a process began. */
#include "stamp_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define STAT_BYTES_MAX 1024
#define STAT_FIELDS_BEHIND_NAME 20 /* the name is field 2, the start is field 22 */
#define NAME_BYTES_MAX (PATHS_BYTES_MAX + 64)

/* The folder is root's alone, so a name that can be foretold is no danger; one for each thread, so that two logins do not share it. */
static int write_beside(const char *path, const char *bytes, size_t len)
{
	int fd FILE_CLOSED = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);

	return fd < 0 ? -errno : file_pwrite_all(fd, bytes, len, 0);
}

/* The stamp of before is kept as the spare one, for exchange(); what cannot be kept goes. */
static int put_new(const char *path, const char *spare, const char *bytes, size_t len)
{
	char beside[NAME_BYTES_MAX + 16];
	struct text t;
	int r;

	TEXT_INTO(&t, beside);
	text_add(&t, path);
	text_add(&t, ".new-");
	text_add_int(&t, (int64_t)gettid());
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	r = write_beside(beside, bytes, len);
	if (r == 0 && renameat2(AT_FDCWD, beside, AT_FDCWD, path, RENAME_EXCHANGE) == 0) {
		if (renameat2(AT_FDCWD, beside, AT_FDCWD, spare, RENAME_NOREPLACE) < 0)
			(void)unlink(beside);
		return 0;
	}
	if (r == 0 && rename(beside, path) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(beside);
	return r;
}

/* True when the file still has that name, so that nobody reads it as a stamp. */
static bool is_there(int fd, const char *path, size_t *ret_size)
{
	struct stat ours, there;

	if (fstat(fd, &ours) < 0 || lstat(path, &there) < 0 || !S_ISREG(ours.st_mode) || ours.st_nlink != 1)
		return false;
	*ret_size = (size_t)ours.st_size;
	return ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* Writes the spare one and lets the two change places: to make a file and to take one away costs a login three times as much. Who finds the lock
 * taken, or the file in the other place by then, does without. */
static int exchange(const char *path, const char *spare, const char *bytes, size_t len)
{
	int fd FILE_CLOSED = open(spare, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	size_t size;
	int r = fd < 0 ? -errno : file_lock(fd, 0);

	if (r < 0)
		return r;
	if (!is_there(fd, spare, &size))
		return -ESTALE;
	r = file_pwrite_all(fd, bytes, len, 0);
	if (r == 0 && size > len && ftruncate(fd, (off_t)len) < 0)
		r = -errno;
	if (r == 0 && renameat2(AT_FDCWD, spare, AT_FDCWD, path, RENAME_EXCHANGE) < 0)
		r = -errno;
	return r;
}

static int replace(const char *path, const char *bytes, size_t len)
{
	char spare[NAME_BYTES_MAX + 16];
	struct text t;

	TEXT_INTO(&t, spare);
	text_add(&t, path);
	text_add(&t, ".spare");
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	return exchange(path, spare, bytes, len) == 0 ? 0 : put_new(path, spare, bytes, len);
}

bool stamp_store_is_read(const struct paths *paths)
{
	struct stat st;

	return lstat(paths->stamps, &st) == 0 || errno != ENOENT;
}

/* As file_make_folder() makes it. */
static int check_folder(const struct paths *paths)
{
	struct stat st;

	if (lstat(paths->stamps, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return S_ISLNK(st.st_mode) ? -ELOOP : -ENOTDIR;
	return (st.st_uid != 0 && st.st_uid != paths->owner) || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 ? -EPERM : 0;
}

int stamp_store_write(const struct paths *paths, const struct stamp *stamp)
{
	char path[NAME_BYTES_MAX], bytes[STAMP_BYTES_MAX + 1];
	struct text name, content;
	int r;

	TEXT_INTO(&name, path);
	text_add(&name, paths->stamps);
	text_add_char(&name, '/');
	text_add_int(&name, (int64_t)stamp->uid);
	TEXT_INTO(&content, bytes);
	r = stamp_write(stamp, &content);
	if (r == 0)
		r = text_end(&name);
	if (r == 0)
		r = check_folder(paths);
	return r < 0 ? r : replace(path, bytes, content.len);
}

static ssize_t read_stat(pid_t pid, char *ret_bytes, size_t size)
{
	char path[32];
	struct text t;
	ssize_t len;

	TEXT_INTO(&t, path);
	text_add(&t, "/proc/");
	text_add_int(&t, (int64_t)pid);
	text_add(&t, "/stat");
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return -errno;
	len = read(fd, ret_bytes, size - 1);
	if (len < 0)
		return -errno;
	ret_bytes[len] = '\0';
	return len;
}

int stamp_store_process_start(pid_t pid, int64_t *ret_start)
{
	char bytes[STAT_BYTES_MAX];
	ssize_t len = read_stat(pid, bytes, sizeof bytes);
	const char *at = len < 0 ? NULL : strrchr(bytes, ')'); /* the name in brackets may hold anything, brackets too */

	if (len < 0)
		return (int)len;
	for (int i = 0; at != NULL && i < STAT_FIELDS_BEHIND_NAME; i++)
		at = strchr(at + 1, ' ');
	return at == NULL ? -EBADMSG : number_parse(at + 1, strcspn(at + 1, " \n"), 0, INT64_MAX, ret_start);
}
