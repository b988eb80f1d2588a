/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of mutexctl/name_list.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "name_list.h"

static void lists(void **state)
{
	static const struct {
		const char *name, *first;
		size_t count; /* the others are "bob" */
		const char *want;
	} rows[] = {
		{"none", NULL, 0, ""},
		{"one", "alice", 1, "alice"},
		{"two", "alice", 2, "alice, bob"},
		{"all that are shown", "alice", 8, "alice, bob, bob, bob, bob, bob, bob, bob"},
		{"more", "alice", 11, "alice, bob, bob, bob, bob, bob, bob, bob and 3 more"},
		{"a name that moves the cursor", "a\x1b[2J", 1, "a\\x1b[2J"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct name_list list;

		print_message("%s\n", rows[i].name);
		name_list_start(&list);
		for (size_t k = 0; k < rows[i].count; k++)
			name_list_add(&list, k == 0 ? rows[i].first : "bob");
		assert_string_equal(name_list_end(&list), rows[i].want);
		assert_int_equal(list.count, rows[i].count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lists)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
