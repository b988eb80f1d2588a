/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the image of a policy, and finds out whether the one that is there is of the files as they are. */
#include "policy_image_store.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "policy_image.h"

#define NS_PER_S UINT64_C(1000000000)
/* A kernel writes times of files by its tick, at most 10 ms. */
#define SETTLED_NS (50 * UINT64_C(1000000))
#define SETTLED_MS 60

_Static_assert(POLICY_IMAGE_SOURCES_MAX >= POLICY_IMAGE_OTHERS + POLICY_FILES_MAX, "every file of a policy is a source");

static uint64_t ns_of(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
}

/* False: nobody can say what is there, or others than root may write to it. */
static bool look(const struct paths *paths, const char *path, struct policy_image_identity *ret_identity)
{
	struct stat st;

	*ret_identity = (struct policy_image_identity){0};
	if (lstat(path, &st) < 0)
		return errno == ENOENT;
	*ret_identity = (struct policy_image_identity){
		.device = st.st_dev, .inode = st.st_ino, .mode = st.st_mode, .owner = st.st_uid, .size = (uint64_t)st.st_size,
		.changed_ns = ns_of(&st.st_ctim), .modified_ns = ns_of(&st.st_mtim),
	};
	return (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) && (st.st_uid == 0 || st.st_uid == paths->owner) &&
	       (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static bool same_identity(const struct policy_image_identity *a, const struct policy_image_identity *b)
{
	return a->device == b->device && a->inode == b->inode && a->mode == b->mode && a->owner == b->owner && a->size == b->size &&
	       a->changed_ns == b->changed_ns && a->modified_ns == b->modified_ns;
}

/* Whoever may write to the folder that holds the policy may move it away. */
static bool folder_is_trusted(const struct paths *paths)
{
	struct policy_image_identity folder;

	return look(paths, paths->settings, &folder) && S_ISDIR((mode_t)folder.mode);
}

/* --- using it --- */

static bool is_of(const struct policy_image *image, const struct paths *paths)
{
	const char *const known[POLICY_IMAGE_OTHERS] = {
		[POLICY_IMAGE_FILE] = paths->policy_file,
		[POLICY_IMAGE_FOLDER] = paths->policy_folder,
		[POLICY_IMAGE_EXCEPTIONS] = paths->exceptions,
	};

	if (!folder_is_trusted(paths))
		return false;
	for (size_t i = 0; i < image->source_count; i++) {
		const struct policy_image_source *source = &image->sources[i];
		struct policy_image_identity now;

		if (i < POLICY_IMAGE_OTHERS && strcmp(source->path, known[i]) != 0)
			return false;
		if (!look(paths, source->path, &now) || !same_identity(&now, &source->identity))
			return false;
	}
	return true;
}

/* The image and, behind it, room for what is made of it. */
static int read_bytes(const struct paths *paths, unsigned char **ret_bytes, size_t *ret_len)
{
	int fd FILE_CLOSED = file_open_trusted(paths->policy_image,
					       &(struct file_trust){.owner = paths->owner, .max_bytes = POLICY_IMAGE_BYTES_MAX}, ret_len);
	unsigned char *bytes FILE_FREED = NULL;
	int error = fd;

	if (fd < 0)
		return error;
	bytes = malloc(*ret_len + POLICY_IMAGE_ARENA_BYTES(*ret_len));
	error = bytes != NULL ? file_pread_all(fd, bytes, *ret_len, 0) : -ENOMEM;
	if (error < 0)
		return error;
	*ret_bytes = bytes;
	bytes = NULL;
	return 0;
}

int policy_image_load(const struct paths *paths, struct policy_loaded *loaded, bool *ret_no_exceptions)
{
	unsigned char *bytes FILE_FREED = NULL;
	struct policy_image image;
	struct arena arena;
	size_t len;
	int error = read_bytes(paths, &bytes, &len);

	if (error < 0)
		return error;
	arena_init(&arena, bytes + len, POLICY_IMAGE_ARENA_BYTES(len));
	image.warnings = loaded->diags;
	error = policy_image_decode(bytes, len, &arena, &image);
	if (error < 0)
		return error;
	if (!is_of(&image, paths))
		return -ESTALE;
	loaded->policy = image.policy;
	loaded->state = POLICY_CURRENT;
	loaded->diags = image.warnings;
	loaded->image = bytes;
	bytes = NULL;
	*ret_no_exceptions = image.no_exceptions;
	return 0;
}

/* --- making it --- */

/* 0; -ENODATA for a policy that gets no image. Paths of the sources are borrowed. */
static int gather(const struct paths *paths, const struct policy_loaded *loaded, struct policy_image *image)
{
	/* Where the list is full there may have been more. */
	if (loaded->state != POLICY_CURRENT || loaded->policy_diags == loaded->diags.max)
		return -ENODATA;
	image->policy = loaded->policy;
	image->warnings = loaded->diags;
	image->warnings.count = loaded->policy_diags;
	/* with something to be told of them, they are read as well */
	image->no_exceptions = loaded->exception_files == 0 && loaded->diags.count == loaded->policy_diags;
	image->sources[POLICY_IMAGE_FILE].path = paths->policy_file;
	image->sources[POLICY_IMAGE_FOLDER].path = paths->policy_folder;
	image->sources[POLICY_IMAGE_EXCEPTIONS].path = paths->exceptions;
	image->source_count = POLICY_IMAGE_OTHERS;
	for (size_t i = 0; i < loaded->file_count; i++)
		if (strcmp(loaded->files[i], paths->policy_file) != 0)
			image->sources[image->source_count++].path = loaded->files[i];
	for (size_t i = 0; i < image->source_count; i++)
		if (!look(paths, image->sources[i].path, &image->sources[i].identity))
			return -ENODATA;
	return folder_is_trusted(paths) ? 0 : -ENODATA;
}

/* Old enough that a change from now on would show. */
static bool is_settled(const struct policy_image *image)
{
	struct timespec t;
	uint64_t now_ns;

	if (clock_gettime(CLOCK_REALTIME, &t) < 0)
		return false;
	now_ns = ns_of(&t);
	for (size_t i = 0; i < image->source_count; i++)
		if (image->sources[i].identity.changed_ns + SETTLED_NS > now_ns)
			return false;
	return true;
}

static bool same_sources(const struct policy_image *a, const struct policy_image *b)
{
	if (a->source_count != b->source_count)
		return false;
	for (size_t i = 0; i < a->source_count; i++)
		if (strcmp(a->sources[i].path, b->sources[i].path) != 0 || !same_identity(&a->sources[i].identity, &b->sources[i].identity))
			return false;
	return true;
}

static int write_bytes(const struct paths *paths, const struct policy_image *image)
{
	unsigned char *bytes FILE_FREED = malloc(POLICY_IMAGE_BYTES_MAX);
	size_t len;
	int error = bytes != NULL ? policy_image_encode(image, bytes, POLICY_IMAGE_BYTES_MAX, &len) : -ENOMEM;

	return error < 0 ? error : file_replace(paths->policy_image, (const char *)bytes, len, 0600);
}

/* The second reading is of files that were settled before it, and are the same behind it. */
static int write_image(const struct paths *paths)
{
	struct policy_loaded before POLICY_UNLOADED = {0}, loaded POLICY_UNLOADED = {0};
	struct policy_image seen, image;
	int error = policy_load_text(paths, &before);

	if (error == 0)
		error = gather(paths, &before, &seen);
	if (error == 0 && !is_settled(&seen))
		(void)poll(NULL, 0, SETTLED_MS);
	if (error == 0 && !is_settled(&seen))
		error = -EAGAIN;
	if (error == 0)
		error = policy_load_text(paths, &loaded);
	if (error == 0)
		error = gather(paths, &loaded, &image);
	if (error == 0 && !same_sources(&seen, &image))
		error = -EAGAIN;
	return error < 0 ? error : write_bytes(paths, &image);
}

int policy_image_write(const struct paths *paths)
{
	/* Logins by an image are no witnesses of `apply --confirm`. */
	int error = file_allows(paths->pending, F_OK) == 0 ? -EBUSY : write_image(paths);

	if (error < 0)
		(void)unlink(paths->policy_image);
	return error;
}
