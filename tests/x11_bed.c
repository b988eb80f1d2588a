/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts and ends what the tests of idlelock-x11 need. */
#include "x11_bed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define NS_PER_MS INT64_C(1000000)
#define ENVIRONMENT_MAX 12

/* Whatever still runs below us: what killed lockers left behind comes to us too (PR_SET_CHILD_SUBREAPER). */
static void end_orphans(void)
{
	char path[64], pids[512] = "", *rest = pids;
	FILE *children;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	children = fopen(path, "re");
	if (children == NULL)
		return;
	if (fgets(pids, sizeof pids, children) != NULL) {
		for (char *end = rest;; rest = end) {
			pid_t pid = (pid_t)strtol(rest, &end, 10);

			if (end == rest || pid <= 0)
				break;
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
		}
	}
	fclose(children);
}

static void must(bool what, const char *name)
{
	if (what)
		return;
	fprintf(stderr, "x11_bed: %s: %s\n", name, strerror(errno));
	end_orphans();
	abort();
}

/* One entry for every display, as xauth would write it. */
static void write_cookie_file(const struct x11_bed *bed)
{
	static const unsigned char head[] = {0xff, 0xff, 0, 0, 0, 0, 0, 18, 'M', 'I', 'T', '-', 'M', 'A', 'G', 'I', 'C', '-',
					     'C',  'O',	 'O', 'K', 'I', 'E', '-', '1', 0, 16};
	char path[256];
	int fd;

	snprintf(path, sizeof path, "%s/cookie", bed->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, head, sizeof head) == sizeof head, path);
	must(write(fd, bed->cookie, sizeof bed->cookie) == sizeof bed->cookie, path);
	close(fd);
}

/* The server says its number on the pipe when it is ready. */
static void read_number(struct x11_bed *bed, int fd)
{
	char number[8] = "";
	size_t len = 0;

	while (len < sizeof number - 1 && strchr(number, '\n') == NULL) {
		ssize_t n = read(fd, number + len, sizeof number - 1 - len);

		must(n > 0, "Xvfb did not start");
		len += (size_t)n;
	}
	*strchr(number, '\n') = '\0';
	snprintf(bed->display, sizeof bed->display, ":%s", number);
}

static pid_t spawn(const char *const *argv, char *const *environment, int keep, int as)
{
	posix_spawn_file_actions_t actions;
	pid_t pid = 0;
	int r;

	must(posix_spawn_file_actions_init(&actions) == 0, "spawn");
	if (keep >= 0)
		posix_spawn_file_actions_adddup2(&actions, keep, as);
	r = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	errno = r;
	must(r == 0, argv[0]);
	return pid;
}

void x11_bed_start(struct x11_bed *bed)
{
	const char *parent = getenv("TMPDIR");
	char auth[256];
	const char *const argv[] = {"Xvfb", "-displayfd", "3", "-auth", auth, "-nolisten", "tcp", "-screen", "0", "1024x768x24", NULL};
	char path[] = "PATH=/usr/bin:/bin";
	char *const environment[] = {path, NULL};
	int pipe_fds[2];

	*bed = (struct x11_bed){.server = 0};
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	snprintf(bed->folder, sizeof bed->folder, "%s/x11.XXXXXX", parent == NULL ? "/tmp" : parent);
	must(mkdtemp(bed->folder) != NULL, bed->folder);
	must(getrandom(bed->cookie, sizeof bed->cookie, 0) == sizeof bed->cookie, "getrandom");
	write_cookie_file(bed);
	snprintf(auth, sizeof auth, "%s/cookie", bed->folder);
	must(pipe2(pipe_fds, O_CLOEXEC) == 0, "pipe");
	bed->server = spawn(argv, environment, pipe_fds[1], 3);
	close(pipe_fds[1]);
	read_number(bed, pipe_fds[0]);
	close(pipe_fds[0]);
	bed->hostile = x11_bed_connect(bed);
	bed->root = xcb_setup_roots_iterator(xcb_get_setup(bed->hostile)).data->root;
}

