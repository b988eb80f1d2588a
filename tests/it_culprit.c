/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelock/guard/exec_watch_run.c with the kernel's own proc connector: real programs, real login uids. Root; skipped where the kernel tells nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "exec_watch_run.h"

#define MS INT64_C(1000000)
#define UNIT "exec-watch-test.service"
#define ALICE 45678
#define BOB 45679
#define NOBODY 0xFFFFFFFFU

static const char *const PROGRAMS[] = {"systemctl", "nft"};
static char folder[] = "/tmp/it_culprit.XXXXXX";
static struct loop *loop;
static struct exec_watch *watch;
static pid_t children[64];
static size_t child_count;
static bool late; /* what begins is not read of at once */

static void stop_loop(int64_t now_ns, void *data)
{
	(void)now_ns;
	loop_stop(data);
}

static void run_for(int64_t ms)
{
	assert_int_equal(0, loop_at(loop, clock_monotonic_ns() + ms * MS, 0, stop_loop, loop));
	assert_int_equal(0, loop_run(loop));
}

/* A shell script, so that the process has its name. It runs until its standard input ends. */
static void make_program(const char *name)
{
	static const char text[] = "#!/bin/sh\nread -r _\n";
	char path[128];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	assert_true(fd >= 0);
	assert_int_equal(sizeof text - 1, write(fd, text, sizeof text - 1));
	(void)close(fd);
}

static bool become(unsigned login_uid)
{
	char word[16];
	int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC), len = snprintf(word, sizeof word, "%u", login_uid);
	bool done = fd >= 0 && write(fd, word, (size_t)len) == len;

	(void)close(fd);
	return done;
}

/* The end of a pipe: closed, the program ends. */
static int begin(unsigned login_uid, const char *program, const char *verb, const char *what)
{
	char path[128];
	int ends[2], executed[2];
	char none;
	pid_t pid;

	(void)snprintf(path, sizeof path, "%s/%s", folder, program);
	assert_int_equal(0, pipe2(ends, O_CLOEXEC));
	assert_int_equal(0, pipe2(executed, O_CLOEXEC));
	pid = fork();
	if (pid == 0) {
		if ((login_uid != NOBODY && !become(login_uid)) || dup2(ends[0], 0) < 0)
			_exit(1);
		(void)execl(path, program, verb, what, (char *)NULL);
		_exit(1);
	}
	(void)close(ends[0]);
	(void)close(executed[1]);
	assert_int_equal(0, read(executed[0], &none, 1));
	(void)close(executed[0]);
	assert_true(pid > 0 && child_count < sizeof children / sizeof children[0]);
	children[child_count++] = pid;
	if (late)
		(void)usleep(30000);
	else
		run_for(30);
	return ends[1];
}

static bool was_of(int64_t at_ns, unsigned login_uid)
{
	struct culprit culprit;

	return exec_watch_suspect(watch, 1, at_ns, &culprit) && culprit.uid == login_uid;
}

static bool was_unknown(int64_t at_ns)
{
	struct culprit culprit;

	return !exec_watch_suspect(watch, 1, at_ns, &culprit);
}

static bool is_of(unsigned login_uid)
{
	return was_of(clock_monotonic_ns(), login_uid);
}

static bool is_unknown(void)
{
	return was_unknown(clock_monotonic_ns());
}

static int set_up(void **state)
{
	(void)state;
	loop = loop_new();
	child_count = 0;
	if (loop == NULL || exec_watch_open(loop, &watch) < 0)
		return -1;
	return exec_watch_add(watch, UNIT, 1) == 0 && exec_watch_add(watch, "/etc/exec-watch-test", 2) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	int status;

	(void)state;
	/* After a failed row their pipes are open still. */
	for (size_t i = 0; i < child_count; i++) {
		(void)kill(children[i], SIGTERM);
		(void)waitpid(children[i], &status, 0);
	}
	exec_watch_close(watch);
	loop_free(loop);
	return 0;
}

