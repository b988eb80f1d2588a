/* SPDX-License-Identifier: BSD-2-Clause */
/* Turns gathered keys into a filter file, shard by shard. Shell. */
#ifndef MUTEXCTL_BREACHED_WRITE_H
#define MUTEXCTL_BREACHED_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "breached_spill.h"
#include "filter.h"
#include "replacement.h"

/* Writes the whole file into r->fd. f brings built_s and note, and gets all other fields but bytes. memory_bytes bounds what the work on
 * one shard takes. 0, or COMMAND_FAILED after a message. */
int breached_write(struct breached_spill *spill, const struct replacement *r, size_t memory_bytes, struct filter *f);

#endif
