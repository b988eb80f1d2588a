/* SPDX-License-Identifier: BSD-2-Clause */
/* The guard's properties, and its signal. */
#include "guard_serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus_value.h"
#include "guard_interface.h"
#include "guard_run.h"
#include "keyword_table.h"
#include "text.h"

#define NAME "org.pammutex.Guard1"
#define PATH "/org/pammutex/Guard1"

struct guard_serve {
	struct guard *guard;
	struct bus *bus;
};

static bool add_standing(DBusMessageIter *entries, const struct guarded *c)
{
	const struct guardian *g = &c->guardian;
	dbus_int64_t since = g->since_s;
	char mode[16];
	const char *choice;
	size_t len = keyword_choice(keyword_row(KEYWORD_control_mode), (size_t)c->settings.control_mode, &choice);
	struct text t;

	TEXT_INTO(&t, mode);
	text_add_bytes(&t, choice, len);
	return bus_add_text(entries, "Control", c->row->name) && bus_add_text(entries, "Clause", c->row->clause) && bus_add_text(entries, "Mode", mode) &&
	       bus_add_text(entries, "State", posture_state_name(g->told ? g->state : POSTURE_UNKNOWN)) &&
	       bus_add_entry(entries, "Since", DBUS_TYPE_INT64, &since) && bus_add_text(entries, "Detail", c->detail) && bus_add_text(entries, "ChangedBy", c->by) &&
	       bus_add_flag(entries, "Repairing", g->repairing) && bus_add_flag(entries, "GivenUp", g->given_up) &&
	       bus_add_number(entries, "Repairs", c->repairs) && bus_add_text(entries, "Failed", c->failed);
}

/* --- properties: each adds itself as a variant --- */

static bool add_controls(DBusMessageIter *to, const struct guard *guard)
{
	DBusMessageIter variant, rows, entries;
	bool fits = dbus_message_iter_open_container(to, DBUS_TYPE_VARIANT, "aa{sv}", &variant) &&
		    dbus_message_iter_open_container(&variant, DBUS_TYPE_ARRAY, "a{sv}", &rows);

	for (size_t i = 0; fits && i < CONTROL_MAX; i++)
		if (guard->controls[i].settings.control_mode != CONTROL_MODE_OFF)
			fits = dbus_message_iter_open_container(&rows, DBUS_TYPE_ARRAY, "{sv}", &entries) &&
			       add_standing(&entries, &guard->controls[i]) && dbus_message_iter_close_container(&rows, &entries);
	return fits && dbus_message_iter_close_container(&variant, &rows) && dbus_message_iter_close_container(to, &variant);
}

static bool add_version(DBusMessageIter *to, const struct guard *guard)
{
	const char *version = MUTEX_VERSION;

	(void)guard;
	return bus_add_variant(to, DBUS_TYPE_STRING, &version);
}

static bool add_hash(DBusMessageIter *to, const struct guard *guard)
{
	const char *hash = guard->policy->policy.hash;

	return bus_add_variant(to, DBUS_TYPE_STRING, &hash);
}

static bool add_wakeups(DBusMessageIter *to, const struct guard *guard)
{
	dbus_uint64_t count = loop_wakeups(guard->loop);

	return bus_add_variant(to, DBUS_TYPE_UINT64, &count);
}

static bool add_looks(DBusMessageIter *to, const struct guard *guard)
{
	dbus_uint64_t count = guard->looks;

	return bus_add_variant(to, DBUS_TYPE_UINT64, &count);
}

static const struct property {
	const char *name;
	bool (*add)(DBusMessageIter *to, const struct guard *guard);
} PROPERTIES[] = {
	{"Controls", add_controls}, {"Version", add_version}, {"PolicyHash", add_hash}, {"Wakeups", add_wakeups}, {"Looks", add_looks},
};
#define PROPERTY_COUNT (sizeof PROPERTIES / sizeof PROPERTIES[0])

