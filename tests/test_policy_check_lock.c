/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of conf/policy_check_lock.c and conf/lock_ladder.c: policies and what is told about them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "lock_ladder.h"
#include "policy_sample.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define LOCK "[lock]\n"

#define SERIAL_21 "0123456789abcdefghijk"
#define SERIAL_126 SERIAL_21 SERIAL_21 SERIAL_21 SERIAL_21 SERIAL_21 SERIAL_21

static const struct {
	const char *name, *text;
	size_t errors, warnings;
	const char *told; /* part of the first problem */
} ROWS[] = {
	{"nothing", LOCK, 0, 0, NULL},
	{"the default ladder", LOCK "ladder = \"desktop, locker, console\"\n", 0, 0, NULL},
	{"the end", LOCK "ladder = \"locker, terminate\"\n", 0, 0, NULL},
	{"a rung that is none", LOCK "ladder = \"desktop, lokcer\"\n", 1, 0, "a.conf:2:10: error: \"lokcer\" is no rung"},
	{"the end is not the end", LOCK "ladder = \"terminate, locker\"\n", 1, 0, "write terminate last"},
	{"a rung twice", LOCK "ladder = \"locker, locker\"\n", 1, 0, "once"},
	{"a device", LOCK "on_device_removal = 1050:0407, 1050:0407:A1/b\n", 0, 0, NULL},
	{"a device without a product", LOCK "on_device_removal = 1050\n", 1, 0, "is no USB device"},
	{"a device with capitals", LOCK "on_device_removal = 1050:04AF\n", 1, 0, "is no USB device"},
	{"a device with an empty serial", LOCK "on_device_removal = 1050:0407:\n", 1, 0, "is no USB device"},
	{"a device with five digits", LOCK "on_device_removal = 1050:04071\n", 1, 0, "is no USB device"},
	{"a device, five digits in front", LOCK "on_device_removal = 11050:407\n", 1, 0, "is no USB device"},
	{"a device without its colon", LOCK "on_device_removal = 1050-0407\n", 1, 0, "is no USB device"},
	{"a device, a letter that is no digit", LOCK "on_device_removal = 105g:0407\n", 1, 0, "is no USB device"},
	{"a device with a blank serial", LOCK "on_device_removal = \"1050:0407: \"\n", 1, 0, "is no USB device"},
	{"a device, a blank in its serial", LOCK "on_device_removal = \"1050:0407:A 1\"\n", 1, 0, "is no USB device"},
	{"a device, a Japanese serial", LOCK "on_device_removal = \"1050:0407:鍵\"\n", 1, 0, "is no USB device"},
	{"a device, the last sign there is", LOCK "on_device_removal = \"1050:0407:~!\"\n", 0, 0, NULL},
	{"a device, the longest serial", LOCK "on_device_removal = 1050:0407:" SERIAL_126 "\n", 0, 0, NULL},
	{"a device, a longer serial", LOCK "on_device_removal = 1050:0407:" SERIAL_126 "0\n", 1, 0, "is no USB device"},
	{"two devices that are none", LOCK "on_device_removal = yubikey, 1050:0407, x:y\n", 2, 0, "\"yubikey\""},
	{"services", LOCK "unlock_services = lightdm, xsecurelock, gdm-password\n", 0, 0, NULL},
	{"a service by its path", LOCK "unlock_services = /etc/pam.d/login\n", 1, 0, "is no PAM service"},
	{"the longest service", LOCK "unlock_services = 0123456789012345678901234567890\n", 0, 0, NULL},
	{"a longer service", LOCK "unlock_services = 01234567890123456789012345678901\n", 1, 0, "is no PAM service"},
	{"services that never open", LOCK "unlock_services = lightdm, sudo, sshd\n", 0, 2, "\"sudo\" never opens a lock"},
	{"xtest", LOCK "trusted_virtual_inputs = xtest\n", 0, 1, "keep its session open"},
	{"a reader", LOCK "trusted_virtual_inputs = \"Barcode reader\"\n", 0, 0, NULL},
	{"five minutes", LOCK "after = 5min\n", 0, 0, NULL},
	{"ten minutes", LOCK "after = 10min\n", 0, 1, "after is more than the 5 minutes of clause LK-1"},
	{"five minutes and grace", LOCK "grace = 30s\n", 0, 1, "after and grace together is more than the 5 minutes"},
	{"four minutes and grace", LOCK "after = 4min\ngrace = 30s\n", 0, 0, NULL},
	{"told once, at the later line", LOCK "after = 5min\ngrace = 30s\n", 0, 1, "a.conf:3:"},
	{"told once, the other way round", LOCK "grace = 30s\nafter = 5min\n", 0, 1, "a.conf:3:"},
	{"a longer time for some", "[users @kiosk]\nlock.after = 1h\n", 0, 1, "a.conf:2:"},
	{"a grace for some, on what holds for all", "[lock]\nafter = 5min\n[users @kiosk]\nlock.grace = 10s\n", 0, 1, "a.conf:4:"},
	{"a grace for some, on less time for all", "[lock]\nafter = 2min\n[users @kiosk]\nlock.grace = 2min\n", 0, 0, NULL},
	{"a grace for some, on a default", "[users @kiosk]\nlock.grace = 10s\n", 0, 1, "a.conf:2:"},
	{"a grace for some, with less time", "[users @kiosk]\nlock.grace = 10s\nlock.after = 1min\n", 0, 0, NULL},
	{"quick, with the default countdown", LOCK "after = 10s\n", 0, 0, NULL},
	{"a countdown of half the time", LOCK "after = 60s\nwarn = 30s\n", 0, 0, NULL},
	{"a countdown of more", LOCK "after = 60s\nwarn = 31s\n", 0, 1, "a.conf:3:8: warning: warn is more than half of after"},
	{"no value at all is told once", LOCK "after = soon\n", 1, 0, "is no duration"},
};

