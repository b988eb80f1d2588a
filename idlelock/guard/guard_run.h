/* SPDX-License-Identifier: BSD-2-Clause */
/* The controls under guard: looked at when something calls for it, told, put right. Shell, of mutex-guardd only.
 *
 *   netlink, inotify, systemd, timers --> look (probe, judge) --> guardian.h --> record, posture, queue, D-Bus; repair_run.h
 *
 * MUST: nothing here waits for anything but the kernel: looks that do are aside (look_run.h). Looks take at most half of a processor, so that no change
 *       waits for longer than one look takes. */
#ifndef GUARD_GUARD_RUN_H
#define GUARD_GUARD_RUN_H

#include "bus.h"
#include "control.h"
#include "culprit_gather.h"
#include "firewall_floor_run.h"
#include "guardian.h"
#include "look_run.h"
#include "policy_load.h"

struct guard;
struct repair;
struct guard_serve;

struct guarded {
	struct guard *guard;
	enum control_id id;
	const struct control_row *row;
	struct settings settings;       /* of [control NAME] */
	int64_t interval_ns;            /* 0 = none */
	struct guardian guardian;
	enum posture_state seen;        /* at the last look */
	char detail[SIGHT_DETAIL_BYTES]; /* of the last look */
	bool held;                      /* harm is kept away meanwhile, or a predecessor may have left that behind */
	bool hold_is_ours;              /* we put it, and it was there at the last look */
	int hold_error;                 /* why it was refused the last time; 0 = not */
	bool was_fine;                  /* since the policy was read */
	bool reparable;                 /* at the last look: there are steps that would put it right */
	struct culprit changer;         /* of the last change of nftables' rules */
	int64_t changed_ns;             /* 0 = none */
	int64_t looked_ns;              /* when the last look began: what changed since then is seen by one look */
	struct culprit culprit;         /* who made the present state, as far as it is known */
	char by[CULPRIT_NAME_BYTES + 32]; /* the same in words; "" = unknown */
	bool busy, mixed;               /* mixed: several people changed rules at once */
	int64_t look_ns, free_ns;       /* when the next look is due; looks are paid for until free_ns */
	struct look *look;              /* under way */
	bool again;                     /* it changed meanwhile */
	struct repair *repair;
	unsigned repairs;               /* begun since the start */
	char failed[96];                /* the first step of the last repair that failed; "" = none */
};

struct guard {
	struct loop *loop;
	const struct paths *paths;
	struct policy_loaded *policy;
	struct bus *bus;
	struct netlink_watch *netlink;
	struct file_watch *files;
	struct unit_watch *units;
	struct exec_watch *execs;
	struct firewall_floor_seat floor;
	int floor_error; /* of the last try to lay it */
	struct guard_serve *serve;
	struct guarded controls[CONTROL_MAX];
	uint64_t rules_marks, network_marks; /* bits of controls: what is watched by netlink */
	uint64_t asked_busy;
	int posture_fd;
	char boot_id[37];
	uint64_t looks;
};

int guard_open(struct guard *guard, struct loop *loop, const struct paths *paths, const char *address); /* 0 or negative errno */
void guard_close(struct guard *guard);
/* The policy's files have changed. */
void guard_reload(struct guard *guard);

/* --- told to the world, guard_tell_run.c --- */
/* From the posture of a predecessor that was killed: a control that it had on it may have left held. Where there is none the kernel is asked for nothing. */
void guard_inherit(struct guard *guard);
void guard_tell_change(struct guarded *c, bool gave_up);
void guard_tell_repair(struct guarded *c, size_t failed);
void guard_write_posture(struct guard *guard);

#endif
