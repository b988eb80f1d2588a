/* SPDX-License-Identifier: BSD-2-Clause */
/* libdbus on our loop. Nothing here waits for the bus: connecting, the first greeting and all questions are answered by the loop.
 *
 * MUST: a signal is handed on only when the bus says that its sender owns the name of the rule: every user may send a signal to us alone, of
 *       any interface and member, and the bus daemon's own match does not stop that. */
#include "bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "text.h"

#define NS_PER_MS INT64_C(1000000)
#define CALL_MS 5000
#define RETRY_FIRST_NS (50 * NS_PER_MS)
#define RETRY_LAST_NS (5000 * NS_PER_MS)
#define RULE_BYTES_MAX 512
/* The bus lets everybody send us 32 MiB at a time. Of what is not answered yet no more is read than this, and what is one message. */
#define RECEIVED_BYTES_MAX (1L << 20)
#define NAME_BYTES_MAX 256
#define SYSTEM_BUS "unix:path=/run/dbus/system_bus_socket"

/* A question that is out. */
struct call {
	struct call *next;
	struct bus *bus;
	DBusPendingCall *pending;
	bus_reply reply;
	void *data;
};

/* Who owns a name that stands as sender in some rule. */
struct owner {
	struct owner *next;
	char name[NAME_BYTES_MAX];
	char unique[NAME_BYTES_MAX]; /* "" = nobody, or not known yet */
};

struct match {
	struct match *next;
	char rule[RULE_BYTES_MAX];
	bus_signal signal;
	void *data;
	bool removed;
};

struct served {
	struct served *next;
	char name[NAME_BYTES_MAX], path[NAME_BYTES_MAX];
	bus_method method;
	void *data;
};

struct watch {
	struct watch *next;
	DBusWatch *watch;
};

struct bus {
	struct loop *loop;
	char address[RULE_BYTES_MAX];
	DBusConnection *connection; /* NULL = not there */
	bool connected;             /* greeted, and every name's owner is known */
	unsigned settling;          /* answers that are missing until then */
	int64_t retry_ns;
	bus_changed changed;
	void *data;
	struct call *calls;
	struct owner *owners;
	struct match *matches;
	struct served *served;
	struct watch *watches;
	int depth; /* of hand_on(): rules are taken away only outside */
};

static void connect_now(int64_t now_ns, void *data);
static void drop(struct bus *bus);

/* --- libdbus's descriptors and timers on the loop --- */

static struct watch *find_watch(const struct bus *bus, int fd, unsigned flag)
{
	for (struct watch *w = bus->watches; w != NULL; w = w->next)
		if (dbus_watch_get_unix_fd(w->watch) == fd && dbus_watch_get_enabled(w->watch) && dbus_watch_get_flags(w->watch) & flag)
			return w;
	return NULL;
}

static void dispatch(struct bus *bus)
{
	while (bus->connection != NULL && dbus_connection_dispatch(bus->connection) == DBUS_DISPATCH_DATA_REMAINS)
		;
}

static void dispatch_due(int64_t now_ns, void *data)
{
	(void)now_ns;
	dispatch(data);
}

static void on_dispatch_status(DBusConnection *connection, DBusDispatchStatus status, void *data)
{
	struct bus *bus = data;

	(void)connection;
	if (status == DBUS_DISPATCH_DATA_REMAINS)
		(void)loop_at(bus->loop, clock_monotonic_ns(), 0, dispatch_due, bus);
}

static void on_ready(int fd, uint32_t events, void *data)
{
	struct bus *bus = data;
	unsigned broken = (events & EPOLLERR ? DBUS_WATCH_ERROR : 0U) | (events & EPOLLHUP ? DBUS_WATCH_HANGUP : 0U);
	struct watch *w;

	w = events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? find_watch(bus, fd, DBUS_WATCH_READABLE) : NULL;
	if (w != NULL)
		(void)dbus_watch_handle(w->watch, DBUS_WATCH_READABLE | broken);
	w = events & (EPOLLOUT | EPOLLERR | EPOLLHUP) ? find_watch(bus, fd, DBUS_WATCH_WRITABLE) : NULL;
	if (w != NULL)
		(void)dbus_watch_handle(w->watch, DBUS_WATCH_WRITABLE | broken);
	dispatch(bus);
}

