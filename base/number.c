/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict numbers and durations. A number has one spelling only: no leading zeros, no "-0". */
#include "number.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "text.h"

static const struct unit {
	const char *name;
	int64_t seconds;
} UNITS[] = {{"w", 604800}, {"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};

#define UNIT_COUNT (sizeof UNITS / sizeof UNITS[0])

/* The digits at the start of s; also the sign. 0 when there is no number in its one spelling. */
static size_t number_length(const char *s, size_t len)
{
	size_t sign = len > 0 && s[0] == '-', end = sign;

	while (end < len && s[end] >= '0' && s[end] <= '9')
		end++;
	if (end == sign || (s[sign] == '0' && (sign == 1 || end > 1)))
		return 0;
	return end;
}

/* s is number_length() bytes long. Negative all the way, since INT64_MIN has no positive twin. */
static int number_value(const char *s, size_t len, int64_t *ret)
{
	bool negative = s[0] == '-';
	int64_t value = 0;

	for (size_t i = negative; i < len; i++)
		if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, s[i] - '0', &value))
			return -ERANGE;
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return -ERANGE;
	*ret = value;
	return 0;
}

int number_parse(const char *s, size_t len, int64_t min, int64_t max, int64_t *ret)
{
	int64_t value;

	if (len == 0 || number_length(s, len) != len)
		return -EINVAL;
	if (number_value(s, len, &value) < 0 || value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

static const struct unit *find_unit(const char *s, size_t len)
{
	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (strlen(UNITS[i].name) == len && memcmp(UNITS[i].name, s, len) == 0)
			return &UNITS[i];
	return NULL;
}

int number_parse_duration(const char *s, size_t len, int64_t min_s, int64_t max_s, int64_t *ret_s)
{
	size_t digits = number_length(s, len);
	const struct unit *unit;
	int64_t value;

	if (digits == 0)
		return -EINVAL;
	if (digits == len) /* only zero needs no unit */
		return s[0] == '0' ? number_parse(s, len, min_s, max_s, ret_s) : -EINVAL;
	unit = find_unit(s + digits, len - digits);
	if (unit == NULL)
		return -EINVAL;
	if (number_value(s, digits, &value) < 0 || __builtin_mul_overflow(value, unit->seconds, &value))
		return -ERANGE;
	if (value < min_s || value > max_s)
		return -ERANGE;
	*ret_s = value;
	return 0;
}

void number_add_duration(struct text *t, int64_t seconds)
{
	if (seconds == 0) {
		text_add_char(t, '0');
		return;
	}
	/* The largest unit that divides; the last one always does. */
	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (seconds % UNITS[i].seconds == 0) {
			char buf[32];
			struct text one;

			TEXT_INTO(&one, buf);
			text_add_int(&one, seconds / UNITS[i].seconds);
			text_add(&one, UNITS[i].name);
			text_add_bytes(t, buf, one.len);
			return;
		}
}
