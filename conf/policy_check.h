/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules between the lines of a policy, and those that time brings. Pure. */
#ifndef MUTEX_POLICY_CHECK_H
#define MUTEX_POLICY_CHECK_H

#include "policy.h"

/* What holds only between lines: part of policy_parse(). Adds errors and warnings to diags. */
void policy_check(const struct policy *policy, struct diag_list *diags);

/* The part of it about logins, in policy_check_login.c. general: what holds for nobody in particular. */
void policy_check_login(const struct policy *policy, const struct settings *general, struct diag_list *diags);

/* The part of it about the screen lock, in policy_check_lock.c. */
void policy_check_lock(const struct policy *policy, const struct settings *general, struct diag_list *diags);

/* The part of it about controls, in policy_check_control.c. */
void policy_check_control(const struct policy *policy, struct diag_list *diags);

/* Findings that make no policy wrong but somebody act: an observe_until that has passed (error), a profile that the policy contradicts
 * (warning). For `mutexctl check`. */
void policy_check_now(const struct policy *policy, int64_t now_s, struct diag_list *diags);

#endif
