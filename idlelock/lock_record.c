/* SPDX-License-Identifier: BSD-2-Clause */
/* Words the records of a lock. */
#include "lock_record.h"

#include <errno.h>
#include <string.h>

#include "text.h"

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define WORD_BYTES_MAX 100

/* One event that is recorded: its word, what it means for the record, and how its sentence begins. */
struct row {
	enum lock_action action;
	const char *word;
	enum record_verdict verdict;
	const char *begins;       /* after "Session ID " */
	void (*add_more)(const struct lock_record_facts *facts, struct text *t);
};

/* --- parts of a sentence --- */

static void add_seconds(struct text *t, int64_t ns)
{
	if (ns < 0)
		text_add_char(t, '-');
	ns = ns < 0 ? -ns : ns;
	text_add_format(t, "%lld.%03lld", (long long)(ns / NS_PER_S), (long long)(ns % NS_PER_S / NS_PER_MS));
}

static void add_word(struct text *t, const char *word)
{
	text_add_escaped_cut(t, word, strlen(word), WORD_BYTES_MAX);
}

static void add_time(struct text *t, const char *name, int64_t ns)
{
	if (ns == 0)
		return;
	text_add(t, ", ");
	text_add(t, name);
	text_add_char(t, ' ');
	add_seconds(t, ns);
}

/* How long after the deadline it was asked for says whether we were late; a demand has none. */
static void add_times(const struct lock_record_facts *facts, struct text *t)
{
	const struct lock *l = facts->after->state == LOCK_OPEN && lock_is_demanded(facts->before) ? facts->before : facts->after;

	add_time(t, "last input", l->last_input_ns);
	add_time(t, "deadline", l->deadline_ns);
	add_time(t, "asked", l->asked_ns);
	add_time(t, "first proven", l->first_proven_ns);
	if (l->proven_ns != l->first_proven_ns)
		add_time(t, "last proven", l->proven_ns);
	add_time(t, "now", facts->now_ns);
}

static void add_lacks(const struct lock_record_facts *facts, struct text *t)
{
	if (facts->lacks[0] == '\0')
		return;
	text_add(t, ": ");
	add_word(t, facts->lacks);
}

static void add_took(struct text *t, int64_t from_ns, int64_t to_ns)
{
	int64_t took_ns;

	if (__builtin_sub_overflow(to_ns, from_ns, &took_ns))
		return;
	text_add(t, " after ");
	text_add_int(t, took_ns / NS_PER_MS);
	text_add(t, " ms");
}

static void add_proof(const struct lock_record_facts *facts, struct text *t)
{
	const struct lock *l = facts->after;
	bool again = l->first_proven_ns != l->proven_ns;

	add_took(t, again && l->lost_ns != 0 ? l->lost_ns : l->asked_ns, l->proven_ns);
	text_add(t, again ? ", again, " : ", ");
	text_add(t, lock_strength_name(l->strength));
	if (facts->holder[0] != '\0') {
		text_add(t, ", held by ");
		add_word(t, facts->holder);
	}
}

/* The rung that ended; the step that says so may have started the next. */
static void add_rung(const struct lock_record_facts *facts, struct text *t)
{
	text_add_char(t, ' ');
	text_add(t, lock_rung_name(facts->before->running));
	add_took(t, facts->before->rung_asked_ns, facts->now_ns);
	add_lacks(facts, t);
}

/* It could not keep the session open. */
static void add_inhibitor(const struct lock_record_facts *facts, struct text *t)
{
	if (facts->after->reason != LOCK_REASON_IDLE || facts->inhibitor[0] == '\0')
		return;
	text_add(t, " although a program forbids it: ");
	add_word(t, facts->inhibitor);
}

static void add_nothing(const struct lock_record_facts *facts, struct text *t)
{
	(void)facts;
	(void)t;
}

