/* SPDX-License-Identifier: BSD-2-Clause */
/* clamd's protocol (clamd(8)): a command that begins with z ends in a NUL, as does the answer. */
#include "clamd_gather.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

#define NS_PER_MS INT64_C(1000000)

struct talk {
	int fd;
	int64_t deadline_ns;
};

static int wait_for(const struct talk *talk, short events)
{
	struct pollfd p = {.fd = talk->fd, .events = events};

	for (;;) {
		int64_t left = (talk->deadline_ns - clock_monotonic_ns()) / NS_PER_MS;
		int r = left > 0 ? poll(&p, 1, (int)left) : 0;

		if (r > 0)
			return 0;
		if (r == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

static int begin(const char *path, int limit_ms, struct talk *ret_talk)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct talk talk = {.deadline_ns = clock_monotonic_ns() + limit_ms * NS_PER_MS};
	size_t len = strlen(path);

	if (len >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, len);
	talk.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (talk.fd < 0)
		return -errno;
	/* A socket whose queue is full says EAGAIN: nobody takes what came before. */
	if (connect(talk.fd, (const struct sockaddr *)&address, sizeof address) < 0) {
		int r = errno == EAGAIN ? -ETIMEDOUT : -errno;

		(void)close(talk.fd);
		return r;
	}
	*ret_talk = talk;
	return 0;
}

static int send_all(const struct talk *talk, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n;
		int r = wait_for(talk, POLLOUT);

		if (r < 0)
			return r;
		n = send(talk->fd, at, len, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n > 0)
			at += n, len -= (size_t)n;
	}
	return 0;
}

/* Up to the first NUL, or what there is when the other side ends. */
static int receive(const struct talk *talk, char *reply)
{
	size_t len = 0;

	while (len < CLAMD_REPLY_BYTES - 1) {
		ssize_t n;
		int r = wait_for(talk, POLLIN);

		if (r < 0)
			return r;
		n = recv(talk->fd, reply + len, CLAMD_REPLY_BYTES - 1 - len, 0);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
		if (memchr(reply, '\0', len) != NULL)
			break;
	}
	reply[len] = '\0';
	return len == 0 ? -ECONNRESET : (int)strlen(reply);
}

int clamd_ask(const char *socket_path, const char *command, int limit_ms, char ret_reply[static CLAMD_REPLY_BYTES])
{
	struct talk talk = {.fd = -1};
	int r = begin(socket_path, limit_ms, &talk);

	if (r == 0)
		r = send_all(&talk, command, strlen(command) + 1);
	if (r == 0)
		r = receive(&talk, ret_reply);
	file_close(&talk.fd);
	return r;
}

int clamd_scan_bytes(const char *socket_path, const void *bytes, size_t len, int limit_ms, char ret_reply[static CLAMD_REPLY_BYTES])
{
	const uint32_t size = htonl((uint32_t)len), end = 0;
	struct talk talk = {.fd = -1};
	int r = begin(socket_path, limit_ms, &talk);

	if (r == 0)
		r = send_all(&talk, "zINSTREAM", sizeof "zINSTREAM");
	if (r == 0)
		r = send_all(&talk, &size, sizeof size);
	if (r == 0)
		r = send_all(&talk, bytes, len);
	if (r == 0)
		r = send_all(&talk, &end, sizeof end);
	if (r == 0)
		r = receive(&talk, ret_reply);
	file_close(&talk.fd);
	return r;
}

static int send_descriptor(const struct talk *talk, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	char dummy = 0;
	struct iovec part = {.iov_base = &dummy, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	int r = wait_for(talk, POLLOUT);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	if (r < 0)
		return r;
	return sendmsg(talk->fd, &message, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int clamd_scan_file(const char *socket_path, int fd, int limit_ms, char ret_reply[static CLAMD_REPLY_BYTES])
{
	struct talk talk = {.fd = -1};
	int r = begin(socket_path, limit_ms, &talk);

	if (r == 0)
		r = send_all(&talk, "zFILDES", sizeof "zFILDES");
	if (r == 0)
		r = send_descriptor(&talk, fd);
	if (r == 0)
		r = receive(&talk, ret_reply);
	file_close(&talk.fd);
	return r;
}
