/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries out a repair, step by step, over systemd's bus. Shell (libdbus).
 *
 * A step that fails does not keep the next from being tried. A step that starts something is over when systemd says so, or after a minute. */
#ifndef GUARD_REPAIR_RUN_H
#define GUARD_REPAIR_RUN_H

#include "bus.h"
#include "control_plan.h"

struct repair;
/* failed: how many steps; what: the first of those, "" = none. */
typedef void (*repair_done)(size_t failed, const char *what, void *data);

/* The plan is copied. 0 or negative errno; then done is never called. */
int repair_start(struct loop *loop, struct bus *bus, const char *control, const struct control_repair *plan, repair_done done, void *data,
		 struct repair **ret_repair);
/* Forgets it; what systemd was told goes on. done is not called any more. */
void repair_stop(struct repair *repair);

#endif
