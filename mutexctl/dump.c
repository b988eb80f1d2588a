/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl dump: the policy as canonical text, or as one JSON object. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common.h"
#include "file.h"
#include "policy_assignment.h"
#include "profile.h"
#include "text.h"

static int print_text(const struct policy *policy)
{
	char *bytes FILE_FREED = malloc(POLICY_FILE_BYTES_MAX + 1);
	struct text dump;

	if (bytes == NULL)
		return command_error("cannot dump the policy: %s", strerror(ENOMEM));
	text_init(&dump, bytes, POLICY_FILE_BYTES_MAX + 1);
	policy_dump(policy, &dump);
	if (text_end(&dump) < 0)
		return command_error("cannot dump the policy: longer than %d bytes", POLICY_FILE_BYTES_MAX);
	fputs(dump.buf, stdout);
	return 0;
}

static void set_keyword(json_t *sections, const struct keyword_row *row, const union value *value)
{
	json_t *section = json_object_get(sections, section_name(row->section));

	if (section == NULL) {
		json_object_set_new(sections, section_name(row->section), json_object());
		section = json_object_get(sections, section_name(row->section));
	}
	json_object_set_new(section, row->name, common_json_value(row, value));
}

static json_t *general_to_json(const struct policy *policy)
{
	json_t *sections = json_object();
	struct settings general;

	policy_resolve(policy, NULL, &general);
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		union value value;

		if (section_scope(keyword_row(i)->section) == SCOPE_NAMED)
			continue;
		value_get(keyword_row(i), &general, &value);
		set_keyword(sections, keyword_row(i), &value);
	}
	return sections;
}

/* What the sections of one kind set: {"sshd": {"mfa": "required"}}. */
static json_t *named_to_json(const struct policy *policy, enum section section)
{
	const char *names[POLICY_NAMED_MAX];
	size_t count = policy_section_names(policy, section, names, POLICY_NAMED_MAX);
	json_t *all = json_object();

	for (size_t i = 0; i < count; i++)
		json_object_set_new(all, names[i], json_object());
	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];
		const struct keyword_row *row = keyword_row(a->keyword);

		if (a->name != NULL && row->section == section && !policy_assignment_is_dead(policy, i))
			json_object_set_new(json_object_get(all, a->name), row->name, common_json_value(row, &a->value));
	}
	return all;
}

/* In the order of reading, because between two groups the later line wins; lines of one WHO that follow each other are one entry. */
static json_t *users_to_json(const struct policy *policy)
{
	json_t *users = json_array(), *sections = NULL;
	unsigned scope_id = 0;

	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];

		if (a->who == NULL || policy_assignment_is_dead(policy, i))
			continue;
		if (a->scope_id != scope_id) {
			sections = json_object();
			json_array_append_new(users, json_pack("{s:s, s:o}", "who", a->who, "sections", sections));
			scope_id = a->scope_id;
		}
		set_keyword(sections, keyword_row(a->keyword), &a->value);
	}
	return users;
}

int command_dump(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	bool json = false, drafts, fine;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return command_usage(argv[0], "unknown option");
		json = true;
	}
	drafts = optind < argc;
	r = drafts ? common_load_policy_files(argv + optind, argc - optind, &loaded) : common_load_policy(&loaded);
	if (r != 0)
		return r;
	common_print_diags(&loaded.diags);
	fine = loaded.state == POLICY_CURRENT || loaded.state == POLICY_DEFAULTS;
	/* a draft with errors is no policy; installed files with errors leave something in force, and that is shown */
	if (drafts && !fine)
		return COMMAND_VIOLATED;
	if (json)
		return common_print_json(json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "hash", loaded.policy.hash, "state", policy_state_name(loaded.state),
						   "profile", profile_name(loaded.policy.profile), "sections", general_to_json(&loaded.policy), "services",
						   named_to_json(&loaded.policy, SECTION_service), "factors",
						   named_to_json(&loaded.policy, SECTION_factor), "controls",
						   named_to_json(&loaded.policy, SECTION_control), "users", users_to_json(&loaded.policy)),
					 fine ? COMMAND_FINE : COMMAND_VIOLATED);
	r = print_text(&loaded.policy);
	return r == 0 ? common_finish(fine ? COMMAND_FINE : COMMAND_VIOLATED) : r;
}
