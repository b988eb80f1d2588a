/* SPDX-License-Identifier: BSD-2-Clause */
/* One watched session: what logind says, what the policy demands, and its lock. Pure; watch_run.h is the life of it. */
#ifndef MUTEX_WATCHED_H
#define MUTEX_WATCHED_H

#include "excuse_account.h"
#include "ladder.h"
#include "lock.h"
#include "logind_message.h"
#include "policy.h"
#include "tty_gather.h"
#include "unlock.h"
#include "worker_protocol.h"

/* What tells that somebody is there. */
enum watched_source { WATCHED_NONE, WATCHED_HARDWARE, WATCHED_X11, WATCHED_CONSOLE, WATCHED_REMOTE, WATCHED_SOURCE_MAX };

/* [lock] as it holds for the session's person; texts and lists are borrowed from the policy. */
struct watched_policy {
	bool enforce, on_suspend, on_lid, on_switch, trusts_xtest;
	int console, keyring;
	int64_t after_ns, warn_ns, grace_ns, inhibit_max_ns, present_max_ns, remote_after_ns;
	const char *ladder;
	struct word_list services, removal;
};

#define WATCHED_QUEUE_MAX 8
#define WATCHED_TOLD_MAX 8

/* What was recorded as tampering, and when. */
struct watched_told {
	const char *what; /* NULL = none; a word of a table */
	int64_t at_ns;
};

/* The day's excuses of one person (excuse_run.h), kept until the next boot: a session more, another login, another idlelockd is no more time. */
struct watched_account {
	struct watched_account *next;
	struct excuse_account excuses;
	int64_t kept_present_ns, kept_inhibited_ns; /* until when, by the file */
};

struct watch;
struct watched {
	struct watched *next;
	struct watch *watch;              /* of the shell */
	struct logind_session session;    /* but type and leader are those that it had first: its controller can name another type, and nobody a leader */
	enum session_type first_type;     /* when it was seen first */
	enum session_type named_type;     /* by logind, now */
	char display[64];                 /* the first that logind named: the session's controller could name another later */
	char person[64];                  /* login name; "" = not known */
	int64_t leader_start;             /* 0 = not known */
	int leader_fd;                    /* its end is waited for, since the session is closing or lost; -1 */
	bool lost;                        /* logind has forgotten it: what it said last of the screen in front and of LockedHint is worth nothing */
	struct watched_policy policy;
	struct ladder ladder;
	struct lock_config config;
	struct lock lock;
	struct unlock_used used;
	struct tty_seen terminal;         /* where the terminal tells of use */
	enum lock_reason last_reason;     /* of the lock before this one */
	struct lock_event queue[WATCHED_QUEUE_MAX]; /* what happened while a step was taken */
	size_t queued;
	bool stepping;
	bool asked_display;               /* its worker was started */
	bool sees;                        /* sight is of a worker that is there now */
	struct worker_sight sight;
	bool left_open;                   /* its text console was switched away from while it was not locked */
	bool armed;                       /* the worker tells of input */
	uint32_t serial;                  /* of the newest LOOK */
	uint32_t start_serial;            /* of the look that breaks others' grabs: a rung is started when it is answered; 0 = none is out */
	bool asks_controller;             /* the answer starts the rung */
	pid_t controller;                 /* which has a seat's screen, as logind said last; 0 = not known */
	pid_t other_locker;               /* which the person started, and whose grab we broke: ended once ours holds; 0 = none */
	uint32_t other_window;            /* of that */
	char lacks[64];                   /* why the newest look was no proof; "" */
	bool keyring_asked;               /* the agent was told to lock keyrings, and did not answer yet */
	char holder[96];                  /* unit or executable that held at the newest proof; "" */
	struct watched_told told[WATCHED_TOLD_MAX];
	char violated[32], violation[192]; /* the newest that the person should put right: a control, more about it; "" */
	struct watched_account *account;
};

/* Somebody works in it: to be locked when idle, or, from afar, to be ended. Greeters and what runs without a person are not. */
bool watched_is_wanted(const struct logind_session *session);

/* Who controls a session names its type, and could name one whose lock holds another screen: the first one stays. But a compositor that is
 * started on a text console (sway) names its own, and the console's again when it ends; where the console shows text all the same, its own lock comes.
 * No X server does, and startx's is locked as its console. Not while the lock is demanded. */
bool watched_may_become(const struct watched *w, enum session_type type);

/* without_hardware: of the seat, as input_gather.h says. */
enum watched_source watched_source(const struct logind_session *session, bool without_hardware);
const char *watched_source_name(enum watched_source source); /* "hardware", "x11", "console", "remote", "none" */

/* allowed: the switch is on as a whole (the PAM lines are there, without which no stamp can ever open a lock). */
void watched_policy_set(struct watched_policy *policy, const struct settings *settings, bool allowed);

/* From policy and ladder. A session whose source is none, that comes from afar, or whose text console is not shown now, is never locked for idleness;
 * demands hold. */
void watched_config(const struct watched *w, enum watched_source source, struct lock_config *ret_config);

/* A text console that is locked by the console lock, and so only while it is shown. */
bool watched_is_console(const struct watched *w);

/* Another session, or another terminal, came to the front: why this one is to be locked now; NONE = it is not. */
enum lock_reason watched_leaves(struct watched *w);
/* The same when it is in front again. A text console can be locked only while it is shown, since its lock takes the screen: one that was left open
 * is locked before anybody can use it. Back from its own lock it is not left open. */
enum lock_reason watched_returns(const struct watched *w, int64_t now_ns);

/* For the file; texts that it cannot hold are left out. */
void watched_facts(const struct watched *w, const char *boot_id, struct session_facts *ret_facts);
/* The other way, for one that logind has forgotten: its desktop is not known any more, nor which console a display has. */
void watched_session_of(const struct session_facts *facts, struct logind_session *ret_session);

/* "vendor:product:serial" is one of on_device_removal's, which may leave the serial out. */
bool watched_is_key(const struct word_list *removal, const char *usb);

#endif
