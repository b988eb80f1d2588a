/* SPDX-License-Identifier: BSD-2-Clause */
/* How the controls stand right now. */
#include "controls.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "clock.h"
#include "common.h"
#include "keyword_table.h"
#include "text.h"

/* Address space only: what is not used costs nothing. */
#define ARENA_BYTES (512U * 1024 * 1024)

static int begin_arena(struct arena *arena)
{
	void *block;

	if (arena->block != NULL)
		return 0;
	block = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (block == MAP_FAILED)
		return -1;
	arena_init(arena, block, ARENA_BYTES);
	return 0;
}

void controls_free_arena(struct arena *arena)
{
	if (arena->block != NULL)
		(void)munmap(arena->block, arena->size);
	arena->block = NULL;
}

void controls_look(const struct paths *paths, const struct policy *policy, enum control_id id, struct arena *arena, struct control_standing *ret)
{
	const struct control_row *row = control_row(id);
	const struct policy_names names = {.control = row->name};
	struct settings settings;
	const struct control_scene scene = {.paths = paths, .settings = &settings, .now_s = clock_now_s()};
	const void *facts;

	policy_resolve_for(policy, NULL, &names, &settings);
	*ret = (struct control_standing){.mode = settings.control_mode, .language = common_language(&settings)};
	if (settings.control_mode == CONTROL_MODE_OFF || paths->root[0] != '\0')
		ret->verdict.state = POSTURE_NOT_APPLICABLE;
	else if (begin_arena(arena) == 0 && row->probe(&scene, arena, &facts) == 0)
		ret->verdict = row->judge(facts, &settings, arena);
}

bool control_standing_is_wrong(const struct control_standing *standing)
{
	return (standing->mode == CONTROL_MODE_REPAIR || standing->mode == CONTROL_MODE_GATE) &&
	       (standing->verdict.state == POSTURE_VIOLATED || standing->verdict.state == POSTURE_UNKNOWN);
}

void controls_survey(const struct paths *paths, const struct policy *policy, struct controls_survey *ret)
{
	for (enum control_id id = 0; id < CONTROL_MAX; id++) {
		controls_look(paths, policy, id, &ret->arena, &ret->items[id]);
		ret->wrong += control_standing_is_wrong(&ret->items[id]);
	}
}

void controls_free(struct controls_survey *survey)
{
	controls_free_arena(&survey->arena);
}

static bool has_remedy(const struct control_verdict *verdict)
{
	return verdict->reason_count > 0 && (verdict->state == POSTURE_VIOLATED || verdict->state == POSTURE_UNKNOWN);
}

static void add_reason(struct text *t, enum language language, const struct control_reason *reason)
{
	message_add(t, language, reason->id, reason->arguments, reason->count);
}

static const char *mode_name(const struct control_standing *standing, struct text *t)
{
	const char *choice;
	size_t len = keyword_choice(keyword_row(KEYWORD_control_mode), (size_t)standing->mode, &choice);

	text_add_bytes(t, choice, len);
	return t->buf;
}

void controls_print(const struct controls_survey *survey)
{
	for (enum control_id id = 0; id < CONTROL_MAX; id++) {
		const struct control_standing *standing = &survey->items[id];
		const struct control_verdict *verdict = &standing->verdict;
		char mode[16], words[2 * MESSAGE_BYTES_MAX];
		struct text m, t;

		TEXT_INTO(&m, mode);
		printf("%s (%s): %s; mode = %s\n", control_row(id)->name, control_row(id)->clause, posture_state_name(verdict->state),
		       mode_name(standing, &m));
		for (size_t i = 0; i < verdict->reason_count; i++) {
			TEXT_INTO(&t, words);
			add_reason(&t, standing->language, &verdict->reasons[i]);
			printf("- %s\n", words);
		}
		if (!has_remedy(verdict))
			continue;
		TEXT_INTO(&t, words);
		add_reason(&t, standing->language, &verdict->remedy);
		printf("  %s\n", words);
	}
}

json_t *controls_to_json(const struct controls_survey *survey)
{
	json_t *array = json_array();

	for (enum control_id id = 0; id < CONTROL_MAX; id++) {
		const struct control_standing *standing = &survey->items[id];
		const struct control_verdict *verdict = &standing->verdict;
		char mode[16], words[2 * MESSAGE_BYTES_MAX];
		json_t *reasons = json_array();
		struct text m, t;

		for (size_t i = 0; i < verdict->reason_count; i++) {
			TEXT_INTO(&t, words);
			add_reason(&t, standing->language, &verdict->reasons[i]);
			json_array_append_new(reasons, json_string(words));
		}
		TEXT_INTO(&m, mode);
		TEXT_INTO(&t, words);
		if (has_remedy(verdict))
			add_reason(&t, standing->language, &verdict->remedy);
		json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:o, s:s}", "control", control_row(id)->name, "clause", control_row(id)->clause,
						       "mode", mode_name(standing, &m), "state", posture_state_name(verdict->state), "reasons", reasons,
						       "remedy", words));
	}
	return array;
}
