/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/verify_channel.c on a pair of sockets: in turn, in time, and what the other end may do to us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "verify_channel.h"

#define MS INT64_C(1000000)

struct pair {
	struct verify_channel caller, verifier;
};

static int setup(void **state)
{
	static struct pair pair;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	verify_channel_init(&pair.caller, ends[0]);
	verify_channel_init(&pair.verifier, ends[1]);
	*state = &pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	verify_channel_close(&pair->caller);
	verify_channel_close(&pair->verifier);
	return 0;
}

static int64_t in_ms(int64_t ms)
{
	return clock_monotonic_ns() + ms * MS;
}

static struct verify_message message(enum verify_kind kind, enum verify_style style, const char *text)
{
	struct verify_message m = {.kind = kind, .style = style, .len = strlen(text)};

	memcpy(m.text, text, m.len + 1);
	return m;
}

static struct verify_message start(void)
{
	struct verify_message m;

	assert_int_equal(verify_start_write(&(struct verify_start){.service = "i3lock", .tty = "", .display = ":0"}, &m), 0);
	return m;
}

static void pass(struct verify_channel *from, struct verify_channel *to, const struct verify_message *m)
{
	struct verify_message got;

	assert_int_equal(verify_channel_send(from, m, in_ms(1000)), 0);
	assert_int_equal(verify_channel_receive(to, &got, in_ms(1000)), 0);
	assert_int_equal(got.kind, m->kind);
	assert_int_equal(got.style, m->style);
	assert_string_equal(got.text, m->text);
}

static void a_whole_conversation(void **state)
{
	struct pair *p = *state;
	struct verify_message first = start(), prompt = message(VERIFY_PROMPT, VERIFY_HIDDEN, "Password: "), answer = message(VERIFY_ANSWER, 0, "secret"), result;

	pass(&p->caller, &p->verifier, &first);
	pass(&p->verifier, &p->caller, &prompt);
	pass(&p->caller, &p->verifier, &answer);
	verify_result_write(0, &result);
	pass(&p->verifier, &p->caller, &result);
	assert_int_equal(verify_channel_send(&p->verifier, &prompt, in_ms(1000)), -EPROTO);
}

static void nothing_is_said_out_of_turn(void **state)
{
	struct pair *p = *state;
	struct verify_message answer = message(VERIFY_ANSWER, 0, "x"), got;

	assert_int_equal(verify_channel_send(&p->caller, &answer, in_ms(1000)), -EPROTO);
	assert_int_equal(verify_channel_receive(&p->verifier, &got, in_ms(30)), -ETIMEDOUT); /* and nothing was sent */
}

static void nothing_is_heard_out_of_turn(void **state)
{
	struct pair *p = *state;
	struct verify_message answer = message(VERIFY_ANSWER, 0, "x"), got;
	unsigned char packet[VERIFY_PACKET_MAX];
	int len = verify_encode(&answer, packet);

	assert_int_equal(send(p->caller.fd, packet, (size_t)len, 0), len);
	assert_int_equal(verify_channel_receive(&p->verifier, &got, in_ms(1000)), -EPROTO);
}

static void what_is_no_message(void **state)
{
	struct pair *p = *state;
	unsigned char packet[VERIFY_PACKET_MAX + 100] = {VERIFY_START};
	static const size_t lens[] = {1, 3, VERIFY_PACKET_MAX + 1, VERIFY_PACKET_MAX + 100};
	struct verify_message got;

	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		assert_int_equal(send(p->caller.fd, packet, lens[i], 0), (ssize_t)lens[i]);
		assert_int_equal(verify_channel_receive(&p->verifier, &got, in_ms(1000)), -EPROTO);
	}
}

/* Cut to what a packet may have, it would be one. */
static void a_packet_that_is_too_long(void **state)
{
	struct pair *p = *state;
	struct verify_message first = start(), tell = message(VERIFY_TELL, VERIFY_INFO, ""), got;
	unsigned char packet[VERIFY_PACKET_MAX + 1] = {0};

	pass(&p->caller, &p->verifier, &first);
	memset(tell.text, 'a', VERIFY_TEXT_MAX);
	tell.len = VERIFY_TEXT_MAX;
	assert_int_equal(verify_encode(&tell, packet), VERIFY_PACKET_MAX);
	assert_int_equal(send(p->verifier.fd, packet, sizeof packet, 0), (ssize_t)sizeof packet);
	assert_int_equal(verify_channel_receive(&p->caller, &got, in_ms(1000)), -EPROTO);
}

