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
	struct pair p = open_pair();
	int64_t now_ns = clock_monotonic_ns();
	struct timespec times[2] = {{.tv_sec = clock_now_s() - 600}, {.tv_nsec = UTIME_OMIT}};

	(void)state;
	assert_int_equal(futimens(p.slave, times), 0);
	assert_in_range((now_ns - tty_last(p.name, now_ns)) / NS_PER_S, 599, 603);
	close_pair(&p);
}

static void typing_counts(void **state)
{
	struct pair p = open_pair();
	int64_t now_ns = clock_monotonic_ns();
	struct timespec times[2] = {{.tv_sec = clock_now_s() - 600}, {.tv_nsec = UTIME_OMIT}};
	char line[8];

	(void)state;
	assert_int_equal(futimens(p.slave, times), 0);
	assert_int_equal(write(p.master, "x\n", 2), 2);
	assert_int_equal(read(p.slave, line, sizeof line), 2);
	assert_in_range((now_ns - tty_last(p.name, now_ns)) / NS_PER_S, 0, 12);
	close_pair(&p);
}

/* A clock that was set back makes nobody idle. */
static void a_time_to_come_is_now(void **state)
{
	struct pair p = open_pair();
	int64_t now_ns = clock_monotonic_ns();
	struct timespec times[2] = {{.tv_sec = clock_now_s() + 86400}, {.tv_nsec = UTIME_OMIT}};

	(void)state;
	assert_int_equal(futimens(p.slave, times), 0);
	assert_int_equal(tty_last(p.name, now_ns), now_ns);
	close_pair(&p);
}

static void nothing_else_is_a_terminal(void **state)
{
	static const char *const NAMES[] = {"", "pts/999999", "../etc/passwd", "pts", "shm"};

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		assert_true(tty_last(NAMES[i], clock_monotonic_ns()) == INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_as_old_as_the_last_reading),
		cmocka_unit_test(typing_counts),
		cmocka_unit_test(a_time_to_come_is_now),
		cmocka_unit_test(nothing_else_is_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
