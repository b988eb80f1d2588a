/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole set of our lines, or half of it. Pure.
 *
 * The lines belong together: begin without finish would count right passwords as failures, finish without begin counts none. */
#ifndef GUARD_PAM_SET_H
#define GUARD_PAM_SET_H

#include "pam_gate.h"

/* Zero is the worst: lines without which others do harm. */
enum pam_set_state { PAM_SET_HALF, PAM_SET_NONE, PAM_SET_WHOLE, PAM_SET_STATE_MAX };
struct pam_set {
	enum pam_set_state state;
	const char *problem;         /* HALF: one English clause; else "" */
	const struct pam_line *line; /* that stands wrong; NULL = a line is missing */
};
/* Whether begin, failed, finish, the gate and the session line stand as conf/pam-configs puts them. */
struct pam_set pam_set_judge(const struct pam_chain *auth, const struct pam_chain *account, const struct pam_chain *session, const char *root);

#endif
