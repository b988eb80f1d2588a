/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of control "units". */
#include "units.h"

#include <string.h>

#include "text.h"

#define INTERVAL_S 60

static const char *number(size_t n, struct arena *arena)
{
	char buffer[24];
	const char *copy;
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add_int(&t, (int64_t)n);
	copy = arena_copy(arena, buffer, t.len);
	return copy != NULL ? copy : "";
}

/* What a timer or socket starts need neither run nor be enabled itself. */
static struct unit as_triggered(const struct unit *u)
{
	struct unit seen = *u;

	if (strcmp(u->active, "active") != 0)
		seen.active = "active";
	if (strncmp(u->file_state, "masked", strlen("masked")) != 0)
		seen.file_state = "static";
	return seen;
}

struct control_verdict units_judge(const void *facts, const struct settings *settings, struct arena *arena)
{
	const struct units_facts *f = facts;
	const struct unit_setting setting = {.files = &settings->control_unit_files, .now_s = f->now_s, .upgrading = f->upgrading};
	struct control_verdict verdict = {.state = POSTURE_OK, .remedy = {.id = MESSAGE_UNITS_REMEDY, .count = 1}};

	if (f->unreachable != NULL) {
		verdict = (struct control_verdict){.state = POSTURE_UNKNOWN, .remedy = {.id = MESSAGE_UNITS_REMEDY_ASK}};
		control_add_reason(&verdict, &(struct control_reason){.id = MESSAGE_UNITS_UNREACHABLE, .arguments = {f->unreachable}, .count = 1});
		return verdict;
	}
	if (f->count == 0) {
		verdict.state = POSTURE_NOT_APPLICABLE;
		control_add_reason(&verdict, &(struct control_reason){.id = MESSAGE_UNITS_NONE});
		return verdict;
	}
	for (size_t i = 0; i < f->count; i++) {
		bool holds = unit_holds(&f->items[i], &setting, &verdict);

		if (f->triggered[i].name != NULL) {
			const struct unit behind = as_triggered(&f->triggered[i]);

			holds = unit_holds(&behind, &setting, &verdict) && holds;
		}
		if (holds)
			continue;
		if (verdict.state == POSTURE_OK)
			verdict.remedy.arguments[0] = f->items[i].name;
		verdict.state = POSTURE_VIOLATED;
	}
	if (verdict.reason_count == 0)
		control_add_reason(&verdict, &(struct control_reason){.id = MESSAGE_UNITS_HOLD, .arguments = {number(f->count, arena)}, .count = 1});
	return verdict;
}

void units_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches)
{
	for (size_t i = 0; i < settings->control_units.count; i++)
		unit_watch(settings->control_units.words[i], arena, watches);
	unit_watch_common(watches);
	for (size_t i = 0; i < settings->control_unit_files.count; i++)
		control_add_watch(watches, WATCH_FILE, settings->control_unit_files.words[i], 0);
	control_add_watch(watches, WATCH_INTERVAL, "a process that is stopped by a signal tells nobody, nor does a restart that takes too long", INTERVAL_S);
}

void units_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	const struct units_facts *f = facts;
	const struct unit_setting setting = {.files = &settings->control_unit_files, .now_s = f->now_s, .upgrading = f->upgrading};

	for (size_t i = 0; i < f->count; i++) {
		if (f->triggered[i].name != NULL) {
			const struct unit behind = as_triggered(&f->triggered[i]);

			unit_repair(&behind, &setting, arena, repair);
		}
		unit_repair(&f->items[i], &setting, arena, repair);
	}
}
