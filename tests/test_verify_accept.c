/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/verify_accept.c on a socket of their own; cat stands for the verifier, and says on a pipe what it is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verify_accept.h"

#define SOON_MS 5000

struct bed {
	struct sockaddr_un address;
	socklen_t address_len;
	pid_t door;
	int said; /* by whoever serves */
};

static void door_open(struct bed *bed, int64_t limit_ms, int64_t idle_ms)
{
	const struct verify_accept accept = {.program = "/bin/cat", .each_max = 8, .limit_ms = limit_ms, .idle_ms = idle_ms};
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), ends[2];

	/* The kernel finds a name. */
	bed->address = (struct sockaddr_un){.sun_family = AF_UNIX};
	bed->address_len = sizeof bed->address;
	assert_return_code(bind(listener, (struct sockaddr *)&bed->address, sizeof(sa_family_t)), 0);
	assert_return_code(getsockname(listener, (struct sockaddr *)&bed->address, &bed->address_len), 0);
	assert_return_code(listen(listener, 64), 0);
	assert_return_code(pipe(ends), 0);
	bed->door = fork();
	assert_return_code(bed->door, 0);
	if (bed->door == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		_exit(verify_accept(&accept, listener) == 0 ? 0 : 1);
	}
	(void)close(listener);
	(void)close(ends[1]);
	bed->said = ends[0];
}

static int door_status(const struct bed *bed)
{
	int status = -1;

	assert_int_equal(waitpid(bed->door, &status, 0), bed->door);
	(void)close(bed->said);
	return status;
}

static void door_close(const struct bed *bed)
{
	assert_return_code(kill(bed->door, SIGTERM), 0);
	(void)door_status(bed);
}

static int visit(const struct bed *bed)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_return_code(connect(fd, (const struct sockaddr *)&bed->address, bed->address_len), 0);
	return fd;
}

static bool is_readable(int fd, int ms)
{
	return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, ms) == 1;
}

/* Whether the process at the other end says what it is sent. */
static bool is_served(const struct bed *bed, int fd, char word)
{
	char heard = '\0';

	if (send(fd, &word, 1, MSG_NOSIGNAL) != 1 || !is_readable(bed->said, SOON_MS) || read(bed->said, &heard, 1) != 1)
		return false;
	return heard == word;
}

static bool is_turned_away(int fd)
{
	char byte;

	return is_readable(fd, SOON_MS) && recv(fd, &byte, 1, 0) <= 0;
}

static void each_is_served(void **state)
{
	struct bed bed;
	int first, second;

	(void)state;
	door_open(&bed, SOON_MS, SOON_MS);
	first = visit(&bed);
	second = visit(&bed);
	assert_true(is_served(&bed, second, 'b'));
	assert_true(is_served(&bed, first, 'a'));
	(void)close(first);
	assert_true(is_served(&bed, second, 'c'));
	(void)close(second);
	door_close(&bed);
}

static void of_a_crowd_the_first_stay(void **state)
{
	int crowd[20];
	struct bed bed;

	(void)state;
	door_open(&bed, SOON_MS, SOON_MS);
	for (size_t i = 0; i < 20; i++)
		crowd[i] = visit(&bed);
	for (size_t i = 8; i < 20; i++) {
		assert_true(is_turned_away(crowd[i]));
		(void)close(crowd[i]);
	}
	for (size_t i = 0; i < 8; i++)
		assert_true(is_served(&bed, crowd[i], (char)('a' + i)));
	for (size_t i = 0; i < 8; i++)
		(void)close(crowd[i]);
	door_close(&bed);
}

static void who_leaves_makes_room(void **state)
{
	int crowd[8], late = -1;
	struct bed bed;

	(void)state;
	door_open(&bed, SOON_MS, SOON_MS);
	for (size_t i = 0; i < 8; i++)
		crowd[i] = visit(&bed);
	late = visit(&bed);
	assert_true(is_turned_away(late));
	(void)close(crowd[3]);
	/* It takes a moment until its process has ended. */
	for (int i = 0; i < 1000; i++) {
		(void)close(late);
		late = visit(&bed);
		if (!is_readable(late, 50))
			break;
	}
	assert_true(is_served(&bed, late, 'z'));
	(void)close(late);
	for (size_t i = 0; i < 8; i++)
		if (i != 3)
			(void)close(crowd[i]);
	door_close(&bed);
}

static void who_takes_too_long_is_ended(void **state)
{
	struct bed bed;
	int fd;

	(void)state;
	door_open(&bed, 100, SOON_MS);
	fd = visit(&bed);
	assert_true(is_turned_away(fd));
	(void)close(fd);
	door_close(&bed);
}

static void without_anybody_it_ends(void **state)
{
	struct bed bed;

	(void)state;
	door_open(&bed, SOON_MS, 50);
	assert_int_equal(door_status(&bed), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_served),
		cmocka_unit_test(of_a_crowd_the_first_stay),
		cmocka_unit_test(who_leaves_makes_room),
		cmocka_unit_test(who_takes_too_long_is_ended),
		cmocka_unit_test(without_anybody_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
