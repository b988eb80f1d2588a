/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks a person for one factor and checks it. Shell (conversation, state, helpers). Clause RA-1.
 *
 * MUST: only FACTOR_SHOWN lets anybody on; whatever fails, hangs, breaks its protocol, is missing or recurses is FACTOR_UNAVAILABLE.
 * MUST: a code is taken (its step stored, durably) before FACTOR_SHOWN is returned, under the state's lock: one code lets one login in. */
#ifndef MUTEX_FACTOR_GATHER_H
#define MUTEX_FACTOR_GATHER_H

#include <security/pam_modules.h>

#include "demand.h"
#include "login_gather.h"
#include "message.h"

enum factor_result {
	FACTOR_UNAVAILABLE, /* could not be asked or checked: denied, not counted */
	FACTOR_REFUSED,     /* a wrong code: denied, counted by the caller's change */
	FACTOR_NOT_SHOWN,   /* nothing that could be a code was given (the password again, an empty line): denied, not counted, not logged */
	FACTOR_USED_UP,     /* right, but used before: denied, not counted */
	FACTOR_AGAIN,       /* the application's conversation wants to be called again: the caller returns PAM_INCOMPLETE, nothing was counted */
	FACTOR_SHOWN,
	FACTOR_RESULT_MAX
};

struct factor_question {
	pam_handle_t *pamh;
	const struct paths *paths;
	const struct policy *policy;  /* for what [factor NAME] says of a hook */
	struct login_gathered *login; /* state is read again under the lock; login->state is then what was written */
	/* Called under the lock when a code is right, with the factor it shows: what belongs into the same change. NULL = nothing. */
	void (*also)(struct login_state *state, int shown, void *context);
	void *context;
	uint32_t may;                 /* factors that may be shown now: one prompt takes a totp or a recovery code alike */
	enum language language;
	const char *password;         /* the password in hand (to recognise its repetition), or NULL */
	bool silent;
};

/* Asks once. *ret_shown: the factor's index when SHOWN. Counts failures and takes codes in one store change. detail (at least 128 bytes): one
 * English sentence for the record when something is wrong. */
enum factor_result factor_ask(const struct factor_question *question, int *ret_shown, char *ret_detail, size_t size);

/* A code that came in one line behind the password ([mfa] one_line): checks without asking. */
enum factor_result factor_check_code(const struct factor_question *question, const char *code, size_t len, int *ret_shown, char *ret_detail,
				     size_t size);

/* A hook, pam:SERVICE or exec:/PATH (factor_hook_gather.c). It runs in a process of its own, mutex-factor, which speaks verify_protocol.h with us;
 * nothing is counted here. */
enum factor_result factor_hook_ask(const struct factor_question *question, const struct factor *factor, char *ret_detail, size_t size);

#endif
