/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads, writes and compares the history of passwords. */
#include "history_store.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "secret.h"
#include "slot_file.h"
#include "text.h"

#define TAKE_TRIES 3

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

/* --- the file --- */

static int find_file(const struct paths *paths, uid_t uid, struct slot_file *ret_file)
{
	char name[SLOT_FILE_NAME_BYTES];
	struct text t;

	TEXT_INTO(&t, name);
	text_add_int(&t, (int64_t)uid);
	return slot_file_at(paths->history, name, paths->owner, HISTORY_FILE_BYTES, HISTORY_WAIT_MS, ret_file);
}

/* Both slots sound, so that a file cut short later is known to be damaged and never taken for a new one. */
static int make_file(struct slot_file *file, uid_t uid)
{
	struct history *empty HISTORY_RELEASED = calloc(1, sizeof *empty);
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);

	if (empty == NULL || image == NULL)
		return -ENOMEM;
	empty->uid = uid;
	for (size_t i = 0; i < HISTORY_SLOTS; i++)
		history_encode(empty, image->bytes + i * HISTORY_SLOT_BYTES);
	return slot_file_make(file, image->bytes);
}

static int open_or_make(struct slot_file *file, uid_t uid)
{
	int error = slot_file_open(file);

	if (error != -ENOENT)
		return error;
	error = make_file(file, uid);
	return error < 0 ? error : slot_file_open(file);
}

/* Returns the slot in force. */
static int read_file(const struct slot_file *file, uid_t uid, struct history *ret_history)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	int error = image != NULL ? slot_file_read(file, image->bytes) : -ENOMEM;

	return error < 0 ? error : history_choose(image->bytes, sizeof image->bytes, uid, ret_history);
}

static int write_slot(struct slot_file *file, int slot, const struct history *h)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);

	if (image == NULL)
		return -ENOMEM;
	history_encode(h, image->bytes);
	return slot_file_write(file, image->bytes, HISTORY_SLOT_BYTES, (off_t)slot * HISTORY_SLOT_BYTES, true);
}

/* -ESTALE: the file was taken from us; to be done again. */
static int take_once(const struct paths *paths, uid_t uid, const char *present_hash, int64_t now_s, struct history *ret_history)
{
	struct slot_file file SLOT_FILE_CLOSED;
	int error = find_file(paths, uid, &file), slot;
	bool taken = true;

	if (error == 0)
		error = open_or_make(&file, uid);
	if (error < 0)
		return error;
	slot = read_file(&file, uid, ret_history);
	if (slot < 0)
		return slot;
	if (present_hash != NULL && history_append(ret_history, present_hash, now_s, &taken))
		error = write_slot(&file, (slot + 1) % HISTORY_SLOTS, ret_history);
	return taken ? error : -E2BIG;
}

int history_take(const struct paths *paths, uid_t uid, const char *present_hash, int64_t now_s, struct history **ret_history)
{
	struct history *h HISTORY_RELEASED = calloc(1, sizeof *h);
	int error = h != NULL ? -ESTALE : -ENOMEM;

	for (int i = 0; i < TAKE_TRIES && error == -ESTALE; i++)
		error = take_once(paths, uid, present_hash, now_s, h);
	if (error < 0)
		return error == -ESTALE ? -EAGAIN : error;
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
	struct history *h HISTORY_RELEASED = calloc(1, sizeof *h);
	struct slot_file file SLOT_FILE_CLOSED;
	int error = find_file(paths, uid, &file);

	if (h == NULL)
		return -ENOMEM;
	if (error == 0)
		error = slot_file_open(&file);
	if (error == 0)
		error = read_file(&file, uid, h);
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
