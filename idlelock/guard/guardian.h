/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows from what was seen of one control: told, put right, put right again, or not fought any longer. Pure.
 *
 * MUST: a control is told as violated only after it was so for SETTLE: a product that loads its rules anew is open for a moment. While the product
 *       itself is at work (`busy`) it is waited for, but never longer than BUSY. Harm is kept away (`hold`) from the first sight on.
 * What was put right may need a while until it works: looked at again after 100 ms, then after as long as has passed since, until it is put right anew.
 * A control that somebody switches off `most` times within an hour is not put right any more until an hour after the first of them: it stays violated,
 * which is told, and keeps people out as [access] posture says. */
#ifndef GUARD_GUARDIAN_H
#define GUARD_GUARDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "posture.h"

#define GUARDIAN_MS INT64_C(1000000)
#define GUARDIAN_SETTLE_NS (150 * GUARDIAN_MS)
#define GUARDIAN_BUSY_NS (30000 * GUARDIAN_MS)
#define GUARDIAN_BUSY_LOOK_NS (100 * GUARDIAN_MS)
#define GUARDIAN_HOUR_NS (3600000 * GUARDIAN_MS)
#define GUARDIAN_RETRY_FIRST_NS (2000 * GUARDIAN_MS)
#define GUARDIAN_RETRY_LAST_NS (300000 * GUARDIAN_MS)
#define GUARDIAN_BREAKS_MAX 16

struct guardian_rules {
	bool repairs;     /* mode repair or gate */
	int64_t grace_ns;
	size_t most;      /* repairs in an hour; 0 = without limit, at most GUARDIAN_BREAKS_MAX */
};

struct guardian {
	enum posture_state state; /* as told */
	bool told;                /* false: nobody looked yet */
	int64_t since_s;          /* UTC */
	int64_t violated_ns;      /* as told */
	int64_t suspected_ns;     /* first seen violated, not told yet; 0 = not */
	int64_t settling_ns;      /* since then suspected, with nobody at work */
	bool repairing;           /* until guardian_repaired() */
	bool given_up;
	unsigned attempts;        /* at this violation */
	int64_t attempted_ns;     /* end of the last one */
	int64_t breaks_ns[GUARDIAN_BREAKS_MAX]; /* when violations that were put right began; the oldest first */
	size_t break_count;
};

struct guardian_step {
	bool changed;      /* the state is another one: to be told */
	bool gave_up;      /* not fought any longer from now on: to be told */
	bool repair;       /* now; then guardian_repaired() */
	bool hold;         /* keep harm away until it is fine again */
	int64_t look_ns;   /* look again then; INT64_MAX = when something happens */
};

/* What was seen, at that time. busy: the product is loading its rules, or is being started. */
struct guardian_step guardian_look(struct guardian *g, const struct guardian_rules *rules, enum posture_state seen, bool busy, int64_t now_ns,
				   int64_t now_s);
/* The steps of a repair are done; a look follows. */
void guardian_repaired(struct guardian *g, int64_t now_ns);

#endif
