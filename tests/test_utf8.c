/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 against RFC 3629: its borders by table, all code points both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "utf8.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct row {
	const char *name, *bytes;
	size_t len;
	int want; /* -EILSEQ, or the number of characters */
} ROWS[] = {
	{"empty", BYTES(""), 0},
	{"ASCII", BYTES("abc"), 3},
	{"NUL is a character", BYTES("a\0b"), 3},
	{"two bytes, lowest", BYTES("\xc2\x80"), 1},
	{"two bytes, overlong", BYTES("\xc1\xbf"), -EILSEQ},
	{"overlong NUL", BYTES("\xc0\x80"), -EILSEQ},
	{"three bytes, lowest", BYTES("\xe0\xa0\x80"), 1},
	{"three bytes, overlong", BYTES("\xe0\x9f\xbf"), -EILSEQ},
	{"below the surrogates", BYTES("\xed\x9f\xbf"), 1},
	{"first surrogate", BYTES("\xed\xa0\x80"), -EILSEQ},
	{"last surrogate", BYTES("\xed\xbf\xbf"), -EILSEQ},
	{"above the surrogates", BYTES("\xee\x80\x80"), 1},
	{"four bytes, lowest", BYTES("\xf0\x90\x80\x80"), 1},
	{"four bytes, overlong", BYTES("\xf0\x8f\xbf\xbf"), -EILSEQ},
	{"highest", BYTES("\xf4\x8f\xbf\xbf"), 1},
	{"above the highest", BYTES("\xf4\x90\x80\x80"), -EILSEQ},
	{"first byte f5", BYTES("\xf5\x80\x80\x80"), -EILSEQ},
	{"first byte ff", BYTES("\xff"), -EILSEQ},
	{"continuation alone", BYTES("\x80"), -EILSEQ},
	{"cut after one of two", BYTES("a\xc3"), -EILSEQ},
	{"cut after two of three", BYTES("a\xe6\x97"), -EILSEQ},
	{"cut after three of four", BYTES("\xf0\x9f\x94"), -EILSEQ},
	{"second byte no continuation", BYTES("\xc3\x28"), -EILSEQ},
	{"third byte no continuation", BYTES("\xe6\x97\x28"), -EILSEQ},
	{"fourth byte no continuation", BYTES("\xf0\x9f\x94\x28"), -EILSEQ},
	{"Japanese", BYTES("パスワード"), 5},
	{"combining mark counts by itself", BYTES("e\xcc\x81"), 2},
};

static void counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		size_t count = 4711;
		int error = utf8_count(ROWS[i].bytes, ROWS[i].len, &count);

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(error, ROWS[i].want < 0 ? ROWS[i].want : 0);
		assert_int_equal(count, ROWS[i].want < 0 ? 4711 : ROWS[i].want);
	}
}

static void round_trips_every_code_point(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		char bytes[4];
		const char *at = bytes;
		size_t len = utf8_put(c, bytes);
		uint32_t back;

		if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
			assert_int_equal(len, 0);
			continue;
		}
		assert_int_equal(utf8_next(&at, bytes + len, &back), 0);
		assert_int_equal(back, c);
		assert_ptr_equal(at, bytes + len);
		if (len > 1) { /* and no byte of it may be missing */
			at = bytes;
			assert_int_equal(utf8_next(&at, bytes + len - 1, &back), -EILSEQ);
			assert_ptr_equal(at, bytes);
		}
	}
	assert_int_equal(utf8_put(UINT32_MAX, (char[4]){0}), 0);
}

/* What is accepted is what utf8_put() writes: no second form of any character. */
static void accepts_one_form_only(void **state)
{
	(void)state;
	for (uint32_t tail = 0; tail < 1U << 24; tail += tail % 251 + 1) {
		char in[3] = {(char)(tail >> 16), (char)(tail >> 8), (char)tail}, out[4];
		const char *at = in;
		uint32_t c;

		if (utf8_next(&at, in + 3, &c) < 0)
			continue;
		assert_int_equal(utf8_put(c, out), at - in);
		assert_memory_equal(in, out, (size_t)(at - in));
	}
}

static void cuts(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t len, max, want;
	} CUTS[] = {
		{"fits", BYTES("abc"), 3, 3},
		{"ASCII", BYTES("abc"), 2, 2},
		{"nothing", BYTES("abc"), 0, 0},
		{"within two bytes", BYTES("a\xc3\xa9"), 2, 1},
		{"within three, after one", BYTES("a日"), 2, 1},
		{"within three, after two", BYTES("a日"), 3, 1},
		{"behind three", BYTES("a日b"), 4, 4},
		{"within four, after three", BYTES("\xf0\x9f\x94\x92"), 3, 0},
		{"continuations only", BYTES("\x80\x80\x80\x80\x80\x80"), 5, 5},
		{"continuations only, short", BYTES("\x80\x80\x80"), 2, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof CUTS / sizeof CUTS[0]; i++) {
		print_message("%s\n", CUTS[i].name);
		assert_int_equal(utf8_cut(CUTS[i].bytes, CUTS[i].len, CUTS[i].max), CUTS[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(round_trips_every_code_point),
		cmocka_unit_test(accepts_one_form_only),
		cmocka_unit_test(cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
