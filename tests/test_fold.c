/* SPDX-License-Identifier: BSD-2-Clause */
/* Case, accents, width and substitutions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "fold.h"

static void folds(void **state)
{
	static const struct {
		const char *name;
		uint32_t in, want;
	} ROWS[] = {
		{"small", 'a', 'a'},        {"capital", 'Z', 'z'},          {"digit", '7', '7'},       {"before capitals", '@', '@'},
		{"behind capitals", '[', '['}, {"A grave", 0xc0, 'a'},     {"sharp s", 0xdf, 's'},    {"y diaeresis", 0xff, 'y'},
		{"times", 0xd7, 0xd7},      {"divided by", 0xf7, 0xf7},     {"O macron", 0x14c, 'o'},  {"u macron", 0x16b, 'u'},
		{"c caron", 0x10d, 0x10d},  {"Alpha", 0x391, 0x3b1},        {"Cyrillic A", 0x410, 0x430}, {"Cyrillic Io", 0x401, 0x451},
		{"full-width A", 0xff21, 'a'}, {"full-width 1", 0xff11, '1'}, {"kana", 0x3042, 0x3042}, {"blank", ' ', ' '},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(fold_code_point(ROWS[i].in), ROWS[i].want);
	}
	for (uint32_t c = 0; c < 0x11000; c++)
		assert_int_equal(fold_code_point(fold_code_point(c)), fold_code_point(c));
}

static void reads_text(void **state)
{
	uint32_t points[4];

	(void)state;
	assert_int_equal(fold_text("Aé\xff", 4, points, 4), 3);
	assert_int_equal(points[0], 'a');
	assert_int_equal(points[1], 'e');
	assert_int_equal(points[2], 'y'); /* a stray byte counts as itself */
	assert_int_equal(fold_text("abcdef", 6, points, 4), 4);
	assert_int_equal(fold_text("", 0, points, 4), 0);
}

static void knows_substitutions(void **state)
{
	(void)state;
	assert_true(fold_means('a', 'a'));
	assert_true(fold_means('@', 'a'));
	assert_true(fold_means('1', 'l'));
	assert_true(fold_means('1', 'i'));
	assert_false(fold_means('a', '@'));
	assert_false(fold_means('a', 'b'));
	assert_false(fold_means('a', 0));
	assert_false(fold_means(0x3042, 'a'));
	for (int c = -128; c < 256; c++)
		for (const char *m = fold_substitution((char)c); *m != '\0'; m++)
			assert_true(*m >= 'a' && *m <= 'z');
}

static void has_one_form_for_all_readings(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} ROWS[] = {
		{"case", "PassWord", "password"},
		{"substitutions", "p@$$w0rd", "password"},
		{"1 is l and i", "1illi1!", "iiiiiii"},
		{"digits", "0123456789", "oizeasgtbg"},
		{"UTF-8 stays", "\xc3\x89", "\xc3\x89"},
		{"nothing", "", ""},
	};
	char got[16];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		size_t len = strlen(ROWS[i].in);

		print_message("%s\n", ROWS[i].name);
		fold_readings(ROWS[i].in, len, got);
		assert_memory_equal(got, ROWS[i].want, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds),
		cmocka_unit_test(reads_text),
		cmocka_unit_test(knows_substitutions),
		cmocka_unit_test(has_one_form_for_all_readings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
