/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose hand an input device is: hardware, a remapper's stand-in, or a program's. Pure. design-lock.md "Idleness", facts/lock.md 3.8. */
#ifndef MUTEX_INPUT_DEVICE_H
#define MUTEX_INPUT_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

enum input_trust {
	INPUT_IGNORED,     /* nothing that a hand uses: lid, speaker, power button, sensor; nothing to read */
	INPUT_HARDWARE,    /* its events are a person's */
	INPUT_REMAPPED,    /* uinput made by a root process that holds hardware grabbed: counts as that hardware */
	INPUT_TRUSTED,     /* named in trusted_virtual_inputs */
	INPUT_VIRTUAL,     /* a program's: its events are no activity, and worth a record when they would have been */
	INPUT_TRUST_MAX
};

/* What a program makes up while a hand is at work is not worth a word: a screen keyboard types while somebody points at it. */
#define INPUT_TOGETHER_NS (10 * INT64_C(1000000000))

struct input_device_facts {
	const char *sysfs;            /* "/devices/virtual/input/input12/event5" */
	const char *name;             /* EVIOCGNAME */
	/* Of a hand's: absolute axes alone are a sensor's, which never rests; what is touched (screen, tablet, joystick) has buttons as well. */
	bool has_keys, has_relative;
	bool has_lid;                 /* SW_LID */
	bool a_root_process_grabs;    /* some hardware device of this seat is grabbed (EBUSY to us) by a root process that has /dev/uinput open */
};
enum input_trust input_device_judge(const struct input_device_facts *facts, const struct word_list *trusted_names);
/* Its lid is one that is closed by hand. */
bool input_device_is_lid(const struct input_device_facts *facts, const struct word_list *trusted_names);
const char *input_trust_name(enum input_trust trust);

/* Newest real activity in what one read() of an evdev node gave: struct input_event records. Autorepeat (EV_KEY value 2), EV_SW, EV_SND,
 * EV_LED, EV_MSC and EV_SYN are none. */
struct input_reading {
	bool any;          /* activity was there */
	int64_t newest_ns; /* its time stamp, CLOCK_MONOTONIC (EVIOCSCLOCKID) */
	bool dropped;      /* SYN_DROPPED: older events are lost, which does not matter here */
	bool motion_only;  /* no key and no button: pointer motion alone */
};
/* 0; -EPROTO when len is no multiple of a record. now_ns bounds the time: a stamp from the future counts as now. */
int input_read(const void *bytes, size_t len, int64_t now_ns, struct input_reading *ret_reading);

#endif
