/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelockd: locks every local session after its last real input, proves it, and holds it. root; idlelockd.service.
 *
 *   logind, evdev, systemd, stamps --> idlelockd (root) --> lockers (units), idlelock-x11 (one for each display), idlelock-agent (people's sessions)
 *
 * Options for tests: --root DIR puts every path below DIR, --bus ADDRESS is another bus than the system's. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "watch_run.h"

#define NS_PER_S INT64_C(1000000000)
#define RELOAD_AFTER_NS (NS_PER_S / 2) /* several files are often written together */
#define ALIVE_NS (60 * NS_PER_S)       /* WatchdogSec=180 in the unit */
#define ALIVE_SLACK_NS (60 * NS_PER_S)

struct options {
	const char *root, *address;
	bool help, wrong;
};

struct program {
	struct loop *loop;
	struct watch *watch;
	const struct paths *paths;
	int signals, inotify;
	bool reload_due;
};

static struct options read_arguments(int argc, char **argv)
{
	static const struct option known[] = {
		{"root", required_argument, NULL, 'r'}, {"bus", required_argument, NULL, 'b'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct options options = {.root = ""};
	int option;

	while ((option = getopt_long(argc, argv, "h", known, NULL)) >= 0) {
		if (option == 'r')
			options.root = optarg;
		else if (option == 'b')
			options.address = optarg;
		else if (option == 'h')
			options.help = true;
		else
			options.wrong = true;
	}
	options.wrong = options.wrong || optind != argc;
	return options;
}

/* --- signals, the policy's files, systemd's watchdog --- */

static void reload(int64_t now_ns, void *data)
{
	struct program *program = data;

	(void)now_ns;
	program->reload_due = false;
	watch_reload(program->watch);
}

static void on_signal(int fd, uint32_t events, void *data)
{
	struct program *program = data;
	struct signalfd_siginfo info;

	(void)events;
	if (read(fd, &info, sizeof info) != (ssize_t)sizeof info)
		return;
	if (info.ssi_signo == SIGHUP)
		reload(0, program);
	else
		loop_stop(program->loop);
}

static int open_signals(struct program *program)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return -EINVAL;
	program->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return program->signals < 0 ? -errno : loop_add(program->loop, program->signals, EPOLLIN, on_signal, program);
}

/* Folders, not files: whoever replaces a file takes the watch on it away. The state's folder is for the sign that the PAM lines are on. One that comes
 * later is watched from then on, since its parent is; one that is watched already stays so. */
static void watch_folders(const struct program *program)
{
	const char *const folders[] = {program->paths->settings, program->paths->policy_folder, program->paths->exceptions, program->paths->state};
	const uint32_t mask = IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_CREATE | IN_ONLYDIR;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		(void)inotify_add_watch(program->inotify, folders[i], mask);
}

/* However often more is written, the first edit is taken in time. */
static void on_files(int fd, uint32_t events, void *data)
{
	struct program *program = data;
	_Alignas(struct inotify_event) char bytes[4096];

	(void)events;
	while (read(fd, bytes, sizeof bytes) > 0)
		;
	watch_folders(program);
	if (!program->reload_due)
		program->reload_due = loop_at(program->loop, clock_monotonic_ns() + RELOAD_AFTER_NS, 0, reload, program) == 0;
}

static int open_files(struct program *program)
{
	program->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (program->inotify < 0)
		return -errno;
	watch_folders(program);
	return loop_add(program->loop, program->inotify, EPOLLIN, on_files, program);
}

static void on_alive(int64_t now_ns, void *data)
{
	struct program *program = data;

	(void)sd_notify(0, "WATCHDOG=1");
	(void)loop_at(program->loop, now_ns + ALIVE_NS, ALIVE_SLACK_NS, on_alive, program);
}

/* The workers' socket of idlelockd.socket, which outlives us; -1: there is none. */
static int worker_socket(void)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(0, &names), found = -1;

	for (int i = 0; i < count; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (found < 0 && sd_is_socket(fd, AF_UNIX, SOCK_SEQPACKET, 1) > 0)
			found = fd;
	}
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return found;
}

static int run(struct program *program, const struct paths *paths, const char *address)
{
	const struct watch_choice choice = {.paths = paths, .address = address, .worker_socket = worker_socket()};
	int r;

	program->paths = paths;
	program->loop = loop_new();
	if (program->loop == NULL)
		return -errno;
	r = open_signals(program);
	if (r == 0)
		r = open_files(program);
	if (r == 0)
		r = watch_open(program->loop, &choice, &program->watch);
	if (r < 0)
		return r;
	if (sd_watchdog_enabled(0, NULL) > 0)
		on_alive(clock_monotonic_ns(), program);
	(void)sd_notify(0, "READY=1");
	r = loop_run(program->loop);
	(void)sd_notify(0, "STOPPING=1");
	return r;
}

int main(int argc, char **argv)
{
	struct options options = read_arguments(argc, argv);
	struct program program = {.signals = -1, .inotify = -1};
	struct paths paths;
	int r;

	if (options.help || options.wrong) {
		(void)dprintf(options.wrong ? STDERR_FILENO : STDOUT_FILENO, "usage: idlelockd [--root DIR] [--bus ADDRESS]\n");
		return options.wrong ? 2 : 0;
	}
	r = paths_init(&paths, options.root, options.root[0] != '\0' ? geteuid() : 0);
	if (r == 0)
		r = run(&program, &paths, options.address);
	watch_close(program.watch);
	file_close(&program.signals);
	file_close(&program.inotify);
	loop_free(program.loop);
	if (r < 0)
		(void)dprintf(STDERR_FILENO, "idlelockd: %s\n", strerrordesc_np(-r));
	return r < 0;
}
