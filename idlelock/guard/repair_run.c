/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of a repair. */
#include "repair_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "text.h"
#include "unit_run.h"

#define ARENA_BYTES (64 * 1024)
#define STEP_MS 30000
#define JOB_NS (60 * INT64_C(1000000000))
#define OBJECT_BYTES 128
#define UNIT_BYTES 96
#define OURSELVES "/usr/libexec/mutex-guardd"
#define JOB_RULE \
	"type='signal',sender='" UNIT_MANAGER_NAME "',path='" UNIT_MANAGER_PATH "',interface='" UNIT_MANAGER_INTERFACE "',member='JobRemoved'"

/* What one step takes of calls. */
enum phase { PHASE_FIRST, PHASE_SECOND };

struct repair {
	struct loop *loop;
	struct bus *bus;
	char control[32];
	struct control_repair plan;
	repair_done done;
	void *data;
	size_t at;                /* of the step under way */
	enum phase phase;
	bool reload, reloading;   /* systemd is to read its files anew before it starts anything */
	bool asking, stopped;
	char job[OBJECT_BYTES];   /* that is waited for; "" = none */
	size_t failed;
	const char *first_failed;
	unsigned number;
	void *memory;
};

static void go_on(struct repair *r);
static void on_job(DBusMessage *signal, void *data);
static void on_job_late(int64_t now_ns, void *data);
static void on_start(int64_t now_ns, void *data);

static void release(struct repair *r)
{
	bus_unmatch(r->bus, JOB_RULE, on_job, r);
	(void)loop_at(r->loop, INT64_MAX, 0, on_job_late, r);
	(void)loop_at(r->loop, INT64_MAX, 0, on_start, r);
	free(r->memory);
	free(r);
}

void repair_stop(struct repair *r)
{
	if (r == NULL)
		return;
	r->stopped = true;
	if (!r->asking)
		release(r);
}

static void finish(struct repair *r)
{
	repair_done done = r->done;
	void *data = r->data;
	size_t failed = r->failed;
	char what[UNIT_BYTES] = "";
	struct text t;

	TEXT_INTO(&t, what);
	if (r->first_failed != NULL)
		text_add_escaped_cut(&t, r->first_failed, strlen(r->first_failed), sizeof what - 1);
	release(r);
	done(failed, what, data);
}

/* The first call of two that start a unit: systemd knows nothing to forget of one that it has not loaded. */
static bool is_preparing(const struct repair *r)
{
	return r->phase == PHASE_FIRST && r->plan.steps[r->at].kind == STEP_UNIT_START;
}

static void note_failure(struct repair *r)
{
	if (r->reloading || is_preparing(r))
		return;
	if (r->failed++ == 0)
		r->first_failed = r->plan.steps[r->at].what;
}

static void step_over(struct repair *r)
{
	r->job[0] = '\0';
	(void)loop_at(r->loop, INT64_MAX, 0, on_job_late, r);
	if (r->reloading)
		r->reload = r->reloading = false;
	else if (r->phase == PHASE_FIRST && (r->plan.steps[r->at].kind == STEP_UNIT_UNMASK || is_preparing(r)))
		r->phase = PHASE_SECOND;
	else {
		r->phase = PHASE_FIRST;
		r->at++;
	}
	go_on(r);
}

/* --- the end of a job --- */

static void on_job(DBusMessage *signal, void *data)
{
	struct repair *r = data;
	const char *job, *unit, *result;
	dbus_uint32_t id;

	if (!dbus_message_get_args(signal, NULL, DBUS_TYPE_UINT32, &id, DBUS_TYPE_OBJECT_PATH, &job, DBUS_TYPE_STRING, &unit, DBUS_TYPE_STRING, &result,
				   DBUS_TYPE_INVALID) ||
	    r->job[0] == '\0' || strcmp(job, r->job) != 0)
		return;
	if (strcmp(result, "done") != 0)
		note_failure(r);
	step_over(r);
}

static void on_job_late(int64_t now_ns, void *data)
{
	struct repair *r = data;

	(void)now_ns;
	note_failure(r);
	step_over(r);
}

static void on_reply(DBusMessage *reply, void *data)
{
	struct repair *r = data;
	const char *job;
	struct text t;

	r->asking = false;
	if (r->stopped) {
		release(r);
		return;
	}
	if (reply == NULL || dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_ERROR)
		note_failure(r);
	else if (dbus_message_get_args(reply, NULL, DBUS_TYPE_OBJECT_PATH, &job, DBUS_TYPE_INVALID)) {
		TEXT_INTO(&t, r->job);
		text_add(&t, job);
		if (text_end(&t) == 0 && loop_at(r->loop, clock_monotonic_ns() + JOB_NS, 0, on_job_late, r) == 0)
			return;
		note_failure(r);
	}
	step_over(r);
}

