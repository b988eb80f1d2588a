/* SPDX-License-Identifier: BSD-2-Clause */
/* Hours of the week: which minutes a text means, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "hours.h"
#include "text.h"

#define AT(day, hour, minute) ((day) * 1440 + (hour) * 60 + (minute))
enum { MON, TUE, WED, THU, FRI, SAT, SUN };

static void knows_the_minutes(void **state)
{
	static const struct {
		const char *name, *text;
		int64_t minute;
		bool want;
	} ROWS[] = {
		{"empty is always", "", AT(SUN, 3, 0), true},
		{"the first minute counts", "mon-fri 07:00-22:00", AT(MON, 7, 0), true},
		{"the minute before does not", "mon-fri 07:00-22:00", AT(MON, 6, 59), false},
		{"the last minute before the end", "mon-fri 07:00-22:00", AT(FRI, 21, 59), true},
		{"the end does not count", "mon-fri 07:00-22:00", AT(FRI, 22, 0), false},
		{"another day", "mon-fri 07:00-22:00", AT(SAT, 12, 0), false},
		{"second item", "mon-fri 07:00-22:00, sat 09:00-13:00", AT(SAT, 12, 0), true},
		{"one day only", "wed 00:00-24:00", AT(WED, 23, 59), true},
		{"one day ends", "wed 00:00-24:00", AT(THU, 0, 0), false},
		{"daily", "daily 08:00-09:00", AT(SUN, 8, 30), true},
		{"days over Sunday", "fri-mon 10:00-11:00", AT(SUN, 10, 0), true},
		{"days over Sunday leave the rest out", "fri-mon 10:00-11:00", AT(WED, 10, 0), false},
		{"over midnight: the evening", "mon 22:00-06:00", AT(MON, 23, 0), true},
		{"over midnight: the morning after", "mon 22:00-06:00", AT(TUE, 5, 59), true},
		{"over midnight: not the morning before", "mon 22:00-06:00", AT(MON, 5, 0), false},
		{"over midnight out of the week", "sun 22:00-06:00", AT(MON, 5, 59), true},
		{"until midnight written as 00:00", "mon 22:00-00:00", AT(MON, 23, 59), true},
		{"blanks", "  mon   07:00-08:00 ,\ttue 07:00-08:00 ", AT(TUE, 7, 30), true},
		{"before the week", "daily 00:00-24:00", -1, false},
		{"behind the week", "daily 00:00-24:00", HOURS_WEEK_MINUTES, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct hours hours = {0};

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(hours_parse(ROWS[i].text, strlen(ROWS[i].text), &hours, NULL), 0);
		assert_int_equal(hours_hold(&hours, ROWS[i].minute), ROWS[i].want);
	}
}

static void refuses(void **state)
{
	static const struct {
		const char *text, *want;
	} ROWS[] = {
		{"always", "needs days and a span"},
		{"mon", "needs days and a span"},
		{"07:00-22:00", "needs days and a span"},
		{"monday 07:00-22:00", "names no days"},
		{"mon-fry 07:00-22:00", "names no days"},
		{"mon-tue-wed 07:00-22:00", "names no days"},
		{"Mon 07:00-22:00", "names no days"},
		{"mon 7:00-22:00", "is no span of time"},
		{"mon 07:00-24:01", "is no span of time"},
		{"mon 24:00-07:00", "is no span of time"},
		{"mon 07:60-08:00", "is no span of time"},
		{"mon 07:00", "is no span of time"},
		{"mon 07:00-08:00-09:00", "is no span of time"},
		{"mon 07:00-07:00", "begins when it ends"},
		{"mon 07:00-08:00,", "needs days and a span"},
		{",", "needs days and a span"},
		{"mon 07:00-08:00;tue 07:00-08:00", "is no span of time"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct hours hours = {.minutes = {0x5a}};
		char problem[256];
		struct text t;

		print_message("%s\n", ROWS[i].text);
		TEXT_INTO(&t, problem);
		assert_int_equal(hours_parse(ROWS[i].text, strlen(ROWS[i].text), &hours, &t), -EINVAL);
		assert_non_null(strstr(problem, ROWS[i].want));
		assert_int_equal(text_end(&t), 0);
		assert_int_equal(hours.minutes[0], 0x5a);
	}
}

static void zero_is_never(void **state)
{
	struct hours hours = {0};

	(void)state;
	for (int64_t i = 0; i < HOURS_WEEK_MINUTES; i++)
		assert_false(hours_hold(&hours, i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_minutes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(zero_is_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
