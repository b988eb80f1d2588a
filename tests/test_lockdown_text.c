/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that agree with [lock]: what they hold, that making them again changes nothing, and that others' parts stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lockdown_text.h"
#include "policy_sample.h"

static const struct lockdown_wish five = {.on = true, .after_s = 300, .grace_s = 0, .on_suspend = true, .guard = true};
static const struct lockdown_wish none = {0};

static void make(enum lockdown_file file, const struct lockdown_wish *wish, const char *now, char *bytes, size_t size)
{
	struct text t;

	text_init(&t, bytes, size);
	assert_int_equal(lockdown_make(file, wish, now, now != NULL ? strlen(now) : 0, &t), 0);
}

/* What we find there is what we would write, and without a wish nothing of it is left. */
static void every_file_settles(void **state)
{
	static char once[LOCKDOWN_BYTES_MAX], twice[LOCKDOWN_BYTES_MAX], gone[LOCKDOWN_BYTES_MAX];

	(void)state;
	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++) {
		enum lockdown_file file = (enum lockdown_file)i;

		if (lockdown_way(file) == LOCKDOWN_COMPILED)
			continue;
		print_message("%s\n", lockdown_path(file));
		make(file, &five, NULL, once, sizeof once);
		assert_true(strlen(once) > 20);
		assert_true(lockdown_is_ours(once, strlen(once)));
		make(file, &five, once, twice, sizeof twice);
		assert_string_equal(once, twice);
		make(file, &none, once, gone, sizeof gone);
		assert_string_equal(gone, "");
		make(file, &none, NULL, gone, sizeof gone);
		assert_string_equal(gone, "");
	}
}

/* The rules of polkit: which names are in them, and when they are there at all. tests/bed/rows_guard_self.sh asks polkitd. */
static void the_guard_names_administrators(void **state)
{
	static const char *const admins[] = {"@itadmin", "carol", "@x\"y"}, *const units[] = {"auditd.service"};
	const struct lockdown_wish wish = {.guard = true, .admins = {.words = admins, .count = 3}, .units = {.words = units, .count = 1}};
	const struct lockdown_wish lock_only = {.on = true, .after_s = 300}, anybody = {.guard = true};
	char bytes[LOCKDOWN_BYTES_MAX];

	(void)state;
	make(LOCKDOWN_GUARD, &wish, NULL, bytes, sizeof bytes);
	assert_non_null(strstr(bytes, "var mutexUnits = [\"auditd.service\"];\nvar mutexGroups = [\"itadmin\", \"x\\\"y\"];\nvar mutexUsers = [\"carol\"];\n"));
	assert_non_null(strstr(bytes, "addAdminRule"));
	make(LOCKDOWN_GUARD, &anybody, NULL, bytes, sizeof bytes);
	assert_non_null(strstr(bytes, "var mutexUnits = [];\nvar mutexGroups = [];\nvar mutexUsers = [];\n"));
	assert_null(strstr(bytes, "addAdminRule")); /* Debian's own holds */
	make(LOCKDOWN_GUARD, &lock_only, bytes, bytes, sizeof bytes);
	assert_string_equal(bytes, "");
	make(LOCKDOWN_LOGIND, &anybody, NULL, bytes, sizeof bytes);
	assert_string_equal(bytes, "");
}

