/* SPDX-License-Identifier: BSD-2-Clause */
/* One try to log in on one PAM handle: opened by begin, closed by failed or finish. Shell (libpam, state). Clause PW-3.
 *
 * Kept in the handle's data, which survives a retry; so begin starts it anew, and what it holds means only what begin or finish put there since.
 * MUST: a try that begin finds open was never ended by failed or finish: it failed. MUST: the process that dies with an open try has failed (the
 * state's reservation, lockout.h). */
#ifndef MUTEX_ATTEMPT_H
#define MUTEX_ATTEMPT_H

#include <stdbool.h>

#include "secret.h"
#include "situation_gather.h"

struct attempt {
	bool begun;                  /* begin came here since the last result */
	bool open;                   /* counted: its end is not known yet */
	bool known;                  /* the system knows the person: else name and source count */
	uid_t uid;
	struct login_process process; /* as the state knows it */
	struct login_whose whose;
	struct login_source source;
	struct lockout_rules rules;
	bool password_skipped;       /* begin jumped over the modules that ask for a password */
	bool verified;               /* the verifier has proven everything */
	bool finished;               /* finish said proven, for uid */
	uint32_t proven;             /* then: the factors */
	bool alone;                  /* finish came without begin: whether the modules before it said yes is not known before the account line */
	uint32_t shown;              /* then: what finish itself asked for */
	struct secret code;          /* the code that was written behind the password in one line */
};

/* The handle's attempt, made when there is none; NULL when memory is short. Belongs to the handle. */
struct attempt *attempt_of(pam_handle_t *pamh);

/* What was proven on this handle before proves nothing any more: for each auth line, before anything can fail. */
void attempt_unprove(pam_handle_t *pamh);

/* Begins anew for this person; one that is open counts as failed first. */
void attempt_restart(struct attempt *a, struct situation *s);

/* BEGIN of login_decide(), with the try reserved under the state's lock when it is let on: so that no parallel one can pass in between. Waits at
 * most 2 s for its turn. Changes s->login.facts to what was found under the lock. */
void attempt_reserve(struct attempt *a, struct situation *s, struct login_decision *ret_decision);

/* The try failed. password: what was guessed (the same one again counts once), NULL = nothing was. Nothing when it is not open. Changes
 * s->login.facts to what follows. */
void attempt_fail(struct attempt *a, struct situation *s, const char *password);

/* The try ended without a wrong guess. Nothing when it is not open. */
void attempt_release(struct attempt *a, struct situation *s);

#endif
