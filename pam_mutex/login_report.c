/* SPDX-License-Identifier: BSD-2-Clause */
/* Turns decisions about logins into messages and records. */
#include "login_report.h"

#include "conversation.h"
#include "text.h"

#define MESSAGES_MAX 16
#define DETAIL_BYTES 1024
#define CLAUSE "RA-1"

void login_report_tell(const struct situation *s, const struct login_decision *d)
{
	char messages[MESSAGES_MAX][MESSAGE_BYTES_MAX + 1];
	size_t count;

	if ((s->flags & PAM_SILENT) != 0)
		return;
	count = login_messages(d, s->settings, s->language, messages, MESSAGES_MAX);
	for (size_t i = 0; i < count; i++)
		conversation_tell(s->pamh, d->outcome == LOGIN_OUTCOME_ALLOWED ? PAM_TEXT_INFO : PAM_ERROR_MSG, messages[i]);
}

/* The weightiest reason that decided; where everything passed, the weightiest of all. */
static const struct login_reason *leading_reason(const struct login_decision *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->reasons[i].denies)
			return &d->reasons[i];
	return d->count > 0 ? &d->reasons[0] : NULL;
}

static enum record_verdict verdict_of(const struct login_decision *d)
{
	if (d->outcome != LOGIN_OUTCOME_ALLOWED)
		return RECORD_DENIED;
	return d->count > 0 ? RECORD_WARNED : RECORD_ALLOWED;
}

/* What happened, then what the administrator can do about the leading reason. */
static const char *whole_detail(const struct login_reason *leading, const char *detail, char (*buffer)[DETAIL_BYTES])
{
	const char *advice = leading != NULL ? login_reason_detail(leading->id) : NULL;
	struct text t;

	if (advice == NULL)
		return detail;
	TEXT_INTO(&t, *buffer);
	if (detail != NULL) {
		text_add(&t, detail);
		text_add(&t, "; ");
	}
	text_add(&t, advice);
	return *buffer;
}

void login_report_record(const struct situation *s, const struct login_decision *d, const char *detail)
{
	char buffer[DETAIL_BYTES];
	struct record r = situation_record(s, d->break_glass && d->outcome == LOGIN_OUTCOME_ALLOWED ? RECORD_BREAK_GLASS : RECORD_LOGIN);
	const struct login_reason *leading = leading_reason(d);
	const char *reasons[LOGIN_REASON_MAX];

	r.verdict = verdict_of(d);
	r.clause = leading != NULL ? login_reason_clause(leading->id) : CLAUSE;
	r.waiver = NULL;
	for (size_t i = 0; i < d->count; i++) {
		reasons[i] = login_reason_code(d->reasons[i].id);
		if (r.waiver == NULL)
			r.waiver = d->reasons[i].waiver;
		r.observed_only = r.observed_only || (d->outcome == LOGIN_OUTCOME_ALLOWED && d->reasons[i].observed_only);
	}
	r.reasons = reasons;
	r.reason_count = d->count;
	r.detail = whole_detail(leading, detail, &buffer);
	situation_emit(s, &r);
}

void login_report_finding(const struct situation *s, enum record_kind kind, const char *clause, const char *reason, const char *detail)
{
	struct record r = situation_record(s, kind);

	r.verdict = RECORD_NOTED;
	r.clause = clause;
	r.waiver = NULL;
	r.reasons = &reason;
	r.reason_count = 1;
	r.detail = detail;
	situation_emit(s, &r);
}

void login_report_computer(const struct situation *s, const char *reason, const char *detail)
{
	login_report_finding(s, RECORD_LOGIN_STATE, "PW-3", reason, detail);
}

void login_report_trouble(const struct situation *s)
{
	const struct login_facts *f = &s->login.facts;

	situation_record_policy(s);
	if (f->state == LOGIN_STATE_UNKNOWN)
		login_report_computer(s, "state-unreadable", login_store_strerror(s->login.state_error));
	if (f->state == LOGIN_STATE_READ_ONLY)
		login_report_computer(s, "state-read-only", login_store_strerror(s->login.state_error));
	if (s->login.whose.key_error < 0)
		login_report_computer(s, "key-unreadable",
				      "the key of this computer, /var/lib/mutex/key, cannot be used, so the same wrong password counts each time: remove the file, "
				      "and the next login makes a new one");
	if (f->half_set)
		login_report_computer(s, "half-set", "the PAM lines were not switched on together, so tries are not counted: run mutexctl apply");
}
