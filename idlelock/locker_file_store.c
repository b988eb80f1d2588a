/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes and removes what a locker is started with. Lives in memory (/run), so nothing is synced. */
#include "locker_file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define FILE_MODE 0400
#define ENVIRONMENT_BYTES_MAX 1024

static int path_of(const struct paths *paths, const char *unit, const char *ending, char ret_path[PATHS_BYTES_MAX])
{
	struct text t;

	text_init(&t, ret_path, PATHS_BYTES_MAX);
	text_add(&t, paths->lockers);
	text_add_char(&t, '/');
	text_add(&t, unit);
	text_add(&t, ending);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

/* Beside, then renamed: no reader sees a part, and one that has the old file open keeps it. */
static int write_beside(const char *beside, const void *bytes, size_t len, uid_t owner)
{
	int fd FILE_CLOSED = -1;
	int r;

	(void)unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, FILE_MODE);
	if (fd < 0)
		return -errno;
	r = file_pwrite_all(fd, bytes, len, 0);
	if (r == 0 && owner != geteuid() && fchown(fd, owner, (gid_t)-1) < 0)
		r = -errno;
	return r;
}

/* Says the same already: then it needs no room, which may be there no more. */
static bool is_there(const char *path, const void *bytes, size_t len, uid_t owner)
{
	unsigned char old[ENVIRONMENT_BYTES_MAX];
	struct stat status;
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	bool same = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 07777) == FILE_MODE && status.st_uid == owner &&
		    status.st_size == (off_t)len && len <= sizeof old && file_pread_all(fd, old, len, 0) == 0 && memcmp(old, bytes, len) == 0;

	explicit_bzero(old, sizeof old);
	return same;
}

static int replace(const char *path, const void *bytes, size_t len, uid_t owner)
{
	char beside[PATHS_BYTES_MAX + 8];
	struct text t;
	int r;

	if (is_there(path, bytes, len, owner))
		return 0;
	TEXT_INTO(&t, beside);
	text_add(&t, path);
	text_add(&t, ".new");
	r = text_end(&t) < 0 ? -ENAMETOOLONG : write_beside(beside, bytes, len, owner);
	if (r == 0 && rename(beside, path) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(beside);
	return r;
}

/* Those who run lockers go through it to their own file, and cannot list it. */
int locker_file_make_folder(const struct paths *paths)
{
	return file_make_folder(paths->lockers, 0711, paths->owner);
}

int locker_file_authority(const struct paths *paths, const char *unit, char ret_path[PATHS_BYTES_MAX])
{
	return path_of(paths, unit, ".auth", ret_path);
}

int locker_file_write_authority(const char *path, const unsigned char cookie[LOCKER_COOKIE_BYTES], uid_t owner)
{
	unsigned char bytes[LOCKER_AUTHORITY_BYTES];
	int r;

	locker_authority_write(cookie, bytes);
	r = replace(path, bytes, sizeof bytes, owner);
	explicit_bzero(bytes, sizeof bytes);
	return r;
}

int locker_file_write_environment(const struct paths *paths, const char *unit, const struct locker_environment *environment)
{
	char path[PATHS_BYTES_MAX], bytes[ENVIRONMENT_BYTES_MAX];
	struct text t;
	int r = path_of(paths, unit, ".env", path);

	TEXT_INTO(&t, bytes);
	locker_environment_write(environment, &t);
	if (r == 0)
		r = text_end(&t);
	return r < 0 ? r : replace(path, bytes, t.len, geteuid());
}

void locker_file_remove(const struct paths *paths, const char *unit)
{
	static const char *const ENDINGS[] = {".env", ".auth"};
	char path[PATHS_BYTES_MAX];

	for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0]; i++)
		if (path_of(paths, unit, ENDINGS[i], path) == 0)
			(void)unlink(path);
}
