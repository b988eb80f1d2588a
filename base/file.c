/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that root trusts. Every check is made on the opened descriptor; the path is only used to get it. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h> /* renameat, renameat2 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

#define NS_PER_MS 1000000
#define TEMPORARY_TRIES 100

void file_close(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}

void file_free(void *pointer_to_pointer)
{
	void *p;

	memcpy(&p, pointer_to_pointer, sizeof p);
	free(p);
}

/* --- trusted reading --- */

static int check_owner_and_mode(const struct stat *st, uid_t owner)
{
	if (st->st_uid != 0 && st->st_uid != owner)
		return -EPERM;
	/* With an access control list the group bits are its mask, so this sees writers named there too. */
	return (st->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? -EPERM : 0;
}

int file_open_trusted(const char *path, const struct file_trust *trust, size_t *ret_size)
{
	/* O_NONBLOCK: a FIFO put there would make us wait for its writer. */
	int fd FILE_CLOSED = path[0] == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK) : (errno = EINVAL, -1);
	struct stat st;
	int error, taken;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	error = check_owner_and_mode(&st, trust->owner);
	if (error < 0)
		return error;
	if (st.st_size < 0 || (uint64_t)st.st_size > trust->max_bytes)
		return -EFBIG;
	*ret_size = (size_t)st.st_size;
	taken = fd;
	fd = -1;
	return taken;
}

int file_read_trusted(const char *path, const struct file_trust *trust, char **ret_bytes, size_t *ret_len)
{
	size_t size;
	int fd FILE_CLOSED = file_open_trusted(path, trust, &size);
	char *bytes FILE_FREED = NULL;
	char more;
	int error;

	if (fd < 0)
		return fd;
	bytes = malloc(size + 1);
	if (bytes == NULL)
		return -ENOMEM;
	/* An editor may be writing at this moment: half a file must not pass for a whole one. */
	error = file_pread_all(fd, bytes, size, 0);
	if (error < 0)
		return error == -EIO ? -EAGAIN : error;
	if (file_pread_all(fd, &more, 1, (off_t)size) != -EIO)
		return -EAGAIN;
	bytes[size] = '\0';
	*ret_bytes = bytes;
	bytes = NULL;
	*ret_len = size;
	return 0;
}

const char *file_strerror(int error)
{
	switch (error < 0 ? -error : error) {
	case ENOENT:
		return "the file does not exist; create it, or correct its path";
	case ELOOP:
		return "the file is a symbolic link; put a regular file in its place";
	case EPERM:
		return "others than root could have written the file; run chown root and chmod go-w on it";
	case EINVAL:
		return "this is not a regular file with an absolute path; put a regular file in its place";
	case ENXIO:
		return "this is a socket or a device; put a regular file in its place";
	case EFBIG:
		return "the file is larger than allowed; shorten it";
	case EAGAIN:
		return "the file changed while it was read; try again when nobody writes to it";
	case EACCES:
		return "the file may not be read by this user; run the command as root";
	case ENOTDIR:
		return "a part of the path is not a folder; correct the path";
	case EIO:
		return "the file cannot be read from its disk; check the disk";
	case ENOMEM:
		return "there is not enough memory to read the file; free some and try again";
	case EMFILE:
	case ENFILE:
		return "too many files are open; close some and try again";
	default:
		return "the file cannot be read; check that it is a regular file of root's";
	}
}

/* --- atomic replacement --- */

/* passwd(1) is setuid but not setgid: what it makes would belong to the group of whoever runs it. */
static int adopt_group(int fd, int folder_fd)
{
	struct stat st, folder;

	if (fstat(fd, &st) < 0 || fstat(folder_fd, &folder) < 0)
		return -errno;
	if (geteuid() != 0 || st.st_gid == folder.st_gid)
		return 0;
	return fchown(fd, (uid_t)-1, folder.st_gid) < 0 ? -errno : 0;
}

/* Opens the folder of path; *ret_name is the last component. */
static int open_parent(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	struct text t;
	int fd;

	if (path[0] != '/' || slash[1] == '\0')
		return -EINVAL;
	TEXT_INTO(&t, folder);
	text_add_bytes(&t, path, slash == path ? 1 : (size_t)(slash - path));
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_name = slash + 1;
	return fd;
}

