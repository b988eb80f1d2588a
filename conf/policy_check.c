/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules between the lines of a policy: what overrides what, and what makes no sense together. */
#include "policy_check.h"

#include <string.h>

#include "date.h"
#include "keyword_table.h"
#include "policy_assignment.h"
#include "profile.h"
#include "text.h"
#include "who.h"

static void warn_override(const struct policy *policy, size_t index, struct diag_list *diags)
{
	const struct policy_assignment *a = &policy->assignments[index];

	for (size_t i = index; i-- > 0;) {
		const struct policy_assignment *earlier = &policy->assignments[i];

		if (earlier->scope_id != a->scope_id || earlier->keyword != a->keyword)
			continue;
		diag_add(diags, DIAG_WARNING, a->file, a->line, a->column, "this replaces %s.%s of %s:%u, because the later line wins",
			 section_name(keyword_row(a->keyword)->section), keyword_row(a->keyword)->name, earlier->file, earlier->line);
		return;
	}
}

/* Uid ranges are compared here; who is in two groups cannot be known from the policy. */
static bool may_share_people(const struct policy_assignment *a, const struct policy_assignment *b)
{
	const char *problem;
	struct who x, y;

	if (a->level == ORIGIN_GROUP)
		return true;
	if (who_parse(a->who, strlen(a->who), &x, &problem) < 0 || who_parse(b->who, strlen(b->who), &y, &problem) < 0)
		return false;
	return x.first <= y.last && y.first <= x.last;
}

static void warn_same_level(const struct policy *policy, size_t index, struct diag_list *diags)
{
	const struct policy_assignment *a = &policy->assignments[index];

	if (a->level != ORIGIN_GROUP && a->level != ORIGIN_UID_RANGE)
		return;
	for (size_t i = index; i-- > 0;) {
		const struct policy_assignment *b = &policy->assignments[i];

		if (b->keyword != a->keyword || b->level != a->level || b->scope_id == a->scope_id ||
		    value_equal(keyword_row(a->keyword), &a->value, &b->value) || !may_share_people(a, b))
			continue;
		diag_add(diags, DIAG_WARNING, a->file, a->line, a->column,
			 "for whoever is in both %s and %s this line wins over %s:%u, because it is the later one", a->who, b->who, b->file, b->line);
		return;
	}
}

const struct policy_assignment *policy_assignment_of(const struct policy *policy, unsigned scope_id, enum keyword keyword)
{
	for (size_t i = policy->count; i-- > 0;)
		if (policy->assignments[i].scope_id == scope_id && policy->assignments[i].keyword == keyword)
			return &policy->assignments[i];
	return NULL;
}

/* There is such a line, but with a mistake that was told already. */
static bool has_wrong(const struct policy *policy, enum keyword keyword)
{
	for (size_t i = 0; i < policy->count; i++)
		if (policy->assignments[i].keyword == keyword && policy->assignments[i].wrong)
			return true;
	return false;
}

/* Whoever observes must say until when; a [users] section may change the date but not take it away, whichever way sections meet in one
 * person. So an observing section needs a date of its own or a general one. */
static void check_observe(const struct policy *policy, const struct settings *general, const struct policy_assignment *a,
			  struct diag_list *diags)
{
	const struct keyword_row *row = keyword_row(a->keyword);
	enum keyword until;
	union value date;

	if (strcmp(row->name, "observe_until") == 0 && a->who != NULL && a->value.number == 0)
		diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "[users WHO] cannot take observe_until away; write a date");
	if (strcmp(row->name, "mode") != 0 || a->wrong || a->value.choice != MODE_OBSERVE || policy_assignment_of(policy, a->scope_id, a->keyword) != a)
		return;
	until = keyword_find(row->section, "observe_until", strlen("observe_until"));
	if (has_wrong(policy, until))
		return;
	value_get(keyword_row(until), general, &date);
	if (date.number != 0 || (a->scope_id != 0 && policy_assignment_of(policy, a->scope_id, until) != NULL))
		return;
	diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "mode = observe needs an end; add %s%sobserve_until = YYYY-MM-DD",
		 a->who != NULL ? section_name(row->section) : "", a->who != NULL ? "." : "");
}

/* low above high makes no sense; high of 0 is no rule for some. */
static const struct pair {
	enum keyword low, high;
	bool zero_is_off;
	enum diag_level level;
	const char *meaning;
} pairs[] = {
	{KEYWORD_password_min_length_with_mfa, KEYWORD_password_min_length, false, DIAG_WARNING,
	 "a password beside a second factor would have to be longer"},
	{KEYWORD_password_min_age, KEYWORD_password_max_age, true, DIAG_WARNING, "a password would have to be changed before it may be changed"},
	{KEYWORD_password_warn_age, KEYWORD_password_max_age, true, DIAG_WARNING, "people would be reminded from the first day on"},
	{KEYWORD_lockout_duration, KEYWORD_lockout_max_duration, false, DIAG_ERROR, "the first lock-out would be longer than the longest; change one of them"},
	{KEYWORD_lockout_root_duration, KEYWORD_lockout_root_max_duration, false, DIAG_ERROR,
	 "the first lock-out would be longer than the longest; change one of them"},
	{KEYWORD_lockout_attempts, KEYWORD_lockout_hard_limit, true, DIAG_WARNING, "a factor would be disabled before any lock-out"},
};