/* libdbus has one watch for reading and one for writing on the same descriptor. */
static dbus_bool_t listen_to(struct bus *bus, int fd)
{
	uint32_t events = (find_watch(bus, fd, DBUS_WATCH_READABLE) != NULL ? EPOLLIN : 0U) |
			  (find_watch(bus, fd, DBUS_WATCH_WRITABLE) != NULL ? EPOLLOUT : 0U);
	int r = loop_change(bus->loop, fd, events);

	if (r == -ENOENT)
		r = loop_add(bus->loop, fd, events, on_ready, bus);
	return r == 0;
}

static dbus_bool_t on_watch_added(DBusWatch *watch, void *data)
{
	struct bus *bus = data;
	struct watch *w = malloc(sizeof *w);

	if (w == NULL)
		return FALSE;
	*w = (struct watch){.watch = watch, .next = bus->watches};
	bus->watches = w;
	return listen_to(bus, dbus_watch_get_unix_fd(watch));
}

static void on_watch_removed(DBusWatch *watch, void *data)
{
	struct bus *bus = data;
	int fd = dbus_watch_get_unix_fd(watch);
	bool used = false;

	for (struct watch **link = &bus->watches; *link != NULL;) {
		struct watch *w = *link;

		if (w->watch == watch) {
			*link = w->next;
			free(w);
			continue;
		}
		used = used || dbus_watch_get_unix_fd(w->watch) == fd;
		link = &w->next;
	}
	if (used)
		(void)listen_to(bus, fd);
	else
		loop_remove(bus->loop, fd);
}

static void on_watch_toggled(DBusWatch *watch, void *data)
{
	(void)listen_to(data, dbus_watch_get_unix_fd(watch));
}

static void on_timeout_due(int64_t now_ns, void *data)
{
	(void)now_ns;
	/* What it did shows as data to dispatch, or in the pending call's own callback. */
	(void)dbus_timeout_handle(data);
}

static void set_timeout(DBusTimeout *timeout, struct bus *bus)
{
	int64_t at_ns = INT64_MAX;

	if (dbus_timeout_get_enabled(timeout))
		at_ns = clock_monotonic_ns() + dbus_timeout_get_interval(timeout) * NS_PER_MS;
	(void)loop_at(bus->loop, at_ns, 10 * NS_PER_MS, on_timeout_due, timeout);
}

static dbus_bool_t on_timeout_added(DBusTimeout *timeout, void *data)
{
	set_timeout(timeout, data);
	return TRUE;
}

static void on_timeout_toggled(DBusTimeout *timeout, void *data)
{
	set_timeout(timeout, data);
}

static void on_timeout_removed(DBusTimeout *timeout, void *data)
{
	(void)loop_at(((struct bus *)data)->loop, INT64_MAX, 0, on_timeout_due, timeout);
}

/* --- questions --- */

static void unlink_call(struct call *call)
{
	for (struct call **link = &call->bus->calls; *link != NULL; link = &(*link)->next)
		if (*link == call) {
			*link = call->next;
			return;
		}
}

static void finish_call(struct call *call, DBusMessage *reply)
{
	unlink_call(call);
	/* What libdbus, and the bus for a callee that died, say instead of an answer. */
	if (reply != NULL && (dbus_message_is_error(reply, DBUS_ERROR_NO_REPLY) || dbus_message_is_error(reply, DBUS_ERROR_DISCONNECTED) ||
			      dbus_message_is_error(reply, DBUS_ERROR_TIMEOUT))) {
		dbus_message_unref(reply);
		reply = NULL;
	}
	if (call->reply != NULL)
		call->reply(reply, call->data);
	if (reply != NULL)
		dbus_message_unref(reply);
	dbus_pending_call_unref(call->pending);
	free(call);
}

static void on_pending(DBusPendingCall *pending, void *data)
{
	finish_call(data, dbus_pending_call_steal_reply(pending));
}

/* Takes the message over; also before the bus counts as connected. */
static int ask(struct bus *bus, DBusMessage *message, int timeout_ms, bus_reply reply, void *data)
{
	struct call *call = NULL;
	int r = -ENOTCONN;

	if (message == NULL)
		return -ENOMEM;
	if (bus->connection != NULL) {
		call = malloc(sizeof *call);
		r = -ENOMEM;
	}
	if (call != NULL) {
		*call = (struct call){.bus = bus, .reply = reply, .data = data};
		if (dbus_connection_send_with_reply(bus->connection, message, &call->pending, timeout_ms > 0 ? timeout_ms : CALL_MS))
			r = call->pending != NULL ? 0 : -ENOTCONN;
	}
	dbus_message_unref(message);
	if (r < 0 || !dbus_pending_call_set_notify(call->pending, on_pending, call, NULL)) {
		if (r == 0) {
			dbus_pending_call_cancel(call->pending);
			dbus_pending_call_unref(call->pending);
			r = -ENOMEM;
		}
		free(call);
		return r;
	}
	call->next = bus->calls;
	bus->calls = call;
	return 0;
}

