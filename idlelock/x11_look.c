/* SPDX-License-Identifier: BSD-2-Clause */
/* One look, in rounds of requests sent together: probes and tree, then the windows, then their owners. */
#include "x11_look.h"

#include <errno.h>
#include <stdlib.h>
#include <xcb/randr.h>
#include <xcb/res.h>
#include <xcb/screensaver.h>
#include <xcb/shape.h>

#include "answer_list.h"
#include "cover.h"
#include "file.h"

#define MONITORS_MAX 16
#define FREED __attribute__((cleanup(file_free)))

/* A window on its way through the rounds. */
struct seen_window {
	struct cover_window cover;
	bool shows; /* mapped, and not InputOnly */
	xcb_get_window_attributes_cookie_t attributes;
	xcb_get_geometry_cookie_t geometry;
	xcb_shape_get_rectangles_cookie_t bounding, input;
};

struct look {
	struct x11 *x;
	int64_t until_ns;
	struct seen_window windows[X11_WINDOWS_MAX]; /* from the lowest up */
	struct cover_window shown[X11_WINDOWS_MAX];
	size_t count;
	struct cover_rect monitors[MONITORS_MAX];
	size_t monitor_count;
};

static int answer(struct look *look, unsigned sequence, void *ret_reply)
{
	return x11_reply(look->x, sequence, look->until_ns, ret_reply);
}

/* An error of the server concerns one request (a window is gone by now); anything else ends the look. */
static bool ends_look(int r)
{
	return r < 0 && r != -EBADMSG;
}

static enum worker_grab grab_of(int r, const xcb_grab_keyboard_reply_t *reply)
{
	if (r < 0)
		return WORKER_GRAB_UNKNOWN;
	return reply->status == XCB_GRAB_STATUS_ALREADY_GRABBED ? WORKER_GRAB_FOREIGN : WORKER_GRAB_NONE;
}

/* Somebody made our window visible, or took it away, so that we got the grab or an error: not again with this one. */
static void mend_probe(struct look *look, int r, const xcb_grab_keyboard_reply_t *reply)
{
	if (r == 0 && reply->status == XCB_GRAB_STATUS_SUCCESS) {
		xcb_ungrab_keyboard(look->x->connection, XCB_CURRENT_TIME);
		xcb_ungrab_pointer(look->x->connection, XCB_CURRENT_TIME);
	}
	if (r == -EBADMSG || (r == 0 && reply->status == XCB_GRAB_STATUS_SUCCESS))
		x11_new_probe(look->x);
}

static int probe_once(struct look *look, struct worker_sight *sight)
{
	struct x11 *x = look->x;
	/* confined to the probe window, or the server would free the cursor of the grab that is there (ProcGrabPointer) */
	xcb_grab_pointer_cookie_t pointer = xcb_grab_pointer(x->connection, 0, x->probe, 0, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC, x->probe,
							     XCB_NONE, XCB_CURRENT_TIME);
	xcb_grab_keyboard_cookie_t keyboard = xcb_grab_keyboard(x->connection, 0, x->probe, XCB_CURRENT_TIME, XCB_GRAB_MODE_ASYNC,
							       XCB_GRAB_MODE_ASYNC);
	xcb_grab_keyboard_reply_t *reply FREED = NULL;
	xcb_grab_keyboard_reply_t *pointer_reply FREED = NULL; /* of the same shape: status in the same place */
	int r = answer(look, pointer.sequence, &pointer_reply);

	if (ends_look(r))
		return r;
	sight->pointer = grab_of(r, pointer_reply);
	mend_probe(look, r, pointer_reply);
	r = answer(look, keyboard.sequence, &reply);
	if (ends_look(r))
		return r;
	sight->keyboard = grab_of(r, reply);
	mend_probe(look, r, reply);
	return 0;
}

/* Once again with a new window when the first one was broken. */
static int probe(struct look *look, struct worker_sight *sight)
{
	int r = probe_once(look, sight);

	if (r == 0 && (sight->keyboard == WORKER_GRAB_UNKNOWN || sight->pointer == WORKER_GRAB_UNKNOWN))
		r = probe_once(look, sight);
	return r;
}

