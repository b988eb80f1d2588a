/* SPDX-License-Identifier: BSD-2-Clause */
/* Recovery codes: ten look-up secrets, shown once, kept as hashes, each good once. Pure. NIST SP 800-63B-4 3.1.2, ASVS 6.5.
 *
 * A code is 16 characters of Crockford's base32 in groups of four: 80 bits. Read without regard to case, blanks, dashes; O is 0, I and L are 1.
 * Hash: PBKDF2-HMAC-SHA-256 over the canonical 16 characters, one salt for a set. */
#ifndef MUTEX_RECOVERY_H
#define MUTEX_RECOVERY_H

#include "login_state.h"

#define RECOVERY_ITERATIONS 4096 /* 80 bits need no slow hash; NIST asks for one below 112 */
#define RECOVERY_CODE_SIZE 20 /* "XXXX-XXXX-XXXX-XXXX" and the NUL */
#define RECOVERY_RANDOM_BYTES (16 + LOGIN_CODES_MAX * 10)

/* Makes a set from random bytes. */
void recovery_make(const uint8_t random[RECOVERY_RANDOM_BYTES], int64_t now_s, struct login_recovery *ret_recovery,
		   char ret_codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE]);
/* Index of the unused code that this is, or -ENOENT; -EINVAL for what is no code at all (nothing to count). Compares with all, in constant time. */
int recovery_check(const struct login_recovery *recovery, const char *code, size_t len);
void recovery_use(struct login_recovery *recovery, int index);
unsigned recovery_left(const struct login_recovery *recovery);

#endif
