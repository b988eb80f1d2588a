/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in the policy that this computer has nothing for: services without a PAM file, stacks and helpers of factors that are not there. Shell. */
#ifndef MUTEXCTL_CHECK_SERVICES_H
#define MUTEXCTL_CHECK_SERVICES_H

#include "paths.h"
#include "policy.h"

/* Adds warnings, since a policy may be meant for other computers too. Looks at the names below paths->root; a folder that cannot be read has none,
 * and where neither folder of PAM files can be read nothing is said. */
void check_services(const struct paths *paths, const struct policy *policy, struct diag_list *diags);

#endif
