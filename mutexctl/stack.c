/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl stack: proves from the PAM files and sshd's settings that no password changes past the module and that nobody gets in past it, or shows
 * the path on which somebody does. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common.h"
#include "pam_survey.h"
#include "text.h"
#include "ways_in.h"

#define WORDS_BYTES 8192

typedef void (*add_words)(struct text *t, const struct pam_judgement *j);

/* The words, or a sign that they were too many. */
static const char *words(char (*buffer)[WORDS_BYTES], add_words add, const struct pam_judgement *j)
{
	struct text t;

	TEXT_INTO(&t, *buffer);
	add(&t, j);
	return text_end(&t) < 0 ? "(too long to show)" : *buffer;
}

static bool same_line(const struct pam_line *a, const struct pam_line *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->line == b->line && strcmp(a->file, b->file) == 0;
}

/* The same lines lead to the same end: one finding for all such services. */
static bool same_finding(const struct pam_judgement *a, const struct pam_judgement *b)
{
	return a->verdict == b->verdict && a->cause == b->cause && same_line(a->setter, b->setter) && same_line(a->culprit, b->culprit);
}

static void print_names(const struct pam_survey *s, size_t first)
{
	size_t column = 0;

	for (size_t i = first; i < s->count; i++) {
		char name[512];
		struct text t;

		if (!same_finding(&s->items[i].judgement, &s->items[first].judgement))
			continue;
		TEXT_INTO(&t, name);
		text_add_escaped(&t, s->items[i].name, strlen(s->items[i].name));
		text_add(&t, s->items[i].judgement.from_other && s->items[i].judgement.verdict != PAM_DEAD ? " (other)" : "");
		column = column == 0 || column + t.len > 100 ? (size_t)printf("%s  %s", column > 0 ? ",\n" : "", name) : column + (size_t)printf(", %s", name);
	}
	printf("\n");
}

static void print_finding(const struct pam_survey *s, size_t first)
{
	const struct pam_judgement *j = &s->items[first].judgement;
	char buffer[WORDS_BYTES];

	for (size_t i = 0; i < first; i++) {
		if (same_finding(&s->items[i].judgement, j))
			return;
	}
	printf("%s: %s\n", pam_judge_verdict_name(j->verdict), words(&buffer, pam_judge_add_reason, j));
	if (j->path_len > 0)
		printf("  path: %s\n", words(&buffer, pam_judge_add_path, j));
	if (*words(&buffer, pam_judge_add_remedy, j) != '\0')
		printf("  remedy: %s\n", buffer);
	print_names(s, first);
	printf("\n");
}

static int password_summary(const struct pam_survey *s)
{
	size_t open = s->verdicts[PAM_BYPASS], unproven = s->verdicts[PAM_UNPROVABLE];

	if (open > 0)
		printf("In %zu of %zu services a password can be changed past pam_mutex.\n", open, s->count);
	if (unproven > 0)
		printf("Of %zu of %zu services nothing can be proven.\n", unproven, s->count);
	if (open + unproven == 0)
		printf("In none of %zu services can a password be changed past pam_mutex.\n", s->count);
	return pam_survey_holds(s) ? COMMAND_FINE : COMMAND_VIOLATED;
}

/* --- who gets in --- */

/* The two stacks of an item that somebody gets in by. */
enum { GATE_AUTH, GATE_ACCOUNT, GATE_PHASES };

static const struct pam_gate_judgement *gate_of(const struct pam_survey_item *item, int phase)
{
	return phase == GATE_AUTH ? &item->auth : &item->account;
}

static bool same_gate(const struct pam_gate_judgement *a, const struct pam_gate_judgement *b)
{
	return a->verdict == b->verdict && a->cause == b->cause && same_line(a->culprit, b->culprit);
}

typedef void (*add_gate_words)(struct text *t, const struct pam_gate_judgement *j);

static const char *gate_words(char (*buffer)[WORDS_BYTES], add_gate_words add, const struct pam_gate_judgement *j)
{
	struct text t;

	TEXT_INTO(&t, *buffer);
	add(&t, j);
	return text_end(&t) < 0 ? "(too long to show)" : *buffer;
}

static void print_gate_names(const struct pam_survey *s, size_t first, int phase)
{
	const char *separator = "  ";

	for (size_t i = first; i < s->count; i++) {
		char name[512];
		struct text t;

		if (!same_gate(gate_of(&s->items[i], phase), gate_of(&s->items[first], phase)))
			continue;
		TEXT_INTO(&t, name);
		text_add_escaped(&t, s->items[i].name, strlen(s->items[i].name));
		printf("%s%s", separator, name);
		separator = ", ";
	}
	printf("\n\n");
}

/* What is in order is not told singly. */
static void print_gate(const struct pam_survey *s, size_t first, int phase)
{
	const struct pam_gate_judgement *j = gate_of(&s->items[first], phase);
	char buffer[WORDS_BYTES];

	for (size_t i = 0; i < first; i++) {
		if (same_gate(gate_of(&s->items[i], phase), j))
			return;
	}
	if (pam_gate_holds(j->verdict) && j->verdict != PAM_GATE_WEAK)
		return;
	printf("%s%s%s: %s\n", pam_gate_verdict_name(j->verdict), j->cause != PAM_GATE_CAUSE_NONE ? ": " : "", pam_gate_cause_name(j->cause),
	       gate_words(&buffer, pam_gate_add_reason, j));
	if (j->path_len > 0)
		printf("  path: %s\n", gate_words(&buffer, pam_gate_add_path, j));
	if (j->verdict != PAM_GATE_WEAK)
		printf("  remedy: %s\n", gate_words(&buffer, pam_gate_add_remedy, j));
	print_gate_names(s, first, phase);
}

