/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleep waits for the proof: logind's delay inhibitor is held from the start, and let go when every session is shown to be locked, or its ladder has
 * ended. Shell, of idlelockd only. Clause LK-2. */
#ifndef MUTEX_SLEEP_RUN_H
#define MUTEX_SLEEP_RUN_H

#include <stdbool.h>

#include "logind_gather.h"

struct sleeper;
struct sleep_hooks {
	void (*begins)(void *data);       /* lock what is to be locked */
	bool (*is_ready)(void *data);     /* nothing is on its way any more */
	void (*ended)(void *data);        /* awake */
	void *data;
};

int sleep_open(struct logind *logind, const struct sleep_hooks *hooks, struct sleeper **ret_sleeper);
void sleep_close(struct sleeper *sleeper);
void sleep_logind_came(struct sleeper *sleeper);          /* at the start, and whenever it began anew: the inhibitor is taken */
void sleep_prepare(struct sleeper *sleeper, bool begins); /* PrepareForSleep */
void sleep_look(struct sleeper *sleeper);                 /* something was proven or given up */

#endif
