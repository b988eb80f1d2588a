/* SPDX-License-Identifier: BSD-2-Clause */
/* What the IT manager is to be told of one control in one hour: one entry, however often it happened. Format only, pure.
 *
 * File: paths->queue/CONTROL.2026-11-23T09, of the hour (UTC) in which it happened first. Writer: mutex-guardd. */
#ifndef GUARD_QUEUE_ENTRY_H
#define GUARD_QUEUE_ENTRY_H

#include "fields.h"

#define QUEUE_ENTRY_BYTES_MAX 2048

struct queue_entry {
	char control[32];
	char clause[16];
	int64_t first, last; /* UTC seconds */
	int64_t count;       /* violations told */
	char by[64];         /* who changed it, at the first; "" = unknown */
	char detail[256];    /* the weightiest reason, at the first */
};

int queue_entry_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct queue_entry *ret_entry); /* 0 or -EBADMSG */
int queue_entry_write(const struct queue_entry *entry, struct text *t); /* 0 or negative errno */

#endif
