/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the policy's files, falls back to the last good policy or to compiled defaults, and reads the exceptions. */
#include "policy_load.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "policy_assignment.h"
#include "policy_image_store.h"
#include "text.h"

/* Defaults and their dump for the hash, with a few full lists among them. */
#define ARENA_BYTES_BASE (64 * 1024)
/* A list of one-letter words costs 12 bytes for each byte of the file; the dump at most 3. */
#define ARENA_BYTES_PER_BYTE 16
#define PATH_BYTES (PATHS_BYTES_MAX + 256)

static const char *const state_names[] = {
	[POLICY_BROKEN] = "broken",
	[POLICY_DEFAULTS] = "defaults",
	[POLICY_LAST_GOOD_USED] = "last-good",
	[POLICY_CURRENT] = "current",
};
static_assert(sizeof state_names / sizeof state_names[0] == POLICY_STATE_MAX, "state_names");

const char *policy_state_name(enum policy_state state)
{
	return (unsigned)state < POLICY_STATE_MAX ? state_names[state] : NULL;
}

/* Memory that lives as long as the policy, in a chain of blocks. */
struct block {
	struct block *next;
	max_align_t bytes[];
};

/* Files of one kind, read whole. Unreadable ones are counted and reported, not listed. */
struct files {
	struct policy_source sources[POLICY_FILES_MAX];
	char *bytes[POLICY_FILES_MAX];
	size_t count, unreadable;
};

static void free_files(struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->bytes[i]);
}
#define FILES_FREED __attribute__((cleanup(free_files)))

static void *keep(struct policy_loaded *loaded, size_t size)
{
	struct block *block = malloc(sizeof *block + size);

	if (block == NULL)
		return NULL;
	block->next = loaded->memory;
	loaded->memory = block;
	return block->bytes;
}

/* Names of files outlive the files: diags and origins point to them. */
static const char *keep_name(struct policy_loaded *loaded, const char *name)
{
	size_t size = strlen(name) + 1;
	char *copy = keep(loaded, size);

	return copy != NULL ? memcpy(copy, name, size) : NULL;
}

static int keep_arena(struct policy_loaded *loaded, const struct policy_source *sources, size_t count, struct arena *ret_arena)
{
	size_t size = ARENA_BYTES_BASE, equals = 0;
	void *bytes;

	for (size_t i = 0; i < count; i++) {
		size += sources[i].len * ARENA_BYTES_PER_BYTE;
		for (size_t k = 0; k < sources[i].len; k++)
			equals += sources[i].bytes[k] == '=';
	}
	size += (equals < POLICY_ASSIGNMENTS_MAX ? equals : POLICY_ASSIGNMENTS_MAX) * sizeof(struct policy_assignment);
	bytes = keep(loaded, size);
	if (bytes == NULL)
		return -ENOMEM;
	arena_init(ret_arena, bytes, size);
	return 0;
}

/* 0 or -ENOMEM */
static int report(struct policy_loaded *loaded, enum diag_level level, const char *path, const char *problem)
{
	const char *name = keep_name(loaded, path);

	if (name == NULL)
		return -ENOMEM;
	diag_add(&loaded->diags, level, name, 0, 0, "%s", problem);
	return 0;
}

static struct file_trust trust_of(const struct paths *paths)
{
	return (struct file_trust){.owner = paths->owner, .max_bytes = POLICY_FILE_BYTES_MAX};
}

