/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl check: every problem of the policy and its exceptions, and where the policy is weaker than a profile. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "check_services.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "controls.h"
#include "lockdown.h"
#include "policy_assignment.h"
#include "policy_check.h"
#include "profile.h"
#include "settings_dodge.h"
#include "text.h"

#define FINDING_BYTES 1024

struct options {
	int against; /* -1 = no profile */
	bool json, system;
	char *const *files;
	int file_count;
};

static int unknown_profile(const char *name)
{
	const char *names[PROFILE_MAX + 1] = {NULL}, *nearest;
	char list[256];
	struct text t;

	TEXT_INTO(&t, list);
	for (int i = 0; i < PROFILE_MAX; i++) {
		names[i] = profile_name(i);
		text_add(&t, i > 0 ? ", " : "");
		text_add(&t, names[i]);
	}
	nearest = diag_nearest(name, strlen(name), names);
	if (nearest != NULL)
		return command_error("unknown profile: %s; did you mean \"%s\"?", name, nearest);
	return command_error("unknown profile: %s; choose one of %s", name, list);
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option options[] = {
		{"against", required_argument, NULL, 'a'},
		{"json", no_argument, NULL, 'j'},
		{"system", no_argument, NULL, 's'},
		{0},
	};
	int option;

	*ret = (struct options){.against = -1};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j') {
			ret->json = true;
		} else if (option == 's') {
			ret->system = true;
		} else if (option == 'a') {
			ret->against = profile_find(optarg, strlen(optarg));
			if (ret->against < 0)
				return unknown_profile(optarg);
		} else {
			return command_usage(argv[0], "unknown option");
		}
	}
	ret->files = argv + optind;
	ret->file_count = argc - optind;
	if (ret->system && ret->file_count > 0)
		return command_usage(argv[0], "--system compares with the installed policy, so it takes no files");
	return 0;
}

/* --- against a profile --- */

struct comparison {
	int profile;
	size_t counts[PROFILE_FINDING_KIND_MAX];
	bool json;
	json_t *list;
	const struct lockdown_survey *system; /* NULL = not asked for */
	const struct settings_dodges *dodges; /* the same */
	const struct controls_survey *controls; /* the same */
};

static json_t *demand_to_json(const struct profile_row *demand)
{
	char text[128];
	struct text t;

	TEXT_INTO(&t, text);
	profile_add_demand(demand, &t);
	return json_pack("{s:s, s:s, s:s}", "profile", profile_name(demand->profile), "demand", text, "citation", demand->citation);
}

static void take_finding(struct comparison *c, const struct profile_finding *finding, const struct settings *settings)
{
	const struct keyword_row *row = keyword_row(finding->keyword);
	char text[FINDING_BYTES], value[POLICY_LINE_BYTES_MAX], origin[FINDING_BYTES];
	struct text t, v, o;
	json_t *object;

	c->counts[finding->kind]++;
	TEXT_INTO(&t, text);
	profile_add_finding(finding, settings, &t);
	if (!c->json) {
		printf("%s: %s\n", profile_finding_kind_name(finding->kind), text);
		return;
	}
	TEXT_INTO(&v, value);
	settings_add_value(settings, finding->keyword, &v);
	TEXT_INTO(&o, origin);
	settings_add_origin(settings, finding->keyword, &o);
	object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "kind", profile_finding_kind_name(finding->kind), "section",
			   section_name(row->section), "keyword", row->name, "value", value, "origin", origin, "text", text, "demand",
			   demand_to_json(&finding->demand));
	if (object != NULL && finding->by_profile)
		json_object_set_new(object, "other", demand_to_json(&finding->other));
	json_array_append_new(c->list, object);
}

/* Lines for some people only: each is compared as if it held in general. What two profiles hold against each other was told there. */
static void compare_users(const struct policy *policy, const struct settings *general, struct comparison *c)
{
	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];
		struct profile_finding findings[1 + PROFILE_MAX];
		struct settings settings = *general;
		size_t count;

		if (a->who == NULL || policy_assignment_is_dead(policy, i))
			continue;
		value_put(keyword_row(a->keyword), &a->value, &settings);
		settings.origin[a->keyword] = (struct origin){.level = a->level, .file = a->file, .line = a->line, .who = a->who};
		count = profile_compare_keyword(&settings, policy->profile, c->profile, a->keyword, findings);
		for (size_t k = 0; k < count; k++)
			if (!findings[k].by_profile)
				take_finding(c, &findings[k], &settings);
	}
}

static void compare(const struct policy *policy, struct comparison *c)
{
	struct profile_finding findings[PROFILE_FINDINGS_MAX];
	struct settings general;
	size_t count;

	policy_resolve(policy, NULL, &general);
	count = profile_compare(&general, policy->profile, c->profile, findings);
	for (size_t i = 0; i < count; i++)
		take_finding(c, &findings[i], &general);
	compare_users(policy, &general, c);
}

/* --- the result --- */

static void count_exceptions(const struct exception_list *list, size_t ret_counts[static EXCEPTION_STANDING_MAX])
{
	for (size_t i = 0; i < list->count; i++)
		ret_counts[list->items[i].standing]++;
}

