/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints a login's story as text and as JSON: each reason with the line of the policy that decided it. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common.h"
#include "explain_login.h"
#include "keyword_table.h"
#include "text.h"

#define LINE_BYTES (POLICY_LINE_BYTES_MAX + 1024)
#define MESSAGES_MAX 8

const char *explain_login_unseen(const struct explain_login *e, size_t index)
{
	static const char *const OF_ROOT[] = {
		"failures and lock-outs, enrolled factors, suspensions: only root reads them; run it as root",
		"so this answer holds for a person whose factors nobody knows",
		NULL,
	};
	static const char *const OF_STATE[] = {"the person's login state could not be read; run mutexctl mfa repair", NULL};
	static const char *const NOTHING[] = {NULL};
	const struct login_facts *f = &e->gathered.facts;

	return (f->state == LOGIN_STATE_NOT_ROOT ? OF_ROOT : f->state == LOGIN_STATE_UNKNOWN ? OF_STATE : NOTHING)[index];
}

/* The keyword whose line decided. Reasons about factors: what demanded one; about lock-outs of root: root's own. */
static enum keyword deciding(const struct explain_login *e, const struct login_decision *d, enum login_reason_id id)
{
	const struct person *person = e->gathered.facts.person;

	if (id == LOGIN_LOCKED_REASON && person != NULL && person->uid == 0)
		return KEYWORD_lockout_root_attempts;
	if (id == LOGIN_NOT_PROVEN_REASON || id == LOGIN_PUBLICKEY_ONLY_REASON ||
	    (id == LOGIN_NO_FACTOR_REASON && e->gathered.settings.mfa_enrol_by == 0))
		return d->demanded_by;
	return login_reason_keyword(id);
}

/* "mfa.remote = required  (policy.conf:3)" */
static void add_setting(struct text *t, const struct settings *settings, enum keyword keyword)
{
	const struct keyword_row *row = keyword_row(keyword);

	text_add(t, section_name(row->section));
	text_add_char(t, '.');
	text_add(t, row->name);
	text_add(t, " = ");
	settings_add_value(settings, keyword, t);
	text_add(t, "  (");
	settings_add_origin(settings, keyword, t);
	text_add_char(t, ')');
}

static void print_reason(const struct explain_login *e, const struct login_decision *d, const struct login_reason *r)
{
	enum keyword keyword = deciding(e, d, r->id);
	const char *detail = login_reason_detail(r->id);
	char line[LINE_BYTES], words[4 * MESSAGE_BYTES_MAX];
	struct text t;

	printf("    %s %s (%s)", r->denies ? "denied:" : "noted: ", login_reason_code(r->id), login_reason_clause(r->id));
	if (r->waiver != NULL)
		printf("; let pass by exception %s", r->waiver);
	else if (r->observed_only)
		printf("; would be denied, but the mode is observe");
	putchar('\n');
	if (keyword != KEYWORD_MAX) {
		TEXT_INTO(&t, line);
		add_setting(&t, &e->gathered.settings, keyword);
		printf("      by %s\n", line);
	}
	TEXT_INTO(&t, words);
	login_add_reason(&t, common_language(&e->gathered.settings), r);
	printf("      %s\n", words);
	if (detail != NULL && r->denies)
		printf("      administrator: %s\n", detail);
}

static void print_demand(const struct explain_login *e, const struct login_decision *d)
{
	const struct settings *settings = &e->gathered.settings;
	bool own = settings->service_require != NULL && settings->service_require[0] != '\0';
	char line[LINE_BYTES];
	struct text t;

	if (!d->demanded)
		return;
	TEXT_INTO(&t, line);
	if (d->demanded_by != KEYWORD_MAX) {
		add_setting(&t, settings, d->demanded_by);
		printf("    a second factor is demanded by %s\n", line);
	}
	TEXT_INTO(&t, line);
	add_setting(&t, settings, own ? KEYWORD_service_require : KEYWORD_mfa_require);
	printf("    what counts: %s\n", line);
	if (d->factor_observed)
		printf("    mfa.mode = observe: asked for and recorded, and let in whatever the answer\n");
}

static void print_stage(const struct explain_login *e, enum login_stage stage)
{
	const struct login_decision *d = &e->story.stages[stage];
	char asked[FACTORS_MAX * FACTOR_NAME_MAX];
	struct text t;

	TEXT_INTO(&t, asked);
	factor_set_add(&e->gathered.factors, d->next, &t);
	for (char *at = asked; (at = strchr(at, '+')) != NULL; at++)
		*at = '|';
	if (d->outcome == LOGIN_OUTCOME_ASK)
		printf("  %-7s asks for %s\n", login_stage_name(stage), asked);
	else
		printf("  %-7s %s%s\n", login_stage_name(stage), login_outcome_name(d->outcome),
		       d->skip_password ? "; the public key takes the password's place" : "");
	if (stage == LOGIN_STAGE_FINISH || !e->story.ran[LOGIN_STAGE_FINISH])
		print_demand(e, d);
	for (size_t i = 0; i < d->count; i++)
		print_reason(e, d, &d->reasons[i]);
	if (d->remind && d->days_left >= 0)
		printf("    reminded to enrol: %lld days left\n", (long long)d->days_left);
	if (d->enrol_here)
		printf("    let in to enrol, since this is the local console\n");
	if (d->break_glass || d->root_console)
		printf("    let in as %s at the console, loudly recorded\n", d->break_glass ? "a break-glass account" : "root");
}

