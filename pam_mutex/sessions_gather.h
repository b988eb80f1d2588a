/* SPDX-License-Identifier: BSD-2-Clause */
/* Which sessions a person has, and which one a process belongs to: logind's truth by sd-login(3). Shell. Clause PW-2.
 *
 * libsystemd is loaded when something is asked (the module lives in programs that have none), and only if logind knows the person at all.
 * Below a root folder the documents of paths->sessions (session_facts.h) are asked instead. */
#ifndef MUTEX_SESSIONS_GATHER_H
#define MUTEX_SESSIONS_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "paths.h"

#define SESSIONS_MAX 64

struct session_place {
	char seat[32];          /* "seat0"; "" = none */
	char tty[64];           /* "tty2", "pts/0" */
	char display[64];       /* ":0" */
	bool remote;
	char remote_host[256];  /* "" = not said */
};

/* Open sessions of class user that belong to uid. Returns how many were written. */
size_t sessions_gather(const struct paths *paths, uid_t uid, struct session_place *ret_places, size_t max);

/* The session of a process (0 = this one) that acts for uid. A process outside any session (what systemd --user started, as desktops do) belongs
 * to the person's one graphical session if all of the person's sessions are at seats here: else it could as well have come from elsewhere. A screen
 * locker of idlelockd's (locker_unit.h) belongs to the session for which it asks.
 * Below a root folder: the session of that tty or display. False when nobody can say. */
bool sessions_gather_process(const struct paths *paths, pid_t pid, uid_t uid, const char *tty, const char *display,
			     struct session_place *ret_place);

/* A process that is part of a session already. Below a root folder the documents name no processes: never. */
bool sessions_gather_has(const struct paths *paths, pid_t pid);

#endif
