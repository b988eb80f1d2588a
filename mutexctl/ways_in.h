/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks for ways in that do not stand in PAM files: sshd's settings, automatic login, empty passwords, factors that ask themselves. Shell. */
#ifndef MUTEXCTL_WAYS_IN_H
#define MUTEXCTL_WAYS_IN_H

#include "finding.h"
#include "paths.h"
#include "policy_load.h"

/* What was found by kind; a program that is not installed is no finding. 0 or -ENOMEM. */
int ways_in_find(const struct paths *paths, const struct policy *policy, struct finding_list *ret_findings);

#endif
