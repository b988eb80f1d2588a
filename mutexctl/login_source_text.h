/* SPDX-License-Identifier: BSD-2-Clause */
/* Where failures came from, in words for an administrator: "2001:db8:1:2::/64", "seat seat0". Pure. */
#ifndef MUTEXCTL_LOGIN_SOURCE_TEXT_H
#define MUTEXCTL_LOGIN_SOURCE_TEXT_H

#include "login_state.h"

struct text;

/* Places of the computer and hosts that came by name are kept as hashes: a place is told by comparing with those that there are, a host is only
 * called one. */
void login_source_add(struct text *t, const struct login_source *source);
const char *login_side_name(enum login_side side);   /* "local", "remote" */
const char *login_guess_name(enum login_guess guess); /* "password", "code" */

#endif
