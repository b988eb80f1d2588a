/* SPDX-License-Identifier: BSD-2-Clause */
/* The administrator's lists: exact lines, and lines behind case, substitutions and decoration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "block_list.h"

static void looks_up(void **state)
{
	static const char LIST[] = "gravel\r\n\n#hash\nabc\nTeapot 7\nつるかめ\nlast";
	static const struct {
		const char *name, *password;
		bool want;
	} ROWS[] = {
		{"exact", "gravel", true},
		{"capitals", "GRAVEL", true},
		{"substitutions", "gr@v3l", true},
		{"one means two letters", "las7", true},
		{"decorated", "gravel2024", true},
		{"decorated by as much as it has", "gravel123!?4", true},
		{"decorated by more", "gravel123!?45", false},
		{"letters behind", "gravelx", false},
		{"decoration, then letters", "gravel1x", false},
		{"decoration before", "1gravel", false},
		{"inside", "xgravelx", false},
		{"part of a line", "grave", false},
		{"short line, exact", "abc", true},
		{"short line, decorated", "abc1", false},
		{"with a blank", "teapot 7", true},
		{"with a blank, decorated", "teapot 7!", true},
		{"hash sign is no comment", "#hash", true},
		{"empty lines mean nothing", "!", false},
		{"last line without an end", "last", true},
		{"other script", "つるかめ", true},
		{"other script, decorated", "つるかめ12", true},
		{"other script behind", "gravelつる", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(block_list_contains(LIST, sizeof LIST - 1, ROWS[i].password, strlen(ROWS[i].password)), ROWS[i].want);
	}
}

static void takes_any_bytes(void **state)
{
	(void)state;
	assert_false(block_list_contains("", 0, "x", 1));
	assert_false(block_list_contains("\n\n\r\n", 4, "x", 1));
	assert_true(block_list_contains("a\0b\n", 4, "a\0b", 3));
	assert_true(block_list_contains("\xff\xfe\n", 3, "\xff\xfe", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_up),
		cmocka_unit_test(takes_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
