/* SPDX-License-Identifier: BSD-2-Clause */
/* Stamps are renamed into place: inotify tells it, and nothing is polled. */
#include "stamp_gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define EVENTS_BYTES 4096

struct stamps {
	struct loop *loop;
	int inotify;
	stamps_came came;
	void *data;
};

static void tell(const struct stamps *stamps, const struct inotify_event *event)
{
	int64_t uid;

	if (event->mask & IN_Q_OVERFLOW)
		stamps->came((uid_t)-1, stamps->data);
	/* The stamp's writer has a name of its own before the rename. */
	else if (event->len > 0 && number_parse(event->name, strlen(event->name), 0, UINT32_MAX - 1, &uid) == 0)
		stamps->came((uid_t)uid, stamps->data);
}

static void on_events(int fd, uint32_t events, void *data)
{
	const struct stamps *stamps = data;
	_Alignas(struct inotify_event) char bytes[EVENTS_BYTES];
	ssize_t len = read(fd, bytes, sizeof bytes);

	(void)events;
	for (ssize_t at = 0; at < len;) {
		const struct inotify_event *event = (const void *)(bytes + at);

		tell(stamps, event);
		at += (ssize_t)(sizeof *event + event->len);
	}
}

int stamps_open(struct loop *loop, const struct paths *paths, stamps_came came, void *data, struct stamps **ret_stamps)
{
	struct stamps *stamps = calloc(1, sizeof *stamps);
	int r = stamps == NULL ? -ENOMEM : file_make_folder(paths->run, 0755, paths->owner);

	if (r == 0)
		r = file_make_folder(paths->stamps, 0700, paths->owner);
	if (r < 0) {
		free(stamps);
		return r;
	}
	*stamps = (struct stamps){.loop = loop, .came = came, .data = data, .inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
	if (stamps->inotify < 0 || inotify_add_watch(stamps->inotify, paths->stamps, IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR) < 0)
		r = -errno;
	if (r == 0)
		r = loop_add(loop, stamps->inotify, EPOLLIN, on_events, stamps);
	if (r < 0) {
		stamps_close(stamps);
		return r;
	}
	*ret_stamps = stamps;
	return 0;
}

void stamps_close(struct stamps *stamps)
{
	if (stamps == NULL)
		return;
	loop_remove(stamps->loop, stamps->inotify);
	file_close(&stamps->inotify);
	free(stamps);
}

int stamps_read(const struct paths *paths, uid_t uid, struct stamp *ret_stamp)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = STAMP_BYTES_MAX};
	char path[PATHS_BYTES_MAX + 16];
	char *bytes FILE_FREED = NULL;
	struct text t;
	size_t len;
	int r;

	TEXT_INTO(&t, path);
	text_add(&t, paths->stamps);
	text_add_char(&t, '/');
	text_add_int(&t, (int64_t)uid);
	r = text_end(&t) < 0 ? -ENAMETOOLONG : file_read_trusted(path, &trust, &bytes, &len);
	return r < 0 ? r : stamp_read(bytes, len, path, NULL, ret_stamp);
}
