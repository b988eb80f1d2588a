/* SPDX-License-Identifier: BSD-2-Clause */
/* What hides an X display: which program's windows lie over every monitor. Pure; x11_look.h asks the server.
 *
 * A window manager may lay the picture of other windows over them: a compositor draws into the server's overlay, and lets clicks through. Such
 * a veil is looked through down to an ordinary window, never from one overlay window to another: there lockers raise themselves. Small windows
 * of others above (a notification) leave it a cover; what hides more than an eighth of a monitor is no notification. */
#ifndef MUTEX_COVER_H
#define MUTEX_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cover_rect {
	int32_t x, y;
	uint32_t width, height;
};

/* A mapped window that shows something (no InputOnly), in root coordinates, without its border. */
struct cover_window {
	uint32_t id;
	int64_t pid;             /* XRes: process of the client that made it; 0 = unknown */
	struct cover_rect rect;  /* the biggest rectangle of its bounding shape */
	bool in_overlay;         /* child of the server's composite overlay window */
	bool click_through;      /* its input shape is empty */
};

struct cover {
	bool covered;
	uint32_t window; /* 0 = none */
	int64_t pid;
};

/* windows from the lowest to the topmost; monitors: at least one. Of one program (or one window, where the program is not known) on all monitors. */
struct cover cover_judge(const struct cover_window *windows, size_t count, const struct cover_rect *monitors, size_t monitor_count);

#endif
