/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of the kernel on an evdev node. */
#include "input_node_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

#define WORD_BITS (8 * sizeof(unsigned long))
#define WORDS(bits) (((bits) + WORD_BITS) / WORD_BITS)
#define READS_MAX 64 /* of 64 events each: more than the kernel keeps */

static bool has_bit(const unsigned long *bits, unsigned bit)
{
	return (bits[bit / WORD_BITS] >> (bit % WORD_BITS) & 1) != 0;
}

int input_node_open(const char *node)
{
	const int clock = CLOCK_MONOTONIC;
	int fd = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW), error;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, EVIOCSCLOCKID, &clock) == 0)
		return fd;
	error = errno;
	file_close(&fd);
	return -error;
}

/* Buttons of the case are pressed to switch the computer off, and every virtual machine has one: they are no sign of a person at a keyboard. */
static bool has_keys(const unsigned long *keys)
{
	static const unsigned CASE[] = {KEY_POWER, KEY_SLEEP, KEY_WAKEUP, KEY_SUSPEND};

	for (unsigned key = 1; key <= KEY_MAX; key++) {
		bool of_the_case = false;

		for (size_t i = 0; i < sizeof CASE / sizeof CASE[0]; i++)
			of_the_case = of_the_case || key == CASE[i];
		if (has_bit(keys, key) && !of_the_case)
			return true;
	}
	return false;
}

bool input_node_describe(int fd, struct input_node *ret_node)
{
	unsigned long types[WORDS(EV_MAX)] = {0}, keys[WORDS(KEY_MAX)] = {0}, properties[WORDS(INPUT_PROP_MAX)] = {0}, switches[WORDS(SW_MAX)] = {0};
	struct input_node node = {.name = ""};

	if (ioctl(fd, EVIOCGBIT(0, sizeof types), types) < 0)
		return false;
	if (ioctl(fd, EVIOCGNAME(sizeof node.name - 1), node.name) < 0)
		node.name[0] = '\0';
	if (has_bit(types, EV_SW) && ioctl(fd, EVIOCGBIT(EV_SW, sizeof switches), switches) >= 0)
		node.has_lid = has_bit(switches, SW_LID);
	(void)ioctl(fd, EVIOCGPROP(sizeof properties), properties);
	if (!has_bit(properties, INPUT_PROP_ACCELEROMETER)) {
		node.has_keys = has_bit(types, EV_KEY) && ioctl(fd, EVIOCGBIT(EV_KEY, sizeof keys), keys) >= 0 && has_keys(keys);
		node.has_relative = has_bit(types, EV_REL);
	}
	*ret_node = node;
	return true;
}

int input_node_drain(int fd, int64_t now_ns, int64_t *last_ns, bool *ret_used)
{
	struct input_event events[64];
	struct input_reading reading;
	ssize_t len = 0;
	int error = 0;

	*ret_used = false;
	for (int i = 0; i < READS_MAX; i++) {
		len = read(fd, events, sizeof events);
		if (len <= 0)
			break;
		if (input_read(events, (size_t)len, now_ns, &reading) < 0 || !reading.any)
			continue;
		*ret_used = true;
		if (reading.newest_ns > *last_ns)
			*last_ns = reading.newest_ns;
	}
	if (len < 0 && errno != EAGAIN && errno != EINTR)
		error = -errno;
	explicit_bzero(events, sizeof events);
	return error;
}

bool input_node_is_grabbed(int fd)
{
	if (ioctl(fd, EVIOCGRAB, (void *)1) < 0)
		return errno == EBUSY;
	(void)ioctl(fd, EVIOCGRAB, (void *)0);
	return false;
}
