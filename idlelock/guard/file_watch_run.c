/* SPDX-License-Identifier: BSD-2-Clause */
/* inotify over paths. */
#include "file_watch_run.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "file.h"
#include "paths.h"
#include "text.h"

#define PATH_BYTES_MAX (PATHS_BYTES_MAX + 256)
#define ITEMS_MAX 512
#define MASK (IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)

struct item {
	char path[PATH_BYTES_MAX];
	uint64_t marks;
	int near, self;     /* watches of inotify: the nearest folder above, the path as a folder; -1 = none */
	size_t start, len;  /* of the name in `path` that the nearest folder would tell */
};

struct file_watch {
	struct loop *loop;
	const char *root;
	file_changed changed;
	void *data;
	int inotify;
	struct item *items;
	size_t count;
};

static void on_events(int fd, uint32_t events, void *data);

/* From the folder above on upwards to the first that is there. */
static void arm(const struct file_watch *watch, struct item *item)
{
	char folder[PATH_BYTES_MAX];
	size_t end = strlen(item->path);

	item->self = inotify_add_watch(watch->inotify, item->path, MASK | IN_ONLYDIR);
	for (item->near = -1; item->near < 0 && end > 0;) {
		size_t start = end;

		while (start > 0 && item->path[start - 1] != '/')
			start--;
		if (start == 0)
			return;
		item->start = start;
		item->len = end - start;
		end = start - 1;
		memcpy(folder, item->path, start);
		folder[end > 0 ? end : 1] = '\0';
		item->near = inotify_add_watch(watch->inotify, folder, MASK | IN_ONLYDIR);
	}
}

/* All anew: watches on folders that are of no use any more go with the old descriptor. */
static int arm_all(struct file_watch *watch)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), r;

	if (fd < 0)
		return -errno;
	r = loop_add(watch->loop, fd, EPOLLIN, on_events, watch);
	if (r < 0) {
		file_close(&fd);
		return r;
	}
	loop_remove(watch->loop, watch->inotify);
	file_close(&watch->inotify);
	watch->inotify = fd;
	for (size_t i = 0; i < watch->count; i++)
		arm(watch, &watch->items[i]);
	return 0;
}

static bool is_named(const struct item *item, const struct inotify_event *event)
{
	return event->len > 0 && strlen(event->name) == item->len && memcmp(event->name, item->path + item->start, item->len) == 0;
}

/* The marks of what it is about. *moved: folders came or went, so that others are the nearest now. */
static uint64_t marks_of(const struct file_watch *watch, const struct inotify_event *event, bool *moved)
{
	const uint32_t comings = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED;
	uint64_t marks = 0;

	for (size_t i = 0; i < watch->count; i++) {
		const struct item *item = &watch->items[i];
		bool near = event->wd == item->near && (event->len == 0 || is_named(item, event)), lost = (event->mask & IN_Q_OVERFLOW) != 0;

		if (!near && !lost && event->wd != item->self)
			continue;
		marks |= item->marks;
		*moved = *moved || lost || ((event->mask & comings) != 0 && (near || event->len == 0));
	}
	return marks;
}

static void on_events(int fd, uint32_t ready, void *data)
{
	_Alignas(struct inotify_event) char bytes[16 * 1024];
	struct file_watch *watch = data;
	uint64_t marks = 0;
	bool moved = false;
	ssize_t got;

	(void)ready;
	while ((got = read(fd, bytes, sizeof bytes)) > 0)
		for (ssize_t at = 0; at < got;) {
			const struct inotify_event *event = (const void *)(bytes + at);

			marks |= marks_of(watch, event, &moved);
			at += (ssize_t)(sizeof *event + event->len);
		}
	if (moved)
		(void)arm_all(watch);
	if (marks != 0)
		watch->changed(marks, watch->data);
}

int file_watch_open(struct loop *loop, const char *root, file_changed changed, void *data, struct file_watch **ret_watch)
{
	struct file_watch *watch = malloc(sizeof *watch);
	int r;

	if (watch == NULL)
		return -ENOMEM;
	*watch = (struct file_watch){.loop = loop, .root = root, .changed = changed, .data = data, .inotify = -1};
	r = arm_all(watch);
	if (r < 0) {
		free(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

int file_watch_add(struct file_watch *watch, const char *path, uint64_t marks)
{
	struct item *items = watch->count < ITEMS_MAX ? reallocarray(watch->items, watch->count + 1, sizeof *items) : NULL;
	struct text t;

	if (items == NULL)
		return -ENOMEM;
	watch->items = items;
	TEXT_INTO(&t, items[watch->count].path);
	text_add(&t, watch->root);
	text_add(&t, path);
	if (text_end(&t) < 0 || path[0] != '/')
		return -EINVAL;
	items[watch->count].marks = marks;
	arm(watch, &items[watch->count++]);
	return 0;
}

void file_watch_close(struct file_watch *watch)
{
	if (watch == NULL)
		return;
	loop_remove(watch->loop, watch->inotify);
	file_close(&watch->inotify);
	free(watch->items);
	free(watch);
}
