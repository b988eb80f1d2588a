/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/input_gather.c and of what it stands on (input_node_gather.c, lid_gather.c): devices that come and go, remappers, programs'
 * devices, lids, keys that are pulled. libudev and the kernel's evdev are played here: a node is a pipe. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "input_gather.h"
#include "input_remapper_gather.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MS INT64_C(1000000)
#define S (1000 * MS)

enum { KEYS = 1, BUTTONS = 2, MOVES = 4, AXES = 8, LID = 16, ACCELEROMETER = 32, POWER = 64 };

struct udev_device {
	const char *syspath, *node, *name, *subsystem, *sysname, *seat, *usb_vendor, *usb_model, *usb_serial;
	unsigned has;
	struct udev_device *parent;
	bool there, grabbed, by_remapper, lid_is_closed;
	const char *action;
	int ends[2]; /* the kernel writes to the second */
};

#define HARDWARE "/sys/devices/pci0000:00/usb1/1-1/input/"
#define UINPUT "/sys/devices/virtual/input/"

enum { KEYBOARD, MOUSE, SENSOR, SHAKEN, CASE, LAPTOP, JIGGLER, REMAPPER, OTHER_SEAT, TOKEN, DEVICES };
static struct udev_device parents[DEVICES], devices[DEVICES];

static const struct udev_device FRESH[DEVICES] = {
	[KEYBOARD] = {.syspath = HARDWARE "input1/event1", .node = "/dev/input/event1", .name = "keyboard", .subsystem = "input", .has = KEYS},
	[MOUSE] = {.syspath = HARDWARE "input2/event2", .node = "/dev/input/event2", .name = "mouse", .subsystem = "input", .has = BUTTONS | MOVES},
	[SENSOR] = {.syspath = HARDWARE "input3/event3", .node = "/dev/input/event3", .name = "lis3lv02d", .subsystem = "input", .has = AXES},
	[SHAKEN] = {.syspath = HARDWARE "input4/event4", .node = "/dev/input/event4", .name = "motion", .subsystem = "input",
		    .has = AXES | MOVES | BUTTONS | ACCELEROMETER},
	[CASE] = {.syspath = HARDWARE "input5/event5", .node = "/dev/input/event5", .name = "Power Button", .subsystem = "input", .has = POWER},
	[LAPTOP] = {.syspath = HARDWARE "input6/event6", .node = "/dev/input/event6", .name = "Lid Switch", .subsystem = "input", .has = LID},
	[JIGGLER] = {.syspath = UINPUT "input7/event7", .node = "/dev/input/event7", .name = "jiggler", .subsystem = "input", .has = MOVES | KEYS | LID},
	[REMAPPER] = {.syspath = UINPUT "input8/event8", .node = "/dev/input/event8", .name = "keyd", .subsystem = "input", .has = KEYS},
	[OTHER_SEAT] = {.syspath = HARDWARE "input9/event9", .node = "/dev/input/event9", .name = "keyboard", .subsystem = "input", .has = KEYS,
			.seat = "seat1"},
	[TOKEN] = {.syspath = "/sys/devices/usb1/1-2", .subsystem = "usb", .usb_vendor = "1050", .usb_model = "0407", .usb_serial = "ABC"},
};

static struct {
	int monitor[2];            /* one byte for each piece of news */
	struct udev_device *news[8];
	size_t news_count;
	int grabs;                 /* of what nobody held */
} bed;

static struct udev_device *device_of(int fd)
{
	struct stat a, b;

	for (size_t i = 0; i < DEVICES; i++)
		if (devices[i].ends[0] > 0 && fstat(fd, &a) == 0 && fstat(devices[i].ends[0], &b) == 0 && a.st_ino == b.st_ino)
			return &devices[i];
	return NULL;
}

/* --- libudev --- */

