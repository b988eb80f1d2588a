/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes single lines of pam_mutex out of files that pam-auth-update leaves alone: those edited by hand, and those that apply itself edited. */
#ifndef MUTEXCTL_APPLY_CUT_H
#define MUTEXCTL_APPLY_CUT_H

#include <stddef.h>

/* One file's bytes, in place, NUL-terminated: without the lines as our profiles have them. A jump over such a line becomes shorter by one; where
 * that cannot be (a jump over it alone, or an include between them), the line stays. The password line that becomes the first loses use_authtok,
 * for it would refuse every new password. Returns the new length. Pure. */
size_t apply_cut_bytes(char *bytes, size_t len);

/* The same for the files below /etc/pam.d in a tree (see pam_tree.h), each replaced atomically. With `before` (else NULL), a file that is
 * that of `after` becomes that of `before` instead. Goes on behind a failure: 0 or the first negative errno; *ret_file names the file. */
int apply_cut_tree(const char *tree, const char *before, const char *after, const char **ret_file);

#endif
