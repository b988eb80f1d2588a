/* SPDX-License-Identifier: BSD-2-Clause */
/* The clause table: every id once, found by itself, in both languages, with the waiver that the source gives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clause.h"
#include "utf8.h"

static void every_clause_stands_once(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct clause *c; (c = clause_at(count)) != NULL; count++) {
		size_t characters = 0;

		print_message("%s\n", c->id);
		assert_ptr_equal(clause_find(c->id, strlen(c->id)), c);
		assert_int_equal(c->organisational, strncmp(c->id, "OR-", 3) == 0);
		assert_true(c->waiver < WAIVER_MAX);
		assert_true(strlen(c->english) > 20);
		assert_int_equal(c->english[strlen(c->english) - 1], '.');
		assert_int_equal(utf8_count(c->japanese, strlen(c->japanese), &characters), 0);
		/* most of it is no ASCII: it is not the English text again */
		assert_true(strlen(c->japanese) > 2 * characters);
		for (size_t i = 0; i < count; i++)
			assert_string_not_equal(clause_at(i)->japanese, c->japanese);
	}
	assert_int_equal(count, 34);
}

static void who_may_waive(void **state)
{
	static const struct {
		const char *ids;
		enum waiver waiver;
		const char *name;
	} rows[] = {
		{"PW-1 PW-3 LK-1 LK-2 LK-3 AV-1 AV-2 AV-3 FW-1 SC-1 NW-1 NW-2 US-1 DV-1", WAIVER_IT_MANAGER, "IT manager"},
		{"RA-1 RA-2", WAIVER_MANAGEMENT, "management"},
		{"AC-3 AC-4", WAIVER_JOB_DUTY, "job duty"},
		{"PW-2 AC-1 AC-2 AU-1 AU-2 AU-3 AU-4 AU-5 OR-1 OR-2 OR-3 OR-4 OR-5 OR-6 OR-7 OR-8", WAIVER_NOBODY, "nobody"},
	};
	size_t named = 0, all = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_string_equal(waiver_name(rows[i].waiver), rows[i].name);
		for (const char *id = rows[i].ids; *id != '\0'; id += strspn(id, " ")) {
			size_t len = strcspn(id, " ");
			const struct clause *c = clause_find(id, len);

			print_message("%.*s\n", (int)len, id);
			assert_non_null(c);
			assert_int_equal(c->waiver, rows[i].waiver);
			named++;
			id += len;
		}
	}
	while (clause_at(all) != NULL)
		all++;
	assert_int_equal(named, all);
	assert_null(waiver_name(WAIVER_MAX));
}

static void what_is_no_clause(void **state)
{
	static const char *const ids[] = {"", "PW", "PW-", "PW-11", "PW-0", "pw-1", "OR-9", "PW-1 "};

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		assert_null(clause_find(ids[i], strlen(ids[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_clause_stands_once),
		cmocka_unit_test(who_may_waive),
		cmocka_unit_test(what_is_no_clause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
