/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates in the proleptic Gregorian calendar, by arithmetic alone: libc's functions read the time zone from files. */
#include "date.h"

#include <errno.h>
#include <stdbool.h>

#include "text.h"

#define DAY_S 86400
#define YEAR_FIRST 1970
#define DAYS_BEFORE_1970 719468 /* from 0000-03-01 */
#define DAYS_PER_ERA 146097     /* 400 years */

struct civil {
	int64_t year;
	int month, day, hour, minute, second;
};

/* Counts from 1 March, so that the leap day is the last day of its year: March has index 0, February 11. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400, year_of_era = y - era * 400;
	int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - DAYS_BEFORE_1970;
}

static void split_days(int64_t days, struct civil *ret)
{
	int64_t z = days + DAYS_BEFORE_1970;
	int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA, day_of_era = z - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_index = (5 * day_of_year + 2) / 153;

	ret->day = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
	ret->month = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
	ret->year = year_of_era + era * 400 + (ret->month <= 2);
}

static void split(int64_t s, struct civil *ret)
{
	bool before = s % DAY_S < 0; /* division cuts towards 1970, days begin at midnight */
	int rest = (int)(s % DAY_S) + (before ? DAY_S : 0);

	split_days(s / DAY_S - before, ret);
	ret->hour = rest / 3600;
	ret->minute = rest / 60 % 60;
	ret->second = rest % 60;
}

/* Reads by a pattern: '0' stands for a digit of the next of the six numbers, anything else for itself. */
static bool read_pattern(const char *s, size_t len, const char *pattern, int ret_numbers[6])
{
	int number = -1;
	char before = '\0';

	for (size_t i = 0; pattern[i] != '\0'; before = pattern[i], i++) {
		if (i >= len || (pattern[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != pattern[i]))
			return false;
		if (pattern[i] != '0')
			continue;
		if (before != '0')
			number++;
		ret_numbers[number] = ret_numbers[number] * 10 + (s[i] - '0');
	}
	return true;
}

static int month_days(int year, int month)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int date_parse(const char *s, size_t len, int64_t *ret_s)
{
	static const char DAY[] = "0000-00-00", TIME[] = "0000-00-00T00:00:00Z";
	const char *pattern = len == sizeof DAY - 1 ? DAY : TIME;
	int n[6] = {0};

	if ((len != sizeof DAY - 1 && len != sizeof TIME - 1) || !read_pattern(s, len, pattern, n))
		return -EINVAL;
	if (n[0] < YEAR_FIRST || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > month_days(n[0], n[1]))
		return -EINVAL;
	/* The epoch's count knows no leap second: 23:59:60 has no number of its own. */
	if (n[3] > 23 || n[4] > 59 || n[5] > 59)
		return -EINVAL;
	*ret_s = days_of(n[0], n[1], n[2]) * DAY_S + n[3] * 3600 + n[4] * 60 + n[5];
	return 0;
}

void date_add(struct text *t, int64_t s)
{
	struct civil c;

	if (s % DAY_S != 0) {
		date_add_time(t, s);
		return;
	}
	split(s, &c);
	text_add_format(t, "%04lld-%02d-%02d", (long long)c.year, c.month, c.day);
}

void date_add_time(struct text *t, int64_t s)
{
	struct civil c;

	split(s, &c);
	text_add_format(t, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)c.year, c.month, c.day, c.hour, c.minute, c.second);
}
