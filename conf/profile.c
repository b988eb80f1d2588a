/* SPDX-License-Identifier: BSD-2-Clause */
/* The profiles as rows, and the comparison of a policy with one of them. */
#include "profile.h"

#include <assert.h>
#include <string.h>

#include "keyword_table.h"
#include "number.h"
#include "text.h"

#define COMPANY "the company's default, a proposal after NIST SP 800-63B-4"
#define OBSERVED "a rule that is only observed refuses nothing"
#define NIST_LENGTH "NIST SP 800-63B-4, 3.1.1.2: at least 15 characters as the only factor"
#define NIST_LENGTH_MFA "NIST SP 800-63B-4, 3.1.1.2: at least 8 characters beside another factor"
#define NIST_COMPOSITION "NIST SP 800-63B-4, 3.1.1.2: shall not impose other composition rules"
#define NIST_AGE "NIST SP 800-63B-4, 3.1.1.2: shall not require periodic changes"
#define NIST_UNICODE "NIST SP 800-63B-4, 3.1.1.2: should accept Unicode characters"
#define NIST_BLOCK_LIST "NIST SP 800-63B-4, 3.1.1.2: shall compare with a block list"
/* hard_limit counts on each of three sides (enum login_side) */
#define NIST_FAILURES "NIST SP 800-63B-4, 3.2.2: at most 100 consecutive failures; 33 on each of three sides make 99"
#define CIS_ROOT_LOCKED "CIS Debian 12, 5.3.3.1.3: root included"
#define PCI_ATTEMPTS "PCI DSS 4.0.1, 8.3.4: at most 10 attempts"
#define PCI_LOCKED "PCI DSS 4.0.1, 8.3.4: at least 30 minutes"
#define PCI_LENGTH "PCI DSS 4.0.1, 8.3.6: at least 12 characters"
#define PCI_CLASSES "PCI DSS 4.0.1, 8.3.6: both letters and digits"
#define PCI_AGE "PCI DSS 4.0.1, 8.3.9: change every 90 days where it is the only factor"

#define CIS_SCREEN "CIS Debian 12, 1.7.4: screens lock after at most 15 minutes without use, within 5 seconds"
#define PCI_SCREEN "PCI DSS 4.0.1, 8.2.8: re-authenticate after 15 minutes without use"

#define ROW(keyword_, relation_, number_, citation_) \
	{ \
		.keyword = KEYWORD_##keyword_, .relation = PROFILE_##relation_, .number = (number_), .citation = (citation_) \
	}

#define LIMIT(keyword_, number_, citation_) \
	{ \
		.keyword = KEYWORD_##keyword_, .relation = PROFILE_AT_MOST, .number = (number_), .citation = (citation_), .only_demands = true \
	}

static const struct profile_row nist_rows[] = {
	ROW(password_mode, IS, MODE_ENFORCE, OBSERVED),
	ROW(password_min_length, AT_LEAST, 15, NIST_LENGTH),
	ROW(password_min_length_with_mfa, AT_LEAST, 8, NIST_LENGTH_MFA),
	ROW(password_non_ascii, SHOULD, 1, NIST_UNICODE),
	ROW(password_min_classes, FORBIDDEN, 0, NIST_COMPOSITION),
	ROW(password_letters_and_digits, FORBIDDEN, 0, NIST_COMPOSITION),
	ROW(password_max_repeat, FORBIDDEN, 0, NIST_COMPOSITION),
	ROW(password_max_sequence, FORBIDDEN, 0, NIST_COMPOSITION),
	ROW(password_common_passwords, IS, 1, NIST_BLOCK_LIST),
	ROW(password_max_age, FORBIDDEN, 0, NIST_AGE),
	ROW(lockout_mode, IS, MODE_ENFORCE, OBSERVED),
	ROW(lockout_hard_limit, AT_MOST, 33, NIST_FAILURES),
};

