/* SPDX-License-Identifier: BSD-2-Clause */
/* A root folder of a test's own (struct paths' root), and the files below it. */
#ifndef MUTEX_FILE_ROOT_H
#define MUTEX_FILE_ROOT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_ROOT_BYTES 64

/* name: of the test, so that one that was left behind is known. */
static inline void file_root_make(const char *name, char ret_root[FILE_ROOT_BYTES])
{
	assert_true(snprintf(ret_root, FILE_ROOT_BYTES, "/tmp/test_%s.XXXXXX", name) < FILE_ROOT_BYTES);
	assert_non_null(mkdtemp(ret_root));
}

static inline int file_root_remove_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static inline int file_root_remove(const char *root)
{
	return nftw(root, file_root_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* The folders above "/etc/mutex/x" or, with a slash at its end, that folder too. */
static inline void file_root_folders(const char *root, const char *path)
{
	char whole[512];

	assert_true(snprintf(whole, sizeof whole, "%s%s", root, path) < (int)sizeof whole);
	for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(whole, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

/* A file of that mode, with the folders above it. */
static inline void file_root_put(const char *root, const char *path, const char *bytes, mode_t mode)
{
	char whole[512];
	FILE *file;

	file_root_folders(root, path);
	assert_true(snprintf(whole, sizeof whole, "%s%s", root, path) < (int)sizeof whole);
	file = fopen(whole, "we");
	assert_non_null(file);
	assert_true(fputs(bytes, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(whole, mode), 0);
}

#endif
