/* SPDX-License-Identifier: BSD-2-Clause */
/* Which text console is shown, from /sys/class/tty/tty0/active, and whether one shows text. Shell. */
#ifndef MUTEX_VT_GATHER_H
#define MUTEX_VT_GATHER_H

#include <stdbool.h>

/* 0 = none (a container, a server without consoles), or nobody can say. */
unsigned vt_active(void);

/* The kernel draws letters on it, so no display does, whatever its session says of itself. False for 0 and when nobody can say. */
bool vt_shows_text(unsigned vt);

#endif