int bus_call(struct bus *bus, DBusMessage *call, int timeout_ms, bus_reply reply, void *data)
{
	if (call != NULL && !bus->connected) {
		dbus_message_unref(call);
		return -ENOTCONN;
	}
	return ask(bus, call, timeout_ms, reply, data);
}

int bus_send(struct bus *bus, DBusMessage *message)
{
	int r = -ENOTCONN;

	if (message == NULL)
		return -ENOMEM;
	if (bus->connection != NULL)
		r = dbus_connection_send(bus->connection, message, NULL) ? 0 : -ENOMEM;
	dbus_message_unref(message);
	return r;
}

static DBusMessage *driver_call(const char *method, const char *argument)
{
	DBusMessage *m = dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, method);

	if (m != NULL && argument != NULL && !dbus_message_append_args(m, DBUS_TYPE_STRING, &argument, DBUS_TYPE_INVALID)) {
		dbus_message_unref(m);
		return NULL;
	}
	return m;
}

/* --- names behind the rules --- */

/* The value of key in "type='signal',sender='a.b'"; true when it is there. */
static bool rule_value(const char *rule, const char *key, char ret_value[NAME_BYTES_MAX])
{
	size_t key_len = strlen(key);
	const char *at = rule;

	while (at != NULL && *at != '\0') {
		const char *equals = strchr(at, '='), *end = equals != NULL && equals[1] == '\'' ? strchr(equals + 2, '\'') : NULL;
		struct text t;

		if (end == NULL)
			return false;
		if ((size_t)(equals - at) == key_len && strncmp(at, key, key_len) == 0) {
			text_init(&t, ret_value, NAME_BYTES_MAX);
			text_add_bytes(&t, equals + 2, (size_t)(end - equals - 2));
			return text_end(&t) == 0;
		}
		at = end[1] == ',' ? end + 2 : NULL;
	}
	return false;
}

static struct owner *find_owner(const struct bus *bus, const char *name)
{
	for (struct owner *owner = bus->owners; owner != NULL; owner = owner->next)
		if (strcmp(owner->name, name) == 0)
			return owner;
	return NULL;
}

static void set_owner(struct owner *owner, const char *unique)
{
	struct text t;

	TEXT_INTO(&t, owner->unique);
	text_add(&t, unique);
	if (text_end(&t) < 0)
		owner->unique[0] = '\0';
}

static void settle(struct bus *bus)
{
	if (bus->settling == 0 || --bus->settling > 0 || bus->connected)
		return;
	bus->connected = true;
	bus->retry_ns = RETRY_FIRST_NS;
	if (bus->changed != NULL)
		bus->changed(true, bus->data);
}

struct owner_question {
	struct bus *bus;
	struct owner *owner;
};

static void on_owner(DBusMessage *reply, void *data)
{
	struct owner_question *question = data;
	const char *unique = NULL;

	/* An error says that nobody owns it now. */
	if (reply != NULL && dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_METHOD_RETURN &&
	    dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &unique, DBUS_TYPE_INVALID))
		set_owner(question->owner, unique);
	settle(question->bus);
	free(question);
}

static void ask_owner(struct bus *bus, struct owner *owner)
{
	struct owner_question *question = malloc(sizeof *question);
	struct text t;
	char rule[RULE_BYTES_MAX];

	TEXT_INTO(&t, rule);
	text_add_format(&t, "type='signal',sender='" DBUS_SERVICE_DBUS "',member='NameOwnerChanged',arg0='%s'", owner->name);
	(void)ask(bus, driver_call("AddMatch", rule), 0, NULL, NULL);
	if (question == NULL)
		return;
	*question = (struct owner_question){.bus = bus, .owner = owner};
	bus->settling++;
	if (ask(bus, driver_call("GetNameOwner", owner->name), 0, on_owner, question) < 0) {
		bus->settling--;
		free(question);
	}
}

