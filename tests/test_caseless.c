/* SPDX-License-Identifier: BSD-2-Clause */
/* Words with and without capitals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "caseless.h"

static const struct row {
	const char *s, *word;
	bool equal, begins;
} rows[] = {
	{"yes", "YES", true, true},
	{"YeS", "yEs", true, true},
	{"yes!", "yes", false, true},
	{"ye", "yes", false, false},
	{"", "", true, true},
	{"x", "", false, true},
	{"", "x", false, false},
	{"[", "{", false, false}, /* beside the letters, the same bit apart */
	{"@", "`", false, false},
	{"\xc4", "\xe4", false, false},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];

		assert_int_equal(caseless_equal(r->s, r->word), r->equal);
		assert_int_equal(caseless_is(r->s, strlen(r->s), r->word), r->equal);
		assert_int_equal(caseless_begins(r->s, strlen(r->s), r->word), r->begins);
	}
}

/* What lies behind the bytes is not looked at. */
static void test_length(void **state)
{
	(void)state;
	assert_true(caseless_is("yesno", 3, "Yes"));
	assert_false(caseless_begins("yes", 2, "yes"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_length)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
