/* SPDX-License-Identifier: BSD-2-Clause */
/* Going back: heals what a cut-off run left, and takes the lines out again. Shell. With the lock of apply_journal.h held. */
#ifndef MUTEXCTL_APPLY_ROLLBACK_H
#define MUTEXCTL_APPLY_ROLLBACK_H

#include "apply_journal.h"
#include "paths.h"

/* Brings a half-done switch back to where it began, file by file. Files that a third program wrote since stay as they are; their
 * backup is kept and named. 0 or negative errno after a message on standard error. */
int apply_heal(const struct paths *paths);

/* Why the lines go. */
enum apply_removal { APPLY_ASKED, APPLY_ROLLED_BACK, APPLY_REMOVAL_MAX };

/* Takes the lines out with pam-auth-update (singly out of files that it leaves alone, for they were edited by hand), puts the files back
 * byte by byte where nobody else wrote them since, checks that no line of pam_mutex is left in any service, and records it.
 * COMMAND_FINE, COMMAND_VIOLATED (lines remain that are not ours), COMMAND_FAILED. */
int apply_take_out(const struct paths *paths, int lock_fd, enum apply_removal why);

#endif