static void each_policy_is_told_what_it_should_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct policy_sample s SAMPLE_FREED = {0};

		policy_sample_text(&s, ROWS[i].text);
		if (s.diags.errors != ROWS[i].errors || s.diags.warnings != ROWS[i].warnings ||
		    (ROWS[i].told != NULL && strstr(s.problems, ROWS[i].told) == NULL))
			print_error("%s:\n%s\n", ROWS[i].name, s.problems);
		assert_int_equal(s.diags.errors, ROWS[i].errors);
		assert_int_equal(s.diags.warnings, ROWS[i].warnings);
		if (ROWS[i].told != NULL)
			assert_non_null(strstr(s.problems, ROWS[i].told));
	}
}

static void what_a_later_file_replaces_is_not_judged(void **state)
{
	static const char *const LONGER[] = {"[lock]\nafter = 10min\n", "[lock]\nafter = 5min\n"}, *const SHORTER[] = {"[lock]\nafter = 5min\n", "[lock]\nafter = 10min\n"};
	struct policy_sample s SAMPLE_FREED = {0}, other SAMPLE_FREED = {0};

	(void)state;
	policy_sample_texts(&s, LONGER, 2);
	assert_int_equal(s.diags.warnings, 1);
	assert_non_null(strstr(s.problems, "this replaces lock.after"));
	policy_sample_texts(&other, SHORTER, 2);
	assert_int_equal(other.diags.warnings, 2);
	assert_non_null(strstr(other.problems, "b.conf:2:9: warning: after is more"));
}

/* --- the ladder by itself --- */

static const struct {
	const char *text, *words; /* words: first letters; NULL = refused */
	const char *problem;
} LADDERS[] = {
	{"desktop", "d", NULL},
	{"desktop, locker, console, terminate", "dlct", NULL},
	{"console,locker", "cl", NULL},
	{"\t locker \t,  console ", "lc", NULL},
	{"", NULL, "\"\" is no rung; write desktop, locker, console and terminate, by comma"},
	{"locker,", NULL, "\"\" is no rung"},
	{",locker", NULL, "\"\" is no rung"},
	{"locker,,console", NULL, "\"\" is no rung"},
	{"locker console", NULL, "\"locker console\" is no rung"},
	{"Locker", NULL, "(is locker meant?)"},
	{"lock", NULL, "(is locker meant?)"},
	{"xyzzy", NULL, "\"xyzzy\" is no rung; write desktop, locker, console and terminate, by comma"},
	{"locker\n", NULL, "\\x0a"},
	{"console, console", NULL, "\"console\" stands there twice; write each rung once"},
	{"terminate, desktop", NULL, "\"desktop\" would come after the end of the session; write terminate last"},
};

static void each_ladder_is_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(LADDERS); i++) {
		struct lock_ladder ladder = {.count = 99};
		char problem[256];
		struct text t;
		int r;

		TEXT_INTO(&t, problem);
		r = lock_ladder_parse(LADDERS[i].text, strlen(LADDERS[i].text), &ladder, &t);
		print_message("%s: %s\n", LADDERS[i].text, problem);
		assert_int_equal(r, LADDERS[i].words != NULL ? 0 : -EINVAL);
		assert_int_equal(lock_ladder_parse(LADDERS[i].text, strlen(LADDERS[i].text), &ladder, NULL), r);
		if (r < 0) {
			assert_non_null(strstr(problem, LADDERS[i].problem));
			assert_int_equal(ladder.count, 99);
			continue;
		}
		assert_int_equal(t.len, 0);
		assert_int_equal(ladder.count, strlen(LADDERS[i].words));
		for (size_t k = 0; k < ladder.count; k++)
			assert_int_equal(lock_ladder_word_name(ladder.words[k])[0], LADDERS[i].words[k]);
	}
	assert_string_equal(lock_ladder_word_name(LOCK_LADDER_WORD_MAX), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_policy_is_told_what_it_should_be),
		cmocka_unit_test(what_a_later_file_replaces_is_not_judged),
		cmocka_unit_test(each_ladder_is_read_or_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
