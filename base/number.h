/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict numbers and durations: the only place that turns text into numbers. Pure.
 * No sign but '-', no white space, no leading '+', no base prefix; the whole text counts. */
#ifndef MUTEX_NUMBER_H
#define MUTEX_NUMBER_H

#include <stddef.h>
#include <stdint.h>

struct text;

/* 0; -EINVAL for what is no number; -ERANGE outside min..max. */
int number_parse(const char *s, size_t len, int64_t min, int64_t max, int64_t *ret);

/* Durations in seconds: "0", or a number with one unit: s, min, h, d, w ("5min", "30s", "90d"). Same errors. */
int number_parse_duration(const char *s, size_t len, int64_t min_s, int64_t max_s, int64_t *ret_s);

/* Writes the shortest exact form, for example 300 as "5min" and 0 as "0". */
void number_add_duration(struct text *t, int64_t seconds);

/* How many bits are set. */
static inline unsigned number_bits(uint64_t n)
{
	unsigned count = 0;

	for (; n != 0; n &= n - 1)
		count++;
	return count;
}

#endif
