/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a record goes: to the journal, to syslog without one, in time even when nobody reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "record.h"

#define LATE_NS INT64_C(2000000000) /* 100 ms are promised; the machine may be busy */

static char folder[] = "/tmp/test_record_emit.XXXXXX";
static char journal[64], syslog_path[64], nowhere[64];
static const struct record record = {.kind = RECORD_LOCKOUT, .verdict = RECORD_NOTED, .clause = "PW-3", .user = "alice", .detail = "five failures"};

static int set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(journal, sizeof journal, "%s/journal", folder);
	(void)snprintf(syslog_path, sizeof syslog_path, "%s/log", folder);
	(void)snprintf(nowhere, sizeof nowhere, "%s/nowhere", folder);
	return 0;
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command); /* the name is ours */
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	(void)unlink(path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void take(int fd, char *bytes, size_t size)
{
	ssize_t len = recv(fd, bytes, size - 1, 0);

	bytes[len > 0 ? len : 0] = '\0';
}

static void the_journal_gets_it_and_syslog_does_not(void **state)
{
	int j = listen_at(journal), s = listen_at(syslog_path);
	char bytes[4096];

	(void)state;
	assert_int_equal(record_emit(&record, journal, syslog_path), 0);
	take(j, bytes, sizeof bytes);
	assert_non_null(strstr(bytes, "MUTEX_KIND=lockout\n"));
	assert_non_null(strstr(bytes, "MUTEX_USER=alice\n"));
	take(s, bytes, sizeof bytes);
	assert_string_equal(bytes, "");
	(void)close(j);
	(void)close(s);
}

static void without_a_journal_syslog_gets_it(void **state)
{
	int s = listen_at(syslog_path);
	char bytes[4096];

	(void)state;
	assert_int_equal(record_emit(&record, nowhere, syslog_path), 0);
	take(s, bytes, sizeof bytes);
	assert_non_null(strstr(bytes, "pam_mutex"));
	assert_non_null(strstr(bytes, "alice"));
	(void)close(s);
}

static void nobody_takes_it(void **state)
{
	(void)state;
	assert_true(record_emit(&record, nowhere, nowhere) < 0);
}

/* A login waits for this. */
static void a_journal_that_hangs_holds_nobody_up(void **state)
{
	int j = listen_at(journal), s = listen_at(syslog_path);
	int64_t began;
	char bytes[4096];
	int r = 0;

	(void)state;
	for (int i = 0; i < 10000 && r == 0; i++) { /* until its queue is full; then it goes to syslog */
		began = clock_monotonic_ns();
		assert_int_equal(record_emit(&record, journal, syslog_path), 0);
		assert_true(clock_monotonic_ns() - began < LATE_NS);
		take(s, bytes, sizeof bytes);
		r = bytes[0] != '\0';
	}
	assert_int_equal(r, 1);
	(void)close(j);
	(void)close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_journal_gets_it_and_syslog_does_not),
		cmocka_unit_test(without_a_journal_syslog_gets_it),
		cmocka_unit_test(nobody_takes_it),
		cmocka_unit_test(a_journal_that_hangs_holds_nobody_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
