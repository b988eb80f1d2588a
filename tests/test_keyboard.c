/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs along keyboards, alphabet and digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "keyboard.h"

static void measures_runs(void **state)
{
	static const struct {
		const char *name, *password;
		size_t want;
	} ROWS[] = {
		{"empty", "", 0},
		{"one", "a", 1},
		{"none", "gmx", 1},
		{"US row", "xqwertyx", 6},
		{"US row, capitals", "xQwErTyx", 6},
		{"backwards", "poiuyt", 6},
		{"two rows", "qweasd", 3},
		{"alphabet", "xabcdefx", 6},
		{"alphabet backwards", "fedcba", 6},
		{"to and fro", "abcdcba", 4},
		{"digits", "0123456789", 10},
		{"digits backwards, round", "3210987654", 7},
		{"shifted digits, US", "!@#$%^&*()", 10},
		{"shifted digits, JIS", "!\"#$%&'()", 9},
		{"US end of row", "uiop[]\\", 7},
		{"JIS end of row", "uiop@[", 6},
		{"JIS home row", "jkl;:]", 6},
		{"JIS digits' end", "890-^", 5},
		{"column", "1qaz", 4},
		{"columns one after the other", "1qaz2wsx", 4},
		{"diagonal back", "zse4", 4},
		{"the same key again is no step", "aaaa", 1},
		{"letters and digits do not join", "89ab", 2},
		{"Japanese", "さくら", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(keyboard_longest_run(ROWS[i].password, strlen(ROWS[i].password)), ROWS[i].want);
	}
}

static void places_keys(void **state)
{
	int found[KEYBOARD_MAX] = {0};

	(void)state;
	for (int k = 0; k < KEYBOARD_MAX; k++)
		for (int c = 0; c < 256; c++) {
			struct key key = keyboard_find((enum keyboard)k, (unsigned char)c);

			found[k] += key.row >= 0;
			assert_true(key.row < 4 && key.column < 16);
			assert_true((key.row < 0) == (key.column < 0));
			assert_true(key.row < 0 || (c > ' ' && c < 127));
		}
	assert_int_equal(found[KEYBOARD_US], 92);  /* all of ASCII but blank, ` and ~ */
	assert_int_equal(found[KEYBOARD_JIS], 94); /* all but blank */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_runs),
		cmocka_unit_test(places_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
