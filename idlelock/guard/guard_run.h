/* SPDX-License-Identifier: BSD-2-Clause */
/* The controls under guard: looked at when something calls for it, told, put right. Shell, of mutex-guardd only.
 *
 *   netlink, inotify, systemd, timers --> look (probe, judge) --> guardian.h --> record, posture, queue, D-Bus; repair_run.h
 *
 * A look is done in the loop itself. That of firewall asks nobody but the kernel; units, self and antivirus wait for systemd (3 s at most), clamd and other
 * products, each with a time limit: while one of those does not answer, a change of the firewall waits that long. After a long look (a rule set of thousands)
 * others have their turn: looks take at most a fifth of the time. */
#ifndef GUARD_GUARD_RUN_H
#define GUARD_GUARD_RUN_H

#include "bus.h"
#include "control.h"
#include "culprit_gather.h"
#include "guardian.h"
#include "policy_load.h"

struct guard;
struct repair;
struct guard_serve;

#define GUARDED_DETAIL_BYTES 256
struct guarded {
	struct guard *guard;
	enum control_id id;
	const struct control_row *row;
	struct settings settings;       /* of [control NAME] */
	int64_t interval_ns;            /* 0 = none */
	struct guardian guardian;
	enum posture_state seen;        /* at the last look */
	char detail[GUARDED_DETAIL_BYTES]; /* English: the weightiest reason of the last look */
	struct culprit changer;         /* of the last change of nftables' rules */
	int64_t changed_ns;             /* 0 = none */
	struct culprit culprit;         /* who made the present state, as far as it is known */
	char by[CULPRIT_NAME_BYTES + 32]; /* the same in words; "" = unknown */
	bool busy, mixed;               /* mixed: several people changed rules at once */
	int64_t look_ns, free_ns;       /* when the next look is due; not before free_ns */
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
void guard_tell_change(struct guarded *c, bool gave_up);
void guard_tell_repair(struct guarded *c, size_t failed);
void guard_write_posture(struct guard *guard);

#endif
