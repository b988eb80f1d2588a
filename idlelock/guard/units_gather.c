/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe of control "units". */
#include <errno.h>

#include "unit_gather.h"
#include "units.h"

static int gather_one(struct unit_source *source, const char *name, struct arena *arena, struct units_facts *facts)
{
	struct unit *unit = &facts->items[facts->count], *triggered = &facts->triggered[facts->count];
	int r = unit_gather(source, name, arena, unit);

	if (r == 0 && !unit_has_suffix(name, ".service") && unit->triggers[0] != '\0')
		r = unit_gather(source, unit->triggers, arena, triggered);
	facts->count++;
	return r;
}

int units_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	struct units_facts *facts = ARENA_NEW(arena, struct units_facts, 1);
	const struct word_list *names = &scene->settings->control_units;
	struct unit_source source UNIT_SOURCE_CLOSED = {0};
	int r = 0;

	if (facts == NULL)
		return -ENOMEM;
	*ret_facts = facts;
	facts->now_s = scene->now_s;
	if (names->count == 0)
		return 0;
	r = unit_source_open(NULL, scene->paths->root, &source);
	for (size_t i = 0; i < names->count && i < UNITS_MAX && r == 0; i++)
		r = gather_one(&source, names->words[i], arena, facts);
	if (r < 0)
		facts->unreachable = unit_gather_explain(r);
	facts->upgrading = unit_gather_upgrading(scene->paths->root);
	return 0;
}
