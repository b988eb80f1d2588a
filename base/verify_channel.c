/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets over the verifier's socket: never blocking beyond a deadline, never a signal, never a word out of turn. */
#include "verify_channel.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

#define NS_PER_MS INT64_C(1000000)

/* One byte more than a packet may have, so that a longer one is seen as such. */
struct packet {
	unsigned char bytes[VERIFY_PACKET_MAX + 1];
};

static void packet_wipe(struct packet *packet)
{
	explicit_bzero(packet, sizeof *packet);
}
#define PACKET_WIPED __attribute__((cleanup(packet_wipe)))

void verify_channel_init(struct verify_channel *channel, int fd)
{
	channel->fd = fd;
	verify_dialogue_init(&channel->dialogue);
}

void verify_channel_close(struct verify_channel *channel)
{
	if (channel->fd >= 0) {
		/* systemd holds the verifier's end too; without this the caller would wait until it has looked after its dead child. */
		(void)shutdown(channel->fd, SHUT_RDWR);
		(void)close(channel->fd);
	}
	*channel = (struct verify_channel){.fd = -1};
}

int verify_channel_peer(const struct verify_channel *channel, uid_t *ret_uid, pid_t *ret_pid)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(channel->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return -errno;
	if (len != sizeof peer)
		return -EPROTO;
	*ret_uid = peer.uid;
	*ret_pid = peer.pid;
	return 0;
}

static int wait_for(int fd, short events, int64_t deadline_ns)
{
	for (;;) {
		struct pollfd poll_fd = {.fd = fd, .events = events};
		int64_t left_ms = (deadline_ns - clock_monotonic_ns() + NS_PER_MS - 1) / NS_PER_MS;
		int n;

		if (left_ms <= 0)
			return -ETIMEDOUT;
		n = poll(&poll_fd, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

/* What an error of send or recv means: 0 = wait and try again. */
static int meaning_of(int error)
{
	switch (error) {
	case EAGAIN:
	case EINTR:
		return 0;
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return -ECONNRESET;
	}
	return -error;
}

int verify_channel_send(struct verify_channel *channel, const struct verify_message *message, int64_t deadline_ns)
{
	struct packet packet PACKET_WIPED = {{0}};
	int len = verify_encode(message, packet.bytes), r;

	if (len < 0)
		return len;
	r = verify_dialogue_step(&channel->dialogue, message);
	if (r < 0)
		return r;
	for (;;) {
		if (send(channel->fd, packet.bytes, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) == len)
			return 0;
		r = meaning_of(errno);
		if (r == 0)
			r = wait_for(channel->fd, POLLOUT, deadline_ns);
		if (r < 0)
			return r;
	}
}

int verify_channel_receive(struct verify_channel *channel, struct verify_message *ret_message, int64_t deadline_ns)
{
	struct packet packet PACKET_WIPED = {{0}};
	ssize_t len;
	int r;

	for (;;) {
		r = wait_for(channel->fd, POLLIN, deadline_ns);
		if (r < 0)
			return r;
		len = recv(channel->fd, packet.bytes, sizeof packet.bytes, MSG_DONTWAIT);
		if (len >= 0)
			break;
		r = meaning_of(errno);
		if (r < 0)
			return r;
	}
	if (len == 0) /* the end; an empty packet, which is no message either, looks the same */
		return -ECONNRESET;
	r = verify_decode(packet.bytes, (size_t)len, ret_message);
	return r < 0 ? r : verify_dialogue_step(&channel->dialogue, ret_message);
}

int verify_channel_check_quiet(const struct verify_channel *channel)
{
	unsigned char byte = 0;
	ssize_t len = recv(channel->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	explicit_bzero(&byte, sizeof byte);
	if (len > 0)
		return -EPROTO;
	return len < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -ECONNRESET;
}