static const struct row ROWS[] = {
	{LOCK_DO_RECORD_ASKED, "asked", RECORD_NOTED, "is to be locked", add_inhibitor},
	{LOCK_DO_RECORD_PROVEN, "proven", RECORD_NOTED, "is locked, proven", add_proof},
	{LOCK_DO_RECORD_RUNG, "rung-failed", RECORD_WARNED, "was not locked by", add_rung},
	{LOCK_DO_RECORD_LOST, "lost", RECORD_WARNED, "lost the proof of its lock", add_lacks},
	{LOCK_DO_RECORD_UNPROVEN, "unproven", RECORD_DENIED, "should be locked and is not, as far as can be seen", add_lacks},
	{LOCK_DO_RECORD_OPENED, "opened", RECORD_ALLOWED, "was opened by its person", add_nothing},
	{LOCK_DO_RECORD_OBSERVED, "would-lock", RECORD_DENIED, "would be locked now", add_inhibitor},
};

static const struct row *row_of(enum lock_action action)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		if (ROWS[i].action == action)
			return &ROWS[i];
	return NULL;
}

/* --- the whole --- */

/* Unused for too long is LK-1; left or about to be carried away LK-2; the rest of what locks a screen LK-3. */
static const char *clause_of(enum lock_reason reason)
{
	switch (reason) {
	case LOCK_REASON_IDLE:
		return "LK-1";
	case LOCK_REASON_SLEEP:
	case LOCK_REASON_LID:
	case LOCK_REASON_SWITCH:
	case LOCK_REASON_DEVICE:
		return "LK-2";
	case LOCK_REASON_NONE:
	case LOCK_REASON_REQUEST:
	case LOCK_REASON_ADMINISTRATOR:
	case LOCK_REASON_FOUND_LOCKED:
	case LOCK_REASON_MAX:
		break;
	}
	return "LK-3";
}

static void add_detail(const struct lock_record_facts *facts, const struct row *row, enum lock_reason reason, struct text *t)
{
	text_add(t, "Session ");
	add_word(t, facts->session);
	if (facts->seat[0] != '\0') {
		text_add(t, " on ");
		add_word(t, facts->seat);
	}
	text_add_char(t, ' ');
	text_add(t, row->begins);
	row->add_more(facts, t);
	text_add(t, " (why: ");
	text_add(t, lock_reason_name(reason));
	add_times(facts, t);
	text_add(t, ")");
}

static void add_reasons(const struct lock_record_facts *facts, const struct row *row, enum lock_reason reason, struct lock_record *record)
{
	const char *last = NULL;

	if (row->action == LOCK_DO_RECORD_RUNG)
		last = lock_rung_name(facts->before->running);
	else if (row->action == LOCK_DO_RECORD_PROVEN)
		last = lock_strength_name(facts->after->strength);
	record->reasons[0] = row->word;
	record->reasons[1] = lock_reason_name(reason);
	record->reasons[2] = last;
	record->record.reasons = record->reasons;
	record->record.reason_count = last != NULL ? 3 : 2;
}

int lock_record_make(const struct lock_record_facts *facts, enum lock_action what, struct lock_record *ret_record)
{
	const struct row *row = row_of(what);
	enum lock_reason reason;
	struct text t;

	if (row == NULL)
		return -EINVAL;
	/* an unlock has forgotten why it was locked */
	reason = what == LOCK_DO_RECORD_OPENED ? facts->before->reason : facts->after->reason;
	*ret_record = (struct lock_record){.record = {
		.kind = RECORD_LOCK,
		.verdict = row->verdict,
		.observed_only = !facts->config->enforce,
		.time_s = facts->time_s,
		.clause = clause_of(reason),
		.policy_hash = facts->policy_hash,
		.policy_state = facts->policy_state,
		.user = facts->user,
		.service = "idlelock",
		.tty = facts->tty,
	}};
	add_reasons(facts, row, reason, ret_record);
	TEXT_INTO(&t, ret_record->detail);
	add_detail(facts, row, reason, &t);
	ret_record->record.detail = ret_record->detail;
	return 0;
}