void x11_bed_stop(struct x11_bed *bed)
{
	char path[256];

	if (bed->hostile != NULL)
		xcb_disconnect(bed->hostile);
	x11_bed_end(bed->server, SIGTERM);
	end_orphans();
	snprintf(path, sizeof path, "%s/cookie", bed->folder);
	unlink(path);
	rmdir(bed->folder);
}

xcb_connection_t *x11_bed_connect(const struct x11_bed *bed)
{
	static char name[] = "MIT-MAGIC-COOKIE-1";
	unsigned char data[WORKER_COOKIE_BYTES];
	xcb_auth_info_t auth = {sizeof name - 1, name, sizeof data, (char *)data};

	memcpy(data, bed->cookie, sizeof data);
	return xcb_connect_to_display_with_auth_info(bed->display, &auth, NULL);
}

pid_t x11_bed_run_with(const struct x11_bed *bed, const char *const *argv, const char *const *variables, int output)
{
	char display[32], authority[256];
	char path[] = "PATH=/usr/sbin:/usr/bin:/bin", home[] = "HOME=/nonexistent";
	char *environment[ENVIRONMENT_MAX] = {display, authority, path, home};
	size_t count = 4;

	snprintf(display, sizeof display, "DISPLAY=%s", bed->display);
	snprintf(authority, sizeof authority, "XAUTHORITY=%s/cookie", bed->folder);
	for (; variables != NULL && *variables != NULL && count < ENVIRONMENT_MAX - 1; variables++)
		environment[count++] = (char *)(uintptr_t)*variables;
	return spawn(argv, environment, output, STDOUT_FILENO);
}

pid_t x11_bed_run(const struct x11_bed *bed, const char *const *argv)
{
	return x11_bed_run_with(bed, argv, NULL, -1);
}

int x11_bed_wait(pid_t pid, int limit_ms)
{
	struct pollfd gone = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
	int status = -1;

	if (gone.fd >= 0 && poll(&gone, 1, limit_ms) == 1)
		waitpid(pid, &status, 0);
	if (gone.fd >= 0)
		close(gone.fd);
	return status;
}

int x11_bed_end(pid_t pid, int signal)
{
	int status = -1;

	kill(pid, signal);
	status = x11_bed_wait(pid, 3000);
	if (status >= 0)
		return status;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
}

void x11_bed_worker_start(struct x11_bed_worker *worker)
{
	const char *build = getenv("BUILD");
	char program[256];
	const char *const argv[] = {program, "--fd", "3", "c1", NULL};
	char *const environment[] = {NULL};
	int fds[2];

	*worker = (struct x11_bed_worker){.state = WORKER_EXPECT_HELLO};
	snprintf(program, sizeof program, "%s/idlelock/idlelock-x11", build == NULL ? "build/release" : build);
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0, "socketpair");
	worker->pid = spawn(argv, environment, fds[1], 3);
	worker->fd = fds[0];
	close(fds[1]);
}

void x11_bed_worker_stop(struct x11_bed_worker *worker)
{
	if (worker->fd >= 0)
		close(worker->fd);
	x11_bed_end(worker->pid, SIGTERM);
}

void x11_bed_say(struct x11_bed_worker *worker, const struct worker_message *message)
{
	unsigned char packet[WORKER_PACKET_BYTES];

	must(worker_turn(&worker->state, message) == 0 && worker_encode(message, packet) == 0, "out of turn");
	must(send(worker->fd, packet, sizeof packet, MSG_NOSIGNAL) == sizeof packet, "send");
}

