/* SPDX-License-Identifier: BSD-2-Clause */
/* When a lock counts as proven: from what the X worker saw, what logind says, and what the kernel says about processes. Pure.
 *
 * X11 (facts/lock.md 3.2): keyboard and pointer are grabbed by another client, a mapped window on top covers every monitor, and the client that owns
 * the window is a locker: its executable is root's and in the table (weak when it runs as the session's user, strong as _idlelock from our unit).
 * Wayland: our own locker's process lives, said it is ready, and is connected to the compositor that has the screen. GNOME, Plasma: LockedHint, and on X11 the grab besides.
 * VT: a VT lock of our unit is active, and switching is held by it. */
#ifndef MUTEX_PROOF_H
#define MUTEX_PROOF_H

#include <sys/types.h>

#include "ladder.h"
#include "worker_protocol.h"

enum proof_verdict_kind { PROOF_MISSING, PROOF_HELD };

/* What root looked up about the process that owns the covering window; pid 0 = none. */
struct proof_owner {
	pid_t pid;
	uid_t uid;
	char exe[128];       /* /proc/PID/exe; "" = could not be read */
	bool exe_is_roots;   /* owner root, not writable by others */
	char unit[96];       /* its systemd unit from /proc/PID/cgroup, when in system.slice; "" = none */
};

struct proof_facts {
	enum session_type type;
	enum lock_rung rung;             /* what runs */
	enum locker_id locker;
	uid_t user;                      /* of the session */
	uid_t us;                        /* _idlelock */
	const char *our_unit;            /* instance name of the rung's unit: "idlelock-xsecurelock@c2.service"; "" */
	bool locked_hint;                /* logind; a claim of the session's user */
	bool desktop_sets_hint;
	bool unit_ready;                 /* our locker's unit is active (systemd, not its own word) */
	bool vt_held;                    /* the active VT is the lock's, switching held */
	bool shows_text;                 /* the kernel, on the session's terminal: no display is shown */
	bool on_screen;                  /* our locker is a client of the compositor that has the screen */
	bool seen;                       /* the worker's answer below is there */
	struct worker_sight sight;
	struct proof_owner owner;
};

struct proof {
	enum proof_verdict_kind verdict;
	enum lock_strength strength;
	const char *lacks;               /* English, for the record, when missing: "keyboard not grabbed"; static */
};

struct proof proof_judge(const struct proof_facts *facts);

#endif
