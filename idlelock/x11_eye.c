/* SPDX-License-Identifier: BSD-2-Clause */
/* Joins connection, looks, input and watch of one display. */
#include "x11_eye.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "clock.h"
#include "x11_look.h"

#define NS_PER_MS INT64_C(1000000)
#define START_NS (2000 * NS_PER_MS)
#define BETWEEN_LOOKS_NS (100 * NS_PER_MS) /* whoever shakes the screen makes us look no oftener */
#define CLEARLY_LATER_NS (1000 * NS_PER_MS)
#define BREAK_NS (300 * NS_PER_MS)         /* of a look's time */
/* What looks locked is told again before anybody has to ask for it (LOCK_VERIFY_NS): one wake-up for each proof. */
#define HELD_NS (28000 * NS_PER_MS)
#define HELD_SLACK_NS (1000 * NS_PER_MS)

static void tampered(struct x11_eye *eye, enum worker_tamper tamper)
{
	eye->hooks.tampered(tamper, clock_monotonic_ns(), eye->hooks.data);
}

static void on_used(int64_t at_ns, void *data)
{
	struct x11_eye *eye = data;

	eye->hooks.used(at_ns, eye->hooks.data);
}

static void on_faked(int64_t at_ns, void *data)
{
	struct x11_eye *eye = data;

	eye->hooks.tampered(WORKER_TAMPER_XTEST, at_ns, eye->hooks.data);
}

static void check_keymap(struct x11_eye *eye, int64_t until_ns)
{
	if (x11_watch_keymap(&eye->watch, until_ns) == 1)
		tampered(eye, WORKER_TAMPER_GRAB_BREAKERS);
}

static int64_t latest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Programs can set the idle counter back, so each claim of theirs is held against what devices did. A locker may do so for its prompt. */
static void check_claims(struct x11_eye *eye, const struct worker_sight *sight, int64_t until_ns)
{
	const struct x11_input *input = &eye->input;
	int64_t real_ns = latest(eye->armed_ns, latest(input->newest_ns, input->newest_fake_ns));
	int64_t claimed_ns = clock_monotonic_ns() - (int64_t)sight->idle_ms * NS_PER_MS;

	if (!input->armed)
		x11_input_check(&eye->input, until_ns);
	else if (!sight->covered && !input->pausing && claimed_ns - real_ns > CLEARLY_LATER_NS)
		tampered(eye, WORKER_TAMPER_IDLE_RESET);
}

/* Whose the grabs are nobody can say: with a device besides, they hold not all hands. */
static void check_devices(struct x11_eye *eye, int64_t until_ns, struct worker_sight *sight)
{
	if (!x11_input_strays(&eye->input, until_ns))
		return;
	tampered(eye, WORKER_TAMPER_STRAY_DEVICE);
	sight->keyboard = WORKER_GRAB_NONE;
	sight->pointer = WORKER_GRAB_NONE;
}

static void check_settings(struct x11_eye *eye, int64_t until_ns)
{
	unsigned found = x11_watch_settings(&eye->watch, until_ns);

	for (int tamper = 0; tamper < WORKER_TAMPER_MAX; tamper++) {
		if ((found & 1U << tamper) != 0)
			tampered(eye, (enum worker_tamper)tamper);
	}
}

static void break_grab(struct x11_eye *eye, int64_t until_ns)
{
	struct worker_sight sight;

	if (x11_look(&eye->x, until_ns, &sight) < 0)
		return;
	if (sight.keyboard != WORKER_GRAB_FOREIGN && sight.pointer != WORKER_GRAB_FOREIGN)
		return;
	tampered(eye, WORKER_TAMPER_FOREIGN_GRAB);
	(void)x11_break_grab(&eye->x, until_ns);
}

static void serve_events(struct x11_eye *eye);
static void look_soon(struct x11_eye *eye);
static void look_by_itself(int64_t now_ns, void *data);

/* What waits in xcb's queue makes no descriptor ready, so the loop is asked to come by at once. */
static void on_late_events(int64_t now_ns, void *data)
{
	(void)now_ns;
	serve_events(data);
}

