/* SPDX-License-Identifier: BSD-2-Clause */
/* A large file that takes another's place in one step, or leaves no trace. */
#include "replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

enum { NAME_TRIES = 100 };

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};

/* Those that would end us. An ignored one (nohup) must stay ignored, and a blocked signal is never ignored. */
static sigset_t deadly_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof stop_signals / sizeof stop_signals[0]; i++) {
		struct sigaction action;

		if (sigaction(stop_signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			(void)sigaddset(&set, stop_signals[i]);
	}
	return set;
}

static void hold_signals(sigset_t *ret_before)
{
	const sigset_t set = deadly_signals();

	(void)sigprocmask(SIG_BLOCK, &set, ret_before);
}

int replacement_init(struct replacement *r, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	char folder[PATH_MAX];
	struct text t;
	struct stat st;

	*r = (struct replacement){.folder_fd = -1, .fd = -1};
	(void)sigprocmask(SIG_BLOCK, NULL, &r->signals_before);
	TEXT_INTO(&t, folder);
	if (slash == NULL)
		text_add(&t, ".");
	else
		text_add_bytes(&t, path, slash == path ? 1 : (size_t)(slash - path));
	if (name[0] == '\0')
		return -EISDIR;
	/* Room for what open_named() puts around it. */
	if (text_end(&t) < 0 || strlen(name) > NAME_MAX - 24)
		return -ENAMETOOLONG;
	memcpy(r->name, name, strlen(name));
	r->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->folder_fd < 0)
		return -errno;
	return fstatat(r->folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) ? -EISDIR : 0;
}

static bool no_unnamed_files(int error)
{
	return error == EOPNOTSUPP || error == EISDIR || error == EINVAL;
}

/* Tries names until one is free: make() gets each. */
static int with_free_name(struct replacement *r, int (*make)(const struct replacement *r, const char *name))
{
	int result = -EEXIST;

	for (int i = 0; i < NAME_TRIES && result == -EEXIST; i++) {
		struct text t;

		TEXT_INTO(&t, r->temporary);
		text_add_format(&t, ".%s.%d.%d", r->name, (int)getpid(), i);
		result = text_end(&t) < 0 ? -ENAMETOOLONG : make(r, r->temporary);
	}
	if (result < 0)
		r->temporary[0] = '\0';
	return result;
}

static int open_named(const struct replacement *r, const char *name)
{
	const int fd = openat(r->folder_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd >= 0 ? fd : -errno;
}

static int give_name(const struct replacement *r, const char *name)
{
	char path[40];
	struct text t;

	/* The first needs a capability, the second a mounted /proc. */
	if (linkat(r->fd, "", r->folder_fd, name, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno == EEXIST)
		return -errno;
	TEXT_INTO(&t, path);
	text_add_format(&t, "/proc/self/fd/%d", r->fd);
	return linkat(AT_FDCWD, path, r->folder_fd, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
}

int replacement_open(struct replacement *r)
{
	hold_signals(&r->signals_before);
	r->fd = openat(r->folder_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (r->fd < 0 && no_unnamed_files(errno))
		r->fd = with_free_name(r, open_named);
	else if (r->fd < 0)
		r->fd = -errno;
	return r->fd < 0 ? r->fd : 0;
}

bool replacement_stop_asked(const struct replacement *r)
{
	sigset_t pending;

	(void)r;
	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < sizeof stop_signals / sizeof stop_signals[0]; i++)
		if (sigismember(&pending, stop_signals[i]) == 1)
			return true;
	return false;
}

int replacement_commit(struct replacement *r, mode_t mode)
{
	int result = 0;

	if (fchmod(r->fd, mode) < 0 || fsync(r->fd) < 0)
		return -errno;
	if (r->temporary[0] == '\0')
		result = with_free_name(r, give_name);
	if (result < 0)
		return result;
	if (renameat(r->folder_fd, r->temporary, r->folder_fd, r->name) < 0)
		return -errno;
	r->temporary[0] = '\0';
	return fsync(r->folder_fd) < 0 ? -errno : 0;
}

void replacement_drop(struct replacement *r)
{
	if (r->temporary[0] != '\0')
		(void)unlinkat(r->folder_fd, r->temporary, 0);
	file_close(&r->fd);
	file_close(&r->folder_fd);
	r->fd = r->folder_fd = -1;
	r->temporary[0] = '\0';
	(void)sigprocmask(SIG_SETMASK, &r->signals_before, NULL);
}

int replacement_scratch(int folder_fd)
{
	struct replacement r = {.folder_fd = folder_fd, .fd = -1, .name = "scratch"};
	int result = replacement_open(&r);

	if (result == 0 && r.temporary[0] != '\0' && unlinkat(folder_fd, r.temporary, 0) < 0)
		result = -errno;
	if (result < 0)
		file_close(&r.fd);
	(void)sigprocmask(SIG_SETMASK, &r.signals_before, NULL);
	return result < 0 ? result : r.fd;
}
