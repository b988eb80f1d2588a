/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs of the session do to a display to keep it open: screen saver and power settings, a keyboard map that can break a locker's grab, the
 * locker's window taken away. Noticed, put right where possible. Shell. facts/lock.md 3.1, 3.4, 5. */
#ifndef MUTEX_X11_WATCH_H
#define MUTEX_X11_WATCH_H

#include "x11_display.h"

struct x11_watch {
	struct x11 *x;
	bool has_settings;
	uint16_t saver_timeout, saver_interval;
	uint8_t saver_blanking, saver_exposures;
	bool dpms_on;
	uint16_t dpms_standby, dpms_suspend, dpms_off;
	xcb_window_t window; /* the cover that is watched; 0 = none */
};

/* Remembers how screen saver and power settings stand at the session's start, and asks for events. 0 or as x11_reply(). */
int x11_watch_open(struct x11_watch *watch, struct x11 *x, int64_t until_ns);
/* Bits 1 << enum worker_tamper: the settings are looser than at the start. They are put back. */
unsigned x11_watch_settings(struct x11_watch *watch, int64_t until_ns);
/* Takes the actions away that break grabs (option grab:break_actions). 1: there were some; 0: none; or as x11_reply(). */
int x11_watch_keymap(struct x11_watch *watch, int64_t until_ns);
/* Be told when this window is unmapped, moved, covered or destroyed; 0 = no more. False: it is gone already, look again. */
bool x11_watch_window(struct x11_watch *watch, xcb_window_t window, int64_t until_ns);
/* Monitors, the keyboard map or the watched window have changed: look again. */
bool x11_watch_event(const struct x11_watch *watch, const xcb_generic_event_t *event);

/* Breaks the grab that another client holds (a menu, a virtual machine's window): the same trick, for us, and the keyboard map is as before at the end.
 * Whether it worked the next look will tell. 0; -ENOTSUP: this server cannot; or as x11_reply(). */
int x11_break_grab(struct x11 *x, int64_t until_ns);

#endif
