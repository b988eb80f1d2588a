/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex-guardd: watches the company's security controls and puts right what was switched off. root; mutex-guardd.service.
 *
 *   kernel, files, systemd --> mutex-guardd (root, reads; of its own only two tables of nftables, posture, queue, what was seen) --> systemd, which starts units and runs the commands of repairs
 *
 * mutex-guardd --floor lays the floor of [control firewall] and ends: mutex-floor.service, before the network is there.
 * mutex-guardd --restore PATH... puts back files as `mutexctl apply` kept them: systemd runs it so, outside of the daemon's sandbox. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

static int lay_floor(void)
{
	const struct policy_names names = {.control = control_row(CONTROL_firewall)->name};
	struct policy_loaded *loaded = calloc(1, sizeof *loaded);
	struct firewall_floor_seat seat;
	struct settings settings;
	struct paths paths;
	int r = loaded == NULL ? -ENOMEM : paths_init(&paths, "", 0);

	firewall_floor_open(&seat);
	if (r == 0)
		r = policy_load(&paths, loaded);
	if (r == 0) {
		policy_resolve_for(&loaded->policy, NULL, &names, &settings);
		r = firewall_floor_keep(&seat, loaded, &settings);
		firewall_floor_close(&seat);
		policy_unload(loaded);
	}
	free(loaded);
	if (r < 0)
		(void)dprintf(STDERR_FILENO, "mutex-guardd --floor: %s\n", firewall_floor_explain(r));
	return r < 0;
}

int main(int argc, char **argv)
{
	struct daemon_options options;
	struct program program = {.daemon = {.signals = -1, .inotify = -1}};
	struct paths paths;
	int r;

	if (argc == 2 && strcmp(argv[1], "--floor") == 0)
		return lay_floor();
	if (argc > 2 && strcmp(argv[1], "--restore") == 0)
		return restore("", argv + 2);
	if (argc > 4 && strcmp(argv[1], "--root") == 0 && strcmp(argv[3], "--restore") == 0)
		return restore(argv[2], argv + 4);
	options = daemon_read_arguments(argc, argv);
	if (options.help || options.wrong) {
		(void)dprintf(options.wrong ? STDERR_FILENO : STDOUT_FILENO, "usage: mutex-guardd [--root DIR] [--bus ADDRESS] | [--root DIR] --restore PATH... | --floor\n");
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
