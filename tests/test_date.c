/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates in UTC: the form, the calendar, and each day from 1970 to 9999 against libc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <time.h>

#include "date.h"
#include "text.h"

static void parses(void **state)
{
	static const struct {
		const char *name, *in;
		int want_error;
		int64_t want;
	} ROWS[] = {
		{"first day", "1970-01-01", 0, 0},
		{"first second but one", "1970-01-01T00:00:01Z", 0, 1},
		{"a day", "2026-11-22", 0, 1795305600},
		{"a time", "2026-11-22T09:30:00Z", 0, 1795339800},
		{"last second of a day", "2026-11-22T23:59:59Z", 0, 1795391999},
		{"last second of all", "9999-12-31T23:59:59Z", 0, 253402300799},
		{"leap day", "2024-02-29", 0, 1709164800},
		{"leap day of a full century", "2000-02-29", 0, 951782400},
		{"no leap day", "2023-02-29", -EINVAL, 0},
		{"no leap day in 2100", "2100-02-29", -EINVAL, 0},
		{"before 1970", "1969-12-31", -EINVAL, 0},
		{"year 0", "0000-01-01", -EINVAL, 0},
		{"month 0", "2026-00-10", -EINVAL, 0},
		{"month 13", "2026-13-10", -EINVAL, 0},
		{"day 0", "2026-01-00", -EINVAL, 0},
		{"31 April", "2026-04-31", -EINVAL, 0},
		{"30 February", "2024-02-30", -EINVAL, 0},
		{"32 December", "2026-12-32", -EINVAL, 0},
		{"hour 24", "2026-11-22T24:00:00Z", -EINVAL, 0},
		{"minute 60", "2026-11-22T09:60:00Z", -EINVAL, 0},
		{"leap second", "2016-12-31T23:59:60Z", -EINVAL, 0},
		{"no Z", "2026-11-22T09:30:00", -EINVAL, 0},
		{"small z", "2026-11-22T09:30:00z", -EINVAL, 0},
		{"offset", "2026-11-22T09:30:00+09:00", -EINVAL, 0},
		{"blank for T", "2026-11-22 09:30:00Z", -EINVAL, 0},
		{"no seconds", "2026-11-22T09:30Z", -EINVAL, 0},
		{"fraction", "2026-11-22T09:30:00.5Z", -EINVAL, 0},
		{"slashes", "2026/11/22", -EINVAL, 0},
		{"one digit month", "2026-1-22", -EINVAL, 0},
		{"letter for digit", "2026-11-2x", -EINVAL, 0},
		{"sign for digit", "2026-11--2", -EINVAL, 0},
		{"blank before", " 2026-11-2", -EINVAL, 0},
		{"blank behind", "2026-11-22 ", -EINVAL, 0},
		{"five digit year", "12026-11-22", -EINVAL, 0},
		{"empty", "", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		int64_t s = 4711;

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(date_parse(ROWS[i].in, strlen(ROWS[i].in), &s), ROWS[i].want_error);
		assert_true(s == (ROWS[i].want_error == 0 ? ROWS[i].want : 4711));
	}
}

static void writes_the_form_that_fits(void **state)
{
	static const struct {
		int64_t s;
		const char *want, *want_time;
	} ROWS[] = {
		{0, "1970-01-01", "1970-01-01T00:00:00Z"},
		{1795305600, "2026-11-22", "2026-11-22T00:00:00Z"},
		{1795339800, "2026-11-22T09:30:00Z", "2026-11-22T09:30:00Z"},
		{-1, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
		{-86400, "1969-12-31", "1969-12-31T00:00:00Z"},
		{-86401, "1969-12-30T23:59:59Z", "1969-12-30T23:59:59Z"},
		{253402300799, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char buf[64];
		struct text t;

		TEXT_INTO(&t, buf);
		date_add(&t, ROWS[i].s);
		assert_string_equal(buf, ROWS[i].want);
		TEXT_INTO(&t, buf);
		date_add_time(&t, ROWS[i].s);
		assert_string_equal(buf, ROWS[i].want_time);
	}
	for (int extreme = 0; extreme < 2; extreme++) { /* a clock gone wild overflows nothing */
		char buf[64];
		struct text t;

		TEXT_INTO(&t, buf);
		date_add_time(&t, extreme ? INT64_MIN : INT64_MAX);
		assert_int_equal(text_end(&t), 0);
	}
}

static void agrees_with_libc_on_every_day(void **state)
{
	int64_t last = 253402300799;

	(void)state;
	for (int64_t s = 0; s <= last; s += 86400) {
		char mine[64], libc[64];
		struct text t;
		struct tm tm;
		int64_t back;
		time_t at = (time_t)s;

		assert_non_null(gmtime_r(&at, &tm));
		assert_true(strftime(libc, sizeof libc, "%Y-%m-%d", &tm) > 0);
		TEXT_INTO(&t, mine);
		date_add(&t, s);
		if (strcmp(mine, libc) != 0) /* not one assertion a day: there are three million */
			assert_string_equal(mine, libc);
		if (date_parse(mine, t.len, &back) != 0 || back != s)
			fail_msg("%s does not come back", mine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(writes_the_form_that_fits),
		cmocka_unit_test(agrees_with_libc_on_every_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
