/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/owner_gather.c: the unit in a control group's path, and this process itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "owner_gather.h"

static const struct {
	const char *cgroup, *unit;
} ROWS[] = {
	{"0::/system.slice/system-idlelock\\x2dxsecurelock.slice/idlelock-xsecurelock@c2.service\n", "idlelock-xsecurelock@c2.service"},
	{"0::/system.slice/cron.service\n", "cron.service"},
	{"1:name=systemd:/user.slice\n0::/system.slice/cron.service\n", "cron.service"},
	/* a group that the unit made inside of itself */
	{"0::/system.slice/idlelock-xsecurelock@c2.service/dialogue\n", "idlelock-xsecurelock@c2.service"},
	{"0::/system.slice/theirs.service/idlelock-xsecurelock@c2.service\n", "theirs.service"},
	{"0::/system.slice/theirs.service/x.slice/idlelock-xsecurelock@c2.service\n", "theirs.service"},
	/* where others than the system's manager name things */
	{"0::/user.slice/user-1000.slice/user@1000.service/system.slice/idlelock-xsecurelock@c2.service\n", ""},
	{"0::/user.slice/user-1000.slice/user@1000.service/app.slice/idlelock-xsecurelock@c2.service\n", ""},
	{"0::/system.slice/run-1.scope/idlelock-xsecurelock@c2.service\n", ""},
	{"0::/idlelock-xsecurelock@c2.service\n", ""},
	{"0::/system.slice/a.slice\n", ""},
	{"0::/system.slice/\n", ""},
	{"0::/system.slice/.service\n", ""},
	{"", ""},
	/* too long for the reader */
	{"0::/system.slice/a-name-that-is-longer-than-any-unit-of-ours-can-be-since-sessions-have-short-names-all-over-the-world.service\n", ""},
};

static void units_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char unit[96] = "before";

		owner_gather_unit_of(ROWS[i].cgroup, unit, sizeof unit);
		assert_string_equal(unit, ROWS[i].unit);
	}
}

static void one_self(void **state)
{
	struct proof_owner owner;

	(void)state;
	owner_gather(getpid(), geteuid(), &owner);
	assert_int_equal(owner.pid, getpid());
	assert_int_equal(owner.uid, geteuid());
	assert_true(owner.exe[0] == '/');
	assert_true(owner_gather_start(getpid()) > 0);
	owner_gather(0, 0, &owner);
	assert_int_equal(owner.pid, 0);
	assert_int_equal(owner_gather_start(-1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_are_read),
		cmocka_unit_test(one_self),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