static const struct profile_row cis_rows[] = {
	ROW(password_mode, IS, MODE_ENFORCE, "CIS Debian 12, 5.3.3.2.7: enforcing"),
	ROW(password_min_length, AT_LEAST, 14, "CIS Debian 12, 5.3.3.2.2: minlen 14"),
	ROW(password_min_length_with_mfa, AT_LEAST, 14, "CIS Debian 12, 5.3.3.2.2: minlen 14, with other factors or without"),
	ROW(password_min_classes, AT_LEAST, 4, "CIS Debian 12, 5.3.3.2.3: minclass 4"),
	ROW(password_max_repeat, AT_MOST, 3, "CIS Debian 12, 5.3.3.2.4: maxrepeat 3"),
	ROW(password_max_sequence, AT_MOST, 3, "CIS Debian 12, 5.3.3.2.5: maxsequence 3"),
	ROW(password_min_difference, AT_LEAST, 2, "CIS Debian 12, 5.3.3.2.1: difok 2"),
	ROW(password_common_passwords, IS, 1, "CIS Debian 12, 5.3.3.2.6: dictcheck"),
	ROW(password_history, AT_LEAST, 24, "CIS Debian 12, 5.3.3.3.1: remember 24"),
	ROW(password_max_age, AT_MOST, 365 * DAY_S, "CIS Debian 12, 5.4.1.1: at most 365 days"),
	ROW(password_min_age, AT_LEAST, DAY_S, "CIS Debian 12, 5.4.1.2: at least 1 day"),
	ROW(password_warn_age, AT_LEAST, 7 * DAY_S, "CIS Debian 12, 5.4.1.3: at least 7 days"),
	ROW(password_enforce_for_root, IS, 1, "CIS Debian 12, 5.3.3.2.8 and 5.3.3.3.2: root included"),
	ROW(lockout_mode, IS, MODE_ENFORCE, "CIS Debian 12, 5.3.2.2: faillock enabled"),
	ROW(lockout_attempts, AT_MOST, 5, "CIS Debian 12, 5.3.3.1.1: deny at most 5"),
	ROW(lockout_duration, AT_LEAST, 900, "CIS Debian 12, 5.3.3.1.2: unlock_time 900"),
	ROW(lockout_root_attempts, AT_MOST, 5, CIS_ROOT_LOCKED),
	ROW(lockout_root_duration, AT_LEAST, 900, CIS_ROOT_LOCKED),
	ROW(lock_mode, IS, MODE_ENFORCE, OBSERVED),
	LIMIT(lock_after, 15 * 60, CIS_SCREEN),
	LIMIT(lock_grace, 5, CIS_SCREEN),
};

static const struct profile_row pci_rows[] = {
	ROW(password_mode, IS, MODE_ENFORCE, OBSERVED),
	ROW(password_min_length, AT_LEAST, 12, PCI_LENGTH),
	ROW(password_min_length_with_mfa, AT_LEAST, 12, PCI_LENGTH),
	ROW(password_letters_and_digits, IS, 1, PCI_CLASSES),
	ROW(password_history, AT_LEAST, 4, "PCI DSS 4.0.1, 8.3.7: not one of the last 4"),
	ROW(password_max_age, AT_MOST, 90 * DAY_S, PCI_AGE),
	ROW(lockout_mode, IS, MODE_ENFORCE, OBSERVED),
	ROW(lockout_attempts, AT_MOST, 10, PCI_ATTEMPTS),
	ROW(lockout_duration, AT_LEAST, 30 * 60, PCI_LOCKED),
	ROW(lockout_root_attempts, AT_MOST, 10, PCI_ATTEMPTS),
	ROW(lockout_root_duration, AT_LEAST, 30 * 60, PCI_LOCKED),
	ROW(lockout_root_max_duration, AT_LEAST, 30 * 60, PCI_LOCKED),
	ROW(lock_mode, IS, MODE_ENFORCE, OBSERVED),
	LIMIT(lock_after, 15 * 60, PCI_SCREEN),
};
#undef ROW
#undef LIMIT

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct profile {
	const struct profile_row *rows;
	size_t count;
} profiles[] = {
	[PROFILE_COMPANY] = {NULL, 0}, /* the compiled defaults */
	[PROFILE_NIST] = {nist_rows, COUNT(nist_rows)},
	[PROFILE_CIS] = {cis_rows, COUNT(cis_rows)},
	[PROFILE_PCI] = {pci_rows, COUNT(pci_rows)},
};
static_assert(COUNT(profiles) == PROFILE_MAX, "profiles");

static const char *const names[] = {
	[PROFILE_COMPANY] = "company",
	[PROFILE_NIST] = "nist-800-63b-4",
	[PROFILE_CIS] = "cis-debian12",
	[PROFILE_PCI] = "pci-dss-4",
};
static_assert(COUNT(names) == PROFILE_MAX, "names");

