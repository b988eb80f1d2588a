/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts and stops what a rung runs, through systemd's and logind's D-Bus, never by fork. Shell, of idlelockd only.
 *
 * A locker is the unit "idlelock-NAME@SESSION.service" of the system's manager: from a unit file (User=_idlelock or root), or transient with User=UID
 * for one that runs as the session's user. Its environment is paths->lockers/UNIT.env and, for X, the display's cookie in UNIT.auth, a file of
 * whoever runs the locker; they are there as long as the session lives. It is begun anew at once when it ends in any way but exit status 0: by systemd,
 * xsecurelock by idlelock-auth within its unit (auth_hold_run.h). All calls are asynchronous. Needs CAP_CHOWN. */
#ifndef MUTEX_RUNG_RUN_H
#define MUTEX_RUNG_RUN_H

#include <stdbool.h>

#include "bus.h"
#include "ladder.h"
#include "paths.h"
#include "session_facts.h"

struct rung_run;
struct rung_hooks {
	void (*failed)(const char *session, enum lock_rung rung, const char *why, void *data); /* cannot start; a locker is tried again by systemd */
	void (*ready)(const char *session, enum lock_rung rung, void *data);                   /* the locker itself says that it has locked */
	void (*gone)(const char *session, enum lock_rung rung, bool clean, void *data);         /* it ended; clean = exit status 0, else it comes again */
	void *data;
};
struct rung_request {
	const struct session_facts *session;
	enum lock_rung rung;
	enum locker_id locker;
	unsigned vt;
	const char *display, *wayland_display, *runtime_dir; /* of the session; "" = none */
	const unsigned char *cookie; /* 16 bytes or NULL */
	/* From the caller: a user database that hangs must not keep a screen from being locked. */
	const char *person;          /* login name; "" = not known */
	uid_t us;                    /* _idlelock; -1: not there */
};

int rung_open(struct bus *bus, const struct paths *paths, const struct rung_hooks *hooks, struct rung_run **ret_run);
void rung_close(struct rung_run *run); /* before bus_close(); the lockers stay */
/* The bus is there (again): asks for signals and looks at every locker that runs. From bus_open()'s changed. */
void rung_connected(struct rung_run *run);
/* Writes a locker's files ahead of time, since /run may be full when it is to lock. 0 or negative errno. */
int rung_prepare(struct rung_run *run, const struct rung_request *request);
/* 0: on its way; -EBUSY: a console lock for a session that is not on the screen; else negative errno: cannot. One that runs is left alone, but told
 * again: ready. */
int rung_start(struct rung_run *run, const struct rung_request *request);
/* Every locker unit of that session. opened: it lives on, and its files stay; a Wayland locker is told to open first, since its compositor stays locked when it is only ended. */
void rung_stop(struct rung_run *run, const char *session, bool opened);
const char *rung_unit(const struct rung_run *run, const char *session);   /* the unit that was started last; "" = none */
bool rung_is_ready(const struct rung_run *run, const char *session);      /* that unit; begun anew within, before it covers, it is so still */
unsigned rung_console(const struct rung_run *run, const char *session);   /* the console that it holds; 0 = none */

#endif
