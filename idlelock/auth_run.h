/* SPDX-License-Identifier: BSD-2-Clause */
/* One question after another between the verifier and a person at a lock. Shell, of idlelock-auth only.
 *
 *   xsecurelock (_idlelock) - idlelock-auth --/run/idlelock-verify.socket--> mutex-verify@ (root) - libpam: the session's user
 *
 * MUST: only a RESULT of PAM_SUCCESS from a verifier that is root's own is a proof. MUST: who is proven is not ours to say: the verifier reads it from
 *       the unit in which we run (pam_mutex/locker_unit.h). */
#ifndef MUTEX_AUTH_RUN_H
#define MUTEX_AUTH_RUN_H

#include <stdbool.h>

#include "secret.h"

/* How a person is asked. Both return 0 or negative errno: -ECANCELED when the person does not want to. */
struct auth_face {
	int (*ask)(bool hidden, const char *text, struct secret *ret_answer, void *data);
	int (*tell)(bool error, const char *text, void *data);
	void *data;
};

/* service: the PAM service of the lock, "xsecurelock". 0: proven; -EACCES: the verifier's answer is no; -ECANCELED; -EPERM: we may not ask the verifier,
 * or it is not root's; else negative errno: it cannot be reached or broke off. */
int auth_run(const char *socket_path, const char *service, const struct auth_face *face);

#endif
