/* SPDX-License-Identifier: BSD-2-Clause */
/* A bed for tests of idlelock-x11: an Xvfb with a cookie of its own, programs on it, hostile clients, and idlelockd's side of the worker's socket. */
#ifndef TESTS_X11_BED_H
#define TESTS_X11_BED_H

#include <stdbool.h>
#include <sys/types.h>
#include <xcb/xcb.h>

#include "worker_protocol.h"

struct x11_bed {
	pid_t server;
	char display[16];
	char folder[200]; /* a temporary one, with the cookie file */
	unsigned char cookie[WORKER_COOKIE_BYTES];
	xcb_connection_t *hostile; /* of the session's user */
	xcb_window_t root;
};

/* Stops the test program with a message when something of the bed itself fails. */
void x11_bed_start(struct x11_bed *bed);
void x11_bed_stop(struct x11_bed *bed);
xcb_connection_t *x11_bed_connect(const struct x11_bed *bed);
/* Starts a program on the display; the last of argv is NULL. */
pid_t x11_bed_run(const struct x11_bed *bed, const char *const *argv);
/* The same with further variables ("NAME=value", last NULL) and, where output is not -1, with that as standard output. */
pid_t x11_bed_run_with(const struct x11_bed *bed, const char *const *argv, const char *const *variables, int output);
/* Ends it and takes its status, which is returned. */
int x11_bed_end(pid_t pid, int signal);
/* Waits at most so long for the process to end by itself; its status, -1 when it did not. */
int x11_bed_wait(pid_t pid, int limit_ms);

struct x11_bed_worker {
	pid_t pid;
	int fd;
	enum worker_state state;
	uint32_t serial;
	unsigned tampers; /* bits 1 << enum worker_tamper of what came on the way */
	bool input_seen;
	int64_t time_ns;  /* of the last INPUT or TAMPER */
};

void x11_bed_worker_start(struct x11_bed_worker *worker);
/* HELLO, OPEN: the answer, which is OPENED or FAILED; kind 0 when the worker hung up. */
struct worker_message x11_bed_open(struct x11_bed_worker *worker, const char *display, const unsigned char *cookie, pid_t server);
/* ... and the first SEEN, on the bed's display. */
struct worker_sight x11_bed_open_display(struct x11_bed_worker *worker, const struct x11_bed *bed);
void x11_bed_worker_stop(struct x11_bed_worker *worker);
void x11_bed_say(struct x11_bed_worker *worker, const struct worker_message *message);
/* The next message of that kind; TAMPER and INPUT on the way are noted. kind 0: none within limit_ms, or hung up. */
struct worker_message x11_bed_hear(struct x11_bed_worker *worker, enum worker_kind kind, int limit_ms);
/* LOOK and its SEEN. */
struct worker_sight x11_bed_look(struct x11_bed_worker *worker, bool break_grabs);
/* Looks again and again until the screen is covered and both devices are grabbed, at most 5 s. */
struct worker_sight x11_bed_look_until_locked(struct x11_bed_worker *worker);
/* Waits for a SEEN by itself that shows no such lock; false after limit_ms. */
bool x11_bed_sees_it_open(struct x11_bed_worker *worker, int limit_ms);
bool x11_bed_is_locked(const struct worker_sight *sight);

#endif
