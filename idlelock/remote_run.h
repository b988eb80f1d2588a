/* SPDX-License-Identifier: BSD-2-Clause */
/* Idle shells from afar are ended: [lock] remote_after. Shell, of idlelockd only. Clause LK-2.
 *
 * A remote shell cannot be locked, so it has no ladder: it goes on, or it is ended by logind. It is looked at when it may be due, never in between. */
#ifndef MUTEX_REMOTE_RUN_H
#define MUTEX_REMOTE_RUN_H

#include "watch_run.h"

/* Anew after each change of the policy or the session; does nothing for others. */
void remote_watch(struct watched *w);
void remote_forget(struct watched *w);

#endif
