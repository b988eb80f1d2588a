/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the account of excuses. */
#include "excuse.h"

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What ran up to now is used; a new day begins with nothing used, whatever runs. */
static void settle(struct excuse *e, int64_t now_ns, int64_t day)
{
	if (e->until_ns != 0)
		e->used_ns += most(least(now_ns, e->until_ns) - e->since_ns, 0);
	e->since_ns = now_ns;
	if (e->day != day) {
		e->day = day;
		e->used_ns = 0;
	}
}

static int64_t left(const struct excuse *e, const struct excuse_rules *rules)
{
	return most(rules->max_ns - e->used_ns, 0);
}

int64_t excuse_left(const struct excuse *e, const struct excuse_rules *rules, int64_t now_ns, int64_t day)
{
	struct excuse now = *e;

	settle(&now, now_ns, day);
	return left(&now, rules);
}

int64_t excuse_ask(struct excuse *e, const struct excuse_rules *rules, int64_t wanted_ns, int64_t now_ns, int64_t day)
{
	int64_t running_ns, granted_ns;

	settle(e, now_ns, day);
	running_ns = e->until_ns != 0 ? e->until_ns - now_ns : 0;
	/* taken back: what runs goes on for the countdown, and no longer than it would have */
	granted_ns = least(wanted_ns > 0 ? wanted_ns : least(running_ns, rules->warn_ns), left(e, rules));
	if (granted_ns <= 0) {
		e->until_ns = 0;
		return 0;
	}
	if (__builtin_add_overflow(now_ns, granted_ns, &e->until_ns)) {
		e->until_ns = 0;
		return 0;
	}
	return granted_ns;
}

void excuse_end(struct excuse *e, int64_t now_ns, int64_t day)
{
	settle(e, now_ns, day);
	e->until_ns = 0;
}
