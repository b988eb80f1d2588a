/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock in mutexctl status: its line, its sessions, and what is watched about the caller. Shell. */
#ifndef MUTEXCTL_STATUS_LOCK_H
#define MUTEXCTL_STATUS_LOCK_H

#include <jansson.h>
#include <stdbool.h>

#include "policy.h"

/* The sessions that the caller may see, as an array; empty when idlelockd does not answer. */
json_t *status_lock_sessions(void);

/* mutexctl status --me: what is watched about the caller, in plain words or as JSON. An exit status. */
int status_lock_me(const struct settings *settings, bool json);

#endif
