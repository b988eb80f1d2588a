/* SPDX-License-Identifier: BSD-2-Clause */
/* Connects, looks at who serves, and asks once for what is used of the server's extensions. */
#include "x11_display.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <X11/Xlib-xcb.h>
#include <X11/Xlib.h>
#include <X11/extensions/scrnsaver.h>
#include <xcb/composite.h>
#include <xcb/dpms.h>
#include <xcb/randr.h>
#include <xcb/res.h>
#include <xcb/shape.h>
#include <xcb/sync.h>
#include <xcb/xcbext.h>
#include <xcb/xinput.h>
#include <xcb/xkb.h>
#include <xcb/xtest.h>

#include "clock.h"
#include "number.h"
#include "text.h"

#define NS_PER_MS INT64_C(1000000)
#define START_NS (5000 * NS_PER_MS)
#define DISPLAY_MAX 65535

/* ":7.0" -> 7; negative errno for what is no local display. */
static int display_number(const char *display)
{
	int64_t number;
	const char *dot;
	size_t len;

	if (display[0] != ':')
		return -EINVAL;
	dot = strchr(display + 1, '.');
	len = dot == NULL ? strlen(display + 1) : (size_t)(dot - display - 1);
	if (number_parse(display + 1, len, 0, DISPLAY_MAX, &number) < 0)
		return -EINVAL;
	return (int)number;
}

/* The socket in the file system first, which stays reachable in a network namespace of our own; then the abstract one. */
static int socket_of(int number)
{
	for (int abstract = 0; abstract < 2; abstract++) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		struct text path;
		socklen_t len;
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			return -errno;
		text_init(&path, address.sun_path + abstract, sizeof address.sun_path - (size_t)abstract);
		text_add(&path, "/tmp/.X11-unix/X");
		text_add_int(&path, number);
		len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)abstract + path.len);
		if (connect(fd, (struct sockaddr *)&address, len) == 0)
			return fd;
		(void)close(fd);
	}
	return -ECONNREFUSED;
}

static pid_t peer_of(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 ? peer.pid : 0;
}

int x11_fd(const struct x11 *x)
{
	return xcb_get_file_descriptor(x->connection);
}

