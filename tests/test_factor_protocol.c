/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/factor_protocol.c: what a helper may say, byte by byte and at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "factor_protocol.h"
#include "text.h"

/* "I:text P:text H:text E:text A R", then the end's result. */
static const struct row {
	const char *name, *said, *read;
	int end;
} rows[] = {
	{"accepts", "accept\n", "A ", 1},
	{"refuses", "refuse\n", "R ", 0},
	{"asks and accepts", "info Touch it\nprompt-hidden PIN: \naccept\n", "I:Touch it H:PIN:  A ", 1},
	{"all words", "error no\nprompt Name:\nrefuse\n", "E:no P:Name: R ", 0},
	{"Japanese", "info \xe6\x97\xa5\naccept\n", "I:\xe6\x97\xa5 A ", 1},
	{"empty text", "info \naccept\n", "I: A ", 1},
	{"nothing", "", "", -EPROTO},
	{"no verdict", "info x\n", "I:x ", -EPROTO},
	{"no line end", "accept", "", -EPROTO},
	{"empty line", "\naccept\n", "", -EPROTO},
	{"unknown word", "ok\naccept\n", "", -EPROTO},
	{"prefix of a word", "acc\n", "", -EPROTO},
	{"longer than the word", "accepted\n", "", -EPROTO},
	{"capitals", "ACCEPT\n", "", -EPROTO},
	{"blank in front", " accept\n", "", -EPROTO},
	{"verdict with a text", "accept alice\n", "", -EPROTO},
	{"verdict with a blank", "accept \n", "", -EPROTO},
	{"CR", "accept\r\n", "", -EPROTO},
	{"word without text", "info\naccept\n", "", -EPROTO},
	{"prompt without text", "prompt\naccept\n", "", -EPROTO},
	{"behind the verdict", "accept\ninfo x\n", "A ", -EPROTO},
	{"second verdict", "refuse\naccept\n", "R ", -EPROTO},
	{"begun behind the verdict", "accept\nx", "A ", -EPROTO},
	{"wrong word healed", "foo\naccept\naccept\n", "", -EPROTO},
	{"control character", "info \033[2J\naccept\n", "", -EPROTO},
	{"bidirectional override", "info \xe2\x80\xae\naccept\n", "", -EPROTO},
	{"invalid UTF-8", "info \xff\naccept\n", "", -EPROTO},
	{"backslash", "info a\\x1b\naccept\n", "", -EPROTO},
};

static int walk(const char *said, size_t len, size_t step, struct text *t)
{
	static const char marks[] = "IEPHAR";
	struct factor_lines lines = {.len = 0};

	for (size_t at = 0, used; at < len; at += used) {
		struct factor_line line;
		int r = factor_lines_take(&lines, said + at, len - at < step ? len - at : step, &used, &line);

		if (r < 0)
			return factor_lines_end(&lines);
		if (r == 0)
			continue;
		text_add_format(t, line.kind < FACTOR_LINE_ACCEPT ? "%c:%s " : "%c%s ", marks[line.kind], line.text);
	}
	return factor_lines_end(&lines);
}

static void reads_rows_in_pieces_of_any_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t step = 1; step <= 40; step++) {
			char read[256];
			struct text t;
			int end;

			TEXT_INTO(&t, read);
			end = walk(rows[i].said, strlen(rows[i].said), step, &t);
			if (end != rows[i].end || strcmp(read, rows[i].read) != 0)
				fail_msg("%s, in pieces of %zu: %d \"%s\"", rows[i].name, step, end, read);
		}
	}
}

static void bounds_lines(void **state)
{
	char said[FACTOR_LINE_MAX + 64], read[FACTOR_LINE_MAX + 64];

	(void)state;
	for (size_t len = FACTOR_TEXT_MAX - 1; len <= FACTOR_TEXT_MAX + 30; len++) {
		struct text t, r;
		int end;

		TEXT_INTO(&t, said);
		text_add(&t, "info ");
		for (size_t i = 0; i < len; i++)
			text_add_char(&t, 'x');
		text_add(&t, "\naccept\n");
		TEXT_INTO(&r, read);
		end = walk(said, t.len, 7, &r);
		assert_int_equal(end, len <= FACTOR_TEXT_MAX ? 1 : -EPROTO);
	}
}

static void keeps_the_last_line_on_failure(void **state)
{
	struct factor_line line = {.kind = FACTOR_LINE_INFO, .text = "x"};

	(void)state;
	assert_int_equal(factor_line_read("accept", 5, &line), -EPROTO);
	assert_string_equal(line.text, "x");
	assert_int_equal(factor_line_read("accept", 6, &line), 0);
	assert_int_equal(line.kind, FACTOR_LINE_ACCEPT);
	assert_int_equal(factor_line_read("info a\0b", 8, &line), -EPROTO);
	assert_int_equal(factor_line_read("", 0, &line), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_rows_in_pieces_of_any_size),
		cmocka_unit_test(bounds_lines),
		cmocka_unit_test(keeps_the_last_line_on_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
