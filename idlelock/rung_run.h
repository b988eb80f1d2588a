/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts and stops what a rung runs, through systemd's and logind's D-Bus, never by fork. Shell, of idlelockd only.
 *
 * A locker is the unit "idlelock-NAME@SESSION.service" (system manager, User=_idlelock or root) or, for one that runs as the session's user, the
 * transient unit idlelock-NAME-SESSION.service with User=UID: its environment comes from /run/mutex/lockers/SESSION.env, which idlelockd writes. All
 * calls are asynchronous; what becomes of a unit is told by its PropertiesChanged / JobRemoved. */
#ifndef MUTEX_RUNG_RUN_H
#define MUTEX_RUNG_RUN_H

#include <stdbool.h>

#include "bus.h"
#include "ladder.h"
#include "session_facts.h"

struct rung_run;
struct rung_hooks {
	void (*failed)(const char *session, enum lock_rung rung, const char *why, void *data); /* cannot start, or ended without unlock */
	void (*ready)(const char *session, enum lock_rung rung, void *data);                   /* its unit is active */
	void (*gone)(const char *session, enum lock_rung rung, bool clean, void *data);         /* its unit ended; clean = exit status 0 */
	void *data;
};
struct rung_request {
	const struct session_facts *session;
	enum lock_rung rung;
	enum locker_id locker;
	unsigned vt;
	const char *display, *wayland_display, *runtime_dir; /* of the session; "" = none */
	const unsigned char *cookie; /* 16 bytes or NULL */
};

int rung_open(struct bus *bus, const struct rung_hooks *hooks, struct rung_run **ret_run);
void rung_close(struct rung_run *run);
int rung_start(struct rung_run *run, const struct rung_request *request); /* 0: on its way; negative errno: cannot */
void rung_stop(struct rung_run *run, const char *session);                /* every locker unit of that session */
const char *rung_unit(const struct rung_run *run, const char *session);   /* the unit that runs; "" = none */
bool rung_is_ready(const struct rung_run *run, const char *session);

#endif
