/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop: epoll over what is ready, and the earliest of the times that something is due. */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"

#define NS_PER_MS INT64_C(1000000)
#define EVENTS_AT_ONCE 16

/* One descriptor. It outlives its removal until the end of the round, since an event of this round may still point to it. */
struct source {
	struct source *next;
	int fd; /* -1 = removed */
	uint32_t events;
	loop_ready ready;
	void *data;
};

struct timer {
	int64_t at_ns, slack_ns;
	loop_due due;
	void *data;
};

struct loop {
	int epoll;
	struct source *sources;
	struct timer *timers; /* in no order: there are few */
	size_t timer_count, timer_room;
	bool has_removed, stopped;
	uint64_t wakeups;
};

struct loop *loop_new(void)
{
	struct loop *loop = calloc(1, sizeof *loop);

	if (loop == NULL)
		return NULL;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return NULL;
	}
	return loop;
}

static void free_removed(struct loop *loop)
{
	struct source **link = &loop->sources;

	if (!loop->has_removed)
		return;
	while (*link != NULL) {
		struct source *source = *link;

		if (source->fd >= 0) {
			link = &source->next;
			continue;
		}
		*link = source->next;
		free(source);
	}
	loop->has_removed = false;
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	for (struct source *source = loop->sources; source != NULL; source = source->next)
		source->fd = -1;
	loop->has_removed = true;
	free_removed(loop);
	free(loop->timers);
	(void)close(loop->epoll);
	free(loop);
}

/* --- descriptors --- */

static struct source *find(const struct loop *loop, int fd)
{
	for (struct source *source = loop->sources; source != NULL; source = source->next)
		if (source->fd == fd)
			return source;
	return NULL;
}

/* One that waits for nothing is not in the epoll set: there it would still be told of a hang-up, again and again. */
static int listen_to(struct loop *loop, struct source *source, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};
	int operation = source->events == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;

	if (source->events == events)
		return 0;
	if (epoll_ctl(loop->epoll, operation, source->fd, &event) < 0)
		return -errno;
	source->events = events;
	return 0;
}

int loop_add(struct loop *loop, int fd, uint32_t events, loop_ready ready, void *data)
{
	struct source *source;
	int r;

	if (fd < 0)
		return -EBADF;
	if (find(loop, fd) != NULL)
		return -EEXIST;
	source = malloc(sizeof *source);
	if (source == NULL)
		return -ENOMEM;
	*source = (struct source){.fd = fd, .ready = ready, .data = data};
	r = listen_to(loop, source, events);
	if (r < 0) {
		free(source);
		return r;
	}
	source->next = loop->sources;
	loop->sources = source;
	return 0;
}

int loop_change(struct loop *loop, int fd, uint32_t events)
{
	struct source *source = find(loop, fd);

	return source == NULL ? -ENOENT : listen_to(loop, source, events);
}

void loop_remove(struct loop *loop, int fd)
{
	struct source *source = fd < 0 ? NULL : find(loop, fd);

	if (source == NULL)
		return;
	(void)listen_to(loop, source, 0);
	source->fd = -1;
	loop->has_removed = true;
}

/* --- timers --- */

static struct timer *find_timer(const struct loop *loop, loop_due due, const void *data)
{
	for (size_t i = 0; i < loop->timer_count; i++)
		if (loop->timers[i].due == due && loop->timers[i].data == data)
			return &loop->timers[i];
	return NULL;
}

static void drop_timer(struct loop *loop, struct timer *timer)
{
	*timer = loop->timers[--loop->timer_count];
}

static struct timer *new_timer(struct loop *loop)
{
	if (loop->timer_count == loop->timer_room) {
		size_t room = loop->timer_room == 0 ? 8 : loop->timer_room * 2;
		struct timer *timers = reallocarray(loop->timers, room, sizeof *timers);

		if (timers == NULL)
			return NULL;
		loop->timers = timers;
		loop->timer_room = room;
	}
	return &loop->timers[loop->timer_count++];
}

int loop_at(struct loop *loop, int64_t at_ns, int64_t slack_ns, loop_due due, void *data)
{
	struct timer *timer = find_timer(loop, due, data);

	if (at_ns == INT64_MAX) {
		if (timer != NULL)
			drop_timer(loop, timer);
		return 0;
	}
	if (timer == NULL)
		timer = new_timer(loop);
	if (timer == NULL)
		return -ENOMEM;
	*timer = (struct timer){.at_ns = at_ns, .slack_ns = slack_ns, .due = due, .data = data};
	return 0;
}

static struct timer *earliest(const struct loop *loop)
{
	struct timer *first = NULL;

	for (size_t i = 0; i < loop->timer_count; i++)
		if (first == NULL || loop->timers[i].at_ns < first->at_ns)
			first = &loop->timers[i];
	return first;
}

/* A timer that sets itself anew for now has its turn in the next round, so that descriptors are not starved. */
static void run_timers(struct loop *loop)
{
	int64_t now_ns = clock_monotonic_ns();

	for (size_t turns = loop->timer_count; turns > 0 && !loop->stopped; turns--) {
		struct timer *next = earliest(loop), timer;

		if (next == NULL || next->at_ns > now_ns)
			return;
		timer = *next;
		drop_timer(loop, next);
		timer.due(now_ns, timer.data);
	}
}

/* Milliseconds to sleep, rounded up; as late as every timer's slack allows, so that those near each other go off together. */
static int time_to_sleep(const struct loop *loop)
{
	int64_t latest_ns = INT64_MAX, left_ms;

	for (size_t i = 0; i < loop->timer_count; i++) {
		const struct timer *timer = &loop->timers[i];
		int64_t last_ns;

		if (__builtin_add_overflow(timer->at_ns, timer->slack_ns, &last_ns))
			last_ns = INT64_MAX;
		if (last_ns < latest_ns)
			latest_ns = last_ns;
	}
	if (latest_ns == INT64_MAX)
		return -1;
	latest_ns -= clock_monotonic_ns();
	if (latest_ns <= 0)
		return 0;
	left_ms = (latest_ns - 1) / NS_PER_MS + 1;
	return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

/* --- the round --- */

static int run_once(struct loop *loop)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int count = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, time_to_sleep(loop));

	if (count < 0 && errno != EINTR)
		return -errno;
	loop->wakeups++;
	for (int i = 0; i < count && !loop->stopped; i++) {
		struct source *source = events[i].data.ptr;

		/* Asked again, since an earlier one of this round may have taken it away or put it to sleep. */
		if (source->fd >= 0 && source->events != 0)
			source->ready(source->fd, events[i].events, source->data);
	}
	run_timers(loop);
	free_removed(loop);
	return 0;
}

int loop_run(struct loop *loop)
{
	int r = 0;

	loop->stopped = false;
	while (r == 0 && !loop->stopped)
		r = run_once(loop);
	return r;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

uint64_t loop_wakeups(const struct loop *loop)
{
	return loop->wakeups;
}
