/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl lock: locks the caller's sessions, named ones, or all. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "command.h"
#include "common.h"
#include "lock_client.h"

static int tell_failure(const char *what, int error, const char *said)
{
	(void)command_error("%s was not asked to lock: %s", what, *said != '\0' ? said : strerror(-error));
	return error == -EACCES || error == -ENOENT ? COMMAND_VIOLATED : COMMAND_FAILED;
}

static int lock_one(struct sd_bus *bus, const char *session)
{
	char said[LOCK_CLIENT_SAID_BYTES] = "";
	int error = lock_client_lock(bus, session, said);

	return error == 0 ? COMMAND_FINE : tell_failure(*session != '\0' ? session : "your session", error, said);
}

static int lock_every(struct sd_bus *bus)
{
	char said[LOCK_CLIENT_SAID_BYTES] = "";
	int error = lock_client_lock_all(bus, said);

	return error == 0 ? COMMAND_FINE : tell_failure("the sessions of all", error, said);
}

int command_lock(int argc, char **argv)
{
	static const struct option options[] = {{"all", no_argument, NULL, 'a'}, {0}};
	struct sd_bus *bus LOCK_CLIENT_CLOSED = NULL;
	int option, error, result = COMMAND_FINE;
	bool all = false;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'a')
			return command_usage("lock", "unknown option");
		all = true;
	}
	if (all && optind < argc)
		return command_usage("lock", "either --all or sessions");
	error = lock_client_open(&bus);
	if (error < 0)
		return command_error("idlelockd cannot be asked: %s", error == -ESRCH ? "it does not run (systemctl status idlelockd)" : strerror(-error));
	if (all)
		return lock_every(bus);
	if (optind == argc)
		return lock_one(bus, "");
	for (int i = optind; i < argc; i++) {
		int r = lock_one(bus, argv[i]);

		result = r > result ? r : result;
	}
	return result;
}
