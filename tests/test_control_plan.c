/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans of controls: what does not fit is not added, and a command is whole or absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "control_plan.h"

static void test_watches_end_at_their_room(void **state)
{
	struct control_watches watches = {0};

	(void)state;
	for (int i = 0; i < CONTROL_WATCHES_MAX + 1; i++)
		control_add_watch(&watches, WATCH_INTERVAL, "why", i);
	assert_int_equal(watches.count, CONTROL_WATCHES_MAX);
	assert_int_equal(watches.items[CONTROL_WATCHES_MAX - 1].interval_s, CONTROL_WATCHES_MAX - 1);
}

static void test_steps_end_at_their_room(void **state)
{
	struct control_repair repair = {0};

	(void)state;
	for (int i = 0; i < CONTROL_STEPS_MAX + 1; i++)
		control_add_step(&repair, STEP_UNIT_START, "ufw.service");
	assert_int_equal(repair.count, CONTROL_STEPS_MAX);
	assert_string_equal(repair.steps[0].what, "ufw.service");
}

static void test_a_command_is_whole_or_absent(void **state)
{
	static const char *const most[] = {"1", "2", "3", "4", "5", "6", "7", "8", NULL};
	static const char *const more[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};
	struct control_repair repair = {0};

	(void)state;
	control_add_command(&repair, "too long", more);
	assert_int_equal(repair.count, 0);
	control_add_command(&repair, "fits", most);
	assert_int_equal(repair.count, 1);
	assert_string_equal(repair.steps[0].argv[7], "8");
	assert_null(repair.steps[0].argv[8]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watches_end_at_their_room),
		cmocka_unit_test(test_steps_end_at_their_room),
		cmocka_unit_test(test_a_command_is_whole_or_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
