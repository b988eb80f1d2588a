/* SPDX-License-Identifier: BSD-2-Clause */
/* The three auth lines: begin, failed, finish. Shell (libpam, state). design-login.md, "The PAM lines".
 *
 * MUST: finish is the only place that says proven; begin returns PAM_SUCCESS only for a caller that is not root and whose verifier finished
 *       everything, and for after_publickey = code. MUST: nothing is guessed from pam_data that an earlier try on the same handle left. */
#ifndef MUTEX_AUTHENTICATE_H
#define MUTEX_AUTHENTICATE_H

#include <stdbool.h>

#include "situation_gather.h"

int authenticate_begin(pam_handle_t *pamh, int flags, int argc, const char **argv);
int authenticate_failed(pam_handle_t *pamh, int flags, int argc, const char **argv);
int authenticate_finish(pam_handle_t *pamh, int flags, int argc, const char **argv);

/* What finish proved in this handle; for the account line. Cleared by begin. */
struct login_proof {
	bool finished;
	uint32_t proven; /* factors */
};
bool authenticate_proof(pam_handle_t *pamh, struct login_proof *ret_proof);

#endif
