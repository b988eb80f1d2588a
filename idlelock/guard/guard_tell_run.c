/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guard tells: records, the posture, the queue, the bus. */
#include <string.h>

#include "clock.h"
#include "facts_store.h"
#include "file.h"
#include "guard_run.h"
#include "guard_serve.h"
#include "queue_store.h"
#include "record.h"
#include "text.h"

#define DETAIL_BYTES 512

static enum posture_mode posture_mode_of(const struct guarded *c)
{
	switch (c->settings.control_mode) {
	case CONTROL_MODE_REPAIR:
		return c->guardian.given_up ? POSTURE_GATE : POSTURE_REPAIR;
	case CONTROL_MODE_GATE:
		return POSTURE_GATE;
	case CONTROL_MODE_OBSERVE:
		return POSTURE_OBSERVE;
	default:
		return POSTURE_OFF;
	}
}

static void note(char *to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, to, size);
	text_add_escaped_cut(&t, from, strlen(from), size - 1);
}

void guard_write_posture(struct guard *guard)
{
	struct posture posture = {.time = clock_now_s()};

	memcpy(posture.boot_id, guard->boot_id, sizeof posture.boot_id);
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		const struct guarded *c = &guard->controls[i];
		struct posture_control *to = &posture.controls[posture.count];

		if (c->settings.control_mode == CONTROL_MODE_OFF)
			continue;
		note(to->control, sizeof to->control, c->row->name);
		note(to->clause, sizeof to->clause, c->row->clause);
		note(to->detail, sizeof to->detail, c->detail);
		to->state = c->guardian.told ? c->guardian.state : POSTURE_UNKNOWN;
		to->since = c->guardian.told ? c->guardian.since_s : posture.time;
		to->mode = posture_mode_of(c);
		posture.count++;
	}
	(void)facts_store_posture(guard->paths, guard->paths->guard_posture, &posture, &guard->posture_fd);
}

void guard_inherit(struct guard *guard)
{
	const struct file_trust trust = {.owner = guard->paths->owner, .max_bytes = POSTURE_BYTES_MAX};
	const char *path = guard->paths->guard_posture;
	char bytes[POSTURE_BYTES_MAX];
	struct posture posture;
	size_t size = 0;
	int fd FILE_CLOSED = file_open_trusted(path, &trust, &size);

	if (fd < 0 || size > sizeof bytes || file_pread_all(fd, bytes, size, 0) < 0 || posture_read(bytes, size, path, NULL, &posture) < 0)
		return;
	for (size_t i = 0; i < CONTROL_MAX; i++)
		for (size_t k = 0; k < posture.count; k++)
			if (strcmp(guard->controls[i].row->name, posture.controls[k].control) == 0)
				guard->controls[i].held = true;
}

static void record(const struct guarded *c, enum record_verdict verdict, const char *reason, const char *detail)
{
	const struct guard *guard = c->guard;
	const struct record r = {
		.kind = RECORD_CONTROL_CHANGED,
		.verdict = verdict,
		.observed_only = c->settings.control_mode == CONTROL_MODE_OBSERVE,
		.time_s = clock_now_s(),
		.clause = c->row->clause,
		.policy_hash = guard->policy->policy.hash,
		.policy_state = policy_state_name(guard->policy->state),
		.service = "mutex-guardd",
		.asked_by = c->culprit.person[0] == '\0' ? NULL : c->culprit.person,
		.reasons = &reason,
		.reason_count = 1,
		.detail = detail,
	};

	(void)record_emit(&r, guard->paths->journal, guard->paths->syslog);
}

static void enqueue(const struct guarded *c)
{
	struct queue_entry entry = {.first = clock_now_s()};

	note(entry.control, sizeof entry.control, c->row->name);
	note(entry.clause, sizeof entry.clause, c->row->clause);
	note(entry.by, sizeof entry.by, c->by);
	note(entry.detail, sizeof entry.detail, c->detail);
	(void)queue_store_add(c->guard->paths, &entry);
}

void guard_tell_change(struct guarded *c, bool gave_up)
{
	enum posture_state state = c->guardian.state;
	char detail[DETAIL_BYTES];
	struct text t;

	TEXT_INTO(&t, detail);
	text_add_format(&t, "%s: %s", c->row->name, gave_up ? "switched off again and again, and not put right any more for a while; " : "");
	text_add(&t, c->detail[0] != '\0' ? c->detail : posture_state_name(state));
	if (state == POSTURE_VIOLATED)
		text_add_format(&t, " Changed by: %s.", c->by[0] != '\0' ? c->by : "unknown");
	if (state == POSTURE_VIOLATED && c->hold_error < 0)
		text_add_format(&t, " Nothing keeps harm away meanwhile: %s.", strerrordesc_np(-c->hold_error));
	record(c, state == POSTURE_VIOLATED ? RECORD_WARNED : RECORD_NOTED, gave_up ? "given-up" : posture_state_name(state), detail);
	if (state == POSTURE_VIOLATED)
		enqueue(c);
	guard_write_posture(c->guard);
	guard_serve_say_changed(c->guard->serve, c);
}

/* Only of what went wrong: that it is fine again is told by the look that follows. */
void guard_tell_repair(struct guarded *c, size_t failed)
{
	char detail[DETAIL_BYTES];
	struct text t;

	if (failed == 0 || c->guardian.attempts > 1)
		return;
	TEXT_INTO(&t, detail);
	text_add_format(&t, "%s: %zu steps of the repair failed, the first: %s.", c->row->name, failed, c->failed);
	record(c, RECORD_WARNED, "repair-failed", detail);
}
