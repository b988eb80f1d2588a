/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a program, and reads what it prints. */
#include "product_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

#define NS_PER_MS INT64_C(1000000)

const char *product_explain(int error)
{
	switch (error) {
	case -ENOENT:
		return "it is not installed";
	case -EPERM:
		return "others than root can change its program";
	case -ETIMEDOUT:
		return "it does not answer in time";
	case -E2BIG:
		return "it talks without an end";
	default:
		return "its program fails";
	}
}

/* A link leads to the product's own folder; what is run is what was looked at. */
static int find_program(const char *path, char **ret_program)
{
	char *program FILE_FREED = realpath(path, NULL);
	struct stat st;

	if (program == NULL || stat(program, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? -ENOENT : -errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return -EPERM;
	*ret_program = program;
	program = NULL;
	return 0;
}

static int start(const char *program, const struct product_question *question, int out, pid_t *ret_pid)
{
	char *const nothing[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r = posix_spawn_file_actions_init(&actions);

	if (r != 0)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return -r;
	}
	(void)posix_spawnattr_setflags(&attributes, question->in_our_group ? 0 : POSIX_SPAWN_SETPGROUP);
	if (posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
	    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) != 0 ||
	    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) != 0 ||
	    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) != 0)
		r = ENOMEM;
	else
		r = posix_spawn(ret_pid, program, &actions, &attributes, (char *const *)(uintptr_t)question->argv, nothing);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int read_until(int fd, int64_t deadline_ns, char *buffer, size_t *ret_len)
{
	size_t len = 0;

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = (deadline_ns - clock_monotonic_ns()) / NS_PER_MS;
		int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
		ssize_t n;

		if (ready == 0)
			return -ETIMEDOUT;
		if (len == PRODUCT_ANSWER_BYTES_MAX)
			return -E2BIG;
		n = ready < 0 ? -1 : read(fd, buffer + len, PRODUCT_ANSWER_BYTES_MAX - len);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -errno;
		len += n > 0 ? (size_t)n : 0;
	}
	*ret_len = len;
	return 0;
}

/* victim: 0 = none; a group goes as a whole, so that nobody is left who holds the pipe. */
static int finish(pid_t pid, pid_t victim)
{
	int status;

	if (victim != 0)
		(void)kill(victim, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

int product_ask(const struct product_question *question, struct arena *arena, const char **ret_answer, size_t *ret_len)
{
	int64_t deadline_ns = clock_monotonic_ns() + question->limit_ms * NS_PER_MS;
	char *buffer = arena_alloc(arena, PRODUCT_ANSWER_BYTES_MAX + 1, 1), *program FILE_FREED = NULL;
	int pipe_fds[2], r = find_program(question->argv[0], &program), ended;
	pid_t pid;

	if (r < 0 || buffer == NULL)
		return r < 0 ? r : -ENOMEM;
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	r = start(program, question, pipe_fds[1], &pid);
	(void)close(pipe_fds[1]);
	if (r == 0) {
		r = read_until(pipe_fds[0], deadline_ns, buffer, ret_len);
		ended = finish(pid, r == 0 ? 0 : question->in_our_group ? pid : -pid);
		r = r < 0 ? r : ended;
	}
	(void)close(pipe_fds[0]);
	if (r == 0)
		*ret_answer = buffer;
	return r;
}
