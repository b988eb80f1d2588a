/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw events of XInput 2 by source device, and the devices' idle counters at the end of each pause. */
#include "x11_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/sync.h>
#include <xcb/xinput.h>

#include "answer_list.h"
#include "clock.h"
#include "file.h"
#include "number.h"

#define FREED __attribute__((cleanup(file_free)))
#define NS_PER_MS INT64_C(1000000)
#define ANSWER_NS (500 * NS_PER_MS)
#define CLEARLY_LATER_MS 1000
#define RAW_MASK (XCB_INPUT_XI_EVENT_MASK_RAW_KEY_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_MOTION | \
		  XCB_INPUT_XI_EVENT_MASK_RAW_TOUCH_BEGIN | XCB_INPUT_XI_EVENT_MASK_RAW_TOUCH_UPDATE)
#define COUNTER_PREFIX "DEVICEIDLETIME "
#define COUNTER_BYTES 14 /* SYSTEMCOUNTER of the X Synchronization Extension Protocol: counter, resolution, length of the name */

static void select_events(struct x11_input *input, uint32_t raw_mask)
{
	struct {
		xcb_input_event_mask_t head;
		uint32_t mask;
	} masks[2] = {
		{{XCB_INPUT_DEVICE_ALL_MASTER, 1}, raw_mask},
		{{XCB_INPUT_DEVICE_ALL, 1}, XCB_INPUT_XI_EVENT_MASK_HIERARCHY},
	};

	xcb_input_xi_select_events(input->x->connection, input->x->root, 2, &masks[0].head);
	(void)x11_flush(input->x);
}

static struct answer_list devices_of(const xcb_input_xi_query_device_reply_t *reply)
{
	return (struct answer_list){.at = (const uint8_t *)(reply + 1), .left = (size_t)reply->length * 4, .count = reply->num_infos};
}

static int learn_devices(struct x11_input *input, int64_t until_ns)
{
	xcb_input_xi_query_device_reply_t *reply FREED = NULL;
	xcb_input_xi_get_property_cookie_t asked[X11_DEVICES_MAX];
	struct answer_device device;
	struct answer_list list;
	int r = x11_reply(input->x, xcb_input_xi_query_device(input->x->connection, XCB_INPUT_DEVICE_ALL).sequence, until_ns, &reply);

	if (r < 0)
		return r;
	input->device_count = 0;
	list = devices_of(reply);
	while (answer_list_device(&list, &device)) {
		if (device.type == XCB_INPUT_DEVICE_TYPE_MASTER_POINTER || device.type == XCB_INPUT_DEVICE_TYPE_MASTER_KEYBOARD)
			continue;
		if (input->device_count == X11_DEVICES_MAX)
			break;
		asked[input->device_count] = xcb_input_xi_get_property(input->x->connection, device.id, 0, input->x->xtest_device,
								       XCB_ATOM_INTEGER, 0, 1);
		input->devices[input->device_count++] = (struct x11_device){.id = device.id};
	}
	for (size_t n = 0; n < input->device_count && (r == 0 || r == -EBADMSG); n++) {
		xcb_input_xi_get_property_reply_t *property FREED = NULL;

		r = x11_reply(input->x, asked[n].sequence, until_ns, &property);
		/* the server alone can set it, and only the XTEST devices have it */
		input->devices[n].xtest = r == 0 && property->num_items > 0;
	}
	return r == -EBADMSG ? 0 : r;
}

bool x11_input_strays(const struct x11_input *input, int64_t until_ns)
{
	xcb_input_xi_query_device_reply_t *reply FREED = NULL;
	struct answer_device device;
	struct answer_list list;
	unsigned masters = 0, floating = 0;

	if (x11_reply(input->x, xcb_input_xi_query_device(input->x->connection, XCB_INPUT_DEVICE_ALL).sequence, until_ns, &reply) < 0)
		return false;
	list = devices_of(reply);
	while (answer_list_device(&list, &device)) {
		masters += device.type == XCB_INPUT_DEVICE_TYPE_MASTER_POINTER || device.type == XCB_INPUT_DEVICE_TYPE_MASTER_KEYBOARD;
		floating += device.type == XCB_INPUT_DEVICE_TYPE_FLOATING_SLAVE && device.enabled;
	}
	return masters > 2 || floating > 0;
}

