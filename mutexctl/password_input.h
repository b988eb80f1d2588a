/* SPDX-License-Identifier: BSD-2-Clause */
/* Candidates for a password: one from the terminal without echo, or lines of standard input. Shell. */
#ifndef MUTEXCTL_PASSWORD_INPUT_H
#define MUTEXCTL_PASSWORD_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "secret.h"

/* One line. len is SECRET_SIZE for all that is longer than a password may be; bytes then hold its beginning only. */
struct candidate {
	char bytes[SECRET_SIZE];
	size_t len;
};

void candidate_wipe(struct candidate *c);
#define CANDIDATE_WIPED __attribute__((cleanup(candidate_wipe)))

/* Standard input with a buffer of our own, so that it can be wiped. Start with {0}. */
struct password_input {
	char buffer[65536];
	size_t at, filled;
};

void password_input_wipe(struct password_input *in);
#define PASSWORD_INPUT_WIPED __attribute__((cleanup(password_input_wipe)))

/* The next line, without its end. 0; -ENODATA behind the last; or negative errno. A terminal is asked with prompt, without echo. */
int password_input_next(struct password_input *in, const char *prompt, struct candidate *ret_candidate);

#endif
