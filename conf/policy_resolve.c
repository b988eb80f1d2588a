/* SPDX-License-Identifier: BSD-2-Clause */
/* What holds for a person: defaults, then the profile, then the lines of the policy by precedence. */
#include <string.h>

#include "exception.h"
#include "keyword_table.h"
#include "policy_assignment.h"
#include "profile.h"
#include "text.h"

/* The dump of compiled defaults, the only one without an arena behind it. */
#define DEFAULTS_DUMP_BYTES 8192

void policy_defaults(struct policy *ret_policy)
{
	unsigned char block[DEFAULTS_DUMP_BYTES];
	struct arena scratch;

	*ret_policy = (struct policy){.profile = PROFILE_COMPANY};
	policy_resolve_general(ret_policy);
	arena_init(&scratch, block, sizeof block);
	(void)policy_hash(ret_policy, &scratch); /* a test proves that it fits */
}

static void start_from_profile(const struct policy *policy, struct settings *settings)
{
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		union value value;
		bool by_profile = profile_value(policy->profile, i, &value);

		value_put(keyword_row(i), &value, settings);
		settings->origin[i] = (struct origin){.level = by_profile ? ORIGIN_PROFILE : ORIGIN_DEFAULT};
	}
}

/* Lines of one section follow each other, so the last answer is mostly the next one too. */
struct match {
	unsigned scope_id;
	bool matches;
};

static bool is_named(const struct policy_assignment *a, const struct policy_names *names)
{
	enum section section = keyword_row(a->keyword)->section;
	const char *name = section == SECTION_service ? names->service : section == SECTION_factor ? names->factor : names->control;

	return name != NULL && strcmp(a->name, name) == 0;
}

static bool applies(const struct policy_assignment *a, const struct person *person, const struct policy_names *names, struct match *last)
{
	if (last->scope_id != a->scope_id)
		*last = (struct match){
			.scope_id = a->scope_id,
			.matches = a->name != NULL ? is_named(a, names) : person != NULL && who_matches(a->who, person),
		};
	return last->matches;
}

void policy_resolve(const struct policy *policy, const struct person *person, struct settings *ret_settings)
{
	const struct policy_names nobody = {0};

	policy_resolve_for(policy, person, &nobody, ret_settings);
}

/* On an equal level the later line wins. */
static void set(const struct policy_assignment *a, struct settings *settings)
{
	struct origin *origin = &settings->origin[a->keyword];

	if (a->level < origin->level)
		return;
	value_put(keyword_row(a->keyword), &a->value, settings);
	*origin = (struct origin){.level = a->level, .file = a->file, .line = a->line, .who = a->who, .name = a->name};
}

/* Once for each policy: a login resolves it several times, and reading the defaults' texts is most of the work. */
void policy_resolve_general(struct policy *policy)
{
	memset(&policy->general, 0, sizeof policy->general);
	start_from_profile(policy, &policy->general);
	for (size_t i = 0; i < policy->count; i++)
		if (policy->assignments[i].scope_id == 0)
			set(&policy->assignments[i], &policy->general);
	/* the profile that counts is the one that the defaults came from */
	policy->general.policy_profile = policy->profile;
}

void policy_resolve_for(const struct policy *policy, const struct person *person, const struct policy_names *names, struct settings *ret_settings)
{
	struct match last = {0};

	*ret_settings = policy->general;
	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];

		if (a->scope_id != 0 && applies(a, person, names, &last))
			set(a, ret_settings);
	}
	ret_settings->policy_profile = policy->profile;
}

size_t policy_section_names(const struct policy *policy, enum section section, const char **ret_names, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < policy->named_count; i++) {
		if (policy->named[i].section != section)
			continue;
		if (count < max)
			ret_names[count] = policy->named[i].name;
		count++;
	}
	return count;
}

void settings_add_value(const struct settings *settings, enum keyword keyword, struct text *t)
{
	const struct keyword_row *row = keyword_row(keyword);
	union value value;

	value_get(row, settings, &value);
	value_add(row, &value, t);
}

static void add_section(const char *section, const char *argument, struct text *t)
{
	text_add(t, " [");
	text_add(t, section);
	text_add_char(t, ' ');
	text_add_escaped(t, argument, strlen(argument));
	text_add_char(t, ']');
}

void settings_add_origin(const struct settings *settings, enum keyword keyword, struct text *t)
{
	const struct origin *origin = &settings->origin[keyword];

	if (origin->level == ORIGIN_DEFAULT) {
		text_add(t, "default");
		return;
	}
	if (origin->level == ORIGIN_PROFILE) {
		text_add(t, "profile ");
		text_add(t, profile_name(settings->policy_profile));
		return;
	}
	text_add_escaped(t, origin->file, strlen(origin->file));
	text_add_char(t, ':');
	text_add_int(t, origin->line);
	if (origin->who != NULL)
		add_section("users", origin->who, t);
	if (origin->name != NULL)
		add_section(section_name(keyword_row(keyword)->section), origin->name, t);
}
