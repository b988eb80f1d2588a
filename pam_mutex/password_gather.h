/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects what password_judge() must know about a person, this computer and the lists that the policy names. Shell (does I/O).
 *
 * Used by the module (as root) and by `mutexctl password` (perhaps not as root: then the shadow entry is unknown).
 * MUST: what the policy names and cannot be read is never left out in silence: facts.lists_unreadable and `problem` say so. */
#ifndef MUTEX_PASSWORD_GATHER_H
#define MUTEX_PASSWORD_GATHER_H

#include "age.h"
#include "password.h"
#include "paths.h"
#include "person_load.h"

struct password_gathered_memory;

struct password_gathered {
	/* All but password, old, old_len and asked_by_root, which the caller fills in. changed_s is 0 when the change is demanded, by shadow(5) or
	 * by max_age, so that min_age cannot lock anyone out. Strings are owned by `memory`. */
	struct password_facts facts;
	struct shadow_facts shadow; /* the person's shadow entry */
	char problem[256];          /* what could not be read, in English with its path; "" when all is there */
	struct password_gathered_memory *memory;
};

/* settings: of that policy, for the person. person NULL = nobody in particular: no words of a person, no shadow entry; else it outlives what is
 * gathered. Lists and filter are paths below paths->root, mapped read-only. 0 (then release it), or -ENOMEM. */
int password_gather(const struct paths *paths, const struct policy *policy, const struct settings *settings, const struct person_loaded *person,
		    struct password_gathered *ret_gathered);

/* Whether the person's password never opens anything alone (login_mfa_everywhere()). Which factors a person has is root's to read; when that
 * cannot be read they count as none, and the longer length holds. */
bool password_gather_mfa(const struct paths *paths, const struct policy *policy, const struct person *person);

/* Wipes the hash and frees all; NULL and zeroed objects are fine. */
void password_gathered_release(struct password_gathered *gathered);
#define PASSWORD_GATHERED_RELEASED __attribute__((cleanup(password_gathered_release)))

#endif
