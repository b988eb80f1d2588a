/* SPDX-License-Identifier: BSD-2-Clause */
/* Which Wayland socket is the screen's, and who is connected to it, as root sees them. Shell, of idlelockd only.
 *
 * Anybody can start a compositor without a screen under any name, and what locks that one locks nothing. The one that has the screen is the session's
 * controller: logind gives screen and keyboard to no other process. MUST: the socket is one on which that process listens, and the proof asks for the
 * locker's own connection, since names can be exchanged between a look and the locker's start. Needs CAP_SYS_PTRACE. */
#ifndef MUTEX_WAYLAND_GATHER_H
#define MUTEX_WAYLAND_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The name of the compositor's socket, "wayland-N" in the person's folder ("/run/user/1000"). 0; -ENOENT: it listens on none. */
int wayland_gather_display(pid_t compositor, const char *runtime, char *ret_display, size_t size);

/* Whether a process of that unit, of system.slice, is connected to a socket on which the compositor listens. */
bool wayland_gather_is_client(const char *unit, pid_t compositor);

#endif
