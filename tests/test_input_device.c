/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/input_device.c: whose hand a device is, and what of its events is activity. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/input.h>
#include <string.h>

#include "input_device.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define S INT64_C(1000000000)
#define USB "/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/0003:046D:C31C.0001/input/input5/event4"
#define UHID "/devices/virtual/misc/uhid/0005:046D:B023.0007/input/input31/event20"
#define UINPUT "/devices/virtual/input/input12/event5"

static const char *const TRUSTED[] = {"xtest", "Barcode reader", NULL};
static const struct word_list LIST = {TRUSTED, 2};
static const struct word_list NOBODY = {TRUSTED, 0};

static const struct {
	const char *name;
	struct input_device_facts facts;
	const struct word_list *trusted;
	enum input_trust wanted;
} DEVICES[] = {
	{"a keyboard", {.sysfs = USB, .name = "Logitech", .has_keys = true}, &LIST, INPUT_HARDWARE},
	{"a mouse", {.sysfs = USB, .name = "Logitech", .has_keys = true, .has_relative = true}, &LIST, INPUT_HARDWARE},
	{"a touch screen", {.sysfs = USB, .name = "ELAN", .has_keys = true}, &LIST, INPUT_HARDWARE},
	{"a sensor", {.sysfs = USB, .name = "lis3lv02d"}, &LIST, INPUT_IGNORED},
	{"a dial", {.sysfs = USB, .name = "dial", .has_relative = true}, &LIST, INPUT_HARDWARE},
	{"a lid", {.sysfs = "/devices/LNXSYSTM:00/LNXSYBUS:00/PNP0C0D:00/input/input0/event0", .name = "Lid Switch", .has_lid = true}, &LIST,
	 INPUT_IGNORED},
	{"a virtual device without keys", {.sysfs = UINPUT, .name = "xtest"}, &LIST, INPUT_IGNORED},
	{"Bluetooth LE by uhid", {.sysfs = UHID, .name = "MX", .has_keys = true}, &LIST, INPUT_HARDWARE},
	{"a program's", {.sysfs = UINPUT, .name = "ydotoold virtual device", .has_keys = true}, &LIST, INPUT_VIRTUAL},
	{"a program's mouse", {.sysfs = UINPUT, .name = "jiggler", .has_relative = true}, &LIST, INPUT_VIRTUAL},
	{"one that is named", {.sysfs = UINPUT, .name = "Barcode reader", .has_keys = true}, &LIST, INPUT_TRUSTED},
	{"one whose name begins so", {.sysfs = UINPUT, .name = "Barcode reader 2", .has_keys = true}, &LIST, INPUT_VIRTUAL},
	{"nobody is named", {.sysfs = UINPUT, .name = "Barcode reader", .has_keys = true}, &NOBODY, INPUT_VIRTUAL},
	{"a remapper's", {.sysfs = UINPUT, .name = "keyd virtual keyboard", .has_keys = true, .a_root_process_grabs = true}, &LIST, INPUT_REMAPPED},
	{"a remapper's that is named", {.sysfs = UINPUT, .name = "Barcode reader", .has_keys = true, .a_root_process_grabs = true}, &LIST, INPUT_TRUSTED},
	{"a grabbed keyboard", {.sysfs = USB, .name = "Logitech", .has_keys = true, .a_root_process_grabs = true}, &LIST, INPUT_HARDWARE},
	{"a path that only looks virtual", {.sysfs = "/devices/pci/virtual/input/input1", .name = "x", .has_keys = true}, &LIST, INPUT_HARDWARE},
};

static void each_device_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(DEVICES); i++) {
		enum input_trust trust = input_device_judge(&DEVICES[i].facts, DEVICES[i].trusted);

		if (trust != DEVICES[i].wanted)
			print_error("%s: %s\n", DEVICES[i].name, input_trust_name(trust));
		assert_int_equal(trust, DEVICES[i].wanted);
	}
}

