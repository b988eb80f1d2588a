/* SPDX-License-Identifier: BSD-2-Clause */
/* A service's properties and its description, which everybody on the bus may ask for: org.freedesktop.DBus.Properties and .Introspectable. Shell. */
#ifndef MUTEX_PROPERTY_SERVE_H
#define MUTEX_PROPERTY_SERVE_H

#include <dbus/dbus.h>
#include <stdbool.h>
#include <stddef.h>

/* Adds the property's value as a variant (bus_value.h); owner is what they are properties of. False: no memory. */
struct property_row {
	const char *name;
	bool (*add)(DBusMessageIter *to, const void *owner);
};

struct property_table {
	const char *interface_xml; /* what Introspect answers */
	const struct property_row *rows;
	size_t count;
};

/* Whether the call is Introspect, Get or GetAll; if so, ret_reply is the answer to send. There is nothing to set. */
bool property_serve(const struct property_table *table, const void *owner, DBusMessage *call, DBusMessage **ret_reply);

/* A row's value that is the same for all of ours: "Version". */
bool property_add_version(DBusMessageIter *to, const void *owner);

#endif
