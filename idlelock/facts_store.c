/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes session facts, excuses and the posture. */
#include "facts_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

#define NAME_BYTES_MAX (PATHS_BYTES_MAX + 64)

static int path_in(const char *folder, const char *name, char ret_path[NAME_BYTES_MAX])
{
	struct text t;

	text_init(&t, ret_path, NAME_BYTES_MAX);
	text_add(&t, folder);
	text_add_char(&t, '/');
	text_add(&t, name);
	return text_end(&t) < 0 || name[0] == '.' || strchr(name, '/') != NULL ? -EINVAL : 0;
}

static int path_of(const struct paths *paths, const char *session, char ret_path[NAME_BYTES_MAX])
{
	return path_in(paths->sessions, session, ret_path);
}

static int make_folders(const struct paths *paths, const char *folder)
{
	int r = file_make_folder(paths->run, 0755, paths->owner);

	return r < 0 ? r : file_make_folder(folder, 0700, paths->owner);
}

int facts_store_write(const struct paths *paths, const struct session_facts *facts)
{
	char path[NAME_BYTES_MAX], bytes[SESSION_FACTS_BYTES_MAX + 1];
	struct text t;
	int r;

	TEXT_INTO(&t, bytes);
	r = session_facts_write(facts, &t);
	if (r == 0)
		r = text_end(&t);
	if (r == 0)
		r = path_of(paths, facts->session, path);
	if (r == 0)
		r = make_folders(paths, paths->sessions);
	return r < 0 ? r : file_replace(path, bytes, t.len, 0600);
}

int facts_store_read(const struct paths *paths, const char *session, struct session_facts *ret_facts)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = SESSION_FACTS_BYTES_MAX};
	char path[NAME_BYTES_MAX];
	char *bytes FILE_FREED = NULL;
	size_t len;
	int r = path_of(paths, session, path);

	if (r == 0)
		r = file_read_trusted(path, &trust, &bytes, &len);
	return r < 0 ? r : session_facts_read(bytes, len, path, NULL, ret_facts);
}

void facts_store_remove(const struct paths *paths, const char *session)
{
	char path[NAME_BYTES_MAX];

	if (path_of(paths, session, path) == 0)
		(void)unlink(path);
}

void facts_store_sweep(const struct paths *paths, bool (*keep)(const char *session, void *data), void *data)
{
	DIR *folder = opendir(paths->sessions);
	const struct dirent *entry;

	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' && !keep(entry->d_name, data))
			facts_store_remove(paths, entry->d_name);
	(void)closedir(folder);
}

/* --- excuses --- */

static int path_of_person(const struct paths *paths, uid_t uid, char ret_path[NAME_BYTES_MAX])
{
	char name[16];
	struct text t;

	TEXT_INTO(&t, name);
	text_add_int(&t, (int64_t)uid);
	return path_in(paths->excuses, name, ret_path);
}

int facts_store_write_excuses(const struct paths *paths, const struct excuse_account *account)
{
	char path[NAME_BYTES_MAX], bytes[EXCUSE_ACCOUNT_BYTES_MAX + 1];
	struct text t;
	int r;

	TEXT_INTO(&t, bytes);
	r = excuse_account_write(account, &t);
	if (r == 0)
		r = path_of_person(paths, account->uid, path);
	if (r == 0)
		r = make_folders(paths, paths->excuses);
	return r < 0 ? r : file_replace(path, bytes, t.len, 0600);
}

int facts_store_read_excuses(const struct paths *paths, uid_t uid, struct excuse_account *ret_account)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = EXCUSE_ACCOUNT_BYTES_MAX};
	char path[NAME_BYTES_MAX];
	char *bytes FILE_FREED = NULL;
	size_t len;
	int r = path_of_person(paths, uid, path);

	if (r == 0)
		r = file_read_trusted(path, &trust, &bytes, &len);
	return r < 0 ? r : excuse_account_read(bytes, len, path, NULL, ret_account);
}

/* --- posture --- */

static int write_locked(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	int r = fd < 0 ? -errno : file_lock(fd, 0);

	if (r == 0)
		r = file_pwrite_all(fd, bytes, len, 0);
	if (r == 0)
		return fd;
	file_close(&fd);
	return r;
}

int facts_store_posture(const struct paths *paths, const char *path, const struct posture *posture, int *fd)
{
	char beside[NAME_BYTES_MAX], bytes[POSTURE_BYTES_MAX + 1];
	struct text name, content;
	int fresh, r;

	TEXT_INTO(&name, beside);
	text_add(&name, path);
	text_add(&name, ".new");
	TEXT_INTO(&content, bytes);
	r = posture_write(posture, &content);
	if (r == 0)
		r = text_end(&content) < 0 || text_end(&name) < 0 ? -EOVERFLOW : file_make_folder(paths->run, 0755, paths->owner);
	if (r < 0)
		return r;
	fresh = write_locked(beside, bytes, content.len);
	if (fresh >= 0 && rename(beside, path) < 0) {
		r = -errno;
		file_close(&fresh);
		return r;
	}
	if (fresh < 0)
		return fresh;
	file_close(fd);
	*fd = fresh;
	return 0;
}