void x11_eye_look(struct x11_eye *eye, bool break_grabs, struct worker_sight *ret_sight)
{
	int64_t now_ns = clock_monotonic_ns();
	int64_t until_ns = now_ns + X11_LOOK_NS;
	int r;

	if (break_grabs)
		break_grab(eye, now_ns + BREAK_NS);
	r = x11_look(&eye->x, until_ns, ret_sight);
	if (r == 0) {
		check_keymap(eye, until_ns);
		check_settings(eye, until_ns);
		check_claims(eye, ret_sight, until_ns);
		check_devices(eye, until_ns, ret_sight);
	}
	eye->blind = r == -ETIMEDOUT;
	eye->looked_ns = clock_monotonic_ns();
	if (r == 0 && ret_sight->keyboard == WORKER_GRAB_FOREIGN && ret_sight->pointer == WORKER_GRAB_FOREIGN)
		(void)loop_at(eye->loop, eye->looked_ns + HELD_NS, HELD_SLACK_NS, look_by_itself, eye);
	if (r == 0 && !x11_watch_window(&eye->watch, ret_sight->covered ? ret_sight->owner_window : 0, until_ns))
		look_soon(eye);
	(void)loop_at(eye->loop, eye->looked_ns, 0, on_late_events, eye);
}

static void look_by_itself(int64_t now_ns, void *data)
{
	struct x11_eye *eye = data;
	struct worker_sight sight;

	(void)now_ns;
	x11_eye_look(eye, false, &sight);
	if (!eye->x.lost)
		eye->hooks.seen(&sight, eye->hooks.data);
}

static void look_soon(struct x11_eye *eye)
{
	int64_t now_ns = clock_monotonic_ns();
	int64_t at_ns = latest(now_ns, eye->looked_ns + BETWEEN_LOOKS_NS);

	(void)loop_at(eye->loop, at_ns, 0, look_by_itself, eye);
}

static void serve_events(struct x11_eye *eye)
{
	xcb_generic_event_t *event;
	bool changed = false;

	while ((event = xcb_poll_for_event(eye->x.connection)) != NULL) {
		changed = x11_input_event(&eye->input, event) || changed;
		changed = x11_watch_event(&eye->watch, event) || changed;
		free(event);
	}
	if (changed)
		look_soon(eye);
	(void)x11_flush(&eye->x);
	if (xcb_connection_has_error(eye->x.connection)) {
		eye->x.lost = true;
		eye->hooks.lost(eye->hooks.data);
	}
}

static void on_ready(int fd, uint32_t events, void *data)
{
	struct x11_eye *eye = data;

	(void)fd;
	(void)events;
	/* it was frozen, and has something to say again */
	if (eye->blind)
		look_soon(eye);
	eye->blind = false;
	serve_events(eye);
}

int x11_eye_open(struct x11_eye *eye, struct x11 *x, struct loop *loop, const struct x11_eye_hooks *hooks, bool trust_xtest, int64_t pause_ns)
{
	const struct x11_input_hooks input_hooks = {.used = on_used, .faked = on_faked, .data = eye};
	int64_t until_ns = clock_monotonic_ns() + START_NS;
	int r;

	*eye = (struct x11_eye){.loop = loop, .x = *x, .hooks = *hooks};
	r = x11_input_open(&eye->input, &eye->x, loop, &input_hooks, trust_xtest, pause_ns);
	if (r == 0)
		r = x11_watch_open(&eye->watch, &eye->x, until_ns);
	if (r == 0)
		r = loop_add(loop, x11_fd(&eye->x), EPOLLIN, on_ready, eye);
	if (r < 0)
		return r;
	check_keymap(eye, until_ns);
	return loop_at(loop, clock_monotonic_ns(), 0, on_late_events, eye);
}

void x11_eye_close(struct x11_eye *eye)
{
	if (eye->loop == NULL)
		return;
	(void)loop_at(eye->loop, INT64_MAX, 0, on_late_events, eye);
	(void)loop_at(eye->loop, INT64_MAX, 0, look_by_itself, eye);
	x11_input_close(&eye->input);
	if (eye->x.connection != NULL)
		loop_remove(eye->loop, x11_fd(&eye->x));
	x11_close(&eye->x);
	*eye = (struct x11_eye){.loop = NULL};
}

void x11_eye_arm(struct x11_eye *eye, bool on)
{
	if (on && !eye->input.armed)
		eye->armed_ns = clock_monotonic_ns();
	x11_input_arm(&eye->input, on);
}