static bool receive(struct x11_bed_worker *worker, int64_t until_ns, struct worker_message *ret_message)
{
	unsigned char packet[WORKER_PACKET_BYTES];
	struct pollfd ready = {.fd = worker->fd, .events = POLLIN};
	int64_t left_ms = (until_ns - clock_monotonic_ns()) / NS_PER_MS;
	ssize_t len;

	if (poll(&ready, 1, left_ms < 0 ? 0 : (int)left_ms) != 1)
		return false;
	len = recv(worker->fd, packet, sizeof packet, 0);
	if (len <= 0)
		return false;
	must(worker_decode(packet, (size_t)len, ret_message) == 0, "the worker's packet is not sound");
	must(worker_turn(&worker->state, ret_message) == 0, "the worker spoke out of turn");
	return true;
}

struct worker_message x11_bed_hear(struct x11_bed_worker *worker, enum worker_kind kind, int limit_ms)
{
	int64_t until_ns = clock_monotonic_ns() + limit_ms * NS_PER_MS;
	struct worker_message message;

	while (receive(worker, until_ns, &message)) {
		if (message.kind == WORKER_TAMPER)
			worker->tampers |= 1U << message.tamper;
		if (message.kind == WORKER_INPUT)
			worker->input_seen = true;
		if (message.kind == WORKER_INPUT || message.kind == WORKER_TAMPER)
			worker->time_ns = message.time_ns;
		if (message.kind == kind || message.kind == WORKER_FAILED)
			return message;
	}
	return (struct worker_message){.serial = 0};
}

struct worker_message x11_bed_open(struct x11_bed_worker *worker, const char *display, const unsigned char *cookie, pid_t server)
{
	struct worker_message open = {.kind = WORKER_OPEN, .pid = server, .has_cookie = cookie != NULL};

	if (x11_bed_hear(worker, WORKER_HELLO, 3000).kind != WORKER_HELLO)
		return (struct worker_message){.serial = 0};
	snprintf(open.display, sizeof open.display, "%s", display);
	if (cookie != NULL)
		memcpy(open.cookie, cookie, sizeof open.cookie);
	x11_bed_say(worker, &open);
	return x11_bed_hear(worker, WORKER_OPENED, 8000);
}

struct worker_sight x11_bed_open_display(struct x11_bed_worker *worker, const struct x11_bed *bed)
{
	must(x11_bed_open(worker, bed->display, bed->cookie, bed->server).kind == WORKER_OPENED, "the worker did not open the display");
	return x11_bed_hear(worker, WORKER_SEEN, 3000).sight;
}

struct worker_sight x11_bed_look(struct x11_bed_worker *worker, bool break_grabs)
{
	struct worker_message look = {.kind = WORKER_LOOK, .serial = ++worker->serial, .flag = break_grabs}, seen;

	x11_bed_say(worker, &look);
	do
		seen = x11_bed_hear(worker, WORKER_SEEN, 2000);
	while (seen.kind == WORKER_SEEN && seen.serial != worker->serial);
	must(seen.kind == WORKER_SEEN, "no answer to LOOK");
	return seen.sight;
}

bool x11_bed_is_locked(const struct worker_sight *sight)
{
	return sight->keyboard == WORKER_GRAB_FOREIGN && sight->pointer == WORKER_GRAB_FOREIGN && sight->covered;
}

struct worker_sight x11_bed_look_until_locked(struct x11_bed_worker *worker)
{
	int64_t until_ns = clock_monotonic_ns() + 5000 * NS_PER_MS;
	struct worker_sight sight;

	do {
		poll(NULL, 0, 10);
		sight = x11_bed_look(worker, false);
	} while (!x11_bed_is_locked(&sight) && clock_monotonic_ns() < until_ns);
	return sight;
}

bool x11_bed_sees_it_open(struct x11_bed_worker *worker, int limit_ms)
{
	int64_t until_ns = clock_monotonic_ns() + limit_ms * NS_PER_MS;
	struct worker_message seen;

	do
		seen = x11_bed_hear(worker, WORKER_SEEN, (int)((until_ns - clock_monotonic_ns()) / NS_PER_MS));
	while (seen.kind == WORKER_SEEN && x11_bed_is_locked(&seen.sight));
	return seen.kind == WORKER_SEEN;
}
