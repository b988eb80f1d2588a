/* SPDX-License-Identifier: BSD-2-Clause */
/* Files whose name is a uid, in the folders that keep them. */
#include "orphans.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat2 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"
#include "date.h"
#include "file.h"
#include "number.h"
#include "person_load.h"
#include "text.h"

#define FOLDERS 3
#define NAME_BYTES 64

static const char *folder_at(const struct paths *paths, size_t index)
{
	const char *const folders[FOLDERS] = {paths->login, paths->history, paths->suspended};

	return folders[index];
}

static bool is_gone(uid_t uid)
{
	struct person_loaded person PERSON_UNLOADED = {0};

	return person_load_uid(uid, &person) == -ENOENT;
}

static int add_from(const char *folder, struct uid_list *uids)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	int64_t uid;

	if (entries == NULL)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(entries)) != NULL) {
		const char *name = entry->d_name;

		/* "007" is a file of nobody's. */
		if (number_parse(name, strlen(name), 0, (int64_t)UINT32_MAX - 1, &uid) == 0 && (name[0] != '0' || name[1] == '\0') && is_gone((uid_t)uid))
			uid_list_add(uids, (uid_t)uid);
	}
	(void)closedir(entries);
	return 0;
}

static ssize_t nobody_yet(const struct paths *paths, uid_t *ret_uids, size_t max)
{
	(void)paths, (void)ret_uids, (void)max;
	return 0;
}

int orphans_find(struct uid_list *ret_uids)
{
	int error = uid_list_fill(ret_uids, nobody_yet);

	for (size_t i = 0; i < FOLDERS && error == 0; i++)
		error = add_from(folder_at(common_paths(), i), ret_uids);
	uid_list_sort(ret_uids);
	return error;
}

/* 1, 0 or negative errno. */
static int set_aside(const char *folder, uid_t uid, int64_t now_s)
{
	int fd FILE_CLOSED = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	char from[NAME_BYTES], to[NAME_BYTES];
	struct text t;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	TEXT_INTO(&t, from);
	text_add_int(&t, (int64_t)uid);
	TEXT_INTO(&t, to);
	text_add(&t, from);
	text_add(&t, ".former-");
	date_add_time(&t, now_s);
	if (renameat2(fd, from, fd, to, RENAME_NOREPLACE) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fsync(fd) < 0 ? -errno : 1;
}

int orphans_set_aside(const struct paths *paths, uid_t uid, int64_t now_s)
{
	int found = 0;

	for (size_t i = 0; i < FOLDERS; i++) {
		int r = set_aside(folder_at(paths, i), uid, now_s);

		if (r < 0)
			return r;
		found |= r;
	}
	return found;
}