struct effective {
	int64_t number;
	const struct policy_assignment *line; /* NULL = default or profile */
};

static struct effective effective_of(const struct policy *policy, const struct settings *general, unsigned scope_id, enum keyword keyword)
{
	const struct policy_assignment *line = policy_assignment_of(policy, scope_id, keyword);
	union value value;

	if (line == NULL && scope_id != 0)
		line = policy_assignment_of(policy, 0, keyword);
	value_get(keyword_row(keyword), general, &value);
	return (struct effective){.number = line != NULL ? line->value.number : value.number, .line = line};
}

/* Judged once: at the later one of the two lines where the same WHO wrote both. */
static void judge_pair(const struct policy *policy, const struct settings *general, const struct policy_assignment *a,
		      const struct pair *pair, struct diag_list *diags)
{
	struct effective low, high;
	const struct policy_assignment *other;

	if (a->keyword != pair->low && a->keyword != pair->high)
		return;
	low = effective_of(policy, general, a->scope_id, pair->low);
	high = effective_of(policy, general, a->scope_id, pair->high);
	if (low.number <= high.number || (pair->zero_is_off && high.number == 0) || (low.line != a && high.line != a))
		return;
	other = low.line == a ? high.line : low.line;
	if (other != NULL && other->scope_id == a->scope_id && other > a)
		return;
	diag_add(diags, pair->level, a->file, a->line, a->column, "%s is more than %s: %s", keyword_row(pair->low)->name,
		 keyword_row(pair->high)->name, pair->meaning);
}

void policy_check(const struct policy *policy, struct diag_list *diags)
{
	const struct settings *general = &policy->general;

	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];

		warn_override(policy, i, diags);
		warn_same_level(policy, i, diags);
		check_observe(policy, general, a, diags);
		for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
			judge_pair(policy, general, a, &pairs[k], diags);
	}
	policy_check_login(policy, general, diags);
	policy_check_lock(policy, general, diags);
	policy_check_control(policy, diags);
}

static void report_passed(const struct policy_assignment *line, const char *who, int64_t until_s, struct diag_list *diags)
{
	char date[32];
	struct text t;

	TEXT_INTO(&t, date);
	date_add(&t, until_s);
	diag_add(diags, DIAG_ERROR, line->file, line->line, line->column,
		 "observe_until = %s has passed%s%s, and still nothing is refused; write mode = %s, or a later date", date,
		 who != NULL ? " for " : "", who != NULL ? who : "", keyword_row(line->keyword)->section == SECTION_control ? "repair" : "enforce");
}

/* The line of that WHO, else the general one. */
static const struct policy_assignment *line_for(const struct policy *policy, unsigned scope_id, enum keyword keyword)
{
	const struct policy_assignment *line = policy_assignment_of(policy, scope_id, keyword);

	return line != NULL ? line : policy_assignment_of(policy, 0, keyword);
}

/* Judged at the line with the mode, and for people whose section changes only the date, at that line. */
static void check_passed(const struct policy *policy, const struct policy_assignment *a, int64_t now_s, struct diag_list *diags)
{
	enum section section = keyword_row(a->keyword)->section;
	enum keyword mode = keyword_find(section, "mode", 4), until = keyword_find(section, "observe_until", 13);
	const struct policy_assignment *mode_line, *until_line;
	union value value;

	if ((a->keyword != mode && a->keyword != until) || policy_assignment_of(policy, a->scope_id, a->keyword) != a)
		return;
	if (a->keyword == until && policy_assignment_of(policy, a->scope_id, mode) != NULL)
		return;
	mode_line = line_for(policy, a->scope_id, mode);
	until_line = line_for(policy, a->scope_id, until);
	value_default(keyword_row(mode), &value);
	if (mode_line != NULL)
		value = mode_line->value;
	if (value.choice != MODE_OBSERVE || until_line == NULL || until_line->value.number == 0 || until_line->value.number > now_s)
		return;
	report_passed(until_line, a->who, until_line->value.number, diags);
}

static void warn_own_profile(const struct policy *policy, struct diag_list *diags)
{
	struct profile_finding findings[PROFILE_FINDINGS_MAX];
	const struct settings *general = &policy->general;
	size_t count = profile_compare(general, policy->profile, policy->profile, findings);

	for (size_t i = 0; i < count; i++) {
		const struct origin *origin = &general->origin[findings[i].keyword];
		char text[640];
		struct text t;

		if (findings[i].kind != PROFILE_CONTRADICTION || origin->file == NULL)
			continue;
		TEXT_INTO(&t, text);
		profile_add_finding(&findings[i], general, &t);
		diag_add(diags, DIAG_WARNING, origin->file, origin->line, 1, "%s", text);
	}
}

static void warn_byod(const struct policy_assignment *a, struct diag_list *diags)
{
	if (a->keyword == KEYWORD_policy_ownership && a->value.choice == POLICY_OWNERSHIP_BYOD)
		diag_add(diags, DIAG_WARNING, a->file, a->line, a->column, "ownership = byod has %s", keyword_idle(a->keyword));
}

void policy_check_now(const struct policy *policy, int64_t now_s, struct diag_list *diags)
{
	for (size_t i = 0; i < policy->count; i++) {
		check_passed(policy, &policy->assignments[i], now_s, diags);
		warn_byod(&policy->assignments[i], diags);
	}
	warn_own_profile(policy, diags);
}
