/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the postures of idlelockd and of mutex-guardd, and finds out whether they are fresh: of this boot, and the writer alive (it holds an OFD lock).
 * Shell. posture.h. */
#ifndef MUTEX_POSTURE_GATHER_H
#define MUTEX_POSTURE_GATHER_H

#include "login.h"
#include "paths.h"

/* FRESH when one of them is; both are put together in *ret_posture, and the lock is an unknown control of it where only the guard's is fresh. The guard is one
 * the other way round only where guard_counts: some control asks for gate. *ret_posture is set when FRESH. *ret_since_s: else, since when nothing is known: the last writing in this boot, or the start of the boot, or the
 * moment when our lines were switched on, whatever was latest. */
enum posture_standing posture_gather(const struct paths *paths, bool guard_counts, int64_t now_s, struct posture *ret_posture, int64_t *ret_since_s);

#endif
