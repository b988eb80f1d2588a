/* SPDX-License-Identifier: BSD-2-Clause */
/* WHO: its forms, and whom each means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "exception.h"
#include "who.h"

static void forms(void **state)
{
	static const struct {
		const char *in;
		int want;
		enum who_kind kind;
		const char *name;
		uid_t first, last;
	} rows[] = {
		{"alice", 0, WHO_USER, "alice", 0, 0},
		{"alice.b_c-1", 0, WHO_USER, "alice.b_c-1", 0, 0},
		{"alice@example.org", 0, WHO_USER, "alice@example.org", 0, 0},
		{"EXAMPLE\\alice", 0, WHO_USER, "EXAMPLE\\alice", 0, 0},
		{"太郎", 0, WHO_USER, "太郎", 0, 0},
		{"allan", 0, WHO_USER, "allan", 0, 0},
		{"@staff", 0, WHO_GROUP, "staff", 0, 0},
		{"@domain users", 0, WHO_GROUP, "domain users", 0, 0},
		{"@all", 0, WHO_GROUP, "all", 0, 0},
		{"0:0", 0, WHO_UIDS, NULL, 0, 0},
		{"1000:1999", 0, WHO_UIDS, NULL, 1000, 1999},
		{"0:4294967294", 0, WHO_UIDS, NULL, 0, 4294967294},
		{"all", 0, WHO_ALL, NULL, 0, 0},
		{"", -EINVAL, 0, NULL, 0, 0},
		{"@", -EINVAL, 0, NULL, 0, 0},
		{"@@staff", -EINVAL, 0, NULL, 0, 0},
		{"1000", -EINVAL, 0, NULL, 0, 0},
		{":", -EINVAL, 0, NULL, 0, 0},
		{"1000:", -EINVAL, 0, NULL, 0, 0},
		{":1000", -EINVAL, 0, NULL, 0, 0},
		{"1:2:3", -EINVAL, 0, NULL, 0, 0},
		{"2:1", -EINVAL, 0, NULL, 0, 0},
		{"-1:1", -EINVAL, 0, NULL, 0, 0},
		{"01:1", -EINVAL, 0, NULL, 0, 0},
		{"0:4294967295", -EINVAL, 0, NULL, 0, 0},
		{"a:b", -EINVAL, 0, NULL, 0, 0},
		{"-alice", -EINVAL, 0, NULL, 0, 0},
		{"+alice", -EINVAL, 0, NULL, 0, 0},
		{"%staff", -EINVAL, 0, NULL, 0, 0},
		{"1000-1999", -EINVAL, 0, NULL, 0, 0},
		{"1000-", 0, WHO_USER, "1000-", 0, 0},
		{"ALL", -EINVAL, 0, NULL, 0, 0},
		{"ALLY", 0, WHO_USER, "ALLY", 0, 0},
		{"*", -EINVAL, 0, NULL, 0, 0},
		{"al?ce", -EINVAL, 0, NULL, 0, 0},
		{"!bob", -EINVAL, 0, NULL, 0, 0},
		{"alice;bob", -EINVAL, 0, NULL, 0, 0},
		{"@a|b", -EINVAL, 0, NULL, 0, 0},
		{"host$", 0, WHO_USER, "host$", 0, 0},
		{"alice bob", -EINVAL, 0, NULL, 0, 0},
		{"alice,bob", -EINVAL, 0, NULL, 0, 0},
		{"../alice", -EINVAL, 0, NULL, 0, 0},
		{"@ staff", -EINVAL, 0, NULL, 0, 0},
		{"alice\n", -EINVAL, 0, NULL, 0, 0},
		{"0123456789012345678901234567890123456789012345678901234567890ab4", 0, WHO_USER,
		 "0123456789012345678901234567890123456789012345678901234567890ab4", 0, 0},
		{"0123456789012345678901234567890123456789012345678901234567890ab45", -EINVAL, 0, NULL, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *problem = NULL;
		struct who who = {0};

		print_message("%s\n", rows[i].in);
		assert_int_equal(who_parse(rows[i].in, strlen(rows[i].in), &who, &problem), rows[i].want);
		assert_int_equal(problem != NULL, rows[i].want != 0);
		if (rows[i].want != 0)
			continue;
		assert_int_equal(who.kind, rows[i].kind);
		assert_int_equal(who.first, rows[i].first);
		assert_int_equal(who.last, rows[i].last);
		assert_int_equal(who.name_len, rows[i].name != NULL ? strlen(rows[i].name) : 0);
		if (rows[i].name != NULL)
			assert_memory_equal(who.name, rows[i].name, who.name_len);
	}
}

static void matching(void **state)
{
	static const char *const groups[] = {"staff", "domain users"};
	static const struct person alice = {.name = "alice", .uid = 1000, .groups = groups, .group_count = 2};
	static const struct person nobody = {.name = NULL, .uid = 0};
	static const struct {
		const char *who;
		const struct person *person;
		bool want;
	} rows[] = {
		{"alice", &alice, true},
		{"Alice", &alice, false},
		{"alic", &alice, false},
		{"alicea", &alice, false},
		{"staff", &alice, false},
		{"@staff", &alice, true},
		{"@domain users", &alice, true},
		{"@domain", &alice, false},
		{"@alice", &alice, false},
		{"1000:1000", &alice, true},
		{"1:999", &alice, false},
		{"1001:2000", &alice, false},
		{"all", &alice, true},
		{"all", &nobody, true},
		{"1000", &alice, false},
		{"", &alice, false},
		{"alice", &nobody, false},
		{"@staff", &nobody, false},
		{"0:0", &nobody, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s for %s\n", rows[i].who, rows[i].person->name != NULL ? rows[i].person->name : "nobody");
		assert_int_equal(who_matches(rows[i].who, rows[i].person), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(matching)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
