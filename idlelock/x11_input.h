/* SPDX-License-Identifier: BSD-2-Clause */
/* Input that the X server saw, told apart by the device it came from: on displays without hardware (Xvfb, VNC, xrdp) the only source there is. Shell.
 * facts/lock.md 3.1: the server's idle counter can be set back by any client; raw events cannot be made by one but through the XTEST devices.
 *
 * Cheap while somebody works: after a raw event, none are asked for during a pause; at its end the idle counters of the devices tell when the last input
 * was. They can be set back by clients too, but only within a pause, and each pause begins with a person's input.
 * MUST: of an event only type, time and source are looked at, never which key. */
#ifndef MUTEX_X11_INPUT_H
#define MUTEX_X11_INPUT_H

#include "loop.h"
#include "x11_display.h"

#define X11_DEVICES_MAX 64

struct x11_input_hooks {
	void (*used)(int64_t at_ns, void *data);  /* a person's input; CLOCK_MONOTONIC */
	void (*faked)(int64_t at_ns, void *data); /* by XTEST, when that is not trusted */
	void *data;
};

struct x11_device {
	uint16_t id;
	bool xtest;
	uint32_t counter; /* XSync DEVICEIDLETIME; 0 = none */
};

struct x11_input {
	struct x11 *x;
	struct loop *loop;
	struct x11_input_hooks hooks;
	bool trust_xtest;  /* [lock] trusted_virtual_inputs = xtest */
	int64_t pause_ns;
	bool armed, pausing;
	struct x11_device devices[X11_DEVICES_MAX];
	size_t device_count;
	int64_t newest_ns, newest_fake_ns;
};

/* Learns the devices. 0 or as x11_reply(). */
int x11_input_open(struct x11_input *input, struct x11 *x, struct loop *loop, const struct x11_input_hooks *hooks, bool trust_xtest, int64_t pause_ns);
void x11_input_close(struct x11_input *input);
void x11_input_arm(struct x11_input *input, bool on);
/* A pause ends now: all input until now is told. 0 or as x11_reply(). */
int x11_input_settle(struct x11_input *input);
/* True when a device works that a locker's grabs do not hold, since they are the first pair's of masters alone: any program can make a second pair and
 * move the real devices to it, or take one for itself. */
bool x11_input_strays(const struct x11_input *input, int64_t until_ns);
/* Looks at one event of the display. True when the devices are others than before. */
bool x11_input_event(struct x11_input *input, const xcb_generic_event_t *event);
/* While not armed: tells (faked) when the idle counters say that XTEST was used since, and no other device for a second before. */
void x11_input_check(struct x11_input *input, int64_t until_ns);

#endif
