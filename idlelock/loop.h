/* SPDX-License-Identifier: BSD-2-Clause */
/* One event loop for our daemons: descriptors, one timer each for what must happen at a time, signals by signalfd. Shell.
 *
 * No polling: the process sleeps until a descriptor is ready or a time has come. A callback may add and take away anything, itself included. Timers are
 * CLOCK_MONOTONIC and may be late by slack_ns, so that the kernel can join wake-ups; 0 slack where a promise of tenths of seconds hangs on it. */
#ifndef MUTEX_LOOP_H
#define MUTEX_LOOP_H

#include <stdint.h>

struct loop;
typedef void (*loop_ready)(int fd, uint32_t events, void *data); /* EPOLLIN ... */
typedef void (*loop_due)(int64_t now_ns, void *data);

struct loop *loop_new(void);      /* NULL: errno */
void loop_free(struct loop *loop);
int loop_add(struct loop *loop, int fd, uint32_t events, loop_ready ready, void *data); /* 0 or negative errno; the descriptor stays the caller's */
int loop_change(struct loop *loop, int fd, uint32_t events); /* 0 events: kept, but sleeps on */
void loop_remove(struct loop *loop, int fd);
/* A timer of that identity (data and due): set anew, or off with INT64_MAX. 0 or -ENOMEM. */
int loop_at(struct loop *loop, int64_t at_ns, int64_t slack_ns, loop_due due, void *data);
int loop_run(struct loop *loop);  /* until loop_stop(); 0 or negative errno */
void loop_stop(struct loop *loop);
uint64_t loop_wakeups(const struct loop *loop); /* returns of epoll_wait, for the bench and D-Bus */

#endif