static const char *const kind_names[] = {
	[PROFILE_WEAKER] = "weaker",
	[PROFILE_CONTRADICTION] = "contradiction",
	[PROFILE_CONFLICT] = "conflict",
	[PROFILE_NOTE] = "note",
};
static_assert(COUNT(kind_names) == PROFILE_FINDING_KIND_MAX, "kind_names");

const char *profile_name(int profile)
{
	return profile >= 0 && profile < PROFILE_MAX ? names[profile] : NULL;
}

int profile_find(const char *name, size_t len)
{
	for (int i = 0; i < PROFILE_MAX; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return i;
	return -1;
}

const char *profile_finding_kind_name(enum profile_finding_kind kind)
{
	return (unsigned)kind < PROFILE_FINDING_KIND_MAX ? kind_names[kind] : NULL;
}

static bool written_row(int profile, enum keyword keyword, struct profile_row *ret)
{
	const struct profile *p = &profiles[profile];

	for (size_t i = 0; i < p->count; i++) {
		if (p->rows[i].keyword != keyword)
			continue;
		*ret = p->rows[i];
		ret->profile = profile;
		return true;
	}
	return false;
}

static int64_t as_number(const struct keyword_row *row, const union value *value)
{
	switch (row->kind) {
	case KIND_YESNO:
		return value->yesno;
	case KIND_CHOICE:
		return value->choice;
	case KIND_NUMBER:
	case KIND_DURATION:
	case KIND_DATE:
		return value->number;
	case KIND_TEXT:
	case KIND_WORDS:
	case KIND_PATHS:
	case KIND_MAX:
		break;
	}
	return 0;
}

/* A default asks for something where one side is stricter and the default is not at the weakest end already. */
static bool company_row(enum keyword keyword, struct profile_row *ret)
{
	const struct keyword_row *row = keyword_row(keyword);
	union value value;
	int64_t number;

	value_default(row, &value);
	number = as_number(row, &value);
	*ret = (struct profile_row){.profile = PROFILE_COMPANY, .keyword = keyword, .number = number, .citation = COMPANY};
	switch (row->stricter) {
	case STRICTER_MORE:
		ret->relation = PROFILE_AT_LEAST;
		return number > row->min;
	case STRICTER_LESS:
		ret->relation = PROFILE_AT_MOST;
		return number > 0;
	case STRICTER_LEAST:
		ret->relation = PROFILE_AT_MOST;
		return number < row->max;
	case STRICTER_YES:
	case STRICTER_NO:
		ret->relation = PROFILE_IS;
		return number == (row->stricter == STRICTER_YES);
	case STRICTER_NONE:
	case STRICTER_MAX:
		break;
	}
	/* Where the default only observes, nothing is demanded. */
	ret->relation = PROFILE_IS;
	return strcmp(row->name, "mode") == 0 && number == MODE_ENFORCE;
}

bool profile_demand(int profile, enum keyword keyword, struct profile_row *ret_row)
{
	if (profile < 0 || profile >= PROFILE_MAX)
		return false;
	return profile == PROFILE_COMPANY ? company_row(keyword, ret_row) : written_row(profile, keyword, ret_row);
}

bool profile_value(int profile, enum keyword keyword, union value *ret_value)
{
	const struct keyword_row *row = keyword_row(keyword);
	struct profile_row demand;

	value_default(row, ret_value);
	if (!written_row(profile, keyword, &demand) || demand.relation == PROFILE_SHOULD || demand.only_demands)
		return false;
	if (row->kind == KIND_YESNO)
		ret_value->yesno = demand.number != 0;
	else if (row->kind == KIND_CHOICE)
		ret_value->choice = (int)demand.number;
	else
		ret_value->number = demand.number;
	return true;
}

static bool fulfils(const struct profile_row *demand, int64_t number)
{
	switch (demand->relation) {
	case PROFILE_AT_LEAST:
		return number >= demand->number;
	case PROFILE_AT_MOST:
		return number <= demand->number && (number > 0 || keyword_row(demand->keyword)->stricter == STRICTER_LEAST);
	case PROFILE_IS:
	case PROFILE_SHOULD:
		return number == demand->number;
	case PROFILE_FORBIDDEN:
		return number == 0;
	case PROFILE_RELATION_MAX:
		break;
	}
	return false;
}

/* Other profiles that forbid what this one demands. */
static size_t add_conflicts(const struct profile_row *demand, int policy_profile, struct profile_finding *ret)
{
	size_t count = 0;

	for (int i = 0; i < PROFILE_MAX; i++) {
		struct profile_row other;

		if (i == demand->profile || !profile_demand(i, demand->keyword, &other) || other.relation != PROFILE_FORBIDDEN)
			continue;
		ret[count++] = (struct profile_finding){
			.kind = i == policy_profile ? PROFILE_CONTRADICTION : PROFILE_CONFLICT,
			.keyword = demand->keyword,
			.demand = *demand,
			.by_profile = true,
			.other = other,
		};
	}
	return count;
}

static size_t compare_one(const struct settings *settings, int policy_profile, const struct profile_row *demand,
			  struct profile_finding *ret)
{
	const struct keyword_row *row = keyword_row(demand->keyword);
	struct profile_finding finding = {.keyword = demand->keyword, .demand = *demand};
	union value value;
	bool fulfilled;

	value_get(row, settings, &value);
	fulfilled = fulfils(demand, as_number(row, &value));
	if (demand->relation == PROFILE_FORBIDDEN) {
		finding.kind = PROFILE_CONTRADICTION;
		if (settings->origin[demand->keyword].level == ORIGIN_PROFILE)
			finding.by_profile = profile_demand(policy_profile, demand->keyword, &finding.other);
		ret[0] = finding;
		return fulfilled ? 0 : 1;
	}
	finding.kind = demand->relation == PROFILE_SHOULD ? PROFILE_NOTE : PROFILE_WEAKER;
	ret[0] = finding;
	return (fulfilled ? 0 : 1) + add_conflicts(demand, policy_profile, ret + (fulfilled ? 0 : 1));
}

size_t profile_compare_keyword(const struct settings *settings, int policy_profile, int profile, enum keyword keyword,
			       struct profile_finding ret_findings[static 1 + PROFILE_MAX])
{
	struct profile_row demand;

	if (keyword_idle(keyword) != NULL)
		return 0;
	return profile_demand(profile, keyword, &demand) ? compare_one(settings, policy_profile, &demand, ret_findings) : 0;
}

size_t profile_compare(const struct settings *settings, int policy_profile, int profile,
		       struct profile_finding ret_findings[static PROFILE_FINDINGS_MAX])
{
	size_t count = 0;

	for (enum keyword i = 0; i < KEYWORD_MAX; i++)
		count += profile_compare_keyword(settings, policy_profile, profile, i, ret_findings + count);
	return count;
}

void profile_add_demand(const struct profile_row *demand, struct text *t)
{
	static const char *const words[] = {
		[PROFILE_AT_LEAST] = "at least ",
		[PROFILE_AT_MOST] = "at most ",
		[PROFILE_IS] = "",
		[PROFILE_FORBIDDEN] = "no such rule",
		[PROFILE_SHOULD] = "",
	};
	static_assert(COUNT(words) == PROFILE_RELATION_MAX, "words");
	const struct keyword_row *row = keyword_row(demand->keyword);
	union value value = {0};

	if (row->kind == KIND_YESNO)
		value.yesno = demand->number != 0;
	else if (row->kind == KIND_CHOICE)
		value.choice = (int)demand->number;
	else
		value.number = demand->number;
	text_add(t, words[demand->relation]);
	if (demand->relation == PROFILE_FORBIDDEN)
		return;
	value_add(row, &value, t);
}

static void add_side(const struct profile_row *demand, struct text *t)
{
	text_add(t, profile_name(demand->profile));
	if (demand->relation == PROFILE_FORBIDDEN) {
		text_add(t, " forbids such a rule");
	} else {
		text_add(t, demand->relation == PROFILE_SHOULD ? " recommends " : " demands ");
		profile_add_demand(demand, t);
	}
	text_add(t, " (");
	text_add(t, demand->citation);
	text_add_char(t, ')');
}

static void add_effective(const struct profile_finding *finding, const struct settings *settings, struct text *t)
{
	const struct keyword_row *row = keyword_row(finding->keyword);

	text_add(t, section_name(row->section));
	text_add_char(t, '.');
	text_add(t, row->name);
	text_add(t, " is ");
	settings_add_value(settings, finding->keyword, t);
	text_add(t, " (");
	settings_add_origin(settings, finding->keyword, t);
	text_add(t, ")");
}

void profile_add_finding(const struct profile_finding *finding, const struct settings *settings, struct text *t)
{
	add_effective(finding, settings, t);
	text_add(t, "; ");
	if (finding->by_profile) {
		add_side(&finding->other, t);
		text_add(t, ", but ");
	}
	add_side(&finding->demand, t);
}
