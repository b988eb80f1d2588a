/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks systemd about units over the system bus. Shell. Waits, but no longer than a connection's time. */
#ifndef GUARD_UNIT_GATHER_H
#define GUARD_UNIT_GATHER_H

#include "unit.h"

struct unit_source {
	DBusConnection *connection;
	int64_t deadline_ns; /* monotonic; for all questions together */
	const char *root;
};

/* A connection of its own, closed by unit_source_close(). address: NULL = the system bus. 0, or negative errno: then nothing is to be closed. */
int unit_source_open(const char *address, const char *root, struct unit_source *ret_source);
void unit_source_close(struct unit_source *source);
#define UNIT_SOURCE_CLOSED __attribute__((cleanup(unit_source_close)))

/* One unit. It is told (unit.told) when systemd answered. 0, -ETIMEDOUT, or -EIO when systemd does not answer. */
int unit_gather(struct unit_source *source, const char *name, struct arena *arena, struct unit *ret_unit);

/* True while dpkg's lock is held. */
bool unit_gather_upgrading(const char *root);
/* A few words for an error of the above. */
const char *unit_gather_explain(int error);

#endif
