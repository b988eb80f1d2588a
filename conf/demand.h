/* SPDX-License-Identifier: BSD-2-Clause */
/* Factors and demands: `require = password+totp, password+recovery` as sets of bits. Pure. Clauses RA-1, LK-1.
 *
 * A factor is a row of the factor table that the policy makes: the built-in ones first, then each [factor NAME]. A demand is any-of
 * alternatives, each an all-of set. The zero demand has no alternative and nothing fulfils it. */
#ifndef MUTEX_DEMAND_H
#define MUTEX_DEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

struct text;

/* PUBLICKEY and HARDWARE_KEY are shown to sshd, never asked for by us. */
enum factor_kind { FACTOR_PASSWORD, FACTOR_TOTP, FACTOR_RECOVERY, FACTOR_PUBLICKEY, FACTOR_HARDWARE_KEY, FACTOR_PAM, FACTOR_EXEC, FACTOR_KIND_MAX };

#define FACTORS_MAX 16
#define FACTOR_NAME_MAX 32 /* with the NUL; letters, digits and - _ inside: fits struct stamp */

/* A set of factors is a uint32_t: bit i = factors[i] of the table. */
#define FACTOR_BIT(index) (UINT32_C(1) << (index))

struct factor {
	char name[FACTOR_NAME_MAX];
	enum factor_kind kind;
	const char *target; /* PAM: the service; EXEC: the absolute path; else NULL. Borrowed from the policy */
};

struct factor_table {
	size_t count;
	struct factor factors[FACTORS_MAX]; /* built-in ones at the index of their kind: password 0, totp 1, recovery 2, publickey 3, hardware-key 4 */
};

/* The kind of a built-in factor ("totp"), or FACTOR_KIND_MAX. */
enum factor_kind factor_built_in(const char *name);

/* Reads `use` of [factor NAME]: "totp", "recovery", "pam:SERVICE", "exec:/PATH"; FACTOR_KIND_MAX for anything else. *ret_target lies inside use,
 * unchecked; NULL where there is none. */
enum factor_kind factor_use_parse(const char *use, const char **ret_target);

/* The table of a policy. A checked policy always fits; in an unchecked one a factor without a valid use has FACTOR_KIND_MAX. [factor totp] sets
 * up the built-in factor and is no row of its own. */
void factor_table_init(const struct policy *policy, struct factor_table *ret_table);
/* Index, or -ENOENT. */
int factor_find(const struct factor_table *table, const char *name, size_t len);
void factor_set_add(const struct factor_table *table, uint32_t set, struct text *t); /* "password+totp" */

#define DEMAND_ALTERNATIVES_MAX 8
struct demand {
	size_t count;
	uint32_t alternatives[DEMAND_ALTERNATIVES_MAX];
};

/* 0; or -EINVAL with one English sentence (no full stop) with the remedy in problem (may be NULL). policy_check() uses it for every
 * `require`, so that at a login it cannot fail. An alternative that holds another one whole is refused (the longer one is never needed),
 * and so is an unknown name, an empty part, a name twice, two names for one thing in an alternative. */
int demand_parse(const struct factor_table *table, const char *s, size_t len, struct demand *ret_demand, struct text *problem);

bool demand_met(const struct demand *demand, uint32_t proven);

/* What may be asked for next: factors of the alternatives that remain possible with `available` (those the person has, besides what is
 * proven), without what is proven already. Among several alternatives those that need fewest more factors. Empty = met or impossible. */
uint32_t demand_next(const struct demand *demand, uint32_t proven, uint32_t available);
bool demand_possible(const struct demand *demand, uint32_t proven, uint32_t available);
void demand_add(const struct factor_table *table, const struct demand *demand, struct text *t); /* canonical text */

#endif
