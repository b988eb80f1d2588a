/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes password hashes and ssh keys as they are now, as digests, for the control "auth" to compare with. Shell. */
#ifndef MUTEXCTL_ACCEPT_H
#define MUTEXCTL_ACCEPT_H

#include <stdbool.h>

#include "paths.h"

/* Writes the file of guard/accepted.h; one that is there stays unless anew. 0, or an exit status after a message. */
int accept_people(const struct paths *paths, bool anew);
/* It goes: without the PAM lines passwords change properly and nobody notes it. */
void accept_forget(const struct paths *paths);

#endif
