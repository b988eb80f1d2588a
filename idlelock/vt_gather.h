/* SPDX-License-Identifier: BSD-2-Clause */
/* Which text console is shown, from /sys/class/tty/tty0/active: the kernel wakes us when it changes, nothing is polled. Shell. */
#ifndef MUTEX_VT_GATHER_H
#define MUTEX_VT_GATHER_H

#include "loop.h"

struct vt;
typedef void (*vt_changed)(unsigned active, void *data);

/* -ENOENT: this computer has no text consoles (a container, a server without any). Else 0 or negative errno. */
int vt_open(struct loop *loop, vt_changed changed, void *data, struct vt **ret_vt);
void vt_close(struct vt *vt);

/* The console that is shown now; 0 = none, or nobody can say. */
unsigned vt_active(void);

#endif
