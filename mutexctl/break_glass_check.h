/* SPDX-License-Identifier: BSD-2-Clause */
/* Would an emergency account let somebody in at the console? Looks, changes nothing. Shell. Clause AC-4. */
#ifndef MUTEXCTL_BREAK_GLASS_CHECK_H
#define MUTEXCTL_BREAK_GLASS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy_load.h"

enum break_glass_fault {
	BREAK_GLASS_UNKNOWN,     /* the system knows no such account, or cannot say */
	BREAK_GLASS_NOT_LOCAL,   /* not in the computer's own shadow file: a directory may be what is down */
	BREAK_GLASS_NO_PASSWORD, /* none, or locked */
	BREAK_GLASS_EXPIRED,     /* shadow(5): account or password too old */
	BREAK_GLASS_NO_SHELL,    /* nologin, false, or a file that cannot be run */
	BREAK_GLASS_SUSPENDED,
	BREAK_GLASS_NOLOGIN,     /* /etc/nologin keeps everybody but root out */
	BREAK_GLASS_UNREADABLE,  /* the shadow file or the suspensions cannot be read */
	BREAK_GLASS_REFUSED,     /* the module's own decision says no to a login at the console with the right password */
	BREAK_GLASS_FAULT_MAX
};

/* Bit i = fault i; 0 = it would let somebody in. loaded: the policy that decides. now_s: for expiry. */
unsigned break_glass_check(const struct policy_loaded *loaded, const char *user, int64_t now_s);
/* One English sentence with the remedy, without the full stop; {USER} is not in it. */
const char *break_glass_fault_text(enum break_glass_fault fault);
const char *break_glass_fault_code(enum break_glass_fault fault);

/* How many accounts of [access] break_glass, not counting `except` (may be NULL), would let somebody in. */
size_t break_glass_usable(const struct policy_loaded *loaded, const char *except, int64_t now_s);

#endif
