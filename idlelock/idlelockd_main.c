/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelockd: locks every local session after its last real input, proves it, and holds it. root; idlelockd.service.
 *
 *   logind, evdev, systemd, stamps --> idlelockd (root) --> lockers (units), idlelock-x11 (one for each display), idlelock-agent (people's sessions) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "daemon_run.h"
#include "watch_run.h"

struct program {
	struct daemon daemon;
	struct watch *watch;
};

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

static void reload(void *data)
{
	struct program *program = data;

	watch_reload(program->watch);
}

static int run(struct program *program, const struct paths *paths, const char *address)
{
	const struct watch_choice choice = {.paths = paths, .address = address, .worker_socket = worker_socket()};
	int r = daemon_open(&program->daemon, paths, reload, program);

	if (r == 0)
		r = watch_open(program->daemon.loop, &choice, &program->watch);
	return r < 0 ? r : daemon_run(&program->daemon);
}

int main(int argc, char **argv)
{
	struct daemon_options options = daemon_read_arguments(argc, argv);
	struct program program = {.daemon = {.signals = -1, .inotify = -1}};
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
	daemon_close(&program.daemon);
	if (r < 0)
		(void)dprintf(STDERR_FILENO, "idlelockd: %s\n", strerrordesc_np(-r));
	return r < 0;
}
