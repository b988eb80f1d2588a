/* SPDX-License-Identifier: BSD-2-Clause */
/* What our daemons have in common: arguments, signals, the policy's files, systemd's watchdog. Shell.
 *
 * Options for tests: --root DIR puts every path below DIR, --bus ADDRESS is another bus than the system's. */
#ifndef MUTEX_DAEMON_RUN_H
#define MUTEX_DAEMON_RUN_H

#include <stdbool.h>

#include "loop.h"
#include "paths.h"

struct daemon_options {
	const char *root, *address; /* "" and NULL: the system's own */
	bool help, wrong;
};
struct daemon_options daemon_read_arguments(int argc, char **argv);

struct daemon {
	struct loop *loop;
	const struct paths *paths;
	void (*reload)(void *data); /* SIGHUP, or the policy's files were changed */
	void *data;
	int signals, inotify; /* -1 = none */
	bool reload_due;
};

/* Makes the loop, and watches signals and files. 0 or negative errno; daemon_close() in any case. */
int daemon_open(struct daemon *daemon, const struct paths *paths, void (*reload)(void *data), void *data);
/* Tells systemd that it is ready, and runs until SIGTERM. 0 or negative errno. */
int daemon_run(struct daemon *daemon);
void daemon_close(struct daemon *daemon);

#endif
