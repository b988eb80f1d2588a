/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of a decision, as journal fields and as one line. */
#include "record.h"

#include <assert.h>
#include <string.h>
#include <syslog.h>

#include "date.h"
#include "text.h"

/* Bytes of one value after escaping. With the 19 fields of record.h a record stays below RECORD_BYTES_MAX, the longest possible one
 * included, which a test builds. */
#define VALUE_MAX 256
#define REASONS_MAX 512
#define DETAIL_MAX 1024

struct row {
	const char *name, *message_id;
};

static const struct row KINDS[RECORD_KIND_MAX] = {
#define RECORD_ROW(id, name, message_id) [RECORD_##id] = {name, message_id},
	RECORD_KINDS(RECORD_ROW)
#undef RECORD_ROW
};

static_assert(RECORD_VERDICT_MAX == 4, "VERDICTS");
static const char *const VERDICTS[RECORD_VERDICT_MAX] = {
	[RECORD_DENIED] = "denied",
	[RECORD_ALLOWED] = "allowed",
	[RECORD_WARNED] = "warned",
	[RECORD_NOTED] = "noted",
};

const char *record_kind_name(enum record_kind kind)
{
	return KINDS[kind].name;
}

const char *record_kind_message_id(enum record_kind kind)
{
	return KINDS[kind].message_id;
}

const char *record_verdict_name(enum record_verdict verdict)
{
	return VERDICTS[verdict];
}

int record_priority(const struct record *r)
{
	if (r->kind == RECORD_POLICY_BROKEN || r->kind == RECORD_LOGIN_STATE || r->kind == RECORD_BREAK_GLASS)
		return LOG_CRIT;
	/* a screen that should be locked and is not */
	if (r->kind == RECORD_LOCK && r->verdict == RECORD_DENIED && !r->observed_only)
		return LOG_CRIT;
	switch (r->verdict) {
	case RECORD_DENIED: /* what observing only would have denied touched nobody */
		return r->observed_only ? LOG_NOTICE : LOG_WARNING;
	case RECORD_WARNED:
		return LOG_NOTICE;
	case RECORD_NOTED: /* of the kinds that are only noted, these change what holds on the computer */
		return r->kind == RECORD_PASSWORD_CHANGE || r->kind == RECORD_PASSWORD_AGE ? LOG_INFO : LOG_NOTICE;
	case RECORD_ALLOWED:
	case RECORD_VERDICT_MAX:
		break;
	}
	return LOG_INFO;
}

/* --- what both formats have in common: a list of fields with their values --- */

struct field {
	const char *journal, *line; /* names */
	const char *value;          /* NULL or "": none */
	size_t max;
};

/* Borrowed by the fields. */
struct scratch {
	char time[40];
	char reasons[REASONS_MAX + 1];
};

/* As many as fit, then "..."; the list is escaped like any value when it is written. */
static const char *join_reasons(const struct record *r, const char *separator, char *buf, size_t size)
{
	static const char MORE[] = "...";
	struct text t;

	text_init(&t, buf, size - (sizeof MORE - 1));
	for (size_t i = 0; i < r->reason_count; i++) {
		if (i > 0)
			text_add(&t, separator);
		text_add(&t, r->reasons[i]);
		if (t.overflow) {
			memcpy(buf + t.len, MORE, sizeof MORE);
			break;
		}
	}
	return buf;
}

#define FIELD_COUNT 15

static void list_fields(const struct record *r, struct scratch *scratch, struct field ret_fields[FIELD_COUNT])
{
	struct text time;

	TEXT_INTO(&time, scratch->time);
	date_add_time(&time, r->time_s);
	join_reasons(r, ",", scratch->reasons, sizeof scratch->reasons);
	const struct field fields[] = {
		{"MUTEX_KIND", "kind", KINDS[r->kind].name, VALUE_MAX},
		{"MUTEX_VERDICT", "verdict", VERDICTS[r->verdict], VALUE_MAX},
		{"MUTEX_MODE", "mode", r->observed_only ? "observe" : "enforce", VALUE_MAX},
		{"MUTEX_CLAUSE", "clause", r->clause, VALUE_MAX},
		{"MUTEX_USER", "user", r->user, VALUE_MAX},
		{"MUTEX_SERVICE", "service", r->service, VALUE_MAX},
		{"MUTEX_TTY", "tty", r->tty, VALUE_MAX},
		{"MUTEX_RHOST", "rhost", r->rhost, VALUE_MAX},
		{"MUTEX_ASKED_BY", "asked_by", r->asked_by, VALUE_MAX},
		{"MUTEX_REASONS", "reasons", scratch->reasons, REASONS_MAX},
		{"MUTEX_WAIVER", "waiver", r->waiver, VALUE_MAX},
		{"MUTEX_DETAIL", "detail", r->detail, DETAIL_MAX},
		{"MUTEX_POLICY_STATE", "policy_state", r->policy_state, VALUE_MAX},
		{"MUTEX_POLICY", "policy", r->policy_hash, VALUE_MAX},
		{"MUTEX_TIME", "time", scratch->time, VALUE_MAX},
	};
	static_assert(sizeof fields / sizeof fields[0] == FIELD_COUNT, "FIELD_COUNT");
	memcpy(ret_fields, fields, sizeof fields);
}

