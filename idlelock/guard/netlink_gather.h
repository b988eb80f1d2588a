/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions to the kernel by netlink, and its answers as bytes. Shell. */
#ifndef GUARD_NETLINK_GATHER_H
#define GUARD_NETLINK_GATHER_H

#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Whole netlink messages, one after the other, in the arena. */
struct dump {
	struct arena *arena;
	uint8_t *bytes;
	size_t len, size;
};

/* Sends the request, which lies in a buffer of MNL_SOCKET_BUFFER_SIZE, and adds what is answered to *dump. 0; -EINTR when the kernel changed what it
 * was telling; or another negative errno. */
int netlink_ask(struct mnl_socket *socket, struct nlmsghdr *request, struct dump *dump);

void netlink_close(struct mnl_socket **socket);
#define NETLINK_CLOSED __attribute__((cleanup(netlink_close)))

#endif
