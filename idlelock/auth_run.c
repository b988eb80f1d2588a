/* SPDX-License-Identifier: BSD-2-Clause */
/* The caller's end of verify_protocol.h, with a face for the person. */
#include "auth_run.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "verify_channel.h"

#define NS_PER_MS INT64_C(1000000)
#define HELLO_MS 20000  /* a verifier that says nothing for so long is not there; on a slow, busy computer its start alone takes seconds */
#define WORK_MS 330000  /* modules behind it wait for fingers, phones and directories; above its own limit */
#define PROVEN 0        /* PAM_SUCCESS */

static int64_t deadline_in(int64_t ms)
{
	return clock_monotonic_ns() + ms * NS_PER_MS;
}

/* -EACCES is the verifier's own word: a socket that we may not use is another matter. */
static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, error;

	if (strlen(path) >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	error = errno == EACCES ? EPERM : errno;
	(void)close(fd);
	return -error;
}

static int start(struct verify_channel *channel, const char *service)
{
	struct verify_start words = {.tty = ""};
	struct verify_message m;
	uid_t uid;
	pid_t pid;
	int r = verify_channel_peer(channel, &uid, &pid);

	if (r == 0 && uid != 0)
		r = -EPERM;
	if (r < 0 || strlen(service) >= sizeof words.service)
		return r < 0 ? r : -EINVAL;
	memcpy(words.service, service, strlen(service) + 1);
	r = verify_start_write(&words, &m);
	return r < 0 ? r : verify_channel_send(channel, &m, deadline_in(HELLO_MS));
}

static int answer(struct verify_channel *channel, const struct verify_message *question, const struct auth_face *face)
{
	struct verify_message m VERIFY_MESSAGE_WIPED = {.kind = VERIFY_ANSWER};
	struct secret secret SECRET_WIPED = {0};
	int r = face->ask(question->style == VERIFY_HIDDEN, question->text, &secret, face->data);

	if (r < 0)
		return r;
	m.len = secret.len;
	memcpy(m.text, secret.bytes, secret.len + 1);
	return verify_channel_send(channel, &m, deadline_in(HELLO_MS));
}

static int result(const struct verify_message *m)
{
	int code, r = verify_result_read(m, &code);

	if (r < 0)
		return r;
	return code == PROVEN ? 0 : -EACCES;
}

/* A TELL without text only says that the verifier is there. */
static int converse(struct verify_channel *channel, const struct auth_face *face)
{
	struct verify_message m VERIFY_MESSAGE_WIPED = {.kind = VERIFY_TELL};
	int r = verify_channel_receive(channel, &m, deadline_in(HELLO_MS));

	for (; r == 0; r = verify_channel_receive(channel, &m, deadline_in(WORK_MS))) {
		if (m.kind == VERIFY_RESULT)
			return result(&m);
		if (m.kind == VERIFY_PROMPT)
			r = answer(channel, &m, face);
		else if (m.len > 0)
			r = face->tell(m.style == VERIFY_ERROR, m.text, face->data);
		if (r < 0)
			break;
	}
	return r;
}

int auth_run(const char *socket_path, const char *service, const struct auth_face *face)
{
	struct verify_channel channel VERIFY_CHANNEL_CLOSED = {.fd = -1};
	int fd = connect_to(socket_path), r;

	if (fd < 0)
		return fd;
	verify_channel_init(&channel, fd);
	r = start(&channel, service);
	return r < 0 ? r : converse(&channel, face);
}
