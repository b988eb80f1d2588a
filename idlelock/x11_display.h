/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection to an X server, kept for the life of the session. Shell, of idlelock-x11 only (and its tests).
 *
 * libX11 and libXss open the display; behind that its requests go through the libxcb that libX11 itself stands on (libX11-xcb), since with it an answer
 * can be waited for with a limit. Everything that comes from the server is untrusted: the session's user controls it.
 * MUST: the process that serves the socket is looked at before the cookie is sent, and again behind it. MUST: after x11_connect() nothing waits for the
 *       server longer than the caller says: any client can freeze the server with XGrabServer. So no function of libX11 that waits is called then.
 *       x11_connect() itself may hang in a server that never answers; the caller limits it from outside (x11_worker.c: a timer that ends the process).
 * MUST: an ended connection is an error code, not the end of the process. */
#ifndef MUTEX_X11_DISPLAY_H
#define MUTEX_X11_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <xcb/xcb.h>

#include "worker_protocol.h"

struct x11 {
	struct _XDisplay *display; /* Xlib's; its header would bring words such as None everywhere */
	xcb_connection_t *connection; /* the same one, of display */
	pid_t server_pid;    /* at the other end of the socket; 0 = unknown */
	xcb_window_t root;
	uint16_t width, height; /* of the root window, as it was last told */
	xcb_window_t probe;  /* ours, never mapped */
	xcb_window_t overlay; /* of the Composite extension, whether it is there now or not; 0 = none ever */
	xcb_atom_t xtest_device, has_vt;
	uint8_t xinput;      /* major opcode, of generic events */
	uint8_t xkb, randr;  /* first event; 0 = not there */
	bool has_saver, has_dpms, has_sync, has_shape, has_xtest;
	bool lost;           /* the connection has ended */
};

/* display: ":7" or ":7.0", local ones only. cookie: WORKER_COOKIE_BYTES, or NULL for none. expected: the server's pid, 0 = any. A failure leaves *x closed. */
enum worker_failure x11_connect(const char *display, const unsigned char *cookie, pid_t expected, struct x11 *x);
/* The same as the user who started us: $DISPLAY (display NULL) and the user's own cookie file. */
enum worker_failure x11_connect_as_user(const char *display, struct x11 *x);
void x11_close(struct x11 *x);
int x11_fd(const struct x11 *x);

/* Sends what is waiting to be sent, and waits for the answer to that request, at most until then. *ret_reply is malloc'ed (NULL on failure): free() it. 0; -ETIMEDOUT: it will be thrown away when it comes;
 * -ENOTCONN; -EBADMSG: the server answered with an error. */
int x11_reply(struct x11 *x, unsigned sequence, int64_t until_ns, void *ret_reply);
int x11_flush(struct x11 *x);
/* The probe window again when somebody destroyed or mapped it. */
void x11_new_probe(struct x11 *x);

#endif
