/* SPDX-License-Identifier: BSD-2-Clause */
/* Talks with the person through the application's conversation. Shell (calls libpam). facts/pam.md 25 to 28 are the rules. */
#ifndef MUTEX_CONVERSATION_H
#define MUTEX_CONVERSATION_H

#include <security/pam_modules.h>

#include "secret.h"

/* Sends text as messages of at most MESSAGE_BYTES_MAX bytes, cut between lines, else between characters. style: PAM_TEXT_INFO or PAM_ERROR_MSG.
 * What the application does with them changes nothing: many refuse or drop them. */
void conversation_tell(pam_handle_t *pamh, int style, const char *text);

/* Puts one question. style: PAM_PROMPT_ECHO_OFF or PAM_PROMPT_ECHO_ON. PAM_SUCCESS; PAM_INCOMPLETE when the application wants to be called again;
 * PAM_AUTH_ERR for an answer that is longer than any password; else what libpam says, PAM_CONV_ERR for no answer at all. */
int conversation_ask(pam_handle_t *pamh, int style, const char *prompt, struct secret *ret_answer);

/* Asks for a new password, once; an earlier module's is taken as it is. *ret_password belongs to libpam and is good until the next call.
 * PAM_SUCCESS; PAM_INCOMPLETE when the application wants to be called again; else what libpam says: nothing was given. */
int conversation_ask_password(pam_handle_t *pamh, const char **ret_password);

/* Has it typed again. PAM_SUCCESS; PAM_TRY_AGAIN when it differed (the person was told); PAM_INCOMPLETE; else as above. On any
 * failure libpam has forgotten the password. */
int conversation_confirm_password(pam_handle_t *pamh, const char **password);

#endif
