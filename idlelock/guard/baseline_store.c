/* SPDX-License-Identifier: BSD-2-Clause */
/* Mirrors files and folders, there and back. */
#include "baseline_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

#define PATH_BYTES_MAX 512
#define FILE_BYTES_MAX (4 * 1024 * 1024)
#define ENTRIES_MAX 4000
#define DEPTH_MAX 8
#define FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct mirror {
	int from, to;     /* folders */
	const char *name; /* in both */
	unsigned depth;
	unsigned *entries; /* so far */
};

static int mirror(const struct mirror *m);

/* --- taking away --- */

static int remove_entry(int folder, const char *name, unsigned depth);

static int remove_inside(int folder, unsigned depth)
{
	DIR *stream = fdopendir(dup(folder));
	const struct dirent *entry;
	int r = stream == NULL ? -errno : 0;

	while (r == 0 && (entry = readdir(stream)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = remove_entry(folder, entry->d_name, depth);
	if (stream != NULL)
		(void)closedir(stream);
	return r;
}

static int remove_entry(int folder, const char *name, unsigned depth)
{
	int inner FILE_CLOSED = -1, r;

	if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR || depth == 0)
		return -errno;
	inner = openat(folder, name, FOLDER);
	r = inner < 0 ? -errno : remove_inside(inner, depth - 1);
	return r < 0 ? r : unlinkat(folder, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

/* --- one entry --- */

static bool is_same_owner(const struct stat *a, const struct stat *b)
{
	return a->st_uid == b->st_uid && a->st_gid == b->st_gid && a->st_mode == b->st_mode;
}

static int read_all(int fd, const struct stat *st, char **ret_bytes)
{
	char *bytes = malloc((size_t)st->st_size + 1);
	int r = bytes == NULL ? -ENOMEM : file_pread_all(fd, bytes, (size_t)st->st_size, 0);

	if (r < 0)
		free(bytes);
	else
		*ret_bytes = bytes;
	return r;
}

static bool is_same_file(int folder, const char *name, const struct stat *wanted, const char *bytes)
{
	int fd FILE_CLOSED = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	char *there FILE_FREED = NULL;
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_same_owner(&st, wanted) && st.st_size == wanted->st_size &&
	       read_all(fd, &st, &there) == 0 && memcmp(there, bytes, (size_t)st.st_size) == 0;
}

static int new_name(const char *name, char ret_name[NAME_MAX + 1])
{
	struct text t;

	text_init(&t, ret_name, NAME_MAX + 1);
	text_add_format(&t, ".%s.mutex-new", name);
	return text_end(&t);
}

/* Only root may give a file away; in tests the owner is who it is. */
static int set_owner(int fd, const struct stat *st)
{
	if (fchown(fd, st->st_uid, st->st_gid) < 0 && geteuid() == 0)
		return -errno;
	return fchmod(fd, st->st_mode & 07777) < 0 ? -errno : 0;
}

static int put_into_place(int folder, const char *fresh, const char *name)
{
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
		(void)remove_entry(folder, name, DEPTH_MAX);
	if (renameat(folder, fresh, folder, name) == 0)
		return 0;
	(void)unlinkat(folder, fresh, 0);
	return -errno;
}

static int mirror_file(const struct mirror *m, const struct stat *st)
{
	int from FILE_CLOSED = openat(m->from, m->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK), to FILE_CLOSED = -1, r;
	char *bytes FILE_FREED = NULL, fresh[NAME_MAX + 1];

	if (st->st_size > FILE_BYTES_MAX)
		return -EFBIG;
	r = from < 0 ? -errno : read_all(from, st, &bytes);
	if (r < 0 || is_same_file(m->to, m->name, st, bytes))
		return r;
	r = new_name(m->name, fresh);
	if (r < 0)
		return r;
	(void)unlinkat(m->to, fresh, 0);
	to = openat(m->to, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	r = to < 0 ? -errno : file_pwrite_all(to, bytes, (size_t)st->st_size, 0);
	if (r == 0)
		r = set_owner(to, st);
	if (r == 0 && fsync(to) < 0)
		r = -errno;
	return r < 0 ? r : put_into_place(m->to, fresh, m->name);
}

static int mirror_link(const struct mirror *m)
{
	char target[PATH_BYTES_MAX], fresh[NAME_MAX + 1];
	ssize_t len = readlinkat(m->from, m->name, target, sizeof target - 1);
	int r = len < 0 ? -errno : new_name(m->name, fresh);

	if (r < 0)
		return r;
	target[len] = '\0';
	(void)unlinkat(m->to, fresh, 0);
	if (symlinkat(target, m->to, fresh) < 0)
		return -errno;
	return put_into_place(m->to, fresh, m->name);
}

/* What is in `to` and not in `from`. */
static int remove_others(int from, int to)
{
	DIR *stream = fdopendir(dup(to));
	const struct dirent *entry;
	struct stat st;
	int r = stream == NULL ? -errno : 0;

	while (r == 0 && (entry = readdir(stream)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && fstatat(from, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			r = remove_entry(to, entry->d_name, DEPTH_MAX);
	if (stream != NULL)
		(void)closedir(stream);
	return r;
}

static int mirror_inside(int from, int to, const struct mirror *outer)
{
	DIR *stream = fdopendir(dup(from));
	const struct dirent *entry;
	int r = stream == NULL ? -errno : 0;

	while (r == 0 && (entry = readdir(stream)) != NULL) {
		const struct mirror inner = {.from = from, .to = to, .name = entry->d_name, .depth = outer->depth + 1, .entries = outer->entries};

		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = mirror(&inner);
	}
	if (stream != NULL)
		(void)closedir(stream);
	return r < 0 ? r : remove_others(from, to);
}

static int mirror_folder(const struct mirror *m, const struct stat *st)
{
	int from FILE_CLOSED = openat(m->from, m->name, FOLDER), to FILE_CLOSED = -1, r;

	if (from < 0)
		return -errno;
	if (mkdirat(m->to, m->name, 0700) < 0 && errno != EEXIST)
		return -errno;
	to = openat(m->to, m->name, FOLDER);
	if (to < 0 && (errno == ENOTDIR || errno == ELOOP) && unlinkat(m->to, m->name, 0) == 0 && mkdirat(m->to, m->name, 0700) == 0)
		to = openat(m->to, m->name, FOLDER);
	if (to < 0)
		return -errno;
	r = mirror_inside(from, to, m);
	return r < 0 ? r : set_owner(to, st);
}

static int mirror(const struct mirror *m)
{
	struct stat st;

	if (m->depth > DEPTH_MAX || ++*m->entries > ENTRIES_MAX)
		return -E2BIG;
	if (fstatat(m->from, m->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISREG(st.st_mode))
		return mirror_file(m, &st);
	if (S_ISLNK(st.st_mode))
		return mirror_link(m);
	return S_ISDIR(st.st_mode) ? mirror_folder(m, &st) : 0;
}

/* --- paths --- */

/* The folder of root + path, made where it is missing. */
static int open_parent(const char *root, const char *path, bool make)
{
	char folder[PATH_BYTES_MAX];
	const char *slash = strrchr(path, '/');
	struct text t;
	int fd, r = 0;

	if (slash == NULL || path[0] != '/' || slash[1] == '\0')
		return -EINVAL;
	TEXT_INTO(&t, folder);
	text_add(&t, root);
	text_add_bytes(&t, path, (size_t)(slash - path));
	text_add(&t, "/");
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	for (size_t i = 1; make && r == 0 && folder[i] != '\0'; i++) {
		if (folder[i] != '/')
			continue;
		folder[i] = '\0';
		r = mkdir(folder, 0755) < 0 && errno != EEXIST ? -errno : 0;
		folder[i] = '/';
	}
	fd = r < 0 ? r : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 && r == 0 ? -errno : fd;
}

static int mirror_path(const char *from_root, const char *to_root, const char *path)
{
	int from FILE_CLOSED = open_parent(from_root, path, false), to FILE_CLOSED = -1;
	unsigned entries = 0;
	struct mirror m = {.from = from, .name = strrchr(path, '/') + 1, .entries = &entries};
	struct stat st;

	if (from < 0)
		return from;
	if (fstatat(from, m.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	to = open_parent(to_root, path, true);
	m.to = to;
	return to < 0 ? to : mirror(&m);
}

/* --- the store --- */

static int new_set(const struct paths *paths, char ret_path[PATH_BYTES_MAX])
{
	struct text t;

	text_init(&t, ret_path, PATH_BYTES_MAX);
	text_add(&t, paths->baseline);
	text_add(&t, ".new");
	return text_end(&t);
}

static int remove_path(const char *path)
{
	return remove_entry(AT_FDCWD, path, DEPTH_MAX * 2);
}

int baseline_store_begin(const struct paths *paths)
{
	char fresh[PATH_BYTES_MAX];
	int r = new_set(paths, fresh);

	if (r == 0)
		r = remove_path(fresh);
	return r < 0 ? r : file_make_folder(fresh, 0700, paths->owner);
}

int baseline_store_keep(const struct paths *paths, const char *path, bool anew)
{
	char fresh[PATH_BYTES_MAX];
	int r = new_set(paths, fresh);

	if (r == 0)
		r = mirror_path(anew ? paths->root : paths->baseline, fresh, path);
	return r == -ENOENT ? 0 : r;
}

int baseline_store_end(const struct paths *paths)
{
	char fresh[PATH_BYTES_MAX];
	int r = new_set(paths, fresh);

	if (r < 0)
		return r;
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, paths->baseline, RENAME_EXCHANGE) == 0)
		return remove_path(fresh);
	return errno == ENOENT && rename(fresh, paths->baseline) == 0 ? 0 : -errno;
}

int baseline_store_restore(const struct paths *paths, const char *path)
{
	return mirror_path(paths->baseline, paths->root, path);
}