struct udev *udev_new(void) { return (struct udev *)&bed; }
struct udev *udev_unref(struct udev *udev) { (void)udev; return NULL; }
struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *name) { (void)udev; (void)name; return (struct udev_monitor *)&bed; }
struct udev_monitor *udev_monitor_unref(struct udev_monitor *monitor) { (void)monitor; return NULL; }
int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *monitor, const char *subsystem, const char *type)
{
	(void)monitor; (void)subsystem; (void)type;
	return 0;
}
int udev_monitor_enable_receiving(struct udev_monitor *monitor) { (void)monitor; return 0; }
int udev_monitor_get_fd(struct udev_monitor *monitor) { (void)monitor; return bed.monitor[0]; }
struct udev_device *udev_monitor_receive_device(struct udev_monitor *monitor)
{
	struct udev_device *first = bed.news[0];
	char byte;

	(void)monitor;
	if (bed.news_count == 0)
		return NULL;
	assert_int_equal(read(bed.monitor[0], &byte, 1), 1);
	memmove(&bed.news[0], &bed.news[1], --bed.news_count * sizeof bed.news[0]);
	return first;
}
struct udev_enumerate *udev_enumerate_new(struct udev *udev) { return (struct udev_enumerate *)udev; }
struct udev_enumerate *udev_enumerate_unref(struct udev_enumerate *list) { (void)list; return NULL; }
int udev_enumerate_add_match_subsystem(struct udev_enumerate *list, const char *subsystem) { (void)list; (void)subsystem; return 0; }
int udev_enumerate_scan_devices(struct udev_enumerate *list) { (void)list; return 0; }
static struct udev_list_entry *entry_from(struct udev_device *at)
{
	while (at < devices + DEVICES && !at->there)
		at++;
	return at < devices + DEVICES ? (struct udev_list_entry *)at : NULL;
}
struct udev_list_entry *udev_enumerate_get_list_entry(struct udev_enumerate *list) { (void)list; return entry_from(devices); }
struct udev_list_entry *udev_list_entry_get_next(struct udev_list_entry *entry) { return entry_from((struct udev_device *)entry + 1); }
const char *udev_list_entry_get_name(struct udev_list_entry *entry) { return ((struct udev_device *)entry)->syspath; }
struct udev_device *udev_device_new_from_syspath(struct udev *udev, const char *path)
{
	(void)udev;
	for (size_t i = 0; i < DEVICES; i++)
		if (devices[i].there && strcmp(devices[i].syspath, path) == 0)
			return &devices[i];
	return NULL;
}
struct udev_device *udev_device_unref(struct udev_device *device) { (void)device; return NULL; }
struct udev_device *udev_device_get_parent(struct udev_device *device) { return device->parent; }
const char *udev_device_get_syspath(struct udev_device *device) { return device->syspath; }
const char *udev_device_get_devnode(struct udev_device *device) { return device->node; }
const char *udev_device_get_sysname(struct udev_device *device) { return device->sysname; }
const char *udev_device_get_subsystem(struct udev_device *device) { return device->subsystem; }
const char *udev_device_get_action(struct udev_device *device) { return device->action; }
const char *udev_device_get_property_value(struct udev_device *device, const char *key)
{
	/* what is unplugged has lost its properties */
	bool gone = device->action != NULL && strcmp(device->action, "remove") == 0;
	const struct {
		const char *key, *value;
	} rows[] = {{"ID_SEAT", device->seat}, {"ID_VENDOR_ID", device->usb_vendor}, {"ID_MODEL_ID", device->usb_model}, {"ID_SERIAL_SHORT", device->usb_serial}};

	for (size_t i = 0; i < COUNT(rows) && !gone; i++)
		if (strcmp(rows[i].key, key) == 0)
			return rows[i].value;
	return NULL;
}

