/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame of our daemons. */
#include "daemon_run.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

#define NS_PER_S INT64_C(1000000000)
#define RELOAD_AFTER_NS (NS_PER_S / 2) /* several files are often written together */
#define ALIVE_NS (60 * NS_PER_S)       /* WatchdogSec=180 in the units */
#define ALIVE_SLACK_NS (60 * NS_PER_S)

struct daemon_options daemon_read_arguments(int argc, char **argv)
{
	static const struct option known[] = {
		{"root", required_argument, NULL, 'r'}, {"bus", required_argument, NULL, 'b'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct daemon_options options = {.root = ""};
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

static void reload_due(int64_t now_ns, void *data)
{
	struct daemon *daemon = data;

	(void)now_ns;
	daemon->reload_due = false;
	daemon->reload(daemon->data);
}

static void on_signal(int fd, uint32_t events, void *data)
{
	struct daemon *daemon = data;
	struct signalfd_siginfo info;

	(void)events;
	if (read(fd, &info, sizeof info) != (ssize_t)sizeof info)
		return;
	if (info.ssi_signo == SIGHUP)
		reload_due(0, daemon);
	else
		loop_stop(daemon->loop);
}

static int open_signals(struct daemon *daemon)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return -EINVAL;
	daemon->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return daemon->signals < 0 ? -errno : loop_add(daemon->loop, daemon->signals, EPOLLIN, on_signal, daemon);
}

/* Folders, not files: whoever replaces a file takes the watch on it away. The state's folder is for the sign that the PAM lines are on. One that comes
 * later is watched from then on, since its parent is; one that is watched already stays so. */
static void watch_folders(const struct daemon *daemon)
{
	const char *const folders[] = {daemon->paths->settings, daemon->paths->policy_folder, daemon->paths->exceptions, daemon->paths->state};
	const uint32_t mask = IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_CREATE | IN_ONLYDIR;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		(void)inotify_add_watch(daemon->inotify, folders[i], mask);
}

/* However often more is written, the first edit is taken in time. */
static void on_files(int fd, uint32_t events, void *data)
{
	struct daemon *daemon = data;
	_Alignas(struct inotify_event) char bytes[4096];

	(void)events;
	while (read(fd, bytes, sizeof bytes) > 0)
		;
	watch_folders(daemon);
	if (!daemon->reload_due)
		daemon->reload_due = loop_at(daemon->loop, clock_monotonic_ns() + RELOAD_AFTER_NS, 0, reload_due, daemon) == 0;
}

static int open_files(struct daemon *daemon)
{
	daemon->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (daemon->inotify < 0)
		return -errno;
	watch_folders(daemon);
	return loop_add(daemon->loop, daemon->inotify, EPOLLIN, on_files, daemon);
}

static void on_alive(int64_t now_ns, void *data)
{
	struct daemon *daemon = data;

	(void)sd_notify(0, "WATCHDOG=1");
	(void)loop_at(daemon->loop, now_ns + ALIVE_NS, ALIVE_SLACK_NS, on_alive, daemon);
}

int daemon_open(struct daemon *daemon, const struct paths *paths, void (*reload)(void *data), void *data)
{
	int r;

	*daemon = (struct daemon){.loop = loop_new(), .paths = paths, .reload = reload, .data = data, .signals = -1, .inotify = -1};
	if (daemon->loop == NULL)
		return -errno;
	r = open_signals(daemon);
	return r < 0 ? r : open_files(daemon);
}

int daemon_run(struct daemon *daemon)
{
	int r;

	if (sd_watchdog_enabled(0, NULL) > 0)
		on_alive(clock_monotonic_ns(), daemon);
	(void)sd_notify(0, "READY=1");
	r = loop_run(daemon->loop);
	(void)sd_notify(0, "STOPPING=1");
	return r;
}

void daemon_close(struct daemon *daemon)
{
	file_close(&daemon->signals);
	file_close(&daemon->inotify);
	loop_free(daemon->loop);
}