/* Adds the children of a window, the topmost ones when there are too many. */
static int add_children(struct look *look, xcb_window_t parent, bool in_overlay)
{
	xcb_query_tree_reply_t *tree FREED = NULL;
	xcb_query_tree_cookie_t asked = xcb_query_tree(look->x->connection, parent);
	const xcb_window_t *children;
	size_t count, skip;
	int r = answer(look, asked.sequence, &tree);

	if (r < 0)
		return ends_look(r) ? r : 0;
	children = xcb_query_tree_children(tree);
	count = (size_t)xcb_query_tree_children_length(tree);
	skip = count > X11_WINDOWS_MAX - look->count ? count - (X11_WINDOWS_MAX - look->count) : 0;
	for (size_t i = skip; i < count; i++)
		look->windows[look->count++] = (struct seen_window){.cover.id = children[i], .cover.in_overlay = in_overlay};
	return 0;
}

static int keep_shown(struct look *look, size_t from)
{
	int r = 0;

	for (size_t i = from; i < look->count; i++)
		look->windows[i].attributes = xcb_get_window_attributes(look->x->connection, look->windows[i].cover.id);
	for (size_t i = from; i < look->count && !ends_look(r); i++) {
		xcb_get_window_attributes_reply_t *reply FREED = NULL;

		r = answer(look, look->windows[i].attributes.sequence, &reply);
		look->windows[i].shows = r == 0 && reply->map_state == XCB_MAP_STATE_VIEWABLE && reply->_class == XCB_WINDOW_CLASS_INPUT_OUTPUT;
	}
	return ends_look(r) ? r : 0;
}

static struct cover_rect biggest(const xcb_shape_get_rectangles_reply_t *reply, struct cover_rect whole)
{
	struct cover_rect best = {.width = 0};
	const xcb_rectangle_t *rects = xcb_shape_get_rectangles_rectangles(reply);
	int count = xcb_shape_get_rectangles_rectangles_length(reply);

	for (int i = 0; i < count; i++) {
		int32_t right = rects[i].x + rects[i].width, bottom = rects[i].y + rects[i].height;
		struct cover_rect part;

		right = right < (int32_t)whole.width ? right : (int32_t)whole.width;
		bottom = bottom < (int32_t)whole.height ? bottom : (int32_t)whole.height;
		part.x = rects[i].x > 0 ? rects[i].x : 0;
		part.y = rects[i].y > 0 ? rects[i].y : 0;
		part.width = right > part.x ? (uint32_t)(right - part.x) : 0;
		part.height = bottom > part.y ? (uint32_t)(bottom - part.y) : 0;
		if ((uint64_t)part.width * part.height > (uint64_t)best.width * best.height)
			best = part;
	}
	best.x += whole.x;
	best.y += whole.y;
	return best;
}

static void ask_shape(struct look *look, struct seen_window *window)
{
	xcb_connection_t *c = look->x->connection;

	window->geometry = xcb_get_geometry(c, window->cover.id);
	if (!look->x->has_shape)
		return;
	window->bounding = xcb_shape_get_rectangles(c, window->cover.id, XCB_SHAPE_SK_BOUNDING);
	window->input = xcb_shape_get_rectangles(c, window->cover.id, XCB_SHAPE_SK_INPUT);
}

static int take_shape(struct look *look, struct seen_window *window)
{
	xcb_get_geometry_reply_t *geometry FREED = NULL;
	xcb_shape_get_rectangles_reply_t *bounding FREED = NULL;
	xcb_shape_get_rectangles_reply_t *input FREED = NULL;
	int r = answer(look, window->geometry.sequence, &geometry);

	if (r == 0) {
		window->cover.rect = (struct cover_rect){geometry->x + geometry->border_width, geometry->y + geometry->border_width,
							 geometry->width, geometry->height};
	}
	if (!look->x->has_shape || ends_look(r))
		return ends_look(r) ? r : 0;
	r = answer(look, window->bounding.sequence, &bounding);
	if (r == 0)
		window->cover.rect = biggest(bounding, window->cover.rect);
	if (!ends_look(r))
		r = answer(look, window->input.sequence, &input);
	window->cover.click_through = r == 0 && xcb_shape_get_rectangles_rectangles_length(input) == 0;
	return ends_look(r) ? r : 0;
}

