/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps copies of the files by which controls are switched on, while they hold, so that mutex-guardd can put them back. Shell. */
#ifndef MUTEXCTL_APPLY_BASELINE_H
#define MUTEXCTL_APPLY_BASELINE_H

#include "paths.h"
#include "policy_load.h"

/* Of each control that is put right (repair, gate). Of one that does not hold right now, what was kept before stays, and that is said. An exit status. */
int apply_baseline(const struct paths *paths, const struct policy_loaded *loaded);

#endif
