/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the accounts of a session's person, and tells its lock what came of it. */
#include "excuse_run.h"

#include <time.h>

#include "clock.h"
#include "facts_store.h"
#include "watch_record_run.h"

#define NS_PER_S INT64_C(1000000000)
#define DAYS_PER_YEAR_MAX 366

/* A day is the place's own: in Japan UTC's ends in the middle of the morning. */
static int64_t today(void)
{
	time_t now = (time_t)clock_now_s();
	struct tm local;

	return localtime_r(&now, &local) == NULL ? 0 : (int64_t)local.tm_year * DAYS_PER_YEAR_MAX + local.tm_yday;
}

static struct excuse_rules rules_of(const struct watched *w, int64_t max_ns)
{
	return (struct excuse_rules){.max_ns = max_ns, .warn_ns = w->policy.warn_ns};
}

/* Without an end that is another one the file says the same, whatever was settled since. */
static void keep(struct watched *w)
{
	struct watched_account *a = w->account;

	if (a->excuses.present.until_ns == a->kept_present_ns && a->excuses.inhibited.until_ns == a->kept_inhibited_ns)
		return;
	if (facts_store_write_excuses(w->watch->paths, &a->excuses) < 0)
		return;
	a->kept_present_ns = a->excuses.present.until_ns;
	a->kept_inhibited_ns = a->excuses.inhibited.until_ns;
}

/* Only news: what the lock hears of excuses lets its deadline come nearer than a new policy does, which warns first. */
static void tell_lock(struct watched *w)
{
	int64_t until_ns = w->account->excuses.present.until_ns > w->account->excuses.inhibited.until_ns ? w->account->excuses.present.until_ns : w->account->excuses.inhibited.until_ns;

	keep(w);
	if (until_ns == w->lock.excused_until_ns)
		return;
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_EXCUSED, .at_ns = until_ns});
}

uint32_t excuse_run_present(struct watched *w, uint32_t seconds)
{
	struct excuse_rules rules = rules_of(w, w->policy.present_max_ns);
	uint32_t granted = (uint32_t)(excuse_ask(&w->account->excuses.present, &rules, seconds * NS_PER_S, clock_monotonic_ns(), today()) / NS_PER_S);

	tell_lock(w);
	watch_record_present(w, seconds > 0 ? granted : 0);
	return granted;
}

uint32_t excuse_run_present_left(const struct watched *w)
{
	struct excuse_rules rules = rules_of(w, w->policy.present_max_ns);

	return (uint32_t)(excuse_left(&w->account->excuses.present, &rules, clock_monotonic_ns(), today()) / NS_PER_S);
}

const struct logind_inhibitor *excuse_run_inhibitor(const struct watched *w, const struct logind_inhibitor *before)
{
	size_t count;
	const struct logind_inhibitor *list = logind_inhibitors(w->watch->logind, &count);

	for (const struct logind_inhibitor *at = before == NULL ? list : before + 1; at < list + count; at++)
		if (at->uid == w->session.uid || at->uid == 0)
			return at;
	return NULL;
}

static void look_at_present(struct watched *w, int64_t now_ns)
{
	struct excuse_rules rules = rules_of(w, w->policy.present_max_ns);

	/* what a stricter policy leaves of it */
	if (w->account->excuses.present.until_ns > now_ns)
		(void)excuse_ask(&w->account->excuses.present, &rules, w->account->excuses.present.until_ns - now_ns, now_ns, today());
}

static void look_at_inhibitors(struct watched *w, int64_t now_ns)
{
	struct excuse_rules rules = rules_of(w, w->policy.inhibit_max_ns);
	const struct logind_inhibitor *first = excuse_run_inhibitor(w, NULL);
	bool ran = w->account->excuses.inhibited.until_ns > now_ns;
	int64_t granted_ns = excuse_ask(&w->account->excuses.inhibited, &rules, first != NULL ? INT64_MAX : 0, now_ns, today());

	if (first != NULL && !ran && granted_ns > 0)
		watch_record_inhibited(w, first->who, granted_ns / NS_PER_S);
}

void excuse_run_look(struct watched *w)
{
	int64_t now_ns = clock_monotonic_ns();

	if (lock_is_demanded(&w->lock))
		return;
	look_at_present(w, now_ns);
	look_at_inhibitors(w, now_ns);
	tell_lock(w);
}

static bool is_needed_elsewhere(const struct watched *w, int64_t now_ns)
{
	for (const struct watched *other = w->watch->sessions; other != NULL; other = other->next)
		if (other != w && other->account == w->account && !lock_is_demanded(&other->lock) && other->lock.excused_until_ns > now_ns)
			return true;
	return false;
}

void excuse_run_end(struct watched *w)
{
	int64_t now_ns = clock_monotonic_ns();

	if (is_needed_elsewhere(w, now_ns))
		return;
	excuse_end(&w->account->excuses.present, now_ns, today());
	excuse_end(&w->account->excuses.inhibited, now_ns, today());
	tell_lock(w);
}