/* --- the calls --- */

static DBusMessage *call(const char *method)
{
	return dbus_message_new_method_call(UNIT_MANAGER_NAME, UNIT_MANAGER_PATH, UNIT_MANAGER_INTERFACE, method);
}

/* UnmaskUnitFiles(as names, b runtime), EnableUnitFiles(as names, b runtime, b force). */
static DBusMessage *call_files(const char *method, const char *unit, bool runtime, bool force)
{
	DBusMessage *m = call(method);
	const char *const names[] = {unit}, *const *list = names;
	dbus_bool_t in_run = runtime, yes = TRUE;

	if (m != NULL && (!dbus_message_append_args(m, DBUS_TYPE_ARRAY, DBUS_TYPE_STRING, &list, 1, DBUS_TYPE_BOOLEAN, &in_run, DBUS_TYPE_INVALID) ||
			  (force && !dbus_message_append_args(m, DBUS_TYPE_BOOLEAN, &yes, DBUS_TYPE_INVALID)))) {
		dbus_message_unref(m);
		return NULL;
	}
	return m;
}

static DBusMessage *call_command(struct repair *r, const char *purpose, const char *const *argv)
{
	char unit[UNIT_BYTES];
	struct text t;

	TEXT_INTO(&t, unit);
	text_add_format(&t, "mutex-guard-%s-%u.service", r->control, r->number++);
	return unit_call_command(unit, purpose, argv);
}

/* All restores that follow each other are one command: it may write where we may not. */
static DBusMessage *call_restore(struct repair *r)
{
	const char *argv[CONTROL_STEPS_MAX + 3] = {OURSELVES, "--restore"};
	size_t count = 2;

	argv[count++] = r->plan.steps[r->at].what;
	while (r->at + 1 < r->plan.count && r->plan.steps[r->at + 1].kind == STEP_FILE_RESTORE)
		argv[count++] = r->plan.steps[++r->at].what;
	return call_command(r, "put files back as they were kept", argv);
}

static DBusMessage *call_step(struct repair *r, const struct control_step *step)
{
	switch (step->kind) {
	case STEP_UNIT_UNMASK:
		return call_files("UnmaskUnitFiles", step->what, r->phase == PHASE_SECOND, false);
	case STEP_UNIT_ENABLE:
		return call_files("EnableUnitFiles", step->what, false, true);
	case STEP_UNIT_THAW:
		return unit_call("ThawUnit", step->what, NULL);
	case STEP_UNIT_START:
		/* Whoever stops it again and again shall not have systemd refuse to start it. */
		return r->phase == PHASE_FIRST ? unit_call("ResetFailedUnit", step->what, NULL) : unit_call("StartUnit", step->what, "replace");
	case STEP_FILE_RESTORE:
		return call_restore(r);
	case STEP_COMMAND:
		return call_command(r, step->what, step->argv);
	case STEP_KIND_MAX:
		break;
	}
	return NULL;
}

static void go_on(struct repair *r)
{
	const struct control_step *step;
	DBusMessage *m;

	step = r->at < r->plan.count ? &r->plan.steps[r->at] : NULL;
	r->reloading = r->reload && (step == NULL || step->kind == STEP_UNIT_START || step->kind == STEP_COMMAND);
	if (step == NULL && !r->reloading) {
		finish(r);
		return;
	}
	if (!r->reloading)
		r->reload = r->reload || step->kind == STEP_UNIT_UNMASK || step->kind == STEP_UNIT_ENABLE;
	m = r->reloading ? call("Reload") : call_step(r, step);
	if (m != NULL && bus_call(r->bus, m, STEP_MS, on_reply, r) == 0) {
		r->asking = true;
		return;
	}
	note_failure(r);
	step_over(r);
}

static void on_start(int64_t now_ns, void *data)
{
	(void)now_ns;
	go_on(data);
}

int repair_start(struct loop *loop, struct bus *bus, const char *control, const struct control_repair *plan, repair_done done, void *data,
		 struct repair **ret_repair)
{
	struct repair *r = calloc(1, sizeof *r);
	struct arena arena;
	struct text t;
	int error;

	if (r == NULL)
		return -ENOMEM;
	*r = (struct repair){.loop = loop, .bus = bus, .done = done, .data = data, .memory = malloc(ARENA_BYTES)};
	TEXT_INTO(&t, r->control);
	text_add(&t, control);
	arena_init(&arena, r->memory, r->memory != NULL ? ARENA_BYTES : 0);
	error = control_copy_repair(plan, &arena, &r->plan);
	if (error == 0)
		error = bus_match(bus, JOB_RULE, on_job, r);
	if (error == 0)
		error = loop_at(loop, clock_monotonic_ns(), 0, on_start, r);
	if (error < 0) {
		release(r);
		return error;
	}
	*ret_repair = r;
	return 0;
}
