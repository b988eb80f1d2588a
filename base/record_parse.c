/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads records back. The counterpart of record.c: names, quotes and escapes are those that it writes. */
#include "record_parse.h"

#include <errno.h>
#include <string.h>

#include "date.h"

enum { TEXT_ROW = 1, KIND_ROW, VERDICT_ROW, MODE_ROW, REASONS_ROW, TIME_ROW };

struct row {
	const char *line, *journal;
	int kind;
	size_t offset; /* of a text's pointer in struct record */
};

static const struct row rows[] = {
	{"kind", "MUTEX_KIND", KIND_ROW, 0},
	{"verdict", "MUTEX_VERDICT", VERDICT_ROW, 0},
	{"mode", "MUTEX_MODE", MODE_ROW, 0},
	{"time", "MUTEX_TIME", TIME_ROW, 0},
	{"clause", "MUTEX_CLAUSE", TEXT_ROW, offsetof(struct record, clause)},
	{"user", "MUTEX_USER", TEXT_ROW, offsetof(struct record, user)},
	{"service", "MUTEX_SERVICE", TEXT_ROW, offsetof(struct record, service)},
	{"tty", "MUTEX_TTY", TEXT_ROW, offsetof(struct record, tty)},
	{"rhost", "MUTEX_RHOST", TEXT_ROW, offsetof(struct record, rhost)},
	{"asked_by", "MUTEX_ASKED_BY", TEXT_ROW, offsetof(struct record, asked_by)},
	{"reasons", "MUTEX_REASONS", REASONS_ROW, 0},
	{"waiver", "MUTEX_WAIVER", TEXT_ROW, offsetof(struct record, waiver)},
	{"detail", "MUTEX_DETAIL", TEXT_ROW, offsetof(struct record, detail)},
	{"policy_state", "MUTEX_POLICY_STATE", TEXT_ROW, offsetof(struct record, policy_state)},
	{"policy", "MUTEX_POLICY", TEXT_ROW, offsetof(struct record, policy_hash)},
};

enum { ROWS = sizeof rows / sizeof rows[0], ROWS_NEEDED = 4 /* the first ones: without them it is no record */ };

static bool same(const char *bytes, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(bytes, word, len) == 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of \xHH, or -1. A NUL, which would cut the value short, is never written. */
static int escaped_byte(const char *s, size_t len)
{
	if (len < 4 || s[0] != '\\' || s[1] != 'x' || hex_digit(s[2]) < 0 || hex_digit(s[3]) < 0)
		return -1;
	return hex_digit(s[2]) * 16 + hex_digit(s[3]) > 0 ? hex_digit(s[2]) * 16 + hex_digit(s[3]) : -1;
}

/* Keeps a value as it was before record.c escaped it. NULL when it is malformed or does not fit. */
static const char *keep(struct record_parsed *parsed, const char *s, size_t len)
{
	char *start = parsed->storage + parsed->used, *to = start;

	/* Nothing grows by being unescaped. */
	if (len >= sizeof parsed->storage - parsed->used)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		int byte = (unsigned char)s[i];

		if (byte == '\\') {
			byte = escaped_byte(s + i, len - i);
			i += 3;
		} else if (byte < ' ') {
			return NULL;
		}
		if (byte < 0)
			return NULL;
		*to++ = (char)byte;
	}
	*to = '\0';
	parsed->used += (size_t)(to - start) + 1;
	return start;
}

static int set_kind(struct record *r, const char *s, size_t len)
{
	for (r->kind = 0; r->kind < RECORD_KIND_MAX; r->kind++)
		if (same(s, len, record_kind_name(r->kind)))
			return 0;
	return -EBADMSG;
}

static int set_verdict(struct record *r, const char *s, size_t len)
{
	for (r->verdict = 0; r->verdict < RECORD_VERDICT_MAX; r->verdict++)
		if (same(s, len, record_verdict_name(r->verdict)))
			return 0;
	return -EBADMSG;
}

static int set_mode(struct record *r, const char *s, size_t len)
{
	r->observed_only = same(s, len, "observe");
	return r->observed_only || same(s, len, "enforce") ? 0 : -EBADMSG;
}

/* A code such as "too-short", or the mark behind a list that was cut. Nothing in one needs an escape, so nothing can hide a comma. */
static bool is_reason(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (memchr("abcdefghijklmnopqrstuvwxyz0123456789-.", s[i], 38) == NULL)
			return false;
	return len > 0;
}

/* "too-short,common" */
static int set_reasons(struct record_parsed *parsed, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		const size_t item_len = comma != NULL ? (size_t)(comma - s) : (size_t)(end - s);
		const char *item = is_reason(s, item_len) ? keep(parsed, s, item_len) : NULL;

		if (item == NULL || parsed->record.reason_count == RECORD_PARSED_REASONS_MAX)
			return -EBADMSG;
		parsed->reasons[parsed->record.reason_count++] = item;
		s += item_len + (comma != NULL);
	}
	parsed->record.reasons = parsed->reasons;
	return 0;
}

static int set_text(struct record_parsed *parsed, size_t offset, const char *s, size_t len)
{
	const char *text = keep(parsed, s, len);

	if (text == NULL)
		return -EBADMSG;
	memcpy((char *)&parsed->record + offset, &text, sizeof text);
	return 0;
}

