/* SPDX-License-Identifier: BSD-2-Clause */
/* The conversation of the PAM service mutex-verify: what a module asks goes through the channel to the caller. Shell, of mutex-verify only. */
#ifndef MUTEX_VERIFY_RELAY_H
#define MUTEX_VERIFY_RELAY_H

#include <security/pam_appl.h>

#include "verify_channel.h"

struct verify_relay {
	struct verify_channel *channel;
	int64_t deadline_ns;
	int error; /* why the channel is of no use any more; 0 = it is fine */
};

/* A struct pam_conv's function; data is a struct verify_relay. After the first error every call fails at once, so that the modules come to
 * their end: nobody is there to be asked. */
int verify_relay_converse(int count, const struct pam_message **messages, struct pam_response **ret_responses, void *data);

/* One question. *ret_answer is the caller's to wipe and free. 0 or negative errno. */
int verify_relay_ask(struct verify_relay *relay, enum verify_style style, const char *text, char **ret_answer);

/* One text to the caller, cut between characters into as many messages as it takes. */
int verify_relay_tell(struct verify_relay *relay, enum verify_style style, const char *text);

#endif