/* A name that nobody uses: ours carries the process and a count, and O_EXCL tells what a dead process of that number left. */
static int open_temporary(int folder_fd, const char *name, struct text *ret_temporary)
{
	for (int i = 0; i < TEMPORARY_TRIES; i++) {
		int fd;

		text_init(ret_temporary, ret_temporary->buf, ret_temporary->size);
		text_add_format(ret_temporary, ".%s.%d.%d", name, (int)getpid(), i);
		if (text_end(ret_temporary) < 0)
			return -ENAMETOOLONG;
		fd = openat(folder_fd, ret_temporary->buf, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd >= 0 ? fd : -errno;
	}
	return -EEXIST;
}

static int fill(int fd, int folder_fd, const char *bytes, size_t len, mode_t mode)
{
	int error = file_pwrite_all(fd, bytes, len, 0);

	if (error < 0)
		return error;
	/* The group first: the mode must never grant the caller's group anything. */
	error = adopt_group(fd, folder_fd);
	if (error < 0)
		return error;
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

int file_allows(const char *path, int mode)
{
	struct stat st;

	/* What stat() needs are effective rights already, and it costs less. */
	if (mode == F_OK)
		return stat(path, &st) < 0 ? -errno : 0;
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) < 0 ? -errno : 0;
}

/* 0, or -EEXIST when something of that name is there. */
static int rename_to_new(int folder_fd, const char *temporary, const char *name)
{
	if (renameat2(folder_fd, temporary, folder_fd, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL)
		return -errno;
	/* A file system that cannot do that, such as NFS. */
	if (linkat(folder_fd, temporary, folder_fd, name, 0) < 0)
		return -errno;
	(void)unlinkat(folder_fd, temporary, 0);
	return 0;
}

static int rename_over(int folder_fd, const char *temporary, const char *name)
{
	return renameat(folder_fd, temporary, folder_fd, name) < 0 ? -errno : 0;
}

static int write_whole(const char *path, const char *bytes, size_t len, mode_t mode, int (*put)(int folder_fd, const char *, const char *))
{
	const char *name;
	int folder_fd FILE_CLOSED = open_parent(path, &name);
	char buf[NAME_MAX + 1];
	struct text temporary;
	int fd FILE_CLOSED = -1;
	int error;

	if (folder_fd < 0)
		return folder_fd;
	TEXT_INTO(&temporary, buf);
	fd = open_temporary(folder_fd, name, &temporary);
	if (fd < 0)
		return fd;
	error = fill(fd, folder_fd, bytes, len, mode);
	if (error == 0)
		error = put(folder_fd, buf, name);
	if (error < 0) {
		(void)unlinkat(folder_fd, buf, 0);
		return error;
	}
	return fsync(folder_fd) < 0 ? -errno : 0;
}

int file_replace(const char *path, const char *bytes, size_t len, mode_t mode)
{
	return write_whole(path, bytes, len, mode, rename_over);
}

int file_make(const char *path, const char *bytes, size_t len, mode_t mode)
{
	return write_whole(path, bytes, len, mode, rename_to_new);
}

/* --- locks, whole reads and writes --- */

int file_lock(int fd, int wait_ms)
{
	return file_lock_bytes(fd, 0, 0, wait_ms);
}

int file_lock_bytes(int fd, off_t start, off_t len, int wait_ms)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
	int64_t deadline = clock_monotonic_ns() + (int64_t)wait_ms * NS_PER_MS;
	struct timespec pause = {.tv_nsec = NS_PER_MS};

	/* Polled: F_OFD_SETLKW has no time-out, and the signal that would end it belongs to the program we live in. */
	while (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return -errno;
		if (clock_monotonic_ns() >= deadline)
			return -EAGAIN;
		(void)nanosleep(&pause, NULL);
		if (pause.tv_nsec < 16 * NS_PER_MS)
			pause.tv_nsec *= 2;
	}
	return 0;
}

int file_pread_all(int fd, void *bytes, size_t len, off_t offset)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(fd, (char *)bytes + done, len - done, offset + (off_t)done);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -EIO;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

int file_pwrite_all(int fd, const void *bytes, size_t len, off_t offset)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pwrite(fd, (const char *)bytes + done, len - done, offset + (off_t)done);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -EIO;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* --- folders --- */

/* Opens what stands there now and judges that: another may have put his own folder in the place of the one we made. */
static int settle_folder(const char *path, bool made, mode_t mode, uid_t owner)
{
	const char *name;
	int parent_fd FILE_CLOSED = open_parent(path, &name);
	int fd FILE_CLOSED = parent_fd < 0 ? -1 : openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	int error;

	if (parent_fd < 0)
		return parent_fd;
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	error = check_owner_and_mode(&st, owner);
	if (error < 0 || !made)
		return error;
	error = adopt_group(fd, parent_fd);
	if (error < 0)
		return error;
	return fchmod(fd, mode) < 0 ? -errno : 0;
}

int file_make_folder(const char *path, mode_t mode, uid_t owner)
{
	char part[PATH_MAX];
	struct text t;

	TEXT_INTO(&t, part);
	text_add(&t, path);
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	if (path[0] != '/' || path[t.len - 1] == '/')
		return -EINVAL;
	for (char *end = part; end != NULL;) {
		bool made;
		int error;

		end = strchr(end + 1, '/');
		if (end != NULL)
			*end = '\0';
		made = mkdir(part, mode & 0700) == 0;
		if (!made && errno != EEXIST)
			return -errno;
		/* Parents that were there before are the system's, such as /var and a sticky /tmp. */
		error = made || end == NULL ? settle_folder(part, made, mode, owner) : 0;
		if (error < 0)
			return error;
		if (end != NULL)
			*end = '/';
	}
	return 0;
}
