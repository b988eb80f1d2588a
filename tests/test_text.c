/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded string building: what fits, what does not, and what is escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "text.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

static void builds_and_terminates(void **state)
{
	char buf[64];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	assert_string_equal(buf, "");
	text_add(&t, "a");
	text_add_char(&t, 'b');
	text_add_bytes(&t, BYTES("c\0d"));
	text_add_int(&t, -7);
	text_add_hex(&t, (const uint8_t[]){0x00, 0xaf, 0xff}, 3);
	text_add_format(&t, "%s=%d", "x", 5);
	assert_int_equal(t.len, 3 + 2 + 2 + 6 + 3);
	assert_memory_equal(buf, "abc\0d-700afffx=5", t.len + 1);
	assert_int_equal(text_end(&t), 0);
}

static void writes_every_integer(void **state)
{
	static const struct {
		int64_t n;
		const char *want;
	} ROWS[] = {
		{0, "0"}, {9, "9"}, {10, "10"}, {-1, "-1"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char buf[32];
		struct text t;

		TEXT_INTO(&t, buf);
		text_add_int(&t, ROWS[i].n);
		assert_string_equal(buf, ROWS[i].want);
	}
}

/* Each of these needs more than the 4 bytes that are left, though a part of it would fit. */
static void add_bytes(struct text *t) { text_add_bytes(t, BYTES("12345")); }
static void add_int(struct text *t) { text_add_int(t, 12345); }
static void add_hex(struct text *t) { text_add_hex(t, (const uint8_t[]){1, 2, 3}, 3); }
static void add_format(struct text *t) { text_add_format(t, "%d-%d", 12, 34); }
static void add_escaped(struct text *t) { text_add_escaped(t, BYTES("ab\n")); }
static void add_cut(struct text *t) { text_add_escaped_cut(t, BYTES("abcdefghi"), 8); }
static void add_json(struct text *t) { text_add_json(t, BYTES("abc")); }

static void writes_all_or_nothing(void **state)
{
	static const struct {
		const char *name;
		void (*add)(struct text *t);
	} ROWS[] = {
		{"bytes", add_bytes}, {"int", add_int}, {"hex", add_hex},   {"format", add_format},
		{"escaped", add_escaped}, {"cut", add_cut}, {"json", add_json},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char buf[8 + 1] = "12345678";
		struct text t;

		text_init(&t, buf, 8);
		text_add(&t, "xyz");
		ROWS[i].add(&t);
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(text_end(&t), -EOVERFLOW);
		assert_string_equal(buf, "xyz");
		/* For good: a later piece that would fit must not hide that something is missing. */
		text_add(&t, "a");
		text_add_format(&t, "b");
		text_add_json(&t, BYTES(""));
		assert_string_equal(buf, "xyz");
		assert_int_equal(buf[8], '\0');
		assert_int_equal(text_end(&t), -EOVERFLOW);
	}
}

static void fills_to_the_last_byte(void **state)
{
	char buf[4];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	text_add(&t, "abc");
	text_add(&t, "");
	assert_int_equal(text_end(&t), 0);
	assert_string_equal(buf, "abc");
	TEXT_INTO(&t, buf);
	text_add_format(&t, "%s", "abc");
	assert_int_equal(text_end(&t), 0);
	text_add_format(&t, "%s", "");
	assert_int_equal(text_end(&t), 0);
	text_init(&t, buf, 1);
	text_add_char(&t, 'a');
	assert_int_equal(text_end(&t), -EOVERFLOW);
	assert_string_equal(buf, "");
}

static const struct escape_row {
	const char *name, *bytes;
	size_t len;
	const char *escaped, *json;
} ESCAPES[] = {
	{"empty", BYTES(""), "", "\"\""},
	{"plain ASCII", BYTES("az AZ 09 ~\"'"), "az AZ 09 ~\"'", "\"az AZ 09 ~\\\"'\""},
	{"newline, tab, return", BYTES("\n\t\r"), "\\x0a\\x09\\x0d", "\"\\n\\t\\u000d\""},
	{"NUL", BYTES("a\0b"), "a\\x00b", "\"a\\u0000b\""},
	{"escape sequence", BYTES("\033[31m"), "\\x1b[31m", "\"\\u001b[31m\""},
	{"backslash", BYTES("\\x41"), "\\x5cx41", "\"\\\\x41\""},
	{"DEL", BYTES("\x7f"), "\\x7f", "\"\\u007f\""},
	{"Japanese", BYTES("日本"), "日本", "\"日本\""},
	{"emoji", BYTES("\xf0\x9f\x94\x92"), "\xf0\x9f\x94\x92", "\"\xf0\x9f\x94\x92\""},
	{"C1: CSI", BYTES("\xc2\x9b"), "\\xc2\\x9b", "\"\\u009b\""},
	{"no-break space stays", BYTES("\xc2\xa0"), "\xc2\xa0", "\"\xc2\xa0\""},
	{"lone byte of Latin-1", BYTES("\xe9"), "\\xe9", "\"\xef\xbf\xbd\""},
	{"cut short at the end", BYTES("a\xe6\x97"), "a\\xe6\\x97", "\"a\xef\xbf\xbd\xef\xbf\xbd\""},
	{"overlong slash", BYTES("\xc0\xaf"), "\\xc0\\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	{"surrogate", BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	{"zero width space U+200B", BYTES("\xe2\x80\x8b"), "\\xe2\\x80\\x8b", "\"\\u200b\""},
	{"right-to-left mark U+200F", BYTES("\xe2\x80\x8f"), "\\xe2\\x80\\x8f", "\"\\u200f\""},
	{"hyphen U+2010 stays", BYTES("\xe2\x80\x90"), "\xe2\x80\x90", "\"\xe2\x80\x90\""},
	{"line separator U+2028", BYTES("\xe2\x80\xa8"), "\\xe2\\x80\\xa8", "\"\\u2028\""},
	{"paragraph separator U+2029", BYTES("\xe2\x80\xa9"), "\\xe2\\x80\\xa9", "\"\\u2029\""},
	{"bidi embedding U+202A", BYTES("\xe2\x80\xaa"), "\\xe2\\x80\\xaa", "\"\\u202a\""},
	{"bidi override U+202E", BYTES("\xe2\x80\xae"), "\\xe2\\x80\\xae", "\"\\u202e\""},
	{"narrow space U+202F stays", BYTES("\xe2\x80\xaf"), "\xe2\x80\xaf", "\"\xe2\x80\xaf\""},
	{"bidi isolate U+2066", BYTES("\xe2\x81\xa6"), "\\xe2\\x81\\xa6", "\"\\u2066\""},
	{"bidi isolate end U+2069", BYTES("\xe2\x81\xa9"), "\\xe2\\x81\\xa9", "\"\\u2069\""},
	{"Arabic letter mark U+061C", BYTES("\xd8\x9c"), "\\xd8\\x9c", "\"\\u061c\""},
	{"byte order mark U+FEFF", BYTES("\xef\xbb\xbf"), "\\xef\\xbb\\xbf", "\"\\ufeff\""},
	{"tag U+E0041, a pair in JSON", BYTES("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81", "\"\\udb40\\udc41\""},
};

static void escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ESCAPES / sizeof ESCAPES[0]; i++) {
		const struct escape_row *row = &ESCAPES[i];
		char buf[128];
		struct text t;

		print_message("%s\n", row->name);
		TEXT_INTO(&t, buf);
		text_add_escaped(&t, row->bytes, row->len);
		assert_string_equal(buf, row->escaped);
		TEXT_INTO(&t, buf);
		text_add_json(&t, row->bytes, row->len);
		assert_string_equal(buf, row->json);
	}
}

