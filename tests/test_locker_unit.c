/* SPDX-License-Identifier: BSD-2-Clause */
/* Which control groups are a screen locker's, and for whom one speaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "locker_unit.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define BOOT "0123abcd-0123-4567-89ab-0123456789ab"
#define ALICE 1000
#define BOB 1001
#define US 990

static const struct cgroup_row {
	const char *name, *bytes, *session; /* NULL: no locker */
	enum locker_unit_kind kind;
} CGROUPS[] = {
	{"xsecurelock of c2", "0::/system.slice/system-idlelock\\x2dxsecurelock.slice/idlelock-xsecurelock@c2.service\n", "c2", LOCKER_UNIT_AS_US},
	{"its slice does not matter", "0::/system.slice/idlelock-xsecurelock@17.service\n", "17", LOCKER_UNIT_AS_US},
	{"i3lock as the user", "0::/system.slice/idlelock-i3lock@3.service\n", "3", LOCKER_UNIT_AS_USER},
	{"a group inside of the unit", "0::/system.slice/idlelock-i3lock@3.service/payload\n", "3", LOCKER_UNIT_AS_USER},
	{"our text console", "0::/system.slice/idlelock-console@3.service\n", "3", LOCKER_UNIT_CONSOLE},
	{"hybrid hierarchies", "12:cpu:/\n1:name=systemd:/init.scope\n0::/system.slice/idlelock-i3lock@3.service\n", "3", LOCKER_UNIT_AS_USER},
	{"a session of the user", "0::/user.slice/user-1000.slice/session-3.scope\n", NULL, LOCKER_UNIT_NONE},
	{"the user's own manager", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/idlelock-xsecurelock@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"the user's own manager, a slice named like the system's",
	 "0::/user.slice/user-1000.slice/user@1000.service/system.slice/idlelock-xsecurelock@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"a group of another unit", "0::/system.slice/cron.service/idlelock-xsecurelock@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"a group of another unit, named like a slice", "0::/system.slice/cron.service/a.slice/idlelock-xsecurelock@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"another hierarchy", "1:name=systemd:/system.slice/idlelock-xsecurelock@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"the X worker", "0::/system.slice/idlelock-x11@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"a locker that nobody knows", "0::/system.slice/idlelock-slock@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"no instance", "0::/system.slice/idlelock-xsecurelock-c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"the daemon", "0::/system.slice/idlelockd.service\n", NULL, LOCKER_UNIT_NONE},
	{"no session", "0::/system.slice/idlelock-xsecurelock@.service\n", NULL, LOCKER_UNIT_NONE},
	{"no locker", "0::/system.slice/idlelock-@c2.service\n", NULL, LOCKER_UNIT_NONE},
	{"a path for a session", "0::/system.slice/idlelock-xsecurelock@..service\n", NULL, LOCKER_UNIT_NONE},
	{"an escaped session", "0::/system.slice/idlelock-xsecurelock@c\\x2d2.service\n", NULL, LOCKER_UNIT_NONE},
	{"a session of 32 bytes", "0::/system.slice/idlelock-xsecurelock@12345678901234567890123456789012.service\n", NULL, LOCKER_UNIT_NONE},
	{"a scope", "0::/system.slice/idlelock-xsecurelock@c2.scope\n", NULL, LOCKER_UNIT_NONE},
	{"cut off", "0::/system.slice/idlelock-xsecurelock@c2.service", NULL, LOCKER_UNIT_NONE},
	{"empty", "", NULL, LOCKER_UNIT_NONE},
};

static void reads_control_groups(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(CGROUPS); i++) {
		const struct cgroup_row *row = &CGROUPS[i];
		struct locker_unit unit;
		bool found = locker_unit_of_cgroup(row->bytes, strlen(row->bytes), &unit);

		if (found != (row->session != NULL) || (found && (strcmp(unit.session, row->session) != 0 || unit.kind != row->kind)))
			fail_msg("%s: %d \"%s\" %d", row->name, found, unit.session, (int)unit.kind);
	}
}

static const struct speaks_row {
	const char *name, *session;
	enum locker_unit_kind kind;
	const char *boot_id;
	uid_t process, us;
	bool wanted;
} SPEAKS[] = {
	{"_idlelock for its session's user", "c2", LOCKER_UNIT_AS_US, BOOT, US, US, true},
	{"the user for himself", "c2", LOCKER_UNIT_AS_USER, BOOT, ALICE, US, true},
	{"another session", "c3", LOCKER_UNIT_AS_US, BOOT, US, US, false},
	{"another boot", "c2", LOCKER_UNIT_AS_US, "fedcabcd-0123-4567-89ab-0123456789ab", US, US, false},
	{"somebody else in _idlelock's unit", "c2", LOCKER_UNIT_AS_US, BOOT, BOB, US, false},
	{"the session's user in _idlelock's unit", "c2", LOCKER_UNIT_AS_US, BOOT, ALICE, US, false},
	{"root in _idlelock's unit", "c2", LOCKER_UNIT_AS_US, BOOT, 0, US, false},
	{"somebody else in the user's unit", "c2", LOCKER_UNIT_AS_USER, BOOT, BOB, US, false},
	{"_idlelock in the user's unit", "c2", LOCKER_UNIT_AS_USER, BOOT, US, US, false},
	{"root on our text console", "c2", LOCKER_UNIT_CONSOLE, BOOT, 0, US, true},
	{"somebody else on our text console", "c2", LOCKER_UNIT_CONSOLE, BOOT, BOB, US, false},
	{"no kind", "c2", LOCKER_UNIT_NONE, BOOT, US, US, false},
	{"no such account", "c2", LOCKER_UNIT_AS_US, BOOT, (uid_t)-1, (uid_t)-1, false},
};

static void speaks_for_its_session_alone(void **state)
{
	const struct session_facts facts = {.session = "c2", .boot_id = BOOT, .uid = ALICE};

	(void)state;
	for (size_t i = 0; i < COUNT(SPEAKS); i++) {
		const struct speaks_row *row = &SPEAKS[i];
		struct locker_unit unit = {.kind = row->kind};

		(void)snprintf(unit.session, sizeof unit.session, "%s", row->session);
		if (locker_unit_speaks_for(&unit, &facts, row->boot_id, row->process, row->us) != row->wanted)
			fail_msg("%s", row->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_control_groups),
		cmocka_unit_test(speaks_for_its_session_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
