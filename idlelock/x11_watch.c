/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of screen saver and power, and the events that make us look again. */
#include "x11_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <xcb/dpms.h>
#include <xcb/randr.h>
#include <xcb/xkb.h>

#include "file.h"

#define FREED __attribute__((cleanup(file_free)))

static void ask_for_events(struct x11 *x)
{
	if (x->randr != 0)
		xcb_randr_select_input(x->connection, x->root, XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE | XCB_RANDR_NOTIFY_MASK_CRTC_CHANGE);
	if (x->xkb != 0) {
		const uint16_t events = XCB_XKB_EVENT_TYPE_NEW_KEYBOARD_NOTIFY | XCB_XKB_EVENT_TYPE_MAP_NOTIFY;

		xcb_xkb_select_events(x->connection, XCB_XKB_ID_USE_CORE_KBD, events, 0, events, XCB_XKB_MAP_PART_KEY_ACTIONS,
				      XCB_XKB_MAP_PART_KEY_ACTIONS, NULL);
	}
}

static int get_saver(struct x11 *x, int64_t until_ns, xcb_get_screen_saver_reply_t **ret_saver)
{
	return x11_reply(x, xcb_get_screen_saver(x->connection).sequence, until_ns, ret_saver);
}

static int get_dpms(struct x11 *x, int64_t until_ns, xcb_dpms_info_reply_t **ret_info, xcb_dpms_get_timeouts_reply_t **ret_timeouts)
{
	unsigned info = xcb_dpms_info(x->connection).sequence;
	unsigned timeouts = xcb_dpms_get_timeouts(x->connection).sequence;
	int r = x11_reply(x, info, until_ns, ret_info);
	int r2 = x11_reply(x, timeouts, r == -ETIMEDOUT ? 0 : until_ns, ret_timeouts);

	return r < 0 ? r : r2;
}

int x11_watch_open(struct x11_watch *watch, struct x11 *x, int64_t until_ns)
{
	xcb_get_screen_saver_reply_t *saver FREED = NULL;
	xcb_dpms_info_reply_t *info FREED = NULL;
	xcb_dpms_get_timeouts_reply_t *timeouts FREED = NULL;
	int r;

	*watch = (struct x11_watch){.x = x};
	ask_for_events(x);
	r = get_saver(x, until_ns, &saver);
	if (r < 0)
		return r;
	watch->saver_timeout = saver->timeout;
	watch->saver_interval = saver->interval;
	watch->saver_blanking = saver->prefer_blanking;
	watch->saver_exposures = saver->allow_exposures;
	watch->has_settings = true;
	if (!x->has_dpms || get_dpms(x, until_ns, &info, &timeouts) < 0)
		return x->lost ? -ENOTCONN : 0;
	watch->dpms_on = info->state != 0;
	watch->dpms_standby = timeouts->standby_timeout;
	watch->dpms_suspend = timeouts->suspend_timeout;
	watch->dpms_off = timeouts->off_timeout;
	return 0;
}

/* 0 = never. */
static bool is_later(uint16_t now, uint16_t before)
{
	return before != 0 && (now == 0 || now > before);
}

static unsigned check_saver(struct x11_watch *watch, int64_t until_ns)
{
	xcb_get_screen_saver_reply_t *saver FREED = NULL;

	if (get_saver(watch->x, until_ns, &saver) < 0 || !is_later(saver->timeout, watch->saver_timeout))
		return 0;
	xcb_set_screen_saver(watch->x->connection, (int16_t)watch->saver_timeout, (int16_t)watch->saver_interval, watch->saver_blanking,
			     watch->saver_exposures);
	return 1 << WORKER_TAMPER_SAVER_OFF;
}

static unsigned check_dpms(struct x11_watch *watch, int64_t until_ns)
{
	xcb_dpms_info_reply_t *info FREED = NULL;
	xcb_dpms_get_timeouts_reply_t *timeouts FREED = NULL;

	if (!watch->dpms_on || get_dpms(watch->x, until_ns, &info, &timeouts) < 0)
		return 0;
	if (info->state != 0 && !is_later(timeouts->off_timeout, watch->dpms_off))
		return 0;
	xcb_dpms_set_timeouts(watch->x->connection, watch->dpms_standby, watch->dpms_suspend, watch->dpms_off);
	xcb_dpms_enable(watch->x->connection);
	return 1 << WORKER_TAMPER_DPMS;
}

unsigned x11_watch_settings(struct x11_watch *watch, int64_t until_ns)
{
	unsigned tampered;

	if (!watch->has_settings)
		return 0;
	tampered = check_saver(watch, until_ns) | check_dpms(watch, until_ns);
	(void)x11_flush(watch->x);
	return tampered;
}

static void select_on(struct x11_watch *watch, uint32_t mask)
{
	/* the window may be gone by now: that error is of no interest */
	if (watch->window != 0)
		xcb_change_window_attributes(watch->x->connection, watch->window, XCB_CW_EVENT_MASK, &mask);
}

bool x11_watch_window(struct x11_watch *watch, xcb_window_t window, int64_t until_ns)
{
	xcb_get_window_attributes_reply_t *reply FREED = NULL;
	int r;

	if (watch->window == window)
		return true;
	select_on(watch, 0);
	watch->window = window;
	select_on(watch, XCB_EVENT_MASK_STRUCTURE_NOTIFY | XCB_EVENT_MASK_VISIBILITY_CHANGE);
	if (window == 0)
		return true;
	/* it may have gone between the look and our asking for its events */
	r = x11_reply(watch->x, xcb_get_window_attributes(watch->x->connection, window).sequence, until_ns, &reply);
	return r == 0 && reply->map_state == XCB_MAP_STATE_VIEWABLE;
}

/* All of these name the window in the same place, whatever else they tell. */
static xcb_window_t window_of(const xcb_generic_event_t *event)
{
	switch (event->response_type) {
	case XCB_DESTROY_NOTIFY:
	case XCB_UNMAP_NOTIFY:
	case XCB_CONFIGURE_NOTIFY:
	case XCB_REPARENT_NOTIFY:
		return ((const xcb_destroy_notify_event_t *)event)->window;
	case XCB_VISIBILITY_NOTIFY:
		return ((const xcb_visibility_notify_event_t *)event)->window;
	}
	return 0;
}

bool x11_watch_event(const struct x11_watch *watch, const xcb_generic_event_t *event)
{
	const struct x11 *x = watch->x;
	uint8_t type = event->response_type; /* what another client sent has the top bit set, and matches nothing here */

	if (type == 0)
		return false; /* an error; a reply that was asked for has its own way */
	if (x->xkb != 0 && type == x->xkb)
		return true;
	if (x->randr != 0 && (type == x->randr + XCB_RANDR_SCREEN_CHANGE_NOTIFY || type == x->randr + XCB_RANDR_NOTIFY))
		return true;
	return watch->window != 0 && window_of(event) == watch->window;
}
