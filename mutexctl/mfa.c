/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl mfa: people's second factors. Finds the verb. */
#include "mfa.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common.h"
#include "login_store.h"

int mfa_store_error(const char *what, const char *user, int error)
{
	bool damaged = error == -EBADMSG || error == -EOWNERDEAD; /* the sentence then ends in a command that wants a name */

	return command_error("%s: %s%s%s", what, login_store_strerror(error), damaged ? " " : "", damaged ? user : "");
}

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	bool changes;
} verbs[] = {
	{"enrol", mfa_enrol, true},   {"codes", mfa_codes, true}, {"status", mfa_status, false},
	{"revoke", mfa_revoke, true}, {"hook", mfa_hook, true},	  {"repair", mfa_repair, true},
};

/* Below another root folder its own rights decide. */
static bool needs_root(const struct verb *verb)
{
	return verb->changes && geteuid() != 0 && common_root()[0] == '\0';
}

/* Before anything is shown that could not be kept. */
static int refuse(const struct verb *verb)
{
	return command_error("only root can store second factors: run \"sudo mutexctl mfa %s\", or have an administrator do it", verb->name);
}

int command_mfa(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (!needs_root(&verbs[i]))
			return verbs[i].run(argc - 1, argv + 1);
		return verbs[i].run == mfa_enrol ? mfa_enrol_self(argc - 1, argv + 1) : refuse(&verbs[i]);
	}
	return command_usage(argv[0], "say what to do: enrol, codes, status, revoke, hook or repair");
}
