/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to and from systemd about a unit: built, and read into a struct. Shell (libdbus). */
#ifndef MUTEX_UNIT_RUN_H
#define MUTEX_UNIT_RUN_H

#include <dbus/dbus.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "locker_start.h"

#define UNIT_MANAGER_NAME "org.freedesktop.systemd1"
#define UNIT_MANAGER_PATH "/org/freedesktop/systemd1"
#define UNIT_MANAGER_INTERFACE UNIT_MANAGER_NAME ".Manager"
#define UNIT_UNIT_INTERFACE UNIT_MANAGER_NAME ".Unit"
#define UNIT_SERVICE_INTERFACE UNIT_MANAGER_NAME ".Service"

/* What the manager said last. */
struct unit_state {
	bool active;              /* ActiveState */
	uint32_t restarts;        /* NRestarts */
	int32_t code, status;     /* of the main process's end: CLD_EXITED ..., exit status or signal */
	bool success;             /* Result */
	char status_text[32];     /* the unit's own word */
};

/* a{sv} of PropertiesChanged or GetAll. Unknown names and wrong types are passed over. */
void unit_state_take(DBusMessageIter *properties, struct unit_state *state);
/* Exit status 0, and nothing else. */
bool unit_state_is_clean(const struct unit_state *state);

/* NULL: no memory. */
DBusMessage *unit_call(const char *method, const char *unit, const char *mode); /* mode NULL: the method takes none */
DBusMessage *unit_call_kill(const char *unit, int32_t signal); /* to all of its processes */
DBusMessage *unit_call_all(const char *object, const char *interface);          /* GetAll */
/* A service of the user uid that goes into the background when the screen is locked (or has --nofork), and is started again unless it ends with status 0. */
DBusMessage *unit_call_transient(const char *unit, uid_t uid, const char *const *arguments, const struct locker_environment *environment);
/* A service of root's that runs the command once; its job ends when the command has ended. */
DBusMessage *unit_call_command(const char *unit, const char *description, const char *const *arguments);

#endif
