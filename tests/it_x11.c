/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelock-x11 on a real X server (Xvfb), with real lockers and hostile clients; this program plays idlelockd. Issue 4, acceptance 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xcb/res.h>
#include <xcb/shape.h>
#include <xcb/xinput.h>
#include <xcb/xkb.h>
#include <xcb/xtest.h>

#include "clock.h"
#include "x11_bed.h"
#include "x11_watch.h"

#define NS_PER_MS INT64_C(1000000)
#define CLIENTS_MAX 300
#define BIT(tamper) (1U << WORKER_TAMPER_##tamper)

static const char *const i3lock[] = {"i3lock", "-n", NULL};
static const char *const xsecurelock[] = {"xsecurelock", NULL};

struct scene {
	struct x11_bed bed;
	struct x11_bed_worker worker;
};

static int set_scene(void **state)
{
	struct scene *scene = calloc(1, sizeof *scene);

	x11_bed_start(&scene->bed);
	x11_bed_worker_start(&scene->worker);
	*state = scene;
	return 0;
}

static int strike_scene(void **state)
{
	struct scene *scene = *state;

	x11_bed_worker_stop(&scene->worker);
	x11_bed_stop(&scene->bed);
	free(scene);
	return 0;
}

static void open_display(struct scene *scene)
{
	(void)x11_bed_open_display(&scene->worker, &scene->bed);
}

/* The server has done everything that was asked of it so far. */
static void settle(xcb_connection_t *c)
{
	free(xcb_get_input_focus_reply(c, xcb_get_input_focus(c), NULL));
}

static bool grabs(const struct worker_sight *sight, enum worker_grab both)
{
	return sight->keyboard == both && sight->pointer == both;
}

/* --- connecting --- */

static void opens_and_sees_an_open_screen(void **state)
{
	struct scene *scene = *state;
	struct worker_message opened = x11_bed_open(&scene->worker, scene->bed.display, scene->bed.cookie, scene->bed.server);
	struct worker_message seen;

	assert_int_equal(opened.kind, WORKER_OPENED);
	assert_int_equal(opened.pid, scene->bed.server);
	seen = x11_bed_hear(&scene->worker, WORKER_SEEN, 3000);
	assert_int_equal(seen.kind, WORKER_SEEN);
	assert_int_equal(seen.serial, 0);
	assert_true(grabs(&seen.sight, WORKER_GRAB_NONE));
	assert_false(seen.sight.covered);
	assert_false(seen.sight.vt_away);
}

static void fails_and_ends(struct scene *scene, struct worker_message answer, enum worker_failure failure)
{
	assert_int_equal(answer.kind, WORKER_FAILED);
	assert_int_equal(answer.failure, failure);
	assert_true(WIFEXITED(x11_bed_wait(scene->worker.pid, 3000)));
}

static void another_process_serves_the_display(void **state)
{
	struct scene *scene = *state;

	fails_and_ends(scene, x11_bed_open(&scene->worker, scene->bed.display, scene->bed.cookie, getpid()), WORKER_FAILURE_WRONG_SERVER);
}

static void the_cookie_is_wrong(void **state)
{
	struct scene *scene = *state;
	unsigned char wrong[WORKER_COOKIE_BYTES] = {1};

	fails_and_ends(scene, x11_bed_open(&scene->worker, scene->bed.display, wrong, scene->bed.server), WORKER_FAILURE_REFUSED);
}

static void nobody_serves_the_display(void **state)
{
	struct scene *scene = *state;

	fails_and_ends(scene, x11_bed_open(&scene->worker, ":64999", NULL, 0), WORKER_FAILURE_REFUSED);
}

/* A server of the user's own: what it does is a row. The socket is abstract, since /tmp/.X11-unix may be root's. */
static int listen_as_server(char ret_display[16])
{
	for (int number = 40000 + getpid() % 20000;; number++) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int len = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "/tmp/.X11-unix/X%d", number);

		if (bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len)) == 0) {
			assert_int_equal(listen(fd, 4), 0);
			snprintf(ret_display, 16, ":%d", number);
			return fd;
		}
		close(fd);
	}
}

