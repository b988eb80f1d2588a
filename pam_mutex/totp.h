/* SPDX-License-Identifier: BSD-2-Clause */
/* Time-based one-time codes: RFC 6238 by liboath. Pure. */
#ifndef MUTEX_TOTP_H
#define MUTEX_TOTP_H

#include "login_state.h"
#include "secret.h"

struct text;

#define TOTP_STEP_S 30
#define TOTP_WINDOW 1 /* steps before and after; no drift is ever learned */

enum totp_result { TOTP_WRONG, TOTP_NO_CODE, TOTP_USED, TOTP_RIGHT, TOTP_RESULT_MAX };

/* NO_CODE: not exactly the right number of ASCII digits (a password, say): nothing to count. USED: right, but its step or a later one was taken
 * before: refused and not counted. RIGHT: *ret_step is to be stored as last_step before anybody is let in. All steps of the window are compared in
 * constant time, without an early end. now_s before the epoch is WRONG. */
enum totp_result totp_check(const struct login_totp *totp, const char *code, size_t len, int64_t now_s, int64_t *ret_step);

/* The code of one step, with its NUL. 0 or -EINVAL. */
int totp_code(const struct login_totp *totp, int64_t step, char ret_code[9]);

/* otpauth://totp/ISSUER:USER?secret=BASE32&issuer=...&algorithm=SHA1&digits=6&period=30, percent-encoded. 0, -EOVERFLOW or -EINVAL. Secret: wipe it. */
int totp_uri(const struct login_totp *totp, const char *issuer, const char *user, struct text *t);
/* The secret for typing: base32 in groups of four. */
void totp_secret_text(const struct login_totp *totp, struct text *t);

#endif
