/* SPDX-License-Identifier: BSD-2-Clause */
/* Follows logind: a list of sessions by path, filled by GetAll, kept by signals. */
#include "logind_gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "text.h"

#define LOGIND "org.freedesktop.login1"
#define MANAGER "org.freedesktop.login1.Manager"
#define SESSION "org.freedesktop.login1.Session"
#define MANAGER_PATH "/org/freedesktop/login1"
#define STATES "/run/systemd/sessions/"
#define STATE_BYTES_MAX 16384
#define AGAIN_NS INT64_C(1000000000) /* a session of which nothing could be learned is asked for again */

static const char MANAGER_RULE[] = "type='signal',sender='" LOGIND "',interface='" MANAGER "'";
static const char SESSION_RULE[] = "type='signal',sender='" LOGIND "',interface='" SESSION "'";
static const char CHANGED_RULE[] = "type='signal',sender='" LOGIND "',interface='" DBUS_INTERFACE_PROPERTIES "',path_namespace='" MANAGER_PATH "/session'";
static const char INHIBITION_RULE[] = "type='signal',sender='" LOGIND "',interface='" DBUS_INTERFACE_PROPERTIES "',path='" MANAGER_PATH "'";
static const char OWNER_RULE[] = "type='signal',sender='" DBUS_SERVICE_DBUS "',member='NameOwnerChanged',arg0='" LOGIND "'";

/* One that logind has. It is told about when its properties are there. */
struct known {
	struct known *next;
	struct logind *logind; /* NULL: removed while a question about it was out */
	struct logind_session session;
	unsigned asking;
	bool told, listed;
	unsigned setting; /* answers to SetLockedHint that are out: until then logind's own word may be older than ours */
	bool hint;        /* what it was told last */
};

struct logind {
	struct loop *loop;
	struct bus *bus;
	struct logind_hooks hooks;
	struct known *sessions;
	bool listing;      /* ListSessions is out, or answers about those it named */
	unsigned missing;  /* of those */
	struct logind_inhibitor inhibitors[LOGIND_INHIBITORS_MAX];
	size_t inhibitor_count;
	unsigned asking;   /* questions about lists that will still be answered */
	bool closed;
};

static bool ask_properties(struct known *known);

static void on_again(int64_t now_ns, void *data)
{
	(void)now_ns;
	(void)ask_properties(data);
}

static DBusMessage *call(const char *path, const char *interface, const char *method)
{
	return dbus_message_new_method_call(LOGIND, path, interface, method);
}

static void release(struct known *known)
{
	if (known->logind == NULL && known->asking == 0)
		free(known);
}

static void forget(struct logind *logind, struct known *gone)
{
	for (struct known **link = &logind->sessions; *link != NULL; link = &(*link)->next)
		if (*link == gone) {
			*link = gone->next;
			(void)loop_at(logind->loop, INT64_MAX, 0, on_again, gone);
			gone->logind = NULL;
			if (gone->told)
				logind->hooks.gone(gone->session.named.id, logind->hooks.data);
			release(gone);
			return;
		}
}

/* --- what is asked --- */

static bool read_session(DBusMessage *m, struct known *known)
{
	bool read = logind_read_session(m, &known->session);

	if (known->setting > 0)
		known->session.locked_hint = known->hint;
	return read;
}

static void count_down(struct logind *logind)
{
	struct known *next;

	if (!logind->listing || --logind->missing > 0)
		return;
	logind->listing = false;
	for (struct known *known = logind->sessions; known != NULL; known = next) {
		next = known->next;
		if (!known->listed)
			forget(logind, known);
	}
	logind->hooks.listed(logind->hooks.data);
}

static void on_properties(DBusMessage *reply, void *data)
{
	struct known *known = data;
	struct logind *logind = known->logind;

	known->asking--;
	if (logind == NULL) {
		release(known);
		return;
	}
	if (reply != NULL && dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_METHOD_RETURN && read_session(reply, known)) {
		known->told = true;
		logind->hooks.session(&known->session, logind->hooks.data);
	} else if (!known->told) {
		/* too busy, or it is gone, which is told: nobody is left unwatched */
		(void)loop_at(logind->loop, clock_monotonic_ns() + AGAIN_NS, 0, on_again, known);
	}
	count_down(logind);
}

