/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue on disk of what the IT manager is to be told: paths->queue, 0700 of root's. Shell. */
#ifndef GUARD_QUEUE_STORE_H
#define GUARD_QUEUE_STORE_H

#include "paths.h"
#include "queue_entry.h"

/* One more violation: a new entry, or count and last of the one of this control and hour. entry->first is its time. 0 or negative errno. */
int queue_store_add(const struct paths *paths, const struct queue_entry *entry);

#endif