/* Owners stay for the life of the bus: they are few, and questions point to them. */
int bus_know(struct bus *bus, const char *name)
{
	struct owner *owner;
	struct text t;

	if (name[0] == ':' || find_owner(bus, name) != NULL)
		return 0;
	owner = calloc(1, sizeof *owner);
	if (owner == NULL)
		return -ENOMEM;
	TEXT_INTO(&t, owner->name);
	text_add(&t, name);
	owner->next = bus->owners;
	bus->owners = owner;
	if (strcmp(name, DBUS_SERVICE_DBUS) == 0)
		set_owner(owner, DBUS_SERVICE_DBUS);
	else if (bus->connection != NULL && dbus_bus_get_unique_name(bus->connection) != NULL)
		ask_owner(bus, owner);
	return 0;
}

static int know_owner(struct bus *bus, const char *rule)
{
	char name[NAME_BYTES_MAX];

	return rule_value(rule, "sender", name) ? bus_know(bus, name) : 0;
}

static void on_owner_changed(struct bus *bus, DBusMessage *m)
{
	const char *name, *before, *after;
	struct owner *owner;

	if (!dbus_message_has_sender(m, DBUS_SERVICE_DBUS) || !dbus_message_is_signal(m, DBUS_INTERFACE_DBUS, "NameOwnerChanged") ||
	    !dbus_message_get_args(m, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &before, DBUS_TYPE_STRING, &after, DBUS_TYPE_INVALID))
		return;
	owner = find_owner(bus, name);
	if (owner != NULL)
		set_owner(owner, after);
}

/* --- signals and calls that come in --- */

static bool sender_fits(const struct bus *bus, const char *rule, const char *sender)
{
	char name[NAME_BYTES_MAX];
	const struct owner *owner;

	if (!rule_value(rule, "sender", name))
		return true;
	owner = find_owner(bus, name);
	return sender != NULL && strcmp(sender, owner != NULL ? owner->unique : name) == 0;
}

static bool value_fits(const char *rule, const char *key, const char *value)
{
	char wanted[NAME_BYTES_MAX];

	return !rule_value(rule, key, wanted) || (value != NULL && strcmp(value, wanted) == 0);
}