static void whose_lid_it_is(void **state)
{
	static const struct {
		struct input_device_facts facts;
		bool wanted;
	} rows[] = {
		{{.sysfs = "/devices/LNXSYSTM:00/LNXSYBUS:00/PNP0C0D:00/input/input0/event0", .name = "Lid Switch", .has_lid = true}, true},
		{{.sysfs = "/devices/platform/gpio-keys/input/input2/event2", .name = "gpio-keys", .has_keys = true, .has_lid = true}, true},
		{{.sysfs = USB, .name = "Logitech", .has_keys = true}, false},
		{{.sysfs = UINPUT, .name = "Lid Switch", .has_lid = true}, false},
		{{.sysfs = UINPUT, .name = "Barcode reader", .has_lid = true}, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (input_device_is_lid(&rows[i].facts, &LIST) != rows[i].wanted)
			fail_msg("%s", rows[i].facts.sysfs);
}

/* --- events --- */

static struct input_event event(int64_t at_ns, uint16_t type, uint16_t code, int32_t value)
{
	return (struct input_event){.input_event_sec = at_ns / S, .input_event_usec = at_ns % S / 1000, .type = type, .code = code, .value = value};
}

#define NOW (100 * S)
static const struct {
	const char *name;
	struct { int64_t at_ns; uint16_t type, code; int32_t value; } events[4];
	size_t count;
	struct input_reading wanted;
} READINGS[] = {
	{"nothing", {{0}}, 0, {0}},
	{"a key goes down", {{50 * S, EV_KEY, KEY_A, 1}, {50 * S, EV_SYN, SYN_REPORT, 0}}, 2, {.any = true, .newest_ns = 50 * S}},
	{"a key comes up", {{50 * S, EV_KEY, KEY_A, 0}}, 1, {.any = true, .newest_ns = 50 * S}},
	{"a weight lies on a key", {{50 * S, EV_KEY, KEY_A, 2}, {60 * S, EV_KEY, KEY_A, 2}, {60 * S, EV_MSC, MSC_SCAN, 4}}, 3, {0}},
	{"the pointer moves", {{50 * S, EV_REL, REL_X, 1}, {51 * S, EV_REL, REL_Y, -1}}, 2, {.any = true, .newest_ns = 51 * S, .motion_only = true}},
	{"a finger", {{50 * S, EV_ABS, ABS_X, 1}}, 1, {.any = true, .newest_ns = 50 * S, .motion_only = true}},
	{"motion and a button", {{50 * S, EV_REL, REL_X, 1}, {51 * S, EV_KEY, BTN_LEFT, 1}}, 2, {.any = true, .newest_ns = 51 * S}},
	{"the lid", {{50 * S, EV_SW, SW_LID, 1}}, 1, {0}},
	{"lights and bells", {{50 * S, EV_LED, LED_CAPSL, 1}, {50 * S, EV_SND, SND_BELL, 1}, {50 * S, EV_REP, 0, 1}, {50 * S, EV_FF, 0, 1}}, 4, {0}},
	{"a type nobody knows", {{50 * S, 0x1e, 1, 1}}, 1, {0}},
	{"events were dropped, then some", {{50 * S, EV_SYN, SYN_DROPPED, 0}, {51 * S, EV_KEY, KEY_A, 1}}, 2, {.any = true, .newest_ns = 51 * S, .dropped = true}},
	{"events were dropped, then none", {{50 * S, EV_SYN, SYN_DROPPED, 0}}, 1, {.dropped = true}},
	{"not in order", {{70 * S, EV_KEY, KEY_A, 1}, {51 * S, EV_KEY, KEY_A, 0}}, 2, {.any = true, .newest_ns = 70 * S}},
	{"from the future", {{5000 * S, EV_KEY, KEY_A, 1}}, 1, {.any = true, .newest_ns = NOW}},
	{"microseconds", {{50 * S + 999999000, EV_KEY, KEY_A, 1}}, 1, {.any = true, .newest_ns = 50 * S + 999999000}},
	{"time zero", {{0, EV_KEY, KEY_A, 1}}, 1, {.any = true}},
};

static void each_reading_is_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(READINGS); i++) {
		struct input_event events[4];
		struct input_reading r = {.any = true, .newest_ns = 1, .dropped = true, .motion_only = true};
		const struct input_reading *w = &READINGS[i].wanted;

		for (size_t k = 0; k < READINGS[i].count; k++)
			events[k] = event(READINGS[i].events[k].at_ns, READINGS[i].events[k].type, READINGS[i].events[k].code, READINGS[i].events[k].value);
		assert_int_equal(input_read(events, READINGS[i].count * sizeof events[0], NOW, &r), 0);
		if (r.any != w->any || r.newest_ns != w->newest_ns || r.dropped != w->dropped || r.motion_only != w->motion_only)
			print_error("%s\n", READINGS[i].name);
		assert_int_equal(r.any, w->any);
		assert_int_equal(r.newest_ns, w->newest_ns);
		assert_int_equal(r.dropped, w->dropped);
		assert_int_equal(r.motion_only, w->motion_only);
	}
}

static void parts_of_a_record_are_refused(void **state)
{
	struct input_event e = event(S, EV_KEY, KEY_A, 1);
	struct input_reading r = {.newest_ns = 77};

	(void)state;
	for (size_t len = 1; len < sizeof e; len++)
		assert_int_equal(input_read(&e, len, NOW, &r), -EPROTO);
	assert_int_equal(r.newest_ns, 77);
}

static void odd_times_are_bounded(void **state)
{
	static const struct { int64_t sec, usec, wanted; } TIMES[] = {
		{-1, 0, 0}, {INT64_MIN, INT64_MIN, 0}, {INT64_MAX, 0, NOW}, {0, INT64_MAX / 2000, NOW}, {1, -1, 0}, {0, INT64_MAX, NOW}, {INT64_MAX / S, INT64_MAX / 1000, NOW}, {99, 1999999, NOW}, {99, 999999, 99999999000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(TIMES); i++) {
		struct input_event e = event(0, EV_KEY, KEY_A, 1);
		struct input_reading r;

		e.input_event_sec = TIMES[i].sec;
		e.input_event_usec = TIMES[i].usec;
		assert_int_equal(input_read(&e, sizeof e, NOW, &r), 0);
		assert_int_equal(r.newest_ns, TIMES[i].wanted);
	}
}

static void names_are_there(void **state)
{
	(void)state;
	for (int i = 0; i < INPUT_TRUST_MAX; i++)
		assert_string_not_equal(input_trust_name((enum input_trust)i), "unknown");
	assert_string_equal(input_trust_name(INPUT_VIRTUAL), "virtual");
	assert_string_equal(input_trust_name(INPUT_TRUST_MAX), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_device_is_judged), cmocka_unit_test(whose_lid_it_is),
		cmocka_unit_test(each_reading_is_understood),
		cmocka_unit_test(parts_of_a_record_are_refused),
		cmocka_unit_test(odd_times_are_bounded),
		cmocka_unit_test(names_are_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
