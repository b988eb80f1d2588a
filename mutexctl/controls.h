/* SPDX-License-Identifier: BSD-2-Clause */
/* How the controls of [control NAME] stand right now, for status and check --system. Shell. */
#ifndef MUTEXCTL_CONTROLS_H
#define MUTEXCTL_CONTROLS_H

#include <jansson.h>

#include "control.h"
#include "paths.h"

struct control_standing {
	int mode; /* CONTROL_MODE_OFF: nobody looked */
	struct control_verdict verdict;
	enum language language;
};

struct controls_survey {
	struct control_standing items[CONTROL_MAX];
	size_t wrong; /* violated or unknown, and the mode says more than observe */
	struct arena arena;
};

/* One control. Below a root folder nothing is applicable: the kernel is not that root's. The arena of the verdict is *arena, which the caller gives
 * back with controls_free_arena(). */
void controls_look(const struct paths *paths, const struct policy *policy, enum control_id id, struct arena *arena, struct control_standing *ret);
void controls_free_arena(struct arena *arena);
bool control_standing_is_wrong(const struct control_standing *standing);

/* All of them. Zero-initialise, and give it the CONTROLS_FREED attribute. */
void controls_survey(const struct paths *paths, const struct policy *policy, struct controls_survey *ret);
void controls_free(struct controls_survey *survey);
#define CONTROLS_FREED __attribute__((cleanup(controls_free)))

void controls_print(const struct controls_survey *survey);
json_t *controls_to_json(const struct controls_survey *survey);

#endif