static void the_one_who_does_it(void **state)
{
	struct culprit culprit;
	int hand = begin(ALICE, "systemctl", "stop", UNIT);

	(void)state;
	assert_true(is_of(ALICE));
	assert_false(exec_watch_suspect(watch, 2, clock_monotonic_ns(), &culprit));
	assert_true(exec_watch_suspect(watch, 1, clock_monotonic_ns(), &culprit));
	assert_string_equal("systemctl", culprit.program);
	assert_string_equal("uid 45678", culprit.person);
	(void)close(hand);
	run_for(200);
	assert_true(is_of(ALICE)); /* what it did may be seen only now */
	run_for(1000);
	assert_true(is_unknown());
}

/* Asked for long after by a look that began right behind it. */
static void a_look_takes_its_time(void **state)
{
	int hand = begin(ALICE, "systemctl", "stop", UNIT), other;
	int64_t at_ns;

	(void)state;
	(void)close(hand);
	run_for(30);
	at_ns = clock_monotonic_ns();
	run_for(2100);
	assert_true(is_unknown());
	assert_true(was_of(at_ns, ALICE));
	other = begin(BOB, "systemctl", "stop", UNIT);
	assert_true(is_of(BOB));
	assert_true(was_unknown(at_ns));
	(void)close(other);
}

/* Who began since that look cannot be what it was begun for, and may be what it saw. */
static void one_who_came_after_the_look(void **state)
{
	int64_t at_ns = clock_monotonic_ns();
	int first, second;

	(void)state;
	first = begin(ALICE, "systemctl", "stop", UNIT);
	assert_true(was_unknown(at_ns));
	at_ns = clock_monotonic_ns();
	assert_true(was_of(at_ns, ALICE));
	second = begin(ALICE, "systemctl", "mask", UNIT);
	assert_true(was_of(at_ns, ALICE)); /* the same person's */
	(void)close(second);
	(void)close(first);
}

/* When it was told of is not when it began: nobody reads while a look goes on. */
static void one_who_is_read_of_late(void **state)
{
	int64_t at_ns;
	int hand;

	(void)state;
	late = true;
	hand = begin(ALICE, "systemctl", "stop", UNIT);
	late = false;
	at_ns = clock_monotonic_ns();
	assert_true(was_of(at_ns, ALICE));
	(void)close(hand);
}

/* Nobody is named for what one did who is forgotten since. */
static void a_look_takes_too_long(void **state)
{
	int hand = begin(ALICE, "systemctl", "stop", UNIT), hands[32];
	int64_t at_ns;

	(void)state;
	(void)close(hand);
	run_for(30);
	at_ns = clock_monotonic_ns();
	run_for(1100);
	for (size_t i = 0; i < 31; i++)
		hands[i] = begin(BOB, "nft", "flush", "ruleset");
	assert_true(was_of(at_ns, ALICE));
	hands[31] = begin(BOB, "systemctl", "stop", UNIT);
	assert_true(is_of(BOB));
	assert_true(was_unknown(at_ns));
	for (size_t i = 0; i < 32; i++)
		(void)close(hands[i]);
}

static void two_at_once_are_nobody(void **state)
{
	int alice = begin(ALICE, "systemctl", "stop", UNIT), bob = begin(BOB, "systemctl", "mask", UNIT);

	(void)state;
	assert_true(is_unknown());
	(void)close(bob);
	(void)close(alice);
}

static void a_service_counts_as_one_more(void **state)
{
	int alice = begin(ALICE, "systemctl", "stop", UNIT), service = begin(NOBODY, "systemctl", "restart", UNIT);

	(void)state;
	assert_true(is_unknown());
	(void)close(service);
	(void)close(alice);
}

static void who_only_asks_is_not_meant(void **state)
{
	int alice = begin(ALICE, "systemctl", "stop", UNIT), bob = begin(BOB, "systemctl", "status", UNIT);

	(void)state;
	assert_true(is_of(ALICE));
	exec_watch_forget(watch, 1);
	assert_true(is_unknown());
	(void)close(bob);
	(void)close(alice);
}

