/* SPDX-License-Identifier: BSD-2-Clause */
/* The watcher: every session's life from logind's first word to its last, and what happens to its lock on the way. Shell, of idlelockd only.
 *
 *   logind, input, workers, lockers, stamps, sleep, D-Bus --events--> lock_step() --actions--> watch_act_run.h
 *
 * MUST: one way for events: watch_event(). What happens while a step's actions are done waits in the session's queue. MUST: a session that is locked is
 *       locked again when this process begins anew: only a proof counts, and only a stamp opens. MUST: nothing of ours opens a lock by ending. */
#ifndef MUTEX_WATCH_RUN_H
#define MUTEX_WATCH_RUN_H

#include "bus.h"
#include "idlelock_serve.h"
#include "input_gather.h"
#include "logind_gather.h"
#include "policy_load.h"
#include "posture.h"
#include "rung_run.h"
#include "sleep_run.h"
#include "stamp_gather.h"
#include "watched.h"
#include "worker_serve.h"

struct watch {
	struct loop *loop;
	const struct paths *paths;
	struct bus *bus;
	struct logind *logind;
	struct input *input;
	struct rung_run *rungs;
	struct workers *workers;
	struct stamps *stamps;
	struct serve *serve;
	struct sleeper *sleeper;
	struct policy_loaded *policy;
	bool allowed;            /* the PAM lines are on: without them no stamp ever comes, and a lock could never be opened */
	struct settings general; /* for nobody in particular */
	char boot_id[FIELD_BOOT_ID_SIZE];
	uid_t us;                /* _idlelock */
	struct watched *sessions;
	size_t count;
	struct watched_account *accounts;
	int posture_fd;
	struct posture_control posture;
};

struct watch_choice {
	const struct paths *paths;
	const char *address; /* of the bus; NULL: the system's */
	int worker_socket;   /* from systemd; -1: make one */
};

/* 0 or negative errno. */
int watch_open(struct loop *loop, const struct watch_choice *choice, struct watch **ret_watch);
void watch_close(struct watch *watch); /* locks and lockers stay */

/* The policy is read again and every session judged by it. */
void watch_reload(struct watch *watch);

struct watched *watch_find(const struct watch *watch, const char *session);
void watch_event(struct watched *w, const struct lock_event *event);
void watch_demand(struct watched *w, enum lock_reason reason);
uid_t watch_trusted(const struct watch *watch); /* an owner of programs and displays that counts as root: the bed's */
enum watched_source watch_source(const struct watched *w);
/* Looks whether the person's newest stamp opens this session, and opens it. */
void watch_try_stamp(struct watched *w);

#endif
