/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks sshd itself what it would do, for everybody and for each Match block. Shell. */
#ifndef MUTEXCTL_SSHD_SURVEY_H
#define MUTEXCTL_SSHD_SURVEY_H

#include "finding.h"
#include "paths.h"
#include "policy.h"

#define SSHD_PROGRAM "/usr/sbin/sshd"

/* Nothing where sshd is not installed. 0 or -ENOMEM. */
int sshd_survey(const struct paths *paths, const struct policy *policy, struct finding_list *findings);

#endif
