/* SPDX-License-Identifier: BSD-2-Clause */
/* What the display shows now: who holds keyboard and pointer, which window hides every monitor. Shell. facts/lock.md 3.2.
 *
 * The grab probe changes nothing: a grab asked for on a window that is not mapped is answered AlreadyGrabbed or GrabNotViewable, never granted. */
#ifndef MUTEX_X11_LOOK_H
#define MUTEX_X11_LOOK_H

#include "x11_display.h"

#define X11_LOOK_NS INT64_C(800000000) /* below LOCK_PROBE_NS: the answer must arrive within that */
#define X11_WINDOWS_MAX 512            /* topmost windows that are looked at */

/* 0; -ETIMEDOUT: the server is silent, grabs are WORKER_GRAB_UNKNOWN; -ENOTCONN. *ret_sight is always set. */
int x11_look(struct x11 *x, int64_t until_ns, struct worker_sight *ret_sight);

/* XKillClient of the window's client, if it is that process. 0; -ENOENT: it is not; else negative errno. */
int x11_look_end_client(struct x11 *x, uint32_t window, int64_t pid, int64_t until_ns);

#endif
