/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses hours of the week into one bit for each minute. */
#include "hours.h"

#include <errno.h>
#include <string.h>

#include "text.h"

#define DAY_MINUTES (24 * 60)
#define DAYS 7
#define BLANKS " \t"

static const char *const DAY_NAMES[DAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* A piece of the text. */
struct piece {
	const char *s;
	size_t len;
};

static int refuse(struct text *problem, struct piece what, const char *remedy)
{
	if (problem != NULL) {
		text_add_char(problem, '"');
		text_add_escaped_cut(problem, what.s, what.len, 60);
		text_add(problem, "\" ");
		text_add(problem, remedy);
	}
	return -EINVAL;
}

static struct piece trimmed(struct piece p)
{
	while (p.len > 0 && memchr(BLANKS, p.s[0], sizeof BLANKS - 1) != NULL)
		p = (struct piece){p.s + 1, p.len - 1};
	while (p.len > 0 && memchr(BLANKS, p.s[p.len - 1], sizeof BLANKS - 1) != NULL)
		p.len--;
	return p;
}

/* What stands before the first of these characters; *rest is what is behind it. False when there is none. */
static bool split(struct piece whole, char at, struct piece *ret_first, struct piece *ret_rest)
{
	const char *found = whole.len > 0 ? memchr(whole.s, at, whole.len) : NULL;

	if (found == NULL)
		return false;
	*ret_first = (struct piece){whole.s, (size_t)(found - whole.s)};
	*ret_rest = (struct piece){found + 1, whole.len - ret_first->len - 1};
	return true;
}

static int day_of(struct piece p)
{
	for (int i = 0; i < DAYS; i++)
		if (p.len == 3 && memcmp(p.s, DAY_NAMES[i], 3) == 0)
			return i;
	return -EINVAL;
}

static int parse_days(struct piece p, int *ret_first, int *ret_count, struct text *problem)
{
	struct piece from = p, to = p;
	int first, last;

	if (p.len == 5 && memcmp(p.s, "daily", 5) == 0) {
		*ret_first = 0;
		*ret_count = DAYS;
		return 0;
	}
	(void)split(p, '-', &from, &to);
	first = day_of(from);
	last = day_of(to);
	if (first < 0 || last < 0)
		return refuse(problem, p, "names no days; write mon, mon-fri or daily");
	*ret_first = first;
	*ret_count = (last - first + DAYS) % DAYS + 1;
	return 0;
}

/* -EINVAL for anything but digits; number_parse() takes no leading zero. */
static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -EINVAL;
	return (s[0] - '0') * 10 + (s[1] - '0');
}

/* "07:00" to minutes; always two digits each. */
static int parse_time(struct piece p, int64_t *ret_minutes)
{
	int hour, minute;

	if (p.len != 5 || p.s[2] != ':')
		return -EINVAL;
	hour = two_digits(p.s);
	minute = two_digits(p.s + 3);
	if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > DAY_MINUTES)
		return -EINVAL;
	*ret_minutes = hour * 60 + minute;
	return 0;
}

static int parse_span(struct piece p, int64_t *ret_from, int64_t *ret_len, struct text *problem)
{
	struct piece from, to;
	int64_t end;

	if (!split(p, '-', &from, &to) || parse_time(from, ret_from) < 0 || parse_time(to, &end) < 0 || *ret_from == DAY_MINUTES)
		return refuse(problem, p, "is no span of time; write it such as 07:00-22:00");
	if (*ret_from == end)
		return refuse(problem, p, "begins when it ends; write 00:00-24:00 for a whole day");
	*ret_len = end > *ret_from ? end - *ret_from : DAY_MINUTES - *ret_from + end;
	return 0;
}

static void set_minutes(struct hours *hours, int64_t from, int64_t len)
{
	for (int64_t i = from; i < from + len; i++) {
		int64_t minute = i % HOURS_WEEK_MINUTES;

		hours->minutes[minute / 8] = (uint8_t)(hours->minutes[minute / 8] | 1U << (minute % 8));
	}
}

static int parse_item(struct piece item, struct hours *hours, struct text *problem)
{
	struct piece days, span;
	int64_t from, len;
	int first, count, error;

	item = trimmed(item);
	if (!split(item, ' ', &days, &span))
		return refuse(problem, item, "needs days and a span of time, such as mon-fri 07:00-22:00");
	error = parse_days(days, &first, &count, problem);
	if (error == 0)
		error = parse_span(trimmed(span), &from, &len, problem);
	for (int i = 0; error == 0 && i < count; i++)
		set_minutes(hours, (first + i) % DAYS * (int64_t)DAY_MINUTES + from, len);
	return error;
}

int hours_parse(const char *s, size_t len, struct hours *ret_hours, struct text *problem)
{
	struct piece rest = trimmed((struct piece){s, len}), item;
	struct hours hours = {0};
	bool more = rest.len > 0;

	if (!more)
		memset(hours.minutes, 0xff, sizeof hours.minutes);
	while (more) {
		struct piece behind = {0};
		int error;

		more = split(rest, ',', &item, &behind);
		error = parse_item(more ? item : rest, &hours, problem);
		if (error < 0)
			return error;
		rest = behind;
	}
	*ret_hours = hours;
	return 0;
}

bool hours_hold(const struct hours *hours, int64_t minutes_since_monday)
{
	if (minutes_since_monday < 0 || minutes_since_monday >= HOURS_WEEK_MINUTES)
		return false;
	return (hours->minutes[minutes_since_monday / 8] >> (minutes_since_monday % 8) & 1) != 0;
}
