/* SPDX-License-Identifier: BSD-2-Clause */
/* Which socket is a compositor's: children of this program listen, and one of them has the screen. */
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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "wayland_gather.h"

static char folder[] = "/tmp/mutex-wayland.XXXXXX";

/* Listens on these names, one after another, and then lives on. */
static pid_t start_compositor(const char *const names[])
{
	int ends[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		for (; *names != NULL; names++) {
			struct sockaddr_un address = {.sun_family = AF_UNIX};
			int fd = socket(AF_UNIX, SOCK_STREAM, 0);

			snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", folder, *names);
			if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4) < 0)
				_exit(1);
		}
		(void)!write(ends[1], "", 1);
		pause();
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

static void end_compositor(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void expect(pid_t compositor, const char *want)
{
	char name[64] = "";

	assert_int_equal(wayland_gather_display(compositor, folder, name, sizeof name), want != NULL ? 0 : -ENOENT);
	if (want != NULL)
		assert_string_equal(name, want);
}

/* Numbers say nothing: the lower one is anybody's. */
static void the_one_that_has_the_screen_is_taken(void **state)
{
	pid_t other = start_compositor((const char *const[]){"wayland-0", NULL});
	pid_t real = start_compositor((const char *const[]){"sway-ipc.sock", "wayland-x", "wayland-1.lock", "wayland-12", NULL});

	(void)state;
	expect(real, "wayland-12");
	expect(other, "wayland-0");
	expect(getpid(), NULL);
	expect(0, NULL);
	end_compositor(real);
	expect(real, NULL);
	end_compositor(other);
}

static void a_unit_that_is_not_there_has_no_client(void **state)
{
	(void)state;
	assert_false(wayland_gather_is_client("idlelock-swaylock@none.service", getpid()));
	assert_false(wayland_gather_is_client("", getpid()));
	assert_false(wayland_gather_is_client("idlelock-swaylock@none.service", 0));
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	static const char *const NAMES[] = {"wayland-0", "sway-ipc.sock", "wayland-x", "wayland-1.lock", "wayland-12"};
	char path[96];

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_that_has_the_screen_is_taken),
		cmocka_unit_test(a_unit_that_is_not_there_has_no_client),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
