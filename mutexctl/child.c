/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs another program with nothing of ours but what is named. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

/* Where the kept descriptor goes: above those that shells and debconf use themselves. */
#define KEPT_FD 9

static int set_descriptors(const struct child *c, int write_fd, posix_spawn_file_actions_t *actions)
{
	int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (error == 0 && write_fd >= 0)
		error = posix_spawn_file_actions_adddup2(actions, write_fd, STDOUT_FILENO);
	if (error == 0 && write_fd >= 0)
		error = posix_spawn_file_actions_adddup2(actions, write_fd, STDERR_FILENO);
	if (error == 0 && c->keep_fd >= 0)
		error = posix_spawn_file_actions_adddup2(actions, c->keep_fd, KEPT_FD);
	for (int fd = STDERR_FILENO + 1; error == 0 && fd <= KEPT_FD; fd++) {
		if (fd != KEPT_FD || c->keep_fd < 0)
			error = posix_spawn_file_actions_addclose(actions, fd);
	}
	return error != 0 ? error : posix_spawn_file_actions_addclosefrom_np(actions, KEPT_FD + 1);
}

/* A mask or ignored signal of ours is no business of the child's. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	return error != 0 ? error : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* posix_spawn() wants pointers to char that it does not write to. */
static char *unconst(const char *s)
{
	union {
		const char *in;
		char *out;
	} u = {.in = s};

	return u.out;
}

#define ARGUMENTS_MAX 24

static int spawn(const struct child *c, int write_fd, pid_t *ret_pid)
{
	char *argv[ARGUMENTS_MAX + 1] = {NULL}, *environment[CHILD_ENVIRONMENT_MAX + 3] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	size_t n = 0;
	int error;

	for (size_t i = 0; c->argv[i] != NULL; i++) {
		if (i == ARGUMENTS_MAX)
			return E2BIG;
		argv[i] = unconst(c->argv[i]);
	}
	environment[n++] = unconst("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	environment[n++] = unconst("LC_ALL=C.UTF-8");
	for (size_t i = 0; c->environment != NULL && c->environment[i] != NULL && i < CHILD_ENVIRONMENT_MAX; i++)
		environment[n++] = unconst(c->environment[i]);
	error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error == 0) {
		error = set_descriptors(c, write_fd, &actions);
		if (error == 0)
			error = set_signals(&attributes);
		if (error == 0)
			error = posix_spawn(ret_pid, c->argv[0], &actions, &attributes, argv, environment);
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Reads to the end, keeps what fits. */
static void collect(const struct child *c, int fd)
{
	char rest[512];
	size_t len = 0;

	for (;;) {
		size_t room = c->output_size - 1 - len;
		ssize_t n = room > 0 ? read(fd, c->output + len, room) : read(fd, rest, sizeof rest);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (room > 0)
			len += (size_t)n;
	}
	c->output[len] = '\0';
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_run(const struct child *c)
{
	int ends[2] = {-1, -1};
	pid_t pid;
	int error;

	if (c->output != NULL)
		c->output[0] = '\0';
	if (c->output != NULL && pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	error = spawn(c, ends[1], &pid);
	file_close(&ends[1]);
	if (error == 0 && c->output != NULL)
		collect(c, ends[0]);
	file_close(&ends[0]);
	return error != 0 ? -error : wait_for(pid);
}
