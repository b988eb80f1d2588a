/* SPDX-License-Identifier: BSD-2-Clause */
/* One unit of systemd, as systemd tells it, and what keeps it from doing its work. Pure; unit_gather.h asks.
 *
 * A unit holds when it is loaded, enabled, unmasked, active, not frozen and not stopped by a signal, when nothing of /etc and /run changes it but the
 * files that the policy names, of a timer, when it will elapse, and of a socket, when it listens. A restart of its own, as in an upgrade of its package, is no fault for a while. */
#ifndef GUARD_UNIT_H
#define GUARD_UNIT_H

#include <dbus/dbus.h>

#include "control.h"

#define UNIT_FILES_MAX 16
#define UNIT_RESTART_S 600           /* how long a restart may take before it counts as a stop */
#define UNIT_ELAPSE_MAX_S (35 * DAY_S) /* a timer that elapses later than that is as good as off */

/* Strings lie in an arena; "" = not told. */
struct unit {
	const char *name;
	bool told;                          /* systemd answered */
	const char *load, *active, *sub;    /* LoadState, ActiveState, SubState */
	const char *freezer;                /* FreezerState */
	const char *file_state;             /* as GetUnitFileState reads it from the disk */
	const char *fragment, *cgroup;      /* FragmentPath, ControlGroup */
	const char *triggers;               /* what a timer or socket starts: the first */
	const char *listens;                /* the first path at which a socket listens for connections */
	bool deaf;                          /* it is active, and nobody listens there */
	const char *files[UNIT_FILES_MAX];  /* of /etc and /run that make or change it, masks not among them */
	size_t file_count;
	uint32_t main_pid;
	bool stopped;                       /* by SIGSTOP, or a tracer: the main process, or its whole group in the kernel */
	bool packaged;                      /* /usr/lib/systemd/system has it too */
	int64_t left_s, began_s;            /* UTC: when it was active last; when it left "inactive" last; 0 = never since boot */
	int64_t elapse_s;                   /* of a timer: UTC of the next time; 0 = none */
	uint64_t elapse_monotonic_us;       /* the same on CLOCK_MONOTONIC, as systemd tells it; 0 = none */
};

/* A unit of which nothing is known yet. */
void unit_init(const char *name, struct unit *ret_unit);
/* Takes what GetAll tells. Unknown names and wrong types are passed over. False: no answer of that kind. */
bool unit_read(DBusMessage *reply, struct arena *arena, struct unit *unit);
/* Adds a file that makes or changes the unit, unless it is the distribution's or there already. */
void unit_add_file(const char *path, struct arena *arena, struct unit *unit);
bool unit_has_suffix(const char *name, const char *suffix);

/* What may excuse it, and what is known. */
struct unit_setting {
	const struct word_list *files; /* that may change units */
	int64_t now_s;
	bool upgrading; /* a package is being installed */
};

/* Adds a reason for each fault. True: the unit holds, or is only being restarted (told by a reason, too). */
bool unit_holds(const struct unit *unit, const struct unit_setting *setting, struct control_verdict *verdict);
/* The same without words. */
bool unit_is_fine(const struct unit *unit, const struct unit_setting *setting);
/* The steps that put such a unit right. */
void unit_repair(const struct unit *unit, const struct unit_setting *setting, struct arena *arena, struct control_repair *repair);
/* What calls for a new look at it. */
void unit_watch(const char *name, struct arena *arena, struct control_watches *watches);
/* Once for all of them: the links that enable or mask, since systemd tells nobody of those that are made and removed by hand; the end of an upgrade. */
void unit_watch_common(struct control_watches *watches);

#endif