/* Until when xcb could have read something. */
static int wait_readable(struct x11 *x, int64_t until_ns)
{
	struct pollfd ready = {.fd = x11_fd(x), .events = POLLIN};
	int64_t left_ms = (until_ns - clock_monotonic_ns() + NS_PER_MS - 1) / NS_PER_MS;
	int n;

	if (left_ms <= 0)
		return -ETIMEDOUT;
	n = poll(&ready, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
	if (n < 0 && errno != EINTR)
		return -errno;
	return n == 0 ? -ETIMEDOUT : 0;
}

static int lost(struct x11 *x)
{
	x->lost = true;
	return -ENOTCONN;
}

int x11_reply(struct x11 *x, unsigned sequence, int64_t until_ns, void *ret_reply)
{
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	int r;

	*(void **)ret_reply = NULL;
	if (x11_flush(x) < 0)
		return -ENOTCONN;
	while (xcb_poll_for_reply(x->connection, sequence, &reply, &error) == 0) {
		r = wait_readable(x, until_ns);
		if (r < 0) {
			xcb_discard_reply(x->connection, sequence);
			return r;
		}
	}
	if (xcb_connection_has_error(x->connection)) {
		free(reply);
		free(error);
		return lost(x);
	}
	*(void **)ret_reply = reply;
	free(error);
	return reply == NULL ? -EBADMSG : 0;
}

int x11_flush(struct x11 *x)
{
	return xcb_flush(x->connection) > 0 ? 0 : lost(x);
}

void x11_new_probe(struct x11 *x)
{
	static const uint32_t override_redirect = 1;

	if (x->probe != 0)
		xcb_destroy_window(x->connection, x->probe);
	x->probe = xcb_generate_id(x->connection);
	xcb_create_window(x->connection, 0, x->probe, x->root, -1, -1, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY, XCB_COPY_FROM_PARENT,
			  XCB_CW_OVERRIDE_REDIRECT, &override_redirect);
}

static uint8_t first_event(struct x11 *x, xcb_extension_t *extension, uint8_t *ret_opcode)
{
	const xcb_query_extension_reply_t *there = xcb_get_extension_data(x->connection, extension);

	if (there == NULL || !there->present)
		return 0;
	if (ret_opcode != NULL)
		*ret_opcode = there->major_opcode;
	/* an extension without events of its own has 0 here */
	return there->first_event == 0 ? 1 : there->first_event;
}

static xcb_atom_t atom(struct x11 *x, const char *name)
{
	xcb_intern_atom_reply_t *reply;
	xcb_intern_atom_cookie_t cookie = xcb_intern_atom(x->connection, 0, (uint16_t)strlen(name), name);
	xcb_atom_t found;

	if (x11_reply(x, cookie.sequence, clock_monotonic_ns() + START_NS, &reply) < 0)
		return XCB_ATOM_NONE;
	found = reply->atom;
	free(reply);
	return found;
}

/* The server gives an extension to a client that told its version. The answers are of no interest: what is missing will fail by itself. */
static void tell_versions(struct x11 *x)
{
	xcb_connection_t *c = x->connection;

	xcb_discard_reply(c, xcb_res_query_version(c, 1, 2).sequence);
	xcb_discard_reply(c, xcb_input_xi_query_version(c, 2, 2).sequence);
	if (x->xkb != 0)
		xcb_discard_reply(c, xcb_xkb_use_extension(c, 1, 0).sequence);
	if (x->randr != 0)
		xcb_discard_reply(c, xcb_randr_query_version(c, 1, 3).sequence);
	if (x->has_dpms)
		xcb_discard_reply(c, xcb_dpms_get_version(c, 1, 1).sequence);
	if (x->has_sync)
		xcb_discard_reply(c, xcb_sync_initialize(c, 3, 1).sequence);
}

/* The overlay's id stays the same for the server's life, and nothing tells it but asking for the window, which comes into being by that when no compositor
 * or locker has it. So it is given back in the same breath, once, when the session starts. */
static void find_overlay(struct x11 *x)
{
	xcb_composite_get_overlay_window_reply_t *reply;
	unsigned asked;

	if (first_event(x, &xcb_composite_id, NULL) == 0)
		return;
	xcb_discard_reply(x->connection, xcb_composite_query_version(x->connection, 0, 4).sequence);
	asked = xcb_composite_get_overlay_window(x->connection, x->root).sequence;
	xcb_composite_release_overlay_window(x->connection, x->root);
	if (x11_reply(x, asked, clock_monotonic_ns() + START_NS, &reply) < 0)
		return;
	x->overlay = reply->overlay_win;
	free(reply);
}

static bool has_saver(struct x11 *x)
{
	int event, error;

	return XScreenSaverQueryExtension(x->display, &event, &error);
}

static enum worker_failure look_round(struct x11 *x)
{
	static xcb_extension_t *const wanted[] = {&xcb_res_id, &xcb_input_id, &xcb_xkb_id, &xcb_randr_id, &xcb_dpms_id,
						  &xcb_sync_id, &xcb_shape_id, &xcb_test_id, &xcb_composite_id};
	const xcb_setup_t *setup = xcb_get_setup(x->connection);
	xcb_screen_iterator_t screens = xcb_setup_roots_iterator(setup);

	if (screens.rem == 0)
		return WORKER_FAILURE_REFUSED;
	x->root = screens.data->root;
	x->width = screens.data->width_in_pixels;
	x->height = screens.data->height_in_pixels;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		xcb_prefetch_extension_data(x->connection, wanted[i]);
	if (first_event(x, &xcb_res_id, NULL) == 0 || first_event(x, &xcb_input_id, &x->xinput) == 0)
		return xcb_connection_has_error(x->connection) ? WORKER_FAILURE_LOST : WORKER_FAILURE_NO_EXTENSION;
	x->xkb = first_event(x, &xcb_xkb_id, NULL);
	x->randr = first_event(x, &xcb_randr_id, NULL);
	x->has_saver = has_saver(x);
	x->has_dpms = first_event(x, &xcb_dpms_id, NULL) != 0;
	x->has_sync = first_event(x, &xcb_sync_id, NULL) != 0;
	x->has_shape = first_event(x, &xcb_shape_id, NULL) != 0;
	x->has_xtest = first_event(x, &xcb_test_id, NULL) != 0;
	tell_versions(x);
	find_overlay(x);
	x11_new_probe(x);
	x->xtest_device = atom(x, "XTEST Device");
	x->has_vt = atom(x, "XFree86_has_VT");
	return x->lost ? WORKER_FAILURE_LOST : WORKER_FAILURE_NONE;
}

/* An ended connection is an error code of XOpenDisplay() and later of x11_reply() and x11_flush(); Xlib would tell standard error, and end the process. */
static int say_nothing(Display *display)
{
	(void)display;
	return 0;
}

static void stay(Display *display, void *data)
{
	(void)display;
	(void)data;
}

/* display: as XOpenDisplay(3) takes it. expected: 0 = any. */
static enum worker_failure start(const char *display, pid_t expected, struct x11 *x)
{
	enum worker_failure failure;

	*x = (struct x11){.display = NULL};
	XSetIOErrorHandler(say_nothing);
	x->display = XOpenDisplay(display);
	if (x->display == NULL)
		return WORKER_FAILURE_REFUSED;
	XSetIOErrorExitHandler(x->display, stay, NULL);
	XSetEventQueueOwner(x->display, XCBOwnsEventQueue);
	x->connection = XGetXCBConnection(x->display);
	x->server_pid = peer_of(x11_fd(x));
	failure = expected != 0 && x->server_pid != expected ? WORKER_FAILURE_WRONG_SERVER : look_round(x);
	if (failure != WORKER_FAILURE_NONE)
		x11_close(x);
	return failure;
}

/* Who would answer, before anything is said to him. */
static enum worker_failure look_at_server(const char *display, pid_t expected)
{
	int number = display_number(display);
	int fd = number < 0 ? number : socket_of(number);
	pid_t server = fd < 0 ? 0 : peer_of(fd);

	if (fd < 0)
		return WORKER_FAILURE_REFUSED;
	(void)close(fd);
	return expected != 0 && server != expected ? WORKER_FAILURE_WRONG_SERVER : WORKER_FAILURE_NONE;
}

enum worker_failure x11_connect(const char *display, const unsigned char *cookie, pid_t expected, struct x11 *x)
{
	static char name[] = "MIT-MAGIC-COOKIE-1";
	char data[WORKER_COOKIE_BYTES] = {0};
	enum worker_failure failure = look_at_server(display, expected);

	*x = (struct x11){.lost = true};
	if (failure != WORKER_FAILURE_NONE)
		return failure;
	if (cookie != NULL) {
		memcpy(data, cookie, sizeof data);
		XSetAuthorization(name, sizeof name - 1, data, sizeof data);
		explicit_bzero(data, sizeof data);
	}
	failure = start(display, expected, x);
	XSetAuthorization(NULL, 0, NULL, 0);
	return failure;
}

enum worker_failure x11_connect_as_user(const char *display, struct x11 *x)
{
	return start(display, 0, x);
}

/* XCloseDisplay() would wait for the server. What Xlib keeps of the display goes with the process, which has one in its life. */
void x11_close(struct x11 *x)
{
	if (x->connection != NULL)
		xcb_disconnect(x->connection);
	*x = (struct x11){.lost = true};
}
