/* SPDX-License-Identifier: BSD-2-Clause */
/* What a control asks of mutex-guardd: what to watch, and the steps that put it right. Plans are pure; mutex-guardd carries them out. */
#ifndef GUARD_CONTROL_PLAN_H
#define GUARD_CONTROL_PLAN_H

#include <stddef.h>
#include <stdint.h>

struct arena;

/* What calls for a new look. Events wherever the kernel or the bus has them; an interval only where neither does. */
enum control_watch_kind {
	WATCH_FILE,     /* name: a file or folder that is made, changed, renamed or removed; it need not be there yet */
	WATCH_BASELINE, /* the same; and `mutexctl apply` keeps a copy of it, folders whole, which STEP_FILE_RESTORE puts back */
	WATCH_UNIT,     /* name: a unit of systemd: its state, and the files that enable or mask it */
	WATCH_NFTABLES, /* each change of nftables (NFT_MSG_NEWGEN, which names who did it) */
	WATCH_NETWORK,  /* interfaces and addresses */
	WATCH_INTERVAL, /* every interval_s, for the reason in `name` */
	WATCH_KIND_MAX
};

struct control_watch {
	enum control_watch_kind kind;
	const char *name;
	int64_t interval_s; /* WATCH_INTERVAL only */
};

#define CONTROL_WATCHES_MAX 64
struct control_watches {
	struct control_watch items[CONTROL_WATCHES_MAX];
	size_t count;
};

/* One step of a repair, in order; a step that fails does not keep the next from being tried. */
enum control_step_kind {
	STEP_UNIT_UNMASK, /* what: the unit, in all four as by systemctl */
	STEP_UNIT_ENABLE,
	STEP_UNIT_THAW,
	STEP_UNIT_START,
	STEP_FILE_RESTORE, /* what: a path of WATCH_BASELINE; as it was when `mutexctl apply` last kept it */
	STEP_COMMAND,      /* argv, run as root by systemd as a unit of its own, with an empty environment */
	STEP_KIND_MAX
};

#define CONTROL_ARGV_MAX 8
struct control_step {
	enum control_step_kind kind;
	const char *what; /* the unit, or the command's purpose in words */
	const char *argv[CONTROL_ARGV_MAX + 1];
};

#define CONTROL_STEPS_MAX 32
struct control_repair {
	struct control_step steps[CONTROL_STEPS_MAX];
	size_t count; /* 0: nothing that mutex-guardd could do; the remedy tells people */
};

/* Adds as long as there is room. */
void control_add_watch(struct control_watches *watches, enum control_watch_kind kind, const char *name, int64_t interval_s);
void control_add_step(struct control_repair *repair, enum control_step_kind kind, const char *what);
/* argv: NULL at its end; what does not fit is not added at all. */
void control_add_command(struct control_repair *repair, const char *purpose, const char *const *argv);
/* The same plan with all its strings in the arena. 0 or -ENOMEM. */
int control_copy_repair(const struct control_repair *from, struct arena *arena, struct control_repair *ret_to);

#endif
