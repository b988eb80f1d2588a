/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole lock without idlelockd: idlelock-x11 --standalone with xsecurelock on an Xvfb, from idleness over warning and proof to the right password,
 * and what happens to it when the locker is attacked. Issue 4, acceptance 1 and 3, as far as one display goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xcb/xtest.h>

#include "clock.h"
#include "x11_bed.h"
#include "x11_display.h"
#include "x11_look.h"
#include "x11_watch.h"

#define NS_PER_MS INT64_C(1000000)
#define KEY_A 38
#define KEY_S 39
#define KEY_RETURN 36
#define LINE_MAX_BYTES 1024

struct scene {
	struct x11_bed bed;
	struct x11 x; /* a look of our own */
	char root[300];
	pid_t watcher;
	int output;
	char bytes[4 * LINE_MAX_BYTES];
	size_t len;
};

static void write_file(const struct scene *scene, const char *name, const char *text, mode_t mode)
{
	char path[400];
	int fd;

	snprintf(path, sizeof path, "%s%s", scene->root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void make_folder(const struct scene *scene, const char *name)
{
	char path[400];

	snprintf(path, sizeof path, "%s%s", scene->root, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

/* The password is "aaaa". */
static void write_root(struct scene *scene)
{
	snprintf(scene->root, sizeof scene->root, "%s/root", scene->bed.folder);
	make_folder(scene, "");
	make_folder(scene, "/etc");
	make_folder(scene, "/etc/mutex");
	write_file(scene, "/etc/mutex/policy.conf", "[lock]\nafter = 5s\nwarn = 2s\ntrusted_virtual_inputs = xtest\n", 0644);
	write_file(scene, "/auth",
		   "#!/bin/bash\nprintf 'P 9\\nPassword:\\n'\nread -r _ len\nIFS= read -r -N \"$len\" answer\n[ \"$answer\" = aaaa ]\n", 0755);
}

static int set_scene(void **state)
{
	struct scene *scene = calloc(1, sizeof *scene);
	char program[256], proto[400];
	const char *build = getenv("BUILD");
	const char *const argv[] = {program, "--root", scene->root, "--standalone", NULL};
	const char *const variables[] = {proto, "XSECURELOCK_DISCARD_FIRST_KEYPRESS=0", "LC_ALL=C", NULL};
	int fds[2];

	x11_bed_start(&scene->bed);
	write_root(scene);
	snprintf(program, sizeof program, "%s/idlelock/idlelock-x11", build == NULL ? "build/release" : build);
	snprintf(proto, sizeof proto, "XSECURELOCK_AUTHPROTO=%s/auth", scene->root);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	scene->watcher = x11_bed_run_with(&scene->bed, argv, variables, fds[1]);
	close(fds[1]);
	scene->output = fds[0];
	assert_int_equal(x11_connect(scene->bed.display, scene->bed.cookie, scene->bed.server, &scene->x), WORKER_FAILURE_NONE);
	*state = scene;
	return 0;
}

static int strike_scene(void **state)
{
	static const char *const files[] = {"/auth", "/etc/mutex/policy.conf", NULL};
	static const char *const folders[] = {"/etc/mutex", "/etc", "", NULL};
	struct scene *scene = *state;
	char path[400];

	x11_bed_end(scene->watcher, SIGTERM);
	close(scene->output);
	x11_close(&scene->x);
	for (size_t i = 0; files[i] != NULL; i++) {
		snprintf(path, sizeof path, "%s%s", scene->root, files[i]);
		unlink(path);
	}
	for (size_t i = 0; folders[i] != NULL; i++) {
		snprintf(path, sizeof path, "%s%s", scene->root, folders[i]);
		rmdir(path);
	}
	x11_bed_stop(&scene->bed);
	free(scene);
	return 0;
}

/* Takes the output up to the next line that holds the text. False after limit_ms. */
static bool says(struct scene *scene, const char *text, int limit_ms, char ret_line[LINE_MAX_BYTES])
{
	int64_t until_ns = clock_monotonic_ns() + limit_ms * NS_PER_MS;

	while (true) {
		char *end = memchr(scene->bytes, '\n', scene->len);
		struct pollfd ready = {.fd = scene->output, .events = POLLIN};
		int64_t left_ms = (until_ns - clock_monotonic_ns()) / NS_PER_MS;
		ssize_t n;

		if (end != NULL) {
			size_t line = (size_t)(end - scene->bytes);

			snprintf(ret_line, LINE_MAX_BYTES, "%.*s", (int)line, scene->bytes);
			memmove(scene->bytes, end + 1, scene->len - line - 1);
			scene->len -= line + 1;
			if (strstr(ret_line, text) != NULL)
				return true;
			continue;
		}
		if (poll(&ready, 1, left_ms < 0 ? 0 : (int)left_ms) != 1)
			return false;
		n = read(scene->output, scene->bytes + scene->len, sizeof scene->bytes - scene->len);
		if (n <= 0)
			return false;
		scene->len += (size_t)n;
	}
}

/* "asked 27601.308" of a record, in ms. */
static double ms_of(const char *line, const char *word)
{
	char pattern[64];
	const char *at;

	snprintf(pattern, sizeof pattern, "%s ", word);
	at = strstr(line, pattern);
	assert_non_null(at);
	return strtod(at + strlen(pattern), NULL) * 1000;
}

static void key(struct scene *scene, uint8_t code)
{
	xcb_test_fake_input(scene->bed.hostile, XCB_KEY_PRESS, code, 0, XCB_NONE, 0, 0, 0);
	xcb_test_fake_input(scene->bed.hostile, XCB_KEY_RELEASE, code, 0, XCB_NONE, 0, 0, 0);
	free(xcb_get_input_focus_reply(scene->bed.hostile, xcb_get_input_focus(scene->bed.hostile), NULL));
}

static void type(struct scene *scene, uint8_t code)
{
	for (int i = 0; i < 4; i++)
		key(scene, code);
	key(scene, KEY_RETURN);
}

static bool is_locked(struct scene *scene, pid_t *ret_owner)
{
	struct worker_sight sight;

	assert_int_equal(x11_look(&scene->x, clock_monotonic_ns() + X11_LOOK_NS, &sight), 0);
	*ret_owner = (pid_t)sight.owner_pid;
	return x11_bed_is_locked(&sight);
}

/* Waits until it is locked again, in ms; -1 after limit_ms. */
static int time_to_lock(struct scene *scene, int limit_ms)
{
	int64_t begun_ns = clock_monotonic_ns();
	pid_t owner;

	while (!is_locked(scene, &owner)) {
		if (clock_monotonic_ns() - begun_ns > limit_ms * NS_PER_MS)
			return -1;
		poll(NULL, 0, 5);
	}
	return (int)((clock_monotonic_ns() - begun_ns) / NS_PER_MS);
}

static void locks_in_time_and_opens_for_the_password(void **state)
{
	struct scene *scene = *state;
	char line[LINE_MAX_BYTES];
	double input_ms, now_ms;
	pid_t owner;

	assert_true(says(scene, "it promises less", 5000, line));
	poll(NULL, 0, 700);
	key(scene, KEY_A);
	input_ms = (double)clock_monotonic_ns() / 1e6;
	assert_true(says(scene, "it is locked in 2 s", 6000, line));
	now_ms = (double)clock_monotonic_ns() / 1e6;
	assert_true(now_ms - input_ms > 2800 && now_ms - input_ms < 3300);
	assert_true(says(scene, "is to be locked", 5000, line));
	assert_true(ms_of(line, "asked") - input_ms > 4800 && ms_of(line, "asked") - input_ms < 5200);
	assert_true(says(scene, "is locked, proven", 5000, line));
	assert_non_null(strstr(line, "/usr/bin/xsecurelock"));
	assert_true(ms_of(line, "first proven") - ms_of(line, "asked") < 500);
	assert_true(is_locked(scene, &owner));
	type(scene, KEY_S);
	assert_false(says(scene, "was opened", 1500, line));
	assert_true(is_locked(scene, &owner));
	type(scene, KEY_A);
	assert_true(says(scene, "was opened", 8000, line));
	assert_false(is_locked(scene, &owner));
}

static void a_countdown_is_stopped_by_input(void **state)
{
	struct scene *scene = *state;
	char line[LINE_MAX_BYTES];

	assert_true(says(scene, "it is locked in 2 s", 8000, line));
	key(scene, KEY_A);
	assert_false(says(scene, "is to be locked", 2500, line));
	assert_true(says(scene, "is to be locked", 5000, line));
}

static void is_back_within_a_second(struct scene *scene)
{
	char line[LINE_MAX_BYTES];

	assert_in_range(time_to_lock(scene, 1000), 0, 1000);
	assert_true(says(scene, "is locked", 3000, line));
}

static pid_t wait_for_lock(struct scene *scene)
{
	char line[LINE_MAX_BYTES];
	pid_t owner;

	assert_true(says(scene, "is locked, proven", 12000, line));
	assert_true(is_locked(scene, &owner));
	return owner;
}

static void a_killed_locker_comes_back(void **state)
{
	struct scene *scene = *state;

	kill(wait_for_lock(scene), SIGKILL);
	is_back_within_a_second(scene);
}

static void a_locker_killed_through_x_comes_back(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;

	(void)wait_for_lock(scene);
	assert_int_equal(x11_look(&scene->x, clock_monotonic_ns() + X11_LOOK_NS, &sight), 0);
	xcb_kill_client(scene->bed.hostile, sight.owner_window);
	xcb_flush(scene->bed.hostile);
	is_back_within_a_second(scene);
}

static void a_menu_at_the_deadline_is_broken(void **state)
{
	struct scene *scene = *state;
	char line[LINE_MAX_BYTES];
	xcb_connection_t *c = scene->bed.hostile;
	pid_t owner;

	free(xcb_grab_keyboard_reply(c, xcb_grab_keyboard(c, 1, scene->bed.root, 0, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC), NULL));
	free(xcb_grab_pointer_reply(c, xcb_grab_pointer(c, 1, scene->bed.root, 0, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC, 0, 0, 0), NULL));
	assert_true(says(scene, "foreign-grab", 8000, line));
	assert_true(says(scene, "is locked, proven", 5000, line));
	assert_true(is_locked(scene, &owner));
}

static void the_idle_counter_is_set_back_all_the_time(void **state)
{
	struct scene *scene = *state;
	int64_t begun_ns = clock_monotonic_ns();
	char line[LINE_MAX_BYTES];
	bool tampered = false, locked = false;

	while (!locked && clock_monotonic_ns() - begun_ns < 7000 * NS_PER_MS) {
		xcb_force_screen_saver(scene->bed.hostile, XCB_SCREEN_SAVER_RESET);
		xcb_warp_pointer(scene->bed.hostile, XCB_NONE, scene->bed.root, 0, 0, 0, 0, (int16_t)(clock_monotonic_ns() % 500), 5);
		xcb_flush(scene->bed.hostile);
		while (says(scene, "", 50, line)) {
			tampered = tampered || strstr(line, "idle-reset") != NULL;
			locked = locked || strstr(line, "is locked, proven") != NULL;
		}
	}
	assert_true(locked);
	assert_true(tampered);
}

#define SCENE(function) cmocka_unit_test_setup_teardown(function, set_scene, strike_scene)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		SCENE(locks_in_time_and_opens_for_the_password),
		SCENE(a_countdown_is_stopped_by_input),
		SCENE(a_killed_locker_comes_back),
		SCENE(a_locker_killed_through_x_comes_back),
		SCENE(a_menu_at_the_deadline_is_broken),
		SCENE(the_idle_counter_is_set_back_all_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
