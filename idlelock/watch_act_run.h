/* SPDX-License-Identifier: BSD-2-Clause */
/* What a step of the lock asks to be done: rungs, looks and their judgement, notes to people, facts for others. Shell, of idlelockd only. */
#ifndef MUTEX_WATCH_ACT_RUN_H
#define MUTEX_WATCH_ACT_RUN_H

#include "watch_run.h"

/* In the order of enum lock_action. */
void watch_act(struct watched *w, const struct lock *before, unsigned actions);

/* A worker's answer; serial 0: by itself. */
void watch_act_seen(struct watched *w, uint32_t serial, const struct worker_sight *sight);
/* Asks who controls the session. 0; or negative errno: nobody does. */
int watch_act_ask_controller(struct watched *w);
/* logind's and the bus's answer; 0 = nobody. */
void watch_act_controlled(struct watched *w, pid_t controller);
/* Its worker is gone. */
void watch_act_blind(struct watched *w);

/* What its lockers need is written ahead of time. Not for those of the person's own units: each of them needs a new file of systemd's in /run too. */
void watch_act_prepare(struct watched *w);
void watch_act_facts(struct watched *w);
void watch_act_posture(struct watch *watch);
/* Off, as the session ends. */
void watch_act_forget(struct watched *w);

#endif