static void print_summary(const struct policy_loaded *loaded, const struct comparison *c, bool drafts)
{
	size_t exceptions[EXCEPTION_STANDING_MAX] = {0};

	count_exceptions(&loaded->exceptions, exceptions);
	if (c->profile >= 0)
		printf("against %s: %zu weaker, %zu contradictions, %zu conflicts\n", profile_name(c->profile), c->counts[PROFILE_WEAKER],
		       c->counts[PROFILE_CONTRADICTION], c->counts[PROFILE_CONFLICT]);
	printf("policy: %s", drafts && loaded->state == POLICY_CURRENT ? "valid" : policy_state_name(loaded->state));
	if (loaded->state != POLICY_BROKEN)
		printf(", profile %s, hash %s", profile_name(loaded->policy.profile), loaded->policy.hash);
	putchar('\n');
	if (loaded->exceptions.count > 0)
		printf("exceptions: %zu active, %zu future, %zu expired, %zu malformed\n", exceptions[EXCEPTION_ACTIVE], exceptions[EXCEPTION_FUTURE],
		       exceptions[EXCEPTION_EXPIRED], exceptions[EXCEPTION_MALFORMED]);
	if (c->system != NULL) {
		lockdown_print(common_paths(), c->system);
		printf("system: %zu files are not as [lock] asks%s\n", c->system->wrong, c->system->wrong > 0 ? "; \"mutexctl apply\" puts them right" : "");
		settings_dodge_print(c->dodges);
		controls_print(c->controls);
	}
	printf("%zu errors, %zu warnings\n", loaded->diags.errors, loaded->diags.warnings);
}

/* --- against the system --- */

/* Where [lock] asks nothing of desktops, nobody evades it. */
static void survey_system(const struct policy_loaded *loaded, struct comparison *c)
{
	static struct lockdown_survey files;
	static struct settings_dodges dodges;
	struct lockdown_wish wish = lockdown_wish_of(&loaded->policy);

	lockdown_survey(common_paths(), &wish, &files);
	if (wish.on)
		settings_dodge_survey(common_paths(), &dodges);
	settings_dodge_record(common_paths(), loaded, &dodges);
	c->system = &files;
	c->dodges = &dodges;
}

static json_t *result_to_json(const struct policy_loaded *loaded, struct comparison *c, bool fine)
{
	size_t exceptions[EXCEPTION_STANDING_MAX] = {0};
	json_t *counts = json_object(), *object;
	bool broken = loaded->state == POLICY_BROKEN; /* what stands there then is nobody's policy */

	count_exceptions(&loaded->exceptions, exceptions);
	for (enum exception_standing i = 0; i < EXCEPTION_STANDING_MAX; i++)
		json_object_set_new(counts, exception_standing_name(i), json_integer((json_int_t)exceptions[i]));
	object = json_pack("{s:b, s:s, s:s?, s:s?, s:I, s:I, s:o, s:o}", "ok", fine, "state", policy_state_name(loaded->state), "profile",
			   broken ? NULL : profile_name(loaded->policy.profile), "hash", broken ? NULL : loaded->policy.hash, "errors", (json_int_t)loaded->diags.errors,
			   "warnings", (json_int_t)loaded->diags.warnings, "problems", common_json_diags(&loaded->diags), "exceptions", counts);
	if (object != NULL && c->profile >= 0) {
		json_object_set_new(object, "against", json_string(profile_name(c->profile)));
		json_object_set_new(object, "findings", json_incref(c->list));
	}
	if (object != NULL && c->system != NULL) {
		json_object_set_new(object, "system", lockdown_to_json(c->system));
		json_object_set_new(object, "environment", settings_dodge_to_json(c->dodges));
		json_object_set_new(object, "controls", controls_to_json(c->controls));
	}
	return object;
}

static int report(struct policy_loaded *loaded, const struct options *options)
{
	json_t *list = json_array();
	struct comparison comparison = {.profile = options->against, .json = options->json, .list = list};
	struct controls_survey controls CONTROLS_FREED = {0};
	bool fine;
	int r;

	policy_check_now(&loaded->policy, clock_now_s(), &loaded->diags);
	if (loaded->state != POLICY_BROKEN)
		check_services(common_paths(), &loaded->policy, &loaded->diags);
	if (!options->json)
		common_print_diags(&loaded->diags);
	/* what is weaker in a policy that does not hold is no finding */
	if (options->against >= 0 && loaded->state != POLICY_BROKEN)
		compare(&loaded->policy, &comparison);
	if (options->system && loaded->state != POLICY_BROKEN) {
		survey_system(loaded, &comparison);
		controls_survey(common_paths(), &loaded->policy, &controls);
		comparison.controls = &controls;
	}
	fine = loaded->diags.errors == 0 && (loaded->state == POLICY_CURRENT || loaded->state == POLICY_DEFAULTS) &&
	       comparison.counts[PROFILE_WEAKER] + comparison.counts[PROFILE_CONTRADICTION] == 0 &&
	       (comparison.system == NULL || comparison.system->wrong + comparison.dodges->count + controls.wrong == 0);
	if (options->json) {
		r = common_print_json(result_to_json(loaded, &comparison, fine), fine ? COMMAND_FINE : COMMAND_VIOLATED);
	} else {
		print_summary(loaded, &comparison, options->file_count > 0);
		r = common_finish(fine ? COMMAND_FINE : COMMAND_VIOLATED);
	}
	json_decref(list);
	return r;
}

int command_check(int argc, char **argv)
{
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct options options;
	int r = read_options(argc, argv, &options);

	if (r == 0)
		r = options.file_count > 0 ? common_load_policy_files(options.files, options.file_count, &loaded) : common_load_policy(&loaded);
	return r == 0 ? report(&loaded, &options) : r;
}
