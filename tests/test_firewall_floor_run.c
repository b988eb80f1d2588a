/* SPDX-License-Identifier: BSD-2-Clause */
/* Where no floor is asked for: what the kernel's answers mean. The kernel is played: send() and recv() of the program are these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "firewall_floor_run.h"

#define THERE 1 /* the answer is the table */

static struct {
	int removal, question; /* what is answered to each */
	size_t sent;
	int answer; /* of which nothing was received yet; 0 = none */
} kernel;

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	const struct nlmsghdr *first = bytes;

	(void)fd;
	(void)flags;
	kernel.sent++;
	kernel.answer = first->nlmsg_type == NLMSG_MIN_TYPE ? kernel.removal : kernel.question; /* a batch begins so */
	return (ssize_t)len;
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} message = {.header = {.nlmsg_len = sizeof message, .nlmsg_type = NLMSG_ERROR}, .error = {.error = kernel.answer}};

	(void)fd;
	(void)flags;
	assert_true(len >= sizeof message);
	if (kernel.answer == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (kernel.answer == THERE)
		message.header.nlmsg_type = NLMSG_MIN_TYPE;
	kernel.answer = 0;
	memcpy(bytes, &message, sizeof message);
	return sizeof message;
}

static const struct settings off = {.control_mode = CONTROL_MODE_REPAIR, .control_floor = CONTROL_FLOOR_OFF};

static void refusals(void **state)
{
	static const struct {
		const char *name;
		int removal, question, told;
	} rows[] = {
		{"it is gone", 0, 0, 0},
		{"there is none", -ENOENT, 0, 0},
		{"no tables at all", -EOPNOTSUPP, 0, 0},
		{"another's", -EPERM, THERE, -EPERM},
		{"refused, and there is none", -EPERM, -ENOENT, 0},
		{"nobody may ask", -EPERM, -EPERM, 0},
		{"refused, and nobody knows: no memory", -EPERM, -ENOMEM, -ENOMEM},
		{"refused, and nobody knows: no answer", -EPERM, 0, -EAGAIN},
		{"no memory", -ENOMEM, 0, -ENOMEM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct firewall_floor_seat seat = {0};

		print_message("%s\n", rows[i].name);
		kernel.removal = rows[i].removal;
		kernel.question = rows[i].question;
		assert_int_equal(firewall_floor_set(&seat, &off), rows[i].told);
		firewall_floor_close(&seat);
	}
}

/* As often as it is asked: nothing is sent but the question while there is none. */
static void one_that_comes_later(void **state)
{
	struct firewall_floor_seat seat = {0};

	(void)state;
	kernel.removal = kernel.question = -ENOENT;
	assert_int_equal(firewall_floor_set(&seat, &off), 0);
	kernel.sent = 0;
	assert_int_equal(firewall_floor_set(&seat, &off), 0);
	assert_int_equal(kernel.sent, 1);
	kernel.removal = -EPERM;
	kernel.question = THERE;
	assert_int_equal(firewall_floor_set(&seat, &off), -EPERM);
	kernel.removal = kernel.question = -ENOENT;
	assert_int_equal(firewall_floor_set(&seat, &off), 0);
	firewall_floor_close(&seat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(refusals), cmocka_unit_test(one_that_comes_later)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
