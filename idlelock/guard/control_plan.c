/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans of controls. */
#include "control_plan.h"

#include <errno.h>
#include <string.h>

#include "arena.h"

void control_add_watch(struct control_watches *watches, enum control_watch_kind kind, const char *name, int64_t interval_s)
{
	if (watches->count < CONTROL_WATCHES_MAX)
		watches->items[watches->count++] = (struct control_watch){.kind = kind, .name = name, .interval_s = interval_s};
}

void control_add_step(struct control_repair *repair, enum control_step_kind kind, const char *what)
{
	if (repair->count < CONTROL_STEPS_MAX)
		repair->steps[repair->count++] = (struct control_step){.kind = kind, .what = what};
}

void control_add_command(struct control_repair *repair, const char *purpose, const char *const *argv)
{
	struct control_step step = {.kind = STEP_COMMAND, .what = purpose};
	size_t count = 0;

	for (; argv[count] != NULL && count < CONTROL_ARGV_MAX; count++)
		step.argv[count] = argv[count];
	if (argv[count] == NULL && repair->count < CONTROL_STEPS_MAX)
		repair->steps[repair->count++] = step;
}

static const char *copy(struct arena *arena, const char *s)
{
	return s != NULL ? arena_copy(arena, s, strlen(s)) : NULL;
}

int control_copy_repair(const struct control_repair *from, struct arena *arena, struct control_repair *ret_to)
{
	*ret_to = (struct control_repair){.count = from->count};
	for (size_t i = 0; i < from->count; i++) {
		const struct control_step *step = &from->steps[i];
		struct control_step *to = &ret_to->steps[i];

		to->kind = step->kind;
		to->what = copy(arena, step->what);
		if (to->what == NULL)
			return -ENOMEM;
		for (size_t word = 0; step->argv[word] != NULL; word++) {
			to->argv[word] = copy(arena, step->argv[word]);
			if (to->argv[word] == NULL)
				return -ENOMEM;
		}
	}
	return 0;
}
