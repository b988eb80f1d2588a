/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about logins that one value alone cannot break: demands over the factors there are, people, networks, hours. */
#include "policy_check.h"

#include <assert.h>
#include <string.h>

#include "demand.h"
#include "hours.h"
#include "network.h"
#include "policy_assignment.h"
#include "text.h"
#include "value.h"
#include "who.h"

#define SHOWN_BYTES_MAX 64

static_assert(FACTORS_MAX - FACTOR_HARDWARE_KEY - 1 == 11, "the text about too many factors");

struct check {
	const struct policy *policy;
	const struct settings *general;
	struct factor_table factors;
	uint32_t demanded; /* factors that some demand names */
	bool told_enrolment;
	struct diag_list *diags;
};

static void report(const struct check *c, enum diag_level level, const struct policy_assignment *a, const char *problem)
{
	diag_add(c->diags, level, a->file, a->line, a->column, "%s", problem);
}

static void report_word(const struct check *c, enum diag_level level, const struct policy_assignment *a, const char *word, const char *problem)
{
	diag_add(c->diags, level, a->file, a->line, a->column, "\"%.*s\" %s", SHOWN_BYTES_MAX, word, problem);
}

/* --- people --- */

/* Netgroups are asked for at the lists of who may log in only; anywhere else they would match nobody. */
static void check_who(const struct check *c, const struct policy_assignment *a, const char *word, bool netgroups)
{
	const char *problem;
	struct who who;

	if (word[0] == '+' && !netgroups)
		report_word(c, DIAG_ERROR, a, word, "is a netgroup, which only allow can hold; write users, @groups or uid ranges");
	else if (word[0] == '+' && (who_parse(word + 1, strlen(word + 1), &who, &problem) < 0 || who.kind != WHO_USER))
		report_word(c, DIAG_ERROR, a, word, "is no netgroup; write + and its name");
	else if (word[0] != '+' && who_parse(word, strlen(word), &who, &problem) < 0)
		report_word(c, DIAG_ERROR, a, word, problem);
}

static bool is_user(const char *word)
{
	const char *problem;
	struct who who;

	return who_parse(word, strlen(word), &who, &problem) == 0 && who.kind == WHO_USER;
}

static void check_people(const struct check *c, const struct policy_assignment *a)
{
	const struct word_list *list = &a->value.words;

	for (size_t i = 0; i < list->count; i++) {
		if (a->keyword != KEYWORD_access_break_glass)
			check_who(c, a, list->words[i], a->keyword == KEYWORD_access_allow || a->keyword == KEYWORD_service_allow);
		else if (!is_user(list->words[i]))
			report_word(c, DIAG_ERROR, a, list->words[i],
				    "is no user; an account for emergencies is named itself, not by a group or uids");
	}
}

/* --- networks, hours --- */

static void check_networks(const struct check *c, const struct policy_assignment *a)
{
	static const struct network_address some_ipv4 = {{[10] = 0xff, 0xff, 192, 0, 2, 1}};
	const struct word_list *list = &a->value.words;

	for (size_t i = 0; i < list->count; i++) {
		struct network_address network;
		char problem_text[300];
		struct text problem;
		unsigned prefix;

		TEXT_INTO(&problem, problem_text);
		if (network_parse(list->words[i], strlen(list->words[i]), &network, &prefix, &problem) < 0)
			report(c, DIAG_ERROR, a, problem_text);
		else if (prefix <= 96 && network_contains(&network, prefix, &some_ipv4))
			report_word(c, DIAG_WARNING, a, list->words[i], "holds every address there is; name the networks that are meant");
	}
}

static void warn_no_account(const struct check *c, const struct policy_assignment *a)
{
	if (a->who == NULL && a->value.words.count > 0 && c->general->access_break_glass.count == 0)
		report(c, DIAG_WARNING, a, "no account may use these networks; name one with break_glass");
}

static void check_hours(const struct check *c, const struct policy_assignment *a)
{
	char problem_text[300];
	struct text problem;
	struct hours hours;

	TEXT_INTO(&problem, problem_text);
	if (hours_parse(a->value.text, strlen(a->value.text), &hours, &problem) < 0)
		report(c, DIAG_ERROR, a, problem_text);
}

/* --- demands --- */

static bool is_single(uint32_t set)
{
	return (set & (set - 1)) == 0;
}

