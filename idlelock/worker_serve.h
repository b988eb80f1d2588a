/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelockd's side of worker_protocol.h: every worker's connection. Shell.
 *
 * MUST: who speaks for a session's display is uid _idlelock in the unit idlelock-x11@SESSION.service, as the kernel says, or root's test bed below a
 *       root folder; one connection for a session, the newest. MUST: nothing waits for a worker; one whose socket is full is hung up on. */
#ifndef MUTEX_WORKER_SERVE_H
#define MUTEX_WORKER_SERVE_H

#include "display_gather.h"
#include "loop.h"
#include "paths.h"
#include "worker_protocol.h"

struct workers;
struct worker_hooks {
	/* The display of a session that is watched; false: no such. Fills display and found (wiped by worker_serve). */
	bool (*find)(const char *session, char ret_display[64], struct display_found *ret_found, void *data);
	void (*opened)(const char *session, void *data);
	void (*seen)(const char *session, uint32_t serial, const struct worker_sight *sight, void *data); /* serial 0: by itself */
	void (*used)(const char *session, int64_t at_ns, void *data);
	void (*tampered)(const char *session, enum worker_tamper tamper, pid_t pid, int64_t at_ns, void *data);
	void (*lost)(const char *session, enum worker_failure failure, void *data); /* hung up, killed, refused, out of turn */
	void *data;
};

/* listening: systemd's socket, or -1: one is made at paths->worker_socket. us: uid of workers. 0 or negative errno. */
int workers_open(struct loop *loop, const struct paths *paths, int listening, uid_t us, const struct worker_hooks *hooks, struct workers **ret_workers);
void workers_close(struct workers *workers);
int workers_look(struct workers *workers, const char *session, uint32_t serial, bool break_grabs); /* 0; -ENOTCONN: no worker */
int workers_arm(struct workers *workers, const char *session, bool on);
int workers_end(struct workers *workers, const char *session, uint32_t window, pid_t pid); /* that client of the display */
void workers_drop(struct workers *workers, const char *session); /* without lost() */

#endif
