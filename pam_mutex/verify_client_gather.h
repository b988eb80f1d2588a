/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the verifier, for a caller that is not root and so may not read state. Shell (libpam, socket). verify_protocol.h has the dialogue.
 *
 * MUST: only a RESULT of PAM_SUCCESS from a verifier that is root's own gives PAM_SUCCESS. Whatever is lost, late, unknown or out of turn is
 *       a denial.
 * MUST: the verifier proves the uid at the other end of its socket. A handle for another user than geteuid() is denied here, before asking. */
#ifndef MUTEX_VERIFY_CLIENT_GATHER_H
#define MUTEX_VERIFY_CLIENT_GATHER_H

#include <security/pam_modules.h>

#include "paths.h"
#include "secret.h"
#include "verify_protocol.h"

/* A verifier that says nothing for so long after START is not there. */
#define VERIFY_CLIENT_HELLO_MS 5000
/* Between two of its messages: modules behind it wait for fingers, phones and directories. Above its own limit, so that it ends first. */
#define VERIFY_CLIENT_WORK_MS 330000

/* Runs one dialogue: relays prompts and texts through the application's conversation. A verifier that went away while the person thought about
 * the first question is asked once more, with the answer in hand.
 *   PAM_SUCCESS             everything is proven; *ret_password = the first hidden answer (empty when none was asked for), for the caller to wipe
 *   PAM_AUTHINFO_UNAVAIL    no verifier, a foreign one, or it broke off: the caller tells the person (LOGIN_NO_VERIFIER)
 *   PAM_CONV_ERR, PAM_ABORT, PAM_INCOMPLETE ...  what the application's conversation said: nothing is told
 *   PAM_PERM_DENIED         the handle's user is not the one who runs this program
 *   else                    the verifier's result; it has told the person itself
 * Never PAM_IGNORE. On failure *ret_password stays empty. */
int verify_client_run(pam_handle_t *pamh, const struct paths *paths, const struct verify_start *start, struct secret *ret_password);

#endif
