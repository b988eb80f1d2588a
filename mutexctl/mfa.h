/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs of `mutexctl mfa`. Shell. Each gets argv from its own name on and returns the exit status. Clause RA-1. */
#ifndef MUTEXCTL_MFA_H
#define MUTEXCTL_MFA_H

#include "people.h"

int mfa_enrol(int argc, char **argv);
int mfa_enrol_self(int argc, char **argv); /* for whoever is not root */
int mfa_codes(int argc, char **argv);
int mfa_status(int argc, char **argv);
int mfa_revoke(int argc, char **argv);
int mfa_hook(int argc, char **argv);
int mfa_repair(int argc, char **argv);

/* For offboard. 0 or negative errno. */
int mfa_revoke_all(const struct people *people, bool *ret_had);

/* "mutexctl: WHAT: why, and what helps". Returns COMMAND_FAILED. */
int mfa_store_error(const char *what, const char *user, int error);

#endif