static void learn_counter(struct x11_input *input, const char *name, size_t len, uint32_t counter)
{
	size_t prefix = strlen(COUNTER_PREFIX);
	int64_t id;

	if (len <= prefix || memcmp(name, COUNTER_PREFIX, prefix) != 0 || number_parse(name + prefix, len - prefix, 0, UINT16_MAX, &id) < 0)
		return;
	for (size_t n = 0; n < input->device_count; n++) {
		if (input->devices[n].id == id)
			input->devices[n].counter = counter;
	}
}

/* xcb's own iterator runs past the end of the list (seen after a second master was added), and what a server says of lengths is not believed. */
static int learn_counters(struct x11_input *input, int64_t until_ns)
{
	xcb_sync_list_system_counters_reply_t *reply FREED = NULL;
	const uint8_t *at;
	size_t left, size;
	int r;

	if (!input->x->has_sync)
		return 0;
	r = x11_reply(input->x, xcb_sync_list_system_counters(input->x->connection).sequence, until_ns, &reply);
	if (r < 0)
		return r == -EBADMSG ? 0 : r;
	at = (const uint8_t *)(reply + 1);
	left = (size_t)reply->length * 4;
	for (uint32_t n = 0; n < reply->counters_len && left >= COUNTER_BYTES; n++, at += size, left -= size) {
		uint32_t counter;
		uint16_t name_len;

		memcpy(&counter, at, sizeof counter);
		memcpy(&name_len, at + COUNTER_BYTES - sizeof name_len, sizeof name_len);
		size = (COUNTER_BYTES + (size_t)name_len + 3) / 4 * 4;
		if (size > left)
			break;
		learn_counter(input, (const char *)at + COUNTER_BYTES, name_len, counter);
	}
	return 0;
}

static int learn(struct x11_input *input)
{
	int64_t until_ns = clock_monotonic_ns() + ANSWER_NS;
	int r = learn_devices(input, until_ns);

	return r < 0 ? r : learn_counters(input, until_ns);
}

int x11_input_open(struct x11_input *input, struct x11 *x, struct loop *loop, const struct x11_input_hooks *hooks, bool trust_xtest, int64_t pause_ns)
{
	*input = (struct x11_input){.x = x, .loop = loop, .hooks = *hooks, .trust_xtest = trust_xtest, .pause_ns = pause_ns};
	select_events(input, 0);
	return learn(input);
}

static void tell(struct x11_input *input, bool xtest, int64_t at_ns)
{
	if (xtest && !input->trust_xtest) {
		if (at_ns > input->newest_fake_ns) {
			input->newest_fake_ns = at_ns;
			input->hooks.faked(at_ns, input->hooks.data);
		}
	} else if (at_ns > input->newest_ns) {
		input->newest_ns = at_ns;
		input->hooks.used(at_ns, input->hooks.data);
	}
}

/* How long ago each device was used, in ms; UINT64_MAX where nobody knows. */
static int read_counters(struct x11_input *input, int64_t until_ns, uint64_t ret_idle_ms[X11_DEVICES_MAX])
{
	xcb_sync_query_counter_cookie_t asked[X11_DEVICES_MAX];
	int r = 0;

	for (size_t n = 0; n < input->device_count; n++) {
		ret_idle_ms[n] = UINT64_MAX;
		if (input->devices[n].counter != 0)
			asked[n] = xcb_sync_query_counter(input->x->connection, input->devices[n].counter);
	}
	for (size_t n = 0; n < input->device_count; n++) {
		xcb_sync_query_counter_reply_t *reply FREED = NULL;

		if (input->devices[n].counter == 0)
			continue;
		/* after a failure nothing is waited for any more, but each answer is still thrown away */
		r = x11_reply(input->x, asked[n].sequence, r == -ETIMEDOUT ? 0 : until_ns, &reply);
		if (r == -ENOTCONN)
			return r;
		if (r == 0)
			ret_idle_ms[n] = (uint64_t)(uint32_t)reply->counter_value.hi << 32 | reply->counter_value.lo;
	}
	return r == -EBADMSG ? 0 : r;
}

int x11_input_settle(struct x11_input *input)
{
	uint64_t idle_ms[X11_DEVICES_MAX];
	int64_t now_ns;
	int r;

	if (!input->pausing)
		return 0;
	r = read_counters(input, clock_monotonic_ns() + ANSWER_NS, idle_ms);
	now_ns = clock_monotonic_ns();
	for (size_t n = 0; r == 0 && n < input->device_count; n++) {
		/* a device used before this pause is older news, if it is true at all */
		if (idle_ms[n] <= (uint64_t)(input->pause_ns / NS_PER_MS))
			tell(input, input->devices[n].xtest, now_ns - (int64_t)idle_ms[n] * NS_PER_MS);
	}
	return r;
}

