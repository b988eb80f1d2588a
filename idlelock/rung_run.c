/* SPDX-License-Identifier: BSD-2-Clause */
/* Rungs: the desktop's own lock and the session's end by logind, lockers by systemd. */
#include "rung_run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "locker_file_store.h"
#include "locker_start.h"
#include "number.h"
#include "unit_run.h"
#include "vt_gather.h"

#define LOGIN_NAME "org.freedesktop.login1"
#define LOGIN_PATH "/org/freedesktop/login1"
#define LOGIN_INTERFACE LOGIN_NAME ".Manager"
#define ERROR_EXISTS UNIT_MANAGER_NAME ".UnitExists"

/* A locker's unit that was asked for. */
struct running {
	struct running *next;
	struct rung_run *run;
	char session[32];
	enum lock_rung rung;
	char unit[LOCKER_UNIT_BYTES], object[LOCKER_PATH_BYTES];
	char changed_rule[512], job_rule[512];
	struct unit_state state;
	bool told_active;      /* what the caller knows */
	uint32_t told_restarts;
	char told_text[sizeof((struct unit_state *)0)->status_text];
	unsigned answers;      /* that are still to come: freed only then */
	bool stopped;
};

struct rung_run {
	struct bus *bus;
	const struct paths *paths;
	struct rung_hooks hooks;
	struct running *list; /* newest first */
	unsigned wishes;      /* whose answer is still to come */
	bool closed;
};

/* A question to logind; it outlives the list. */
struct wish {
	struct rung_run *run;
	char session[32];
	enum lock_rung rung;
};

static void copy_name(char *to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, to, size);
	text_add(&t, from);
}

/* --- the list --- */

static void look_changed(DBusMessage *signal, void *data);
static void job_removed(DBusMessage *signal, void *data);

static struct running *find(const struct rung_run *run, const char *session, const char *unit)
{
	for (struct running *r = run->list; r != NULL; r = r->next)
		if (!r->stopped && strcmp(r->session, session) == 0 && (unit == NULL || strcmp(r->unit, unit) == 0))
			return r;
	return NULL;
}

/* run is NULL when the list is no more. */
static void free_running(struct running *r)
{
	for (struct running **link = r->run != NULL ? &r->run->list : &r->next; *link != NULL; link = &(*link)->next)
		if (*link == r) {
			*link = r->next;
			break;
		}
	free(r);
}

/* The one started last is the one that is asked about. */
static void bring_forward(struct running *r)
{
	for (struct running **link = &r->run->list; *link != NULL; link = &(*link)->next)
		if (*link == r) {
			*link = r->next;
			break;
		}
	r->next = r->run->list;
	r->run->list = r;
}

static void drop(struct running *r)
{
	bus_unmatch(r->run->bus, r->changed_rule, look_changed, r);
	bus_unmatch(r->run->bus, r->job_rule, job_removed, r);
	r->stopped = true;
	if (r->answers == 0)
		free_running(r);
}

static int make_rules(struct running *r)
{
	struct text t;
	int overflow;

	TEXT_INTO(&t, r->changed_rule);
	text_add(&t, "type='signal',sender='" UNIT_MANAGER_NAME "',interface='" DBUS_INTERFACE_PROPERTIES "',member='PropertiesChanged',path='");
	text_add(&t, r->object);
	text_add_char(&t, '\'');
	overflow = text_end(&t);
	TEXT_INTO(&t, r->job_rule);
	text_add(&t, "type='signal',sender='" UNIT_MANAGER_NAME "',path='" UNIT_MANAGER_PATH "',interface='" UNIT_MANAGER_INTERFACE
		 "',member='JobRemoved',arg2='");
	text_add(&t, r->unit);
	text_add_char(&t, '\'');
	return overflow < 0 ? overflow : text_end(&t);
}

static int add(struct rung_run *run, const struct rung_request *request, const char *unit, struct running **ret_running)
{
	struct running *r = calloc(1, sizeof *r);
	int error;

	if (r == NULL)
		return -ENOMEM;
	*r = (struct running){.run = run, .rung = request->rung};
	copy_name(r->session, sizeof r->session, request->session->session);
	copy_name(r->unit, sizeof r->unit, unit);
	error = locker_unit_object(unit, r->object);
	if (error == 0)
		error = make_rules(r);
	if (error == 0)
		error = bus_match(run->bus, r->changed_rule, look_changed, r);
	if (error == 0) {
		error = bus_match(run->bus, r->job_rule, job_removed, r);
		if (error < 0)
			bus_unmatch(run->bus, r->changed_rule, look_changed, r);
	}
	if (error < 0) {
		free(r);
		return error;
	}
	r->next = run->list;
	run->list = r;
	*ret_running = r;
	return 0;
}

