/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings when the time to confirm is over: calls `mutexctl remove --rollback`. Shell. */
#ifndef MUTEXCTL_APPLY_TIMER_H
#define MUTEXCTL_APPLY_TIMER_H

#include "apply_journal.h"
#include "paths.h"

/* On the running system with systemd: a transient timer, and a unit for the case that the computer is started anew before it rings.
 * Else: a process that waits, which a restart ends. Suspended time counts in the journal's deadline. 0 or negative errno. */
int apply_timer_start(const struct paths *paths, const struct apply_journal *journal);
/* Ends timer and unit; the waiting process finds nothing to do by itself. */
void apply_timer_stop(const struct paths *paths);

/* Is systemd the first process here (and no --root folder meant)? */
bool apply_has_systemd(const struct paths *paths);

#endif
