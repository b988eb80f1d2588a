/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop: what is ready and what is due is told once, in order, and a callback may change anything. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "loop.h"

#define NS_PER_MS INT64_C(1000000)

struct bed {
	struct loop *loop;
	int a[2], b[2];
	char told[128]; /* one letter for each call */
	int again;
};

static void say(struct bed *bed, char c)
{
	size_t len = strlen(bed->told);

	assert_in_range(len, 0, sizeof bed->told - 2);
	bed->told[len] = c;
}

static int setup(void **state)
{
	static struct bed bed;

	bed = (struct bed){.loop = loop_new()};
	assert_non_null(bed.loop);
	assert_int_equal(pipe(bed.a), 0);
	assert_int_equal(pipe(bed.b), 0);
	*state = &bed;
	return 0;
}

static int teardown(void **state)
{
	struct bed *bed = *state;

	loop_free(bed->loop);
	for (int i = 0; i < 2; i++) {
		close(bed->a[i]);
		close(bed->b[i]);
	}
	return 0;
}

static void stop(int64_t now_ns, void *data)
{
	struct bed *bed = data;

	(void)now_ns;
	say(bed, '.');
	loop_stop(bed->loop);
}

static void due_1(int64_t now_ns, void *data)
{
	assert_true(now_ns > 0);
	say(data, '1');
}

static void due_2(int64_t now_ns, void *data)
{
	(void)now_ns;
	say(data, '2');
}

static void run_for(struct bed *bed, int ms)
{
	bed->told[0] = '\0';
	memset(bed->told, 0, sizeof bed->told);
	assert_int_equal(loop_at(bed->loop, clock_monotonic_ns() + ms * NS_PER_MS, 0, stop, bed), 0);
	assert_int_equal(loop_run(bed->loop), 0);
}

static void timers_go_off_in_order_and_once(void **state)
{
	struct bed *bed = *state;
	int64_t now = clock_monotonic_ns();

	loop_at(bed->loop, now + 3 * NS_PER_MS, 0, due_2, bed);
	loop_at(bed->loop, now + NS_PER_MS, 0, due_1, bed);
	run_for(bed, 10);
	assert_string_equal(bed->told, "12.");
	run_for(bed, 5);
	assert_string_equal(bed->told, ".");
}

static void a_timer_is_set_anew_or_off(void **state)
{
	struct bed *bed = *state;
	int64_t now = clock_monotonic_ns();

	loop_at(bed->loop, now + 60000 * NS_PER_MS, 0, due_1, bed);
	loop_at(bed->loop, now + NS_PER_MS, 0, due_1, bed);
	loop_at(bed->loop, now + 2 * NS_PER_MS, 0, due_2, bed);
	loop_at(bed->loop, INT64_MAX, 0, due_2, bed);
	loop_at(bed->loop, INT64_MAX, 0, due_2, bed);
	run_for(bed, 8);
	assert_string_equal(bed->told, "1.");
}

static void slack_joins_timers(void **state)
{
	struct bed *bed = *state;
	int64_t now = clock_monotonic_ns();
	uint64_t before;

	loop_at(bed->loop, now + 2 * NS_PER_MS, 100 * NS_PER_MS, due_1, bed);
	loop_at(bed->loop, now + 5 * NS_PER_MS, 100 * NS_PER_MS, due_2, bed);
	before = loop_wakeups(bed->loop);
	run_for(bed, 20);
	assert_string_equal(bed->told, "12.");
	assert_int_equal(loop_wakeups(bed->loop) - before, 1);
}

static void no_timer_goes_off_early(void **state)
{
	struct bed *bed = *state;

	for (int i = 0; i < 5; i++) {
		int64_t start = clock_monotonic_ns();

		run_for(bed, 3);
		assert_true(clock_monotonic_ns() - start >= 3 * NS_PER_MS);
	}
}

static void at_once_again(int64_t now_ns, void *data)
{
	struct bed *bed = data;

	say(bed, 'r');
	if (++bed->again < 3)
		loop_at(bed->loop, now_ns, 0, at_once_again, bed);
	else
		loop_stop(bed->loop);
}

static void on_byte(int fd, uint32_t events, void *data)
{
	char byte;

	assert_true(events & EPOLLIN);
	assert_int_equal(read(fd, &byte, 1), 1);
	say(data, byte);
}

static void a_timer_for_now_does_not_starve_descriptors(void **state)
{
	struct bed *bed = *state;

	loop_add(bed->loop, bed->a[0], EPOLLIN, on_byte, bed);
	assert_int_equal(write(bed->a[1], "xy", 2), 2);
	loop_at(bed->loop, 0, 0, at_once_again, bed);
	assert_int_equal(loop_run(bed->loop), 0);
	assert_string_equal(bed->told, "xryrr");
}

static void one_that_sleeps_is_not_told(void **state)
{
	struct bed *bed = *state;
	uint64_t before;

	assert_int_equal(loop_add(bed->loop, bed->a[0], 0, on_byte, bed), 0);
	assert_int_equal(loop_add(bed->loop, bed->a[0], EPOLLIN, on_byte, bed), -EEXIST);
	assert_int_equal(loop_change(bed->loop, bed->b[0], EPOLLIN), -ENOENT);
	assert_int_equal(write(bed->a[1], "x", 1), 1);
	close(bed->a[1]); /* a hang-up wakes whatever is in epoll */
	before = loop_wakeups(bed->loop);
	run_for(bed, 5);
	assert_string_equal(bed->told, ".");
	assert_in_range(loop_wakeups(bed->loop) - before, 1, 2);
	assert_int_equal(loop_change(bed->loop, bed->a[0], EPOLLIN), 0);
	loop_at(bed->loop, clock_monotonic_ns() + NS_PER_MS, 0, due_1, bed);
	bed->a[1] = dup(0);
	loop_remove(bed->loop, bed->a[0]);
	run_for(bed, 5);
	assert_string_equal(bed->told, "1.");
}

static void removes_the_other(int fd, uint32_t events, void *data)
{
	struct bed *bed = data;

	(void)events;
	say(bed, fd == bed->a[0] ? 'a' : 'b');
	loop_remove(bed->loop, bed->a[0]);
	loop_remove(bed->loop, bed->b[0]);
	/* The same number may be a new thing at once. */
	if (bed->again++ == 0)
		assert_int_equal(loop_add(bed->loop, bed->b[0], 0, on_byte, bed), 0);
}

static void what_is_removed_is_told_no_more(void **state)
{
	struct bed *bed = *state;

	loop_add(bed->loop, bed->a[0], EPOLLIN, removes_the_other, bed);
	loop_add(bed->loop, bed->b[0], EPOLLIN, removes_the_other, bed);
	assert_int_equal(write(bed->a[1], "x", 1), 1);
	assert_int_equal(write(bed->b[1], "x", 1), 1);
	run_for(bed, 5);
	assert_int_equal(strlen(bed->told), 2);
	assert_int_equal(bed->told[1], '.');
}

static void nothing_is_freed_twice(void **state)
{
	(void)state;
	loop_free(NULL);
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(timers_go_off_in_order_and_once),
		ROW(a_timer_is_set_anew_or_off),
		ROW(slack_joins_timers),
		ROW(no_timer_goes_off_early),
		ROW(a_timer_for_now_does_not_starve_descriptors),
		ROW(one_that_sleeps_is_not_told),
		ROW(what_is_removed_is_told_no_more),
		cmocka_unit_test(nothing_is_freed_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
