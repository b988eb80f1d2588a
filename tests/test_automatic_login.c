/* SPDX-License-Identifier: BSD-2-Clause */
/* What tells a login screen or a terminal to let somebody in, and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "automatic_login.h"

static const struct {
	const char *program, *text;
	unsigned line;
} ROWS[] = {
	{"gdm", "[daemon]\nAutomaticLoginEnable = true\nAutomaticLogin = alice\n", 2},
	{"gdm", "[daemon]\n# AutomaticLoginEnable = true\nAutomaticLoginEnable=false\n", 0},
	{"gdm", "[security]\nAutomaticLoginEnable = true\n", 0},
	{"gdm", "[daemon]\nTimedLoginEnable=True\n", 2},
	{"lightdm", "[Seat:*]\nautologin-user=alice\n", 2},
	{"lightdm", "[Seat:*]\nautologin-user=\n#autologin-user=alice\nautologin-user-timeout=0\n", 0},
	{"lightdm", "[Seat:seat0]\nautologin-guest=true\n", 2},
	{"sddm", "[Theme]\nUser=x\n[Autologin]\nUser=alice\n", 4},
	{"sddm", "[Autologin]\nUser=\nSession=\n", 0},
	{"lxdm", "[base]\nautologin=alice\n", 2},
	{"slim", "auto_login          yes\n", 1},
	{"slim", "auto_login no\n", 0},
	{"nodm", "NODM_ENABLED=true\nNODM_USER=alice\n", 1},
	{"greetd", "[terminal]\nvt = 1\n[initial_session]\ncommand = \"sway\"\nuser = \"alice\"\n", 5},
	{"greetd", "[default_session]\nuser = \"_greetd\"\n", 0},
	{"getty", "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin alice --noclear %I $TERM\n", 3},
	{"getty", "[Service]\nExecStart=-/sbin/agetty -a alice - $TERM\n", 2},
	{"getty", "[Service]\nExecStart=-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM\n", 0},
	{"getty", "# ExecStart=agetty --autologin alice\n", 0},
	{"getty", "[Service]\nExecStart=-/sbin/agetty -n -l /usr/local/bin/shell --skip-login %I", 2},
};

/* By any row of that program, as the survey asks them all. */
static unsigned look(const char *program, const char *text)
{
	const struct automatic_login_row *row;

	for (size_t i = 0; (row = automatic_login_row(i)) != NULL; i++) {
		unsigned line = strcmp(row->program, program) == 0 ? automatic_login_line(row, text, strlen(text)) : 0;

		if (line != 0)
			return line;
	}
	return 0;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s: %s\n", ROWS[i].program, ROWS[i].text);
		assert_int_equal(look(ROWS[i].program, ROWS[i].text), ROWS[i].line);
	}
}

/* Each row says how it is recognised, and nothing is found in nothing. */
static void test_table(void **state)
{
	const struct automatic_login_row *row;

	(void)state;
	for (size_t i = 0; (row = automatic_login_row(i)) != NULL; i++) {
		assert_true(row->pattern[0] == '/');
		assert_true((row->key != NULL) != (row->contains != NULL));
		assert_int_equal(automatic_login_line(row, "", 0), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_table)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
