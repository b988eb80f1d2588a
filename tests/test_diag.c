/* SPDX-License-Identifier: BSD-2-Clause */
/* Problems with their places, and the word that was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "diag.h"
#include "text.h"

static void counts_what_it_cannot_keep(void **state)
{
	struct diag items[2];
	struct diag_list list = {.items = items, .max = 2};

	(void)state;
	for (int i = 0; i < 3; i++)
		diag_add(&list, DIAG_ERROR, "f", 1, 1, "error %d", i);
	diag_add(&list, DIAG_WARNING, "f", 1, 1, "warning");
	assert_int_equal(list.count, 2);
	assert_int_equal(list.errors, 3);
	assert_int_equal(list.warnings, 1);
	assert_string_equal(items[1].text, "error 1");
}

static void keeps_nothing_without_room(void **state)
{
	struct diag_list list = {0};

	(void)state;
	diag_add(&list, DIAG_ERROR, "f", 1, 1, "x");
	assert_int_equal(list.count, 0);
	assert_int_equal(list.errors, 1);
}

static void writes_as_compilers_do(void **state)
{
	static const struct {
		const char *name;
		struct diag diag;
		const char *want;
	} ROWS[] = {
		{"line and column", {DIAG_ERROR, "/etc/p.conf", 3, 7, "bad"}, "/etc/p.conf:3:7: error: bad\n"},
		{"line", {DIAG_WARNING, "p", 3, 0, "bad"}, "p:3: warning: bad\n"},
		{"whole file", {DIAG_ERROR, "p", 0, 0, "bad"}, "p: error: bad\n"},
		{"name with a newline", {DIAG_ERROR, "a\nb", 1, 1, "bad"}, "a\\x0ab:1:1: error: bad\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char buf[128];
		struct text t;

		print_message("%s\n", ROWS[i].name);
		TEXT_INTO(&t, buf);
		diag_format(&ROWS[i].diag, &t);
		assert_string_equal(buf, ROWS[i].want);
	}
}

static void escapes_and_cuts_the_text(void **state)
{
	char longest[5000];
	struct diag items[3];
	struct diag_list list = {.items = items, .max = 3};

	(void)state;
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	diag_add(&list, DIAG_ERROR, "f", 1, 1, "word \"%s\"", "a\033[2Jb");
	assert_string_equal(items[0].text, "word \"a\\x1b[2Jb\"");
	diag_add(&list, DIAG_ERROR, "f", 1, 1, "%s", longest);
	assert_int_equal(strlen(items[1].text), sizeof items[1].text - 1);
	assert_string_equal(items[1].text + sizeof items[1].text - 4, "...");
	memset(longest, '\n', sizeof longest - 1);
	diag_add(&list, DIAG_ERROR, "f", 1, 1, "%s", longest);
	assert_string_equal(items[2].text + strlen(items[2].text) - 7, "\\x0a...");
}

static void finds_the_nearest_word(void **state)
{
	static const char *const WORDS[] = {"min_length", "max_age", "min_age", "history", "mode", "no", "yes", NULL};
	static const struct {
		const char *name, *in, *want;
	} ROWS[] = {
		{"itself", "history", "history"},
		{"a letter missing", "histry", "history"},
		{"a letter too many", "histoory", "history"},
		{"another letter", "hixtory", "history"},
		{"swapped", "hsitory", "history"},
		{"a swap counts one", "on", "no"},
		{"case does not count", "MIN_LENGTH", "min_length"},
		{"hyphen", "min-length", "min_length"},
		{"the nearer of two", "max_agee", "max_age"},
		{"the first of two as near", "mnx_age", "max_age"},
		{"three of nine: as far as it goes", "mi_lngths", "min_length"},
		{"far", "banana", NULL},
		{"the only one that begins so", "hi", "history"},
		{"the only one that begins so, caseless", "MIN_L", "min_length"},
		{"one of two that begin so", "m", NULL},
		{"two off in two", "xx", NULL},
		{"two off in three", "yap", "yes"},
		{"three off in three", "abc", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const char *word = diag_nearest(ROWS[i].in, strlen(ROWS[i].in), WORDS);

		print_message("%s\n", ROWS[i].name);
		if (ROWS[i].want == NULL)
			assert_null(word);
		else
			assert_string_equal(word == NULL ? "(none)" : word, ROWS[i].want);
	}
}

static void survives_odd_words(void **state)
{
	static const char *const NONE[] = {NULL};
	static const char *const WORDS[] = {"0123456789012345678901234567890123456789012345678901234567890123456789", "mode", NULL};
	char longest[4096];

	(void)state;
	memset(longest, 'm', sizeof longest);
	assert_null(diag_nearest("mode", 4, NONE));
	assert_null(diag_nearest("", 0, WORDS));
	assert_null(diag_nearest(longest, sizeof longest, WORDS));
	assert_null(diag_nearest(longest, 64, WORDS));
	assert_string_equal(diag_nearest("modeXXX", 4, WORDS), "mode");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_it_cannot_keep), cmocka_unit_test(keeps_nothing_without_room),
		cmocka_unit_test(writes_as_compilers_do),     cmocka_unit_test(escapes_and_cuts_the_text),
		cmocka_unit_test(finds_the_nearest_word),     cmocka_unit_test(survives_odd_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
