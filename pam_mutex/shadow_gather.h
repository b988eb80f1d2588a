/* SPDX-License-Identifier: BSD-2-Clause */
/* One person's entry of shadow(5). Shell (does I/O). */
#ifndef MUTEX_SHADOW_GATHER_H
#define MUTEX_SHADOW_GATHER_H

#include <stdbool.h>

#include "age.h"
#include "paths.h"

/* Asks NSS, or reads paths->shadow when paths->root is not "". Never fails: what it could not do is in `standing`. Holds a hash: wipe it. */
void shadow_gather(const struct paths *paths, const char *user, struct shadow_facts *ret_shadow);

/* Whether pam_unix could put a new shadow file in place of the present one: its folder may be written, and has room. */
bool shadow_replaceable(const struct paths *paths);

void shadow_wipe(struct shadow_facts *shadow);
#define SHADOW_WIPED __attribute__((cleanup(shadow_wipe)))

#endif
