/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks run, and the boot has the id that the kernel gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "clock.h"

static void agrees_with_libc(void **state)
{
	int64_t before = time(NULL), now = clock_now_s();

	(void)state;
	/* time() may lag behind by a tick. */
	assert_in_range(now, before, before + 60);
}

static void never_goes_back(void **state)
{
	int64_t last = clock_monotonic_ns(), first = last;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_monotonic_ns();

		assert_true(now >= last);
		last = now;
	}
	assert_true(last > first);
}

static void reads_the_boot_id(void **state)
{
	char id[37] = "", again[37] = "";

	(void)state;
	assert_int_equal(clock_boot_id(id), 0);
	assert_int_equal(clock_boot_id(again), 0);
	assert_string_equal(id, again);
	assert_int_equal(strlen(id), 36);
	assert_int_equal(strspn(id, "0123456789abcdef-"), 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_libc),
		cmocka_unit_test(never_goes_back),
		cmocka_unit_test(reads_the_boot_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