static void values_follow_the_policy(void **state)
{
	static const struct {
		const char *name;
		enum lockdown_file file;
		struct lockdown_wish wish;
		const char *has, *lacks;
	} ROWS[] = {
		{"seconds", LOCKDOWN_DCONF_VALUES, {true, 300, 0, true}, "[org/gnome/desktop/session]\nidle-delay=uint32 300\n", NULL},
		{"minutes are signed", LOCKDOWN_DCONF_VALUES, {true, 300, 0, true}, "[org/mate/desktop/session]\nidle-delay=5\n", NULL},
		{"minutes are rounded up", LOCKDOWN_DCONF_VALUES, {true, 301, 0, true}, "[org/mate/desktop/session]\nidle-delay=6\n", NULL},
		{"at least one", LOCKDOWN_DCONF_VALUES, {true, 5, 0, true}, "[org/mate/desktop/session]\nidle-delay=1\n", NULL},
		{"grace", LOCKDOWN_DCONF_VALUES, {true, 300, 45, true}, "lock-delay=uint32 45\n", NULL},
		{"grace is not rounded up", LOCKDOWN_DCONF_VALUES, {true, 300, 119, true}, "lock-delay=1\n", "lock-delay=2"},
		{"sleep", LOCKDOWN_DCONF_VALUES, {true, 300, 0, true}, "lock-on-suspend=true\n", NULL},
		{"no sleep", LOCKDOWN_DCONF_VALUES, {true, 300, 0, false}, "idle-delay", "lock-on-suspend"},
		{"no sleep, no lock of it", LOCKDOWN_DCONF_LOCKS, {true, 300, 0, false}, "idle-delay", "lock-on-suspend"},
		{"locks", LOCKDOWN_DCONF_LOCKS, {true, 300, 0, true}, "\n/org/cinnamon/desktop/session/idle-delay\n", NULL},
		{"Plasma", LOCKDOWN_KDE, {true, 301, 7, true}, "Timeout=6\nLockGrace=7\n", NULL},
		{"Plasma and sleep", LOCKDOWN_KDE, {true, 300, 0, false}, "LockOnResume=false\n", NULL},
		{"XFCE", LOCKDOWN_XFCE_SAVER, {true, 300, 0, true}, "type=\"int\" value=\"5\" locked=\"*\"", NULL},
		{"XFCE and sleep", LOCKDOWN_XFCE_SAVER, {true, 300, 0, false}, "saver-activation", "sleep-activation"},
		{"nobody unlocks his session", LOCKDOWN_DBUS, {true, 300, 0, true},
		 "<policy context=\"default\">\n    <deny send_destination=\"org.freedesktop.login1\"", "<policy context=\"default\">\n    <allow"},
		{"by none of the three ways", LOCKDOWN_DBUS, {true, 300, 0, true},
		 "send_member=\"Unlock\"/>\n  </policy>\n  <policy user=\"root\">\n    <allow", "<policy user=\"root\">\n    <deny"},
		{"our services are root's alone", LOCKDOWN_POLKIT, {true, 300, 0, true},
		 "manage-units\" && unit && /^(idlelock|mutex-)/.test(unit))\n\t\treturn polkit.Result.NO;\n", "polkit.Result.YES"},
		{"others' sessions want an administrator", LOCKDOWN_POLKIT, {true, 300, 0, true},
		 "others.indexOf(action.id) >= 0)\n\t\treturn polkit.Result.AUTH_ADMIN;\n", "AUTH_ADMIN_KEEP"},
		{"XFCE's power", LOCKDOWN_XFCE_POWER, {true, 300, 0, false}, "presentation-mode", "lock-screen-suspend"},
	};
	static char bytes[LOCKDOWN_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		make(ROWS[i].file, &ROWS[i].wish, NULL, bytes, sizeof bytes);
		assert_non_null(strstr(bytes, ROWS[i].has));
		if (ROWS[i].lacks != NULL)
			assert_null(strstr(bytes, ROWS[i].lacks));
	}
}

#define PLASMA_HEAD "[Daemon][$i]\n# Written"

