/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the probe of control "auth", each adding to the facts. Shell. A place that is full sets `more`. */
#ifndef GUARD_AUTH_GATHER_H
#define GUARD_AUTH_GATHER_H

#include "auth.h"

/* sudoers, sshd_config and rules of polkit with what they include, the kernel's command line, automatic login. 0 or -ENOMEM. */
int auth_files_gather(const struct paths *paths, struct arena *arena, struct auth_facts *facts);
/* Accounts and ssh keys, compared with the file of accepted ones. The same. */
int auth_people_gather(const struct paths *paths, struct arena *arena, struct auth_facts *facts);
/* Services whose PAM stacks lead past the module. The same. */
int auth_pam_gather(const struct paths *paths, struct arena *arena, struct auth_facts *facts);

struct text;
/* All accounts and keys as they are now, in the form of the file of accepted ones. 0, -ENOMEM, or what opening shadow says. */
int auth_people_write(const struct paths *paths, struct text *t);

#endif
