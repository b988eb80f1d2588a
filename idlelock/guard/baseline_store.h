/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of the files that a control's plan names by WATCH_BASELINE, as they were when `mutexctl apply` found the control to hold. Shell.
 *
 * Below paths->baseline (0700 of root's) they lie under their own path: /var/lib/mutex/baseline/etc/ufw/ufw.conf. A folder is kept whole: what came into
 * it later is taken out again when it is put back. Links are kept as links; what is neither file nor folder nor link is passed over. */
#ifndef GUARD_BASELINE_STORE_H
#define GUARD_BASELINE_STORE_H

#include <stdbool.h>

#include "paths.h"

/* A new set of copies is made beside the one that counts: begin, keep each path, end. keep: from the system, or (anew false) as it was kept before;
 * a path that is not there is no error. 0 or negative errno; then the old set counts. */
int baseline_store_begin(const struct paths *paths);
int baseline_store_keep(const struct paths *paths, const char *path, bool anew);
int baseline_store_end(const struct paths *paths);

/* Makes the path what was kept. 0; -ENOENT = nothing was; negative errno. */
int baseline_store_restore(const struct paths *paths, const char *path);

#endif