static bool is_given(const char *value)
{
	return value != NULL && value[0] != '\0';
}

static void add_value(struct text *t, const char *value, size_t max)
{
	text_add_escaped_cut(t, value, strlen(value), max);
}

/* --- the journal --- */

/* ", user alice": nothing when there is no value. The first one follows a colon. */
static void add_part(struct text *t, bool *first, const char *word, const char *value, size_t max)
{
	if (!is_given(value))
		return;
	text_add(t, *first ? ": " : ", ");
	text_add(t, word);
	add_value(t, value, max);
	*first = false;
}

/* For people who read the journal: "password-change denied: user alice, service passwd, reasons too-short, common (PW-1)". */
static void add_sentence(const struct record *r, struct text *t)
{
	char reasons[REASONS_MAX + 1];
	bool first = true;

	text_add(t, KINDS[r->kind].name);
	text_add_char(t, ' ');
	text_add(t, VERDICTS[r->verdict]);
	if (r->observed_only)
		text_add(t, " (observed only)");
	add_part(t, &first, "user ", r->user, VALUE_MAX);
	add_part(t, &first, "service ", r->service, VALUE_MAX);
	add_part(t, &first, "from ", r->rhost, VALUE_MAX);
	add_part(t, &first, "asked by ", r->asked_by, VALUE_MAX);
	add_part(t, &first, "reasons ", join_reasons(r, ", ", reasons, sizeof reasons), REASONS_MAX);
	add_part(t, &first, "waived by ", r->waiver, VALUE_MAX);
	add_part(t, &first, "", r->detail, DETAIL_MAX);
	if (is_given(r->clause)) {
		text_add(t, " (");
		add_value(t, r->clause, VALUE_MAX);
		text_add_char(t, ')');
	}
}

void record_format_journal(const struct record *r, struct text *t)
{
	struct field fields[FIELD_COUNT];
	struct scratch scratch;

	text_add(t, "MESSAGE=");
	add_sentence(r, t);
	text_add(t, "\nMESSAGE_ID=");
	text_add(t, KINDS[r->kind].message_id);
	text_add(t, "\nPRIORITY=");
	text_add_int(t, record_priority(r));
	text_add(t, "\nSYSLOG_IDENTIFIER=pam_mutex\n");
	list_fields(r, &scratch, fields);
	/* NAME=VALUE and a newline. The protocol's other form, with a length, is for values with a newline; an escaped one has none. */
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (!is_given(fields[i].value))
			continue;
		text_add(t, fields[i].journal);
		text_add_char(t, '=');
		add_value(t, fields[i].value, fields[i].max);
		text_add_char(t, '\n');
	}
}

/* --- one line --- */

/* Inside quotes a quote becomes \", which nothing else looks like: an escaped value holds a backslash in \xHH only. */
static void add_line_value(struct text *t, const char *value, size_t max)
{
	char buf[DETAIL_MAX + 1];
	struct text escaped;

	TEXT_INTO(&escaped, buf);
	add_value(&escaped, value, max);
	if (strpbrk(buf, " \"=") == NULL) {
		text_add(t, buf);
		return;
	}
	text_add_char(t, '"');
	for (const char *at = buf; *at != '\0'; at++)
		if (*at == '"')
			text_add(t, "\\\"");
		else
			text_add_char(t, *at);
	text_add_char(t, '"');
}

void record_format_line(const struct record *r, struct text *t)
{
	struct field fields[FIELD_COUNT];
	struct scratch scratch;
	bool first = true;

	list_fields(r, &scratch, fields);
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (!is_given(fields[i].value))
			continue;
		if (!first)
			text_add_char(t, ' ');
		first = false;
		text_add(t, fields[i].line);
		text_add_char(t, '=');
		add_line_value(t, fields[i].value, fields[i].max);
	}
}
