/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at the terminals of remote shells when they may be due. */
#include "remote_run.h"

#include <string.h>

#include "clock.h"
#include "tty_gather.h"
#include "watch_record_run.h"

#define NS_PER_S INT64_C(1000000000)
#define SLACK_NS (10 * NS_PER_S)
#define AGAIN_NS (60 * NS_PER_S) /* it is still there, or nobody can say */

static void end(struct watched *w)
{
	struct session_facts facts;

	watched_facts(w, w->watch->boot_id, &facts);
	(void)rung_start(w->watch->rungs, &(struct rung_request){.session = &facts, .rung = LOCK_RUNG_TERMINATE});
}

/* With mode observe the record says what would have been. */
static int64_t judge(struct watched *w, int64_t now_ns)
{
	int64_t last_ns = tty_last(w->session.tty, now_ns, &w->terminal);

	if (last_ns == INT64_MIN)
		return now_ns + AGAIN_NS;
	if (now_ns - last_ns < w->policy.remote_after_ns)
		return last_ns + w->policy.remote_after_ns;
	watch_record_remote(w, (now_ns - last_ns) / NS_PER_S);
	if (!w->policy.enforce)
		return now_ns + w->policy.remote_after_ns;
	end(w);
	return now_ns + AGAIN_NS;
}

static void on_due(int64_t now_ns, void *data)
{
	struct watched *w = data;

	(void)loop_at(w->watch->loop, judge(w, now_ns), SLACK_NS, on_due, w);
}

void remote_watch(struct watched *w)
{
	bool wanted = watch_source(w) == WATCHED_REMOTE && w->policy.remote_after_ns > 0;

	(void)loop_at(w->watch->loop, wanted ? clock_monotonic_ns() : INT64_MAX, wanted ? SLACK_NS : 0, on_due, w);
}

void remote_forget(struct watched *w)
{
	(void)loop_at(w->watch->loop, INT64_MAX, 0, on_due, w);
}
