/* SPDX-License-Identifier: BSD-2-Clause */
/* The X server behind a display's name, and its cookie, as root sees them. Shell, of idlelockd only. facts/lock.md 3.3.
 *
 * MUST: the server is whoever the kernel says holds the socket, not whoever the session names. It must run a program of root's, and be root's own for
 *       the session's seat, or that of the session's person: else who controls a session from afar could name the screen of another, and lock it
 *       with his password. On a seat (gdm) the person's own must be what controls the session, by logind, for only that has the screen: any X server of
 *       his could be locked in its place. The worker is told its pid and connects to no other. MUST: the cookie is from a file of the server's or the
 *       person's, for root can read them all. */
#ifndef MUTEX_DISPLAY_GATHER_H
#define MUTEX_DISPLAY_GATHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "logind_message.h"
#include "worker_protocol.h"

struct display_found {
	pid_t server;
	bool has_cookie;
	unsigned char cookie[WORKER_COOKIE_BYTES]; /* to be wiped by the caller */
};

/* display: ":0" or ":0.0". controller: logind_ask_controller()'s, 0 = not known. trusted: an owner of programs and servers besides root (tests), 0 in
 * production. 0; -EINVAL: no local
 * display; -EPERM: a server that is not this session's; else negative errno: nobody listens there. */
int display_gather(const char *display, const struct logind_session *session, pid_t controller, uid_t trusted, struct display_found *ret_found);

#endif