/* In [mfa], where two factors are meant. A service such as a locker may well ask for one. */
static void warn_single(const struct check *c, const struct policy_assignment *a, const struct demand *demand)
{
	for (size_t i = 0; i < demand->count; i++) {
		uint32_t set = demand->alternatives[i];
		char name[FACTOR_NAME_MAX];
		struct text t;

		if (!is_single(set) || set == FACTOR_BIT(FACTOR_HARDWARE_KEY))
			continue;
		TEXT_INTO(&t, name);
		factor_set_add(&c->factors, set, &t);
		report_word(c, DIAG_WARNING, a, name, "alone is one factor, so whoever shows it is asked for no second one; join two with +");
	}
}

static void check_demand(struct check *c, const struct policy_assignment *a)
{
	char problem_text[320];
	struct demand demand;
	struct text problem;

	/* as [mfa] says */
	if (a->keyword == KEYWORD_service_require && a->value.text[0] == '\0')
		return;
	TEXT_INTO(&problem, problem_text);
	if (demand_parse(&c->factors, a->value.text, strlen(a->value.text), &demand, &problem) < 0) {
		report(c, DIAG_ERROR, a, problem_text);
		return;
	}
	for (size_t i = 0; i < demand.count; i++)
		c->demanded |= demand.alternatives[i];
	if (a->keyword == KEYWORD_mfa_require)
		warn_single(c, a, &demand);
}

/* Told once: where everybody must show a second factor at once, whoever has none is shut out. A date, even a past one, says that it is meant. */
static void warn_enrolment(struct check *c, const struct policy_assignment *a)
{
	bool service = a->keyword == KEYWORD_service_mfa;

	if (a->value.choice != (service ? (int)SERVICE_MFA_REQUIRED : (int)MFA_REQUIRED) || c->told_enrolment ||
	    c->general->mfa_mode != MODE_ENFORCE || c->general->mfa_enrol_by != 0)
		return;
	report(c, DIAG_WARNING, a,
	       "whoever has no second factor yet cannot get in here any more; say until when people can enrol, with enrol_by = YYYY-MM-DD in [mfa]");
	c->told_enrolment = true;
}

/* --- factors --- */

/* As a file of /etc/pam.d that libpam would look for. */
static bool is_pam_service(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > POLICY_NAME_BYTES_MAX || name[0] == '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') || strchr("-_.+", name[i]) != NULL))
			return false;
	return true;
}

static void check_use(const struct check *c, const struct policy_assignment *a)
{
	const char *target;
	enum factor_kind kind = factor_use_parse(a->value.text, &target);

	if (factor_built_in(a->name) == FACTOR_TOTP && kind != FACTOR_TOTP)
		report(c, DIAG_ERROR, a, "[factor totp] sets up the built-in factor and always uses totp; give another factor another name");
	else if (kind == FACTOR_KIND_MAX)
		report_word(c, DIAG_ERROR, a, a->value.text, "is nothing that a factor can use; write totp, recovery, pam:SERVICE or exec:/PATH");
	else if (kind == FACTOR_PAM && !is_pam_service(target))
		report_word(c, DIAG_ERROR, a, a->value.text,
			    "names no PAM service; write the name of a file of /etc/pam.d in small letters, such as pam:mutex-u2f");
	else if (kind == FACTOR_PAM && strncmp(target, "common-", strlen("common-")) == 0)
		report_word(c, DIAG_ERROR, a, a->value.text, "would lead back to pam_mutex; write a PAM service of its own, such as pam:mutex-u2f");
	else if (kind == FACTOR_EXEC && strpbrk(target, " \t") != NULL)
		report_word(c, DIAG_ERROR, a, a->value.text, "has a blank; a helper gets no arguments, so write the path alone");
	else if (kind == FACTOR_EXEC && !value_is_plain_path(target, strlen(target)))
		report_word(c, DIAG_ERROR, a, a->value.text,
			    "names no helper; write an absolute path without . and .., such as exec:/usr/lib/mutex/token");
}

static void check_user(const struct check *c, const struct policy_assignment *a)
{
	if (strcmp(a->value.text, "root") == 0)
		report(c, DIAG_ERROR, a, "a helper never runs as root; write another user, such as nobody");
	else if (!is_user(a->value.text))
		report_word(c, DIAG_ERROR, a, a->value.text, "is no user name; write whom the helper runs as, such as nobody");
}

