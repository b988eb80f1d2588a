/* SPDX-License-Identifier: BSD-2-Clause */
/* People out of the system's user database: whoever runs the test, and nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "person_load.h"

static void knows_whoever_runs_this(void **state)
{
	struct person_loaded by_uid PERSON_UNLOADED = {0}, by_name PERSON_UNLOADED = {0};
	const struct passwd *pw = getpwuid(geteuid());
	const struct group *group;
	bool found = false;

	(void)state;
	if (pw == NULL)
		skip();
	assert_int_equal(person_load_uid(geteuid(), &by_uid), 0);
	assert_int_equal(person_load(by_uid.person.name, &by_name), 0);
	assert_string_equal(by_name.person.name, pw->pw_name);
	assert_int_equal(by_name.person.uid, geteuid());
	assert_string_equal(by_name.home, pw->pw_dir);
	assert_int_equal(by_name.gid, pw->pw_gid);
	group = getgrgid(pw->pw_gid);
	for (size_t i = 0; group != NULL && i < by_name.person.group_count; i++)
		found = found || strcmp(by_name.person.groups[i], group->gr_name) == 0;
	assert_true(found || group == NULL);
}

static void alone_means_without_groups(void **state)
{
	struct person_loaded person PERSON_UNLOADED = {0};

	(void)state;
	assert_int_equal(person_load_alone("root", &person), 0);
	assert_int_equal(person.person.uid, 0);
	assert_int_equal(person.person.group_count, 0);
}

static void nobody_of_that_name(void **state)
{
	static const char *const NAMES[] = {"no-such-user-here", "", "root:x", "\xff"};
	struct person_loaded person PERSON_UNLOADED = {0};

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		assert_int_equal(person_load(NAMES[i], &person), -ENOENT);
	assert_int_equal(person_load_uid(4294900000u, &person), -ENOENT);
	assert_null(person.person.name);
}

static void an_empty_one_can_be_unloaded(void **state)
{
	struct person_loaded person = {0};

	(void)state;
	person_unload(&person);
	person_unload(&person);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_whoever_runs_this),
		cmocka_unit_test(alone_means_without_groups),
		cmocka_unit_test(nobody_of_that_name),
		cmocka_unit_test(an_empty_one_can_be_unloaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
