/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads, writes and ends suspensions. Whatever stands at a person's path suspends, readable or not. */
#include "suspension_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define NAME_BYTES 32

static int check_folder(const struct paths *paths, const struct stat *st)
{
	if (!S_ISDIR(st->st_mode))
		return -ENOTDIR;
	return (st->st_uid != 0 && st->st_uid != paths->owner) || (st->st_mode & 077) != 0 ? -EPERM : 0;
}

/* Descriptor of the folder, or negative errno. Others than root must not have been able to take a file away. */
static int open_folder(const struct paths *paths)
{
	int fd FILE_CLOSED = open(paths->suspended, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	int taken, error;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	error = check_folder(paths, &st);
	if (error < 0)
		return error;
	taken = fd;
	fd = -1;
	return taken;
}

static int file_path(const struct paths *paths, uid_t uid, char (*ret_path)[PATHS_BYTES_MAX + NAME_BYTES])
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add(&t, paths->suspended);
	text_add_char(&t, '/');
	text_add_int(&t, (int64_t)uid);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

static void read_what_can_be(const struct paths *paths, uid_t uid, const char *path, struct suspension *ret_suspension)
{
	struct file_trust trust = {.owner = paths->owner, .max_bytes = SUSPENSION_BYTES_MAX};
	struct suspension found = {0};
	char *bytes FILE_FREED = NULL;
	size_t len;

	if (file_read_trusted(path, &trust, &bytes, &len) < 0 || suspension_read(bytes, len, path, NULL, &found) < 0 || found.uid != uid)
		found = (struct suspension){.uid = uid};
	*ret_suspension = found;
}

int suspension_load(const struct paths *paths, uid_t uid, struct suspension *ret_suspension)
{
	char path[PATHS_BYTES_MAX + NAME_BYTES];
	int error = file_path(paths, uid, &path);
	struct stat st;

	/* Each login asks three times, mostly where nobody was ever suspended: looked at, not opened. */
	if (lstat(paths->suspended, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (error == 0)
		error = check_folder(paths, &st);
	if (error < 0)
		return error;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (ret_suspension != NULL)
		read_what_can_be(paths, uid, path, ret_suspension);
	return 1;
}

int suspension_save(const struct paths *paths, const struct suspension *suspension)
{
	char path[PATHS_BYTES_MAX + NAME_BYTES], bytes[SUSPENSION_BYTES_MAX + 1];
	int folder FILE_CLOSED = -1;
	struct text t;
	int error;

	TEXT_INTO(&t, bytes);
	error = suspension_write(suspension, &t);
	if (error == 0)
		error = file_path(paths, suspension->uid, &path);
	if (error == 0)
		error = file_make_folder(paths->suspended, 0700, paths->owner);
	if (error < 0)
		return error;
	folder = open_folder(paths);
	return folder < 0 ? folder : file_replace(path, bytes, t.len, 0600);
}

int suspension_end(const struct paths *paths, uid_t uid)
{
	char path[PATHS_BYTES_MAX + NAME_BYTES];
	int folder FILE_CLOSED = open_folder(paths);
	int error = file_path(paths, uid, &path);

	if (folder < 0 || error < 0)
		return folder < 0 ? folder : error;
	if (unlinkat(folder, strrchr(path, '/') + 1, 0) < 0 || fsync(folder) < 0)
		return -errno;
	return 0;
}

ssize_t suspension_uids(const struct paths *paths, uid_t *ret_uids, size_t max)
{
	int folder FILE_CLOSED = open_folder(paths);
	struct dirent *entry;
	size_t count = 0;
	int64_t uid;
	DIR *entries;

	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	entries = fdopendir(folder);
	if (entries == NULL)
		return -errno;
	folder = -1; /* closedir() closes it */
	while ((entry = readdir(entries)) != NULL) {
		const char *name = entry->d_name;

		/* "007" is nobody's. */
		if (number_parse(name, strlen(name), 0, (int64_t)UINT32_MAX - 1, &uid) < 0 || (name[0] == '0' && name[1] != '\0'))
			continue;
		if (count < max)
			ret_uids[count] = (uid_t)uid;
		count++;
	}
	(void)closedir(entries);
	return (ssize_t)count;
}