static void others_parts_stay(void **state)
{
	static const struct {
		const char *name;
		enum lockdown_file file;
		const char *now, *before, *after; /* what stands before and after our part; our part's own text is not compared */
	} ROWS[] = {
		{"profile, nothing there", LOCKDOWN_DCONF_PROFILE, "", "# Written by mutexctl apply.\nuser-db:user\n", "system-db:mutex\n"},
		{"profile of another", LOCKDOWN_DCONF_PROFILE, "user-db:user\nsystem-db:site\n", "user-db:user\nsystem-db:site\n", "system-db:mutex\n"},
		{"without a newline", LOCKDOWN_DCONF_PROFILE, "user-db:user", "user-db:user\n", "system-db:mutex\n"},
		{"ours comes last", LOCKDOWN_DCONF_PROFILE, "user-db:user\n  system-db:mutex # x\nsystem-db:site\n", "user-db:user\nsystem-db:site\n",
		 "system-db:mutex\n"},
		{"one that looks like ours", LOCKDOWN_DCONF_PROFILE, "user-db:user\nsystem-db:mutexes\n", "user-db:user\nsystem-db:mutexes\n",
		 "system-db:mutex\n"},
		{"Plasma, other groups", LOCKDOWN_KDE, "[Greeter]\nTheme=x\n", "[Greeter]\nTheme=x\n", PLASMA_HEAD},
		{"Plasma, its own group", LOCKDOWN_KDE, "[Daemon]\nTimeout=60\nAutolock=false\n[Greeter]\nTheme=x\n[Daemon]\nLock=false\n",
		 "[Greeter]\nTheme=x\n", PLASMA_HEAD},
		{"Plasma, groups of that name", LOCKDOWN_KDE, "[Daemon][Sub]\na=1\n[Greeter][Daemon]\nb=1", "[Greeter][Daemon]\nb=1\n", PLASMA_HEAD},
	};
	static char bytes[LOCKDOWN_BYTES_MAX], want[4096];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		make(ROWS[i].file, &five, ROWS[i].now, bytes, sizeof bytes);
		(void)snprintf(want, sizeof want, "%s%s", ROWS[i].before, ROWS[i].after);
		assert_int_equal(strncmp(bytes, want, strlen(want)), 0);
	}
}

static void the_wish_is_the_longest(void **state)
{
	static const struct {
		const char *name, *files[2];
		struct lockdown_wish want;
	} ROWS[] = {
		{"defaults", {""}, {true, 300, 0, true}},
		{"general", {"[lock]\nafter = 2min\ngrace = 5s\non_suspend = no\n"}, {true, 120, 5, false}},
		{"one person has more", {"[lock]\nafter = 2min\n[users alice]\nlock.after = 4min\n"}, {true, 240, 0, true}},
		{"one person has less", {"[lock]\nafter = 2min\n[users alice]\nlock.after = 1min\n"}, {true, 120, 0, true}},
		{"a line that does not count", {"[users alice]\nlock.after = 20min\n", "[users alice]\nlock.after = 1min\n"}, {true, 300, 0, true}},
		{"observe", {"[lock]\nmode = observe\nobserve_until = 2999-01-01\n"}, {false, 0, 0, false}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;
		struct lockdown_wish got;

		print_message("%s\n", ROWS[i].name);
		policy_sample_texts(&sample, ROWS[i].files, ROWS[i].files[1] != NULL ? 2 : 1);
		assert_int_equal(sample.result, 0);
		got = lockdown_wish_of(&sample.policy);
		assert_int_equal(got.on, ROWS[i].want.on);
		assert_int_equal(got.after_s, ROWS[i].want.after_s);
		assert_int_equal(got.grace_s, ROWS[i].want.grace_s);
		assert_int_equal(got.on_suspend, ROWS[i].want.on_suspend);
	}
}

static void what_does_not_fit_is_an_error(void **state)
{
	char small[40];
	struct text t;

	(void)state;
	TEXT_INTO(&t, small);
	assert_true(lockdown_make(LOCKDOWN_DCONF_VALUES, &five, NULL, 0, &t) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_settles), cmocka_unit_test(the_guard_names_administrators), cmocka_unit_test(values_follow_the_policy), cmocka_unit_test(others_parts_stay),
		cmocka_unit_test(the_wish_is_the_longest), cmocka_unit_test(what_does_not_fit_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