/* --- what systemd says --- */

/* The caller may stop the session from a hook: r is not touched behind the last one. One that was begun anew within its unit says so with another word
 * (auth_hold_run.h), before it covers anything: it is gone, and not ready yet. */
static void tell(struct running *r)
{
	const struct rung_hooks *hooks = &r->run->hooks;
	bool restarted = r->state.restarts != r->told_restarts;
	bool begun_anew = strcmp(r->state.status_text, r->told_text) != 0;
	bool gone = r->told_active && (!r->state.active || restarted || begun_anew);
	bool ready = r->state.active && (!r->told_active || restarted);
	struct running copy;

	r->told_active = r->state.active;
	r->told_restarts = r->state.restarts;
	copy_name(r->told_text, sizeof r->told_text, r->state.status_text);
	copy = *r;
	if (gone)
		hooks->gone(copy.session, copy.rung, unit_state_is_clean(&copy.state), hooks->data);
	if (ready && find(copy.run, copy.session, copy.unit) != NULL)
		hooks->ready(copy.session, copy.rung, hooks->data);
}

/* systemd tells the properties of the service first, then those of every unit: then all of it is known. */
static void look_changed(DBusMessage *signal, void *data)
{
	struct running *r = data;
	DBusMessageIter at;
	const char *interface;

	if (!dbus_message_iter_init(signal, &at) || dbus_message_iter_get_arg_type(&at) != DBUS_TYPE_STRING)
		return;
	dbus_message_iter_get_basic(&at, &interface);
	dbus_message_iter_next(&at);
	unit_state_take(&at, &r->state);
	if (strcmp(interface, UNIT_UNIT_INTERFACE) == 0)
		tell(r);
}

static void job_removed(DBusMessage *signal, void *data)
{
	struct running *r = data;
	const char *job, *unit, *result;
	uint32_t id;

	if (!dbus_message_get_args(signal, NULL, DBUS_TYPE_UINT32, &id, DBUS_TYPE_OBJECT_PATH, &job, DBUS_TYPE_STRING, &unit, DBUS_TYPE_STRING, &result,
				   DBUS_TYPE_INVALID))
		return;
	if (strcmp(unit, r->unit) != 0 || strcmp(result, "done") == 0 || r->state.active)
		return;
	r->run->hooks.failed(r->session, r->rung, result, r->run->hooks.data);
}

static void take_answer(struct running *r, DBusMessage *reply)
{
	DBusMessageIter at;

	if (reply != NULL && dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_METHOD_RETURN && dbus_message_iter_init(reply, &at))
		unit_state_take(&at, &r->state);
}

/* Every question about a running one comes through here, so that it is there when the answer comes. */
static int ask(struct running *r, DBusMessage *call, bus_reply reply)
{
	int error = call == NULL ? -ENOMEM : bus_call(r->run->bus, call, 0, reply, r);

	if (error == 0)
		r->answers++;
	return error;
}

/* False: it was stopped meanwhile, and is gone now. */
static bool answered(struct running *r)
{
	r->answers--;
	if (!r->stopped)
		return true;
	if (r->answers == 0)
		free_running(r);
	return false;
}

static void seen_service(DBusMessage *reply, void *data)
{
	struct running *r = data;

	if (answered(r))
		take_answer(r, reply);
}

static void seen_unit(DBusMessage *reply, void *data)
{
	struct running *r = data;

	if (!answered(r))
		return;
	take_answer(r, reply);
	tell(r);
}

static void look(struct running *r)
{
	(void)ask(r, unit_call_all(r->object, UNIT_SERVICE_INTERFACE), seen_service);
	(void)ask(r, unit_call_all(r->object, UNIT_UNIT_INTERFACE), seen_unit);
}

static const char *error_of(DBusMessage *reply)
{
	const char *name;

	if (reply == NULL)
		return "no answer";
	if (dbus_message_get_type(reply) != DBUS_MESSAGE_TYPE_ERROR)
		return NULL;
	name = dbus_message_get_error_name(reply);
	return name != NULL ? name : "error";
}

static void started(DBusMessage *reply, void *data)
{
	struct running *r = data;
	const char *error = error_of(reply);

	if (!answered(r))
		return;
	/* A transient one that runs, or is about to run again. */
	if (error != NULL && strcmp(error, ERROR_EXISTS) != 0)
		r->run->hooks.failed(r->session, r->rung, error, r->run->hooks.data);
	else
		look(r);
}

