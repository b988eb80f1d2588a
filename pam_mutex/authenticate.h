/* SPDX-License-Identifier: BSD-2-Clause */
/* The three auth lines: begin, failed, finish. Shell (libpam, state). design-login.md, "The PAM lines". Clauses PW-3, RA-1.
 *
 * MUST: finish is the only place that says proven; begin returns PAM_SUCCESS only for a caller that is not root and whose verifier finished
 *       everything, and for after_publickey = code. MUST: nothing is guessed from pam_data that an earlier try on the same handle left. */
#ifndef MUTEX_AUTHENTICATE_H
#define MUTEX_AUTHENTICATE_H

#include <stdbool.h>

#include "situation_gather.h"

/* Before any password: PAM_IGNORE (go on), PAM_SUCCESS (as above), else a denial that the person was told. */
int authenticate_begin(struct situation *s);

/* Behind the modules that ask for a password, when none said yes. Always PAM_AUTH_ERR. */
int authenticate_failed(struct situation *s);

/* Behind their success. PAM_SUCCESS when all that the policy demands here was shown, else a denial that the person was told. */
int authenticate_finish(struct situation *s);

/* What finish proved in this handle for this person; for the account line. */
struct login_proof {
	bool finished;
	uint32_t proven; /* factors */
};
struct login_proof authenticate_proof(const struct situation *s);

/* At the account line, which lets in: what finish proved without begin before it is settled, stamped and recorded only now. A module before finish
 * may have failed as "required", which nobody can see there; but then no program comes to the account line. Nothing in any other case. */
void authenticate_keep(struct situation *s, const struct login_decision *d);

#endif