static size_t open_services(const struct pam_survey *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += !pam_gate_holds(s->items[i].auth.verdict) || !pam_gate_holds(s->items[i].account.verdict);
	return count;
}

static int print_gates(const struct pam_survey *s)
{
	size_t open = open_services(s);

	for (size_t i = 0; i < s->count; i++)
		print_gate(s, i, GATE_AUTH);
	for (size_t i = 0; i < s->count; i++)
		print_gate(s, i, GATE_ACCOUNT);
	if (open > 0)
		printf("In %zu of %zu services somebody can get in past pam_mutex.\n", open, s->count);
	else
		printf("In none of %zu services can anybody get in past pam_mutex.\n", s->count);
	return open == 0 ? COMMAND_FINE : COMMAND_VIOLATED;
}

static int print_ways_in(const struct finding_list *list)
{
	for (size_t i = 0; i < list->count && i < FINDINGS_MAX; i++) {
		const struct finding *f = &list->items[i];

		printf("%s: %s: %s\n  remedy: %s\n\n", finding_name(f->id), f->where, f->what, finding_remedy(f->id));
	}
	if (list->count > FINDINGS_MAX)
		printf("%zu more of the kind\n", list->count - FINDINGS_MAX);
	if (list->key_alone_guarded)
		printf("note: ssh takes a public key alone; the account line denies it where the policy demands a second factor. "
		       "\"mutexctl apply --sshd\" lets sshd ask for the code.\n");
	if (list->count == 0)
		printf("Neither sshd nor automatic login, empty passwords or factors leave another way in.\n");
	return list->count == 0 ? COMMAND_FINE : COMMAND_VIOLATED;
}

static int print_survey(const struct pam_survey *s, const struct finding_list *list)
{
	int result;

	for (size_t i = 0; i < s->count; i++)
		print_finding(s, i);
	result = password_summary(s);
	printf("\n");
	result |= print_gates(s);
	if (list != NULL) {
		printf("\n");
		result |= print_ways_in(list);
	}
	return common_finish(result);
}

static json_t *json_gate(const struct pam_gate_judgement *j)
{
	char reason[WORDS_BYTES], remedy[WORDS_BYTES], path[WORDS_BYTES];

	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "verdict", pam_gate_verdict_name(j->verdict), "cause", pam_gate_cause_name(j->cause), "reason",
			 gate_words(&reason, pam_gate_add_reason, j), "remedy", gate_words(&remedy, pam_gate_add_remedy, j), "path",
			 gate_words(&path, pam_gate_add_path, j));
}

static json_t *json_ways_in(const struct finding_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; list != NULL && i < list->count && i < FINDINGS_MAX; i++) {
		const struct finding *f = &list->items[i];

		(void)json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "name", finding_name(f->id), "where", f->where, "what", f->what,
							     "remedy", finding_remedy(f->id)));
	}
	return array;
}

static json_t *json_item(const struct pam_survey_item *item)
{
	const struct pam_judgement *j = &item->judgement;
	char reason[WORDS_BYTES], remedy[WORDS_BYTES], path[WORDS_BYTES];
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "service", item->name, "verdict", pam_judge_verdict_name(j->verdict),
				   "cause", pam_judge_cause_name(j->cause), "reason", words(&reason, pam_judge_add_reason, j), "remedy",
				   words(&remedy, pam_judge_add_remedy, j), "path", words(&path, pam_judge_add_path, j), "from_other", j->from_other);

	if (object != NULL) {
		(void)json_object_set_new(object, "kind", json_string(service_kind_name(item->kind)));
		(void)json_object_set_new(object, "auth", json_gate(&item->auth));
		(void)json_object_set_new(object, "account", json_gate(&item->account));
	}
	if (object != NULL && j->setter != NULL) {
		(void)json_object_set_new(object, "file", json_string(j->setter->file));
		(void)json_object_set_new(object, "line", json_integer(j->setter->line));
	}
	return object;
}

static int print_json(const struct pam_survey *s, const struct finding_list *list)
{
	bool holds = pam_survey_holds(s) && pam_survey_gates_hold(s) && (list == NULL || list->count == 0);
	json_t *services = json_array();

	for (size_t i = 0; i < s->count; i++)
		(void)json_array_append_new(services, json_item(&s->items[i]));
	return common_print_json(json_pack("{s:b, s:o, s:o, s:o}", "holds", holds, "services", services, "ways_in", json_ways_in(list), "problems",
					   common_json_diags(&s->diags)),
				 holds ? COMMAND_FINE : COMMAND_VIOLATED);
}

/* The services named, or all, and then the rest of the computer too. */
static int look(struct pam_survey *survey, const char *const *names, size_t count, struct finding_list *findings)
{
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	int error;

	if (common_load_policy(&loaded) != 0)
		return COMMAND_FAILED;
	error = pam_survey(common_paths(), names, count, survey);
	if (error == -ENOENT)
		return command_error("there are no PAM folders: %s, %s", common_paths()->pam_etc, common_paths()->pam_vendor);
	if (error == 0)
		error = pam_survey_gates(survey, &loaded.policy);
	if (error == 0 && count == 0)
		error = ways_in_find(common_paths(), &loaded.policy, findings);
	return error < 0 ? command_error("cannot read the PAM files: %s", strerror(-error)) : 0;
}

int command_stack(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	struct finding_list findings;
	bool json = false, all;
	int option, result;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return command_usage("stack", "unknown option");
		json = true;
	}
	all = optind == argc;
	result = look(&survey, (const char *const *)argv + optind, (size_t)(argc - optind), &findings);
	if (result != 0)
		return result;
	if (json)
		return print_json(&survey, all ? &findings : NULL);
	common_print_diags(&survey.diags);
	return print_survey(&survey, all ? &findings : NULL);
}