static void open_at_fake(struct scene *scene, const char *display, pid_t expected)
{
	struct worker_message open = {.kind = WORKER_OPEN, .pid = expected, .has_cookie = true, .cookie = {7}};

	assert_int_equal(x11_bed_hear(&scene->worker, WORKER_HELLO, 3000).kind, WORKER_HELLO);
	snprintf(open.display, sizeof open.display, "%s", display);
	x11_bed_say(&scene->worker, &open);
}

/* Nothing is said to a server that is not the session's, the cookie least of all. */
static void a_fake_server_gets_no_cookie(void **state)
{
	struct scene *scene = *state;
	char display[16], byte;
	int listener = listen_as_server(display), peer;

	open_at_fake(scene, display, scene->bed.server);
	fails_and_ends(scene, x11_bed_hear(&scene->worker, WORKER_OPENED, 3000), WORKER_FAILURE_WRONG_SERVER);
	peer = accept(listener, NULL, NULL);
	assert_int_equal(read(peer, &byte, 1), 0);
	close(peer);
	close(listener);
}

static void a_fake_server_talks_nonsense(void **state)
{
	struct scene *scene = *state;
	unsigned char nonsense[8 + 4 * 65535];
	char display[16];
	int listener = listen_as_server(display), peer;
	struct worker_message answer;

	memset(nonsense, 0xff, sizeof nonsense);
	nonsense[0] = 1; /* "success" */
	open_at_fake(scene, display, 0);
	peer = accept(listener, NULL, NULL);
	(void)send(peer, nonsense, sizeof nonsense, MSG_NOSIGNAL);
	shutdown(peer, SHUT_WR);
	answer = x11_bed_hear(&scene->worker, WORKER_OPENED, 8000);
	assert_int_not_equal(answer.kind, WORKER_OPENED);
	assert_true(x11_bed_wait(scene->worker.pid, 3000) >= 0);
	close(peer);
	close(listener);
}

static void a_fake_server_says_nothing(void **state)
{
	struct scene *scene = *state;
	char display[16];
	int listener = listen_as_server(display), status;

	open_at_fake(scene, display, 0);
	assert_int_equal(x11_bed_hear(&scene->worker, WORKER_OPENED, 10000).kind, 0);
	status = x11_bed_wait(scene->worker.pid, 3000);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	close(listener);
}

static void idlelockd_talks_nonsense(void **state)
{
	struct scene *scene = *state;
	unsigned char packet[WORKER_PACKET_BYTES] = {WORKER_LOOK};

	assert_int_equal(x11_bed_hear(&scene->worker, WORKER_HELLO, 3000).kind, WORKER_HELLO);
	assert_int_equal(send(scene->worker.fd, packet, sizeof packet, MSG_NOSIGNAL), sizeof packet);
	assert_int_equal(x11_bed_hear(&scene->worker, WORKER_OPENED, 3000).kind, 0);
	assert_true(WIFEXITED(x11_bed_wait(scene->worker.pid, 3000)));
}

/* --- idlelockd comes and goes --- */

