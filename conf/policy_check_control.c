/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about [control NAME] that one value alone cannot break: its name, the words of allow, and what this version does not do yet. */
#include "policy_check.h"

#include <string.h>

#include "control_table.h"
#include "opening.h"
#include "policy_assignment.h"
#include "text.h"

#define SHOWN_BYTES_MAX 64

static const char *const NAMES[CONTROL_MAX + 1] = {
#define CONTROL_NAME(name, clause) #name,
	CONTROLS(CONTROL_NAME)
#undef CONTROL_NAME
};

static void check_name(const struct policy_named *named, struct diag_list *diags)
{
	const char *nearest;
	char list[256];
	struct text t;

	for (size_t i = 0; i < CONTROL_MAX; i++)
		if (strcmp(NAMES[i], named->name) == 0)
			return;
	nearest = diag_nearest(named->name, strlen(named->name), NAMES);
	TEXT_INTO(&t, list);
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		text_add(&t, i > 0 ? ", " : "");
		text_add(&t, NAMES[i]);
	}
	if (nearest != NULL)
		diag_add(diags, DIAG_ERROR, named->file, named->line, named->column, "unknown control \"%s\"; did you mean \"%s\"?", named->name, nearest);
	else
		diag_add(diags, DIAG_ERROR, named->file, named->line, named->column, "unknown control \"%s\"; choose one of %s", named->name, list);
}

static void check_openings(const struct policy_assignment *a, struct diag_list *diags)
{
	for (size_t i = 0; i < a->value.words.count; i++) {
		const char *word = a->value.words.words[i];
		struct opening opening;
		char problem[256];
		struct text t;

		TEXT_INTO(&t, problem);
		if (opening_parse(word, strlen(word), &opening, &t) == 0)
			continue;
		diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "\"%.*s\" is no opening: %s", SHOWN_BYTES_MAX, word, problem);
		return;
	}
}

void policy_check_control(const struct policy *policy, struct diag_list *diags)
{
	for (size_t i = 0; i < policy->named_count; i++)
		if (policy->named[i].section == SECTION_control)
			check_name(&policy->named[i], diags);
	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];

		if (a->wrong)
			continue;
		if (a->keyword == KEYWORD_control_allow)
			check_openings(a, diags);
		if (a->keyword == KEYWORD_control_mode && (a->value.choice == CONTROL_MODE_REPAIR || a->value.choice == CONTROL_MODE_GATE))
			diag_add(diags, DIAG_WARNING, a->file, a->line, a->column,
				 "a violation is a finding of \"mutexctl status\" and \"mutexctl check --system\"; nothing puts it right yet (later version)");
	}
}