static bool ask_properties(struct known *known)
{
	DBusMessage *m = call(known->session.named.path, DBUS_INTERFACE_PROPERTIES, "GetAll");
	const char *interface = SESSION;

	if (m != NULL && !dbus_message_append_args(m, DBUS_TYPE_STRING, &interface, DBUS_TYPE_INVALID)) {
		dbus_message_unref(m);
		m = NULL;
	}
	if (bus_call(known->logind->bus, m, 0, on_properties, known) < 0)
		return false;
	known->asking++;
	if (known->logind->listing)
		known->logind->missing++;
	return true;
}

static struct known *find(const struct logind *logind, const char *id)
{
	for (struct known *known = logind->sessions; known != NULL; known = known->next)
		if (strcmp(known->session.named.id, id) == 0)
			return known;
	return NULL;
}

static struct known *find_path(const struct logind *logind, const char *path)
{
	for (struct known *known = logind->sessions; path != NULL && known != NULL; known = known->next)
		if (strcmp(known->session.named.path, path) == 0)
			return known;
	return NULL;
}

static void learn(struct logind *logind, const struct logind_named *named)
{
	struct known *known = find(logind, named->id);

	if (known == NULL) {
		known = calloc(1, sizeof *known);
		if (known == NULL)
			return;
		known->logind = logind;
		known->session = (struct logind_session){.named = *named, .uid = (uid_t)-1};
		known->next = logind->sessions;
		logind->sessions = known;
	}
	known->listed = true;
	(void)ask_properties(known);
}

/* True when nobody is there any more to be told. */
static bool is_over(struct logind *logind)
{
	bool closed = logind->closed;

	logind->asking--;
	if (closed && logind->asking == 0)
		free(logind);
	return closed;
}

static void on_list(DBusMessage *reply, void *data)
{
	struct logind *logind = data;
	DBusMessageIter rows;
	struct logind_named named;

	if (is_over(logind))
		return;
	if (!logind_begin_list(reply, &rows)) {
		/* No logind now; its coming is told by its name. */
		logind->listing = false;
		return;
	}
	for (struct known *known = logind->sessions; known != NULL; known = known->next)
		known->listed = false;
	logind->missing = 1; /* this function itself */
	while (logind_next_in_list(&rows, &named))
		learn(logind, &named);
	count_down(logind);
}

static void on_inhibitors(DBusMessage *reply, void *data)
{
	struct logind *logind = data;
	DBusMessageIter rows;

	if (is_over(logind) || !logind_begin_inhibitors(reply, &rows))
		return;
	logind->inhibitor_count = 0;
	while (logind->inhibitor_count < LOGIND_INHIBITORS_MAX && logind_next_inhibitor(&rows, &logind->inhibitors[logind->inhibitor_count]))
		logind->inhibitor_count++;
	logind->hooks.inhibited(logind->hooks.data);
}

static bool ask_for(struct logind *logind, const char *method, bus_reply reply)
{
	if (bus_call(logind->bus, call(MANAGER_PATH, MANAGER, method), 0, reply, logind) < 0)
		return false;
	logind->asking++;
	return true;
}

static void ask_list(struct logind *logind)
{
	if (ask_for(logind, "ListSessions", on_list)) {
		logind->listing = true;
		logind->missing = 1;
	}
	(void)ask_for(logind, "ListInhibitors", on_inhibitors);
}

void logind_bus_changed(struct logind *logind, bool connected)
{
	logind->listing = false;
	logind->missing = 0;
	if (connected)
		ask_list(logind);
}

/* --- what is told --- */

static void on_owner(DBusMessage *m, void *data)
{
	struct logind *logind = data;
	const char *name, *before, *after;

	if (!dbus_message_get_args(m, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &before, DBUS_TYPE_STRING, &after, DBUS_TYPE_INVALID))
		return;
	if (after[0] != '\0')
		logind_bus_changed(logind, true);
}

