/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties and introspection. */
#include "property_serve.h"

#include <string.h>

#include "bus_value.h"

/* A reply that has no room for all of it says so instead. */
static DBusMessage *whole_or_error(DBusMessage *call, DBusMessage *reply, bool whole)
{
	if (whole || reply == NULL)
		return reply;
	dbus_message_unref(reply);
	return dbus_message_new_error(call, DBUS_ERROR_NO_MEMORY, "out of memory");
}

static bool add_row(DBusMessageIter *entries, const struct property_row *row, const void *owner)
{
	DBusMessageIter entry;

	return dbus_message_iter_open_container(entries, DBUS_TYPE_DICT_ENTRY, NULL, &entry) &&
	       dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &row->name) && row->add(&entry, owner) &&
	       dbus_message_iter_close_container(entries, &entry);
}

static DBusMessage *answer_all(const struct property_table *table, const void *owner, DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);
	DBusMessageIter at, entries = DBUS_MESSAGE_ITER_INIT_CLOSED;
	bool fits;

	if (reply == NULL)
		return NULL;
	dbus_message_iter_init_append(reply, &at);
	fits = dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "{sv}", &entries);
	for (size_t i = 0; fits && i < table->count; i++)
		fits = add_row(&entries, &table->rows[i], owner);
	if (fits)
		fits = dbus_message_iter_close_container(&at, &entries);
	else
		dbus_message_iter_abandon_container_if_open(&at, &entries);
	return whole_or_error(call, reply, fits);
}

static DBusMessage *answer_one(const struct property_table *table, const void *owner, DBusMessage *call, const char *name)
{
	for (size_t i = 0; i < table->count; i++) {
		DBusMessage *reply;
		DBusMessageIter at;

		if (strcmp(table->rows[i].name, name) != 0)
			continue;
		reply = dbus_message_new_method_return(call);
		if (reply == NULL)
			return NULL;
		dbus_message_iter_init_append(reply, &at);
		return whole_or_error(call, reply, table->rows[i].add(&at, owner));
	}
	return dbus_message_new_error(call, DBUS_ERROR_UNKNOWN_PROPERTY, "there is no such property");
}

static DBusMessage *answer_introspection(const struct property_table *table, DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);

	if (reply == NULL)
		return NULL;
	return whole_or_error(call, reply, dbus_message_append_args(reply, DBUS_TYPE_STRING, &table->interface_xml, DBUS_TYPE_INVALID));
}

bool property_serve(const struct property_table *table, const void *owner, DBusMessage *call, DBusMessage **ret_reply)
{
	const char *interface, *name;

	if (dbus_message_is_method_call(call, DBUS_INTERFACE_INTROSPECTABLE, "Introspect"))
		*ret_reply = answer_introspection(table, call);
	else if (dbus_message_is_method_call(call, DBUS_INTERFACE_PROPERTIES, "GetAll"))
		*ret_reply = answer_all(table, owner, call);
	else if (dbus_message_is_method_call(call, DBUS_INTERFACE_PROPERTIES, "Get") &&
		 dbus_message_get_args(call, NULL, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID))
		*ret_reply = answer_one(table, owner, call, name);
	else
		return false;
	return true;
}

bool property_add_version(DBusMessageIter *to, const void *owner)
{
	const char *version = MUTEX_VERSION;

	(void)owner;
	return bus_add_variant(to, DBUS_TYPE_STRING, &version);
}
