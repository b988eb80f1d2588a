/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates and times in UTC (RFC 3339, years 1970 to 9999), as seconds since the epoch. Pure. */
#ifndef MUTEX_DATE_H
#define MUTEX_DATE_H

#include <stddef.h>
#include <stdint.h>

struct text;

/* "2026-11-22" (its first second) or "2026-11-22T09:30:00Z". 0; -EINVAL for another form or a day that does not exist. */
int date_parse(const char *s, size_t len, int64_t *ret_s);

/* Writes "2026-11-22" when s is a midnight, else "2026-11-22T09:30:00Z". */
void date_add(struct text *t, int64_t s);
/* Always with the time of day. */
void date_add_time(struct text *t, int64_t s);

#endif
