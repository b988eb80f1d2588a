/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection to the verifier, from START to RESULT. Shell, of mutex-verify only.
 *
 * MUST: who is proven is the uid of SO_PEERCRED, or the person whose session a locker of idlelockd's holds (locker_unit.h), never a word of the peer.
 * MUST: PAM_SUCCESS is said only after pam_authenticate() and pam_acct_mgmt() of the service mutex-verify; whatever goes wrong before ends the
 *       connection without a RESULT.
 * Counting, clearing, the stamp and the records are the work of pam_mutex.so inside that service, which runs as root here. */
#ifndef MUTEX_VERIFY_SERVE_H
#define MUTEX_VERIFY_SERVE_H

#include <stdint.h>

#include "paths.h"

/* For one connection, the person's thinking included; verify_accept.h ends what takes longer. */
#define VERIFY_SERVE_LIMIT_MS 300000

struct verify_serve {
	const struct paths *paths;
	const char *confdir; /* of the PAM files; NULL = the system's */
	int64_t limit_ms;
};

/* Takes the connected socket over and closes it. 0 when a RESULT was said; else negative errno: why not, logged. */
int verify_serve(const struct verify_serve *serve, int fd);

#endif
