/* SPDX-License-Identifier: BSD-2-Clause */
/* All that is seen of one display, on the loop: looks on demand and by itself, input, tampering. Shell; used by the worker and by --standalone. */
#ifndef MUTEX_X11_EYE_H
#define MUTEX_X11_EYE_H

#include "loop.h"
#include "x11_display.h"
#include "x11_input.h"
#include "x11_watch.h"

struct x11_eye_hooks {
	void (*seen)(const struct worker_sight *sight, void *data); /* by itself: something changed, or the lock that was seen is still there */
	void (*used)(int64_t at_ns, void *data);
	void (*tampered)(enum worker_tamper tamper, int64_t at_ns, void *data);
	void (*lost)(void *data);                                   /* the display is gone; close the eye */
	void *data;
};

struct x11_eye {
	struct loop *loop;
	struct x11 x;
	struct x11_input input;
	struct x11_watch watch;
	struct x11_eye_hooks hooks;
	int64_t armed_ns;
	int64_t looked_ns;  /* end of the last look: the next one by itself is a moment later */
	bool blind;         /* the server was silent at the last look */
};

/* Takes x over, whatever comes of it. The eye must stay where it is. 0 or negative errno. */
int x11_eye_open(struct x11_eye *eye, struct x11 *x, struct loop *loop, const struct x11_eye_hooks *hooks, bool trust_xtest, int64_t pause_ns);
void x11_eye_close(struct x11_eye *eye);
void x11_eye_arm(struct x11_eye *eye, bool on);
/* A look now; break_grabs: a grab that is there is broken first. What was tampered with is told before this returns; a lost display is told later, from
 * the loop. Takes at most X11_LOOK_NS. */
void x11_eye_look(struct x11_eye *eye, bool break_grabs, struct worker_sight *ret_sight);

#endif