static void more_than_fit_are_nobody(void **state)
{
	int hands[34];

	(void)state;
	for (size_t i = 0; i < 33; i++)
		hands[i] = begin(BOB, "nft", "flush", "ruleset");
	hands[33] = begin(ALICE, "systemctl", "stop", UNIT);
	assert_true(is_unknown());
	for (size_t i = 0; i < 34; i++)
		(void)close(hands[i]);
	run_for(30);
	hands[0] = begin(ALICE, "systemctl", "stop", UNIT);
	assert_true(is_unknown());
	(void)close(hands[0]);
}

/* One that was not seen may be the cause for as long as one that was. */
static void one_that_was_lost(void **state)
{
	int hands[33];

	(void)state;
	for (size_t i = 0; i < 32; i++)
		hands[i] = begin(BOB, "nft", "flush", "ruleset");
	hands[32] = begin(BOB, "systemctl", "stop", UNIT);
	run_for(1100);
	for (size_t i = 0; i < 32; i++)
		(void)close(hands[i]);
	(void)close(hands[32]);
	hands[0] = begin(ALICE, "systemctl", "stop", UNIT);
	assert_true(is_unknown());
	(void)close(hands[0]);
}

/* Its line is longer than what is read: its end may name what was changed. */
static void one_with_too_many_words(void **state)
{
	static char words[2000];
	int bob, alice;

	(void)state;
	memset(words, 'x', sizeof words - 1);
	bob = begin(BOB, "systemctl", "stop", words);
	run_for(1100);
	alice = begin(ALICE, "systemctl", "stop", UNIT);
	assert_true(is_unknown());
	run_for(1000);
	assert_true(is_of(ALICE));
	(void)close(alice);
	(void)close(bob);
}

/* What the kernel names, after it has ended. */
static void a_process_that_is_gone(void **state)
{
	int hand = begin(ALICE, "nft", "flush", "ruleset");
	struct change change = {.pid = (uint32_t)children[0], .program = "nft"};
	struct culprit culprit;
	int status;

	(void)state;
	(void)close(hand);
	assert_int_equal(children[0], waitpid(children[0], &status, 0));
	child_count = 0;
	culprit_gather(&change, &culprit);
	assert_string_equal("", culprit.person);
	assert_true(exec_watch_find(watch, &change, &culprit));
	assert_int_equal(ALICE, culprit.uid);
	(void)snprintf(change.program, sizeof change.program, "%s", "other");
	assert_false(exec_watch_find(watch, &change, &culprit));
}

/* In the kernel's first namespaces, as root who may set login uids. */
static bool is_possible(void)
{
	struct stat st;
	void *none = NULL;
	bool listens;
	int status = 1;
	pid_t pid;

	if (stat("/proc/self/ns/pid", &st) < 0 || st.st_ino != 0xEFFFFFFCU)
		return false;
	listens = set_up(&none) == 0;
	(void)tear_down(&none);
	pid = fork();
	if (pid == 0)
		_exit(become(ALICE) ? 0 : 1);
	return listens && waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		ROW(the_one_who_does_it), ROW(two_at_once_are_nobody),   ROW(a_service_counts_as_one_more),
		ROW(who_only_asks_is_not_meant), ROW(more_than_fit_are_nobody), ROW(a_process_that_is_gone),
		ROW(a_look_takes_its_time),      ROW(a_look_takes_too_long),
		ROW(one_that_was_lost),          ROW(one_with_too_many_words),  ROW(one_who_came_after_the_look),
		ROW(one_who_is_read_of_late),
	};
	char path[128];
	int status = 1;

	if (mkdtemp(folder) == NULL || !is_possible()) {
		(void)rmdir(folder);
		(void)puts("nobody may ask the kernel here who executes what");
		return 77;
	}
	for (size_t i = 0; i < sizeof PROGRAMS / sizeof PROGRAMS[0]; i++)
		make_program(PROGRAMS[i]);
	status = cmocka_run_group_tests(tests, NULL, NULL);
	for (size_t i = 0; i < sizeof PROGRAMS / sizeof PROGRAMS[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, PROGRAMS[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
	return status;
}