/* --- starting --- */

static int uid_of_locker(const struct locker_row *row, const struct rung_request *request, uid_t *ret_uid)
{
	*ret_uid = row->runs_as == LOCKER_AS_USER ? request->session->uid : row->runs_as == LOCKER_AS_US ? request->us : 0;
	return *ret_uid == (uid_t)-1 ? -ENOENT : 0;
}

/* Files first: systemd reads them when it starts the unit, and when it starts it again. */
static int write_files(const struct rung_run *run, const struct rung_request *request, const char *unit, uid_t owner, struct locker_environment *ret_environment)
{
	const unsigned char *cookie = locker_row(request->locker)->type == SESSION_TYPE_X11 ? request->cookie : NULL;
	char authority[PATHS_BYTES_MAX] = "";
	struct locker_place place = {.session = request->session->session, .display = request->display, .wayland_display = request->wayland_display,
				     .runtime_dir = request->runtime_dir, .authority = authority, .person = request->person, .vt = request->vt};
	int r = locker_file_make_folder(run->paths);

	if (r == 0 && cookie != NULL)
		r = locker_file_authority(run->paths, unit, authority);
	if (r == 0)
		r = locker_environment_make(request->locker, &place, ret_environment);
	if (r == 0 && cookie != NULL)
		r = locker_file_write_authority(authority, cookie, owner);
	return r < 0 ? r : locker_file_write_environment(run->paths, unit, ret_environment);
}

/* Which unit it is, and its files. */
static int make_ready(const struct rung_run *run, const struct rung_request *request, char ret_unit[LOCKER_UNIT_BYTES],
		      struct locker_environment *ret_environment)
{
	const struct locker_row *row = locker_row(request->locker);
	uid_t owner = (uid_t)-1;
	int r = row == NULL ? -EINVAL : locker_unit_name(request->locker, request->session->session, ret_unit);

	if (r == 0)
		r = uid_of_locker(row, request, &owner);
	return r < 0 ? r : write_files(run, request, ret_unit, owner, ret_environment);
}

int rung_prepare(struct rung_run *run, const struct rung_request *request)
{
	struct locker_environment environment;
	char unit[LOCKER_UNIT_BYTES];

	return make_ready(run, request, unit, &environment);
}

static int call_start(struct running *r, const struct rung_request *request, const struct locker_environment *environment)
{
	const char *const *arguments = locker_arguments(request->locker);

	if (arguments != NULL)
		return ask(r, unit_call_transient(r->unit, request->session->uid, arguments, environment), started);
	/* One that failed too often lately would be refused. */
	(void)bus_call(r->run->bus, unit_call("ResetFailedUnit", r->unit, NULL), 0, NULL, NULL);
	return ask(r, unit_call("StartUnit", r->unit, "replace"), started);
}

/* A console lock shows itself: it must not take the screen from somebody who uses another session. */
static bool is_elsewhere(const struct rung_request *request, const struct running *running)
{
	unsigned active = vt_active();

	return request->locker == LOCKER_CONSOLE && running == NULL && active != 0 && active != request->vt;
}

static int start_locker(struct rung_run *run, const struct rung_request *request)
{
	struct locker_environment environment;
	char unit[LOCKER_UNIT_BYTES];
	struct running *running;
	int r = make_ready(run, request, unit, &environment);

	if (r < 0)
		return r;
	running = find(run, request->session->session, unit);
	if (is_elsewhere(request, running))
		return -EBUSY;
	if (running == NULL)
		r = add(run, request, unit, &running);
	if (r < 0)
		return r;
	bring_forward(running);
	running->told_active = false;
	r = call_start(running, request, &environment);
	if (r < 0 && running->answers == 0)
		drop(running);
	return r;
}

static void free_when_closed(struct rung_run *run)
{
	if (run->closed && run->wishes == 0)
		free(run);
}

/* logind may have forgotten the session; its processes are systemd's to end. */
static void stop_scope(struct rung_run *run, const char *session)
{
	char scope[64];
	struct text t;

	TEXT_INTO(&t, scope);
	text_add_format(&t, "session-%s.scope", session);
	if (text_end(&t) == 0)
		(void)bus_call(run->bus, unit_call("StopUnit", scope, "replace"), 0, NULL, NULL);
}

static void granted(DBusMessage *reply, void *data)
{
	struct wish *wish = data;
	struct rung_run *run = wish->run;
	const char *error = error_of(reply);

	run->wishes--;
	if (!run->closed && error != NULL && wish->rung == LOCK_RUNG_TERMINATE)
		stop_scope(run, wish->session);
	if (!run->closed && error != NULL)
		run->hooks.failed(wish->session, wish->rung, error, run->hooks.data);
	free(wish);
	free_when_closed(run);
}

