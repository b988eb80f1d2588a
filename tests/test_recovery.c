/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/recovery.c: each code once, read as people type it, kept as PBKDF2 says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <nettle/pbkdf2.h>
#include <string.h>

#include "recovery.h"

struct set {
	struct login_recovery recovery;
	char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE];
};

/* Bytes that are all different: codes of ones, zeros, all letters. */
static void make(struct set *ret_set)
{
	uint8_t random[RECOVERY_RANDOM_BYTES];

	for (size_t i = 0; i < sizeof random; i++)
		random[i] = (uint8_t)(i * 37 + 11);
	memset(random + 16, 0, 10); /* 0000-0000-0000-0000 */
	for (size_t i = 0; i < 10; i++)
		random[26 + i] = (uint8_t)"\x08\x42\x10\x84\x21"[i % 5]; /* 1111-1111-1111-1111 */
	recovery_make(random, 1700000000, &ret_set->recovery, ret_set->codes);
}

static void makes_ten_codes_of_eighty_bits(void **state)
{
	struct set set;

	(void)state;
	make(&set);
	assert_int_equal(set.recovery.count, 10);
	assert_int_equal(set.recovery.iterations, RECOVERY_ITERATIONS);
	assert_int_equal(set.recovery.since_s, 1700000000);
	assert_int_equal(recovery_left(&set.recovery), 10);
	assert_string_equal(set.codes[0], "0000-0000-0000-0000");
	assert_string_equal(set.codes[1], "1111-1111-1111-1111");
	for (size_t i = 0; i < LOGIN_CODES_MAX; i++) {
		assert_int_equal(strlen(set.codes[i]), 19);
		assert_int_equal(strspn(set.codes[i], "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 19);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(set.codes[i], set.codes[j]);
	}
}

/* The stored form is a promise: another program must be able to check it, and a later version too. */
static void keeps_pbkdf2_of_the_sixteen_characters(void **state)
{
	uint8_t expected[LOGIN_CODE_HASH_BYTES];
	struct set set;

	(void)state;
	make(&set);
	pbkdf2_hmac_sha256(16, (const uint8_t *)"1111111111111111", 4096, 16, set.recovery.salt, sizeof expected, expected);
	assert_memory_equal(set.recovery.hashes[1], expected, sizeof expected);
}

static void each_code_counts_once(void **state)
{
	struct set set;

	(void)state;
	make(&set);
	for (int i = 0; i < LOGIN_CODES_MAX; i++) {
		assert_int_equal(recovery_check(&set.recovery, set.codes[i], 19), i);
		recovery_use(&set.recovery, i);
		assert_int_equal(recovery_check(&set.recovery, set.codes[i], 19), -ENOENT);
		assert_int_equal(recovery_left(&set.recovery), 9 - i);
	}
	recovery_use(&set.recovery, -1);
	recovery_use(&set.recovery, LOGIN_CODES_MAX);
}

static const struct typed {
	const char *name, *text;
	size_t len;
	int result;
} typed_rows[] = {
	{"as printed", "0000-0000-0000-0000", 19, 0},
	{"without dashes", "0000000000000000", 16, 0},
	{"with blanks", " 0000 0000 0000 0000 ", 21, 0},
	{"dashes anywhere", "-0-0-0-0000-0000-00000--", 24, 0},
	{"letter O for zero", "OOOO-oooo-0000-0000", 19, 0},
	{"letters I and L for one", "IIII-llll-LLLL-iiii", 19, 1},
	{"all look-alikes mixed", "1iIl-L1iI-lL1i-IlL1", 19, 1},
	{"one differs", "0000-0000-0000-0001", 19, -ENOENT},
	{"another set's", "ZZZZ-ZZZZ-ZZZZ-ZZZZ", 19, -ENOENT},
	{"nothing", "", 0, -EINVAL},
	{"dashes only", "----", 4, -EINVAL},
	{"fifteen", "0000-0000-0000-000", 18, -EINVAL},
	{"seventeen", "0000-0000-0000-00000", 20, -EINVAL},
	{"U is in no code", "UUUU-UUUU-UUUU-UUUU", 19, -EINVAL},
	{"a TOTP code", "123456", 6, -EINVAL},
	{"a password", "correct horse battery", 21, -EINVAL},
	{"NUL inside", "0000-0000\0000-0000", 19, -EINVAL},
	{"NUL behind", "0000-0000-0000-0000", 20, -EINVAL},
	{"tab", "0000\t0000\t0000\t0000", 19, -EINVAL},
};

static void reads_what_people_type(void **state)
{
	struct set set;

	(void)state;
	make(&set);
	for (size_t i = 0; i < sizeof typed_rows / sizeof typed_rows[0]; i++) {
		const struct typed *row = &typed_rows[i];

		if (recovery_check(&set.recovery, row->text, row->len) != row->result)
			fail_msg("%s", row->name);
	}
}

static void an_unsound_set_fits_nothing(void **state)
{
	struct set set;

	(void)state;
	make(&set);
	set.recovery.iterations = 0; /* nettle would end the program */
	assert_int_equal(recovery_check(&set.recovery, set.codes[0], 19), -ENOENT);
	set.recovery.iterations = UINT32_MAX; /* nobody waits so long */
	assert_int_equal(recovery_check(&set.recovery, set.codes[0], 19), -ENOENT);
	make(&set);
	set.recovery.count = LOGIN_CODES_MAX + 1;
	assert_int_equal(recovery_check(&set.recovery, set.codes[0], 19), -ENOENT);
	set.recovery = (struct login_recovery){.count = 0, .iterations = 1};
	assert_int_equal(recovery_check(&set.recovery, set.codes[0], 19), -ENOENT);
	assert_int_equal(recovery_left(&set.recovery), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_ten_codes_of_eighty_bits), cmocka_unit_test(keeps_pbkdf2_of_the_sixteen_characters),
		cmocka_unit_test(each_code_counts_once),	  cmocka_unit_test(reads_what_people_type),
		cmocka_unit_test(an_unsound_set_fits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
