/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of a guarded control. */
#include "guardian.h"

#include <string.h>

static void tell(struct guardian *g, enum posture_state state, int64_t now_ns, int64_t now_s, struct guardian_step *step)
{
	g->suspected_ns = 0;
	if (g->told && g->state == state)
		return;
	g->told = true;
	g->state = state;
	g->since_s = now_s;
	g->violated_ns = now_ns;
	g->attempts = 0;
	g->given_up = false;
	step->changed = true;
}

static void forget_old_breaks(struct guardian *g, int64_t now_ns)
{
	size_t old = 0;

	while (old < g->break_count && now_ns - g->breaks_ns[old] >= GUARDIAN_HOUR_NS)
		old++;
	g->break_count -= old;
	memmove(g->breaks_ns, g->breaks_ns + old, g->break_count * sizeof g->breaks_ns[0]);
}

static bool is_fought_enough(struct guardian *g, const struct guardian_rules *rules, int64_t now_ns)
{
	forget_old_breaks(g, now_ns);
	return rules->most > 0 && g->break_count >= rules->most;
}

/* True when it is still too early to say that it is violated; step->look_ns is set. */
static bool is_only_suspected(struct guardian *g, const struct guardian_rules *rules, bool busy, int64_t now_ns, struct guardian_step *step)
{
	if (g->told && g->state == POSTURE_VIOLATED)
		return false;
	if (g->suspected_ns == 0)
		g->suspected_ns = g->settling_ns = now_ns;
	step->hold = rules->repairs && rules->grace_ns == 0 && !is_fought_enough(g, rules, now_ns);
	if (busy && now_ns - g->suspected_ns < GUARDIAN_BUSY_NS) {
		g->settling_ns = now_ns;
		step->look_ns = now_ns + GUARDIAN_BUSY_LOOK_NS;
		return true;
	}
	step->look_ns = g->settling_ns + GUARDIAN_SETTLE_NS;
	return now_ns < step->look_ns;
}

/* The first attempt at a violation counts against the limit. */
static bool may_fight(struct guardian *g, const struct guardian_rules *rules, int64_t now_ns, struct guardian_step *step)
{
	if (is_fought_enough(g, rules, now_ns)) {
		step->gave_up = !g->given_up;
		g->given_up = true;
		step->look_ns = g->breaks_ns[0] + GUARDIAN_HOUR_NS;
		return false;
	}
	g->given_up = false;
	if (g->break_count == GUARDIAN_BREAKS_MAX)
		memmove(g->breaks_ns, g->breaks_ns + 1, --g->break_count * sizeof g->breaks_ns[0]);
	g->breaks_ns[g->break_count++] = now_ns;
	return true;
}

static int64_t next_attempt(const struct guardian *g, const struct guardian_rules *rules)
{
	int64_t wait_ns = GUARDIAN_RETRY_FIRST_NS;

	if (g->attempts == 0)
		return g->violated_ns + rules->grace_ns;
	for (unsigned i = 1; i < g->attempts && wait_ns < GUARDIAN_RETRY_LAST_NS; i++)
		wait_ns *= 2;
	return g->attempted_ns + (wait_ns < GUARDIAN_RETRY_LAST_NS ? wait_ns : GUARDIAN_RETRY_LAST_NS);
}

/* What was put right may need a while until it works, which nothing announces: looked at more and more seldom. */
static int64_t look_meanwhile(const struct guardian *g, int64_t due_ns, int64_t now_ns)
{
	int64_t wait_ns = now_ns - g->attempted_ns;

	if (g->attempts == 0)
		return due_ns;
	if (wait_ns < GUARDIAN_BUSY_LOOK_NS)
		wait_ns = GUARDIAN_BUSY_LOOK_NS;
	return wait_ns < due_ns - now_ns ? now_ns + wait_ns : due_ns;
}

static void think_of_repair(struct guardian *g, const struct guardian_rules *rules, int64_t now_ns, struct guardian_step *step)
{
	int64_t due_ns = next_attempt(g, rules);

	step->hold = rules->repairs && g->attempts > 0;
	if (!rules->repairs || g->repairing)
		return;
	if (now_ns < due_ns) {
		step->look_ns = look_meanwhile(g, due_ns, now_ns);
		return;
	}
	if (g->attempts == 0 && !may_fight(g, rules, now_ns, step))
		return;
	g->attempts++;
	g->repairing = true;
	step->repair = step->hold = true;
}

struct guardian_step guardian_look(struct guardian *g, const struct guardian_rules *rules, enum posture_state seen, bool busy, int64_t now_ns,
				   int64_t now_s)
{
	struct guardian_step step = {.look_ns = INT64_MAX};

	if (seen == POSTURE_VIOLATED && is_only_suspected(g, rules, busy, now_ns, &step))
		return step;
	step.look_ns = INT64_MAX;
	tell(g, seen, now_ns, now_s, &step);
	if (seen == POSTURE_VIOLATED)
		think_of_repair(g, rules, now_ns, &step);
	return step;
}

void guardian_repaired(struct guardian *g, int64_t now_ns)
{
	g->repairing = false;
	g->attempted_ns = now_ns;
}
