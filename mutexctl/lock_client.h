/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelockd over the system bus (idlelock/org.pammutex.Idlelock1.xml). Shell.
 *
 * Below --root no bus of the running system is asked; tests name theirs in DBUS_SYSTEM_BUS_ADDRESS. Every call takes LOCK_CLIENT_MS at most, but those for
 * which polkit may ask a person, which take LOCK_CLIENT_ASK_MS. */
#ifndef MUTEXCTL_LOCK_CLIENT_H
#define MUTEXCTL_LOCK_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOCK_CLIENT_MS 5000
#define LOCK_CLIENT_ASK_MS 120000
#define LOCK_CLIENT_SESSIONS_MAX 256

struct sd_bus;
void lock_client_close(struct sd_bus **bus);
#define LOCK_CLIENT_CLOSED __attribute__((cleanup(lock_client_close)))

/* 0; -ENXIO below --root; -ESRCH when nobody has the name; other negative errno when there is no bus. */
int lock_client_open(struct sd_bus **ret_bus);

/* Lock(session), LockAll(): 0 or negative errno; ret_said (may be NULL) gets what the other side said, cut. */
#define LOCK_CLIENT_SAID_BYTES 256
int lock_client_lock(struct sd_bus *bus, const char *session, char ret_said[LOCK_CLIENT_SAID_BYTES]);
int lock_client_lock_all(struct sd_bus *bus, char ret_said[LOCK_CLIENT_SAID_BYTES]);
int lock_client_present(struct sd_bus *bus, uint32_t seconds, uint32_t *ret_granted, char ret_said[LOCK_CLIENT_SAID_BYTES]);

/* What GetSessions() tells of one. Times are CLOCK_MONOTONIC in ns, 0 = never. */
struct lock_client_session {
	char session[32], seat[32], type[16], display[64], tty[64];
	char source[16];                   /* "hardware", "x11", "console", "remote", "none" */
	char state[16], reason[24], strength[16], rung[16], locker[128];
	char inhibitors[256];              /* joined by ", " */
	uint32_t user, present_left_s;
	bool remote, enforced;
	int64_t after_ns, warn_ns, grace_ns, last_input_ns, deadline_ns, asked_ns, first_proven_ns, proven_ns, excused_until_ns;
};
/* The caller's sessions, or all for root. How many, at most max; negative errno. */
int lock_client_sessions(struct sd_bus *bus, struct lock_client_session *ret_sessions, size_t max);

json_t *lock_client_to_json(const struct lock_client_session *session);

#endif
