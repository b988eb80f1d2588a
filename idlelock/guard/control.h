/* SPDX-License-Identifier: BSD-2-Clause */
/* The controls of this computer: each is a row that looks and a row that judges. README.md shows how to add one.
 *
 * `probe` reads the system and nothing else (shell). `judge` compares what it read with the policy (pure): the same facts and policy give the
 * same verdict at any time. `watch` says what calls for a new look, `repair` what would put a violation right (both pure); mutex-guardd does it. */
#ifndef GUARD_CONTROL_H
#define GUARD_CONTROL_H

#include <stdbool.h>

#include "arena.h"
#include "control_plan.h"
#include "control_table.h"
#include "message.h"
#include "paths.h"
#include "policy.h"
#include "posture.h"

/* Why the verdict is what it is, the weightiest first. A reason is a message with its arguments, which lie in the arena of the judge. */
#define CONTROL_REASONS_MAX 12
#define CONTROL_ARGUMENTS_MAX 4
struct control_reason {
	enum message_id id;
	const char *arguments[CONTROL_ARGUMENTS_MAX];
	size_t count;
};

struct control_verdict {
	enum posture_state state; /* its zero is UNKNOWN */
	struct control_reason reasons[CONTROL_REASONS_MAX];
	size_t reason_count;
	bool busy; /* the product is at work on it this moment: mutex-guardd waits for it to end before it tells a violation */
	bool held; /* mutex-guardd keeps harm away meanwhile (guard_run.c), until it is fine again */
	bool undecided; /* UNKNOWN, since what was read says neither; where it was fine before, somebody made it so */
	bool beyond_repair; /* VIOLATED, but nothing is known to be open, and nothing that `repair` plans would change it */
	struct control_reason remedy; /* count and id only mean something for VIOLATED and UNKNOWN */
};

/* Where and when a control is looked at. */
struct control_scene {
	const struct paths *paths;
	const struct settings *settings; /* of this control: policy_resolve_for() */
	int64_t now_s;                   /* UTC */
	bool aside;                      /* in a process group that ends with the look, and with it whatever the probe starts */
};

struct control_row {
	const char *name;
	const char *clause;
	/* Reads the system into the arena. 0, or -ENOMEM; a system that cannot be read is a fact, too, and so is the time where the judge asks for it. */
	int (*probe)(const struct control_scene *scene, struct arena *arena, const void **ret_facts);
	struct control_verdict (*judge)(const void *facts, const struct settings *settings, struct arena *arena);
	/* Strings of a plan are constant, of the settings, or lie in the arena. */
	void (*watch)(const struct settings *settings, struct arena *arena, struct control_watches *watches);
	/* Of a violated control. */
	void (*repair)(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair);
	/* NULL = nothing; after each look of mutex-guardd: notes what the next look is to know of this one (shell). */
	void (*remember)(const struct control_scene *scene, const void *facts);
};

const struct control_row *control_row(enum control_id id);

/* Adds a reason as long as there is room. */
void control_add_reason(struct control_verdict *verdict, const struct control_reason *reason);

#endif
