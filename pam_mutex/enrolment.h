/* SPDX-License-Identifier: BSD-2-Clause */
/* A new authenticator app: what is made for it and how it comes into the login state. Pure. Clause RA-1. */
#ifndef MUTEX_ENROLMENT_H
#define MUTEX_ENROLMENT_H

#include "login_state.h"
#include "policy.h"

/* Digits, algorithm and length of the secret, as the policy says (-1) or as given; the secret itself is the caller's to fill. */
void enrolment_totp(const struct settings *settings, int digits, int algorithm, struct login_totp *ret_totp);

/* Puts them into the state; remembered places go, they stand for what was shown. */
void enrolment_store(struct login_state *state, const struct login_totp *totp, const struct login_recovery *recovery);

/* Has any second factor. */
bool enrolment_has_any(const struct login_state *state);

#endif
