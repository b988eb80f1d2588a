/* SPDX-License-Identifier: BSD-2-Clause */
/* When somebody last used a seat: evdev, read lazily. Shell, of idlelockd only. design-lock.md "Idleness".
 *
 * MUST: of what is read only time, type and value are looked at, in one buffer that is wiped at once: never which key. Descriptors are not in the loop
 *       unless armed; the kernel keeps the newest events. Hot-plug by udev; nothing is missed between listing and listening. What came while
 *       we were not there (restart, kill -9) needs no keeping: a session that we find open has its whole time from then on (lock_begin()). */
#ifndef MUTEX_INPUT_GATHER_H
#define MUTEX_INPUT_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"
#include "policy.h"

struct input;
struct input_hooks {
	void (*used)(const char *seat, int64_t at_ns, void *data);          /* an armed seat was used */
	void (*pulled)(const char *usb, void *data);                        /* "1050:0407:SERIAL" was unplugged: [lock] on_device_removal */
	void (*lid_closed)(const char *seat, void *data);                   /* sleep or not: [lock] on_lid */
	void (*faked)(const char *seat, const char *device, void *data);    /* a virtual device was busy while no hand was: tamper record */
	void *data;
};

/* trusted: [lock] trusted_virtual_inputs, borrowed until input_trust(). 0 or negative errno. */
int input_open(struct loop *loop, const struct input_hooks *hooks, const struct word_list *trusted, struct input **ret_input);
void input_close(struct input *input);
void input_trust(struct input *input, const struct word_list *trusted);

/* Drains the seat's devices. Newest real activity since boot as CLOCK_MONOTONIC ns, 0 = none seen. */
int64_t input_last(struct input *input, const char *seat, int64_t now_ns);
/* No device of the seat is a hand's: its displays are judged by X's raw input (Xvfb, VNC). */
bool input_is_without_hardware(const struct input *input, const char *seat);
bool input_lid_is_closed(const struct input *input, const char *seat);
/* Wake me at the next event of this seat (used), once. */
void input_arm(struct input *input, const char *seat, bool on);

#endif
