/* SPDX-License-Identifier: BSD-2-Clause */
/* The door of the verifier: a process for each connection, and of one person only so many at a time. Shell, of mutex-verify only.
 *
 * MUST: whoever connects, however often and fast, costs no more than being turned away, and keeps nobody else out. So it is not systemd that accepts:
 *       it would start a unit each time, in the one process on which every lock of a screen depends. MUST: a connection is seen by its own process
 *       alone, which has nothing of another's. */
#ifndef MUTEX_VERIFY_ACCEPT_H
#define MUTEX_VERIFY_ACCEPT_H

#include <stddef.h>
#include <stdint.h>

#define VERIFY_ACCEPT_MAX 256    /* connections in all */
#define VERIFY_ACCEPT_EACH_MAX 8 /* of one person: a desktop whose lock waits at its prompt holds one */

struct verify_accept {
	const char *program; /* absolute; run with the connection as descriptor 0, no arguments and no environment */
	size_t each_max;     /* connections of one uid */
	int64_t limit_ms;    /* one that takes longer is ended, whatever hangs there */
	int64_t idle_ms;     /* over when there was none for so long: systemd listens on */
};

/* listener, which must not block, stays the caller's. 0: idle; else negative errno. */
int verify_accept(const struct verify_accept *accept, int listener);

#endif
