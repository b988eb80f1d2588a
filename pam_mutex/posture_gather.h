/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the posture and finds out whether it is fresh: of this boot, and its writer alive (it holds an OFD lock). Shell. posture.h. */
#ifndef MUTEX_POSTURE_GATHER_H
#define MUTEX_POSTURE_GATHER_H

#include "login.h"
#include "paths.h"

/* *ret_posture is set when FRESH. *ret_since_s: else, since when nothing is known: the last writing in this boot, or the start of the boot, or the
 * moment when our lines were switched on, whatever was latest. */
enum posture_standing posture_gather(const struct paths *paths, int64_t now_s, struct posture *ret_posture, int64_t *ret_since_s);

#endif
