/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rungs a session gets, and what runs on each: the tables of desktops and lockers. Pure. design-lock.md "Lock, proof, ladder".
 *
 * docs: the table in idlelock/README.md is made by a test, from these rows and from those that try the real thing. */
#ifndef MUTEX_LADDER_H
#define MUTEX_LADDER_H

#include "diag.h"
#include "lock.h"
#include "policy.h"
#include "session_facts.h"

struct desktop_row {
	const char *desktop;      /* logind Desktop, without regard to case: "gnome", "plasma", "cinnamon", "sway" ... */
	const char *shown;        /* as people write it: "KDE Plasma" */
	bool obeys_lock;          /* locks on logind's Lock signal: rung "desktop" makes sense */
	bool sets_hint;           /* sets LockedHint when locked */
	bool takes_swaylock;      /* on Wayland: offers ext-session-lock to a program of its user's */
};
/* desktop may be a list by colon, as XDG_CURRENT_DESKTOP is; the first known counts. NULL = not known: no rung "desktop". */
const struct desktop_row *desktop_row_of(const char *desktop);
const struct desktop_row *desktop_row_at(size_t index); /* all rows, for the docs; NULL behind the last */

enum locker_runs_as { LOCKER_AS_US, LOCKER_AS_USER, LOCKER_AS_ROOT }; /* uid _idlelock, the session's user, root */
enum locker_id { LOCKER_NONE, LOCKER_XSECURELOCK, LOCKER_I3LOCK, LOCKER_SWAYLOCK, LOCKER_CONSOLE, LOCKER_ID_MAX };
struct locker_row {
	enum locker_id id;
	const char *name;         /* "xsecurelock" */
	const char *program;      /* absolute path, root-owned */
	const char *unit;         /* template: "idlelock-xsecurelock@", instance = session id */
	enum session_type type;   /* of the sessions it can lock; SESSION_TYPE_TTY for VT lockers, which serve every session with a VT */
	enum locker_runs_as runs_as;
	enum lock_strength strength;
};
const struct locker_row *locker_row(enum locker_id id); /* NULL for LOCKER_NONE and what is none */

/* A program that covers and grabs a display in order to lock it: those above, and the desktops' own ("/usr/bin/xfce4-screensaver"). */
bool locker_program_is_known(const char *exe);
const char *locker_program_at(size_t index); /* all of them; NULL behind the last */

/* What the shell found out about the session and the machine. */
struct ladder_facts {
	enum session_type type;
	const char *desktop;                  /* logind Desktop; "" */
	unsigned vt;                          /* logind VTNr; 0 = none: no console rung */
	bool has_seat;
	bool installed[LOCKER_ID_MAX];        /* its program is there, root's, executable */
};

struct ladder {
	size_t count;
	enum lock_rung rungs[LOCK_RUNGS_MAX];
	int64_t rung_ns[LOCK_RUNGS_MAX];
	enum locker_id lockers[LOCK_RUNGS_MAX]; /* for LOCKER and CONSOLE */
};

/* The ladder of [lock] ladder with what cannot work here left out. words is the policy's text. A text console has CONSOLE or TERMINATE,
 * as console_choice ([lock] console) says, whatever the words; TERMINATE behind CONSOLE where the words have it. The times of the rungs make up
 * LOCK_LADDER_NS at most. 0; -EINVAL for a word that is none, told in problems (may be NULL). */
int ladder_plan(const char *words, int console_choice, const struct ladder_facts *facts, struct diag_list *problems, struct ladder *ret_ladder);

#endif
