/* SPDX-License-Identifier: BSD-2-Clause */
/* Lids of laptops: the switch SW_LID of evdev nodes. Shell, of idlelockd only. Clause LK-2.
 *
 * Closing a lid need not lead to sleep: a monitor is attached, or a program of the person's handles it. logind's LidClosed sends no signal. */
#ifndef MUTEX_LID_GATHER_H
#define MUTEX_LID_GATHER_H

#include <stdbool.h>

#include "loop.h"

struct lids;
typedef void (*lid_closed)(const char *seat, void *data); /* it was open before */

struct lids *lids_new(struct loop *loop, lid_closed closed, void *data); /* NULL: no memory */
void lids_free(struct lids *lids);
/* The node's switch wakes the loop, and nothing else of the node does; until the node is gone. 0 or negative errno. */
int lids_add(struct lids *lids, const char *node, const char *seat);
bool lids_is_closed(const struct lids *lids, const char *seat); /* now */

#endif
