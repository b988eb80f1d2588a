/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules of polkit that let people do without a question what keeps the controls on. Pure. Clauses SC-1, AC-1, polkit(8).
 *
 * A rule is a program, and only polkit can say what it answers. What is told here is what its text shows: a call of addRule() that may answer YES, and that
 * names an action of ours to protect (as a whole, by its beginning, by a pattern), or names none and so means all of them. */
#ifndef GUARD_POLKIT_RULES_H
#define GUARD_POLKIT_RULES_H

#include <stdbool.h>
#include <stddef.h>

#define POLKIT_ACTION_MAX 96
struct polkit_rule {
	unsigned line;                 /* of addRule or addAdminRule */
	char action[POLKIT_ACTION_MAX]; /* the protected action; "" = any */
};

/* The first such rule of a file. */
bool polkit_rules_grant(const char *bytes, size_t len, struct polkit_rule *ret_rule);
/* The file has any rule, so that it is asked at all. */
bool polkit_rules_any(const char *bytes, size_t len);

#endif