static bool namespace_fits(const char *rule, const char *path)
{
	char wanted[NAME_BYTES_MAX];
	size_t len;

	if (!rule_value(rule, "path_namespace", wanted))
		return true;
	len = strlen(wanted);
	return path != NULL && strncmp(path, wanted, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static const char *first_argument(DBusMessage *m)
{
	DBusMessageIter at;
	const char *word = NULL;

	if (dbus_message_iter_init(m, &at) && dbus_message_iter_get_arg_type(&at) == DBUS_TYPE_STRING)
		dbus_message_iter_get_basic(&at, &word);
	return word;
}

static bool fits(const struct bus *bus, const char *rule, DBusMessage *m)
{
	return value_fits(rule, "member", dbus_message_get_member(m)) && value_fits(rule, "interface", dbus_message_get_interface(m)) &&
	       value_fits(rule, "path", dbus_message_get_path(m)) && namespace_fits(rule, dbus_message_get_path(m)) &&
	       value_fits(rule, "arg0", first_argument(m)) && sender_fits(bus, rule, dbus_message_get_sender(m));
}

static void free_removed(struct bus *bus)
{
	for (struct match **link = &bus->matches; *link != NULL;) {
		struct match *match = *link;

		if (!match->removed) {
			link = &match->next;
			continue;
		}
		*link = match->next;
		free(match);
	}
}

static void hand_on(struct bus *bus, DBusMessage *m)
{
	bus->depth++;
	for (struct match *match = bus->matches; match != NULL; match = match->next)
		if (!match->removed && fits(bus, match->rule, m))
			match->signal(m, match->data);
	if (--bus->depth == 0)
		free_removed(bus);
}

static bool answer(struct bus *bus, DBusMessage *m)
{
	for (struct served *served = bus->served; served != NULL; served = served->next) {
		DBusMessage *reply;

		if (!dbus_message_has_path(m, served->path))
			continue;
		reply = served->method(m, served->data);
		if (reply != NULL)
			(void)bus_send(bus, reply);
		return true;
	}
	return false;
}

static void drop_due(int64_t now_ns, void *data)
{
	struct bus *bus = data;

	drop(bus);
	(void)loop_at(bus->loop, now_ns + bus->retry_ns, 0, connect_now, bus);
	bus->retry_ns = bus->retry_ns * 2 > RETRY_LAST_NS ? RETRY_LAST_NS : bus->retry_ns * 2;
}

static DBusHandlerResult on_message(DBusConnection *connection, DBusMessage *m, void *data)
{
	struct bus *bus = data;

	(void)connection;
	if (dbus_message_get_type(m) == DBUS_MESSAGE_TYPE_METHOD_CALL)
		return answer(bus, m) ? DBUS_HANDLER_RESULT_HANDLED : DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
	if (dbus_message_get_type(m) != DBUS_MESSAGE_TYPE_SIGNAL)
		return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
	/* libdbus makes this one itself; from the bus it cannot come, since the path and the interface are reserved. */
	if (dbus_message_is_signal(m, DBUS_INTERFACE_LOCAL, "Disconnected")) {
		/* Not from within libdbus's dispatch. */
		(void)loop_at(bus->loop, clock_monotonic_ns(), 0, drop_due, bus);
		return DBUS_HANDLER_RESULT_HANDLED;
	}
	on_owner_changed(bus, m);
	hand_on(bus, m);
	return DBUS_HANDLER_RESULT_HANDLED;
}

/* --- connecting --- */

static void drop(struct bus *bus)
{
	bool was = bus->connected;
	DBusConnection *connection = bus->connection;

	bus->connected = false;
	bus->connection = NULL;
	bus->settling = 0;
	(void)loop_at(bus->loop, INT64_MAX, 0, dispatch_due, bus);
	for (struct owner *owner = bus->owners; owner != NULL; owner = owner->next)
		if (strcmp(owner->name, DBUS_SERVICE_DBUS) != 0)
			owner->unique[0] = '\0';
	while (bus->calls != NULL) {
		dbus_pending_call_cancel(bus->calls->pending);
		finish_call(bus->calls, NULL);
	}
	if (connection != NULL) {
		dbus_connection_remove_filter(connection, on_message, bus);
		dbus_connection_set_dispatch_status_function(connection, NULL, NULL, NULL);
		dbus_connection_close(connection);
		(void)dbus_connection_set_watch_functions(connection, NULL, NULL, NULL, NULL, NULL);
		(void)dbus_connection_set_timeout_functions(connection, NULL, NULL, NULL, NULL, NULL);
		dbus_connection_unref(connection);
	}
	if (was && bus->changed != NULL)
		bus->changed(false, bus->data);
}

static void request_name(struct bus *bus, const struct served *served)
{
	DBusMessage *m = driver_call("RequestName", served->name);
	dbus_uint32_t flags = 0; /* waits in line behind one that is going */

	if (m != NULL && !dbus_message_append_args(m, DBUS_TYPE_UINT32, &flags, DBUS_TYPE_INVALID)) {
		dbus_message_unref(m);
		m = NULL;
	}
	(void)ask(bus, m, 0, NULL, NULL);
}

static void on_hello(DBusMessage *reply, void *data)
{
	struct bus *bus = data;
	const char *unique = NULL;

	if (reply == NULL || dbus_message_get_type(reply) != DBUS_MESSAGE_TYPE_METHOD_RETURN ||
	    !dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &unique, DBUS_TYPE_INVALID) || bus->connection == NULL ||
	    !dbus_bus_set_unique_name(bus->connection, unique)) {
		(void)loop_at(bus->loop, clock_monotonic_ns(), 0, drop_due, bus);
		return;
	}
	bus->settling = 1; /* this function itself */
	for (struct match *match = bus->matches; match != NULL; match = match->next)
		(void)ask(bus, driver_call("AddMatch", match->rule), 0, NULL, NULL);
	for (struct owner *owner = bus->owners; owner != NULL; owner = owner->next)
		if (strcmp(owner->name, DBUS_SERVICE_DBUS) != 0)
			ask_owner(bus, owner);
	for (struct served *served = bus->served; served != NULL; served = served->next)
		if (served->name[0] != '\0')
			request_name(bus, served);
	settle(bus);
}

static void connect_now(int64_t now_ns, void *data)
{
	struct bus *bus = data;
	DBusConnection *connection = dbus_connection_open_private(bus->address, NULL);

	bus->connection = connection;
	if (connection != NULL) {
		dbus_connection_set_exit_on_disconnect(connection, FALSE);
		dbus_connection_set_max_received_size(connection, RECEIVED_BYTES_MAX);
		dbus_connection_set_dispatch_status_function(connection, on_dispatch_status, bus, NULL);
		if (dbus_connection_set_watch_functions(connection, on_watch_added, on_watch_removed, on_watch_toggled, bus, NULL) &&
		    dbus_connection_set_timeout_functions(connection, on_timeout_added, on_timeout_removed, on_timeout_toggled, bus, NULL) &&
		    dbus_connection_add_filter(connection, on_message, bus, NULL) && ask(bus, driver_call("Hello", NULL), 0, on_hello, bus) == 0)
			return;
	}
	drop_due(now_ns, bus);
}

static int choose_address(const char *address, bool session, char ret_address[RULE_BYTES_MAX])
{
	const char *given = address != NULL ? address : getenv(session ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS");
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	struct text t;

	text_init(&t, ret_address, RULE_BYTES_MAX);
	if (given != NULL && given[0] != '\0')
		text_add(&t, given);
	else if (!session)
		text_add(&t, SYSTEM_BUS);
	else if (runtime != NULL)
		text_add_format(&t, "unix:path=%s/bus", runtime);
	else
		return -ENOENT;
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

int bus_open(struct loop *loop, const char *address, bool session, bus_changed changed, void *data, struct bus **ret_bus)
{
	struct bus *bus = calloc(1, sizeof *bus);
	int r;

	if (bus == NULL)
		return -ENOMEM;
	bus->loop = loop;
	bus->changed = changed;
	bus->data = data;
	bus->retry_ns = RETRY_FIRST_NS;
	r = choose_address(address, session, bus->address);
	if (r == 0)
		r = loop_at(loop, 0, 0, connect_now, bus);
	if (r < 0) {
		free(bus);
		return r;
	}
	*ret_bus = bus;
	return 0;
}

#define FREE_LIST(list) \
	while ((list) != NULL) { \
		void *first = (list); \
\
		(list) = (list)->next; \
		free(first); \
	}

void bus_close(struct bus *bus)
{
	if (bus == NULL)
		return;
	bus->changed = NULL;
	if (bus->connected)
		dbus_connection_flush(bus->connection);
	drop(bus);
	(void)loop_at(bus->loop, INT64_MAX, 0, connect_now, bus);
	(void)loop_at(bus->loop, INT64_MAX, 0, drop_due, bus);
	FREE_LIST(bus->owners)
	FREE_LIST(bus->matches)
	FREE_LIST(bus->served)
	FREE_LIST(bus->watches)
	free(bus);
}

bool bus_is_connected(const struct bus *bus)
{
	return bus->connected;
}

/* --- rules and names --- */

int bus_match(struct bus *bus, const char *rule, bus_signal signal, void *data)
{
	struct match *match = calloc(1, sizeof *match);
	struct text t;
	int r = match == NULL ? -ENOMEM : know_owner(bus, rule);

	if (r == 0) {
		TEXT_INTO(&t, match->rule);
		text_add(&t, rule);
		r = text_end(&t);
	}
	if (r < 0) {
		free(match);
		return r;
	}
	match->signal = signal;
	match->data = data;
	match->next = bus->matches;
	bus->matches = match;
	if (bus->connection != NULL && dbus_bus_get_unique_name(bus->connection) != NULL)
		(void)ask(bus, driver_call("AddMatch", rule), 0, NULL, NULL);
	return 0;
}

void bus_unmatch(struct bus *bus, const char *rule, bus_signal signal, void *data)
{
	for (struct match *match = bus->matches; match != NULL; match = match->next) {
		if (match->removed || match->signal != signal || match->data != data || strcmp(match->rule, rule) != 0)
			continue;
		match->removed = true;
		/* The bus counts equal rules, so another's stays. */
		if (bus->connection != NULL && dbus_bus_get_unique_name(bus->connection) != NULL)
			(void)ask(bus, driver_call("RemoveMatch", rule), 0, NULL, NULL);
		break;
	}
	if (bus->depth == 0)
		free_removed(bus);
}

int bus_serve(struct bus *bus, const char *name, const char *path, bus_method method, void *data)
{
	struct served *served = calloc(1, sizeof *served);
	struct text name_text, path_text;

	if (served == NULL)
		return -ENOMEM;
	TEXT_INTO(&name_text, served->name);
	text_add(&name_text, name != NULL ? name : "");
	TEXT_INTO(&path_text, served->path);
	text_add(&path_text, path);
	if (text_end(&name_text) < 0 || text_end(&path_text) < 0) {
		free(served);
		return -ENAMETOOLONG;
	}
	served->method = method;
	served->data = data;
	served->next = bus->served;
	bus->served = served;
	if (name != NULL && bus->connection != NULL && dbus_bus_get_unique_name(bus->connection) != NULL)
		request_name(bus, served);
	return 0;
}
