/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl explain login: who would get in, and which line of the policy decides. Shell. By the module's own gathering and deciding. */
#ifndef MUTEXCTL_EXPLAIN_LOGIN_H
#define MUTEXCTL_EXPLAIN_LOGIN_H

#include "login_gather.h"
#include "login_story.h"
#include "policy_load.h"

struct explain_login {
	struct policy_loaded loaded;
	struct login_gathered gathered;
	struct login_story story;
	char tty[64];       /* said, or supposed */
	const char *supposed; /* what was not said and had to be supposed, or NULL */
};

/* argv[1] is "login". */
int explain_login(int argc, char **argv);

/* Both return COMMAND_FINE when the person gets in, COMMAND_VIOLATED when not. */
int explain_login_print(const struct explain_login *e);
int explain_login_json(const struct explain_login *e);

/* What this caller cannot see, one sentence each, NULL behind the last. */
const char *explain_login_unseen(const struct explain_login *e, size_t index);

#endif
