/* SPDX-License-Identifier: BSD-2-Clause */
/* Which lines of files edited by hand go, and that nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apply_cut.h"

#define MUTEX "password\trequisite\t\t\tpam_mutex.so\n"
#define RECHECK "password\t[success=ok default=die]\tpam_mutex.so use_authtok\n"
#define FAILED "auth\t[default=ignore]\tpam_mutex.so failed\n"
#define FINISH "auth\trequisite\tpam_mutex.so finish\n"
#define DENY "auth\trequisite\tpam_deny.so\n"
#define PERMIT "auth\trequired\tpam_permit.so\n"
#define UNIX(options) "password\t[success=1 default=ignore]\tpam_unix.so" options "\n"

static const struct {
	const char *name, *text, *left;
} ROWS[] = {
	{"first line", MUTEX UNIX(" obscure"), UNIX(" obscure")},
	{"the new first line may ask", "# x\n" MUTEX UNIX(" obscure use_authtok try_first_pass"), "# x\n" UNIX(" obscure try_first_pass")},
	{"behind a line by hand", "password required pam_x.so\n" MUTEX UNIX(" use_authtok"), "password required pam_x.so\n" UNIX(" use_authtok")},
	{"account", "account required pam_access.so\naccount requisite pam_mutex.so \n", "account required pam_access.so\n"},
	{"both", MUTEX "password requisite pam_pwquality.so retry=3\n" RECHECK UNIX(" use_authtok"),
	 "password requisite pam_pwquality.so retry=3\n" UNIX(" use_authtok")},
	{"jumped over", UNIX("") MUTEX, UNIX("") MUTEX},
	{"behind what is jumped over", UNIX("") "password requisite pam_deny.so\n" MUTEX, UNIX("") "password requisite pam_deny.so\n"},
	{"a longer jump becomes shorter", "auth [success=2 default=ignore] pam_unix.so\n" FAILED DENY PERMIT, "auth [success=1 default=ignore] pam_unix.so\n" DENY PERMIT},
	{"the whole set", "auth\t[success=3 ignore=ignore default=die]\tpam_mutex.so begin\nauth [success=2 default=ignore] pam_unix.so nullok\n" FAILED DENY PERMIT
	 FINISH "auth optional pam_cap.so\n", "auth [success=1 default=ignore] pam_unix.so nullok\n" DENY PERMIT "auth optional pam_cap.so\n"},
	{"ten becomes nine", "auth [success=10 maxtries=die default=ignore] pam_x.so\n" FAILED, "auth [success=9 maxtries=die default=ignore] pam_x.so\n"},
	{"two jumps, one of them over it", "auth [success=2 user_unknown=1 default=ignore] pam_x.so\n" DENY FAILED DENY,
	 "auth [success=1 user_unknown=1 default=ignore] pam_x.so\n" DENY DENY},
	{"two lines jump over it", "auth [success=3 default=ignore] pam_x.so\nauth [success=2 default=ignore] pam_y.so\n" FAILED DENY,
	 "auth [success=2 default=ignore] pam_x.so\nauth [success=1 default=ignore] pam_y.so\n" DENY},
	{"an include between them", "auth [success=3 default=ignore] pam_x.so\n@include common-x\n" FAILED DENY,
	 "auth [success=3 default=ignore] pam_x.so\n@include common-x\n" FAILED DENY},
	{"jumps of another phase", "account [success=2 default=ignore] pam_x.so\n" FAILED "account requisite pam_deny.so\naccount required pam_permit.so\n",
	 "account [success=2 default=ignore] pam_x.so\naccount requisite pam_deny.so\naccount required pam_permit.so\n"},
	{"finish of gdm", "auth required pam_fprintd.so\n" FINISH "@include common-account\nsession optional pam_x.so\n",
	 "auth required pam_fprintd.so\n@include common-account\nsession optional pam_x.so\n"},
	{"session", "session required pam_unix.so\nsession\toptional\tpam_mutex.so \n", "session required pam_unix.so\n"},
	{"other options", "password requisite pam_mutex.so debug\n", "password requisite pam_mutex.so debug\n"},
	{"another module", "password requisite xpam_mutex.so\n", "password requisite xpam_mutex.so\n"},
	{"comment", "# password requisite pam_mutex.so\n", "# password requisite pam_mutex.so\n"},
	{"second half of a line", "password required pam_x.so \\\n" MUTEX, "password required pam_x.so \\\n" MUTEX},
	{"no newline at the end", "password requisite pam_mutex.so", ""},
	{"empty", "", ""},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char bytes[512];
		size_t len;

		(void)snprintf(bytes, sizeof bytes, "%s", ROWS[i].text);
		len = apply_cut_bytes(bytes, strlen(bytes));
		if (strcmp(bytes, ROWS[i].left) != 0 || len != strlen(bytes))
			fail_msg("%s: left is\n%s", ROWS[i].name, bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
