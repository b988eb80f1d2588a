/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict numbers and durations: one spelling each, every bound, every unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "number.h"
#include "text.h"

static void parses_numbers(void **state)
{
	static const struct {
		const char *name, *in;
		int64_t min, max;
		int want_error;
		int64_t want;
	} ROWS[] = {
		{"zero", "0", 0, 9, 0, 0},
		{"one digit", "7", 0, 9, 0, 7},
		{"negative", "-7", -9, 9, 0, -7},
		{"at the minimum", "-9", -9, 9, 0, -9},
		{"at the maximum", "9", -9, 9, 0, 9},
		{"below the minimum", "-10", -9, 9, -ERANGE, 0},
		{"above the maximum", "10", -9, 9, -ERANGE, 0},
		{"largest", "9223372036854775807", INT64_MIN, INT64_MAX, 0, INT64_MAX},
		{"largest and one", "9223372036854775808", INT64_MIN, INT64_MAX, -ERANGE, 0},
		{"smallest", "-9223372036854775808", INT64_MIN, INT64_MAX, 0, INT64_MIN},
		{"smallest less one", "-9223372036854775809", INT64_MIN, INT64_MAX, -ERANGE, 0},
		{"far too large", "99999999999999999999999999999999", INT64_MIN, INT64_MAX, -ERANGE, 0},
		{"2^64", "18446744073709551616", INT64_MIN, INT64_MAX, -ERANGE, 0},
		{"empty", "", 0, 9, -EINVAL, 0},
		{"sign alone", "-", -9, 9, -EINVAL, 0},
		{"two signs", "--1", -9, 9, -EINVAL, 0},
		{"minus zero", "-0", -9, 9, -EINVAL, 0},
		{"leading zero", "07", 0, 9, -EINVAL, 0},
		{"two zeros", "00", 0, 9, -EINVAL, 0},
		{"negative leading zero", "-07", -9, 9, -EINVAL, 0},
		{"plus", "+7", 0, 9, -EINVAL, 0},
		{"blank before", " 7", 0, 9, -EINVAL, 0},
		{"blank behind", "7 ", 0, 9, -EINVAL, 0},
		{"newline behind", "7\n", 0, 9, -EINVAL, 0},
		{"hexadecimal", "0x7", 0, 9, -EINVAL, 0},
		{"point", "1.5", 0, 9, -EINVAL, 0},
		{"exponent", "1e1", 0, 99, -EINVAL, 0},
		{"grouping", "1,000", 0, 9999, -EINVAL, 0},
		{"word", "seven", 0, 9, -EINVAL, 0},
		{"full-width digit", "７", 0, 9, -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		int64_t n = 4711;

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(number_parse(ROWS[i].in, strlen(ROWS[i].in), ROWS[i].min, ROWS[i].max, &n), ROWS[i].want_error);
		assert_true(n == (ROWS[i].want_error == 0 ? ROWS[i].want : 4711));
	}
}

static void reads_no_further_than_told(void **state)
{
	int64_t n;

	(void)state;
	assert_int_equal(number_parse("123", 2, 0, 999, &n), 0);
	assert_int_equal(n, 12);
	assert_int_equal(number_parse("1\0002", 3, 0, 999, &n), -EINVAL);
	assert_int_equal(number_parse_duration("5minutes", 4, 0, 999, &n), 0);
	assert_int_equal(n, 300);
}

static void parses_durations(void **state)
{
	static const struct {
		const char *name, *in;
		int want_error;
		int64_t want;
	} ROWS[] = {
		{"zero", "0", 0, 0},
		{"zero of a unit", "0s", 0, 0},
		{"seconds", "30s", 0, 30},
		{"minutes", "5min", 0, 300},
		{"hours", "2h", 0, 7200},
		{"days", "90d", 0, 7776000},
		{"weeks", "1w", 0, 604800},
		{"maximum", "1000w", 0, 604800000},
		{"above the maximum", "1001w", -ERANGE, 0},
		{"overflow of the product", "9223372036854775807w", -ERANGE, 0},
		{"overflow of the number", "9223372036854775808s", -ERANGE, 0},
		{"negative, below the minimum", "-5min", -ERANGE, 0},
		{"no unit", "30", -EINVAL, 0},
		{"unit alone", "min", -EINVAL, 0},
		{"empty", "", -EINVAL, 0},
		{"m is no unit: minute or month?", "5m", -EINVAL, 0},
		{"upper case", "5Min", -EINVAL, 0},
		{"two parts", "1h30min", -EINVAL, 0},
		{"blank between", "5 min", -EINVAL, 0},
		{"blank behind", "5min ", -EINVAL, 0},
		{"longer unit", "5mins", -EINVAL, 0},
		{"shorter unit", "5mi", -EINVAL, 0},
		{"leading zero", "05min", -EINVAL, 0},
		{"fraction", "1.5h", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		int64_t s = 4711;

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(number_parse_duration(ROWS[i].in, strlen(ROWS[i].in), 0, 604800000, &s), ROWS[i].want_error);
		assert_true(s == (ROWS[i].want_error == 0 ? ROWS[i].want : 4711));
	}
}

static void keeps_the_minimum_of_durations(void **state)
{
	int64_t s;

	(void)state;
	assert_int_equal(number_parse_duration("59s", 3, 60, 120, &s), -ERANGE);
	assert_int_equal(number_parse_duration("60s", 3, 60, 120, &s), 0);
	assert_int_equal(number_parse_duration("2min", 4, 60, 120, &s), 0);
	assert_int_equal(number_parse_duration("0", 1, 60, 120, &s), -ERANGE);
}

static void writes_durations_in_the_largest_unit(void **state)
{
	static const struct {
		int64_t s;
		const char *want;
	} ROWS[] = {
		{0, "0"}, {1, "1s"}, {59, "59s"}, {60, "1min"}, {61, "61s"}, {300, "5min"}, {3600, "1h"}, {5400, "90min"},
		{86400, "1d"}, {604800, "1w"}, {7776000, "90d"}, {1209600, "2w"}, {-300, "-5min"},
		{INT64_MAX, "9223372036854775807s"}, {INT64_MIN, "-9223372036854775808s"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char buf[32];
		struct text t;
		int64_t back;

		TEXT_INTO(&t, buf);
		number_add_duration(&t, ROWS[i].s);
		assert_string_equal(buf, ROWS[i].want);
		assert_int_equal(number_parse_duration(buf, t.len, INT64_MIN, INT64_MAX, &back), 0);
		assert_true(back == ROWS[i].s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_numbers),
		cmocka_unit_test(reads_no_further_than_told),
		cmocka_unit_test(parses_durations),
		cmocka_unit_test(keeps_the_minimum_of_durations),
		cmocka_unit_test(writes_durations_in_the_largest_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
