/* SPDX-License-Identifier: BSD-2-Clause */
/* systemd's D-Bus about one unit. */
#include "unit_run.h"

#include <signal.h>
#include <string.h>

#include "bus_value.h"
#include "text.h"

/* --- reading --- */

static const char *text_of(DBusMessageIter *value)
{
	const char *word = "";

	if (dbus_message_iter_get_arg_type(value) == DBUS_TYPE_STRING)
		dbus_message_iter_get_basic(value, &word);
	return word;
}

static void take_number(DBusMessageIter *value, int type, void *number)
{
	if (dbus_message_iter_get_arg_type(value) == type)
		dbus_message_iter_get_basic(value, number);
}

static void take_one(const char *name, DBusMessageIter *value, struct unit_state *state)
{
	struct text t;

	if (strcmp(name, "ActiveState") == 0)
		state->active = strcmp(text_of(value), "active") == 0;
	else if (strcmp(name, "NRestarts") == 0)
		take_number(value, DBUS_TYPE_UINT32, &state->restarts);
	else if (strcmp(name, "ExecMainCode") == 0)
		take_number(value, DBUS_TYPE_INT32, &state->code);
	else if (strcmp(name, "ExecMainStatus") == 0)
		take_number(value, DBUS_TYPE_INT32, &state->status);
	else if (strcmp(name, "Result") == 0)
		state->success = strcmp(text_of(value), "success") == 0;
	else if (strcmp(name, "StatusText") == 0) {
		TEXT_INTO(&t, state->status_text);
		text_add(&t, text_of(value));
	}
}

void unit_state_take(DBusMessageIter *properties, struct unit_state *state)
{
	DBusMessageIter entry, pair, value;
	const char *name;

	if (dbus_message_iter_get_arg_type(properties) != DBUS_TYPE_ARRAY || dbus_message_iter_get_element_type(properties) != DBUS_TYPE_DICT_ENTRY)
		return;
	dbus_message_iter_recurse(properties, &entry);
	for (; dbus_message_iter_get_arg_type(&entry) == DBUS_TYPE_DICT_ENTRY; dbus_message_iter_next(&entry)) {
		dbus_message_iter_recurse(&entry, &pair);
		if (dbus_message_iter_get_arg_type(&pair) != DBUS_TYPE_STRING)
			return;
		dbus_message_iter_get_basic(&pair, &name);
		dbus_message_iter_next(&pair);
		if (dbus_message_iter_get_arg_type(&pair) != DBUS_TYPE_VARIANT)
			return;
		dbus_message_iter_recurse(&pair, &value);
		take_one(name, &value, state);
	}
}

bool unit_state_is_clean(const struct unit_state *state)
{
	return !state->active && state->success && state->code == CLD_EXITED && state->status == 0;
}

/* --- writing --- */

static DBusMessage *call(const char *object, const char *interface, const char *method)
{
	return dbus_message_new_method_call(UNIT_MANAGER_NAME, object, interface, method);
}

static DBusMessage *unref_unless(bool kept, DBusMessage *m)
{
	if (kept || m == NULL)
		return m;
	dbus_message_unref(m);
	return NULL;
}

DBusMessage *unit_call(const char *method, const char *unit, const char *mode)
{
	DBusMessage *m = call(UNIT_MANAGER_PATH, UNIT_MANAGER_INTERFACE, method);
	bool kept = m != NULL && dbus_message_append_args(m, DBUS_TYPE_STRING, &unit, DBUS_TYPE_INVALID) &&
		    (mode == NULL || dbus_message_append_args(m, DBUS_TYPE_STRING, &mode, DBUS_TYPE_INVALID));

	return unref_unless(kept, m);
}

DBusMessage *unit_call_kill(const char *unit, int32_t signal)
{
	DBusMessage *m = call(UNIT_MANAGER_PATH, UNIT_MANAGER_INTERFACE, "KillUnit");
	const char *whom = "all";

	return unref_unless(m != NULL && dbus_message_append_args(m, DBUS_TYPE_STRING, &unit, DBUS_TYPE_STRING, &whom, DBUS_TYPE_INT32, &signal,
								  DBUS_TYPE_INVALID),
			    m);
}

