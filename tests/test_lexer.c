/* SPDX-License-Identifier: BSD-2-Clause */
/* What the lexer hands out, and where it says that it stands. What it refuses has its rows in test_policy_parse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lexer.h"

#define ARENA_BYTES 4096
#define DIAGS_MAX 8

/* Every token as "KIND line:column name|column rest", one a line. */
static const struct {
	const char *name, *text, *want;
	size_t errors;
} ROWS[] = {
	{"nothing", "", "", 0},
	{"a section", "[password]\n", "section 1:2 password|10 \n", 0},
	{"a section with a rest", "[ users  @domain users ]\n", "section 1:3 users|10 @domain users\n", 0},
	{"an assignment", "a=b\n", "assignment 1:1 a|3 b\n", 0},
	{"blanks and a comment", "\t a b \t=  c d  # e\n", "assignment 1:3 a b|11 c d\n", 0},
	{"columns count characters", "情報 = 規則\n", "assignment 1:1 情報|6 規則\n", 0},
	{"quotes go, blanks inside stay", "a = \" b \" # c\n", "assignment 1:1 a|5  b \n", 0},
	{"escapes go", "a = \"\\\"b\\\\\"\n", "assignment 1:1 a|5 \"b\\\n", 0},
	{"an empty value", "a = \"\"\n", "assignment 1:1 a|5 \n", 0},
	{"lines count on over empty ones and CR LF", "\r\n# x\r\n\r\n[s]\r\na = 1", "section 4:2 s|3 \nassignment 5:1 a|5 1\n", 0},
	{"a broken line is left out", "a = 1\nb\nc = 2\n", "assignment 1:1 a|5 1\nassignment 3:1 c|5 2\n", 1},
	{"a broken section is told, so that its lines are nobody's", "[a]\n[b\nc = 2\n", "section 1:2 a|3 \nbad 2\nassignment 3:1 c|5 2\n", 1},
	{"a section with a hidden character", "[a\x01]\n", "bad 0\n", 1},
	{"a hidden character in a comment", "a = 1 # \xe2\x80\xae\n", "", 1},
	{"a byte order mark", "\xef\xbb\xbf" "a = 1\n", "assignment 1:1 a|5 1\n", 1},
};

static void add(char *got, size_t size, const struct lexer_token *t)
{
	size_t len = strlen(got);

	if (t->kind == LEXER_BAD_SECTION)
		(void)snprintf(got + len, size - len, "bad %u\n", t->line);
	else
		(void)snprintf(got + len, size - len, "%s %u:%u %.*s|%u %.*s\n", t->kind == LEXER_SECTION ? "section" : "assignment", t->line,
			       t->name_column, (int)t->name_len, t->name, t->rest_column, (int)t->rest_len, t->rest);
}

static void hands_out_sections_and_assignments(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const struct policy_source source = {.file = "a.conf", .bytes = ROWS[i].text, .len = strlen(ROWS[i].text)};
		unsigned char block[ARENA_BYTES];
		struct diag items[DIAGS_MAX];
		struct diag_list diags = {.items = items, .max = DIAGS_MAX};
		struct arena arena;
		struct lexer lexer;
		struct lexer_token token;
		char got[1024] = "";
		int r;

		print_message("%s\n", ROWS[i].name);
		arena_init(&arena, block, sizeof block);
		lexer_init(&lexer, &source, &arena, &diags);
		while ((r = lexer_next(&lexer, &token)) > 0)
			add(got, sizeof got, &token);
		assert_int_equal(r, 0);
		assert_string_equal(got, ROWS[i].want);
		assert_int_equal(diags.errors, ROWS[i].errors);
	}
}

/* The first token of a text, where nothing can be remembered. */
static int first_without_memory(const char *text, struct lexer_token *ret_token)
{
	const struct policy_source source = {.file = "a.conf", .bytes = text, .len = strlen(text)};
	struct diag_list diags = {0};
	struct arena arena;
	struct lexer lexer;

	arena_init(&arena, NULL, 0);
	lexer_init(&lexer, &source, &arena, &diags);
	return lexer_next(&lexer, ret_token);
}

static void says_where_a_line_lies(void **state)
{
	struct lexer_token token;

	(void)state;
	assert_int_equal(first_without_memory("# x\n  until = 2027-01-01 # y\r\nz = 1\n", &token), 1);
	assert_int_equal(token.line_start, 4);
	assert_int_equal(token.line_end, 28);
}

static void says_when_memory_is_short(void **state)
{
	struct lexer_token token;

	(void)state;
	assert_true(first_without_memory("a = \"\\\\\"\n", &token) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_sections_and_assignments),
		cmocka_unit_test(says_where_a_line_lies),
		cmocka_unit_test(says_when_memory_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