static int listen_as_idlelockd(const struct scene *scene, struct sockaddr_un *ret_address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	char path[400];

	snprintf(path, sizeof path, "%s/run", scene->bed.folder);
	assert_int_equal(mkdir(path, 0755), 0);
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	assert_true(strlen(path) <= 80);
	snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%.80s/mutex-idlelock.socket", path);
	assert_int_equal(bind(fd, (struct sockaddr *)ret_address, sizeof *ret_address), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static struct x11_bed_worker accept_worker(int listener)
{
	struct pollfd coming = {.fd = listener, .events = POLLIN};

	assert_int_equal(poll(&coming, 1, 5000), 1);
	return (struct x11_bed_worker){.state = WORKER_EXPECT_HELLO, .fd = accept(listener, NULL, NULL)};
}

/* The display's connection is the same one afterwards: it is there although no new one would be let in. */
static void the_display_is_kept_when_idlelockd_dies(void **state)
{
	struct scene *scene = *state;
	const char *build = getenv("BUILD");
	char program[256], run[400];
	const char *const argv[] = {program, "--root", scene->bed.folder, "c1", NULL};
	struct sockaddr_un address;
	int listener = listen_as_idlelockd(scene, &address);
	xcb_connection_t *clients[CLIENTS_MAX];
	struct x11_bed_worker connection;
	struct worker_sight sight;
	int count = 0;
	pid_t pid;

	snprintf(program, sizeof program, "%s/idlelock/idlelock-x11", build == NULL ? "build/release" : build);
	pid = x11_bed_run(&scene->bed, argv);
	connection = accept_worker(listener);
	(void)x11_bed_open_display(&connection, &scene->bed);
	close(connection.fd);
	do
		clients[count] = x11_bed_connect(&scene->bed);
	while (xcb_connection_has_error(clients[count++]) == 0 && count < CLIENTS_MAX);
	assert_true(count < CLIENTS_MAX);
	connection = accept_worker(listener);
	sight = x11_bed_open_display(&connection, &scene->bed);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
	while (count > 0)
		xcb_disconnect(clients[--count]);
	close(connection.fd);
	close(listener);
	x11_bed_end(pid, SIGTERM);
	unlink(address.sun_path);
	snprintf(run, sizeof run, "%s/run", scene->bed.folder);
	rmdir(run);
}

/* --- lockers --- */

static void a_locker_is_seen_until_it_is_killed(struct scene *scene, const char *const *locker)
{
	pid_t pid = x11_bed_run(&scene->bed, locker);
	struct worker_sight sight;

	open_display(scene);
	sight = x11_bed_look_until_locked(&scene->worker);
	assert_true(x11_bed_is_locked(&sight));
	assert_int_equal(sight.owner_pid, pid);
	x11_bed_end(pid, SIGKILL);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
}

static void i3lock_is_seen_until_it_is_killed(void **state)
{
	a_locker_is_seen_until_it_is_killed(*state, i3lock);
}

static void xsecurelock_is_seen_until_it_is_killed(void **state)
{
	a_locker_is_seen_until_it_is_killed(*state, xsecurelock);
}

static pid_t lock(struct scene *scene, const char *const *locker, struct worker_sight *ret_sight)
{
	pid_t pid = x11_bed_run(&scene->bed, locker);

	open_display(scene);
	*ret_sight = x11_bed_look_until_locked(&scene->worker);
	assert_true(x11_bed_is_locked(ret_sight));
	return pid;
}

/* Sooner than idlelockd would ask. */
static void a_lock_that_holds_is_told_of_by_itself(void **state)
{
	struct scene *scene = *state;
	struct worker_message seen;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);
	int64_t began_ns = clock_monotonic_ns();

	do
		seen = x11_bed_hear(&scene->worker, WORKER_SEEN, 30000);
	while (seen.kind == WORKER_SEEN && clock_monotonic_ns() - began_ns < 20000 * NS_PER_MS);
	assert_int_equal(seen.kind, WORKER_SEEN);
	assert_true(x11_bed_is_locked(&seen.sight));
	assert_true(clock_monotonic_ns() - began_ns < 30000 * NS_PER_MS);
	x11_bed_end(pid, SIGKILL);
}

static void the_lock_is_moved_away(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);
	const uint32_t x = 500;

	xcb_configure_window(scene->bed.hostile, sight.owner_window, XCB_CONFIG_WINDOW_X, &x);
	settle(scene->bed.hostile);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
	x11_bed_end(pid, SIGKILL);
}

/* xcb has no structs of whole changes. */
struct added_master {
	xcb_input_hierarchy_change_t head;
	uint16_t name_len;
	uint8_t send_core, enable;
	char name[4];
};

struct detached_slave {
	xcb_input_hierarchy_change_t head;
	uint16_t device, padding;
};

static void a_second_pair_of_hands(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);
	const struct added_master add = {.head = {XCB_INPUT_HIERARCHY_CHANGE_TYPE_ADD_MASTER, sizeof add / 4}, 3, 1, 1, "two"};

	(void)xcb_input_xi_query_version(scene->bed.hostile, 2, 2);
	xcb_input_xi_change_hierarchy(scene->bed.hostile, 1, &add.head);
	settle(scene->bed.hostile);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
	assert_true((scene->worker.tampers & BIT(STRAY_DEVICE)) != 0);
	x11_bed_end(pid, SIGKILL);
}

