/* SPDX-License-Identifier: BSD-2-Clause */
/* What all lines of one login rest on: the policy, and who the name is. Read once and kept in the PAM handle, since libpam calls this module three
 * times or more for one login, and asking the user database alone costs dozens of system calls. Shell (libpam, files, NSS).
 *
 * MUST: a new login (begin, a new name) reads anew; nothing older than a minute is used. Nothing here is secret, and what is counted is only changed
 * under the state's own lock. */
#ifndef MUTEX_BASIS_H
#define MUTEX_BASIS_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "login_gather.h"
#include "message.h"
#include "paths.h"
#include "person_load.h"
#include "policy_load.h"

#define BASIS_AGE_MAX_NS (60 * INT64_C(1000000000))

struct basis {
	struct person_loaded person; /* name NULL when person_error is not 0 */
	int person_error;            /* 0; -ENOENT: nobody of that name; else why nobody can say */
	bool with_groups;
	char *name;                  /* as asked for */
	int64_t since_ns;
	struct login_memo memo;
	bool has_language;
	char language_tty[64];       /* of that terminal */
	enum language language;
	struct paths paths;          /* these are written whole */
	struct policy_loaded policy;
};

/* Those of that root, if the handle's basis has them; else NULL. */
const struct paths *basis_paths(pam_handle_t *pamh, const char *root);

/* anew: whatever the handle holds. groups: the person's are needed, even if no rule is for a group (their names make poor passwords). name "" is nobody's. NULL when memory is short; belongs to the handle, good until the next call. */
struct basis *basis_of(pam_handle_t *pamh, const struct paths *paths, const char *name, bool anew, bool groups);

#endif
