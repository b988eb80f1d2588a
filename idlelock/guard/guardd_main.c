/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex-guardd: watches the company's security controls and puts right what was switched off. root; mutex-guardd.service.
 *
 *   kernel, files, systemd --> mutex-guardd (root, reads; of its own only a table of nftables) --> systemd, which starts units and runs the commands of repairs
 *
 * mutex-guardd --restore PATH... puts back files as `mutexctl apply` kept them: systemd runs it so, outside of the daemon's sandbox. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "baseline_store.h"
#include "daemon_run.h"
#include "guard_run.h"

struct program {
	struct daemon daemon;
	struct guard guard;
	bool open;
};

static void reload(void *data)
{
	struct program *program = data;

	guard_reload(&program->guard);
}

static int run(struct program *program, const struct paths *paths, const char *address)
{
	int r = daemon_open(&program->daemon, paths, reload, program);

	if (r == 0) {
		program->open = true;
		r = guard_open(&program->guard, program->daemon.loop, paths, address);
	}
	return r < 0 ? r : daemon_run(&program->daemon);
}

static int restore(const char *root, char *const *names)
{
	struct paths paths;
	int r = paths_init(&paths, root, root[0] != '\0' ? geteuid() : 0), failed = 0;

	for (; r == 0 && *names != NULL; names++) {
		int error = baseline_store_restore(&paths, *names);

		if (error < 0 && error != -ENOENT) {
			(void)dprintf(STDERR_FILENO, "mutex-guardd: %s: %s\n", *names, strerrordesc_np(-error));
			failed = 1;
		}
	}
	return r < 0 ? 1 : failed;
}

int main(int argc, char **argv)
{
	struct daemon_options options;
	struct program program = {.daemon = {.signals = -1, .inotify = -1}};
	struct paths paths;
	int r;

	if (argc > 2 && strcmp(argv[1], "--restore") == 0)
		return restore("", argv + 2);
	if (argc > 4 && strcmp(argv[1], "--root") == 0 && strcmp(argv[3], "--restore") == 0)
		return restore(argv[2], argv + 4);
	options = daemon_read_arguments(argc, argv);
	if (options.help || options.wrong) {
		(void)dprintf(options.wrong ? STDERR_FILENO : STDOUT_FILENO, "usage: mutex-guardd [--root DIR] [--bus ADDRESS] | [--root DIR] --restore PATH...\n");
		return options.wrong ? 2 : 0;
	}
	r = paths_init(&paths, options.root, options.root[0] != '\0' ? geteuid() : 0);
	if (r == 0)
		r = run(&program, &paths, options.address);
	if (program.open)
		guard_close(&program.guard);
	daemon_close(&program.daemon);
	if (r < 0)
		(void)dprintf(STDERR_FILENO, "mutex-guardd: %s\n", strerrordesc_np(-r));
	return r < 0;
}
