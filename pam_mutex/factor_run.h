/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex-factor: runs one hook, a pam: stack or an exec: helper, in a process of its own. Shell, of mutex-factor only, but for the names and
 * numbers that both ends share.
 *
 * Started by pam_mutex as root with arguments as below, an empty environment and a socket on FACTOR_RUN_FD, on which it is the verifier of
 * verify_protocol.h. It leads its session; its last act is to kill its own process group. Results: PAM_SUCCESS = shown, PAM_AUTH_ERR = refused,
 * all others = could not be asked, for the reason that factor_run_reason() names. */
#ifndef MUTEX_FACTOR_RUN_H
#define MUTEX_FACTOR_RUN_H

#include <security/pam_appl.h>

#include "paths.h"
#include "verify_relay.h"

#define FACTOR_RUN_FD 3
/* In the PAM environment of the stack behind a pam: factor: there no hook is asked again. */
#define FACTOR_RUN_MARK "MUTEX_FACTOR"
#define FACTOR_RUN_KIND_PAM "pam"
#define FACTOR_RUN_KIND_EXEC "exec"

enum factor_run_argument {
	FACTOR_RUN_NAME,
	FACTOR_RUN_ROOT,   /* "" or the folder that stands in for "/" */
	FACTOR_RUN_KIND,
	FACTOR_RUN_TARGET, /* the service or the path */
	FACTOR_RUN_AS,     /* whose rights an exec: helper gets */
	FACTOR_RUN_USER,   /* who is asked */
	FACTOR_RUN_RHOST,
	FACTOR_RUN_RUSER,
	FACTOR_RUN_ARGUMENTS
};

/* "is missing" and the like, for a RESULT other than PAM_SUCCESS and PAM_AUTH_ERR. */
const char *factor_run_reason(int code);

struct factor_run {
	struct paths paths;
	const char *target, *as, *user, *rhost, *ruser;
	struct verify_start start;
	struct verify_relay relay;
};

/* The RESULT's code. */
int factor_run_pam(struct factor_run *run);
int factor_run_exec(struct factor_run *run);

#endif
