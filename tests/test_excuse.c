/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/excuse.c: stories by name, and no way to more than the maximum. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "excuse.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define S INT64_C(1000000000)
#define MIN (60 * S)
#define T0 (1000 * S)

static const struct excuse_rules HOUR = {.max_ns = 60 * MIN, .warn_ns = 30 * S};
static const struct excuse_rules NEVER = {.max_ns = 0, .warn_ns = 30 * S};

static void an_hour_is_granted_in_parts(void **state)
{
	struct excuse e = {0};

	(void)state;
	assert_int_equal(excuse_left(&e, &HOUR, T0, 1), 60 * MIN);
	assert_int_equal(excuse_ask(&e, &HOUR, 40 * MIN, T0, 1), 40 * MIN);
	assert_int_equal(e.until_ns, T0 + 40 * MIN);
	assert_int_equal(excuse_left(&e, &HOUR, T0, 1), 60 * MIN);
	assert_int_equal(excuse_left(&e, &HOUR, T0 + 10 * MIN, 1), 50 * MIN);
	assert_int_equal(excuse_left(&e, &HOUR, T0 + 500 * MIN, 1), 20 * MIN);
	/* asked again while it runs: instead of it */
	assert_int_equal(excuse_ask(&e, &HOUR, 5 * MIN, T0 + 10 * MIN, 1), 5 * MIN);
	assert_int_equal(e.until_ns, T0 + 15 * MIN);
	/* and when it is over; what is left */
	assert_int_equal(excuse_ask(&e, &HOUR, INT64_MAX, T0 + 100 * MIN, 1), 45 * MIN);
	assert_int_equal(excuse_ask(&e, &HOUR, MIN, T0 + 300 * MIN, 1), 0);
	assert_int_equal(e.until_ns, 0);
	assert_int_equal(excuse_left(&e, &HOUR, T0 + 300 * MIN, 1), 0);
	/* a new day */
	assert_int_equal(excuse_left(&e, &HOUR, T0 + 300 * MIN, 2), 60 * MIN);
	assert_int_equal(excuse_ask(&e, &HOUR, MIN, T0 + 300 * MIN, 2), MIN);
}

static void what_is_taken_back_lasts_for_the_countdown(void **state)
{
	struct excuse e = {0};

	(void)state;
	assert_int_equal(excuse_ask(&e, &HOUR, 40 * MIN, T0, 1), 40 * MIN);
	assert_int_equal(excuse_ask(&e, &HOUR, 0, T0 + MIN, 1), 30 * S);
	assert_int_equal(e.until_ns, T0 + MIN + 30 * S);
	/* twice does not make it longer */
	assert_int_equal(excuse_ask(&e, &HOUR, 0, T0 + MIN + 10 * S, 1), 20 * S);
	assert_int_equal(e.until_ns, T0 + MIN + 30 * S);
	assert_int_equal(excuse_left(&e, &HOUR, T0 + 10 * MIN, 1), 58 * MIN + 30 * S);
	/* where nothing runs, nothing is taken back */
	assert_int_equal(excuse_ask(&e, &HOUR, -5, T0 + 10 * MIN, 1), 0);
	assert_int_equal(e.until_ns, 0);
}

static void a_lock_ends_it(void **state)
{
	struct excuse e = {0};

	(void)state;
	assert_int_equal(excuse_ask(&e, &HOUR, 40 * MIN, T0, 1), 40 * MIN);
	excuse_end(&e, T0 + 10 * MIN, 1);
	assert_int_equal(e.until_ns, 0);
	assert_int_equal(excuse_left(&e, &HOUR, T0 + 20 * MIN, 1), 50 * MIN);
}

static void never_is_never(void **state)
{
	struct excuse e = {0};

	(void)state;
	assert_int_equal(excuse_ask(&e, &NEVER, INT64_MAX, T0, 1), 0);
	assert_int_equal(e.until_ns, 0);
	/* a policy that becomes stricter while one runs */
	assert_int_equal(excuse_ask(&e, &HOUR, 40 * MIN, T0, 1), 40 * MIN);
	assert_int_equal(excuse_left(&e, &NEVER, T0 + MIN, 1), 0);
	assert_int_equal(excuse_ask(&e, &NEVER, INT64_MAX, T0 + MIN, 1), 0);
	assert_int_equal(e.until_ns, 0);
}

static void a_day_that_ends_meanwhile_gives_its_hour(void **state)
{
	struct excuse e = {0};

	(void)state;
	assert_int_equal(excuse_ask(&e, &HOUR, 60 * MIN, T0, 1), 60 * MIN);
	assert_int_equal(excuse_ask(&e, &HOUR, 60 * MIN, T0 + 30 * MIN, 2), 60 * MIN);
	assert_int_equal(excuse_left(&e, &HOUR, T0 + 60 * MIN, 2), 30 * MIN);
}

static void odd_times_grant_nothing_more(void **state)
{
	struct excuse e = {0};

	(void)state;
	assert_int_equal(excuse_ask(&e, &HOUR, MIN, INT64_MAX - S, 1), 0);
	assert_int_equal(e.until_ns, 0);
	/* a clock that goes back */
	assert_int_equal(excuse_ask(&e, &HOUR, 60 * MIN, T0, 1), 60 * MIN);
	assert_true(excuse_left(&e, &HOUR, T0 - 100 * MIN, 1) <= 60 * MIN);
}

/* Asks and takes back in any way for a day: no more than the hour of it is ever excused. */
static void no_way_leads_to_more_than_the_maximum(void **state)
{
	uint64_t random = 0x9e3779b97f4a7c15u;

	(void)state;
	for (int run = 0; run < 300; run++) {
		struct excuse e = {0};
		int64_t now_ns = T0, excused_ns = 0;

		for (int i = 0; i < 500; i++) {
			int64_t step_ns, before_ns = now_ns;

			random ^= random << 13, random ^= random >> 7, random ^= random << 17;
			step_ns = (int64_t)(random >> 33 & 63) * (random & 1 ? S : MIN);
			if (i % 7 == 6)
				excuse_end(&e, now_ns, 1);
			else
				(void)excuse_ask(&e, &HOUR, random & 2 ? 0 : (int64_t)(random >> 20 & 0xff) * 10 * S, now_ns, 1);
			now_ns += step_ns;
			if (e.until_ns > before_ns)
				excused_ns += (e.until_ns < now_ns ? e.until_ns : now_ns) - before_ns;
		}
		assert_in_range(excused_ns, 0, HOUR.max_ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_is_granted_in_parts),
		cmocka_unit_test(what_is_taken_back_lasts_for_the_countdown),
		cmocka_unit_test(a_lock_ends_it),
		cmocka_unit_test(never_is_never),
		cmocka_unit_test(a_day_that_ends_meanwhile_gives_its_hour),
		cmocka_unit_test(odd_times_grant_nothing_more),
		cmocka_unit_test(no_way_leads_to_more_than_the_maximum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
