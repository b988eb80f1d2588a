/* SPDX-License-Identifier: BSD-2-Clause */
/* Who sits at the other end of the verifier's socket, from the kernel and logind alone. Shell, of mutex-verify only.
 *
 * MUST: nothing here comes from the peer. A place that cannot be derived stays empty, and is treated as the strictest. */
#ifndef MUTEX_VERIFY_PEER_H
#define MUTEX_VERIFY_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "paths.h"

struct verify_peer {
	uid_t uid;                           /* who is to be proven: the peer's own, but for a locker that runs as _idlelock (locker_unit.h) */
	pid_t pid;
	char seat[32], tty[64], display[64]; /* of its session: "seat0", "tty2", ":0" */
	bool in_front;                       /* its session is on a seat of this computer, and the active one there */
	char rhost[256];                     /* where its session came from; "" = local or unknown */
};

/* A locker that idlelockd started asks for the session of its unit. Else the session is the one the process belongs to. A process outside any session
 * (started by systemd --user, as desktops do) belongs to the person's display session if all of the person's sessions are on seats here: else it
 * could as well have come through ssh. */
void verify_peer_gather(const struct paths *paths, uid_t uid, pid_t pid, struct verify_peer *ret_peer);

#endif
