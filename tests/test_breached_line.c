/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of breached-password lists: formats, what they name, what is malformed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "breached_line.h"

#define SHA1 "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8" /* of "password" */
#define SHA1_LOWER "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"
#define KEY UINT64_C(0x5baa61e4c9b93f3f)

static void first_lines_tell_the_format(void **state)
{
	static const struct {
		const char *line;
		enum breached_format format;
	} rows[] = {
		{SHA1 ":3", BREACHED_HIBP},
		{SHA1_LOWER ":3861493\r", BREACHED_HIBP},
		{SHA1 ":0", BREACHED_HIBP},
		{"password", BREACHED_WORDS},
		{"", BREACHED_WORDS},
		{SHA1 ":", BREACHED_WORDS},
		{SHA1 ":3 ", BREACHED_WORDS},
		{SHA1 "0:3", BREACHED_WORDS},
		{SHA1, BREACHED_AUTO},
		{SHA1 "\r", BREACHED_AUTO},
		{"8846F7EAEE8FB117AD06BDD830B7586C:3", BREACHED_AUTO},
		{"8846F7EAEE8FB117AD06BDD830B7586C", BREACHED_WORDS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *problem = NULL;

		print_message("%s\n", rows[i].line);
		assert_int_equal(breached_line_format(rows[i].line, strlen(rows[i].line), &problem), rows[i].format);
		assert_int_equal(problem != NULL, rows[i].format == BREACHED_AUTO);
	}
}

static void lines_name_keys(void **state)
{
	static const struct {
		enum breached_format format;
		const char *line;
		int result;
	} rows[] = {
		{BREACHED_HIBP, SHA1 ":3", 1},
		{BREACHED_HIBP, SHA1_LOWER ":3\r", 1},
		{BREACHED_HIBP, SHA1 ":99999999999999999999999", 1},
		{BREACHED_HIBP, SHA1 ":0", 0},
		{BREACHED_HIBP, SHA1 ":000", 0},
		{BREACHED_HIBP, SHA1, -EBADMSG},
		{BREACHED_HIBP, SHA1 ":", -EBADMSG},
		{BREACHED_HIBP, SHA1 ":-1", -EBADMSG},
		{BREACHED_HIBP, SHA1 ":3x", -EBADMSG},
		{BREACHED_HIBP, SHA1 ": 3", -EBADMSG},
		{BREACHED_HIBP, SHA1 "0:3", -EBADMSG},
		{BREACHED_HIBP, " " SHA1 ":3", -EBADMSG},
		{BREACHED_HIBP, "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FDG:3", -EBADMSG},
		{BREACHED_HIBP, "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD:3", -EBADMSG},
		{BREACHED_HIBP, "", -EBADMSG},
		{BREACHED_HIBP, "password", -EBADMSG},
		{BREACHED_WORDS, "password", 1},
		{BREACHED_WORDS, "password\r", 1},
		{BREACHED_WORDS, "", 0},
		{BREACHED_WORDS, "\r", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *problem = NULL;
		uint64_t key = 0;

		print_message("%d %s\n", (int)rows[i].format, rows[i].line);
		assert_int_equal(breached_line_key(rows[i].format, rows[i].line, strlen(rows[i].line), &key, &problem), rows[i].result);
		assert_int_equal(problem != NULL, rows[i].result < 0);
		if (rows[i].result == 1)
			assert_int_equal(key, KEY);
	}
}

static void a_nul_is_no_word(void **state)
{
	const char *problem = NULL;
	uint64_t key;

	(void)state;
	assert_int_equal(breached_line_key(BREACHED_WORDS, "a\0b", 3, &key, &problem), -EBADMSG);
	assert_non_null(problem);
}

static void names_of_formats(void **state)
{
	(void)state;
	assert_int_equal(breached_format_find("auto"), BREACHED_AUTO);
	assert_int_equal(breached_format_find("hibp"), BREACHED_HIBP);
	assert_int_equal(breached_format_find("words"), BREACHED_WORDS);
	assert_int_equal(breached_format_find("HIBP"), BREACHED_FORMAT_MAX);
	assert_int_equal(breached_format_find(""), BREACHED_FORMAT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_lines_tell_the_format),
		cmocka_unit_test(lines_name_keys),
		cmocka_unit_test(a_nul_is_no_word),
		cmocka_unit_test(names_of_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