/* Whether the keyword of [factor NAME] says something about that kind of factor. */
static bool concerns(enum keyword keyword, enum factor_kind kind)
{
	switch (keyword) {
	case KEYWORD_factor_user:
		return kind == FACTOR_EXEC;
	case KEYWORD_factor_timeout:
		return kind == FACTOR_EXEC || kind == FACTOR_PAM;
	case KEYWORD_factor_digits:
	case KEYWORD_factor_algorithm:
	case KEYWORD_factor_issuer:
		return kind == FACTOR_TOTP;
	default:
		return true;
	}
}

/* The kind that the section's own lines make it; FACTOR_KIND_MAX when that was told already. */
static enum factor_kind kind_of(const struct check *c, const char *name)
{
	int index = factor_find(&c->factors, name, strlen(name));

	return index >= 0 ? c->factors.factors[index].kind : FACTOR_KIND_MAX;
}

static void check_factor_line(const struct check *c, const struct policy_assignment *a)
{
	enum factor_kind kind = kind_of(c, a->name);

	if (a->keyword == KEYWORD_factor_use)
		check_use(c, a);
	else if (a->keyword == KEYWORD_factor_user)
		check_user(c, a);
	if (kind != FACTOR_KIND_MAX && !concerns(a->keyword, kind))
		diag_add(c->diags, DIAG_WARNING, a->file, a->line, a->column,
			 "[factor %s] is no factor to which %s means anything; delete the line", a->name, keyword_row(a->keyword)->name);
}

static void report_section(const struct check *c, enum diag_level level, const struct policy_named *named, const char *problem)
{
	diag_add(c->diags, level, named->file, named->line, named->column, "[factor %s] %s", named->name, problem);
}

static void check_factor_section(const struct check *c, const struct policy_named *named)
{
	enum factor_kind built_in = factor_built_in(named->name);
	int index = factor_find(&c->factors, named->name, strlen(named->name));

	if (built_in == FACTOR_TOTP)
		return;
	if (built_in != FACTOR_KIND_MAX)
		report_section(c, DIAG_ERROR, named, "is built in and has nothing to set; delete it, or give it another name");
	else if (index < 0)
		report_section(c, DIAG_ERROR, named, "is one too many; at most 11 may be defined");
	else if (policy_assignment_of(c->policy, named->scope_id, KEYWORD_factor_use) == NULL)
		report_section(c, DIAG_ERROR, named, "says not what it uses; add use = pam:SERVICE, use = exec:/PATH or use = totp");
	else if (c->factors.factors[index].kind != FACTOR_KIND_MAX && (c->demanded & FACTOR_BIT(index)) == 0)
		report_section(c, DIAG_WARNING, named, "is demanded nowhere; add its name to require in [mfa] or [service NAME], behind password+");
}

/* --- all --- */

static void check_line(struct check *c, const struct policy_assignment *a)
{
	switch (a->keyword) {
	case KEYWORD_access_allow:
	case KEYWORD_access_assigned:
	case KEYWORD_access_become:
	case KEYWORD_access_break_glass:
	case KEYWORD_service_allow:
		check_people(c, a);
		return;
	case KEYWORD_mfa_trusted_networks:
	case KEYWORD_access_break_glass_from:
		check_networks(c, a);
		if (a->keyword == KEYWORD_access_break_glass_from)
			warn_no_account(c, a);
		return;
	case KEYWORD_access_hours:
		check_hours(c, a);
		return;
	case KEYWORD_mfa_require:
	case KEYWORD_service_require:
		check_demand(c, a);
		return;
	case KEYWORD_mfa_remote:
	case KEYWORD_mfa_local:
	case KEYWORD_mfa_su:
	case KEYWORD_mfa_sudo:
	case KEYWORD_service_mfa:
		warn_enrolment(c, a);
		return;
	default:
		if (keyword_row(a->keyword)->section == SECTION_factor)
			check_factor_line(c, a);
	}
}

void policy_check_login(const struct policy *policy, const struct settings *general, struct diag_list *diags)
{
	struct check c = {.policy = policy, .general = general, .diags = diags};

	factor_table_init(policy, &c.factors);
	for (size_t i = 0; i < policy->count; i++)
		/* what was told to be no value needs no second word */
		if (!policy->assignments[i].wrong)
			check_line(&c, &policy->assignments[i]);
	for (size_t i = 0; i < policy->named_count; i++)
		if (policy->named[i].section == SECTION_factor)
			check_factor_section(&c, &policy->named[i]);
}