static void time_is_limited(void **state)
{
	struct pair *p = *state;
	struct verify_message first = start(), tell = message(VERIFY_TELL, VERIFY_INFO, "wait"), got;
	int r = 0;

	assert_int_equal(verify_channel_receive(&p->verifier, &got, in_ms(-1)), -ETIMEDOUT);
	assert_int_equal(verify_channel_receive(&p->verifier, &got, in_ms(20)), -ETIMEDOUT);
	/* an end that does not read */
	pass(&p->caller, &p->verifier, &first);
	assert_int_equal(setsockopt(p->verifier.fd, SOL_SOCKET, SO_SNDBUF, &(int){1}, sizeof(int)), 0);
	for (int i = 0; i < VERIFY_TELLS_MAX && r == 0; i++)
		r = verify_channel_send(&p->verifier, &tell, in_ms(20));
	assert_int_equal(r, -ETIMEDOUT);
}

/* No SIGPIPE, which would end this program. */
static void the_other_end_is_gone(void **state)
{
	struct pair *p = *state;
	struct verify_message first = start(), got;

	verify_channel_close(&p->verifier);
	assert_int_equal(p->verifier.fd, -1);
	assert_int_equal(verify_channel_check_quiet(&p->caller), -ECONNRESET);
	assert_int_equal(verify_channel_send(&p->caller, &first, in_ms(1000)), -ECONNRESET);
	assert_int_equal(verify_channel_receive(&p->caller, &got, in_ms(1000)), -ECONNRESET);
}

static void who_speaks_first_is_found_out(void **state)
{
	struct pair *p = *state;

	assert_int_equal(verify_channel_check_quiet(&p->caller), 0);
	assert_int_equal(send(p->verifier.fd, "x", 1, 0), 1);
	assert_int_equal(verify_channel_check_quiet(&p->caller), -EPROTO);
	assert_int_equal(verify_channel_check_quiet(&p->caller), -EPROTO); /* it is only looked at */
}

static void who_is_there(void **state)
{
	struct pair *p = *state;
	uid_t uid = (uid_t)-1;
	pid_t pid = 0;

	assert_int_equal(verify_channel_peer(&p->caller, &uid, &pid), 0);
	assert_int_equal(uid, geteuid());
	assert_int_equal(pid, getpid());
	assert_true(verify_channel_peer(&(struct verify_channel){.fd = -1}, &uid, &pid) < 0);
}

static void descriptors_are_not_taken(void **state)
{
	struct pair *p = *state;
	struct verify_message first = start(), got;
	unsigned char packet[VERIFY_PACKET_MAX];
	struct iovec part = {.iov_base = packet, .iov_len = (size_t)verify_encode(&first, packet)};
	_Alignas(struct cmsghdr) unsigned char control[CMSG_SPACE(sizeof(int))] = {0};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *attached = CMSG_FIRSTHDR(&m);
	int next = fcntl(0, F_DUPFD_CLOEXEC, 3);

	assert_true(next >= 0 && close(next) == 0);
	*attached = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
	memcpy(CMSG_DATA(attached), &p->caller.fd, sizeof(int));
	assert_int_equal(sendmsg(p->caller.fd, &m, 0), (ssize_t)part.iov_len);
	assert_int_equal(verify_channel_receive(&p->verifier, &got, in_ms(1000)), 0);
	assert_true(fcntl(next, F_GETFD) < 0);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		STORY(a_whole_conversation), STORY(nothing_is_said_out_of_turn), STORY(nothing_is_heard_out_of_turn), STORY(what_is_no_message),
		STORY(time_is_limited),      STORY(the_other_end_is_gone),       STORY(who_speaks_first_is_found_out), STORY(who_is_there),
		STORY(descriptors_are_not_taken), STORY(a_packet_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
