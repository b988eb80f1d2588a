/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of names keep byte order, each name once. The rows of documents are tested by test_stamp.c, test_posture.c and test_session_facts.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fields.h"

static void check_names(const struct field_names *names, const char *const *wanted)
{
	size_t count = 0;

	for (; wanted[count] != NULL; count++) {
		assert_true(count < names->count);
		assert_string_equal(names->items[count], wanted[count]);
	}
	assert_int_equal(names->count, count);
}

static void names_come_into_their_place(void **state)
{
	static const char *const added[] = {"password", "duo", "totp", "publickey", "duo", NULL};
	static const char *const wanted[] = {"duo", "password", "publickey", "totp", NULL};
	struct field_names names = {0};

	(void)state;
	for (size_t i = 0; added[i] != NULL; i++)
		assert_int_equal(field_names_add(&names, added[i]), 0);
	check_names(&names, wanted);
}

static void a_shorter_name_leaves_nothing_of_a_longer_one(void **state)
{
	struct field_names names = {0};
	char clean[FIELD_NAME_SIZE] = "a";

	(void)state;
	assert_int_equal(field_names_add(&names, "zzzzzzzzzzzz"), 0);
	assert_int_equal(field_names_add(&names, "a"), 0);
	assert_memory_equal(names.items[0], clean, sizeof clean);
}

static void what_does_not_fit_is_refused(void **state)
{
	static const char *const wanted[] = {"0", "1", "2", "3", "4", "5", "6", "7", NULL};
	struct field_names names = {0};
	char name[FIELD_NAME_SIZE + 1];

	(void)state;
	for (int i = 0; i < FIELD_NAMES_MAX; i++) {
		(void)snprintf(name, sizeof name, "%d", i);
		assert_int_equal(field_names_add(&names, name), 0);
	}
	assert_int_equal(field_names_add(&names, "8"), -ENOSPC);
	assert_int_equal(field_names_add(&names, "3"), 0);
	memset(name, 'x', FIELD_NAME_SIZE);
	name[FIELD_NAME_SIZE] = '\0';
	assert_int_equal(field_names_add(&names, name), -ENAMETOOLONG);
	check_names(&names, wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_into_their_place),
		cmocka_unit_test(a_shorter_name_leaves_nothing_of_a_longer_one),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
