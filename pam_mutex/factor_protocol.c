/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what a helper says: few words, bounded lines, nothing behind the verdict. */
#include "factor_protocol.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

static const struct word {
	const char *name;
	bool has_text;
} words[] = {
	[FACTOR_LINE_INFO] = {"info", true},
	[FACTOR_LINE_ERROR] = {"error", true},
	[FACTOR_LINE_PROMPT] = {"prompt", true},
	[FACTOR_LINE_PROMPT_HIDDEN] = {"prompt-hidden", true},
	[FACTOR_LINE_ACCEPT] = {"accept", false},
	[FACTOR_LINE_REFUSE] = {"refuse", false},
};
_Static_assert(sizeof words / sizeof words[0] == FACTOR_LINE_KIND_MAX, "a word for each kind");

/* What a terminal or a greeter shows as it stands: escaping would change nothing. */
static int text_read(const char *bytes, size_t len, char ret_text[FACTOR_TEXT_MAX + 1])
{
	char escaped[FACTOR_TEXT_MAX + 1];
	struct text t;

	if (len > FACTOR_TEXT_MAX || memchr(bytes, '\\', len) != NULL)
		return -EPROTO;
	TEXT_INTO(&t, escaped);
	text_add_escaped(&t, bytes, len);
	if (text_end(&t) < 0 || t.len != len)
		return -EPROTO;
	memcpy(ret_text, escaped, len + 1);
	return 0;
}

static int word_find(const char *bytes, size_t len)
{
	for (int i = 0; i < FACTOR_LINE_KIND_MAX; i++)
		if (strlen(words[i].name) == len && memcmp(words[i].name, bytes, len) == 0)
			return i;
	return -EPROTO;
}

int factor_line_read(const char *bytes, size_t len, struct factor_line *ret_line)
{
	const char *blank = len > 0 ? memchr(bytes, ' ', len) : NULL;
	struct factor_line line = {.text = ""};
	int kind = word_find(bytes, blank != NULL ? (size_t)(blank - bytes) : len), r = 0;

	if (kind < 0 || words[kind].has_text != (blank != NULL))
		return -EPROTO;
	line.kind = (enum factor_line_kind)kind;
	if (blank != NULL)
		r = text_read(blank + 1, len - (size_t)(blank + 1 - bytes), line.text);
	if (r == 0)
		*ret_line = line;
	return r;
}

static int take_line(struct factor_lines *lines, struct factor_line *ret_line)
{
	size_t len = lines->len;

	lines->len = 0;
	if (factor_line_read(lines->bytes, len, ret_line) < 0)
		return -EPROTO;
	lines->verdict = ret_line->kind == FACTOR_LINE_ACCEPT || ret_line->kind == FACTOR_LINE_REFUSE;
	lines->accepted = ret_line->kind == FACTOR_LINE_ACCEPT;
	return 1;
}

/* Once a word was wrong nothing heals it: len beyond the buffer marks that. */
static int break_off(struct factor_lines *lines)
{
	*lines = (struct factor_lines){.len = SIZE_MAX};
	return -EPROTO;
}

int factor_lines_take(struct factor_lines *lines, const char *bytes, size_t len, size_t *ret_used, struct factor_line *ret_line)
{
	const char *end = len > 0 ? memchr(bytes, '\n', len) : NULL;
	size_t part = end != NULL ? (size_t)(end - bytes) : len;

	*ret_used = part + (end != NULL);
	if (lines->len == SIZE_MAX || (lines->verdict && len > 0) || part > FACTOR_LINE_MAX - lines->len)
		return break_off(lines);
	if (part > 0)
		memcpy(lines->bytes + lines->len, bytes, part);
	lines->len += part;
	if (end == NULL)
		return 0;
	return take_line(lines, ret_line) < 0 ? break_off(lines) : 1;
}

int factor_lines_end(const struct factor_lines *lines)
{
	if (lines->len != 0 || !lines->verdict)
		return -EPROTO;
	return lines->accepted;
}
