/* SPDX-License-Identifier: BSD-2-Clause */
/* The ssh keys by which a person comes in: moved to where root alone sees them, so that they open nothing and nothing is lost. Shell. Clause AU-4.
 *
 * MUST: the person's own folder is entered by descriptors and no link in it is followed; a copy is on the disk before the original goes. */
#ifndef MUTEXCTL_SSH_KEYS_H
#define MUTEXCTL_SSH_KEYS_H

#include <stdint.h>

#include "person_load.h"

/* from, kept: paths below --root, as they are. */
typedef void (*ssh_keys_fn)(const char *from, const char *kept, void *context);

/* .ssh/authorized_keys and authorized_keys2 in the home, and /etc/ssh/authorized_keys/USER; what another AuthorizedKeysFile names is not known here. A link is
 * kept as its target's name. 0, or COMMAND_FAILED after a message for each that stayed. */
int ssh_keys_expire(const struct person_loaded *person, int64_t now_s, ssh_keys_fn moved, void *context);

#endif
