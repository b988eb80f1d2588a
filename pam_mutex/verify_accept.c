/* SPDX-License-Identifier: BSD-2-Clause */
/* Accepts, counts, starts, and waits for those that end. */
#include "verify_accept.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

#define NS_PER_MS INT64_C(1000000)

struct visitor {
	pid_t pid;
	int fd; /* pidfd */
	uid_t uid;
	int64_t until_ns;
};

struct door {
	const struct verify_accept *accept;
	int listener;
	size_t count;
	struct visitor visitors[VERIFY_ACCEPT_MAX]; /* in the order of their coming */
};

static bool has_room(const struct door *door, uid_t uid)
{
	size_t same = 0;

	for (size_t i = 0; i < door->count; i++)
		same += door->visitors[i].uid == uid;
	return same < door->accept->each_max && door->count < VERIFY_ACCEPT_MAX;
}

static int start(const struct door *door, int connection, pid_t *ret_pid)
{
	char name[] = "mutex-verify", *argv[] = {name, NULL}, *environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed != 0)
		return -failed;
	failed = posix_spawn_file_actions_adddup2(&actions, connection, STDIN_FILENO);
	if (failed == 0)
		failed = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	if (failed == 0)
		failed = posix_spawn(ret_pid, door->accept->program, &actions, NULL, argv, environment);
	(void)posix_spawn_file_actions_destroy(&actions);
	return -failed;
}

static void admit(struct door *door)
{
	int connection FILE_CLOSED = accept4(door->listener, NULL, NULL, SOCK_CLOEXEC);
	struct visitor visitor = {.until_ns = clock_monotonic_ns() + door->accept->limit_ms * NS_PER_MS};
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (connection < 0 || getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 || !has_room(door, peer.uid) ||
	    start(door, connection, &visitor.pid) < 0)
		return;
	visitor.uid = peer.uid;
	visitor.fd = (int)syscall(SYS_pidfd_open, visitor.pid, 0);
	if (visitor.fd >= 0) {
		door->visitors[door->count++] = visitor;
		return;
	}
	(void)kill(visitor.pid, SIGKILL);
	(void)waitpid(visitor.pid, NULL, 0);
}

/* One that takes too long is killed here, and has gone at the next turn. */
static void look_after(struct door *door, const struct pollfd *fds, int64_t now_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < door->count; i++) {
		struct visitor *v = &door->visitors[i];

		if (fds[i].revents != 0 && waitpid(v->pid, NULL, WNOHANG) != 0) {
			file_close(&v->fd);
			continue;
		}
		if (now_ns >= v->until_ns)
			(void)kill(v->pid, SIGKILL);
		door->visitors[kept++] = *v;
	}
	door->count = kept;
}

/* Until the first of those that are there has had its time. */
static int patience_ms(const struct door *door, int64_t now_ns)
{
	int64_t left_ms = door->count == 0 ? door->accept->idle_ms : (door->visitors[0].until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;

	return left_ms < 1 ? 1 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

int verify_accept(const struct verify_accept *accept, int listener)
{
	struct door door = {.accept = accept, .listener = listener};

	for (;;) {
		struct pollfd fds[VERIFY_ACCEPT_MAX + 1];
		size_t count = door.count;
		int n;

		for (size_t i = 0; i < count; i++)
			fds[i] = (struct pollfd){.fd = door.visitors[i].fd, .events = POLLIN};
		fds[count] = (struct pollfd){.fd = listener, .events = POLLIN};
		n = poll(fds, count + 1, patience_ms(&door, clock_monotonic_ns()));
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0 && count == 0)
			return 0;
		if (n < 0)
			continue;
		/* Who has gone makes room first. */
		look_after(&door, fds, clock_monotonic_ns());
		if (fds[count].revents != 0)
			admit(&door);
	}
}
