/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the transaction. */
#include "firewall_hold_run.h"

#include <errno.h>
#include <stdlib.h>

#include "file.h"
#include "firewall_hold.h"
#include "netlink_gather.h"

#define ANSWER_BYTES 8192

/* The kernel has answered when the call returns. Of several answers the first counts: an error comes before the acknowledgement of the last message. */
static int send_transaction(struct mnl_socket *socket, const uint8_t *bytes, size_t len)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
	const struct nlmsghdr *message = (const void *)answer;
	const struct nlmsgerr *error;
	ssize_t got;

	if (mnl_socket_sendto(socket, bytes, len) < 0)
		return -errno;
	got = mnl_socket_recvfrom(socket, answer, sizeof answer);
	if (got < 0)
		return -errno;
	if (!mnl_nlmsg_ok(message, (int)got) || message->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(message) < sizeof *error)
		return -EBADMSG;
	error = mnl_nlmsg_get_payload(message);
	return error->error;
}

int firewall_hold_set(const struct settings *settings, bool on)
{
	struct mnl_socket *socket NETLINK_CLOSED = NULL;
	void *buffer FILE_FREED = NULL;
	size_t len;

	if (on && settings->control_products.count == 0)
		return -ENOENT;
	buffer = calloc(1, FIREWALL_HOLD_BYTES_MAX);
	if (buffer == NULL)
		return -ENOMEM;
	len = on ? firewall_hold_put(&settings->control_allow, buffer) : firewall_hold_remove(buffer);
	if (len == 0)
		return -ENOSPC;
	socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (socket == NULL || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	return send_transaction(socket, buffer, len);
}
