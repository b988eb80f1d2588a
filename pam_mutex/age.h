/* SPDX-License-Identifier: BSD-2-Clause */
/* How old a password is and what follows: due, soon due, or nothing. Pure. Clause PW-1, shadow(5). */
#ifndef MUTEX_AGE_H
#define MUTEX_AGE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy.h"

/* The longest hash that is kept or compared: libxcrypt's CRYPT_OUTPUT_SIZE is 384, with the NUL. */
#define SHADOW_HASH_SIZE 384

enum shadow_standing { SHADOW_UNREADABLE, SHADOW_ABSENT, SHADOW_FOUND, SHADOW_STANDING_MAX };

/* One entry of shadow(5). Days since the epoch; -1 = empty field. */
struct shadow_facts {
	enum shadow_standing standing;
	int64_t changed_day; /* 0 = must be changed at the next login */
	int64_t max_days;
	char hash[SHADOW_HASH_SIZE]; /* as it stands there, "!" of a locked account included; "" when longer than fits */
};

/* The hash behind a lock mark ("!$y$..."), or NULL when there is none ("", "!", "*", "!*", "*LK*"). Points into hash. */
const char *shadow_hash(const char *hash);

/* True when somebody can log in with this password: a hash without a lock mark. */
bool shadow_usable(const char *hash);

/* True when shadow(5) or the policy's max_age demands the change now. */
bool age_change_demanded(const struct shadow_facts *shadow, const struct settings *settings, int64_t now_s);

enum age_standing { AGE_UNKNOWN, AGE_FINE, AGE_SOON, AGE_DUE, AGE_STANDING_MAX };
struct age {
	enum age_standing standing;
	int64_t age_days;
	int64_t days_left; /* AGE_SOON: full or begun days until it is due, at least 1 */
};

/* By the policy's max_age and warn_age only. UNKNOWN: no max_age, no usable password, no date of change, or shadow(5) demands the change already. */
struct age age_judge(const struct shadow_facts *shadow, const struct settings *settings, int64_t now_s);

#endif