/* --- the kernel --- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
bool __wrap_input_remapper_made(const char *sysname, input_held held, void *data);

static struct udev_device *at_node(const char *path)
{
	for (size_t i = 0; i < DEVICES; i++)
		if (devices[i].there && devices[i].node != NULL && strcmp(devices[i].node, path) == 0)
			return &devices[i];
	return NULL;
}
int __wrap_open(const char *path, int flags, ...)
{
	const struct udev_device *device = at_node(path);

	if (device == NULL && strncmp(path, "/dev/input/", strlen("/dev/input/")) == 0) {
		errno = ENODEV;
		return -1;
	}
	return device != NULL ? dup(device->ends[0]) : __real_open(path, flags);
}
static void set_bit(unsigned char *bits, unsigned bit)
{
	bits[bit / 8] |= (unsigned char)(1 << (bit % 8));
}
static void describe(const struct udev_device *d, unsigned kind, unsigned char *bits)
{
	static const struct {
		unsigned has, kind, code;
	} rows[] = {{KEYS, EV_KEY, KEY_A}, {POWER, EV_KEY, KEY_POWER}, {BUTTONS, EV_KEY, BTN_LEFT}, {MOVES, EV_REL, REL_X}, {AXES, EV_ABS, ABS_X}, {LID, EV_SW, SW_LID}};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (d->has & rows[i].has && (kind == 0 || kind == rows[i].kind))
			set_bit(bits, kind == 0 ? rows[i].kind : rows[i].code);
}
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	const struct udev_device *d = device_of(fd);
	unsigned number = _IOC_NR(request);
	va_list list;
	void *to;

	va_start(list, request);
	to = va_arg(list, void *);
	va_end(list);
	if (d == NULL || _IOC_TYPE(request) != 'E' || !d->there) {
		errno = ENODEV;
		return -1;
	}
	if (request == (unsigned long)EVIOCGRAB && d->grabbed) {
		errno = EBUSY;
		return -1;
	}
	bed.grabs += request == (unsigned long)EVIOCGRAB && to != NULL;
	if (number >= 0x20 && number < 0x40 && _IOC_DIR(request) == _IOC_READ)
		describe(d, number - 0x20, to);
	else if (number == _IOC_NR(EVIOCGNAME(0)))
		(void)strncpy(to, d->name, _IOC_SIZE(request));
	else if (number == _IOC_NR(EVIOCGPROP(0)) && d->has & ACCELEROMETER)
		set_bit(to, INPUT_PROP_ACCELEROMETER);
	else if (number == _IOC_NR(EVIOCGSW(0)) && d->lid_is_closed)
		set_bit(to, SW_LID);
	return 0;
}
bool __wrap_input_remapper_made(const char *sysname, input_held held, void *data)
{
	return strcmp(sysname, "input8") == 0 && held(devices[KEYBOARD].node, data);
}

static void happens(struct udev_device *d, int64_t at_ns, uint16_t type, uint16_t code, int32_t value)
{
	const struct input_event event = {.input_event_sec = at_ns / S, .input_event_usec = at_ns % S / 1000, .type = type, .code = code, .value = value};

	assert_int_equal(write(d->ends[1], &event, sizeof event), sizeof event);
}
static void tell(struct udev_device *d, const char *action)
{
	d->action = action;
	d->there = strcmp(action, "remove") != 0;
	bed.news[bed.news_count++] = d;
	assert_int_equal(write(bed.monitor[1], "", 1), 1);
}

/* --- the bed --- */

struct seen {
	struct loop *loop;
	struct input *input;
	char words[256];
	int64_t used_ns;
};

static void say(struct seen *seen, const char *what, const char *which)
{
	(void)strncat(seen->words, what, sizeof seen->words - strlen(seen->words) - 1);
	(void)strncat(seen->words, which, sizeof seen->words - strlen(seen->words) - 1);
	(void)strncat(seen->words, ";", sizeof seen->words - strlen(seen->words) - 1);
}
static void on_used(const char *seat, int64_t at_ns, void *data)
{
	((struct seen *)data)->used_ns = at_ns;
	say(data, "used ", seat);
}
static void on_pulled(const char *usb, void *data) { say(data, "pulled ", usb); }
static void on_lid_closed(const char *seat, void *data) { say(data, "closed ", seat); }
static void on_faked(const char *seat, const char *device, void *data)
{
	(void)seat;
	say(data, "faked ", device);
}

