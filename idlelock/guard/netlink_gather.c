/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions to the kernel by netlink. */
#include "netlink_gather.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "arena.h"

#define DUMP_BYTES_MAX (48U * 1024 * 1024)
#define RECEIVE_BYTES (32 * 1024) /* the kernel fills no more into one datagram */

static int keep(struct dump *dump, const struct nlmsghdr *message)
{
	size_t step = NLMSG_ALIGN((size_t)message->nlmsg_len);

	if (dump->size - dump->len < step) {
		size_t size = dump->size * 2 + step;
		uint8_t *bytes = size <= DUMP_BYTES_MAX ? ARENA_NEW(dump->arena, uint8_t, size) : NULL;

		if (bytes == NULL)
			return -ENOMEM;
		if (dump->len > 0)
			memcpy(bytes, dump->bytes, dump->len);
		dump->bytes = bytes;
		dump->size = size;
	}
	memcpy(dump->bytes + dump->len, message, message->nlmsg_len);
	dump->len += step;
	return 0;
}

/* 1 = more to come; 0 = that was all; negative errno. */
static int take_message(struct dump *dump, const struct nlmsghdr *message, bool many)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	int r;

	if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
		return -EINTR;
	if (message->nlmsg_type == NLMSG_DONE)
		return 0;
	if (message->nlmsg_type == NLMSG_ERROR)
		return mnl_nlmsg_get_payload_len(message) >= sizeof *error && error->error < 0 ? error->error : -EBADMSG;
	r = message->nlmsg_type >= NLMSG_MIN_TYPE ? keep(dump, message) : 0;
	return r < 0 ? r : many;
}

int netlink_ask(struct mnl_socket *socket, struct nlmsghdr *request, struct dump *dump)
{
	_Alignas(struct nlmsghdr) char buffer[RECEIVE_BYTES];
	bool many = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int r = 1;

	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (r > 0) {
		ssize_t got = mnl_socket_recvfrom(socket, buffer, sizeof buffer);
		int left = (int)got;

		if (got < 0)
			return -errno;
		for (const struct nlmsghdr *m = (const void *)buffer; r > 0 && mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left))
			/* of an earlier question that was given up */
			r = m->nlmsg_seq == request->nlmsg_seq ? take_message(dump, m, many) : 1;
	}
	return r;
}

void netlink_close(struct mnl_socket **socket)
{
	if (*socket != NULL)
		(void)mnl_socket_close(*socket);
}
