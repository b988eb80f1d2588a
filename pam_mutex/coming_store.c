/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps names "UID.PID.START.PARENT.START" in a folder of root's. */
#include "coming_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "sessions_gather.h"
#include "stamp_store.h"
#include "stream.h"
#include "text.h"

#define LOCK_NAME "lock"
#define LOCK_WAIT_MS 1000

struct coming {
	int64_t uid, pid, pid_start, parent, parent_start;
};

static bool read_name(const char *name, struct coming *ret)
{
	int64_t *const numbers[] = {&ret->uid, &ret->pid, &ret->pid_start, &ret->parent, &ret->parent_start};

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		size_t len = strcspn(name, ".");

		if (number_parse(name, len, 0, INT64_MAX, numbers[i]) < 0 || (name[len] == '.') != (i + 1 < sizeof numbers / sizeof numbers[0]))
			return false;
		name += len + 1;
	}
	return ret->pid <= INT32_MAX && ret->parent <= INT32_MAX;
}

static bool runs(int64_t pid, int64_t start)
{
	int64_t now;

	return pid > 1 && stamp_store_process_start((pid_t)pid, &now) == 0 && now == start;
}

/* A process that is gone has no session either. */
static bool is_still_coming(const struct paths *paths, int folder, const char *name, const struct coming *c, int64_t now_s)
{
	bool self = runs(c->pid, c->pid_start), parent = runs(c->parent, c->parent_start);
	struct stat st;

	if ((!self && !parent) || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (st.st_mtim.tv_sec > now_s + COMING_AGE_MAX_S || now_s - st.st_mtim.tv_sec > COMING_AGE_MAX_S)
		return false;
	return !(self && sessions_gather_has(paths, (pid_t)c->pid)) && !(parent && sessions_gather_has(paths, (pid_t)c->parent));
}

/* Removes what holds no more. */
static int count(const struct paths *paths, uid_t uid, int64_t now_s, size_t *ret_count)
{
	DIR *folder FOLDER_CLOSED = opendir(paths->coming);
	const struct dirent *entry;

	if (folder == NULL)
		return -errno;
	*ret_count = 0;
	while ((entry = readdir(folder)) != NULL) {
		struct coming c;

		if (!read_name(entry->d_name, &c))
			continue;
		if (c.pid == getpid() || !is_still_coming(paths, dirfd(folder), entry->d_name, &c, now_s))
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
		else if (c.uid == (int64_t)uid)
			(*ret_count)++;
	}
	return 0;
}

static int name_of_self(uid_t uid, char (*ret_name)[COMING_NAME_BYTES])
{
	struct coming c = {.uid = uid, .pid = getpid(), .parent = getppid()};
	int r = stamp_store_process_start((pid_t)c.pid, &c.pid_start);
	struct text t;

	if (r < 0)
		return r;
	(void)stamp_store_process_start((pid_t)c.parent, &c.parent_start);
	TEXT_INTO(&t, *ret_name);
	text_add_format(&t, "%lld.%lld.%lld.%lld.%lld", (long long)c.uid, (long long)c.pid, (long long)c.pid_start, (long long)c.parent,
			(long long)c.parent_start);
	return text_end(&t);
}

static int open_in(const struct paths *paths, const char *name)
{
	char path[PATHS_BYTES_MAX + COMING_NAME_BYTES];
	struct text t;
	int fd;

	TEXT_INTO(&t, path);
	text_add(&t, paths->coming);
	text_add_char(&t, '/');
	text_add(&t, name);
	fd = text_end(&t) < 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	return fd < 0 ? -errno : fd;
}

static int enter_locked(const struct paths *paths, uid_t uid, int64_t now_s, char (*ret_name)[COMING_NAME_BYTES], size_t *ret_others)
{
	int r = count(paths, uid, now_s, ret_others);

	if (r == 0)
		r = name_of_self(uid, ret_name);
	if (r == 0) {
		int fd FILE_CLOSED = open_in(paths, *ret_name);

		r = fd < 0 ? fd : 0;
	}
	return r;
}

int coming_store_enter(const struct paths *paths, uid_t uid, int64_t now_s, char (*ret_name)[COMING_NAME_BYTES], size_t *ret_others)
{
	int r = file_make_folder(paths->coming, 0700, paths->owner);
	int lock FILE_CLOSED = r < 0 ? -1 : open_in(paths, LOCK_NAME);

	(*ret_name)[0] = '\0';
	*ret_others = 0;
	if (r == 0)
		r = lock < 0 ? lock : file_lock(lock, LOCK_WAIT_MS);
	if (r == 0)
		r = enter_locked(paths, uid, now_s, ret_name, ret_others);
	if (r < 0)
		(*ret_name)[0] = '\0';
	return r;
}

void coming_store_leave(const struct paths *paths, const char *name)
{
	char path[PATHS_BYTES_MAX + COMING_NAME_BYTES];
	struct text t;

	if (name[0] == '\0')
		return;
	TEXT_INTO(&t, path);
	text_add(&t, paths->coming);
	text_add_char(&t, '/');
	text_add(&t, name);
	if (text_end(&t) == 0)
		(void)unlink(path);
}
