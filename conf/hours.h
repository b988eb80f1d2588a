/* SPDX-License-Identifier: BSD-2-Clause */
/* Hours of the week: "mon-fri 07:00-22:00, sat 09:00-13:00". Pure.
 *
 * An item is days and a span; days are one, a range that may run over Sunday (fri-mon), or "daily". A span that ends at or before its beginning
 * runs into the next day (22:00-06:00); 24:00 is the end of a day. The first minute counts, the last does not. Local time. */
#ifndef MUTEX_HOURS_H
#define MUTEX_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

#define HOURS_WEEK_MINUTES (7 * 24 * 60)

/* Zero is never. */
struct hours {
	uint8_t minutes[HOURS_WEEK_MINUTES / 8]; /* one bit each, from Monday 00:00 on */
};

/* "" = always. 0; or -EINVAL with one English sentence (no full stop) with the remedy in problem (may be NULL). */
int hours_parse(const char *s, size_t len, struct hours *ret_hours, struct text *problem);

/* minutes_since_monday: 0 to HOURS_WEEK_MINUTES - 1; outside of that it never holds. */
bool hours_hold(const struct hours *hours, int64_t minutes_since_monday);

#endif
