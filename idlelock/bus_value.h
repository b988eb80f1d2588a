/* SPDX-License-Identifier: BSD-2-Clause */
/* What our services tell, written into a D-Bus message: a variant, and the entries of a dictionary a{sv}. Pure. False: no memory; the message is
 * then to be thrown away as a whole. */
#ifndef MUTEX_BUS_VALUE_H
#define MUTEX_BUS_VALUE_H

#include <dbus/dbus.h>
#include <stdbool.h>
#include <stdint.h>

/* type: of one value, DBUS_TYPE_STRING and the like; value points to it, as for dbus_message_iter_append_basic(). */
bool bus_add_variant(DBusMessageIter *to, int type, const void *value);
bool bus_add_entry(DBusMessageIter *entries, const char *key, int type, const void *value);
bool bus_add_text(DBusMessageIter *entries, const char *key, const char *value);
bool bus_add_number(DBusMessageIter *entries, const char *key, uint32_t number);
bool bus_add_flag(DBusMessageIter *entries, const char *key, bool flag);

#endif
