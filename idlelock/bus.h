/* SPDX-License-Identifier: BSD-2-Clause */
/* libdbus on our loop: one connection, asynchronous calls, signals by match. Shell. When the bus goes, it is tried again until it is back, and
 * everybody who asked is told, to build its state anew. */
#ifndef MUTEX_BUS_H
#define MUTEX_BUS_H

#include <dbus/dbus.h>
#include <stdbool.h>

#include "loop.h"

struct bus;
typedef void (*bus_reply)(DBusMessage *reply, void *data);    /* reply NULL: no answer (time-out, bus gone); may be of type error */
typedef void (*bus_signal)(DBusMessage *signal, void *data);
typedef void (*bus_changed)(bool connected, void *data);
typedef DBusMessage *(*bus_method)(DBusMessage *call, void *data); /* the reply to send, or NULL: answered later with bus_send() */

/* address: NULL = the system bus, else as in DBUS_SYSTEM_BUS_ADDRESS (tests, standalone). The first connection may come later; 0 or negative errno. */
int bus_open(struct loop *loop, const char *address, bool session, bus_changed changed, void *data, struct bus **ret_bus);
void bus_close(struct bus *bus);
bool bus_is_connected(const struct bus *bus);
/* Takes the message over. timeout_ms 0 = 5 s. 0 or negative errno (then reply is never called). */
int bus_call(struct bus *bus, DBusMessage *call, int timeout_ms, bus_reply reply, void *data);
int bus_send(struct bus *bus, DBusMessage *message);          /* takes it over */
/* A match rule that holds across reconnection: "type='signal',sender='org.freedesktop.login1',member='SessionNew'". */
int bus_match(struct bus *bus, const char *rule, bus_signal signal, void *data);
/* Rules with that sender will come only when the bus is there: its owner is asked for from the start, so that no signal behind such a rule is lost. */
int bus_know(struct bus *bus, const char *name);
void bus_unmatch(struct bus *bus, const char *rule, bus_signal signal, void *data);
/* Own a name and serve an object path (NULL name: none). */
int bus_serve(struct bus *bus, const char *name, const char *path, bus_method method, void *data);

#endif
