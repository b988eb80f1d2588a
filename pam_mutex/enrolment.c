/* SPDX-License-Identifier: BSD-2-Clause */
/* What mutexctl (root) and mutex-verify (for people themselves) share. */
#include "enrolment.h"

#include <string.h>

/* As long as the hash: RFC 4226, section 4, R6. */
static uint8_t secret_len(uint8_t algorithm)
{
	return algorithm == FACTOR_SHA512 ? 64 : algorithm == FACTOR_SHA256 ? 32 : 20;
}

void enrolment_totp(const struct settings *settings, int digits, int algorithm, struct login_totp *ret_totp)
{
	*ret_totp = (struct login_totp){.enrolled = true};
	ret_totp->digits = (digits >= 0 ? digits : settings->factor_digits) == FACTOR_DIGITS_8 ? 8 : 6;
	ret_totp->algorithm = (uint8_t)(algorithm >= 0 ? algorithm : settings->factor_algorithm);
	ret_totp->secret_len = secret_len(ret_totp->algorithm);
}

void enrolment_store(struct login_state *state, const struct login_totp *totp, const struct login_recovery *recovery)
{
	state->totp = *totp;
	state->recovery = *recovery;
	memset(state->remembered, 0, sizeof state->remembered);
}

bool enrolment_has_any(const struct login_state *state)
{
	return state->totp.enrolled || state->recovery.count > 0 || state->hooked_since_s != 0;
}
