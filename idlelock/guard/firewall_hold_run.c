/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the transaction. */
#include "firewall_hold_run.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "file.h"
#include "firewall_hold.h"
#include "netlink_gather.h"

#define ANSWER_BYTES 8192

/* The kernel answers before send() returns, and only what it refuses. Of several errors the first counts. */
static ssize_t receive(int fd, char answer[ANSWER_BYTES])
{
	return recv(fd, answer, ANSWER_BYTES, MSG_DONTWAIT);
}

void firewall_hold_drain(int fd)
{
	char answer[ANSWER_BYTES];

	while (receive(fd, answer) >= 0)
		;
}

int firewall_hold_send(int fd, const uint8_t *bytes, size_t len)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
	const struct nlmsghdr *message = (const void *)answer;
	const struct nlmsgerr *error;
	ssize_t got;

	firewall_hold_drain(fd);
	if (send(fd, bytes, len, 0) < 0)
		return -errno;
	got = receive(fd, answer);
	if (got < 0)
		return errno == EAGAIN ? 0 : -errno;
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
	return firewall_hold_send(mnl_socket_get_fd(socket), buffer, len);
}
