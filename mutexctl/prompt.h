/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks a person for a secret on the terminal, without echo. Shell. */
#ifndef MUTEXCTL_PROMPT_H
#define MUTEXCTL_PROMPT_H

#include "secret.h"

/* Shows prompt on standard error and reads a line from standard input, which is a terminal. Echo is on again afterwards, also when a signal
 * ends us meanwhile. 0; -EMSGSIZE for more than SECRET_SIZE - 1 bytes; -ENODATA for end of file; -EINTR after Ctrl-Z; or negative errno. */
int prompt_secret(const char *prompt, struct secret *ret_secret);

#endif
