/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person is shown once when a second factor is set up. Shell. Clause RA-1.
 *
 * MUST: secret and codes go to standard output by write(2) and nowhere else; every copy of ours is wiped. */
#ifndef MUTEXCTL_MFA_SHOW_H
#define MUTEXCTL_MFA_SHOW_H

#include <stdbool.h>

#include "message.h"
#include "recovery.h"

/* The QR code of an otpauth:// address, and its secret for typing. 0 or COMMAND_FAILED after a message. */
int mfa_show_secret(const char *user, const char *uri, const char *secret, enum language language);
/* enrolled: an app was, too. */
int mfa_show_codes(char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE], bool enrolled, enum language language);

#endif