static void a_keyboard_of_nobody(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);
	xcb_input_xi_query_device_reply_t *reply;
	struct detached_slave detach = {.head = {XCB_INPUT_HIERARCHY_CHANGE_TYPE_DETACH_SLAVE, sizeof detach / 4}};
	xcb_input_xi_device_info_iterator_t i;

	(void)xcb_input_xi_query_version(scene->bed.hostile, 2, 2);
	reply = xcb_input_xi_query_device_reply(scene->bed.hostile, xcb_input_xi_query_device(scene->bed.hostile, XCB_INPUT_DEVICE_ALL), NULL);
	assert_non_null(reply);
	for (i = xcb_input_xi_query_device_infos_iterator(reply); i.rem > 0; xcb_input_xi_device_info_next(&i)) {
		if (i.data->type == XCB_INPUT_DEVICE_TYPE_SLAVE_KEYBOARD)
			detach.device = i.data->deviceid; /* the last one: the first is XTEST's, which stays */
	}
	free(reply);
	assert_int_equal(scene->worker.tampers & BIT(STRAY_DEVICE), 0);
	xcb_input_xi_change_hierarchy(scene->bed.hostile, 1, &detach.head);
	settle(scene->bed.hostile);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
	assert_true((scene->worker.tampers & BIT(STRAY_DEVICE)) != 0);
	x11_bed_end(pid, SIGKILL);
}

static void the_lock_is_unmapped(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);

	xcb_unmap_window(scene->bed.hostile, sight.owner_window);
	settle(scene->bed.hostile);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
	x11_bed_end(pid, SIGKILL);
}

static void the_lock_gets_a_hole(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);
	xcb_rectangle_t left = {0, 0, 512, 768};

	xcb_shape_rectangles(scene->bed.hostile, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING, 0, sight.owner_window, 0, 0, 1, &left);
	settle(scene->bed.hostile);
	sight = x11_bed_look(&scene->worker, false);
	assert_false(sight.covered);
	x11_bed_end(pid, SIGKILL);
}

static void the_locker_is_killed_through_x(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);

	xcb_kill_client(scene->bed.hostile, sight.owner_window);
	settle(scene->bed.hostile);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
	x11_bed_wait(pid, 3000);
}

static void the_client_that_is_named_is_ended(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);
	struct worker_message end = {.kind = WORKER_END, .window = sight.owner_window, .pid = pid + 1};

	x11_bed_say(&scene->worker, &end);
	sight = x11_bed_look(&scene->worker, false);
	assert_true(x11_bed_is_locked(&sight));
	end.pid = pid;
	x11_bed_say(&scene->worker, &end);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
	x11_bed_wait(pid, 3000);
}

/* The XF86Ungrab trick: the picture stays, the keyboard does not. Our own function for breaking a menu's grab is that very trick. */
static void a_locker_loses_its_grabs(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	pid_t pid = lock(scene, i3lock, &sight);
	struct x11 x;

	assert_int_equal(x11_connect(scene->bed.display, scene->bed.cookie, scene->bed.server, &x), WORKER_FAILURE_NONE);
	assert_int_equal(x11_break_grab(&x, clock_monotonic_ns() + 1000 * NS_PER_MS), 0);
	settle(x.connection);
	assert_true(x11_bed_sees_it_open(&scene->worker, 1000));
	sight = x11_bed_look(&scene->worker, false);
	assert_true(sight.covered);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
	x11_close(&x);
	x11_bed_end(pid, SIGKILL);
}