/* Whatever the bytes, what comes out is printable and one line. */
static void escapes_every_pair_of_bytes(void **state)
{
	(void)state;
	for (unsigned pair = 0; pair < 65536; pair++) {
		char in[2] = {(char)(pair >> 8), (char)pair}, buf[16];
		struct text t;

		TEXT_INTO(&t, buf);
		text_add_escaped(&t, in, 2);
		assert_int_equal(text_end(&t), 0);
		for (const char *at = buf; *at != '\0'; at++)
			assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
	}
}

static void cuts_between_characters(void **state)
{
	static const struct {
		const char *name, *in;
		size_t max;
		const char *want;
	} ROWS[] = {
		{"fits", "abcdef", 6, "abcdef"},
		{"one too many", "abcdefg", 6, "abc..."},
		{"only the mark", "abcdefg", 3, "..."},
		{"not within a character", "日本語", 8, "日..."},
		{"exactly", "日本語", 9, "日本語"},
		{"not within an escape", "a\n\n", 8, "a\\x0a..."},
		{"mark takes the place of an escape", "ab\n\n", 8, "ab..."},
		{"an escape to the end", "ab\nc", 7, "ab\\x0ac"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char buf[64];
		struct text t;

		print_message("%s\n", ROWS[i].name);
		TEXT_INTO(&t, buf);
		text_add(&t, ">");
		text_add_escaped_cut(&t, ROWS[i].in, strlen(ROWS[i].in), ROWS[i].max);
		assert_int_equal(text_end(&t), 0);
		assert_string_equal(buf + 1, ROWS[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_and_terminates), cmocka_unit_test(writes_every_integer),
		cmocka_unit_test(writes_all_or_nothing), cmocka_unit_test(fills_to_the_last_byte),
		cmocka_unit_test(escapes),               cmocka_unit_test(escapes_every_pair_of_bytes),
		cmocka_unit_test(cuts_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
