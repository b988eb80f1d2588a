/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of exceptions, for files that people read and change by hand too. */
#include "exception_text.h"

#include <errno.h>
#include <string.h>

#include "date.h"
#include "lexer.h"
#include "text.h"
#include "value.h"

static void add_line(struct text *t, const char *name, const char *value)
{
	if (value == NULL)
		return;
	text_add(t, name);
	text_add(t, " = ");
	value_add_text(t, value, strlen(value));
	text_add_char(t, '\n');
}

void exception_add_draft(const struct exception_draft *draft, struct text *t)
{
	text_add(t, "[exception ");
	text_add(t, draft->id);
	text_add(t, "]\n");
#define DRAFT_LINE(name, ...) add_line(t, #name, draft->name);
	EXCEPTION_KEYWORDS(DRAFT_LINE)
#undef DRAFT_LINE
}

static bool is_word(const char *word, const char *s, size_t len)
{
	return strlen(word) == len && memcmp(word, s, len) == 0;
}

/* The dates of one exception in a file. */
struct dates {
	struct lexer_token from, until;
	bool has_from, has_until;
};

static int find_dates(const struct policy_source *source, const char *id, struct arena *arena, struct dates *ret)
{
	struct diag_list unused = {0};
	struct lexer_token token;
	struct lexer lexer;
	bool inside = false;
	int r;

	*ret = (struct dates){0};
	lexer_init(&lexer, source, arena, &unused);
	while ((r = lexer_next(&lexer, &token)) > 0) {
		if (token.kind != LEXER_ASSIGNMENT) {
			inside = token.kind == LEXER_SECTION && is_word("exception", token.name, token.name_len) && is_word(id, token.rest, token.rest_len);
		} else if (inside && is_word("from", token.name, token.name_len)) {
			ret->from = token;
			ret->has_from = true;
		} else if (inside && is_word("until", token.name, token.name_len)) {
			ret->until = token;
			ret->has_until = true;
		}
	}
	return r;
}

/* Replaces the line of token, which ends up as "until = NOW" below a comment with what it was. */
static void add_changed(struct text *t, const struct policy_source *source, const struct lexer_token *token, int64_t now_s, size_t *at)
{
	text_add_bytes(t, source->bytes + *at, token->line_start - *at);
	text_add(t, "# ended by mutexctl; was: ");
	text_add_bytes(t, source->bytes + token->line_start, token->line_end - token->line_start);
	text_add_char(t, '\n');
	text_add_bytes(t, token->name, token->name_len);
	text_add(t, " = ");
	date_add_time(t, now_s);
	*at = token->line_end;
}

int exception_add_ended(const struct policy_source *source, const char *id, int64_t now_s, struct arena *arena, struct text *t)
{
	struct dates dates;
	int64_t from_s = 0;
	size_t at = 0;
	bool begun;
	int r = find_dates(source, id, arena, &dates);

	if (r < 0)
		return r;
	if (!dates.has_until || !dates.has_from || date_parse(dates.from.rest, dates.from.rest_len, &from_s) < 0)
		return -ENOENT;
	begun = from_s <= now_s;
	if (!begun && dates.from.line < dates.until.line)
		add_changed(t, source, &dates.from, now_s, &at);
	add_changed(t, source, &dates.until, now_s, &at);
	if (!begun && dates.from.line > dates.until.line)
		add_changed(t, source, &dates.from, now_s, &at);
	text_add_bytes(t, source->bytes + at, source->len - at);
	return 0;
}
