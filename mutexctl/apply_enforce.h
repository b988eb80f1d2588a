/* SPDX-License-Identifier: BSD-2-Clause */
/* Who would be shut out if a section were enforced, and whether there is a way in for emergencies. Shell: reads login states, accounts, keys. */
#ifndef MUTEXCTL_APPLY_ENFORCE_H
#define MUTEXCTL_APPLY_ENFORCE_H

#include "apply_own.h"
#include "paths.h"
#include "policy_load.h"

/* The sections that the policy enforces. */
unsigned apply_enforced(const struct policy *policy);

/* Why `apply --enforce` or `apply --sshd` must not go on; told on standard error, all reasons at once:
 * - a file read later says otherwise, so that the section would not be enforced;
 * - enforcing: there is no break-glass account that could be used;
 * - mfa: the person who asks (user, or the login behind sudo) has no second factor, and does not sit at the console as root;
 * - access: that person is not on the login list;
 * - sshd: that person has neither a password nor a second factor, and so nothing to answer with behind a key.
 * planned: the policy with the sections enforced. 0 or COMMAND_VIOLATED. */
int apply_enforce_refuse(const struct paths *paths, const struct policy_loaded *planned, const struct apply_own *own, const char *user);

/* Tells who has no second factor, who logs in by key, and which services cannot ask for one: for the preflight. trial: the tree with the lines on. */
void apply_enforce_preview(const struct paths *paths, const struct paths *trial, const struct policy_loaded *planned);

/* How many people who can log in have a second factor, and how many have none. */
struct enforce_people {
	size_t with, without;
};
void apply_enforce_people(const struct paths *paths, struct enforce_people *ret_people);

#endif
