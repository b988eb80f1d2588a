/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl explain: what holds for one person, and which line decided each of it. The same code as the module's. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common.h"
#include "date.h"
#include "explain_login.h"
#include "keyword_table.h"
#include "password.h"
#include "password_gather.h"
#include "person_load.h"
#include "text.h"

#define HOST_BYTES 256
#define RULES_BYTES 8192
#define LINE_BYTES (POLICY_LINE_BYTES_MAX + 1024)

struct options {
	const char *user;
	enum keyword keyword; /* KEYWORD_MAX = all */
	bool json;
};

struct answer {
	const struct policy_loaded *loaded;
	const struct person_loaded *person;
	struct settings settings;
	const struct exception *waiver; /* or NULL */
	bool mfa_everywhere;            /* the shorter length holds */
	const char *refusal;            /* why nothing can be changed at all, or NULL */
	char rules[RULES_BYTES];
};

/* "password.min_length" */
static enum keyword find_keyword(const char *name)
{
	const char *dot = strchr(name, '.');

	if (dot == NULL)
		return KEYWORD_MAX;
	return keyword_find(section_find(name, (size_t)(dot - name)), dot + 1, strlen(dot + 1));
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option options[] = {
		{"user", required_argument, NULL, 'u'},
		{"keyword", required_argument, NULL, 'k'},
		{"json", no_argument, NULL, 'j'},
		{0},
	};
	int option;

	*ret = (struct options){.keyword = KEYWORD_MAX};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'u') {
			ret->user = optarg;
		} else if (option == 'k') {
			ret->keyword = find_keyword(optarg);
			if (ret->keyword == KEYWORD_MAX)
				return command_error("unknown keyword: %s; write SECTION.KEYWORD, such as password.min_length", optarg);
		} else if (option == 'j') {
			ret->json = true;
		} else {
			return command_usage(argv[0], "unknown option");
		}
	}
	if (optind + 1 != argc || strcmp(argv[optind], "password") != 0)
		return command_usage(argv[0], "say what to explain: password or login");
	return ret->user != NULL ? 0 : command_usage(argv[0], "--user is missing");
}

static bool is_shown(const struct options *options, enum keyword keyword)
{
	return options->keyword == KEYWORD_MAX || options->keyword == keyword;
}

static void fill(struct answer *a, const struct policy_loaded *loaded, const struct person_loaded *person)
{
	char host[HOST_BYTES] = "";
	struct text t;

	*a = (struct answer){.loaded = loaded, .person = person};
	policy_resolve(&loaded->policy, &person->person, &a->settings);
	if (gethostname(host, sizeof host - 1) < 0)
		host[0] = '\0';
	a->waiver = exception_match(&loaded->exceptions, "PW-1", &person->person, host);
	TEXT_INTO(&t, a->rules);
	a->mfa_everywhere = password_gather_mfa(common_paths(), &loaded->policy, &person->person);
	password_add_rules(&t, common_language(&a->settings), &a->settings, a->mfa_everywhere);
	if (loaded->state == POLICY_BROKEN)
		a->refusal = "the policy has errors and there is no last good one: no password can be changed; run mutexctl check";
}

static json_t *setting_to_json(const struct settings *settings, enum keyword keyword)
{
	const struct keyword_row *row = keyword_row(keyword);
	char origin[LINE_BYTES];
	union value value;
	struct text t;

	value_get(row, settings, &value);
	TEXT_INTO(&t, origin);
	settings_add_origin(settings, keyword, &t);
	return json_pack("{s:o, s:s, s:s}", "value", common_json_value(row, &value), "origin", origin, "help", row->help);
}

static json_t *to_json(const struct answer *a, const struct options *options)
{
	json_t *keywords = json_object(), *groups = json_array();

	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		const struct keyword_row *row = keyword_row(i);
		char name[128];
		struct text t;

		if (!is_shown(options, i))
			continue;
		TEXT_INTO(&t, name);
		text_add(&t, section_name(row->section));
		text_add_char(&t, '.');
		text_add(&t, row->name);
		json_object_set_new(keywords, name, setting_to_json(&a->settings, i));
	}
	for (size_t i = 0; i < a->person->person.group_count; i++)
		json_array_append_new(groups, json_string(a->person->person.groups[i]));
	return json_pack("{s:s, s:I, s:o, s:s, s:s, s:s, s:o, s:s?, s:s?, s:b}", "user", a->person->person.name, "uid",
			 (json_int_t)a->person->person.uid, "groups", groups, "state", policy_state_name(a->loaded->state), "hash",
			 a->loaded->policy.hash, "rules", a->rules, "keywords", keywords, "waiver", a->waiver != NULL ? a->waiver->id : NULL,
			 "refusal", a->refusal, "mfa_everywhere", a->mfa_everywhere);
}

static void print_waiver(const struct exception *waiver)
{
	char until[32];
	struct text t;

	TEXT_INTO(&t, until);
	date_add_time(&t, waiver->until_s);
	printf("exception %s waives %s until %s (%s)\n", waiver->id, waiver->clause->id, until, waiver->reason);
}

static void print_setting(const struct settings *settings, enum keyword keyword)
{
	const struct keyword_row *row = keyword_row(keyword);
	char value[LINE_BYTES], origin[LINE_BYTES];
	const char *idle = keyword_idle(keyword);
	struct text v, o;

	TEXT_INTO(&v, value);
	settings_add_value(settings, keyword, &v);
	TEXT_INTO(&o, origin);
	settings_add_origin(settings, keyword, &o);
	printf("  %s.%s = %s  (%s)%s%s\n", section_name(row->section), row->name, value, origin, idle != NULL ? "; " : "", idle != NULL ? idle : "");
}

static int print_answer(const struct answer *a, const struct options *options)
{
	if (options->keyword == KEYWORD_MAX) {
		printf("password rules for %s, policy %s, hash %s\n\n%s\n", a->person->person.name, policy_state_name(a->loaded->state),
		       a->loaded->policy.hash, a->rules);
		if (a->mfa_everywhere)
			printf("password.min_length_with_mfa holds: every way in demands a second factor that %s has\n", a->person->person.name);
		if (a->refusal != NULL)
			printf("%s\n", a->refusal);
		if (a->settings.password_mode == MODE_OBSERVE)
			printf("mode = observe: what breaks a rule is recorded and let pass\n");
		if (a->waiver != NULL)
			print_waiver(a->waiver);
	}
	for (enum keyword i = 0; i < KEYWORD_MAX; i++)
		if (is_shown(options, i))
			print_setting(&a->settings, i);
	return common_finish(COMMAND_FINE);
}

int command_explain(int argc, char **argv)
{
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct person_loaded person PERSON_UNLOADED = {0};
	struct options options;
	struct answer answer;
	int r;

	if (argc > 1 && strcmp(argv[1], "login") == 0)
		return explain_login(argc, argv);
	r = read_options(argc, argv, &options);
	if (r == 0)
		r = common_load_person(options.user, &person);
	if (r == 0)
		r = common_load_policy(&loaded);
	if (r != 0)
		return r;
	fill(&answer, &loaded, &person);
	return options.json ? common_print_json(to_json(&answer, &options), COMMAND_FINE) : print_answer(&answer, &options);
}
