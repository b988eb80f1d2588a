/* SPDX-License-Identifier: BSD-2-Clause */
/* When a terminal was last read, on pseudo-terminals of our own. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "tty_gather.h"

#define NS_PER_S INT64_C(1000000000)

struct pair {
	int master, slave;
	const char *name; /* "pts/3" */
};

static struct pair open_pair(void)
{
	struct pair p = {.master = posix_openpt(O_RDWR | O_NOCTTY)};

	assert_true(p.master >= 0 && grantpt(p.master) == 0 && unlockpt(p.master) == 0);
	p.name = ptsname(p.master) + strlen("/dev/");
	p.slave = open(ptsname(p.master), O_RDWR | O_NOCTTY);
	assert_true(p.slave >= 0);
	return p;
}

static void close_pair(const struct pair *p)
{
	close(p->slave);
	close(p->master);
}

static void is_as_old_as_the_last_reading(void **state)
{
	struct tty_seen seen = {0};
	struct pair p = open_pair();
	int64_t now_ns = clock_monotonic_ns();
	struct timespec times[2] = {{.tv_sec = clock_now_s() - 600}, {.tv_nsec = UTIME_OMIT}};

	(void)state;
	assert_int_equal(futimens(p.slave, times), 0);
	assert_in_range((now_ns - tty_last(p.name, now_ns, &seen)) / NS_PER_S, 599, 603);
	close_pair(&p);
}

static void typing_counts(void **state)
{
	struct tty_seen seen = {0};
	struct pair p = open_pair();
	int64_t now_ns = clock_monotonic_ns();
	struct timespec times[2] = {{.tv_sec = clock_now_s() - 600}, {.tv_nsec = UTIME_OMIT}};
	char line[8];

	(void)state;
	assert_int_equal(futimens(p.slave, times), 0);
	assert_int_equal(write(p.master, "x\n", 2), 2);
	assert_int_equal(read(p.slave, line, sizeof line), 2);
	assert_in_range((now_ns - tty_last(p.name, now_ns, &seen)) / NS_PER_S, 0, 12);
	close_pair(&p);
}

/* A clock that was set back makes nobody idle. */
static void a_time_to_come_is_now(void **state)
{
	struct tty_seen seen = {0};
	struct pair p = open_pair();
	int64_t now_ns = clock_monotonic_ns();
	struct timespec times[2] = {{.tv_sec = clock_now_s() + 86400}, {.tv_nsec = UTIME_OMIT}};

	(void)state;
	assert_int_equal(futimens(p.slave, times), 0);
	assert_int_equal(tty_last(p.name, now_ns, &seen), now_ns);
	close_pair(&p);
}

static void set_read(const struct pair *p, int64_t ago_s)
{
	struct timespec times[2] = {{.tv_sec = clock_now_s() - ago_s}, {.tv_nsec = UTIME_OMIT}};

	assert_int_equal(futimens(p->slave, times), 0);
}

/* As far from the wall clock as the terminal's time is, so far was the clock set since. */
static void a_clock_that_is_set_makes_nobody_idle(void **state)
{
	static const struct {
		const char *name;
		int64_t before_s, since_s; /* the reading's age at the first look and, 60 s later, at the second; equal: not read between */
		int64_t want_s;            /* the age that comes out then */
	} ROWS[] = {
		{"not read", 10, 10, 70},
		{"read", 10, 5, 5},
		{"read; a day forward", 10, 86405, 0},
		{"read; a day back", 10, -86395, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct tty_seen seen = {0};
		struct pair p = open_pair();
		int64_t now_ns = clock_monotonic_ns();

		print_message("%s\n", ROWS[i].name);
		set_read(&p, ROWS[i].before_s);
		(void)tty_last(p.name, now_ns, &seen);
		now_ns += 60 * NS_PER_S;
		if (ROWS[i].since_s != ROWS[i].before_s)
			set_read(&p, ROWS[i].since_s);
		assert_in_range((now_ns - tty_last(p.name, now_ns, &seen)) / NS_PER_S, ROWS[i].want_s, ROWS[i].want_s + 3);
		close_pair(&p);
	}
}

static void nothing_else_is_a_terminal(void **state)
{
	static const char *const NAMES[] = {"", "pts/999999", "../etc/passwd", "pts", "shm"};
	struct tty_seen seen = {0};

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		assert_true(tty_last(NAMES[i], clock_monotonic_ns(), &seen) == INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_as_old_as_the_last_reading),
		cmocka_unit_test(typing_counts),
		cmocka_unit_test(a_time_to_come_is_now),
		cmocka_unit_test(a_clock_that_is_set_makes_nobody_idle),
		cmocka_unit_test(nothing_else_is_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
