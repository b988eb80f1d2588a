/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of sshd_config, in the order in which sshd reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sshd_loose.h"

static const struct row {
	const char *name;
	const char *lines[8]; /* each begins with its depth */
	const char *loose;    /* '1' for each line that is */
	bool knows_pam;
} rows[] = {
	{"Debian's own", {"0#PermitRootLogin prohibit-password", "0KbdInteractiveAuthentication no", "0UsePAM yes"}, "000", true},
	{"no PAM", {"0UsePAM no"}, "1", true},
	{"nobody says PAM", {"0Port 22"}, "0", false},
	{"each of them", {"0permitemptypasswords YES", "0PermitRootLogin=yes", "0HostbasedAuthentication yes", "0StrictModes no", "0PermitUserEnvironment LANG"}, "11111", false},
	{"the first one counts", {"0PermitRootLogin no", "0PermitRootLogin yes"}, "00", false},
	{"the first one counts, loose", {"0PermitRootLogin \"yes\"", "0PermitRootLogin no"}, "10", false},
	{"root with a key", {"0PermitRootLogin prohibit-password"}, "0", false},
	{"a block", {"0PermitRootLogin no", "0Match Address 10.0.0.0/8", "0  PermitRootLogin yes"}, "001", false},
	{"a block of an included file ends with it", {"0Port 22", "1Match User x", "1PermitEmptyPasswords yes", "0UsePAM yes"}, "0010", true},
	{"included in a block", {"0UsePAM yes", "0PermitRootLogin no", "0Match all", "1PermitRootLogin yes", "2PermitRootLogin yes"}, "00011", true},
	{"no value", {"0PermitEmptyPasswords"}, "1", false}, /* sshd would not start; nobody is to take it for fine */
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sshd_loose s = {0};
		char found[9] = "";

		for (size_t k = 0; rows[i].lines[k] != NULL; k++) {
			const char *line = rows[i].lines[k];

			sshd_loose_enter(&s, (unsigned)(*line - '0'));
			found[k] = sshd_loose_line(&s, line + 1, line + strlen(line)) ? '1' : '0';
		}
		if (strcmp(found, rows[i].loose) != 0 || sshd_loose_knows_pam(&s) != rows[i].knows_pam)
			fail_msg("%s: %s, not %s", rows[i].name, found, rows[i].loose);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
