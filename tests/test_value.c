/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of every kind: there and back, the edges, the words of a refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "arena.h"
#include "keyword_table.h"
#include "text.h"
#include "value.h"

#define ARENA_BYTES 8192

static const struct keyword_row *row_of(enum value_kind kind, int64_t min, int64_t max, const char *choices)
{
	static struct keyword_row row;

	row = (struct keyword_row){.name = "example", .kind = kind, .min = min, .max = max, .choices = choices, .default_text = ""};
	return &row;
}

/* want: as it is written back; or what the problem says, after '!'. */
static const struct {
	const char *name;
	enum value_kind kind;
	int64_t min, max;
	const char *choices, *text, *want;
} ROWS[] = {
	{"yes", KIND_YESNO, 0, 0, "", "yes", "yes"},
	{"no", KIND_YESNO, 0, 0, "", "no", "no"},
	{"meant yes", KIND_YESNO, 0, 0, "", "true", "!did you mean \"yes\"?"},
	{"meant no", KIND_YESNO, 0, 0, "", "disabled", "!did you mean \"no\"?"},
	{"Yes is not yes", KIND_YESNO, 0, 0, "", "Yes", "!\"Yes\""},
	{"the least", KIND_NUMBER, 3, 9, "", "3", "3"},
	{"the most", KIND_NUMBER, 3, 9, "", "9", "9"},
	{"below", KIND_NUMBER, 3, 9, "", "2", "!is out of range; allowed: 3 to 9"},
	{"above", KIND_NUMBER, 3, 9, "", "10", "!is out of range"},
	{"far above", KIND_NUMBER, 3, 9, "", "99999999999999999999", "!is out of range"},
	{"no number", KIND_NUMBER, 3, 9, "", "4.5", "!is not a whole number"},
	{"empty", KIND_NUMBER, 3, 9, "", "", "!is not a whole number"},
	{"days", KIND_DURATION, 0, 1000 * DAY_S, "", "90d", "90d"},
	{"the same in another unit", KIND_DURATION, 0, 1000 * DAY_S, "", "120min", "2h"},
	{"without a unit", KIND_DURATION, 0, 1000 * DAY_S, "", "90", "!is no duration"},
	{"no date", KIND_DATE, 0, 0, "", "none", "none"},
	{"a date", KIND_DATE, 0, 0, "", "2027-01-31", "2027-01-31"},
	{"a day that is none", KIND_DATE, 0, 0, "", "2027-02-29", "!is no date that exists"},
	{"the epoch means none", KIND_DATE, 0, 0, "", "1970-01-01", "!is no date that exists"},
	{"a choice", KIND_CHOICE, 0, 2, "off|warn|deny", "deny", "deny"},
	{"nearly a choice", KIND_CHOICE, 0, 2, "off|warn|deny", "wran", "!did you mean \"warn\"?"},
	{"the start of a choice", KIND_CHOICE, 0, 2, "off|warn|deny", "den", "!is no value of example"},
	{"a text", KIND_TEXT, 0, 20, "", "a b", "a b"},
	{"a text that needs quotes", KIND_TEXT, 0, 20, "", " a # \"\\ ", "\" a # \\\"\\\\ \""},
	{"an empty text", KIND_TEXT, 0, 20, "", "", "\"\""},
	{"as long as it may be", KIND_TEXT, 0, 5, "", "12345", "12345"},
	{"longer", KIND_TEXT, 0, 5, "", "123456", "!is too long"},
	{"a list", KIND_WORDS, 0, 3, "", " a,b , c", "a, b, c"},
	{"an empty list", KIND_WORDS, 0, 3, "", "", "\"\""},
	{"a comma too many", KIND_WORDS, 0, 3, "", "a,,b", "!is an empty entry"},
	{"a comma at the end", KIND_WORDS, 0, 3, "", "a,", "!is an empty entry"},
	{"too many", KIND_WORDS, 0, 3, "", "a,b,c,d", "!has too many entries"},
	{"a path", KIND_PATHS, 0, 3, "", "/a/b", "/a/b"},
	{"a path that climbs", KIND_PATHS, 0, 3, "", "/a/../b", "!is no absolute path"},
	{"a path from nowhere", KIND_PATHS, 0, 3, "", "a/b", "!is no absolute path"},
};

static void goes_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const struct keyword_row *row = row_of(ROWS[i].kind, ROWS[i].min, ROWS[i].max, ROWS[i].choices);
		char problem[512] = "", written[512] = "";
		unsigned char block[ARENA_BYTES];
		union value value = {0};
		struct arena arena;
		struct text p, w;
		int r;

		print_message("%s\n", ROWS[i].name);
		arena_init(&arena, block, sizeof block);
		TEXT_INTO(&p, problem);
		TEXT_INTO(&w, written);
		r = value_parse(row, ROWS[i].text, strlen(ROWS[i].text), &arena, &value, &p);
		if (ROWS[i].want[0] == '!') {
			assert_int_equal(r, -EINVAL);
			assert_non_null(strstr(problem, ROWS[i].want + 1));
			continue;
		}
		assert_int_equal(r, 0);
		assert_string_equal(problem, "");
		value_add(row, &value, &w);
		assert_string_equal(written, ROWS[i].want);
	}
}

/* Every keyword's default is valid, is written as what gives it again, and lies where value_get() looks. */
static void holds_for_every_default(void **state)
{
	static struct settings settings;

	(void)state;
	for (enum keyword keyword = 0; keyword < KEYWORD_MAX; keyword++) {
		const struct keyword_row *row = keyword_row(keyword);
		union value value, again, got;
		unsigned char block[ARENA_BYTES];
		char written[512] = "", problem[512] = "";
		struct arena arena;
		struct text w, p;

		print_message("%s\n", row->name);
		arena_init(&arena, block, sizeof block);
		TEXT_INTO(&w, written);
		TEXT_INTO(&p, problem);
		value_default(row, &value);
		value_add(row, &value, &w);
		if (strcmp(written, "\"\"") != 0) {
			assert_int_equal(value_parse(row, written, strlen(written), &arena, &again, &p), 0);
			assert_true(value_equal(row, &value, &again));
		}
		value_put(row, &value, &settings);
		value_get(row, &settings, &got);
		assert_true(value_equal(row, &value, &got));
	}
}

static void knows_plain_paths(void **state)
{
	static const struct {
		const char *path;
		bool plain;
	} PATHS_[] = {
		{"/a", true},    {"/a/b.c", true}, {"/a/..b", true}, {"/", false},     {"", false},   {"a", false},
		{"/a/", false}, {"//a", false},   {"/a//b", false}, {"/./a", false}, {"/a/.", false}, {"/a/..", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof PATHS_ / sizeof PATHS_[0]; i++) {
		print_message("%s\n", PATHS_[i].path);
		assert_int_equal(value_is_plain_path(PATHS_[i].path, strlen(PATHS_[i].path)), PATHS_[i].plain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_there_and_back),
		cmocka_unit_test(holds_for_every_default),
		cmocka_unit_test(knows_plain_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
