/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies and compares the files that mutexctl apply writes. */
#include "pam_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "stream.h"
#include "text.h"

#define FILE_BYTES_MAX (256 * 1024)

static const char *const FILES[] = {
#define TREE_FILE(path) path,
	PAM_TREE_FILES(TREE_FILE)
#undef TREE_FILE
};
#define FILE_COUNT (sizeof FILES / sizeof FILES[0])

static const char *const OWN_FILES[] = {
#define TREE_FILE(path) path,
	PAM_TREE_OWN_FILES(TREE_FILE)
#undef TREE_FILE
};

const char *pam_tree_own_file(size_t index)
{
	return index < sizeof OWN_FILES / sizeof OWN_FILES[0] ? OWN_FILES[index] : NULL;
}

const char *pam_tree_file(size_t index)
{
	return index < FILE_COUNT ? FILES[index] : NULL;
}

int pam_tree_path(char (*ret_path)[PAM_TREE_PATH_MAX], const char *tree, const char *path)
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add(&t, tree);
	text_add(&t, path);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

struct content {
	char *bytes;
	size_t len;
	mode_t mode;
};

static void content_free(struct content *c)
{
	free(c->bytes);
}
#define CONTENT_FREED __attribute__((cleanup(content_free)))

/* 0, -ENOENT, -ELOOP, -EINVAL (no regular file), -EFBIG, ... */
static int read_content(const char *tree, const char *path, int flags, struct content *ret_content)
{
	char full[PAM_TREE_PATH_MAX];
	int error = pam_tree_path(&full, tree, path);
	int fd FILE_CLOSED = error == 0 ? open(full, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags) : -1;
	struct content c CONTENT_FREED = {0};
	struct stat st;

	if (error < 0)
		return error;
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > FILE_BYTES_MAX)
		return -EFBIG;
	c.bytes = malloc((size_t)st.st_size + 1);
	if (c.bytes == NULL)
		return -ENOMEM;
	c.len = (size_t)st.st_size;
	c.mode = st.st_mode & 07777;
	error = file_pread_all(fd, c.bytes, c.len, 0);
	if (error < 0)
		return error;
	c.bytes[c.len] = '\0';
	*ret_content = c;
	c.bytes = NULL;
	return 0;
}

int pam_tree_read(const char *tree, const char *path, char **ret_bytes, size_t *ret_len)
{
	struct content c = {0};
	int error = read_content(tree, path, O_NOFOLLOW, &c);

	if (error < 0)
		return error;
	*ret_bytes = c.bytes;
	*ret_len = c.len;
	return 0;
}

int pam_tree_read_linked(const char *path, char **ret_bytes, size_t *ret_len)
{
	struct content c = {0};
	int error = read_content("", path, 0, &c);

	if (error < 0)
		return error;
	*ret_bytes = c.bytes;
	*ret_len = c.len;
	return 0;
}

