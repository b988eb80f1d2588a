/* SPDX-License-Identifier: BSD-2-Clause */
/* The guard's properties, and its signal. */
#include "guard_serve.h"

#include <errno.h>
#include <stdlib.h>

#include "bus_value.h"
#include "guard_interface.h"
#include "guard_run.h"
#include "keyword_table.h"
#include "property_serve.h"
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
	       bus_add_entry(entries, "Since", DBUS_TYPE_INT64, &since) && bus_add_text(entries, "Detail", c->detail) &&
	       bus_add_text(entries, "ChangedBy", c->by) && bus_add_flag(entries, "Repairing", g->repairing) &&
	       bus_add_flag(entries, "GivenUp", g->given_up) && bus_add_number(entries, "Repairs", c->repairs) && bus_add_text(entries, "Failed", c->failed);
}

/* --- properties: each adds itself as a variant --- */

static bool add_controls(DBusMessageIter *to, const void *owner)
{
	const struct guard *guard = owner;
	DBusMessageIter variant, rows, entries;
	bool fits = dbus_message_iter_open_container(to, DBUS_TYPE_VARIANT, "aa{sv}", &variant) &&
		    dbus_message_iter_open_container(&variant, DBUS_TYPE_ARRAY, "a{sv}", &rows);

	for (size_t i = 0; fits && i < CONTROL_MAX; i++)
		if (guard->controls[i].settings.control_mode != CONTROL_MODE_OFF)
			fits = dbus_message_iter_open_container(&rows, DBUS_TYPE_ARRAY, "{sv}", &entries) &&
			       add_standing(&entries, &guard->controls[i]) && dbus_message_iter_close_container(&rows, &entries);
	return fits && dbus_message_iter_close_container(&variant, &rows) && dbus_message_iter_close_container(to, &variant);
}

static bool add_hash(DBusMessageIter *to, const void *owner)
{
	const struct guard *guard = owner;
	const char *hash = guard->policy->policy.hash;

	return bus_add_variant(to, DBUS_TYPE_STRING, &hash);
}

static bool add_wakeups(DBusMessageIter *to, const void *owner)
{
	const struct guard *guard = owner;
	dbus_uint64_t count = loop_wakeups(guard->loop);

	return bus_add_variant(to, DBUS_TYPE_UINT64, &count);
}

static bool add_looks(DBusMessageIter *to, const void *owner)
{
	const struct guard *guard = owner;
	dbus_uint64_t count = guard->looks;

	return bus_add_variant(to, DBUS_TYPE_UINT64, &count);
}

static const struct property_row PROPERTIES[] = {
	{"Controls", add_controls}, {"Version", property_add_version}, {"PolicyHash", add_hash}, {"Wakeups", add_wakeups}, {"Looks", add_looks},
};
static const struct property_table TABLE = {GUARD_INTERFACE, PROPERTIES, sizeof PROPERTIES / sizeof PROPERTIES[0]};

/* --- answers and the signal --- */

static DBusMessage *on_method(DBusMessage *call, void *data)
{
	const struct guard_serve *serve = data;
	DBusMessage *reply;

	if (property_serve(&TABLE, serve->guard, call, &reply))
		return reply;
	return dbus_message_new_error(call, DBUS_ERROR_UNKNOWN_METHOD, "there is no such method");
}

/* What follows for a violated control. */
static const char *reaction_of(const struct guarded *c)
{
	if (c->settings.control_mode == CONTROL_MODE_OBSERVE)
		return "observe";
	if (!c->reparable)
		return "none";
	return c->guardian.given_up ? "given-up" : "repair";
}

void guard_serve_say_changed(struct guard_serve *serve, const struct guarded *c)
{
	DBusMessage *m = dbus_message_new_signal(PATH, NAME, "Changed");
	const char *state = posture_state_name(c->guardian.state), *program = c->culprit.program, *reaction = reaction_of(c);
	dbus_uint32_t person = c->culprit.person[0] != '\0' ? c->culprit.uid : UINT32_MAX;

	if (m != NULL && dbus_message_append_args(m, DBUS_TYPE_STRING, &c->row->name, DBUS_TYPE_STRING, &state, DBUS_TYPE_UINT32, &person,
						  DBUS_TYPE_STRING, &program, DBUS_TYPE_STRING, &reaction, DBUS_TYPE_INVALID))
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
