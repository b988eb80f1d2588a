/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends a record to the journal's native socket, or to syslog's where there is no journal. A login waits for this: both ways together
 * take at most 100 ms, also when the other side hangs. */
#include "record.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "text.h"

#define WAIT_NS 50000000 /* for each of the two sockets */
#define NS_PER_MS 1000000

static int address_of(const char *path, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof ret_address->sun_path)
		return -ENAMETOOLONG;
	memcpy(ret_address->sun_path, path, strlen(path));
	return 0;
}

/* The journal notes whom the kernel names as the sender, by default the real uid. In a setuid program such as passwd that is the person who
 * asked, who could send the like without the program; what the program's privilege vouches for must carry root's uid. */
static ssize_t send_as_privileged(int fd, struct sockaddr_un *address, const struct text *t)
{
	const struct ucred sender = {.pid = getpid(), .uid = geteuid(), .gid = getegid()};
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof sender)] = {0};
	struct iovec data = {.iov_base = t->buf, .iov_len = t->len};
	struct msghdr message = {.msg_name = address, .msg_namelen = sizeof *address, .msg_iov = &data, .msg_iovlen = 1,
				 .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	ssize_t sent;

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_CREDENTIALS;
	header->cmsg_len = CMSG_LEN(sizeof sender);
	memcpy(CMSG_DATA(header), &sender, sizeof sender);
	sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	/* A container or a filter may forbid to name a sender: a record with the real uid is better than none. */
	if (sent >= 0 || errno != EPERM)
		return sent;
	message.msg_control = NULL;
	message.msg_controllen = 0;
	return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int send_datagram(int fd, const char *path, const struct text *t)
{
	int64_t deadline = clock_monotonic_ns() + WAIT_NS;
	struct sockaddr_un address;
	int error = address_of(path, &address);

	if (error < 0)
		return error;
	while (send_as_privileged(fd, &address, t) < 0) {
		struct pollfd writable = {.fd = fd, .events = POLLOUT};
		int64_t left = deadline - clock_monotonic_ns();

		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (left <= 0)
			return -ETIMEDOUT;
		/* Only of a connected socket does poll() know whether the other side has room. */
		if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
			return -errno;
		(void)poll(&writable, 1, (int)(left / NS_PER_MS) + 1);
	}
	return 0;
}

int record_emit(const struct record *r, const char *journal_socket, const char *syslog_socket)
{
	int fd FILE_CLOSED = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char buf[RECORD_BYTES_MAX];
	struct text t;

	if (fd < 0)
		return -errno;
	TEXT_INTO(&t, buf);
	record_format_journal(r, &t);
	if (text_end(&t) == 0 && send_datagram(fd, journal_socket, &t) == 0)
		return 0;
	/* Without the time of day, which would need the time zone; syslog daemons put in when they got the line. */
	TEXT_INTO(&t, buf);
	text_add_format(&t, "<%d>pam_mutex: ", LOG_AUTHPRIV | record_priority(r));
	record_format_line(r, &t);
	return text_end(&t) < 0 ? text_end(&t) : send_datagram(fd, syslog_socket, &t);
}