/* Each field once: of two, one is a forgery, and nobody can tell which. */
static int set_row(struct record_parsed *parsed, size_t row, const char *s, size_t len)
{
	if ((parsed->seen & 1U << row) != 0)
		return -EBADMSG;
	parsed->seen |= 1U << row;
	switch (rows[row].kind) {
	case KIND_ROW:
		return set_kind(&parsed->record, s, len);
	case VERDICT_ROW:
		return set_verdict(&parsed->record, s, len);
	case MODE_ROW:
		return set_mode(&parsed->record, s, len);
	case TIME_ROW:
		return date_parse(s, len, &parsed->record.time_s) == 0 ? 0 : -EBADMSG;
	case REASONS_ROW:
		return set_reasons(parsed, s, len);
	default:
		return set_text(parsed, rows[row].offset, s, len);
	}
}

void record_parse_start(struct record_parsed *parsed)
{
	parsed->record = (struct record){0};
	parsed->used = 0;
	parsed->seen = 0;
}

int record_parse_field(struct record_parsed *parsed, const char *field, size_t len)
{
	const char *equals = memchr(field, '=', len);
	const size_t name_len = equals != NULL ? (size_t)(equals - field) : 0;

	for (size_t i = 0; i < ROWS && equals != NULL; i++)
		if (same(field, name_len, rows[i].journal))
			return set_row(parsed, i, equals + 1, len - name_len - 1);
	return 0;
}

int record_parse_finish(struct record_parsed *parsed)
{
	const unsigned needed = (1U << ROWS_NEEDED) - 1;

	return (parsed->seen & needed) == needed ? 0 : -EBADMSG;
}

/* --- lines --- */

struct cursor {
	const char *at, *end;
};

static size_t word_length(const struct cursor *c, char stop)
{
	const char *found = memchr(c->at, stop, (size_t)(c->end - c->at));

	return found != NULL ? (size_t)(found - c->at) : (size_t)(c->end - c->at);
}

/* Past the next word and the blanks behind it. */
static void skip_word(struct cursor *c)
{
	c->at += word_length(c, ' ');
	while (c->at < c->end && *c->at == ' ')
		c->at++;
}

static bool skip_text(struct cursor *c, const char *text)
{
	const size_t len = strlen(text);

	if ((size_t)(c->end - c->at) < len || memcmp(c->at, text, len) != 0)
		return false;
	c->at += len;
	return true;
}

/* "Nov 22 09:30:00 host ", "2026-11-22T09:30:00.123456+09:00 host " or nothing. A month starts with a letter, a date with a digit. */
static void skip_syslog_header(struct cursor *c)
{
	if (c->at == c->end || memcmp(c->at, "kind=", (size_t)(c->end - c->at) < 5 ? (size_t)(c->end - c->at) : 5) == 0)
		return;
	if (*c->at < '0' || *c->at > '9') {
		skip_word(c);
		skip_word(c);
	}
	skip_word(c);
	skip_word(c);
}

/* The value in front of the cursor: bare, or in quotes, in which \" is a quote. unquoted has room for all of the line. */
static int take_value(struct cursor *c, char *unquoted, size_t *ret_len)
{
	size_t len = 0;
	bool closed = false;

	if (c->at == c->end || *c->at != '"') {
		len = word_length(c, ' ');
		memcpy(unquoted, c->at, len);
		c->at += len;
		*ret_len = len;
		return memchr(unquoted, '"', len) == NULL ? 0 : -EBADMSG;
	}
	for (c->at++; c->at < c->end && !closed; c->at++) {
		if (*c->at == '\\' && c->end - c->at > 1 && c->at[1] == '"')
			unquoted[len++] = *++c->at;
		else if (*c->at == '"')
			closed = true;
		else
			unquoted[len++] = *c->at;
	}
	*ret_len = len;
	return closed ? 0 : -EBADMSG;
}

/* "user=alice " */
static int take_pair(struct cursor *c, struct record_parsed *parsed)
{
	const size_t name_len = word_length(c, '=');
	const char *name = c->at;
	char value[RECORD_PARSED_BYTES_MAX];
	size_t len;

	c->at += name_len;
	if (!skip_text(c, "=") || take_value(c, value, &len) < 0)
		return -EBADMSG;
	if (c->at < c->end && (!skip_text(c, " ") || c->at == c->end))
		return -EBADMSG;
	for (size_t i = 0; i < ROWS; i++)
		if (same(name, name_len, rows[i].line))
			return set_row(parsed, i, value, len);
	/* A later version may write more. */
	return memchr(name, ' ', name_len) == NULL ? 0 : -EBADMSG;
}

int record_parse_line(const char *line, size_t len, struct record_parsed *ret_parsed)
{
	struct cursor c = {line, line + len};
	int r = 0;

	skip_syslog_header(&c);
	if (!skip_text(&c, "pam_mutex: ") && c.at != line)
		return 0;
	if ((size_t)(c.end - c.at) < 5 || memcmp(c.at, "kind=", 5) != 0)
		return 0;
	if ((size_t)(c.end - c.at) >= RECORD_PARSED_BYTES_MAX)
		return -EBADMSG;
	record_parse_start(ret_parsed);
	while (r == 0 && c.at < c.end)
		r = take_pair(&c, ret_parsed);
	if (r == 0)
		r = record_parse_finish(ret_parsed);
	return r == 0 ? 1 : r;
}