static void pause_ends(int64_t now_ns, void *data)
{
	struct x11_input *input = data;

	(void)now_ns;
	/* events first, counters then: nothing is lost in between */
	select_events(input, input->armed ? RAW_MASK : 0);
	(void)x11_input_settle(input);
	input->pausing = false;
}

static void pause(struct x11_input *input, int64_t now_ns)
{
	if (input->pausing || input->pause_ns == 0)
		return;
	if (loop_at(input->loop, now_ns + input->pause_ns, 0, pause_ends, input) < 0)
		return;
	input->pausing = true;
	select_events(input, 0);
}

void x11_input_arm(struct x11_input *input, bool on)
{
	if (input->armed == on)
		return;
	input->armed = on;
	(void)loop_at(input->loop, INT64_MAX, 0, pause_ends, input);
	input->pausing = false;
	select_events(input, on ? RAW_MASK : 0);
}

void x11_input_close(struct x11_input *input)
{
	if (input->loop != NULL)
		(void)loop_at(input->loop, INT64_MAX, 0, pause_ends, input);
	*input = (struct x11_input){.x = NULL};
}

/* The server's 32-bit milliseconds of CLOCK_MONOTONIC. A time that lies more than a minute back, or ahead, is none of this machine. */
static int64_t time_of(uint32_t server_ms, int64_t now_ns)
{
	uint32_t age_ms = (uint32_t)(now_ns / NS_PER_MS) - server_ms;

	return age_ms > 60000 ? now_ns : now_ns - (int64_t)age_ms * NS_PER_MS;
}

static const struct x11_device *device_of(const struct x11_input *input, uint16_t id)
{
	for (size_t n = 0; n < input->device_count; n++) {
		if (input->devices[n].id == id)
			return &input->devices[n];
	}
	return NULL;
}

static void raw_event(struct x11_input *input, const xcb_input_raw_key_press_event_t *event)
{
	const struct x11_device *device = device_of(input, event->sourceid);
	int64_t now_ns = clock_monotonic_ns();

	/* a device that nobody announced is no hand; a key that is held down is used once */
	if (device == NULL || (event->event_type == XCB_INPUT_RAW_KEY_PRESS && (event->flags & XCB_INPUT_KEY_EVENT_FLAGS_KEY_REPEAT) != 0))
		return;
	tell(input, device->xtest, time_of(event->time, now_ns));
	pause(input, now_ns);
}

bool x11_input_event(struct x11_input *input, const xcb_generic_event_t *event)
{
	const xcb_input_raw_key_press_event_t *raw = (const void *)event;

	/* an event of this type cannot be sent by another client: the server refuses it (ProcSendEvent) */
	if (event->response_type != XCB_GE_GENERIC || raw->extension != input->x->xinput)
		return false;
	switch (raw->event_type) {
	case XCB_INPUT_HIERARCHY:
		(void)learn(input);
		return true;
	case XCB_INPUT_RAW_KEY_PRESS:
	case XCB_INPUT_RAW_BUTTON_PRESS:
	case XCB_INPUT_RAW_MOTION:
	case XCB_INPUT_RAW_TOUCH_BEGIN:
	case XCB_INPUT_RAW_TOUCH_UPDATE:
		if (input->armed)
			raw_event(input, raw);
		break;
	}
	return false;
}

void x11_input_check(struct x11_input *input, int64_t until_ns)
{
	uint64_t idle_ms[X11_DEVICES_MAX];
	uint64_t xtest_ms = UINT64_MAX, others_ms = UINT64_MAX;
	int64_t at_ns;

	if (input->armed || read_counters(input, until_ns, idle_ms) < 0)
		return;
	for (size_t n = 0; n < input->device_count; n++) {
		uint64_t *least = input->devices[n].xtest ? &xtest_ms : &others_ms;

		if (idle_ms[n] < *least)
			*least = idle_ms[n];
	}
	if (xtest_ms >= others_ms || others_ms - xtest_ms < CLEARLY_LATER_MS || xtest_ms > INT32_MAX)
		return;
	at_ns = clock_monotonic_ns() - (int64_t)xtest_ms * NS_PER_MS;
	/* the same use again is no news; its time varies a little */
	if (at_ns - input->newest_fake_ns > CLEARLY_LATER_MS * NS_PER_MS)
		tell(input, true, at_ns);
}