DBusMessage *unit_call_all(const char *object, const char *interface)
{
	DBusMessage *m = call(object, DBUS_INTERFACE_PROPERTIES, "GetAll");

	return unref_unless(m != NULL && dbus_message_append_args(m, DBUS_TYPE_STRING, &interface, DBUS_TYPE_INVALID), m);
}

/* A property that is being written: (sv). Every step may run out of memory; the message is then thrown away as a whole. */
struct property {
	DBusMessageIter *list, pair, value;
	bool fine;
};

static struct property open_property(DBusMessageIter *list, const char *name, const char *signature)
{
	struct property p = {.list = list};

	p.fine = dbus_message_iter_open_container(list, DBUS_TYPE_STRUCT, NULL, &p.pair) &&
		 dbus_message_iter_append_basic(&p.pair, DBUS_TYPE_STRING, &name) &&
		 dbus_message_iter_open_container(&p.pair, DBUS_TYPE_VARIANT, signature, &p.value);
	return p;
}

static bool close_property(struct property *p)
{
	return p->fine && dbus_message_iter_close_container(&p->pair, &p->value) && dbus_message_iter_close_container(p->list, &p->pair);
}

static bool add_basic(DBusMessageIter *list, const char *name, int type, const void *basic)
{
	DBusMessageIter pair;

	return dbus_message_iter_open_container(list, DBUS_TYPE_STRUCT, NULL, &pair) &&
	       dbus_message_iter_append_basic(&pair, DBUS_TYPE_STRING, &name) && bus_add_variant(&pair, type, basic) &&
	       dbus_message_iter_close_container(list, &pair);
}

static bool add_text(DBusMessageIter *list, const char *name, const char *words)
{
	return add_basic(list, name, DBUS_TYPE_STRING, &words);
}

static bool add_u64(DBusMessageIter *list, const char *name, uint64_t number)
{
	return add_basic(list, name, DBUS_TYPE_UINT64, &number);
}

static bool append_texts(DBusMessageIter *to, const char *const *words, size_t count)
{
	DBusMessageIter array;
	bool fine = dbus_message_iter_open_container(to, DBUS_TYPE_ARRAY, "s", &array);

	for (size_t i = 0; fine && i < count; i++)
		fine = dbus_message_iter_append_basic(&array, DBUS_TYPE_STRING, &words[i]);
	return fine && dbus_message_iter_close_container(to, &array);
}

/* a(sasb): path, arguments, whether a failure counts for nothing. */
static bool add_command(DBusMessageIter *list, const char *const *arguments)
{
	struct property p = open_property(list, "ExecStart", "a(sasb)");
	DBusMessageIter array, command;
	dbus_bool_t no = FALSE;
	size_t count = 0;

	while (arguments[count] != NULL)
		count++;
	p.fine = p.fine && dbus_message_iter_open_container(&p.value, DBUS_TYPE_ARRAY, "(sasb)", &array) &&
		 dbus_message_iter_open_container(&array, DBUS_TYPE_STRUCT, NULL, &command) &&
		 dbus_message_iter_append_basic(&command, DBUS_TYPE_STRING, &arguments[0]) && append_texts(&command, arguments, count) &&
		 dbus_message_iter_append_basic(&command, DBUS_TYPE_BOOLEAN, &no) && dbus_message_iter_close_container(&array, &command) &&
		 dbus_message_iter_close_container(&p.value, &array);
	return close_property(&p);
}

static bool add_environment(DBusMessageIter *list, const struct locker_environment *environment)
{
	struct property p = open_property(list, "Environment", "as");
	const char *items[LOCKER_ENVIRONMENT_MAX];

	for (size_t i = 0; i < environment->count; i++)
		items[i] = environment->items[i];
	p.fine = p.fine && append_texts(&p.value, items, environment->count);
	return close_property(&p);
}

static bool append_numbers(DBusMessageIter *to, const int32_t *numbers, int count)
{
	DBusMessageIter array;

	return dbus_message_iter_open_container(to, DBUS_TYPE_ARRAY, "i", &array) &&
	       dbus_message_iter_append_fixed_array(&array, DBUS_TYPE_INT32, &numbers, count) && dbus_message_iter_close_container(to, &array);
}

