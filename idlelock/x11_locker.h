/* SPDX-License-Identifier: BSD-2-Clause */
/* A locker as a child of ours, for --standalone: started with our environment, its end told from the loop. Shell. */
#ifndef MUTEX_X11_LOCKER_H
#define MUTEX_X11_LOCKER_H

#include <sys/types.h>

#include "ladder.h"
#include "loop.h"

struct x11_locker {
	struct loop *loop;
	void (*ended)(int status, void *data); /* as waitpid(2) tells; the locker may be started again from here */
	void *data;
	enum locker_id id; /* LOCKER_NONE = none runs */
	pid_t pid;
	int pidfd;
	int64_t started_ns;
};

/* One that can be started on a display: its program is there. */
bool x11_locker_is_installed(enum locker_id id);
/* A running one is ended first, without a call of ended(). 0 or negative errno. */
int x11_locker_start(struct x11_locker *locker, enum locker_id id);
void x11_locker_stop(struct x11_locker *locker);
/* Waits at most so long for a running one to end; true: it has, and ended() was called. */
bool x11_locker_wait(struct x11_locker *locker, int limit_ms);

#endif
