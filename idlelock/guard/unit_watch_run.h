/* SPDX-License-Identifier: BSD-2-Clause */
/* Units of systemd, watched over the bus: their properties, the files that enable or mask them, and whether systemd is at work on one. Shell (libdbus). */
#ifndef GUARD_UNIT_WATCH_RUN_H
#define GUARD_UNIT_WATCH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "bus.h"

struct unit_watch;
typedef void (*unit_changed)(uint64_t marks, void *data);
typedef void (*unit_busy)(uint64_t marks, void *data);

/* 0 or negative errno. changed gets the marks of all units when systemd or the bus came back. */
int unit_watch_open(struct bus *bus, unit_changed changed, void *data, struct unit_watch **ret_watch);
int unit_watch_add(struct unit_watch *watch, const char *unit, uint64_t marks);
void unit_watch_close(struct unit_watch *watch);
/* To be called from the bus's own changed. */
void unit_watch_bus_changed(struct unit_watch *watch, bool connected);

/* Asks what systemd is doing: the marks of units that it is starting, restarting or reloading go to busy. 0 or negative errno; then busy is not called. */
int unit_watch_ask_busy(struct unit_watch *watch, unit_busy busy, void *data);

/* The answer of ListJobs: calls job() for each job that does not only stop a unit. Nothing for what has another form. */
void unit_watch_read_jobs(DBusMessage *reply, void (*job)(const char *unit, void *data), void *data);

#endif
