/* SPDX-License-Identifier: BSD-2-Clause */
/* The worker's side of worker_protocol.h: one display, for idlelockd. Shell.
 *
 *   idlelockd (root) --/run/mutex-idlelock.socket-- idlelock-x11 (uid _idlelock, sandbox) --/tmp/.X11-unix/X0-- Xorg (whose user is not trusted)
 *
 * MUST: what comes from idlelockd is obeyed, what comes from the display is only passed on. MUST: the display's connection outlives idlelockd's.
 * MUST: a server that hangs while we connect ends this process (SIGALRM): no connection is a tamper event to idlelockd. */
#ifndef MUTEX_X11_WORKER_H
#define MUTEX_X11_WORKER_H

#include "loop.h"

/* instance: the session's id. fd: a connection that is there already (tests), else -1: socket is connected to, and again when it ends. Runs until the
 * display is lost or cannot be had: 0 or negative errno. */
int x11_worker_run(const char *instance, const char *socket, int fd);

#endif