static int add_file(const struct paths *paths, struct policy_loaded *loaded, struct files *files, const char *path)
{
	struct file_trust trust = trust_of(paths);
	const char *name;
	char *bytes;
	size_t len;
	int r;

	if (files->count == POLICY_FILES_MAX) {
		files->unreadable++;
		return report(loaded, DIAG_ERROR, path, "too many files; put several of them into one");
	}
	r = file_read_trusted(path, &trust, &bytes, &len);
	if (r == -ENOENT || r == -ENOMEM)
		return r == -ENOENT ? 0 : r;
	if (r < 0) {
		files->unreadable++;
		return report(loaded, DIAG_ERROR, path, file_strerror(r));
	}
	files->bytes[files->count] = bytes;
	name = keep_name(loaded, path);
	files->sources[files->count++] = (struct policy_source){.file = name, .bytes = bytes, .len = len};
	return name != NULL ? 0 : -ENOMEM;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_policy_name(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

/* Whoever may write a folder may take files out of it: it must be as trusted as they are. */
static int check_folder(const struct paths *paths, const struct stat *status)
{
	if (!S_ISDIR(status->st_mode))
		return S_ISLNK(status->st_mode) ? -ELOOP : -ENOTDIR;
	return (status->st_uid != 0 && status->st_uid != paths->owner) || (status->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? -EPERM : 0;
}

/* Returns a descriptor or negative errno. */
static int open_folder(const struct paths *paths, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0 || check_folder(paths, &status) < 0) {
		(void)close(fd);
		return -EPERM;
	}
	return fd;
}

static int join(char *path, size_t size, const char *folder, const char *name)
{
	struct text t;

	text_init(&t, path, size);
	text_add(&t, folder);
	text_add_char(&t, '/');
	text_add(&t, name);
	return text_end(&t);
}

/* One more than can be used shows that there are too many. */
struct names {
	char *items[POLICY_FILES_MAX + 1]; /* malloc'ed */
	size_t count;
};

static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
}

#define NAMES_FREED __attribute__((cleanup(free_names)))

static int add_name(struct names *names, const char *name)
{
	if (names->count == POLICY_FILES_MAX + 1)
		return 0;
	names->items[names->count] = strdup(name);
	if (names->items[names->count] == NULL)
		return -ENOMEM;
	names->count++;
	return 0;
}

static void sort_names(struct names *names)
{
	qsort(names->items, names->count, sizeof names->items[0], compare_names);
}

/* Names of *.conf files, and of those that look meant but are not. Takes fd. Each login reads two folders, mostly empty ones: a stream would cost
 * three more system calls for each. */
static int list_folder(int fd, struct names *policies, struct names *ignored)
{
	_Alignas(struct dirent64) char entries[4096];
	ssize_t len = 1;
	int r = 0;

	while (r == 0 && len > 0) {
		len = getdents64(fd, entries, sizeof entries);
		r = len < 0 ? -errno : 0;
		for (ssize_t at = 0; r == 0 && at < len;) {
			const struct dirent64 *entry = (const void *)(entries + at);

			if (entry->d_name[0] != '.')
				r = add_name(is_policy_name(entry->d_name) ? policies : ignored, entry->d_name);
			at += entry->d_reclen;
		}
	}
	(void)close(fd);
	sort_names(policies);
	sort_names(ignored);
	return r;
}

static const char *folder_strerror(int error)
{
	if (error == -EPERM)
		return "the folder is not root's, or others may write to it; run chown root and chmod go-w on it";
	if (error == -ENOTDIR || error == -ELOOP)
		return "this is no folder; make a real one, no link";
	return file_strerror(error);
}

static int add_folder(const struct paths *paths, struct policy_loaded *loaded, struct files *files, const char *path)
{
	struct names policies NAMES_FREED = {.count = 0}, ignored NAMES_FREED = {.count = 0};
	int fd = open_folder(paths, path), r;
	char file[PATH_BYTES];

	if (fd == -ENOENT)
		return 0;
	r = fd < 0 ? fd : list_folder(fd, &policies, &ignored);
	if (r < 0) {
		files->unreadable++;
		return r == -ENOMEM ? r : report(loaded, DIAG_ERROR, path, folder_strerror(r));
	}
	for (size_t i = 0; i < policies.count && r == 0; i++)
		r = join(file, sizeof file, path, policies.items[i]) < 0 ? -ENAMETOOLONG : add_file(paths, loaded, files, file);
	for (size_t i = 0; i < ignored.count && r == 0; i++)
		r = join(file, sizeof file, path, ignored.items[i]) < 0
			    ? -ENAMETOOLONG
			    : report(loaded, DIAG_WARNING, file, "ignored: the name does not end in .conf");
	return r;
}

/* The last good policy, if there is one that can be read. 0, -ENOENT, or -ENOMEM. Its own diags were settled when it was applied. */
static int use_last_good(const struct paths *paths, struct policy_loaded *loaded)
{
	struct file_trust trust = trust_of(paths);
	struct policy_source source = {0};
	struct diag_list unused = {0};
	struct arena arena;
	char *bytes FILE_FREED = NULL;
	int r;

	r = file_read_trusted(paths->last_good, &trust, &bytes, &source.len);
	if (r < 0)
		return r == -ENOMEM ? r : -ENOENT;
	source.bytes = bytes;
	source.file = keep_name(loaded, paths->last_good);
	if (source.file == NULL || keep_arena(loaded, &source, 1, &arena) < 0)
		return -ENOMEM;
	r = policy_parse(&source, 1, &arena, &unused, &loaded->policy);
	return r == -EINVAL ? -ENOENT : r;
}

static int fall_back(const struct paths *paths, struct policy_loaded *loaded, enum policy_state without_last_good)
{
	int r = use_last_good(paths, loaded);

	loaded->state = r == 0 ? POLICY_LAST_GOOD_USED : without_last_good;
	if (r == -ENOENT)
		policy_defaults(&loaded->policy);
	return r == -ENOENT ? 0 : r;
}

/* Whoever may write to the folder that holds the policy may move it away, and policy.d with it. */
static int check_parent(const struct paths *paths, struct policy_loaded *loaded, struct files *files)
{
	char folder[PATHS_BYTES_MAX];
	struct stat status;
	struct text t;
	int error;

	TEXT_INTO(&t, folder);
	text_add_bytes(&t, paths->policy_file, (size_t)(strrchr(paths->policy_file, '/') - paths->policy_file));
	error = lstat(folder, &status) < 0 ? -errno : check_folder(paths, &status);
	/* who may not come near it cannot change the files in it either */
	if (error == 0 || error == -ENOENT || error == -EACCES)
		return 0;
	files->unreadable++;
	return report(loaded, DIAG_ERROR, folder, folder_strerror(error));
}

static int load_files(const struct paths *paths, struct policy_loaded *loaded)
{
	struct files files FILES_FREED = {0};
	struct arena arena;
	int r = check_parent(paths, loaded, &files);

	if (r == 0)
		r = add_file(paths, loaded, &files, paths->policy_file);
	if (r == 0)
		r = add_folder(paths, loaded, &files, paths->policy_folder);
	if (r < 0)
		return r;
	for (size_t i = 0; i < files.count; i++)
		loaded->files[loaded->file_count++] = files.sources[i].file;
	if (files.count + files.unreadable == 0) {
		r = report(loaded, DIAG_WARNING, paths->policy_file, "there is no policy file; write one, or see mutexctl dump for what holds");
		return r < 0 ? r : fall_back(paths, loaded, POLICY_DEFAULTS);
	}
	r = keep_arena(loaded, files.sources, files.count, &arena);
	if (r == 0)
		r = policy_parse(files.sources, files.count, &arena, &loaded->diags, &loaded->policy);
	if (r == -EINVAL)
		return fall_back(paths, loaded, POLICY_BROKEN);
	loaded->state = POLICY_CURRENT;
	return r;
}

static int load_exceptions(const struct paths *paths, struct policy_loaded *loaded)
{
	struct files files FILES_FREED = {0};
	struct arena arena;
	int64_t now_s = clock_now_s();
	int r;

	r = add_folder(paths, loaded, &files, paths->exceptions);
	loaded->exception_files = files.count + files.unreadable;
	if (r == 0 && files.count > 0)
		r = keep_arena(loaded, files.sources, files.count, &arena);
	if (r < 0 || files.count == 0)
		return r;
	for (size_t i = 0; i < files.count && r == 0; i++)
		r = exception_parse(&files.sources[i], now_s, loaded->policy.general.policy_max_exception, &arena, &loaded->diags, &loaded->exceptions);
	return r;
}

static void start(struct policy_loaded *ret_loaded)
{
	memset(ret_loaded, 0, offsetof(struct policy_loaded, files));
	ret_loaded->state = POLICY_BROKEN;
	ret_loaded->diags.items = ret_loaded->diag_items;
	ret_loaded->diags.max = sizeof ret_loaded->diag_items / sizeof ret_loaded->diag_items[0];
}

static int load(const struct paths *paths, bool image, struct policy_loaded *ret_loaded)
{
	bool no_exceptions = false;
	int r;

	start(ret_loaded);
	r = image ? policy_image_load(paths, ret_loaded, &no_exceptions) : -ENOENT;
	if (r < 0)
		r = load_files(paths, ret_loaded);
	ret_loaded->policy_diags = ret_loaded->diags.count;
	if (r == 0 && !no_exceptions)
		r = load_exceptions(paths, ret_loaded);
	if (r < 0)
		policy_unload(ret_loaded);
	return r < 0 ? -ENOMEM : 0;
}

int policy_load(const struct paths *paths, struct policy_loaded *ret_loaded)
{
	return load(paths, true, ret_loaded);
}

int policy_load_text(const struct paths *paths, struct policy_loaded *ret_loaded)
{
	return load(paths, false, ret_loaded);
}

int policy_load_sources(const struct policy_source *sources, size_t count, struct policy_loaded *ret_loaded)
{
	struct policy_source copies[POLICY_FILES_MAX];
	struct arena arena;
	int r;

	start(ret_loaded);
	if (count > POLICY_FILES_MAX)
		return -ENOMEM;
	r = keep_arena(ret_loaded, sources, count, &arena);
	for (size_t i = 0; i < count && r == 0; i++) {
		copies[i] = sources[i];
		copies[i].file = keep_name(ret_loaded, sources[i].file);
		r = copies[i].file != NULL ? 0 : -ENOMEM;
	}
	if (r == 0)
		r = policy_parse(copies, count, &arena, &ret_loaded->diags, &ret_loaded->policy);
	ret_loaded->state = r == 0 ? POLICY_CURRENT : POLICY_BROKEN;
	if (r == -EINVAL)
		policy_defaults(&ret_loaded->policy);
	if (r == -ENOMEM)
		policy_unload(ret_loaded);
	return r == -EINVAL ? 0 : r;
}

static bool names_group(const struct policy_assignment *a)
{
	if (a->level == ORIGIN_GROUP)
		return true;
	if (keyword_row(a->keyword)->kind != KIND_WORDS)
		return false;
	for (size_t i = 0; i < a->value.words.count; i++)
		if (a->value.words.words[i][0] == '@')
			return true;
	return false;
}

bool policy_names_groups(const struct policy_loaded *loaded)
{
	for (size_t i = 0; i < loaded->policy.count; i++)
		if (names_group(&loaded->policy.assignments[i]))
			return true;
	for (size_t i = 0; i < loaded->exceptions.count; i++)
		if (loaded->exceptions.items[i].who == NULL || loaded->exceptions.items[i].who[0] == '@')
			return true;
	return false;
}

void policy_unload(struct policy_loaded *loaded)
{
	while (loaded->memory != NULL) {
		struct block *block = loaded->memory;

		loaded->memory = block->next;
		free(block);
	}
	free(loaded->image);
	loaded->image = NULL;
	loaded->exceptions = (struct exception_list){0};
	loaded->diags.count = 0;
}