static void load_grab_breakers(const struct x11_bed *bed)
{
	static const char *const argv[] = {"setxkbmap", "-layout", "us", "-option", "grab:break_actions", NULL};
	int status = x11_bed_wait(x11_bed_run(bed, argv), 5000);

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_keymap_that_breaks_grabs_is_mended(void **state)
{
	struct scene *scene = *state;

	open_display(scene);
	load_grab_breakers(&scene->bed);
	(void)x11_bed_hear(&scene->worker, WORKER_SEEN, 2000);
	assert_true((scene->worker.tampers & BIT(GRAB_BREAKERS)) != 0);
	(void)x11_bed_look(&scene->worker, false);
	scene->worker.tampers = 0;
	(void)x11_bed_look(&scene->worker, false);
	assert_int_equal(scene->worker.tampers & BIT(GRAB_BREAKERS), 0);
}

/* --- other people's grabs --- */

static xcb_window_t open_menu(struct scene *scene)
{
	xcb_connection_t *c = scene->bed.hostile;
	xcb_window_t menu = xcb_generate_id(c);
	const uint32_t override_redirect = 1;
	xcb_grab_keyboard_reply_t *keyboard;
	xcb_grab_pointer_reply_t *pointer;

	xcb_create_window(c, 0, menu, scene->bed.root, 100, 100, 200, 300, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
			  XCB_CW_OVERRIDE_REDIRECT, &override_redirect);
	xcb_map_window(c, menu);
	keyboard = xcb_grab_keyboard_reply(c, xcb_grab_keyboard(c, 1, menu, 0, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC), NULL);
	pointer = xcb_grab_pointer_reply(c, xcb_grab_pointer(c, 1, menu, 0, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC, 0, 0, 0), NULL);
	assert_true(keyboard != NULL && keyboard->status == XCB_GRAB_STATUS_SUCCESS);
	assert_true(pointer != NULL && pointer->status == XCB_GRAB_STATUS_SUCCESS);
	free(keyboard);
	free(pointer);
	return menu;
}

static void a_menu_is_seen_and_broken(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;

	open_display(scene);
	open_menu(scene);
	sight = x11_bed_look(&scene->worker, false);
	assert_true(grabs(&sight, WORKER_GRAB_FOREIGN));
	assert_false(sight.covered);
	assert_int_equal(scene->worker.tampers & BIT(FOREIGN_GRAB), 0);
	sight = x11_bed_look(&scene->worker, true);
	assert_true((scene->worker.tampers & BIT(FOREIGN_GRAB)) != 0);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
	sight = x11_bed_look(&scene->worker, false);
	assert_int_equal(scene->worker.tampers & BIT(GRAB_BREAKERS), 0);
}

/* The look itself takes nothing: afterwards others can grab. */
static void a_look_grabs_nothing(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;

	open_display(scene);
	sight = x11_bed_look(&scene->worker, false);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
	open_menu(scene);
}

/* Whoever maps our probe window would make the next probe a real grab. */
static void our_probe_window_is_mapped(void **state)
{
	struct scene *scene = *state;
	xcb_connection_t *c = scene->bed.hostile;
	const uint32_t values[] = {0, 0};
	struct worker_sight sight;
	xcb_query_tree_reply_t *tree;

	open_display(scene);
	tree = xcb_query_tree_reply(c, xcb_query_tree(c, scene->bed.root), NULL);
	assert_true(xcb_query_tree_children_length(tree) > 0);
	for (int i = 0; i < xcb_query_tree_children_length(tree); i++) {
		xcb_configure_window(c, xcb_query_tree_children(tree)[i], XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, values);
		xcb_map_window(c, xcb_query_tree_children(tree)[i]);
	}
	free(tree);
	settle(c);
	sight = x11_bed_look(&scene->worker, false);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
	open_menu(scene);
	sight = x11_bed_look(&scene->worker, false);
	assert_true(grabs(&sight, WORKER_GRAB_FOREIGN));
}

static void our_probe_window_is_destroyed(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;

	open_display(scene);
	xcb_destroy_subwindows(scene->bed.hostile, scene->bed.root);
	settle(scene->bed.hostile);
	sight = x11_bed_look(&scene->worker, false);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
}

/* --- attacks on our connection --- */

static void the_server_is_frozen(void **state)
{
	struct scene *scene = *state;
	struct worker_sight sight;
	int64_t asked_ns;

	open_display(scene);
	xcb_grab_server(scene->bed.hostile);
	settle(scene->bed.hostile);
	asked_ns = clock_monotonic_ns();
	sight = x11_bed_look(&scene->worker, false);
	assert_true(clock_monotonic_ns() - asked_ns < 1000 * NS_PER_MS);
	assert_true(grabs(&sight, WORKER_GRAB_UNKNOWN));
	sight = x11_bed_look(&scene->worker, true);
	assert_true(grabs(&sight, WORKER_GRAB_UNKNOWN));
	xcb_ungrab_server(scene->bed.hostile);
	settle(scene->bed.hostile);
	sight = x11_bed_hear(&scene->worker, WORKER_SEEN, 2000).sight;
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
	sight = x11_bed_look(&scene->worker, false);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
}

/* The base of the X resources of a process; any of them will do for XKillClient, the probe window is one. */
static uint32_t resource_of(struct scene *scene, pid_t pid)
{
	xcb_connection_t *c = scene->bed.hostile;
	const xcb_res_client_id_spec_t all = {0, XCB_RES_CLIENT_ID_MASK_LOCAL_CLIENT_PID};
	xcb_query_tree_reply_t *tree = xcb_query_tree_reply(c, xcb_query_tree(c, scene->bed.root), NULL);
	xcb_res_query_client_ids_reply_t *reply;
	uint32_t found = 0;

	free(xcb_res_query_version_reply(c, xcb_res_query_version(c, 1, 2), NULL));
	reply = xcb_res_query_client_ids_reply(c, xcb_res_query_client_ids(c, 1, &all), NULL);
	for (xcb_res_client_id_value_iterator_t i = xcb_res_query_client_ids_ids_iterator(reply); i.rem > 0; xcb_res_client_id_value_next(&i)) {
		for (int n = 0; n < xcb_query_tree_children_length(tree); n++) {
			xcb_window_t window = xcb_query_tree_children(tree)[n];

			if ((pid_t)*xcb_res_client_id_value_value(i.data) == pid &&
			    (window & ~xcb_get_setup(c)->resource_id_mask) == i.data->spec.client)
				found = window;
		}
	}
	free(tree);
	free(reply);
	return found;
}

static void the_worker_is_killed_through_x(void **state)
{
	struct scene *scene = *state;
	uint32_t resource;

	open_display(scene);
	resource = resource_of(scene, scene->worker.pid);
	assert_int_not_equal(resource, 0);
	xcb_kill_client(scene->bed.hostile, resource);
	settle(scene->bed.hostile);
	fails_and_ends(scene, x11_bed_hear(&scene->worker, WORKER_OPENED, 1000), WORKER_FAILURE_LOST);
}

static void the_server_dies(void **state)
{
	struct scene *scene = *state;

	open_display(scene);
	xcb_disconnect(scene->bed.hostile);
	scene->bed.hostile = NULL;
	kill(scene->bed.server, SIGKILL);
	fails_and_ends(scene, x11_bed_hear(&scene->worker, WORKER_OPENED, 1000), WORKER_FAILURE_LOST);
}

static void all_places_are_taken(void **state)
{
	struct scene *scene = *state;
	xcb_connection_t *clients[CLIENTS_MAX];
	struct x11_bed_worker late;
	struct worker_message answer;
	struct worker_sight sight;
	int count = 0;

	open_display(scene);
	while (count < CLIENTS_MAX) {
		clients[count] = x11_bed_connect(&scene->bed);
		if (xcb_connection_has_error(clients[count++]))
			break;
	}
	assert_true(count < CLIENTS_MAX);
	sight = x11_bed_look(&scene->worker, false);
	assert_true(grabs(&sight, WORKER_GRAB_NONE));
	x11_bed_worker_start(&late);
	answer = x11_bed_open(&late, scene->bed.display, scene->bed.cookie, scene->bed.server);
	assert_int_equal(answer.kind, WORKER_FAILED);
	assert_int_equal(answer.failure, WORKER_FAILURE_REFUSED);
	x11_bed_worker_stop(&late);
	while (count > 0)
		xcb_disconnect(clients[--count]);
}

/* --- claims of activity --- */

static void fake_motion(struct scene *scene)
{
	xcb_test_fake_input(scene->bed.hostile, XCB_MOTION_NOTIFY, 1, 0, XCB_NONE, 5, 5, 0);
	settle(scene->bed.hostile);
}

static void arm(struct scene *scene)
{
	x11_bed_say(&scene->worker, &(struct worker_message){.kind = WORKER_ARM, .flag = true});
	(void)x11_bed_look(&scene->worker, false);
}

static void xtest_is_told_as_such(void **state)
{
	struct scene *scene = *state;
	int64_t before_ns = clock_monotonic_ns();

	open_display(scene);
	arm(scene);
	fake_motion(scene);
	(void)x11_bed_hear(&scene->worker, WORKER_TAMPER, 2000);
	assert_true((scene->worker.tampers & BIT(XTEST)) != 0);
	assert_false(scene->worker.input_seen);
	/* the server's clock is coarse */
	assert_in_range(scene->worker.time_ns, before_ns - 20 * NS_PER_MS, clock_monotonic_ns());
}

static void nobody_asked_for_input(void **state)
{
	struct scene *scene = *state;

	open_display(scene);
	fake_motion(scene);
	(void)x11_bed_look(&scene->worker, false);
	assert_int_equal(scene->worker.tampers & ~BIT(XTEST), 0);
	assert_false(scene->worker.input_seen);
}

static void the_idle_counter_is_set_back(void **state)
{
	struct scene *scene = *state;

	open_display(scene);
	arm(scene);
	poll(NULL, 0, 1300);
	(void)x11_bed_look(&scene->worker, false);
	assert_int_equal(scene->worker.tampers, 0);
	xcb_force_screen_saver(scene->bed.hostile, XCB_SCREEN_SAVER_RESET);
	settle(scene->bed.hostile);
	(void)x11_bed_look(&scene->worker, false);
	assert_true((scene->worker.tampers & BIT(IDLE_RESET)) != 0);
	assert_false(scene->worker.input_seen);
}

static uint16_t saver_timeout(xcb_connection_t *c)
{
	xcb_get_screen_saver_reply_t *saver = xcb_get_screen_saver_reply(c, xcb_get_screen_saver(c), NULL);
	uint16_t timeout = saver->timeout;

	free(saver);
	return timeout;
}

static void the_screen_saver_is_switched_off(void **state)
{
	struct scene *scene = *state;
	xcb_connection_t *c = scene->bed.hostile;
	int64_t until_ns;

	xcb_set_screen_saver(c, 300, 60, 1, 1);
	settle(c);
	open_display(scene);
	xcb_set_screen_saver(c, 0, 0, 1, 1);
	settle(c);
	(void)x11_bed_look(&scene->worker, false);
	assert_true((scene->worker.tampers & BIT(SAVER_OFF)) != 0);
	/* the worker has asked for it; the server serves its clients in no order */
	until_ns = clock_monotonic_ns() + 2000 * NS_PER_MS;
	while (saver_timeout(c) != 300 && clock_monotonic_ns() < until_ns)
		poll(NULL, 0, 10);
	assert_int_equal(saver_timeout(c), 300);
}

#define SCENE(function) cmocka_unit_test_setup_teardown(function, set_scene, strike_scene)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		SCENE(opens_and_sees_an_open_screen),
		SCENE(another_process_serves_the_display),
		SCENE(the_cookie_is_wrong),
		SCENE(nobody_serves_the_display),
		SCENE(a_fake_server_gets_no_cookie),
		SCENE(a_fake_server_talks_nonsense),
		SCENE(a_fake_server_says_nothing),
		SCENE(idlelockd_talks_nonsense),
		SCENE(the_display_is_kept_when_idlelockd_dies),
		SCENE(i3lock_is_seen_until_it_is_killed),
		SCENE(xsecurelock_is_seen_until_it_is_killed),
		SCENE(a_lock_that_holds_is_told_of_by_itself),
		SCENE(the_lock_is_moved_away),
		SCENE(a_second_pair_of_hands),
		SCENE(a_keyboard_of_nobody),
		SCENE(the_lock_is_unmapped),
		SCENE(the_lock_gets_a_hole),
		SCENE(the_locker_is_killed_through_x),
		SCENE(the_client_that_is_named_is_ended),
		SCENE(a_locker_loses_its_grabs),
		SCENE(a_keymap_that_breaks_grabs_is_mended),
		SCENE(a_menu_is_seen_and_broken),
		SCENE(a_look_grabs_nothing),
		SCENE(our_probe_window_is_mapped),
		SCENE(our_probe_window_is_destroyed),
		SCENE(the_server_is_frozen),
		SCENE(the_worker_is_killed_through_x),
		SCENE(the_server_dies),
		SCENE(all_places_are_taken),
		SCENE(xtest_is_told_as_such),
		SCENE(nobody_asked_for_input),
		SCENE(the_idle_counter_is_set_back),
		SCENE(the_screen_saver_is_switched_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
