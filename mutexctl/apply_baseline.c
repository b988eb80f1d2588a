/* SPDX-License-Identifier: BSD-2-Clause */
/* The baseline of each control. */
#include "apply_baseline.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "baseline_store.h"
#include "command.h"
#include "common.h"
#include "controls.h"
#include "file.h"

#define PLAN_BYTES (16 * 1024)

static int keep(const struct paths *paths, enum control_id id, const struct settings *settings, bool anew)
{
	char block[PLAN_BYTES];
	struct control_watches watches = {0};
	struct arena arena;
	int r = 0;

	arena_init(&arena, block, sizeof block);
	control_row(id)->watch(settings, &arena, &watches);
	for (size_t i = 0; i < watches.count && r == 0; i++)
		if (watches.items[i].kind == WATCH_BASELINE)
			r = baseline_store_keep(paths, watches.items[i].name, anew);
	return r;
}

/* True when it is to be put right. */
static bool resolve(const struct policy_loaded *loaded, enum control_id id, struct settings *ret_settings)
{
	const struct policy_names names = {.control = control_row(id)->name};

	policy_resolve_for(&loaded->policy, NULL, &names, ret_settings);
	return ret_settings->control_mode == CONTROL_MODE_REPAIR || ret_settings->control_mode == CONTROL_MODE_GATE;
}

/* Below a root folder nothing is applicable, and what is there is kept. */
static int keep_control(const struct paths *paths, const struct policy_loaded *loaded, enum control_id id)
{
	struct control_standing standing;
	struct settings settings;
	struct arena arena = {0};
	bool holds;
	int r;

	if (!resolve(loaded, id, &settings))
		return 0;
	controls_look(paths, &loaded->policy, id, &arena, &standing);
	holds = standing.verdict.state == POSTURE_OK || standing.verdict.state == POSTURE_NOT_APPLICABLE;
	controls_free_arena(&arena);
	r = keep(paths, id, &settings, holds);
	if (r == 0 && !holds)
		printf("[control %s] does not hold now, so its files are not kept as they are: put it right (mutexctl status), then apply again.\n",
		       control_row(id)->name);
	return r;
}

int apply_baseline(const struct paths *paths, const struct policy_loaded *loaded)
{
	struct settings settings;
	bool wanted = file_allows(paths->baseline, F_OK) == 0;
	int r;

	for (enum control_id id = 0; id < CONTROL_MAX; id++)
		wanted = resolve(loaded, id, &settings) || wanted;
	if (!wanted)
		return 0;
	r = baseline_store_begin(paths);
	for (enum control_id id = 0; id < CONTROL_MAX && r == 0; id++)
		r = keep_control(paths, loaded, id);
	if (r == 0)
		r = baseline_store_end(paths);
	return r < 0 ? command_error("the files of the controls cannot be kept below %s: %s", paths->baseline, strerror(-r)) : 0;
}