/* (aiai): exit statuses, signals. Status 0 is an unlock. */
static bool add_no_restart(DBusMessageIter *list)
{
	static const int32_t UNLOCKED[] = {0};
	struct property p = open_property(list, "RestartPreventExitStatus", "(aiai)");
	DBusMessageIter both;

	p.fine = p.fine && dbus_message_iter_open_container(&p.value, DBUS_TYPE_STRUCT, NULL, &both) && append_numbers(&both, UNLOCKED, 1) &&
		 append_numbers(&both, UNLOCKED, 0) && dbus_message_iter_close_container(&p.value, &both);
	return close_property(&p);
}

static bool add_restart(DBusMessageIter *list)
{
	uint32_t burst = 30;

	return add_text(list, "Restart", "always") && add_u64(list, "RestartUSec", 0) && add_no_restart(list) &&
	       add_u64(list, "StartLimitIntervalUSec", 10000000) && add_basic(list, "StartLimitBurst", DBUS_TYPE_UINT32, &burst);
}

/* One that goes into the background does so when it has locked. */
static const char *type_of(const char *const *arguments)
{
	for (; *arguments != NULL; arguments++)
		if (strcmp(*arguments, "--nofork") == 0)
			return "exec";
	return "forking";
}

/* One that goes into the background opens by itself, when its person has authenticated or it is told to: it is given the time for that, since a
 * compositor whose locker was ended stays locked. */
static bool add_end(DBusMessageIter *list, const char *const *arguments)
{
	int32_t nothing = SIGCONT;

	return add_u64(list, "TimeoutStopUSec", 2000000) &&
	       (strcmp(type_of(arguments), "forking") != 0 || add_basic(list, "KillSignal", DBUS_TYPE_INT32, &nothing));
}

static bool add_properties(DBusMessageIter *list, uid_t uid, const char *const *arguments, const struct locker_environment *environment)
{
	int32_t oom = -900;
	char user[24];
	struct text t;

	TEXT_INTO(&t, user);
	text_add_int(&t, (int64_t)uid);
	return add_text(list, "Description", "Screen lock (idlelock)") && add_text(list, "Type", type_of(arguments)) && add_text(list, "User", user) &&
	       add_text(list, "Slice", "system.slice") &&
	       add_text(list, "CollectMode", "inactive-or-failed") && add_u64(list, "TimeoutStartUSec", 30000000) &&
	       add_end(list, arguments) && add_basic(list, "OOMScoreAdjust", DBUS_TYPE_INT32, &oom) && add_restart(list) &&
	       add_environment(list, environment) && add_command(list, arguments);
}

DBusMessage *unit_call_transient(const char *unit, uid_t uid, const char *const *arguments, const struct locker_environment *environment)
{
	DBusMessage *m = unit_call("StartTransientUnit", unit, "replace");
	DBusMessageIter at, list;
	bool kept = m != NULL;

	if (!kept)
		return NULL;
	dbus_message_iter_init_append(m, &at);
	kept = dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "(sv)", &list) && add_properties(&list, uid, arguments, environment) &&
	       dbus_message_iter_close_container(&at, &list);
	/* Auxiliary units: none. */
	kept = kept && dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "(sa(sv))", &list) && dbus_message_iter_close_container(&at, &list);
	return unref_unless(kept, m);
}

DBusMessage *unit_call_command(const char *unit, const char *description, const char *const *arguments)
{
	DBusMessage *m = unit_call("StartTransientUnit", unit, "replace");
	DBusMessageIter at, list;
	bool kept = m != NULL;

	if (!kept)
		return NULL;
	dbus_message_iter_init_append(m, &at);
	kept = dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "(sv)", &list) && add_text(&list, "Description", description) &&
	       add_text(&list, "Type", "oneshot") && add_text(&list, "CollectMode", "inactive-or-failed") && add_u64(&list, "TimeoutStartUSec", 60000000) &&
	       add_command(&list, arguments) && dbus_message_iter_close_container(&at, &list);
	/* Auxiliary units: none. */
	kept = kept && dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "(sa(sv))", &list) && dbus_message_iter_close_container(&at, &list);
	return unref_unless(kept, m);
}