static void on_manager(DBusMessage *m, void *data)
{
	struct logind *logind = data;
	struct logind_named named;
	struct known *known;
	bool flag;

	if (dbus_message_has_member(m, "SessionNew") && logind_read_named(m, &named)) {
		learn(logind, &named);
	} else if (dbus_message_has_member(m, "SessionRemoved") && logind_read_named(m, &named)) {
		known = find(logind, named.id);
		if (known != NULL)
			forget(logind, known);
	} else if (dbus_message_has_member(m, "PrepareForSleep") && logind_read_flag(m, &flag)) {
		logind->hooks.sleep(flag, logind->hooks.data);
	}
}

static void on_session(DBusMessage *m, void *data)
{
	struct logind *logind = data;
	const struct known *known = find_path(logind, dbus_message_get_path(m));

	if (known == NULL || !known->told)
		return;
	if (dbus_message_has_member(m, "Lock"))
		logind->hooks.lock_asked(known->session.named.id, logind->hooks.data);
	else if (dbus_message_has_member(m, "Unlock"))
		logind->hooks.unlock_asked(known->session.named.id, logind->hooks.data);
}

static void on_changed(DBusMessage *m, void *data)
{
	struct logind *logind = data;
	struct known *known = find_path(logind, dbus_message_get_path(m));

	if (known != NULL && read_session(m, known) && known->told)
		logind->hooks.session(&known->session, logind->hooks.data);
}

static void on_inhibition(DBusMessage *m, void *data)
{
	if (logind_tells_inhibition(m))
		(void)ask_for(data, "ListInhibitors", on_inhibitors);
}

const struct logind_inhibitor *logind_inhibitors(const struct logind *logind, size_t *ret_count)
{
	*ret_count = logind->inhibitor_count;
	return logind->inhibitors;
}

/* --- what is told to logind --- */

/* logind tells of the change before it answers. */
static void on_hint_set(DBusMessage *reply, void *data)
{
	struct known *known = data;

	known->setting--;
	known->asking--;
	if (reply == NULL || dbus_message_get_type(reply) != DBUS_MESSAGE_TYPE_METHOD_RETURN)
		known->session.locked_hint = !known->hint;
	release(known);
}

void logind_set_hint(struct logind *logind, const char *id, bool locked)
{
	struct known *known = find(logind, id);
	dbus_bool_t flag = locked;
	DBusMessage *m;

	if (known == NULL || (known->setting > 0 ? known->hint : known->session.locked_hint) == locked)
		return;
	m = call(known->session.named.path, SESSION, "SetLockedHint");
	if (m != NULL && !dbus_message_append_args(m, DBUS_TYPE_BOOLEAN, &flag, DBUS_TYPE_INVALID)) {
		dbus_message_unref(m);
		m = NULL;
	}
	if (bus_call(logind->bus, m, 0, on_hint_set, known) < 0)
		return;
	known->asking++;
	known->setting++;
	known->hint = locked;
}

static void on_controller(DBusMessage *reply, void *data)
{
	struct known *known = data;
	dbus_uint32_t pid = 0;

	known->asking--;
	if (known->logind == NULL) {
		release(known);
		return;
	}
	if (reply == NULL || !dbus_message_get_args(reply, NULL, DBUS_TYPE_UINT32, &pid, DBUS_TYPE_INVALID) || pid > INT32_MAX)
		pid = 0;
	known->logind->hooks.controlled(known->session.named.id, (pid_t)pid, known->logind->hooks.data);
}

static bool read_controller(const char *id, char ret_name[LOGIND_NAME_BYTES])
{
	const struct file_trust trust = {.max_bytes = STATE_BYTES_MAX};
	char path[sizeof STATES + LOGIND_ID_BYTES], *bytes FILE_FREED = NULL;
	struct text t;
	size_t len;

	TEXT_INTO(&t, path);
	text_add(&t, STATES);
	text_add(&t, id);
	return text_end(&t) == 0 && file_read_trusted(path, &trust, &bytes, &len) == 0 && logind_read_controller(bytes, ret_name);
}

