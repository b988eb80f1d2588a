/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the policy that was put in force: as last good one, and by hash, so that a record's hash stays readable for years. Shell. */
#ifndef MUTEX_POLICY_STORE_H
#define MUTEX_POLICY_STORE_H

#include "paths.h"
#include "policy.h"

/* Writes the canonical dump to HASH.conf beside paths->last_good, then to last_good itself; files 0600, folder 0700, each whole or
 * not at all. 0 or negative errno; after a failure the earlier last good policy is still whole. */
int policy_store(const struct paths *paths, const struct policy *policy);

#endif
