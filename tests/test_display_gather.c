/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose cookie is taken for a display: this program is its server too, which only listens. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "display_gather.h"

#define PERSON 4242 /* nobody of this computer */
#define OTHER 4243
#define NUMBER_BYTES 8

static char folder[] = "/tmp/mutex-display.XXXXXX", auth[64];

/* serve -auth FILE [vtN]: prints the number of a display that is free, and listens there. */
static int serve(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	for (int number = 1000; number < 9999; number++) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		int len = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "/tmp/.X11-unix/X%d", number);

		if (bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len)) < 0)
			continue;
		if (listen(fd, 4) < 0 || dprintf(STDOUT_FILENO, "%d", number) < 0)
			return 1;
		pause();
	}
	return 1;
}

static pid_t start_server(uid_t uid, const char *terminal, char ret_display[NUMBER_BYTES + 1])
{
	char number[NUMBER_BYTES] = "";
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		if (uid == geteuid() || (setgid(uid) == 0 && setuid(uid) == 0)) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			execl("/proc/self/exe", "serve", "-auth", auth, terminal, (char *)NULL);
		}
		_exit(127);
	}
	close(ends[1]);
	assert_true(read(ends[0], number, sizeof number - 1) > 0);
	close(ends[0]);
	snprintf(ret_display, NUMBER_BYTES + 1, ":%s", number);
	return pid;
}

/* One cookie that is for all displays. */
static void write_auth(uid_t owner)
{
	static const unsigned char BYTES[] = "\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10" "0123456789abcdef";
	FILE *f = fopen(auth, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(BYTES, sizeof BYTES - 1, 1, f), 1);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(auth, 0600), 0);
	assert_int_equal(chown(auth, owner, (gid_t)-1), 0);
}

static void takes_the_cookie_of_the_server_or_the_person(void **state)
{
	const uid_t us = geteuid();
	const struct {
		const char *name;
		uid_t server, owner;
		bool roots; /* only root can set it up */
		bool takes;
	} ROWS[] = {
		{"the server's own", us, us, false, true},
		{"root's server, the person's file", 0, PERSON, true, true},
		{"the person's server, his file", PERSON, PERSON, true, true},
		{"root's server, another person's file", 0, OTHER, true, false},
		{"the person's server, another person's file", PERSON, OTHER, true, false},
		{"the person's server, root's file", PERSON, 0, true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct display_found found = {0};
		char display[NUMBER_BYTES + 1];
		pid_t server;

		if (ROWS[i].roots && us != 0)
			continue;
		print_message("%s\n", ROWS[i].name);
		write_auth(ROWS[i].owner);
		server = start_server(ROWS[i].server, NULL, display);
		assert_int_equal(display_gather(display, &(struct logind_session){.uid = PERSON, .seat = "seat0", .vt = 7}, server, us, &found), 0);
		assert_int_equal(found.server, server);
		assert_int_equal(found.has_cookie, ROWS[i].takes);
		if (ROWS[i].takes)
			assert_memory_equal(found.cookie, "0123456789abcdef", sizeof found.cookie);
		kill(server, SIGKILL);
		assert_int_equal(waitpid(server, NULL, 0), server);
	}
}

static void a_server_is_of_the_session_whose_screen_it_has(void **state)
{
	static const struct {
		const char *name;
		uid_t server;
		const char *terminal;
		struct logind_session session;
		bool found;
		enum { NOBODY, ITSELF, ANOTHER } controls;
	} ROWS[] = {
		{"root's, on the terminal", 0, "vt7", {.uid = PERSON, .seat = "seat0", .vt = 7}, true},
		{"root's, that names no terminal", 0, NULL, {.uid = PERSON, .seat = "seat0", .vt = 7}, true},
		{"root's, on another terminal", 0, "vt7", {.uid = PERSON, .seat = "seat0", .vt = 8}, false},
		{"root's, from afar", 0, NULL, {.uid = PERSON}, false},
		{"the person's, from afar", PERSON, NULL, {.uid = PERSON}, true},
		{"another person's", OTHER, NULL, {.uid = PERSON, .seat = "seat0", .vt = 7}, false},
		{"another person's, though it controls the session", OTHER, NULL, {.uid = PERSON, .seat = "seat0", .vt = 7}, false, ITSELF},
		{"the person's, which controls the session", PERSON, NULL, {.uid = PERSON, .seat = "seat0", .vt = 7}, true, ITSELF},
		{"the person's, and something else controls the session", PERSON, "vt7", {.uid = PERSON, .seat = "seat0", .vt = 7}, false, ANOTHER},
		{"the person's, and nothing controls the session", PERSON, "vt7", {.uid = PERSON, .seat = "seat0", .vt = 7}, false},
	};

	(void)state;
	if (geteuid() != 0)
		skip();
	write_auth(PERSON);
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct display_found found;
		char display[NUMBER_BYTES + 1];
		pid_t server = start_server(ROWS[i].server, ROWS[i].terminal, display);
		pid_t controller = ROWS[i].controls == ITSELF ? server : ROWS[i].controls == ANOTHER ? getpid() : 0;

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(display_gather(display, &ROWS[i].session, controller, 0, &found), ROWS[i].found ? 0 : -EPERM);
		kill(server, SIGKILL);
		assert_int_equal(waitpid(server, NULL, 0), server);
	}
}

static void no_display_no_answer(void **state)
{
	static const char *const DISPLAYS[] = {"", ":", "0", ":0x", "host:0", ":99999", ":999999999999999999999"};
	struct display_found found;

	(void)state;
	for (size_t i = 0; i < sizeof DISPLAYS / sizeof DISPLAYS[0]; i++)
		assert_true(display_gather(DISPLAYS[i], &(struct logind_session){.uid = PERSON}, 0, geteuid(), &found) < 0);
}

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chmod(folder, 0755) < 0)
		return -1;
	snprintf(auth, sizeof auth, "%s/auth", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(auth);
	return rmdir(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_cookie_of_the_server_or_the_person),
		cmocka_unit_test(a_server_is_of_the_session_whose_screen_it_has),
		cmocka_unit_test(no_display_no_answer),
	};

	(void)argv;
	if (argc > 1)
		return serve();
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