static int ask_login(struct rung_run *run, const char *method, const struct rung_request *request)
{
	DBusMessage *m = dbus_message_new_method_call(LOGIN_NAME, LOGIN_PATH, LOGIN_INTERFACE, method);
	const char *session = request->session->session;
	struct wish *wish = calloc(1, sizeof *wish);
	int r = -ENOMEM;

	if (m == NULL || wish == NULL || !dbus_message_append_args(m, DBUS_TYPE_STRING, &session, DBUS_TYPE_INVALID))
		goto out;
	*wish = (struct wish){.run = run, .rung = request->rung};
	copy_name(wish->session, sizeof wish->session, session);
	r = bus_call(run->bus, m, 0, granted, wish);
	m = NULL;
	if (r == 0) {
		run->wishes++;
		wish = NULL;
	}
out:
	if (m != NULL)
		dbus_message_unref(m);
	free(wish);
	return r;
}

int rung_start(struct rung_run *run, const struct rung_request *request)
{
	switch (request->rung) {
	case LOCK_RUNG_DESKTOP:
		return ask_login(run, "LockSession", request);
	case LOCK_RUNG_LOCKER:
	case LOCK_RUNG_CONSOLE:
		return start_locker(run, request);
	case LOCK_RUNG_TERMINATE:
		return ask_login(run, "TerminateSession", request);
	case LOCK_RUNG_NONE:
	case LOCK_RUNG_MAX:
		break;
	}
	return -EINVAL;
}

/* --- stopping and asking --- */

/* Those too that another life of ours started. */
void rung_stop(struct rung_run *run, const char *session, bool opened)
{
	char unit[LOCKER_UNIT_BYTES];
	struct running *r;

	for (int id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++)
		if (locker_unit_name((enum locker_id)id, session, unit) == 0) {
			if (opened && locker_row((enum locker_id)id)->type == SESSION_TYPE_WAYLAND && find(run, session, unit) != NULL)
				(void)bus_call(run->bus, unit_call_kill(unit, SIGUSR1), 0, NULL, NULL);
			(void)bus_call(run->bus, unit_call("StopUnit", unit, "replace"), 0, NULL, NULL);
			if (!opened)
				locker_file_remove(run->paths, unit);
		}
	while ((r = find(run, session, NULL)) != NULL)
		drop(r);
}

const char *rung_unit(const struct rung_run *run, const char *session)
{
	const struct running *r = find(run, session, NULL);

	return r != NULL ? r->unit : "";
}

bool rung_is_ready(const struct rung_run *run, const char *session)
{
	const struct running *r = find(run, session, NULL);

	return r != NULL && r->state.active;
}

unsigned rung_console(const struct rung_run *run, const char *session)
{
	const struct running *r = find(run, session, NULL);
	int64_t number;

	if (r == NULL || !r->state.active || strncmp(r->state.status_text, "tty", 3) != 0)
		return 0;
	return number_parse(r->state.status_text + 3, strlen(r->state.status_text + 3), 1, 63, &number) < 0 ? 0 : (unsigned)number;
}

void rung_connected(struct rung_run *run)
{
	DBusMessage *m = dbus_message_new_method_call(UNIT_MANAGER_NAME, UNIT_MANAGER_PATH, UNIT_MANAGER_INTERFACE, "Subscribe");

	if (m != NULL)
		(void)bus_call(run->bus, m, 0, NULL, NULL);
	for (struct running *r = run->list; r != NULL; r = r->next)
		if (!r->stopped)
			look(r);
}

int rung_open(struct bus *bus, const struct paths *paths, const struct rung_hooks *hooks, struct rung_run **ret_run)
{
	struct rung_run *run = calloc(1, sizeof *run);

	if (run == NULL)
		return -ENOMEM;
	*run = (struct rung_run){.bus = bus, .paths = paths, .hooks = *hooks};
	*ret_run = run;
	return 0;
}

/* Answers may still come, until the bus is closed. */
void rung_close(struct rung_run *run)
{
	if (run == NULL)
		return;
	while (run->list != NULL) {
		struct running *r = run->list;

		run->list = r->next;
		r->next = NULL;
		bus_unmatch(run->bus, r->changed_rule, look_changed, r);
		bus_unmatch(run->bus, r->job_rule, job_removed, r);
		r->run = NULL;
		r->stopped = true;
		if (r->answers == 0)
			free(r);
	}
	run->closed = true;
	free_when_closed(run);
}
