/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads, writes and compares the history of passwords. Each path is used once, to get a descriptor; all checks are made on that. */
#include "history_store.h"

#include <crypt.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "secret.h"
#include "text.h"

#define OPEN_FLAGS (O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)
#define NAME_BYTES 64

/* A whole file in memory: hashes, so wiped. */
struct image {
	unsigned char bytes[HISTORY_FILE_BYTES];
};

static void image_release(struct image **image)
{
	if (*image != NULL)
		explicit_bzero(*image, sizeof **image);
	free(*image);
}
#define IMAGE_RELEASED __attribute__((cleanup(image_release)))

void history_release(struct history **h)
{
	if (*h != NULL)
		explicit_bzero(*h, sizeof **h);
	free(*h);
	*h = NULL;
}

static int file_path(const struct paths *paths, const char *name, char (*ret_path)[PATHS_BYTES_MAX + NAME_BYTES])
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add(&t, paths->history);
	text_add_char(&t, '/');
	text_add(&t, name);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

static int user_path(const struct paths *paths, uid_t uid, char (*ret_path)[PATHS_BYTES_MAX + NAME_BYTES])
{
	char name[NAME_BYTES];
	struct text t;

	TEXT_INTO(&t, name);
	text_add_int(&t, (int64_t)uid);
	return file_path(paths, name, ret_path);
}

/* Nobody but root may have had a hand in it; a second name would be a way to change it from elsewhere. */
static int check_file(int fd, uid_t owner)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((st.st_uid != 0 && st.st_uid != owner) || (st.st_mode & 077) != 0 || st.st_nlink != 1)
		return -EPERM;
	return st.st_size == HISTORY_FILE_BYTES ? 0 : -EBADMSG;
}

static int check_folder(const struct paths *paths)
{
	int fd FILE_CLOSED = open(paths->history, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return (st.st_uid != 0 && st.st_uid != paths->owner) || (st.st_mode & 077) != 0 ? -EPERM : 0;
}

static int open_existing(const char *path, uid_t owner)
{
	int fd FILE_CLOSED = open(path, OPEN_FLAGS);
	int error, taken;

	if (fd < 0)
		return -errno;
	error = check_file(fd, owner);
	if (error < 0)
		return error;
	taken = fd;
	fd = -1;
	return taken;
}

/* A file longer than the caller's limit brings SIGXFSZ, and the program ends there without a word. */
static int check_size_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0)
		return -errno;
	return limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < HISTORY_FILE_BYTES ? -EFBIG : 0;
}

/* What programs that were killed left behind of this user's file: ".UID.PID.TRY". Under the lock of create_once(), so none is in use. */
static void remove_stale(const struct paths *paths, uid_t uid)
{
	DIR *folder = opendir(paths->history);
	char prefix[NAME_BYTES];
	struct dirent *entry;
	struct text t;

	if (folder == NULL)
		return;
	TEXT_INTO(&t, prefix);
	text_add_char(&t, '.');
	text_add_int(&t, (int64_t)uid);
	text_add_char(&t, '.');
	while ((entry = readdir(folder)) != NULL)
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	(void)closedir(folder);
}

/* The whole file appears at once, with both slots sound, so a file cut short later is known to be damaged and never taken for a new one. */
static int create(const char *path, uid_t uid)
{
	struct history *empty HISTORY_RELEASED = calloc(1, sizeof *empty);
	struct image *image IMAGE_RELEASED = calloc(1, sizeof *image);

	if (empty == NULL || image == NULL)
		return -ENOMEM;
	empty->uid = uid;
	for (size_t i = 0; i < HISTORY_SLOTS; i++)
		history_encode(empty, image->bytes + i * HISTORY_SLOT_BYTES);
	return file_replace(path, (const char *)image->bytes, sizeof image->bytes, 0600);
}

/* Under a lock of its own, never unlinked: two first changes at once must not replace each other's file. */
static int create_once(const struct paths *paths, const char *path, uid_t uid)
{
	char lock_path[PATHS_BYTES_MAX + NAME_BYTES];
	int lock_fd FILE_CLOSED = -1;
	struct stat st;
	int error = file_path(paths, "lock", &lock_path);

	if (error < 0)
		return error;
	lock_fd = open(lock_path, OPEN_FLAGS | O_CREAT, 0600);
	if (lock_fd < 0)
		return -errno;
	error = file_lock(lock_fd, HISTORY_WAIT_MS);
	if (error < 0)
		return error;
	if (lstat(path, &st) == 0)
		return 0;
	if (errno != ENOENT)
		return -errno;
	remove_stale(paths, uid);
	error = check_size_limit();
	return error < 0 ? error : create(path, uid);
}

static int open_or_create(const struct paths *paths, uid_t uid)
{
	char path[PATHS_BYTES_MAX + NAME_BYTES];
	int error = file_make_folder(paths->history, 0700, paths->owner), fd;

	if (error == 0)
		error = check_folder(paths);
	if (error == 0)
		error = user_path(paths, uid, &path);
	if (error < 0)
		return error;
	fd = open_existing(path, paths->owner);
	if (fd != -ENOENT)
		return fd;
	error = create_once(paths, path, uid);
	return error < 0 ? error : open_existing(path, paths->owner);
}