static bool add_property(DBusMessageIter *entries, const struct property *property, const struct guard *guard)
{
	DBusMessageIter entry;

	return dbus_message_iter_open_container(entries, DBUS_TYPE_DICT_ENTRY, NULL, &entry) &&
	       dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &property->name) && property->add(&entry, guard) &&
	       dbus_message_iter_close_container(entries, &entry);
}

/* --- answers --- */

static DBusMessage *whole_or_error(DBusMessage *call, DBusMessage *reply, bool whole)
{
	if (whole || reply == NULL)
		return reply;
	dbus_message_unref(reply);
	return dbus_message_new_error(call, DBUS_ERROR_NO_MEMORY, "out of memory");
}

static DBusMessage *answer_all(const struct guard *guard, DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);
	DBusMessageIter at, entries;
	bool fits;

	if (reply == NULL)
		return NULL;
	dbus_message_iter_init_append(reply, &at);
	fits = dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "{sv}", &entries);
	for (size_t i = 0; fits && i < PROPERTY_COUNT; i++)
		fits = add_property(&entries, &PROPERTIES[i], guard);
	return whole_or_error(call, reply, fits && dbus_message_iter_close_container(&at, &entries));
}

static DBusMessage *answer_one(const struct guard *guard, DBusMessage *call, const char *name)
{
	for (size_t i = 0; i < PROPERTY_COUNT; i++) {
		DBusMessage *reply;
		DBusMessageIter at;

		if (strcmp(PROPERTIES[i].name, name) != 0)
			continue;
		reply = dbus_message_new_method_return(call);
		if (reply == NULL)
			return NULL;
		dbus_message_iter_init_append(reply, &at);
		return whole_or_error(call, reply, PROPERTIES[i].add(&at, guard));
	}
	return dbus_message_new_error(call, DBUS_ERROR_UNKNOWN_PROPERTY, "there is no such property");
}

static DBusMessage *answer_introspection(DBusMessage *call)
{
	const char *xml = GUARD_INTERFACE;
	DBusMessage *reply = dbus_message_new_method_return(call);

	return reply == NULL ? NULL : whole_or_error(call, reply, dbus_message_append_args(reply, DBUS_TYPE_STRING, &xml, DBUS_TYPE_INVALID));
}

static DBusMessage *on_method(DBusMessage *call, void *data)
{
	const struct guard_serve *serve = data;
	const char *interface, *name;

	if (dbus_message_is_method_call(call, DBUS_INTERFACE_INTROSPECTABLE, "Introspect"))
		return answer_introspection(call);
	if (dbus_message_is_method_call(call, DBUS_INTERFACE_PROPERTIES, "GetAll"))
		return answer_all(serve->guard, call);
	if (dbus_message_is_method_call(call, DBUS_INTERFACE_PROPERTIES, "Get") &&
	    dbus_message_get_args(call, NULL, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID))
		return answer_one(serve->guard, call, name);
	return dbus_message_new_error(call, DBUS_ERROR_UNKNOWN_METHOD, "there is no such method");
}

void guard_serve_say_changed(struct guard_serve *serve, const struct guarded *c)
{
	DBusMessage *m = dbus_message_new_signal(PATH, NAME, "Changed");
	const char *state = posture_state_name(c->guardian.state);

	if (m != NULL && dbus_message_append_args(m, DBUS_TYPE_STRING, &c->row->name, DBUS_TYPE_STRING, &state, DBUS_TYPE_INVALID))
		(void)bus_send(serve->bus, m);
	else if (m != NULL)
		dbus_message_unref(m);
}

int guard_serve_open(struct guard *guard, struct bus *bus, struct guard_serve **ret_serve)
{
	struct guard_serve *serve = malloc(sizeof *serve);
	int r;

	if (serve == NULL)
		return -ENOMEM;
	*serve = (struct guard_serve){.guard = guard, .bus = bus};
	r = bus_serve(bus, NAME, PATH, on_method, serve);
	if (r < 0)
		free(serve);
	else
		*ret_serve = serve;
	return r;
}

void guard_serve_close(struct guard_serve *serve)
{
	free(serve);
}
