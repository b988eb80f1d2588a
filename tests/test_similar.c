/* SPDX-License-Identifier: BSD-2-Clause */
/* A new password against the old one: edits, swaps, rotations, counters; and the distance against a naive reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "similar.h"

static void compares(void **state)
{
	static const struct {
		const char *name, *old, *new_one;
		int64_t min_difference;
		bool want;
	} ROWS[] = {
		{"the same", "gravel-teapot", "gravel-teapot", 1, true},
		{"case only", "gravel-teapot", "Gravel-TEAPOT", 1, true},
		{"accent only", "gravel-téapot", "gravel-teapot", 1, true},
		{"full width only", "gravel", "ｇｒａｖｅｌ", 1, true},
		{"one replaced, one allowed", "gravel-teapot", "gravel-teapoX", 1, false},
		{"one replaced, two needed", "gravel-teapot", "gravel-teapoX", 2, true},
		{"one inserted", "gravel-teapot", "gravel-Xteapot", 2, true},
		{"one deleted", "gravel-teapot", "gravl-teapot", 2, true},
		{"neighbours swapped count one", "gravel-teapot", "garvel-teapot", 2, true},
		{"two swaps count two", "gravel-teapot", "garvel-taepot", 2, false},
		{"four edits, five needed", "gravel-teapot", "grXvXl-tXapXt", 5, true},
		{"five edits, five needed", "gravel-teapot", "grXvXl-tXapXX", 5, false},
		{"four put behind", "gravel-teapot", "gravel-teapot1234", 5, true},
		{"five words behind", "gravel-teapot", "gravel-teapot-otter", 5, false},
		{"backwards", "gravel-teapot", "topaet-levarg", 1, true},
		{"rotated by one", "gravel-teapot", "tgravel-teapo", 1, true},
		{"rotated by many", "gravel-teapot", "teapotgravel-", 1, true},
		{"year goes on", "Summer2025", "Summer2026", 1, true},
		{"year goes far", "Summer1999!", "summer2026!", 1, true},
		{"counter grows a digit", "pw9", "pw10", 1, true},
		{"counter in the middle", "gravel-7-teapot", "gravel-42-teapot", 1, true},
		{"counter appears at the end", "gravel-teapot", "gravel-teapot123456", 5, true},
		{"counter goes", "gravel-teapot-2025", "gravel-teapot-", 2, true},
		{"half digits: a counter", "gravel836192", "gravel109758", 1, true},
		{"mostly digits: no counter", "83619274ab", "10975832ab", 5, false},
		{"two counters", "a1b2cdef", "a33b44cdef", 1, true},
		{"digits that differ and more", "gravel-7-teapot", "gravel-8-Xeapot", 1, false},
		{"short old ones, nothing in common", "abcd", "wxyz", 5, false},
		{"short old ones, something in common", "abcd", "wxyd", 5, true},
		{"old much shorter", "ab", "gravel-teapot-otter", 5, false},
		{"old empty", "", "gravel", 5, false},
		{"Japanese, one of six", "さくらのはな", "さくらのほな", 2, true},
		{"nothing in common", "gravel-teapot", "nimbus/walrus", 5, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(similar_passwords(ROWS[i].old, strlen(ROWS[i].old), ROWS[i].new_one, strlen(ROWS[i].new_one), ROWS[i].min_difference),
				 ROWS[i].want);
	}
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The whole table, as the textbook has it. */
static int naive_distance(const char *a, const char *b)
{
	int d[16][16], n = (int)strlen(a), m = (int)strlen(b);

	for (int i = 0; i <= n; i++)
		for (int j = 0; j <= m; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[n][m];
}

/* Words over three letters, with a tail that is the same, so that reversal and rotation stay out of it. */
static void random_word(uint32_t *seed, char *ret_word)
{
	size_t len;

	*seed = *seed * 1664525 + 1013904223;
	len = 1 + (*seed >> 24) % 8;
	for (size_t i = 0; i < len; i++) {
		*seed = *seed * 1664525 + 1013904223;
		ret_word[i] = (char)('a' + (*seed >> 24) % 3);
	}
	memcpy(ret_word + len, "xyz", 4);
}

static void agrees_with_the_textbook(void **state)
{
	uint32_t seed = 1;
	char a[16], b[16];
	int similar = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int distance;

		random_word(&seed, a);
		random_word(&seed, b);
		distance = naive_distance(a, b);
		for (int64_t needed = 1; needed <= 4; needed++) {
			bool got = similar_passwords(a, strlen(a), b, strlen(b), needed);

			similar += got;
			if (got != (distance < needed))
				fail_msg("%s %s: distance %d, %d needed", a, b, distance, (int)needed);
		}
	}
	assert_in_range(similar, 1000, 79000);
}

static void takes_the_longest(void **state)
{
	char a[511], b[511];

	(void)state;
	memset(a, 'a', sizeof a);
	memset(b, 'a', sizeof b);
	assert_true(similar_passwords(a, 511, b, 511, 64));
	assert_true(similar_passwords(a, 511, b, 448, 64));
	assert_false(similar_passwords(a, 511, b, 447, 64));
	memset(b, 'b', sizeof b);
	assert_false(similar_passwords(a, 511, b, 511, 64));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(agrees_with_the_textbook),
		cmocka_unit_test(takes_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
