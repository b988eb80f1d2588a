/* SPDX-License-Identifier: BSD-2-Clause */
/* Values in D-Bus messages. */
#include "bus_value.h"

bool bus_add_variant(DBusMessageIter *to, int type, const void *value)
{
	const char signature[2] = {(char)type, '\0'};
	DBusMessageIter variant;

	return dbus_message_iter_open_container(to, DBUS_TYPE_VARIANT, signature, &variant) && dbus_message_iter_append_basic(&variant, type, value) &&
	       dbus_message_iter_close_container(to, &variant);
}

bool bus_add_entry(DBusMessageIter *entries, const char *key, int type, const void *value)
{
	DBusMessageIter entry;

	return dbus_message_iter_open_container(entries, DBUS_TYPE_DICT_ENTRY, NULL, &entry) &&
	       dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &key) && bus_add_variant(&entry, type, value) &&
	       dbus_message_iter_close_container(entries, &entry);
}

bool bus_add_text(DBusMessageIter *entries, const char *key, const char *value)
{
	return bus_add_entry(entries, key, DBUS_TYPE_STRING, &value);
}

bool bus_add_number(DBusMessageIter *entries, const char *key, uint32_t number)
{
	return bus_add_entry(entries, key, DBUS_TYPE_UINT32, &number);
}

bool bus_add_flag(DBusMessageIter *entries, const char *key, bool flag)
{
	dbus_bool_t value = flag;

	return bus_add_entry(entries, key, DBUS_TYPE_BOOLEAN, &value);
}
