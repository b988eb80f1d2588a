/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether two policies say the same: their text, and what holds for whom, with its origin. */
#ifndef MUTEX_POLICY_ALIKE_H
#define MUTEX_POLICY_ALIKE_H

#include <stdbool.h>
#include <string.h>

#include "policy.h"
#include "text.h"
#include "value.h"

#define ALIKE_NAMES_MAX 256

static inline bool same_settings(const struct settings *a, const struct settings *b)
{
	for (enum keyword k = 0; k < KEYWORD_MAX; k++) {
		char origins[2][4096];
		struct text t, u;
		union value v, w;

		value_get(keyword_row(k), a, &v);
		value_get(keyword_row(k), b, &w);
		TEXT_INTO(&t, origins[0]);
		TEXT_INTO(&u, origins[1]);
		settings_add_origin(a, k, &t);
		settings_add_origin(b, k, &u);
		if (!value_equal(keyword_row(k), &v, &w) || a->origin[k].level != b->origin[k].level || strcmp(origins[0], origins[1]) != 0)
			return false;
	}
	return true;
}

/* The name of that section with that number; NULL behind the last. */
static inline const char *section_at(const struct policy *policy, enum section section, size_t index)
{
	static const char *names[ALIKE_NAMES_MAX];
	size_t count = policy_section_names(policy, section, names, ALIKE_NAMES_MAX);

	return index < count && index < ALIKE_NAMES_MAX ? names[index] : NULL;
}

static inline bool same_policy(const struct policy *a, const struct policy *b)
{
	static const char *const groups[] = {"staff", "a", "admins"};
	static const struct person people[] = {
		{.name = "alice", .uid = 1000, .groups = groups, .group_count = 3}, {.name = "a", .uid = 1}, {.name = "root", .uid = 0}};
	struct settings x, y;

	if (strcmp(a->hash, b->hash) != 0 || a->profile != b->profile || a->count != b->count || a->named_count != b->named_count ||
	    !same_settings(&a->general, &b->general))
		return false;
	for (size_t i = 0; i < 8; i++) {
		const struct policy_names names = {.service = section_at(a, SECTION_service, i), .factor = section_at(a, SECTION_factor, i),
						   .control = section_at(a, SECTION_control, i)};

		policy_resolve_for(a, i < 3 ? &people[i] : NULL, &names, &x);
		policy_resolve_for(b, i < 3 ? &people[i] : NULL, &names, &y);
		if (!same_settings(&x, &y))
			return false;
	}
	return true;
}

#endif
