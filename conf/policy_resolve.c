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
	unsigned who_id;
	bool matches;
};

static bool applies(const struct policy_assignment *a, const struct person *person, struct match *last)
{
	if (a->who == NULL)
		return true;
	if (person == NULL)
		return false;
	if (last->who_id != a->who_id)
		*last = (struct match){.who_id = a->who_id, .matches = who_matches(a->who, person)};
	return last->matches;
}

void policy_resolve(const struct policy *policy, const struct person *person, struct settings *ret_settings)
{
	struct match last = {0};

	memset(ret_settings, 0, sizeof *ret_settings);
	start_from_profile(policy, ret_settings);
	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];
		struct origin *origin = &ret_settings->origin[a->keyword];

		/* equal level: the later line wins */
		if (a->level < origin->level || !applies(a, person, &last))
			continue;
		value_put(keyword_row(a->keyword), &a->value, ret_settings);
		*origin = (struct origin){.level = a->level, .file = a->file, .line = a->line, .who = a->who};
	}
	/* the profile that counts is the one that the defaults came from */
	ret_settings->policy_profile = policy->profile;
}

void policy_resolve_for(const struct policy *policy, const struct person *person, const struct policy_names *names, struct settings *ret_settings)
{
	(void)names;
	policy_resolve(policy, person, ret_settings);
}

void settings_add_value(const struct settings *settings, enum keyword keyword, struct text *t)
{
	const struct keyword_row *row = keyword_row(keyword);
	union value value;

	value_get(row, settings, &value);
	value_add(row, &value, t);
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
	if (origin->who != NULL) {
		text_add(t, " [users ");
		text_add_escaped(t, origin->who, strlen(origin->who));
		text_add_char(t, ']');
	}
}
