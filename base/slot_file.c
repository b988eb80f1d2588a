/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock is on the bytes of the file, the right to replace it on the byte behind them: whoever holds that and finds the file in its place is the
 * only one who may put another there. */
#include "slot_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define MODE_BITS 07777
#define MARKED 0 /* mode of a file that is being replaced, or was */
#define TRIES 3

int slot_file_at(const char *folder, const char *name, uid_t owner, size_t bytes, int wait_ms, struct slot_file *ret_file)
{
	struct text t;

	*ret_file = (struct slot_file){.owner = owner, .bytes = bytes, .wait_ms = wait_ms, .fd = -1};
	TEXT_INTO(&t, ret_file->folder);
	text_add(&t, folder);
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	TEXT_INTO(&t, ret_file->path);
	text_add(&t, folder);
	text_add_char(&t, '/');
	text_add(&t, name);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

static void end_lock(struct slot_file *file)
{
	file_close(&file->fd);
	file->fd = -1;
}

void slot_file_close(struct slot_file *file)
{
	end_lock(file);
	caller_limits_restore(&file->limits);
	file->limits = (struct caller_limits){0};
}

/* Nobody but root may have had a hand in it; a second name would be a way to change it from elsewhere. -ESTALE: marked. */
static int check_file(const struct slot_file *file, struct stat *ret_status)
{
	if (fstat(file->fd, ret_status) < 0)
		return -errno;
	if (!S_ISREG(ret_status->st_mode))
		return -EINVAL;
	if ((ret_status->st_uid != 0 && ret_status->st_uid != file->owner) || (ret_status->st_mode & 077) != 0)
		return -EPERM;
	if ((ret_status->st_mode & MODE_BITS) == MARKED)
		return -ESTALE;
	if (ret_status->st_nlink != 1)
		return ret_status->st_nlink == 0 ? -ESTALE : -EPERM;
	return (size_t)ret_status->st_size == file->bytes ? 0 : -EBADMSG;
}

int slot_file_check_folder(const struct slot_file *file)
{
	struct stat st;

	if (lstat(file->folder, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return (st.st_uid != 0 && st.st_uid != file->owner) || (st.st_mode & 077) != 0 ? -EPERM : 0;
}

/* --- taking it from one who does not let go --- */

/* A setuid program belongs to its caller, who may stop it at any moment: it would be the next that keeps everybody waiting. */
static bool may_replace(void)
{
	return getuid() == geteuid();
}

static void image_free(unsigned char **image, size_t bytes)
{
	if (*image != NULL)
		explicit_bzero(*image, bytes);
	free(*image);
}

static int copy_in_place(struct slot_file *file)
{
	unsigned char *image = malloc(file->bytes);
	int error = image != NULL ? slot_file_read(file, image) : -ENOMEM;

	if (error == 0)
		error = caller_limits_raise_file_size(&file->limits, file->bytes);
	if (error == 0)
		error = file_replace(file->path, (const char *)image, file->bytes, 0600);
	image_free(&image, file->bytes);
	return error;
}

/* 0 when another file stands there now. */
static int replace(struct slot_file *file)
{
	struct stat ours, there;
	int error = file_lock_bytes(file->fd, (off_t)file->bytes, 1, file->wait_ms);

	if (error < 0)
		return error;
	error = check_file(file, &ours);
	if (error < 0 && error != -ESTALE)
		return error;
	if (lstat(file->path, &there) < 0)
		return -errno;
	if (there.st_dev != ours.st_dev || there.st_ino != ours.st_ino)
		return 0;
	/* First the mark: whatever is written behind it is written again by its writer. */
	return fchmod(file->fd, MARKED) < 0 ? -errno : copy_in_place(file);
}

/* --- opening --- */

static int open_path(struct slot_file *file, int flags)
{
	int error = slot_file_check_folder(file);

	file->fd = error < 0 ? error : caller_limits_open(&file->limits, file->path, flags, 0);
	return file->fd < 0 ? file->fd : 0;
}

static int open_once(struct slot_file *file)
{
	struct stat st;
	int error = open_path(file, O_RDWR);

	if (error == 0)
		error = file_lock_bytes(file->fd, 0, (off_t)file->bytes, file->wait_ms);
	if (error == 0)
		error = check_file(file, &st);
	return error;
}

int slot_file_open(struct slot_file *file)
{
	int error = 0;

	for (int i = 0; i < TRIES && error == 0; i++) {
		error = open_once(file);
		if (error == 0)
			return 0;
		if (file->fd >= 0 && (error == -EAGAIN || error == -ESTALE))
			error = may_replace() ? replace(file) : -EAGAIN;
		end_lock(file);
	}
	return error < 0 ? error : -EAGAIN;
}

int slot_file_open_read_only(struct slot_file *file)
{
	struct stat st;
	int error = open_path(file, O_RDONLY);

	if (error == 0)
		error = check_file(file, &st);
	if (error < 0)
		end_lock(file);
	return error == -ESTALE ? -EAGAIN : error;
}

/* --- making --- */

/* ".NAME.PID.TRY" of a process that is gone. */
static bool is_stale(const char *entry, const char *name)
{
	size_t len = strlen(name);
	const char *digits = entry + 1 + len + 1;
	int64_t pid;

	if (entry[0] != '.' || strncmp(entry + 1, name, len) != 0 || entry[1 + len] != '.' ||
	    number_parse(digits, strcspn(digits, "."), 1, INT32_MAX, &pid) < 0)
		return false;
	return kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

static void remove_stale(const struct slot_file *file)
{
	DIR *entries = opendir(file->folder);
	struct dirent *entry;

	if (entries == NULL)
		return;
	while ((entry = readdir(entries)) != NULL)
		if (is_stale(entry->d_name, strrchr(file->path, '/') + 1))
			(void)unlinkat(dirfd(entries), entry->d_name, 0);
	(void)closedir(entries);
}

int slot_file_make(struct slot_file *file, const void *bytes)
{
	int error = file_make_folder(file->folder, 0700, file->owner);

	if (error == 0)
		error = slot_file_check_folder(file);
	if (error < 0)
		return error == -EDQUOT ? -ENOSPC : error;
	remove_stale(file);
	error = caller_limits_raise_file_size(&file->limits, file->bytes);
	if (error == 0)
		error = file_make(file->path, bytes, file->bytes, 0600);
	if (error == -EEXIST)
		return 0;
	return error == -EDQUOT ? -ENOSPC : error;
}

/* --- reading and writing --- */

int slot_file_read(const struct slot_file *file, void *ret_bytes)
{
	return file_pread_all(file->fd, ret_bytes, file->bytes, 0);
}

int slot_file_write(struct slot_file *file, const void *bytes, size_t len, off_t offset, bool durable)
{
	int error = caller_limits_raise_file_size(&file->limits, file->bytes);
	struct stat st;

	if (error == 0)
		error = file_pwrite_all(file->fd, bytes, len, offset);
	if (error < 0)
		return error == -EDQUOT ? -ENOSPC : error;
	if (durable && fdatasync(file->fd) < 0)
		return -errno;
	return check_file(file, &st);
}
