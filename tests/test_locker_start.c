/* SPDX-License-Identifier: BSD-2-Clause */
/* What lockers are started with: names, environments that nobody can slip a line into, the cookie's file. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "locker_start.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define AUTH "/run/mutex/lockers/idlelock-xsecurelock@c2.service.auth"

static const struct environment_row {
	const char *name;
	enum locker_id id;
	struct locker_place place;
	const char *wanted; /* NULL: refused */
} ENVIRONMENTS[] = {
	{"xsecurelock", LOCKER_XSECURELOCK, {"c2", ":0", "", "", AUTH, "alice", 7}, "DISPLAY=:0\nXAUTHORITY=" AUTH "\n"},
	{"i3lock without a cookie", LOCKER_I3LOCK, {"c2", ":12.1", "", "", "", "alice", 7}, "DISPLAY=:12.1\n"},
	{"no display", LOCKER_XSECURELOCK, {"c2", "", "", "", AUTH, "alice", 7}, NULL},
	{"a display elsewhere", LOCKER_XSECURELOCK, {"c2", "evil.example:0", "", "", AUTH, "alice", 7}, NULL},
	{"a display with a line break", LOCKER_XSECURELOCK, {"c2", ":0\nLD_PRELOAD=/tmp/x.so", "", "", AUTH, "alice", 7}, NULL},
	{"a display with a blank", LOCKER_I3LOCK, {"c2", ":0 LD_PRELOAD=/tmp/x.so", "", "", AUTH, "alice", 7}, NULL},
	{"a display that is only a colon", LOCKER_I3LOCK, {"c2", ":", "", "", AUTH, "alice", 7}, NULL},
	{"swaylock", LOCKER_SWAYLOCK, {"c2", "", "wayland-1", "/run/user/1000", "", "alice", 7}, "WAYLAND_DISPLAY=wayland-1\nXDG_RUNTIME_DIR=/run/user/1000\n"},
	{"a socket elsewhere", LOCKER_SWAYLOCK, {"c2", "", "/tmp/wayland-1", "/run/user/1000", "", "alice", 7}, NULL},
	{"a folder with dots", LOCKER_SWAYLOCK, {"c2", "", "wayland-1", "/run/user/../1001", "", "alice", 7}, NULL},
	{"no folder", LOCKER_SWAYLOCK, {"c2", "", "wayland-1", "", "", "alice", 7}, NULL},
	{"a console", LOCKER_CONSOLE, {"c2", "", "", "", "", "alice", 3}, "VT=3\nPERSON=alice\n"},
	{"a console for a name that is not plain", LOCKER_CONSOLE, {"c2", "", "", "", "", "al\nLD_PRELOAD=x", 3}, "VT=3\nPERSON=\n"},
	{"a console without a number", LOCKER_CONSOLE, {"c2", "", "", "", "", "alice", 0}, NULL},
	{"no locker", LOCKER_NONE, {"c2", ":0", "", "", AUTH, "alice", 7}, NULL},
};

static void makes_environments(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ENVIRONMENTS); i++) {
		const struct environment_row *row = &ENVIRONMENTS[i];
		struct locker_environment environment;
		char bytes[512];
		struct text t;
		int r = locker_environment_make(row->id, &row->place, &environment);

		TEXT_INTO(&t, bytes);
		if (r == 0)
			locker_environment_write(&environment, &t);
		if (r != (row->wanted != NULL ? 0 : -EINVAL) || (r == 0 && strcmp(bytes, row->wanted) != 0))
			fail_msg("%s: %d %s", row->name, r, bytes);
	}
}

static void names_units(void **state)
{
	char unit[LOCKER_UNIT_BYTES], object[LOCKER_PATH_BYTES];

	(void)state;
	assert_int_equal(locker_unit_name(LOCKER_XSECURELOCK, "c2", unit), 0);
	assert_string_equal(unit, "idlelock-xsecurelock@c2.service");
	assert_int_equal(locker_unit_object(unit, object), 0);
	assert_string_equal(object, "/org/freedesktop/systemd1/unit/idlelock_2dxsecurelock_40c2_2eservice");
	assert_int_equal(locker_unit_object("2x", object), 0);
	assert_string_equal(object, "/org/freedesktop/systemd1/unit/_32x");
	assert_int_equal(locker_unit_name(LOCKER_XSECURELOCK, "", unit), -EINVAL);
	assert_int_equal(locker_unit_name(LOCKER_XSECURELOCK, "../c2", unit), -EINVAL);
	assert_int_equal(locker_unit_name(LOCKER_XSECURELOCK, "c2@x", unit), -EINVAL);
	assert_int_equal(locker_unit_name(LOCKER_NONE, "c2", unit), -EINVAL);
}

static void writes_an_authority(void **state)
{
	static const unsigned char COOKIE[LOCKER_COOKIE_BYTES] = "0123456789abcdef";
	static const char WANTED[] = "\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10" "0123456789abcdef";
	unsigned char bytes[LOCKER_AUTHORITY_BYTES];

	(void)state;
	locker_authority_write(COOKIE, bytes);
	assert_int_equal(sizeof WANTED - 1, sizeof bytes);
	assert_memory_equal(bytes, WANTED, sizeof bytes);
}

/* Who runs as the user has no unit file, and so needs arguments; absolute, and the program of its row. */
static void has_arguments_where_needed(void **state)
{
	(void)state;
	for (int id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++) {
		const struct locker_row *row = locker_row((enum locker_id)id);
		const char *const *arguments = locker_arguments((enum locker_id)id);

		assert_int_equal(arguments != NULL, row->runs_as == LOCKER_AS_USER);
		if (arguments != NULL)
			assert_string_equal(arguments[0], row->program);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_environments),
		cmocka_unit_test(names_units),
		cmocka_unit_test(writes_an_authority),
		cmocka_unit_test(has_arguments_where_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