static int verdict(const struct explain_login *e)
{
	return e->story.outcome == LOGIN_OUTCOME_ALLOWED ? COMMAND_FINE : COMMAND_VIOLATED;
}

int explain_login_print(const struct explain_login *e)
{
	const struct login_facts *f = &e->gathered.facts;

	printf("login of %s by %s%s%s: %s\n", f->person->name, f->service_name, f->rhost[0] != '\0' ? " from " : "", f->rhost,
	       e->story.outcome == LOGIN_OUTCOME_ALLOWED ? "gets in" : "does not get in");
	printf("  policy %s, hash %s\n", policy_state_name(e->loaded.state), e->loaded.policy.hash);
	printf("  %s service, %s%s\n", service_kind_name(f->service.kind), f->side == LOGIN_LOCAL ? "at the computer itself" : "from elsewhere",
	       f->at_console ? " (console)" : "");
	if (e->supposed != NULL)
		printf("  supposed: %s\n", e->supposed);
	for (size_t i = 0; explain_login_unseen(e, i) != NULL; i++)
		printf("  not seen: %s\n", explain_login_unseen(e, i));
	for (enum login_stage stage = 0; stage < LOGIN_STAGE_MAX; stage++)
		if (e->story.ran[stage])
			print_stage(e, stage);
	return common_finish(verdict(e));
}

static json_t *reason_to_json(const struct explain_login *e, const struct login_decision *d, const struct login_reason *r)
{
	enum keyword keyword = deciding(e, d, r->id);
	char line[LINE_BYTES] = "", words[4 * MESSAGE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, line);
	if (keyword != KEYWORD_MAX)
		add_setting(&t, &e->gathered.settings, keyword);
	TEXT_INTO(&t, words);
	login_add_reason(&t, LANGUAGE_EN, r);
	return json_pack("{s:s, s:s, s:b, s:b, s:s?, s:s?, s:s, s:s?}", "code", login_reason_code(r->id), "clause", login_reason_clause(r->id), "denies",
			 r->denies, "observed", r->observed_only, "waiver", r->waiver, "by", line[0] != '\0' ? line : NULL, "message", words, "detail",
			 login_reason_detail(r->id));
}

static json_t *factors_to_json(const struct factor_table *table, uint32_t set)
{
	json_t *names = json_array();

	for (size_t i = 0; i < table->count; i++)
		if ((set & FACTOR_BIT(i)) != 0)
			json_array_append_new(names, json_string(table->factors[i].name));
	return names;
}

static json_t *stage_to_json(const struct explain_login *e, enum login_stage stage)
{
	const struct login_decision *d = &e->story.stages[stage];
	json_t *reasons = json_array();

	for (size_t i = 0; i < d->count; i++)
		json_array_append_new(reasons, reason_to_json(e, d, &d->reasons[i]));
	return json_pack("{s:s, s:s, s:o, s:o, s:b, s:b, s:b, s:b, s:b}", "stage", login_stage_name(stage), "outcome", login_outcome_name(d->outcome),
			 "reasons", reasons, "asks", factors_to_json(&e->gathered.factors, d->next), "demanded", d->demanded, "observed",
			 d->factor_observed, "enrol_here", d->enrol_here, "break_glass", d->break_glass, "root_console", d->root_console);
}

int explain_login_json(const struct explain_login *e)
{
	const struct login_facts *f = &e->gathered.facts;
	json_t *stages = json_array(), *unseen = json_array();

	for (enum login_stage stage = 0; stage < LOGIN_STAGE_MAX; stage++)
		if (e->story.ran[stage])
			json_array_append_new(stages, stage_to_json(e, stage));
	for (size_t i = 0; explain_login_unseen(e, i) != NULL; i++)
		json_array_append_new(unseen, json_string(explain_login_unseen(e, i)));
	return common_print_json(
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:s?}", "user", f->person->name, "service", f->service_name, "kind",
			  service_kind_name(f->service.kind), "from", f->rhost, "side", f->side == LOGIN_LOCAL ? "local" : "remote", "console",
			  f->at_console, "outcome", login_outcome_name(e->story.outcome), "state", policy_state_name(e->loaded.state), "hash",
			  e->loaded.policy.hash, "stages", stages, "unseen", unseen, "supposed", e->supposed),
		verdict(e));
}
