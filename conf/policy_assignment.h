/* SPDX-License-Identifier: BSD-2-Clause */
/* One line "keyword = value" of a policy, as the files of the language share it among themselves. Pure. */
#ifndef MUTEX_POLICY_ASSIGNMENT_H
#define MUTEX_POLICY_ASSIGNMENT_H

#include "policy.h"
#include "value.h"

/* So that looking for pairs stays quick, whatever somebody writes. */
#define POLICY_ASSIGNMENTS_MAX 4096
#define POLICY_NAMED_MAX 256

/* One section [service NAME] or [factor NAME], however many files add to it. */
struct policy_named {
	enum section section;
	const char *name;
	unsigned scope_id; /* of its lines */
	const char *file;  /* where it stands last */
	unsigned file_id, line, column;
};

struct policy_assignment {
	enum keyword keyword;
	union value value;
	enum origin_level level;
	const char *who;   /* of [users WHO]; else NULL */
	const char *name;  /* of [service NAME], [factor NAME]; else NULL */
	unsigned scope_id; /* 0 = general; the same number for the same WHO, or for the same named section */
	unsigned file_id; /* index of the source */
	const char *file;
	unsigned line, column; /* column of the value */
	bool wrong;            /* the value was reported; the default stands here so that the other checks can go on */
};

/* Fills policy->general from the profile and the general lines. */
void policy_resolve_general(struct policy *policy);

/* Fills ret_policy->hash from its dump; scratch memory comes from the unused rest of arena.
 * 0, -ENOMEM, or -EFBIG when the dump could not be kept as one file. */
int policy_hash(struct policy *policy, const struct arena *arena);

/* True when a later line of the same scope sets the same keyword. */
bool policy_assignment_is_dead(const struct policy *policy, size_t index);

/* The line of that scope (0 = general) that counts, or NULL. */
const struct policy_assignment *policy_assignment_of(const struct policy *policy, unsigned scope_id, enum keyword keyword);

#endif
