/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl mfa: people's second factors. Finds the verb. */
#include "mfa.h"

#include <errno.h>
#include <string.h>

#include "command.h"
#include "login_store.h"

int mfa_store_error(const char *what, const char *user, int error)
{
	bool damaged = error == -EBADMSG; /* the sentence then ends in a command that wants a name */

	return command_error("%s: %s%s%s", what, login_store_strerror(error), damaged ? " " : "", damaged ? user : "");
}

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {{"enrol", mfa_enrol}, {"codes", mfa_codes}, {"status", mfa_status}, {"revoke", mfa_revoke}, {"hook", mfa_hook}, {"repair", mfa_repair}};

int command_mfa(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	return command_usage(argv[0], "say what to do: enrol, codes, status, revoke, hook or repair");
}
