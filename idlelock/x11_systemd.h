/* SPDX-License-Identifier: BSD-2-Clause */
/* sd_notify(3) in a datagram, without libsystemd: the worker's memory is counted. Shell. */
#ifndef MUTEX_X11_SYSTEMD_H
#define MUTEX_X11_SYSTEMD_H

#include <stdbool.h>

/* "READY=1", "WATCHDOG=1". Without systemd nothing happens. */
void x11_systemd_tell(const char *state);
/* The unit has WatchdogSec=. */
bool x11_systemd_watches(void);

#endif
