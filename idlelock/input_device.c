/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges input devices by where they hang, and their events by type and value; which key it was is never looked at. */
#include "input_device.h"

#include <errno.h>
#include <linux/input.h>
#include <string.h>

/* uinput makes its devices here; Bluetooth LE devices come by uhid, which only root's bluetoothd may write to, and are real. */
#define VIRTUAL_FOLDER "/devices/virtual/input/"

#define KEY_REPEAT 2

static bool is_listed(const struct word_list *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->words[i], name) == 0)
			return true;
	return false;
}

static bool is_virtual(const struct input_device_facts *facts)
{
	return strncmp(facts->sysfs, VIRTUAL_FOLDER, strlen(VIRTUAL_FOLDER)) == 0;
}

bool input_device_is_lid(const struct input_device_facts *facts, const struct word_list *trusted_names)
{
	return facts->has_lid && (!is_virtual(facts) || is_listed(trusted_names, facts->name));
}

enum input_trust input_device_judge(const struct input_device_facts *facts, const struct word_list *trusted_names)
{
	if (!facts->has_keys && !facts->has_relative)
		return INPUT_IGNORED;
	if (!is_virtual(facts))
		return INPUT_HARDWARE;
	if (is_listed(trusted_names, facts->name))
		return INPUT_TRUSTED;
	return facts->a_root_process_grabs ? INPUT_REMAPPED : INPUT_VIRTUAL;
}

static const char *const TRUSTS[INPUT_TRUST_MAX] = {
	[INPUT_IGNORED] = "ignored", [INPUT_HARDWARE] = "hardware", [INPUT_REMAPPED] = "remapped", [INPUT_TRUSTED] = "trusted",
	[INPUT_VIRTUAL] = "virtual",
};

const char *input_trust_name(enum input_trust trust)
{
	return (unsigned)trust < INPUT_TRUST_MAX ? TRUSTS[trust] : "unknown";
}

static bool is_activity(const struct input_event *event)
{
	switch (event->type) {
	case EV_KEY:
		return event->value != KEY_REPEAT;
	case EV_REL:
	case EV_ABS:
		return true;
	default:
		return false;
	}
}

/* The kernel's own stamp. One that is no time at all counts as the oldest, one from the future as now. */
static int64_t time_of(const struct input_event *event, int64_t now_ns)
{
	int64_t ns, part_ns;

	if (event->input_event_sec < 0 || event->input_event_usec < 0)
		return 0;
	if (__builtin_mul_overflow((int64_t)event->input_event_sec, INT64_C(1000000000), &ns) ||
	    __builtin_mul_overflow((int64_t)event->input_event_usec, INT64_C(1000), &part_ns) || __builtin_add_overflow(ns, part_ns, &ns))
		return now_ns;
	return ns < now_ns ? ns : now_ns;
}

int input_read(const void *bytes, size_t len, int64_t now_ns, struct input_reading *ret_reading)
{
	struct input_reading reading = {0};
	bool key = false;

	if (len % sizeof(struct input_event) != 0)
		return -EPROTO;
	for (size_t at = 0; at < len; at += sizeof(struct input_event)) {
		struct input_event event;
		int64_t when;

		memcpy(&event, (const unsigned char *)bytes + at, sizeof event);
		if (event.type == EV_SYN && event.code == SYN_DROPPED)
			reading.dropped = true;
		if (!is_activity(&event))
			continue;
		key = key || event.type == EV_KEY;
		when = time_of(&event, now_ns);
		if (!reading.any || when > reading.newest_ns)
			reading.newest_ns = when;
		reading.any = true;
	}
	reading.motion_only = reading.any && !key;
	*ret_reading = reading;
	return 0;
}