static bool same_content(const struct content *a, const struct content *b)
{
	return a->len == b->len && a->mode == b->mode && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static int make_parent(const char *tree, const char *path, uid_t owner)
{
	char full[PAM_TREE_PATH_MAX];
	char *slash;
	int error = pam_tree_path(&full, tree, path);

	if (error < 0)
		return error;
	slash = strrchr(full, '/');
	*slash = '\0';
	return file_make_folder(full, 0755, owner);
}

static int put_content(const char *tree, const char *path, const struct content *c, uid_t owner)
{
	char full[PAM_TREE_PATH_MAX];
	int error = pam_tree_path(&full, tree, path);

	if (error == 0)
		error = make_parent(tree, path, owner);
	return error < 0 ? error : file_replace(full, c->bytes, c->len, c->mode);
}

static int take_away(const char *tree, const char *path)
{
	char full[PAM_TREE_PATH_MAX];
	int error = pam_tree_path(&full, tree, path);

	if (error < 0)
		return error;
	return unlink(full) < 0 && errno != ENOENT ? -errno : 0;
}

FILE *pam_tree_open(const char *tree, const char *path)
{
	char full[PAM_TREE_PATH_MAX];

	return pam_tree_path(&full, tree, path) < 0 ? NULL : fopen(full, "re");
}

int pam_tree_write(const char *tree, const char *path, const char *bytes, size_t len, uid_t owner)
{
	char full[PAM_TREE_PATH_MAX];
	struct stat st = {.st_mode = 0644};
	int error = pam_tree_path(&full, tree, path);

	if (error == 0 && lstat(full, &st) < 0 && errno != ENOENT)
		error = -errno;
	if (error == 0)
		error = make_parent(tree, path, owner);
	return error < 0 ? error : file_replace(full, bytes, len, st.st_mode & 07777);
}

int pam_tree_remove(const char *tree, const char *path)
{
	return take_away(tree, path);
}

int pam_tree_copy_file(const char *from, const char *to, const char *path, uid_t owner)
{
	struct content c CONTENT_FREED = {0}, there CONTENT_FREED = {0};
	int error = read_content(from, path, O_NOFOLLOW, &c);

	if (error == -ENOENT)
		return take_away(to, path);
	if (error < 0)
		return error;
	if (read_content(to, path, O_NOFOLLOW, &there) == 0 && same_content(&c, &there))
		return 0;
	return put_content(to, path, &c, owner);
}

int pam_tree_copy(const char *from, const char *to, uid_t owner, const char **ret_file)
{
	for (size_t i = 0; i < FILE_COUNT; i++) {
		int error = pam_tree_copy_file(from, to, FILES[i], owner);

		if (error < 0) {
			*ret_file = FILES[i];
			return error;
		}
	}
	return 0;
}

bool pam_tree_same_file(const char *a, const char *b, const char *path)
{
	struct content x CONTENT_FREED = {0}, y CONTENT_FREED = {0};
	int x_error = read_content(a, path, O_NOFOLLOW, &x), y_error = read_content(b, path, O_NOFOLLOW, &y);

	if (x_error < 0 || y_error < 0)
		return x_error == -ENOENT && y_error == -ENOENT;
	return same_content(&x, &y);
}

bool pam_tree_same(const char *a, const char *b)
{
	for (size_t i = 0; i < FILE_COUNT; i++) {
		if (!pam_tree_same_file(a, b, FILES[i]))
			return false;
	}
	return true;
}

bool pam_tree_between(const char *tree, const char *a, const char *b, const char **ret_foreign)
{
	for (size_t i = 0; i < FILE_COUNT; i++) {
		if (!pam_tree_same_file(tree, a, FILES[i]) && !pam_tree_same_file(tree, b, FILES[i])) {
			*ret_foreign = FILES[i];
			return false;
		}
	}
	return true;
}

bool pam_tree_mentions(const char *tree, const char *word)
{
	for (size_t i = 0; i < FILE_COUNT; i++) {
		struct content c CONTENT_FREED = {0};

		if (read_content(tree, FILES[i], O_NOFOLLOW, &c) == 0 && strstr(c.bytes, word) != NULL)
			return true;
	}
	return false;
}

void pam_tree_tidy(const char *tree)
{
	for (size_t i = 0; i < FILE_COUNT; i++) {
		char path[PAM_TREE_PATH_MAX];

		/* Best effort: pam-auth-update itself writes over them. */
		if (pam_tree_path(&path, FILES[i], strncmp(FILES[i], "/etc/", 5) == 0 ? ".pam-new" : ".new") == 0)
			(void)take_away(tree, path);
	}
}

/* Into a scratch tree, which nobody needs after a power cut: no fsync. */
static int put_scratch(const char *tree, const char *path, const struct content *c)
{
	char full[PAM_TREE_PATH_MAX];
	int error = pam_tree_path(&full, tree, path);
	int fd FILE_CLOSED = -1;

	if (error == 0)
		error = make_parent(tree, path, geteuid());
	if (error < 0)
		return error;
	fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, c->mode & 0777);
	if (fd < 0 || fchmod(fd, c->mode & 0777) < 0)
		return -errno;
	return file_pwrite_all(fd, c->bytes, c->len, 0);
}

/* All regular files of one folder, links followed. A missing folder is an empty one. */
static int copy_folder(const char *from, const char *to, const char *path)
{
	char full[PAM_TREE_PATH_MAX];
	int error = pam_tree_path(&full, from, path);
	DIR *folder FOLDER_CLOSED = error == 0 ? opendir(full) : NULL;
	const struct dirent *entry;

	if (folder == NULL)
		return 0;
	while (error == 0 && (entry = readdir(folder)) != NULL) {
		struct content c CONTENT_FREED = {0};
		char name[PAM_TREE_PATH_MAX];
		struct text t;

		TEXT_INTO(&t, name);
		text_add(&t, path);
		text_add_char(&t, '/');
		text_add(&t, entry->d_name);
		if (text_end(&t) < 0 || read_content(from, name, 0, &c) < 0)
			continue;
		error = put_scratch(to, name, &c);
	}
	return error;
}

int pam_tree_temporary(const char *tree, char (*ret_folder)[PAM_TREE_SCRATCH_MAX])
{
	const char *base = *tree != '\0' ? getenv("TMPDIR") : NULL;
	struct text t;

	TEXT_INTO(&t, *ret_folder);
	text_add(&t, base != NULL && *base == '/' ? base : "/tmp");
	text_add(&t, "/mutexctl-XXXXXX");
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	return mkdtemp(*ret_folder) == NULL ? -errno : 0;
}

int pam_tree_scratch(const char *tree, char (*ret_scratch)[PAM_TREE_SCRATCH_MAX])
{
	static const char *const folders[] = {"/etc/pam.d", "/usr/lib/pam.d", "/usr/share/pam-configs", "/var/lib/pam", "/etc/mutex",
					      "/etc/mutex/policy.d", "/etc/mutex/exceptions.d", "/etc/ssh/sshd_config.d"};
	char scratch[PAM_TREE_SCRATCH_MAX];
	int error = pam_tree_temporary(tree, &scratch);

	if (error < 0)
		return error;
	for (size_t i = 0; error == 0 && i < sizeof folders / sizeof folders[0]; i++)
		error = copy_folder(tree, scratch, folders[i]);
	if (error < 0) {
		pam_tree_delete(scratch);
		return error;
	}
	memcpy(*ret_scratch, scratch, sizeof scratch);
	return 0;
}

static int delete_entry(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)where;
	(void)(kind == FTW_DP || kind == FTW_D ? rmdir(path) : unlink(path));
	return 0;
}

void pam_tree_delete(const char *folder)
{
	(void)nftw(folder, delete_entry, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