int logind_ask_controller(struct logind *logind, const char *id)
{
	struct known *known = find(logind, id);
	char bytes[LOGIND_NAME_BYTES];
	const char *name = bytes;
	DBusMessage *m;
	int r;

	if (known == NULL || !read_controller(id, bytes))
		return -ENOENT;
	m = dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "GetConnectionUnixProcessID");
	if (m != NULL && !dbus_message_append_args(m, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID)) {
		dbus_message_unref(m);
		m = NULL;
	}
	r = bus_call(logind->bus, m, 0, on_controller, known);
	if (r == 0)
		known->asking++;
	return r;
}

struct inhibition {
	void (*taken)(int fd, void *data);
	void *data;
};

static void on_inhibited(DBusMessage *reply, void *data)
{
	struct inhibition *inhibition = data;
	int fd = -1;

	if (reply != NULL && !dbus_message_get_args(reply, NULL, DBUS_TYPE_UNIX_FD, &fd, DBUS_TYPE_INVALID))
		fd = -1;
	inhibition->taken(fd, inhibition->data);
	free(inhibition);
}

void logind_inhibit_sleep(struct logind *logind, void (*taken)(int fd, void *data), void *data)
{
	struct inhibition *inhibition = malloc(sizeof *inhibition);
	const char *what = "sleep", *who = "idlelockd", *why = "The screen is locked first", *mode = "delay";
	DBusMessage *m = inhibition == NULL ? NULL : call(MANAGER_PATH, MANAGER, "Inhibit");

	if (m != NULL && !dbus_message_append_args(m, DBUS_TYPE_STRING, &what, DBUS_TYPE_STRING, &who, DBUS_TYPE_STRING, &why, DBUS_TYPE_STRING, &mode,
						   DBUS_TYPE_INVALID)) {
		dbus_message_unref(m);
		m = NULL;
	}
	if (inhibition != NULL)
		*inhibition = (struct inhibition){.taken = taken, .data = data};
	if (m == NULL || bus_call(logind->bus, m, 0, on_inhibited, inhibition) < 0) {
		free(inhibition);
		taken(-1, data);
	}
}

int logind_open(struct loop *loop, struct bus *bus, const struct logind_hooks *hooks, struct logind **ret_logind)
{
	struct logind *logind = calloc(1, sizeof *logind);
	int r;

	if (logind == NULL)
		return -ENOMEM;
	logind->loop = loop;
	logind->bus = bus;
	logind->hooks = *hooks;
	r = bus_match(bus, MANAGER_RULE, on_manager, logind);
	if (r == 0)
		r = bus_match(bus, SESSION_RULE, on_session, logind);
	if (r == 0)
		r = bus_match(bus, CHANGED_RULE, on_changed, logind);
	if (r == 0)
		r = bus_match(bus, INHIBITION_RULE, on_inhibition, logind);
	if (r == 0)
		r = bus_match(bus, OWNER_RULE, on_owner, logind);
	if (r < 0) {
		logind_close(logind);
		return r;
	}
	*ret_logind = logind;
	return 0;
}

void logind_close(struct logind *logind)
{
	if (logind == NULL)
		return;
	bus_unmatch(logind->bus, MANAGER_RULE, on_manager, logind);
	bus_unmatch(logind->bus, SESSION_RULE, on_session, logind);
	bus_unmatch(logind->bus, CHANGED_RULE, on_changed, logind);
	bus_unmatch(logind->bus, INHIBITION_RULE, on_inhibition, logind);
	bus_unmatch(logind->bus, OWNER_RULE, on_owner, logind);
	while (logind->sessions != NULL) {
		struct known *known = logind->sessions;

		logind->sessions = known->next;
		(void)loop_at(logind->loop, INT64_MAX, 0, on_again, known);
		known->logind = NULL;
		release(known);
	}
	logind->closed = true;
	if (logind->asking == 0)
		free(logind);
}
