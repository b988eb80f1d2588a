/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl stack: proves from the PAM files that no password changes past the module, or shows the path on which one does. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common.h"
#include "pam_survey.h"
#include "text.h"

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

static int print_survey(const struct pam_survey *s)
{
	size_t open = s->verdicts[PAM_BYPASS], unproven = s->verdicts[PAM_UNPROVABLE];

	for (size_t i = 0; i < s->count; i++)
		print_finding(s, i);
	if (open > 0)
		printf("In %zu of %zu services a password can be changed past pam_mutex.\n", open, s->count);
	if (unproven > 0)
		printf("Of %zu of %zu services nothing can be proven.\n", unproven, s->count);
	if (open + unproven == 0)
		printf("In none of %zu services can a password be changed past pam_mutex.\n", s->count);
	return common_finish(pam_survey_holds(s) ? COMMAND_FINE : COMMAND_VIOLATED);
}

static json_t *json_item(const struct pam_survey_item *item)
{
	const struct pam_judgement *j = &item->judgement;
	char reason[WORDS_BYTES], remedy[WORDS_BYTES], path[WORDS_BYTES];
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "service", item->name, "verdict", pam_judge_verdict_name(j->verdict),
				   "cause", pam_judge_cause_name(j->cause), "reason", words(&reason, pam_judge_add_reason, j), "remedy",
				   words(&remedy, pam_judge_add_remedy, j), "path", words(&path, pam_judge_add_path, j), "from_other", j->from_other);

	if (object != NULL && j->setter != NULL) {
		(void)json_object_set_new(object, "file", json_string(j->setter->file));
		(void)json_object_set_new(object, "line", json_integer(j->setter->line));
	}
	return object;
}

static int print_json(const struct pam_survey *s)
{
	bool holds = pam_survey_holds(s);
	json_t *services = json_array();

	for (size_t i = 0; i < s->count; i++)
		(void)json_array_append_new(services, json_item(&s->items[i]));
	return common_print_json(json_pack("{s:b, s:o, s:o}", "holds", holds, "services", services, "problems", common_json_diags(&s->diags)),
				 holds ? COMMAND_FINE : COMMAND_VIOLATED);
}

int command_stack(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	bool json = false;
	int option, error;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return command_usage("stack", "unknown option");
		json = true;
	}
	error = pam_survey(common_paths(), (const char *const *)argv + optind, (size_t)(argc - optind), &survey);
	if (error == -ENOENT)
		return command_error("there are no PAM folders: %s, %s", common_paths()->pam_etc, common_paths()->pam_vendor);
	if (error < 0)
		return command_error("cannot read the PAM files: %s", strerror(-error));
	if (json)
		return print_json(&survey);
	common_print_diags(&survey.diags);
	return print_survey(&survey);
}
