/* SPDX-License-Identifier: BSD-2-Clause */
/* One evdev node: what it is, and when it was last used. Shell, of idlelockd only.
 *
 * MUST: of what is read only time, type and value are looked at, in one buffer that is wiped at once. MUST: a grab is only tried, and given back in the
 *       same breath, and only on a device that somebody is thought to hold. */
#ifndef MUTEX_INPUT_NODE_GATHER_H
#define MUTEX_INPUT_NODE_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "input_device.h"

/* Reading, not blocking, with stamps of CLOCK_MONOTONIC. A descriptor or negative errno. */
int input_node_open(const char *node);

struct input_node {
	char name[80]; /* EVIOCGNAME */
	bool has_keys, has_relative, has_lid;
};
/* Power and sleep buttons have no keys in this sense; accelerometers, which never rest, have nothing. False: it is gone. */
bool input_node_describe(int fd, struct input_node *ret_node);

/* Drains it. Newest activity in *last_ns when it is newer; *ret_used: there was some. 0; -ENODEV: it is gone. */
int input_node_drain(int fd, int64_t now_ns, int64_t *last_ns, bool *ret_used);

/* Somebody else holds it grabbed: we get no events of it. Where nobody does it is grabbed for that moment, and the kernel needs some 20 ms to give it back,
 * in which what is typed at a text console is lost: to be asked seldom. */
bool input_node_is_grabbed(int fd);

#endif
