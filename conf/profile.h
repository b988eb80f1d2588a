/* SPDX-License-Identifier: BSD-2-Clause */
/* Profiles: sets of demands that others wrote, each with its source; the defaults that `[policy] profile` starts from, and what
 * `mutexctl check --against` compares with. Pure. */
#ifndef MUTEX_PROFILE_H
#define MUTEX_PROFILE_H

#include "policy.h"
#include "value.h"

/* FORBIDDEN: the keyword must be off; where a policy demands it, the two contradict each other. SHOULD: a recommendation, no demand. */
enum profile_relation { PROFILE_AT_LEAST, PROFILE_AT_MOST, PROFILE_IS, PROFILE_FORBIDDEN, PROFILE_SHOULD, PROFILE_RELATION_MAX };

struct profile_row {
	int profile;
	enum keyword keyword;
	enum profile_relation relation;
	int64_t number; /* number, seconds, choice, or 1 for yes */
	const char *citation;
	bool only_demands; /* no value to start from: the company's own clause asks for more than that */
};

/* What the profile demands or recommends of the keyword. False when it is silent. company demands its compiled defaults, by which side is stricter. */
bool profile_demand(int profile, enum keyword keyword, struct profile_row *ret_row);

/* The profile with that name, or -1. */
int profile_find(const char *name, size_t len);
const char *profile_name(int profile);

/* The value that the keyword has under the profile when no line sets it. True when a row of the profile set it, false for the default. */
bool profile_value(int profile, enum keyword keyword, union value *ret_value);

/* WEAKER: asks for less than the profile. CONTRADICTION: the policy or its own profile demands what the other forbids.
 * CONFLICT: the profile demands what another profile forbids; for information, since no policy can hold both.
 * NOTE: the profile only recommends otherwise; for information. */
enum profile_finding_kind { PROFILE_WEAKER, PROFILE_CONTRADICTION, PROFILE_CONFLICT, PROFILE_NOTE, PROFILE_FINDING_KIND_MAX };

struct profile_finding {
	enum profile_finding_kind kind;
	enum keyword keyword;
	struct profile_row demand; /* of the profile that is compared with */
	bool by_profile;           /* other stands on the other side of a contradiction or conflict; else a line of the policy does */
	struct profile_row other;
};

/* Per keyword: weaker, and once against every profile. */
#define PROFILE_FINDINGS_MAX ((1 + PROFILE_MAX) * KEYWORD_MAX)

/* Compares what holds (settings, resolved under policy_profile) with a profile. Returns the number of findings. */
size_t profile_compare(const struct settings *settings, int policy_profile, int profile,
		       struct profile_finding ret_findings[static PROFILE_FINDINGS_MAX]);

/* The same for one keyword; nothing for one without effect (keyword_idle()); at most 1 + PROFILE_MAX findings. */
size_t profile_compare_keyword(const struct settings *settings, int policy_profile, int profile, enum keyword keyword,
			       struct profile_finding ret_findings[static 1 + PROFILE_MAX]);

const char *profile_finding_kind_name(enum profile_finding_kind kind);
/* "at least 14", "at most 3", "yes", "no such rule". */
void profile_add_demand(const struct profile_row *row, struct text *t);
/* The whole finding in one English sentence without a full stop, with numbers, place and citations. */
void profile_add_finding(const struct profile_finding *finding, const struct settings *settings, struct text *t);

#endif
