/* SPDX-License-Identifier: BSD-2-Clause */
/* Does somebody sit at this computer's own terminal? Shell (asks the kernel). design-login.md, "Local".
 *
 * MUST: by device number of the controlling terminal, which the kernel keeps, never by a name alone: PAM_TTY is what a program says. */
#ifndef MUTEX_CONSOLE_GATHER_H
#define MUTEX_CONSOLE_GATHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "paths.h"

/* True when tty ("tty1", "/dev/ttyS0", "console") is a virtual console, a serial line or the console, the controlling terminal of the process, and
 * owned by `sitting` (console_line.h). pid 0 = this process; -1 = no process, so that the name's device decides alone (mutexctl explain). Below a
 * root folder there are no devices and the name decides. */
bool console_gather(const struct paths *paths, const char *tty, pid_t pid, uid_t sitting);

#endif
