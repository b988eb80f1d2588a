/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/auth_console_run.c on a pseudo-terminal: the lock is said to hold only when no key leads away, and a key leads away again only when
 * the person is proven or systemd stops it. The kernel's consoles and the verifier are played here; it_vm_consoles.sh has the real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/vt.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "auth_console_run.h"
#include "auth_run.h"
#include "file_root.h"

#define OURS 9 /* the console that nobody uses */
#define LIMIT_MS 10000
#define RIGHT "marble trumpet"
#define ASKED "Password: "
#define LOCKED "Press Enter"

/* What the child does to the consoles, seen by the parent. */
static struct scene {
	char done[256];
	int free_console;  /* VT_OPENQRY's answer */
	unsigned shown;
	int switched_away; /* so many times, before it is forbidden */
	int away;          /* so many times the verifier cannot be reached */
} *scene;

static struct {
	char root[FILE_ROOT_BYTES], name[64], said[8192];
	int master, slave, manager;
	size_t len;
	pid_t child;
	struct paths paths;
} bed;

static void did(const char *word, unsigned number)
{
	size_t len = strlen(scene->done);

	(void)snprintf(scene->done + len, sizeof scene->done - len, "%s%u ", word, number);
}

/* --- the kernel and the verifier --- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_auth_run(const char *socket_path, const char *service, const struct auth_face *face);

int __wrap_open(const char *path, int flags, ...)
{
	char own[16];

	(void)snprintf(own, sizeof own, "/dev/tty%d", OURS);
	if (strcmp(path, "/dev/tty0") == 0)
		return __real_open("/dev/null", flags);
	return __real_open(strcmp(path, own) == 0 ? bed.name : path, flags);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	union {
		int *number;
		struct vt_stat *state;
		unsigned long value;
	} argument;

	(void)fd;
	va_start(list, request);
	argument.value = va_arg(list, unsigned long);
	va_end(list);
	switch (request) {
	case VT_OPENQRY:
		*argument.number = scene->free_console;
		break;
	case VT_GETSTATE:
		argument.state->v_active = (unsigned short)scene->shown;
		break;
	case VT_ACTIVATE:
		did("show", (unsigned)argument.value);
		scene->shown = (unsigned)argument.value;
		break;
	case VT_LOCKSWITCH:
		did("forbid", (unsigned)argument.value);
		if (scene->switched_away-- > 0)
			scene->shown = 3;
		break;
	case VT_UNLOCKSWITCH:
		did("allow", (unsigned)argument.value);
		break;
	default:
		break;
	}
	return 0;
}

int __wrap_auth_run(const char *socket_path, const char *service, const struct auth_face *face)
{
	struct secret answer SECRET_WIPED = {0};
	int r;

	if (strcmp(socket_path, bed.paths.locker_socket) != 0 || strcmp(service, "vlock") != 0)
		return -EPROTO;
	if (scene->away-- > 0)
		return -ECONNREFUSED;
	r = face->ask(true, ASKED, &answer, face->data);
	return r < 0 ? r : strcmp(answer.bytes, RIGHT) == 0 ? 0 : -EACCES;
}

/* --- the bed --- */

static int set_up(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)state;
	scene = mmap(NULL, sizeof *scene, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(scene, MAP_FAILED);
	*scene = (struct scene){.free_console = OURS, .shown = 2};
	bed.len = 0;
	bed.said[0] = '\0';
	assert_int_equal(openpty(&bed.master, &bed.slave, bed.name, NULL, NULL), 0);
	file_root_make("auth_console_run", bed.root);
	assert_int_equal(paths_init(&bed.paths, bed.root, geteuid()), 0);
	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", bed.root);
	bed.manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(bed.manager, (struct sockaddr *)&address, sizeof address), 0);
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	setenv("VT", "2", 1);
	setenv("PERSON", "nami", 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(bed.master);
	close(bed.slave);
	close(bed.manager);
	munmap(scene, sizeof *scene);
	return file_root_remove(bed.root);
}

static void start(void)
{
	bed.child = fork();
	assert_true(bed.child >= 0);
	if (bed.child == 0) {
		(void)alarm(LIMIT_MS / 1000);
		_exit(-auth_console_run(&bed.paths));
	}
}

/* What it said to systemd; "" when it said nothing up to its end. */
static const char *told_manager(void)
{
	static char words[128];
	ssize_t len = recv(bed.manager, words, sizeof words - 1, MSG_DONTWAIT);

	words[len > 0 ? len : 0] = '\0';
	return words;
}