static const char *const TRUSTED[] = {"xtest", NULL};
static const struct word_list LIST = {TRUSTED, 1};

static void begin(struct seen *seen)
{
	const struct input_hooks hooks = {.used = on_used, .pulled = on_pulled, .lid_closed = on_lid_closed, .faked = on_faked, .data = seen};

	*seen = (struct seen){.loop = loop_new()};
	assert_non_null(seen->loop);
	assert_int_equal(input_open(seen->loop, &hooks, &LIST, &seen->input), 0);
}
static void end(struct seen *seen)
{
	input_close(seen->input);
	loop_free(seen->loop);
}

static void stop(int64_t now_ns, void *data)
{
	(void)now_ns;
	loop_stop(data);
}
/* Everything that is ready is done. */
static void turn(struct seen *seen)
{
	assert_int_equal(loop_at(seen->loop, clock_monotonic_ns() + 20 * MS, 0, stop, seen->loop), 0);
	assert_int_equal(loop_run(seen->loop), 0);
}

static int64_t now(void) { return clock_monotonic_ns(); }

static int make(void **state)
{
	(void)state;
	memset(&bed, 0, sizeof bed);
	memcpy(devices, FRESH, sizeof devices);
	if (pipe2(bed.monitor, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	for (size_t i = 0; i < DEVICES; i++) {
		static const char *const NAMES[] = {"input1", "input2", "input3", "input4", "input5", "input6", "input7", "input8", "input9", "1-2"};

		parents[i] = (struct udev_device){.syspath = "/sys/devices/x", .sysname = NAMES[i], .seat = devices[i].seat};
		devices[i].seat = NULL; /* it stands on what the node hangs on */
		devices[i].parent = &parents[i];
		if (devices[i].node != NULL && pipe2(devices[i].ends, O_CLOEXEC | O_NONBLOCK) < 0)
			return -1;
	}
	return 0;
}
static int unmake(void **state)
{
	(void)state;
	for (size_t i = 0; i < DEVICES; i++)
		for (size_t k = 0; k < 2; k++)
			if (devices[i].ends[k] > 0)
				(void)close(devices[i].ends[k]);
	return close(bed.monitor[0]) | close(bed.monitor[1]);
}

static void put(unsigned device) { devices[device].there = true; }

/* --- stories --- */

static void hands_and_what_is_none(void **state)
{
	static const struct {
		unsigned device;
		uint16_t type, code;
		bool counts;
	} rows[] = {{KEYBOARD, EV_KEY, KEY_A, true}, {MOUSE, EV_REL, REL_X, true},     {SENSOR, EV_ABS, ABS_X, false}, {SHAKEN, EV_ABS, ABS_X, false},
		    {SHAKEN, EV_REL, REL_X, false},  {CASE, EV_KEY, KEY_POWER, false}, {LAPTOP, EV_SW, SW_LID, false}, {JIGGLER, EV_REL, REL_X, false},
		    {OTHER_SEAT, EV_KEY, KEY_A, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct seen seen;
		int64_t at_ns = now() - S;

		assert_int_equal(make(NULL), 0);
		put(KEYBOARD);
		put(rows[i].device);
		begin(&seen);
		assert_int_equal(input_last(seen.input, "seat0", now()), 0);
		happens(&devices[rows[i].device], at_ns, rows[i].type, rows[i].code, 1);
		print_message("%s, type %u\n", devices[rows[i].device].name, rows[i].type);
		assert_int_equal(input_last(seen.input, "seat0", now()), rows[i].counts ? at_ns / 1000 * 1000 : 0);
		assert_int_equal(input_last(seen.input, "seat1", now()), rows[i].device == OTHER_SEAT ? at_ns / 1000 * 1000 : 0);
		end(&seen);
		assert_int_equal(unmake(NULL), 0);
	}
}

static void devices_come_and_go(void **state)
{
	struct seen seen;

	(void)state;
	put(CASE);
	begin(&seen);
	assert_true(input_is_without_hardware(seen.input, "seat0"));
	input_arm(seen.input, "seat0", true);
	tell(&devices[KEYBOARD], "add");
	turn(&seen);
	assert_false(input_is_without_hardware(seen.input, "seat0"));
	assert_true(input_is_without_hardware(seen.input, "seat1"));
	/* not armed: it wakes nobody, and is there when it is asked for */
	happens(&devices[KEYBOARD], now() - S, EV_KEY, KEY_A, 1);
	turn(&seen);
	assert_string_equal(seen.words, "");
	assert_true(input_last(seen.input, "seat0", now()) > now() - 2 * S);
	/* one that comes while its seat is waited for */
	input_arm(seen.input, "seat0", true);
	tell(&devices[MOUSE], "add");
	turn(&seen);
	happens(&devices[MOUSE], now(), EV_REL, REL_X, 1);
	turn(&seen);
	assert_string_equal(seen.words, "used seat0;");
	tell(&devices[KEYBOARD], "remove");
	tell(&devices[MOUSE], "remove");
	turn(&seen);
	assert_true(input_is_without_hardware(seen.input, "seat0"));
	end(&seen);
}

/* What wakes an armed seat and is no activity is slept over. */
static void a_waited_for_seat_is_told_once(void **state)
{
	struct seen seen;

	(void)state;
	put(KEYBOARD);
	put(OTHER_SEAT);
	begin(&seen);
	input_arm(seen.input, "seat0", true);
	happens(&devices[KEYBOARD], now(), EV_KEY, KEY_A, 2);
	happens(&devices[OTHER_SEAT], now(), EV_KEY, KEY_A, 1);
	turn(&seen);
	assert_string_equal(seen.words, "");
	happens(&devices[KEYBOARD], now(), EV_KEY, KEY_A, 1);
	turn(&seen);
	happens(&devices[KEYBOARD], now(), EV_KEY, KEY_A, 0);
	turn(&seen);
	assert_string_equal(seen.words, "used seat0;");
	end(&seen);
}

static void programs_devices_are_told(void **state)
{
	struct seen seen;

	(void)state;
	put(KEYBOARD);
	put(JIGGLER);
	begin(&seen);
	happens(&devices[KEYBOARD], now() - 100 * S, EV_KEY, KEY_A, 1);
	happens(&devices[JIGGLER], now() - 95 * S, EV_REL, REL_X, 1);
	(void)input_last(seen.input, "seat0", now());
	assert_string_equal(seen.words, ""); /* while a hand was at work */
	happens(&devices[JIGGLER], now() - S, EV_REL, REL_X, 1);
	assert_true(input_last(seen.input, "seat0", now()) < now() - 90 * S);
	happens(&devices[JIGGLER], now(), EV_REL, REL_X, 1);
	(void)input_last(seen.input, "seat0", now());
	assert_string_equal(seen.words, "faked jiggler;");
	end(&seen);
}

static void a_remapper_counts_as_what_it_holds(void **state)
{
	struct seen seen;

	(void)state;
	put(KEYBOARD);
	put(REMAPPER);
	begin(&seen);
	input_arm(seen.input, "seat0", true);
	assert_int_equal(bed.grabs, 0); /* of one that rests nothing is asked */
	/* its device is there before it takes the hardware */
	happens(&devices[REMAPPER], now() - 5 * S, EV_KEY, KEY_A, 1);
	assert_int_equal(input_last(seen.input, "seat0", now()), 0);
	happens(&devices[REMAPPER], now() - 4 * S, EV_KEY, KEY_A, 1);
	assert_int_equal(input_last(seen.input, "seat0", now() + 9 * S), 0);
	assert_int_equal(bed.grabs, 1);
	devices[KEYBOARD].grabbed = true;
	happens(&devices[REMAPPER], now() - S, EV_KEY, KEY_A, 1);
	assert_true(input_last(seen.input, "seat0", now() + 11 * S) > now() - 2 * S);
	/* another policy changes nothing of that */
	input_trust(seen.input, &(struct word_list){0});
	assert_true(input_last(seen.input, "seat0", now() + 11 * S) > now() - 2 * S);
	/* and when it lets it go, it is a program's again */
	devices[KEYBOARD].grabbed = false;
	happens(&devices[REMAPPER], now(), EV_KEY, KEY_A, 1);
	assert_int_equal(input_last(seen.input, "seat0", now() + 12 * S), 0);
	assert_int_equal(bed.grabs, 2);
	end(&seen);
}

static void a_lid_is_told_when_it_closes(void **state)
{
	struct seen seen;

	(void)state;
	put(LAPTOP);
	put(JIGGLER);
	begin(&seen);
	devices[JIGGLER].lid_is_closed = true;
	happens(&devices[JIGGLER], now(), EV_SW, SW_LID, 1);
	turn(&seen);
	assert_string_equal(seen.words, "");
	assert_false(input_lid_is_closed(seen.input, "seat0"));
	devices[LAPTOP].lid_is_closed = true;
	happens(&devices[LAPTOP], now(), EV_SW, SW_LID, 1);
	turn(&seen);
	assert_string_equal(seen.words, "closed seat0;");
	assert_true(input_lid_is_closed(seen.input, "seat0"));
	assert_false(input_lid_is_closed(seen.input, "seat1"));
	happens(&devices[LAPTOP], now(), EV_SW, SW_LID, 1); /* told twice */
	turn(&seen);
	devices[LAPTOP].lid_is_closed = false;
	happens(&devices[LAPTOP], now(), EV_SW, SW_LID, 0);
	turn(&seen);
	assert_string_equal(seen.words, "closed seat0;");
	devices[LAPTOP].lid_is_closed = true;
	happens(&devices[LAPTOP], now(), EV_SW, SW_LID, 1);
	turn(&seen);
	assert_string_equal(seen.words, "closed seat0;closed seat0;");
	tell(&devices[LAPTOP], "remove");
	turn(&seen);
	assert_false(input_lid_is_closed(seen.input, "seat0"));
	end(&seen);
}

/* Who works on an outer monitor with the lid down goes on. */
static void a_lid_that_is_closed_from_the_start_is_not_told(void **state)
{
	struct seen seen;

	(void)state;
	put(LAPTOP);
	devices[LAPTOP].lid_is_closed = true;
	begin(&seen);
	happens(&devices[LAPTOP], now(), EV_SW, SW_LID, 1);
	turn(&seen);
	assert_string_equal(seen.words, "");
	end(&seen);
}

static void a_key_that_is_pulled_is_told_by_name(void **state)
{
	struct seen seen;

	(void)state;
	put(TOKEN);
	begin(&seen);
	tell(&devices[TOKEN], "remove");
	turn(&seen);
	assert_string_equal(seen.words, "pulled 1050:0407:ABC;");
	tell(&devices[TOKEN], "add");
	turn(&seen);
	tell(&devices[TOKEN], "remove");
	turn(&seen);
	assert_string_equal(seen.words, "pulled 1050:0407:ABC;pulled 1050:0407:ABC;");
	end(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_and_what_is_none),
		cmocka_unit_test_setup_teardown(devices_come_and_go, make, unmake),
		cmocka_unit_test_setup_teardown(a_waited_for_seat_is_told_once, make, unmake),
		cmocka_unit_test_setup_teardown(programs_devices_are_told, make, unmake),
		cmocka_unit_test_setup_teardown(a_remapper_counts_as_what_it_holds, make, unmake),
		cmocka_unit_test_setup_teardown(a_lid_is_told_when_it_closes, make, unmake),
		cmocka_unit_test_setup_teardown(a_lid_that_is_closed_from_the_start_is_not_told, make, unmake),
		cmocka_unit_test_setup_teardown(a_key_that_is_pulled_is_told_by_name, make, unmake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