static int take_shapes(struct look *look, size_t from)
{
	int r = 0;

	for (size_t i = from; i < look->count; i++) {
		if (look->windows[i].shows)
			ask_shape(look, &look->windows[i]);
	}
	for (size_t i = from; i < look->count && r == 0; i++) {
		if (look->windows[i].shows)
			r = take_shape(look, &look->windows[i]);
	}
	return r;
}

/* The answer names clients in no promised order, each by the window's id without its lower bits. */
static void set_owner(struct look *look, size_t from, uint32_t client, uint32_t client_mask, int64_t pid)
{
	for (size_t i = from; i < look->count; i++) {
		if ((look->windows[i].cover.id & client_mask) == client)
			look->windows[i].cover.pid = pid;
	}
}

static struct answer_list clients_of(const xcb_res_query_client_ids_reply_t *reply)
{
	return (struct answer_list){.at = (const uint8_t *)(reply + 1), .left = (size_t)reply->length * 4, .count = reply->num_ids};
}

static int take_owners(struct look *look, size_t from)
{
	xcb_res_client_id_spec_t asked[X11_WINDOWS_MAX];
	xcb_res_query_client_ids_reply_t *reply FREED = NULL;
	uint32_t client_mask = ~xcb_get_setup(look->x->connection)->resource_id_mask;
	struct answer_client client;
	struct answer_list list;
	uint32_t count = 0;
	int r;

	for (size_t i = from; i < look->count; i++) {
		if (look->windows[i].shows)
			asked[count++] = (xcb_res_client_id_spec_t){look->windows[i].cover.id, XCB_RES_CLIENT_ID_MASK_LOCAL_CLIENT_PID};
	}
	if (count == 0)
		return 0;
	r = answer(look, xcb_res_query_client_ids(look->x->connection, count, asked).sequence, &reply);
	if (r < 0)
		return ends_look(r) ? r : 0;
	list = clients_of(reply);
	while (answer_list_client(&list, &client))
		set_owner(look, from, client.client & client_mask, client_mask, client.pid);
	return 0;
}

/* The windows from index `from` on, with all that cover.h asks. */
static int take_windows(struct look *look, size_t from)
{
	int r = keep_shown(look, from);

	if (r == 0)
		r = take_shapes(look, from);
	if (r == 0)
		r = take_owners(look, from);
	return r;
}

/* The overlay lies above all others, but no list of the root's children names it; what is shown in it are its children. */
static int take_overlay(struct look *look)
{
	size_t top = look->count;
	int r;

	if (look->x->overlay == 0)
		return 0;
	r = add_children(look, look->x->overlay, true);
	return r < 0 ? r : take_windows(look, top);
}

static int take_monitors(struct look *look)
{
	xcb_randr_get_screen_resources_current_reply_t *resources FREED = NULL;
	xcb_randr_get_screen_resources_current_cookie_t asked;
	const xcb_randr_crtc_t *crtcs;
	int r;

	if (look->x->randr == 0)
		return 0;
	asked = xcb_randr_get_screen_resources_current(look->x->connection, look->x->root);
	r = answer(look, asked.sequence, &resources);
	if (r < 0)
		return ends_look(r) ? r : 0;
	crtcs = xcb_randr_get_screen_resources_current_crtcs(resources);
	for (int i = 0; i < xcb_randr_get_screen_resources_current_crtcs_length(resources) && look->monitor_count < MONITORS_MAX; i++) {
		xcb_randr_get_crtc_info_reply_t *crtc FREED = NULL;

		r = answer(look, xcb_randr_get_crtc_info(look->x->connection, crtcs[i], XCB_CURRENT_TIME).sequence, &crtc);
		if (ends_look(r))
			return r;
		if (r == 0 && crtc->mode != XCB_NONE)
			look->monitors[look->monitor_count++] = (struct cover_rect){crtc->x, crtc->y, crtc->width, crtc->height};
	}
	return 0;
}

