/* SPDX-License-Identifier: BSD-2-Clause */
/* One look at a control: probe, judge, plan. Shell, of mutex-guardd only.
 *
 * At once, where the probe waits for nothing but the kernel; or aside, in a process of its own, where it asks systemd, clamd or another program: whoever
 * does not answer delays this control only. What was seen lies in memory that both have; a process that ends early or takes too long saw nothing. */
#ifndef GUARD_LOOK_RUN_H
#define GUARD_LOOK_RUN_H

#include "control.h"
#include "loop.h"

#define SIGHT_DETAIL_BYTES 256
#define SIGHT_PLAN_BYTES (32 * 1024)

/* Holds itself together: nothing in it points elsewhere but to what is constant. */
struct sight {
	enum posture_state state;          /* its zero is UNKNOWN */
	bool busy, held, undecided, beyond_repair; /* of the verdict */
	char detail[SIGHT_DETAIL_BYTES];   /* English: the weightiest reason */
	struct control_repair plan;        /* where there is something to put right */
	bool whole;                        /* the look came to its end */
	int64_t cpu_ns;                    /* what it took of a processor */
	unsigned char strings[SIGHT_PLAN_BYTES]; /* of the plan */
};

/* *ret_sight begins as zeros. */
void look_now(const struct control_row *row, const struct control_scene *scene, struct sight *ret_sight);

struct look;
typedef void (*look_done)(const struct sight *sight, void *data); /* the sight is gone when it returns */
/* 0 or negative errno; then done is never called. */
int look_aside(struct loop *loop, const struct control_row *row, const struct control_scene *scene, look_done done, void *data, struct look **ret_look);
/* Ends it; done is not called any more. NULL is fine. */
void look_stop(struct look *look);

#endif
