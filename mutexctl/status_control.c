/* SPDX-License-Identifier: BSD-2-Clause */
/* A control in mutexctl status: how it stands, the weightiest reason, and what to do. */
#include <errno.h>
#include <string.h>

#include "controls.h"
#include "date.h"
#include "guard_client.h"
#include "status_part.h"

static enum control_id find_control(const char *name)
{
	enum control_id id = 0;

	while (id + 1 < CONTROL_MAX && strcmp(control_row(id)->name, name) != 0)
		id++;
	return id;
}

static enum part_state state_of(const struct control_standing *standing)
{
	if (standing->verdict.state == POSTURE_NOT_APPLICABLE)
		return standing->mode == CONTROL_MODE_OFF ? PART_NONE : PART_ABSENT;
	if (standing->mode == CONTROL_MODE_OBSERVE)
		return PART_OBSERVE;
	return control_standing_is_wrong(standing) ? PART_OFF : PART_ON;
}

static void tell_remedy(const struct control_standing *standing, struct part *p)
{
	const struct control_reason *remedy = &standing->verdict.remedy;
	struct text next;

	TEXT_INTO(&next, p->next);
	message_add(&next, standing->language, remedy->id, remedy->arguments, remedy->count);
}

/* Since when it is as it is now, and by whom: only the guard knows. */
static void add_history(const char *control, const struct control_standing *standing, struct text *t)
{
	const struct guard_client_standing *seen;
	struct guard_client client;

	if (standing->mode == CONTROL_MODE_OFF)
		return;
	if (guard_client_ask(&client) == -ESRCH)
		text_add(t, "; mutex-guardd does not run: nobody watches it");
	seen = guard_client_find(&client, control);
	if (seen == NULL || strcmp(seen->state, posture_state_name(standing->verdict.state)) != 0)
		return;
	text_add(t, "; since ");
	date_add_time(t, seen->since_s);
	if (standing->verdict.state == POSTURE_VIOLATED)
		text_add_format(t, ", changed by %s", seen->by[0] != '\0' ? seen->by : "unknown");
	if (seen->given_up)
		text_add(t, "; switched off too often to be put right again");
}

void status_look_at_control(const struct situation *s, struct part *p)
{
	struct text t = part_detail(p);
	struct control_standing standing;
	struct arena arena = {0};
	const struct control_verdict *verdict = &standing.verdict;

	controls_look(s->paths, &s->loaded->policy, find_control(p->name), &arena, &standing);
	p->state = state_of(&standing);
	text_add(&t, posture_state_name(verdict->state));
	if (verdict->reason_count > 0) {
		text_add(&t, ": ");
		message_add(&t, standing.language, verdict->reasons[0].id, verdict->reasons[0].arguments, verdict->reasons[0].count);
	}
	if (verdict->reason_count > 1)
		text_add_format(&t, " (+%zu: mutexctl check --system)", verdict->reason_count - 1);
	add_history(p->name, &standing, &t);
	if (verdict->reason_count > 0 && (verdict->state == POSTURE_VIOLATED || verdict->state == POSTURE_UNKNOWN))
		tell_remedy(&standing, p);
	controls_free_arena(&arena);
}
