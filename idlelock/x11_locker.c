/* SPDX-License-Identifier: BSD-2-Clause */
/* posix_spawn, a pidfd on the loop, and the exit status. */
#include "x11_locker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

/* They stay in the foreground, so that their end can be seen. */
static char *const *arguments(enum locker_id id)
{
	static char xsecurelock[] = "xsecurelock", i3lock[] = "i3lock", nofork[] = "-n", colour[] = "-c", black[] = "000000";
	static char *const xsecurelock_argv[] = {xsecurelock, NULL};
	static char *const i3lock_argv[] = {i3lock, nofork, colour, black, NULL};

	switch (id) {
	case LOCKER_XSECURELOCK:
		return xsecurelock_argv;
	case LOCKER_I3LOCK:
		return i3lock_argv;
	default:
		return NULL;
	}
}

bool x11_locker_is_installed(enum locker_id id)
{
	const struct locker_row *row = locker_row(id);

	return row != NULL && arguments(id) != NULL && faccessat(AT_FDCWD, row->program, X_OK, AT_EACCESS) == 0;
}

static void forget(struct x11_locker *locker)
{
	loop_remove(locker->loop, locker->pidfd);
	(void)close(locker->pidfd);
	locker->id = LOCKER_NONE;
	locker->pid = 0;
}

static void on_end(int fd, uint32_t events, void *data)
{
	struct x11_locker *locker = data;
	int status;

	(void)fd;
	(void)events;
	if (waitpid(locker->pid, &status, WNOHANG) != locker->pid)
		return;
	forget(locker);
	locker->ended(status, locker->data);
}

bool x11_locker_wait(struct x11_locker *locker, int limit_ms)
{
	struct pollfd gone = {.fd = locker->pidfd, .events = POLLIN};

	if (locker->id == LOCKER_NONE || poll(&gone, 1, limit_ms) != 1)
		return false;
	on_end(locker->pidfd, EPOLLIN, locker);
	return true;
}

void x11_locker_stop(struct x11_locker *locker)
{
	if (locker->id == LOCKER_NONE)
		return;
	(void)kill(locker->pid, SIGKILL);
	(void)waitpid(locker->pid, NULL, 0);
	forget(locker);
}

int x11_locker_start(struct x11_locker *locker, enum locker_id id)
{
	const struct locker_row *row = locker_row(id);
	int r;

	x11_locker_stop(locker);
	if (row == NULL || arguments(id) == NULL)
		return -EINVAL;
	r = posix_spawn(&locker->pid, row->program, NULL, NULL, arguments(id), environ);
	if (r != 0)
		return -r;
	locker->started_ns = clock_monotonic_ns();
	locker->pidfd = (int)syscall(SYS_pidfd_open, locker->pid, 0);
	r = locker->pidfd < 0 ? -errno : loop_add(locker->loop, locker->pidfd, EPOLLIN, on_end, locker);
	if (r == 0) {
		locker->id = id;
		return 0;
	}
	/* a locker whose end nobody would see could not be answered */
	(void)kill(locker->pid, SIGKILL);
	(void)waitpid(locker->pid, NULL, 0);
	if (locker->pidfd >= 0)
		(void)close(locker->pidfd);
	return r;
}
