/* SPDX-License-Identifier: BSD-2-Clause */
/* Which text console is shown, from /sys/class/tty/tty0/active. Shell. */
#ifndef MUTEX_VT_GATHER_H
#define MUTEX_VT_GATHER_H

/* 0 = none (a container, a server without consoles), or nobody can say. */
unsigned vt_active(void);

#endif
