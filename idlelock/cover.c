/* SPDX-License-Identifier: BSD-2-Clause */
/* The covering window of each monitor, from the top of the stack down. */
#include "cover.h"

#define PART_OF_OTHERS 8 /* windows of others above the cover hide at most one part of so many */

static int64_t overlap_1d(int64_t a, int64_t a_len, int64_t b, int64_t b_len)
{
	int64_t from = a > b ? a : b;
	int64_t to = a + a_len < b + b_len ? a + a_len : b + b_len;

	return to > from ? to - from : 0;
}

static int64_t overlap(const struct cover_rect *a, const struct cover_rect *b)
{
	return overlap_1d(a->x, a->width, b->x, b->width) * overlap_1d(a->y, a->height, b->y, b->height);
}

static int64_t area(const struct cover_rect *rect)
{
	return (int64_t)rect->width * rect->height;
}

/* The area that windows of others than `window` hide of a monitor; they are those from index + 1 on. */
static int64_t hidden_by_others(const struct cover_window *windows, size_t count, size_t index, const struct cover_rect *monitor)
{
	const struct cover_window *cover = &windows[index];
	int64_t hidden = 0;

	for (size_t i = index + 1; i < count; i++) {
		if (windows[i].pid != 0 && windows[i].pid == cover->pid)
			continue;
		if (windows[i].in_overlay && windows[i].click_through && !cover->in_overlay)
			continue;
		hidden += overlap(&windows[i].rect, monitor);
	}
	return hidden;
}

static bool is_veil(const struct cover_window *window)
{
	return window->in_overlay && window->click_through;
}

/* NULL: the monitor shows something that is no cover. */
static const struct cover_window *cover_of(const struct cover_window *windows, size_t count, const struct cover_rect *monitor)
{
	for (size_t i = count; i-- > 0;) {
		if (is_veil(&windows[i]) || overlap(&windows[i].rect, monitor) < area(monitor))
			continue;
		if (hidden_by_others(windows, count, i, monitor) > area(monitor) / PART_OF_OTHERS)
			return NULL;
		return &windows[i];
	}
	return NULL;
}

static bool same_owner(const struct cover_window *a, const struct cover_window *b)
{
	return a->id == b->id || (a->pid != 0 && a->pid == b->pid);
}

struct cover cover_judge(const struct cover_window *windows, size_t count, const struct cover_rect *monitors, size_t monitor_count)
{
	const struct cover_window *first = NULL;

	for (size_t i = 0; i < monitor_count; i++) {
		const struct cover_window *found = cover_of(windows, count, &monitors[i]);

		if (found == NULL || (first != NULL && !same_owner(first, found)))
			return (struct cover){.covered = false};
		if (first == NULL)
			first = found;
	}
	if (first == NULL)
		return (struct cover){.covered = false};
	return (struct cover){.covered = true, .window = first->id, .pid = first->pid};
}