/* Without a monitor that is on, the whole root window counts. */
static int root_as_monitor(struct look *look)
{
	xcb_get_geometry_reply_t *root FREED = NULL;
	int r;

	if (look->monitor_count > 0)
		return 0;
	r = answer(look, xcb_get_geometry(look->x->connection, look->x->root).sequence, &root);
	if (r < 0)
		return r;
	look->monitors[look->monitor_count++] = (struct cover_rect){0, 0, root->width, root->height};
	return 0;
}

static int take_cover(struct look *look, struct worker_sight *sight)
{
	struct cover cover;
	size_t shown = 0;
	int r = take_monitors(look);

	if (r == 0)
		r = root_as_monitor(look);
	if (r == 0)
		r = add_children(look, look->x->root, false);
	if (r == 0)
		r = take_windows(look, 0);
	if (r == 0)
		r = take_overlay(look);
	if (r < 0)
		return r;
	for (size_t i = 0; i < look->count; i++) {
		if (look->windows[i].shows)
			look->shown[shown++] = look->windows[i].cover;
	}
	cover = cover_judge(look->shown, shown, look->monitors, look->monitor_count);
	sight->covered = cover.covered;
	sight->owner_window = cover.window;
	sight->owner_pid = cover.pid;
	return 0;
}

static int take_rest(struct look *look, struct worker_sight *sight)
{
	struct x11 *x = look->x;
	xcb_get_property_reply_t *vt FREED = NULL;
	xcb_screensaver_query_info_reply_t *saver FREED = NULL;
	unsigned vt_asked = xcb_get_property(x->connection, 0, x->root, x->has_vt, XCB_ATOM_INTEGER, 0, 1).sequence;
	unsigned saver_asked = x->has_saver ? xcb_screensaver_query_info(x->connection, x->root).sequence : 0;
	int r = answer(look, vt_asked, &vt);

	if (r == 0 && vt->format == 32 && xcb_get_property_value_length(vt) == 4)
		sight->vt_away = *(const uint32_t *)xcb_get_property_value(vt) == 0;
	if (x->has_saver && !ends_look(r))
		r = answer(look, saver_asked, &saver);
	if (saver != NULL)
		sight->idle_ms = saver->ms_since_user_input;
	return ends_look(r) ? r : 0;
}

/* Answers that were asked for and will not be waited for. */
static void discard_answers(struct x11 *x, unsigned first, unsigned end)
{
	for (unsigned sequence = first + 1; sequence != end; sequence++)
		xcb_discard_reply(x->connection, sequence);
}

int x11_look(struct x11 *x, int64_t until_ns, struct worker_sight *ret_sight)
{
	struct look *look FREED = calloc(1, sizeof *look);
	unsigned first;
	int r = look == NULL ? -ENOMEM : 0;

	*ret_sight = (struct worker_sight){.keyboard = WORKER_GRAB_UNKNOWN, .pointer = WORKER_GRAB_UNKNOWN};
	if (r < 0)
		return r;
	look->x = x;
	look->until_ns = until_ns;
	first = xcb_no_operation(x->connection).sequence;
	r = probe(look, ret_sight);
	if (r == 0)
		r = take_rest(look, ret_sight);
	if (r == 0)
		r = take_cover(look, ret_sight);
	if (r == 0)
		return 0;
	ret_sight->covered = false;
	if (r != -ENOTCONN)
		discard_answers(x, first, xcb_no_operation(x->connection).sequence);
	return r;
}

int x11_look_end_client(struct x11 *x, uint32_t window, int64_t pid, int64_t until_ns)
{
	xcb_res_client_id_spec_t asked = {window, XCB_RES_CLIENT_ID_MASK_LOCAL_CLIENT_PID};
	xcb_res_query_client_ids_reply_t *reply FREED = NULL;
	int r = x11_reply(x, xcb_res_query_client_ids(x->connection, 1, &asked).sequence, until_ns, &reply);
	struct answer_client client;
	struct answer_list list;

	if (r < 0)
		return r;
	list = clients_of(reply);
	if (!answer_list_client(&list, &client) || client.pid != pid)
		return -ENOENT;
	xcb_kill_client(x->connection, window);
	return x11_flush(x);
}
