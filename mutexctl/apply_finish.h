/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts `finish` into PAM files with auth lines of their own, which pam-auth-update does not reach.
 *
 * gdm-fingerprint and its like read a finger or a card and include common-account, but not common-auth: without `finish` the gate in account sees
 * no proof and denies. These files are configuration files of the package gdm3. dpkg asks about one that we changed only when a new version of
 * the package brings another one; whoever takes the package's loses our line, which `mutexctl stack` and `status` tell and `apply` puts back, and
 * until then the gate denies. After `mutexctl remove` they are the package's own, byte by byte. */
#ifndef MUTEXCTL_APPLY_FINISH_H
#define MUTEXCTL_APPLY_FINISH_H

#include <stdbool.h>
#include <stddef.h>

#include "paths.h"

#define APPLY_FINISH_LINE "auth\trequisite\tpam_mutex.so finish\n"

/* Room behind len for one more line. */
#define APPLY_FINISH_ROOM (sizeof APPLY_FINISH_LINE + 1)

/* The file's bytes, in place: with the line behind the last auth line. Returns the new length; the old one when the file has no auth line of its
 * own, includes common-auth, does not include common-account, or has a line of pam_mutex in auth. Pure. */
size_t apply_finish_bytes(char *bytes, size_t len, size_t size);

/* Puts the line into such files of a tree. One whose auth stack would not be guarded by it stays as it is. 0 or negative errno. */
int apply_finish_tree(const struct paths *tree);
/* True when one of them lacks the line, as after an update of gdm3. */
bool apply_finish_is_missing(const struct paths *tree);
/* Takes it out again. 0 or negative errno. */
int apply_finish_take_out(const struct paths *tree);

#endif
