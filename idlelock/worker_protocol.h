/* SPDX-License-Identifier: BSD-2-Clause */
/* What idlelockd (root) and idlelock-x11 (uid _idlelock, talks to a display that its user controls) say to each other. Format and order, pure.
 *
 *   worker                                  idlelockd                     SOCK_SEQPACKET, /run/mutex-idlelock.socket, kept by systemd
 *   HELLO {version, instance}         -->   SO_PEERCRED is _idlelock, its unit is idlelock-x11@INSTANCE, INSTANCE a session of ours
 *                                     <--   OPEN {display, cookie, server pid}   once; a worker that has its display says SEEN at once
 *   OPENED {server pid} | FAILED {what} -->
 *                                     <--   LOOK {serial, try to break grabs?}
 *   SEEN {serial, sight}              -->   the answer, or by itself with serial 0 when something changed, and every 28 s while both devices are
 *                                           grabbed, so that idlelockd wakes once for each proof of a lock that holds. Without it idlelockd
 *                                           asks at 30 s, and without an answer to that the proof is lost (lock.h)
 *   INPUT {time}                      -->   input by real devices in X (displays without hardware), at most once in 100 ms and only when ARMED
 *                                     <--   ARM {on}
 *                                     <--   END {window, pid}    the client whose window and process that is: a locker of the person's own, behind a lock of
 *                                           ours that holds
 *   TAMPER {what, pid, time}          -->   activity that no hardware made, screen saver switched off, foreign grab, break_actions ... Where
 *                                           trusted_virtual_inputs has xtest, an "xtest" is a person's input at that time
 * MUST: fixed size packets, one table of kinds with direction and turn; anything unknown, short, long, out of turn or with a value out of range ends the
 *       connection. MUST: the worker never says "locked" or "unlocked", only what it saw; idlelockd judges (proof.h). MUST: idlelockd wipes the cookie
 *       once sent. A worker outlives the connection to a killed idlelockd, keeps its display, says HELLO to the next one and OPENED to its OPEN.
 *       Numbers in host order (one machine), padding zero. */
#ifndef MUTEX_WORKER_PROTOCOL_H
#define MUTEX_WORKER_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORKER_VERSION 1
#define WORKER_COOKIE_BYTES 16

enum worker_kind { WORKER_HELLO = 1, WORKER_OPEN, WORKER_OPENED, WORKER_FAILED, WORKER_LOOK, WORKER_SEEN, WORKER_ARM, WORKER_INPUT, WORKER_TAMPER,
		   WORKER_END, WORKER_KIND_MAX };

enum worker_failure { WORKER_FAILURE_NONE, WORKER_FAILURE_REFUSED, WORKER_FAILURE_WRONG_SERVER, WORKER_FAILURE_LOST, WORKER_FAILURE_NO_EXTENSION,
		      WORKER_FAILURE_MAX };

enum worker_tamper {
	WORKER_TAMPER_NONE,
	WORKER_TAMPER_XTEST,         /* input by XTEST while no hardware moved (not from the trusted list) */
	WORKER_TAMPER_IDLE_RESET,    /* the idle counter fell without any raw event */
	WORKER_TAMPER_SAVER_OFF,     /* xset s off, or suspended by a client */
	WORKER_TAMPER_DPMS,
	WORKER_TAMPER_GRAB_BREAKERS, /* the keyboard map can break grabs */
	WORKER_TAMPER_FOREIGN_GRAB,  /* somebody holds the keyboard who is no locker */
	WORKER_TAMPER_STRAY_DEVICE,  /* a second pair of master devices, or a device of none: a locker's grabs do not hold them */
	WORKER_TAMPER_MAX
};

enum worker_grab { WORKER_GRAB_NONE, WORKER_GRAB_FOREIGN, WORKER_GRAB_UNKNOWN, WORKER_GRAB_MAX }; /* UNKNOWN: the server did not answer in time */

/* What the worker saw on its display. */
struct worker_sight {
	enum worker_grab keyboard, pointer;
	bool covered;            /* one mapped window on top covers every monitor (RandR), not see-through by shape */
	bool vt_away;            /* XFree86_has_VT says the display is not shown */
	int64_t owner_pid;       /* XRes: client of that window; 0 = unknown */
	uint32_t owner_window;
	uint32_t idle_ms;        /* XScreenSaverQueryInfo; for the record of tampering only */
};

struct worker_message {
	enum worker_kind kind;
	uint32_t serial;                 /* LOOK, SEEN */
	bool flag;                       /* LOOK: break grabs; ARM: on */
	char instance[32];               /* HELLO: session id */
	char display[64];                /* OPEN */
	unsigned char cookie[WORKER_COOKIE_BYTES];
	bool has_cookie;
	int64_t pid;                     /* OPEN: the server's that is expected, 0 = any (standalone); OPENED: the real one; TAMPER: who, 0 = unknown; END: whose */
	uint32_t window;                 /* END */
	int64_t time_ns;                 /* INPUT, TAMPER: when it happened, CLOCK_MONOTONIC */
	enum worker_failure failure;
	enum worker_tamper tamper;
	struct worker_sight sight;       /* SEEN */
};

#define WORKER_PACKET_BYTES 256 /* every packet */

int worker_encode(const struct worker_message *message, unsigned char ret_packet[WORKER_PACKET_BYTES]); /* 0 or -EPROTO */
int worker_decode(const unsigned char *packet, size_t len, struct worker_message *ret_message);         /* 0 or -EPROTO */

/* Turn: both ends walk the same states. */
enum worker_state { WORKER_CLOSED, WORKER_EXPECT_HELLO, WORKER_EXPECT_OPEN, WORKER_EXPECT_OPENED, WORKER_RUNNING, WORKER_STATE_MAX };
int worker_turn(enum worker_state *state, const struct worker_message *message); /* 0 or -EPROTO: close. Begin with EXPECT_HELLO; FAILED ends it */
bool worker_is_said_by_worker(enum worker_kind kind); /* who may send it */
/* A packet that arrived: one of the other end's to say, in turn. 0 or -EPROTO: close. */
int worker_take(enum worker_state *state, bool from_worker, const unsigned char *packet, size_t len, struct worker_message *ret_message);

const char *worker_tamper_name(enum worker_tamper tamper); /* "xtest", "idle-reset", ... for records */
const char *worker_failure_name(enum worker_failure failure);

void worker_message_wipe(struct worker_message *message);

#endif
