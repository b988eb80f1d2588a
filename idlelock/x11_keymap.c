/* SPDX-License-Identifier: BSD-2-Clause */
/* The actions of the keyboard map: those that break grabs are taken away, or used once by us. */
#include "x11_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xcb/xkb.h>
#include <xcb/xtest.h>

#include "file.h"

#define FREED __attribute__((cleanup(file_free)))
#define ACTION_BYTES 8
#define ACTION_PRIVATE 0x86 /* XkbSA_XFree86Private: then 7 bytes of text */

static const char ungrab[ACTION_BYTES - 1] = "Ungrab";
static const char clear_grab[ACTION_BYTES - 1] = "ClsGrb";

/* The part of XkbGetMap's answer that XkbSetMap takes in the same form: a count for each key, padding, the actions. */
struct actions {
	xcb_xkb_get_map_reply_t *reply;
	uint8_t *counts;  /* reply->nKeyActions */
	uint8_t *actions; /* reply->totalActions of ACTION_BYTES each */
};

static void actions_free(struct actions *actions)
{
	free(actions->reply);
}

/* The server's word for its own sizes is checked against what arrived. */
static int actions_get(struct x11 *x, int64_t until_ns, struct actions *ret_actions)
{
	xcb_xkb_get_map_reply_t *reply;
	size_t body, counts;
	int r = x11_reply(x, xcb_xkb_get_map(x->connection, XCB_XKB_ID_USE_CORE_KBD, XCB_XKB_MAP_PART_KEY_ACTIONS, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
					     0, 0, 0, 0, 0).sequence, until_ns, &reply);

	if (r < 0)
		return r;
	ret_actions->reply = reply;
	body = 32 + (size_t)reply->length * 4;
	counts = ((size_t)reply->nKeyActions + 3) / 4 * 4;
	if (body < sizeof *reply + counts + (size_t)reply->totalActions * ACTION_BYTES)
		return -EBADMSG;
	ret_actions->counts = (uint8_t *)(reply + 1);
	ret_actions->actions = ret_actions->counts + counts;
	return 0;
}

static void actions_set(struct x11 *x, const struct actions *actions)
{
	const xcb_xkb_get_map_reply_t *of = actions->reply;

	xcb_xkb_set_map(x->connection, XCB_XKB_ID_USE_CORE_KBD, XCB_XKB_MAP_PART_KEY_ACTIONS, 0, of->minKeyCode, of->maxKeyCode, 0, 0, 0, 0, 0,
			of->firstKeyAction, of->nKeyActions, of->totalActions, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, actions->counts);
}

static bool breaks_grabs(const uint8_t action[ACTION_BYTES])
{
	const char *text = (const char *)action + 1;

	if (action[0] != ACTION_PRIVATE)
		return false;
	return strncasecmp(text, ungrab, sizeof ungrab) == 0 || strncasecmp(text, clear_grab, sizeof clear_grab) == 0;
}

int x11_watch_keymap(struct x11_watch *watch, int64_t until_ns)
{
	struct actions actions __attribute__((cleanup(actions_free))) = {.reply = NULL};
	int found = 0;
	int r;

	if (watch->x->xkb == 0)
		return 0;
	r = actions_get(watch->x, until_ns, &actions);
	if (r < 0)
		return r;
	for (size_t i = 0; i < actions.reply->totalActions; i++) {
		if (breaks_grabs(actions.actions + i * ACTION_BYTES)) {
			memset(actions.actions + i * ACTION_BYTES, 0, ACTION_BYTES);
			found = 1;
		}
	}
	if (found == 1) {
		actions_set(watch->x, &actions);
		r = x11_flush(watch->x);
	}
	return r < 0 ? r : found;
}

/* The first key that has actions (a modifier): the server takes new ones only in the old number. Returns its code, 0 = none. */
static xcb_keycode_t key_with_actions(const struct actions *actions, size_t *ret_first)
{
	size_t first = 0;

	for (size_t key = 0; key < actions->reply->nKeyActions; key++) {
		if (actions->counts[key] > 0 && first + actions->counts[key] <= actions->reply->totalActions) {
			*ret_first = first;
			return (xcb_keycode_t)(actions->reply->firstKeyAction + key);
		}
		first += actions->counts[key];
	}
	return 0;
}

static int press(struct x11 *x, xcb_keycode_t key, int64_t until_ns)
{
	xcb_get_input_focus_reply_t *done FREED = NULL;

	xcb_test_fake_input(x->connection, XCB_KEY_PRESS, key, XCB_CURRENT_TIME, XCB_NONE, 0, 0, 0);
	xcb_test_fake_input(x->connection, XCB_KEY_RELEASE, key, XCB_CURRENT_TIME, XCB_NONE, 0, 0, 0);
	return x11_reply(x, xcb_get_input_focus(x->connection).sequence, until_ns, &done);
}

int x11_break_grab(struct x11 *x, int64_t until_ns)
{
	struct actions actions __attribute__((cleanup(actions_free))) = {.reply = NULL};
	uint8_t *changed;
	uint8_t before[UINT8_MAX * ACTION_BYTES];
	size_t first, len;
	xcb_keycode_t key;
	int r = x->xkb == 0 || !x->has_xtest ? -ENOTSUP : actions_get(x, until_ns, &actions);

	if (r < 0)
		return r;
	key = key_with_actions(&actions, &first);
	if (key == 0)
		return -ENOTSUP;
	changed = actions.actions + first * ACTION_BYTES;
	len = (size_t)actions.counts[key - actions.reply->firstKeyAction] * ACTION_BYTES;
	memcpy(before, changed, len);
	for (size_t i = 0; i < len; i += ACTION_BYTES) {
		changed[i] = ACTION_PRIVATE;
		memcpy(changed + i + 1, ungrab, sizeof ungrab);
	}
	actions_set(x, &actions);
	r = press(x, key, until_ns);
	/* whatever came of it: this must not stay, it would break the locker's grab too */
	memcpy(changed, before, len);
	actions_set(x, &actions);
	return x11_flush(x) < 0 ? -ENOTCONN : r;
}
