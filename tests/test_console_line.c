/* SPDX-License-Identifier: BSD-2-Clause */
/* Which terminal counts as the computer's own, for whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "console_line.h"

#define ALICE 1000
#define EVE 1001

static void knows_lines_by_number(void **state)
{
	static const struct {
		const char *name;
		unsigned major, minor;
		bool line;
	} ROWS[] = {
		{"tty1", 4, 1, true},     {"ttyS0", 4, 64, true},   {"tty0, the one in front", 4, 0, false}, {"ttyAMA0", 204, 64, true}, {"hvc0", 229, 0, true},
		{"ttyUSB0", 188, 0, true}, {"console", 5, 1, true},  {"tty", 5, 0, false},                    {"ptmx", 5, 2, false},      {"pts/0", 136, 0, false},
		{"null", 1, 3, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(console_line_is_one(makedev(ROWS[i].major, ROWS[i].minor)), ROWS[i].line);
	}
}

static void a_line_counts_for_its_owner(void **state)
{
	const dev_t tty1 = makedev(4, 1), serial = makedev(4, 64), console = makedev(5, 1), pts = makedev(136, 0);
	const struct {
		const char *name;
		struct console_line line;
		bool holds;
	} ROWS[] = {
		{"login before anybody is known", {false, tty1, 0, tty1, 0}, true},
		{"su by whom login gave it to", {false, tty1, ALICE, tty1, ALICE}, true},
		{"su on a serial line by whom login gave it to", {false, serial, ALICE, serial, ALICE}, true},
		{"su by a member of dialout on a line that nobody uses", {false, serial, 0, serial, EVE}, false},
		{"su by a member of dialout on alice's line", {false, serial, ALICE, serial, EVE}, false},
		{"another terminal than said", {false, tty1, ALICE, serial, ALICE}, false},
		{"no terminal", {false, tty1, 0, 0, 0}, false},
		{"no terminal and no device", {false, 0, 0, 0, 0}, false},
		{"a terminal of who knows whom", {false, pts, ALICE, pts, ALICE}, false},
		{"the console stands for a line", {true, console, 0, serial, 0}, true},
		{"the console, as a person's", {true, console, ALICE, serial, ALICE}, true},
		{"the console of root, asked by a person", {true, console, 0, serial, EVE}, false},
		{"the console stands for no pts", {true, console, 0, pts, 0}, false},
		{"a container's console is a pts", {true, pts, 0, pts, 0}, true},
		{"a container's console, another pts", {true, pts, 0, makedev(136, 1), 0}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(console_line_holds(&ROWS[i].line), ROWS[i].holds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_lines_by_number),
		cmocka_unit_test(a_line_counts_for_its_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
