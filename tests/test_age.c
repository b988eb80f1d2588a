/* SPDX-License-Identifier: BSD-2-Clause */
/* The age of a password: due, soon, fine or unknown, at every edge; lock marks of shadow(5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "age.h"
#include "keyword.h"

#define HASH "$y$j9T$abcdefgh$0123456789012345678901234567890123456789012"
#define TODAY 20000
#define NOON (TODAY * DAY_S + DAY_S / 2)

static const struct {
	const char *name;
	const char *hash;
	int64_t changed_day, max_days; /* shadow */
	int64_t max_age_s, warn_age_s; /* policy */
	enum age_standing standing;
	int64_t number; /* days left when soon, age when due or fine */
	bool demanded;
	enum shadow_standing shadow;
} rows[] = {
	{"no rule", HASH, TODAY - 999, -1, 0, 7 * DAY_S, AGE_UNKNOWN, 0, false, SHADOW_FOUND},
	{"changed today", HASH, TODAY, -1, 90 * DAY_S, 7 * DAY_S, AGE_FINE, 0, false, SHADOW_FOUND},
	{"a day before the reminder", HASH, TODAY - 82, -1, 90 * DAY_S, 7 * DAY_S, AGE_FINE, 82, false, SHADOW_FOUND},
	{"first reminder", HASH, TODAY - 83, -1, 90 * DAY_S, 7 * DAY_S, AGE_SOON, 7, false, SHADOW_FOUND},
	{"last reminder", HASH, TODAY - 89, -1, 90 * DAY_S, 7 * DAY_S, AGE_SOON, 1, false, SHADOW_FOUND},
	{"no reminders", HASH, TODAY - 89, -1, 90 * DAY_S, 0, AGE_FINE, 89, false, SHADOW_FOUND},
	{"due", HASH, TODAY - 90, -1, 90 * DAY_S, 7 * DAY_S, AGE_DUE, 90, true, SHADOW_FOUND},
	{"long due", HASH, TODAY - 900, -1, 90 * DAY_S, 7 * DAY_S, AGE_DUE, 900, true, SHADOW_FOUND},
	{"due after part of a day counts a whole one", HASH, TODAY - 1, -1, 3600, 0, AGE_DUE, 1, true, SHADOW_FOUND},
	{"not due on the day of the change", HASH, TODAY, -1, 3600, 0, AGE_FINE, 0, false, SHADOW_FOUND},
	{"changed in the future", HASH, TODAY + 5, -1, 90 * DAY_S, 7 * DAY_S, AGE_FINE, 0, false, SHADOW_FOUND},
	{"date unknown", HASH, -1, -1, 90 * DAY_S, 7 * DAY_S, AGE_UNKNOWN, 0, false, SHADOW_FOUND},
	{"shadow demands it: pam_unix's matter", HASH, 0, -1, 90 * DAY_S, 7 * DAY_S, AGE_UNKNOWN, 0, true, SHADOW_FOUND},
	{"shadow's own maximum passed", HASH, TODAY - 31, 30, 0, 0, AGE_UNKNOWN, 0, true, SHADOW_FOUND},
	{"shadow's own maximum reached", HASH, TODAY - 30, 30, 0, 0, AGE_UNKNOWN, 0, false, SHADOW_FOUND},
	{"shadow's never", HASH, 1, 99999, 0, 0, AGE_UNKNOWN, 0, false, SHADOW_FOUND},
	{"locked", "!" HASH, TODAY - 900, -1, 90 * DAY_S, 0, AGE_UNKNOWN, 0, false, SHADOW_FOUND},
	{"no password", "*", TODAY - 900, -1, 90 * DAY_S, 0, AGE_UNKNOWN, 0, false, SHADOW_FOUND},
	{"empty password", "", TODAY - 900, -1, 90 * DAY_S, 0, AGE_UNKNOWN, 0, false, SHADOW_FOUND},
	{"no entry", "", -1, -1, 90 * DAY_S, 0, AGE_UNKNOWN, 0, false, SHADOW_ABSENT},
	{"unreadable", "", -1, -1, 90 * DAY_S, 0, AGE_UNKNOWN, 0, false, SHADOW_UNREADABLE},
	{"unreadable, not demanded", HASH, 0, -1, 90 * DAY_S, 0, AGE_UNKNOWN, 0, false, SHADOW_UNREADABLE},
};

static void judges_every_edge(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct shadow_facts shadow = {.standing = rows[i].shadow, .changed_day = rows[i].changed_day, .max_days = rows[i].max_days};
		struct settings settings = {.password_max_age = rows[i].max_age_s, .password_warn_age = rows[i].warn_age_s};
		struct age age;

		strcpy(shadow.hash, rows[i].hash);
		age = age_judge(&shadow, &settings, NOON);
		if (age.standing != rows[i].standing)
			fail_msg("%s: standing %d", rows[i].name, (int)age.standing);
		if ((age.standing == AGE_SOON ? age.days_left : age.age_days) != rows[i].number)
			fail_msg("%s: age %d, left %d", rows[i].name, (int)age.age_days, (int)age.days_left);
		if (age_change_demanded(&shadow, &settings, NOON) != rows[i].demanded)
			fail_msg("%s: demanded is wrong", rows[i].name);
	}
}

static const struct {
	const char *field, *hash;
	bool usable;
} hashes[] = {
	{"", NULL, false},
	{"!", NULL, false},
	{"!!", NULL, false},
	{"*", NULL, false},
	{"!*", NULL, false},
	{"*LK*", NULL, false},
	{"*LOCKED*0123456789", NULL, false},
	{"x", NULL, false},
	{HASH, HASH, true},
	{"!" HASH, HASH, false},
	{"!!" HASH, HASH, false},
	{"abJnggxhB/yWI", "abJnggxhB/yWI", true},
};

static void strips_lock_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		const char *hash = shadow_hash(hashes[i].field);

		if ((hash == NULL) != (hashes[i].hash == NULL) || (hash != NULL && strcmp(hash, hashes[i].hash) != 0))
			fail_msg("\"%s\" gives \"%s\"", hashes[i].field, hash != NULL ? hash : "(none)");
		if (shadow_usable(hashes[i].field) != hashes[i].usable)
			fail_msg("\"%s\": usable is wrong", hashes[i].field);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_every_edge),
		cmocka_unit_test(strips_lock_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
