/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets: whole or empty, wiped on every way out, compared byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "secret.h"

static void assert_wiped(const struct secret *s)
{
	static const struct secret EMPTY;

	assert_memory_equal(s, &EMPTY, sizeof EMPTY);
}

static void holds_what_fits(void **state)
{
	char bytes[SECRET_SIZE + 1];
	struct secret s SECRET_WIPED = {0};

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	assert_int_equal(secret_set(&s, "", 0), 0);
	assert_int_equal(s.len, 0);
	assert_int_equal(secret_set(&s, bytes, 511), 0);
	assert_int_equal(s.len, 511);
	assert_int_equal(strlen(s.bytes), 511);
	assert_int_equal(secret_set(&s, bytes, 512), -EMSGSIZE);
	assert_wiped(&s);
	assert_int_equal(secret_set(&s, bytes, 513), -EMSGSIZE);
}

static void leaves_nothing_of_the_one_before(void **state)
{
	struct secret s SECRET_WIPED = {0};

	(void)state;
	assert_int_equal(secret_set(&s, "correct horse", 13), 0);
	assert_int_equal(secret_set(&s, "ab", 2), 0);
	assert_string_equal(s.bytes, "ab");
	for (size_t i = 2; i < sizeof s.bytes; i++)
		assert_int_equal(s.bytes[i], 0);
}

static void takes_a_part_of_itself(void **state)
{
	struct secret s SECRET_WIPED = {0};

	(void)state;
	assert_int_equal(secret_set(&s, "correct horse", 13), 0);
	assert_int_equal(secret_set(&s, s.bytes + 8, 5), 0);
	assert_string_equal(s.bytes, "horse");
}

static void wipes(void **state)
{
	struct secret s = {0};

	(void)state;
	assert_int_equal(secret_set(&s, "correct horse", 13), 0);
	secret_wipe(&s);
	assert_wiped(&s);
	secret_wipe(NULL);
}

static void compares(void **state)
{
	static const struct {
		const char *name, *a;
		size_t a_len;
		const char *b;
		size_t b_len;
		bool want;
	} ROWS[] = {
		{"equal", "secret", 6, "secret", 6, true},
		{"empty", "", 0, "", 0, true},
		{"first byte", "Xecret", 6, "secret", 6, false},
		{"last byte", "secreX", 6, "secret", 6, false},
		{"one bit", "secret", 6, "secreT", 6, false},
		{"shorter", "secre", 5, "secret", 6, false},
		{"empty and not", "", 0, "s", 1, false},
		{"behind a NUL", "a\0b", 3, "a\0c", 3, false},
		{"high bit", "\x80", 1, "\x00", 1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(secret_equal(ROWS[i].a, ROWS[i].a_len, ROWS[i].b, ROWS[i].b_len), ROWS[i].want);
		assert_int_equal(secret_equal(ROWS[i].b, ROWS[i].b_len, ROWS[i].a, ROWS[i].a_len), ROWS[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_fits),        cmocka_unit_test(leaves_nothing_of_the_one_before),
		cmocka_unit_test(takes_a_part_of_itself), cmocka_unit_test(wipes),
		cmocka_unit_test(compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