static void wait_until_ready(void)
{
	struct pollfd p = {.fd = bed.manager, .events = POLLIN};

	assert_int_equal(poll(&p, 1, LIMIT_MS), 1);
	assert_string_equal(scene->done, "allow1 show9 forbid1 "); /* before it says so */
	assert_string_equal(told_manager(), "STATUS=tty9\nREADY=1\n");
}

/* Reads the screen until the words are there. What was read before does not count. */
static void read_until(const char *words)
{
	size_t from = bed.len;

	while (strstr(bed.said + from, words) == NULL) {
		struct pollfd p = {.fd = bed.master, .events = POLLIN};
		ssize_t len;

		if (poll(&p, 1, LIMIT_MS) != 1)
			fail_msg("\"%s\" is not shown, but \"%s\"", words, bed.said + from);
		len = read(bed.master, bed.said + bed.len, sizeof bed.said - 1 - bed.len);
		assert_true(len > 0);
		bed.len += (size_t)len;
		bed.said[bed.len] = '\0';
	}
}

static void type(const char *line)
{
	assert_int_equal(write(bed.master, line, strlen(line)), (ssize_t)strlen(line));
}

/* 0 or the negative errno with which it ended. */
static int ended(void)
{
	int status;

	assert_int_equal(waitpid(bed.child, &status, 0), bed.child);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void ask(void)
{
	read_until(LOCKED);
	type("\n");
	read_until(ASKED);
}

/* --- the rows --- */

static void opens_to_the_right_one_only(void **state)
{
	struct termios modes;

	(void)state;
	start();
	wait_until_ready();
	ask();
	assert_non_null(strstr(bed.said, "nami"));
	assert_int_equal(tcgetattr(bed.slave, &modes), 0);
	assert_int_equal(modes.c_lflag & (ISIG | ECHO), 0); /* no key ends it, and nothing typed is seen */
	type("wrong one\n");
	read_until("not recognised");
	assert_string_equal(scene->done, "allow1 show9 forbid1 ");
	type("\n"); /* read it; else two seconds pass */
	ask();
	type(RIGHT "\n");
	assert_int_equal(ended(), 0);
	assert_string_equal(scene->done, "allow1 show9 forbid1 allow1 show2 ");
	assert_null(strstr(bed.said, "wrong one"));
	assert_null(strstr(bed.said, RIGHT));
}

static void stays_without_a_verifier(void **state)
{
	(void)state;
	scene->away = 1;
	start();
	wait_until_ready();
	read_until(LOCKED);
	type("\n");
	read_until("cannot");
	type("\n");
	ask();
	assert_string_equal(scene->done, "allow1 show9 forbid1 ");
	type(RIGHT "\n");
	assert_int_equal(ended(), 0);
}

static void systemd_stops_it(void **state)
{
	(void)state;
	start();
	wait_until_ready();
	ask();
	assert_int_equal(kill(bed.child, SIGTERM), 0);
	assert_int_equal(ended(), -ECANCELED);
	assert_string_equal(scene->done, "allow1 show9 forbid1 allow1 show2 ");
}

/* Where somebody switches away in the moment before it is forbidden, the screen would show another console, locked to. */
static void holds_in_the_end(void **state)
{
	(void)state;
	scene->switched_away = 2;
	start();
	read_until(LOCKED);
	assert_string_equal(scene->done, "allow1 show9 forbid1 allow1 show9 forbid1 allow1 show9 forbid1 ");
	assert_string_equal(told_manager(), "STATUS=tty9\nREADY=1\n");
	assert_int_equal(kill(bed.child, SIGTERM), 0);
	assert_int_equal(ended(), -ECANCELED);
}

static void says_nothing_where_it_cannot_lock(void **state)
{
	static const struct {
		const char *name, *session;
		int free_console, switched_away, result;
	} rows[] = {
		{"no console is free", "2", -1, 0, -EBUSY},
		{"consoles beyond the kernel's", "2", 64, 0, -EBUSY},
		{"a session on no console", "64", OURS, 0, -EINVAL},
		{"words for a number", "tty2", OURS, 0, -EINVAL},
		{"somebody always switches away", "2", OURS, 99, -EAGAIN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].name);
		setenv("VT", rows[i].session, 1);
		*scene = (struct scene){.free_console = rows[i].free_console, .switched_away = rows[i].switched_away};
		start();
		assert_int_equal(ended(), rows[i].result);
		assert_string_equal(told_manager(), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(opens_to_the_right_one_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stays_without_a_verifier, set_up, tear_down),
		cmocka_unit_test_setup_teardown(systemd_stops_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(holds_in_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_nothing_where_it_cannot_lock, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
