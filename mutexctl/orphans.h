/* SPDX-License-Identifier: BSD-2-Clause */
/* What was remembered of an account that is gone: login state, password history and suspension of a uid. Shell. Clauses PW-1, PW-3, AU-4. */
#ifndef MUTEXCTL_ORPHANS_H
#define MUTEXCTL_ORPHANS_H

#include <stdint.h>

#include "uid_list.h"

/* The uids that something is remembered of and the system surely does not know; a directory that does not answer makes nobody one of them.
 * 0 or negative errno. Free the list always. */
int orphans_find(struct uid_list *ret_uids);

/* Moves all that is remembered of the uid aside, as NAME.former-TIME in its folder. 1, 0 when there was nothing, or negative errno. */
int orphans_set_aside(const struct paths *paths, uid_t uid, int64_t now_s);

#endif
