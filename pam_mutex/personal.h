/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a password is built around a word that others know: of the person, the computer, the company. Pure. Clause PW-1.
 *
 * Words of the person: login, base name of the home folder, names of groups; the full name (GECOS), each part of it, and an initial before or
 * behind another part (jdoe, doej). Words of the place: host name and labels of the domain. All of at least 3 code points.
 * Words of the company: as the policy lists them, and the parts of those with blanks.
 * A word counts in any case, with substitutions (0 for o), forwards and backwards. What remains of the password when all such words are
 * taken out must have min_remainder code points (at least 1): so "users" or "sudo" inside a long passphrase is no reason. */
#ifndef MUTEX_PERSONAL_H
#define MUTEX_PERSONAL_H

#include <stdbool.h>

#include "policy.h"

struct password_facts;

#define PERSONAL_WORD_BYTES 64

struct personal_words {
	char person[PERSONAL_WORD_BYTES];  /* the longest word of person or place that was found; "" = no reason */
	char company[PERSONAL_WORD_BYTES]; /* the same for the company */
};

void personal_find(const struct password_facts *facts, const struct settings *settings, struct personal_words *ret_words);

#endif