/* Returns the slot in force. */
static int read_image(int fd, uid_t uid, struct history *ret_history)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	int error;

	if (image == NULL)
		return -ENOMEM;
	error = file_pread_all(fd, image->bytes, sizeof image->bytes, 0);
	return error < 0 ? error : history_choose(image->bytes, sizeof image->bytes, uid, ret_history);
}

static int write_slot(int fd, int slot, const struct history *h)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	int error = check_size_limit();

	if (image == NULL)
		return -ENOMEM;
	if (error < 0)
		return error;
	history_encode(h, image->bytes);
	error = file_pwrite_all(fd, image->bytes, HISTORY_SLOT_BYTES, (off_t)slot * HISTORY_SLOT_BYTES);
	if (error < 0)
		return error;
	return fdatasync(fd) < 0 ? -errno : 0;
}

int history_take(const struct paths *paths, uid_t uid, const char *present_hash, int64_t now_s, struct history **ret_history)
{
	struct history *h HISTORY_RELEASED = calloc(1, sizeof *h);
	int fd FILE_CLOSED = open_or_create(paths, uid);
	bool taken = true;
	int slot, error;

	if (h == NULL)
		return -ENOMEM;
	error = fd < 0 ? fd : file_lock(fd, HISTORY_WAIT_MS);
	if (error < 0)
		return error;
	slot = read_image(fd, uid, h);
	if (slot < 0)
		return slot;
	if (present_hash != NULL && history_append(h, present_hash, now_s, &taken))
		error = write_slot(fd, (slot + 1) % HISTORY_SLOTS, h);
	if (!taken)
		error = -E2BIG;
	if (error < 0)
		return error;
	*ret_history = h;
	h = NULL;
	return 0;
}

/* Whether a file could be made there: the nearest folder that exists must let us. */
static int check_creatable(const char *folder)
{
	char path[PATHS_BYTES_MAX];
	struct text t;
	int error;

	TEXT_INTO(&t, path);
	text_add(&t, folder);
	while ((error = file_allows(path, W_OK | X_OK)) < 0) {
		char *slash = strrchr(path, '/');

		if (error != -ENOENT || slash == NULL || slash == path)
			return error;
		*slash = '\0';
	}
	return 0;
}

int history_read(const struct paths *paths, uid_t uid, struct history **ret_history)
{
	char path[PATHS_BYTES_MAX + NAME_BYTES];
	struct history *h HISTORY_RELEASED = calloc(1, sizeof *h);
	int fd FILE_CLOSED = -1;
	int error = user_path(paths, uid, &path);

	if (h == NULL)
		return -ENOMEM;
	if (error == 0)
		error = check_folder(paths);
	if (error < 0)
		return error;
	fd = open_existing(path, paths->owner);
	error = fd < 0 ? fd : file_lock(fd, HISTORY_WAIT_MS);
	if (error == 0)
		error = read_image(fd, uid, h);
	if (error < 0)
		return error;
	*ret_history = h;
	h = NULL;
	return 0;
}

int history_ready(const struct paths *paths, uid_t uid)
{
	struct history *h HISTORY_RELEASED = NULL;
	int error = history_read(paths, uid, &h);

	return error == -ENOENT ? check_creatable(paths->history) : error;
}

static void crypt_data_release(struct crypt_data **data)
{
	if (*data != NULL)
		explicit_bzero(*data, sizeof **data);
	free(*data);
}

int history_compare(const struct history *h, size_t covered, const char *password, struct history_match *ret_match)
{
	struct crypt_data *data __attribute__((cleanup(crypt_data_release))) = calloc(1, sizeof *data);
	struct history_match match = {0};

	if (data == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < covered && i < h->count && !match.found; i++) {
		const char *expected = h->entries[i].hash, *made = crypt_r(password, expected, data);

		/* crypt(5): what cannot be hashed comes back as "*0" or "*1", which is no hash. */
		if (made == NULL || made[0] == '*')
			match.incomparable++;
		else if (secret_equal(made, strlen(made), expected, strlen(expected)))
			match = (struct history_match){.found = true, .index = i, .incomparable = match.incomparable};
	}
	*ret_match = match;
	return 0;
}

const char *history_strerror(int error)
{
	switch (-error) {
	case EBADMSG:
		return "the history of this user is damaged; restore it from a backup, or remove it to start a new one";
	case ELOOP:
	case EINVAL:
	case ENOTDIR:
		return "something other than a plain file or folder stands where the history belongs; remove it";
	case EPERM:
		return "others than root could have written the history; find out who did, then give it to root with mode 0600 (its folder 0700)";
	case EAGAIN:
		return "another change of this user's password is holding the history; try again";
	case E2BIG:
		return "the present password's hash is too long to be kept";
	case EFBIG:
		return "the limit on the size of files is too low for the history; raise it (ulimit -f)";
	case ENOSPC:
	case EDQUOT:
		return "the disk is full; free some room below /var/lib";
	case EROFS:
		return "the file system of the history is read-only; mount it read-write";
	case EACCES:
		return "the history may not be opened; it belongs to root";
	case ENOMEM:
		return "there is not enough memory";
	default:
		return "the history cannot be read or written; check its disk";
	}
}
