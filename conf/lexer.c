/* SPDX-License-Identifier: BSD-2-Clause */
/* Cuts files of the policy language into lines and lines into names and values. */
#include "lexer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "utf8.h"

/* One line without its end, as it is looked at. */
struct line {
	const char *start, *end;
};

void lexer_init(struct lexer *lexer, const struct policy_source *source, struct arena *arena, struct diag_list *diags)
{
	*lexer = (struct lexer){.source = source, .arena = arena, .diags = diags};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static const char *trim_end(const char *start, const char *end)
{
	while (end > start && is_blank(end[-1]))
		end--;
	return end;
}

/* The line's characters are valid by now, so every byte that does not continue one begins one. */
static unsigned column_of(const struct line *line, const char *at)
{
	unsigned column = 1;

	for (const char *p = line->start; p < at; p++)
		column += ((unsigned char)*p & 0xc0) != 0x80;
	return column;
}

static void report(struct lexer *lexer, const struct line *line, const char *at, const char *text)
{
	diag_add(lexer->diags, DIAG_ERROR, lexer->source->file, lexer->line, column_of(line, at), "%s", text);
}

/* Shows nothing, or shows the text in another order than it is read. */
static bool is_hidden(uint32_t c)
{
	return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe0fff);
}

static const char *hidden_problem(uint32_t c)
{
	if (c == 0)
		return "a NUL byte; save the file as plain text";
	if (c == '\r')
		return "a carriage return inside a line; end lines with LF or CR LF";
	if (c == 0xfeff)
		return "a byte order mark; save the file as UTF-8 without one";
	return "a control or invisible character; delete it";
}

static bool check_characters(struct lexer *lexer, const struct line *line)
{
	const char *at = line->start;

	while (at < line->end) {
		const char *before = at;
		uint32_t c = (unsigned char)*at;

		if (c >= 0x20 && c < 0x7f) {
			at++;
			continue;
		}
		if (utf8_next(&at, line->end, &c) < 0) {
			report(lexer, line, before, "no valid UTF-8; save the file as UTF-8");
			return false;
		}
		if (is_hidden(c)) {
			report(lexer, line, before, hidden_problem(c));
			return false;
		}
	}
	return true;
}

/* Cuts off the next line. False at the end of the file. */
static bool next_line(struct lexer *lexer, struct line *ret_line)
{
	const char *start = lexer->source->bytes + lexer->at, *newline;
	size_t left = lexer->source->len - lexer->at;

	if (left == 0)
		return false;
	newline = memchr(start, '\n', left);
	lexer->line++;
	lexer->at += newline != NULL ? (size_t)(newline - start) + 1 : left;
	*ret_line = (struct line){.start = start, .end = newline != NULL ? newline : start + left};
	if (newline != NULL && newline > start && newline[-1] == '\r')
		ret_line->end--;
	return true;
}

/* Behind a section or a quoted value only blanks and a comment may stand. */
static bool ends_here(const char *at, const char *end)
{
	const char *next = skip_blanks(at, end);

	return next == end || (*next == '#' && next > at);
}

static void lex_section(struct lexer *lexer, const struct line *line, const char *bracket, struct lexer_token *token)
{
	const char *close = memchr(bracket, ']', (size_t)(line->end - bracket)), *end, *name, *name_end;

	token->kind = LEXER_BAD_SECTION;
	if (close == NULL) {
		report(lexer, line, line->end, "\"]\" is missing at the end of the section");
		return;
	}
	if (!ends_here(close + 1, line->end)) {
		report(lexer, line, close + 1, "nothing but a comment, with a blank before it, may follow a section");
		return;
	}
	name = skip_blanks(bracket + 1, close);
	end = trim_end(name, close);
	for (name_end = name; name_end < end && !is_blank(*name_end); name_end++)
		;
	token->kind = LEXER_SECTION;
	token->name = name;
	token->name_len = (size_t)(name_end - name);
	token->name_column = column_of(line, name);
	token->rest = skip_blanks(name_end, end);
	token->rest_len = (size_t)(end - token->rest);
	token->rest_column = column_of(line, token->rest);
}

/* quote points at the opening quote. 1, 0 when it was reported, or -ENOMEM. */
static int lex_quoted(struct lexer *lexer, const struct line *line, const char *quote, struct lexer_token *token)
{
	const char *at = quote + 1;
	size_t escapes = 0, len = 0;
	char *copy;

	for (; at < line->end && *at != '"'; at++) {
		if (*at != '\\')
			continue;
		if (at + 1 == line->end || (at[1] != '"' && at[1] != '\\')) {
			report(lexer, line, at, "inside quotes a backslash may stand only before a quote or another backslash");
			return 0;
		}
		at++;
		escapes++;
	}
	if (at == line->end) {
		report(lexer, line, quote, "the closing quote is missing");
		return 0;
	}
	if (!ends_here(at + 1, line->end)) {
		report(lexer, line, at + 1, "nothing but a comment, with a blank before it, may follow a quoted value");
		return 0;
	}
	token->rest = quote + 1;
	token->rest_len = (size_t)(at - quote - 1);
	if (escapes == 0)
		return 1;
	copy = arena_copy(lexer->arena, token->rest, token->rest_len);
	if (copy == NULL)
		return -ENOMEM;
	for (const char *p = token->rest; p < at; p++) {
		p += *p == '\\';
		copy[len++] = *p;
	}
	token->rest = copy;
	token->rest_len = len;
	return 1;
}

/* value points behind "=" and the blanks there. 1, or 0 when it was reported. */
static int lex_plain(struct lexer *lexer, const struct line *line, const char *value, struct lexer_token *token)
{
	const char *end = value;

	for (; end < line->end; end++) {
		if (*end == '#' && is_blank(end[-1]))
			break;
		if (*end == '#' || *end == '"') {
			report(lexer, line, end, "put a value with # or \" into double quotes, and a blank before a comment");
			return 0;
		}
	}
	end = trim_end(value, end);
	if (end == value) {
		report(lexer, line, value, "the value is missing; write \"\" for an empty one");
		return 0;
	}
	token->rest = value;
	token->rest_len = (size_t)(end - value);
	return 1;
}

static int lex_assignment(struct lexer *lexer, const struct line *line, const char *name, struct lexer_token *token)
{
	const char *equals = memchr(name, '=', (size_t)(line->end - name)), *name_end, *value;

	if (equals == NULL) {
		report(lexer, line, name, "\"=\" is missing; write keyword = value, or # before a comment");
		return 0;
	}
	name_end = trim_end(name, equals);
	if (name_end == name) {
		report(lexer, line, name, "the keyword before \"=\" is missing");
		return 0;
	}
	value = skip_blanks(equals + 1, line->end);
	token->kind = LEXER_ASSIGNMENT;
	token->name = name;
	token->name_len = (size_t)(name_end - name);
	token->name_column = column_of(line, name);
	token->rest_column = column_of(line, value);
	if (value < line->end && *value == '"')
		return lex_quoted(lexer, line, value, token);
	return lex_plain(lexer, line, value, token);
}

/* Reported once, then left out, so that the line behind it is still read. */
static void skip_byte_order_mark(struct lexer *lexer, struct line *line)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};

	if (lexer->line != 1 || (size_t)(line->end - line->start) < sizeof mark || memcmp(line->start, mark, sizeof mark) != 0)
		return;
	report(lexer, line, line->start, hidden_problem(0xfeff));
	line->start += sizeof mark;
}

/* The line cannot be read. Of a header that must be known, or the lines below it would count to the section above it. */
static bool is_header(const char *at, const struct line *line, struct lexer_token *ret_token)
{
	if (at == line->end || *at != '[')
		return false;
	*ret_token = (struct lexer_token){.kind = LEXER_BAD_SECTION};
	return true;
}

int lexer_next(struct lexer *lexer, struct lexer_token *ret_token)
{
	struct line line;

	while (next_line(lexer, &line)) {
		const char *at;
		int r = 1;

		skip_byte_order_mark(lexer, &line);
		at = skip_blanks(line.start, line.end);

		if (line.end - line.start > POLICY_LINE_BYTES_MAX) {
			diag_add(lexer->diags, DIAG_ERROR, lexer->source->file, lexer->line, 1,
				 "the line is %zu bytes long; at most %d are allowed", (size_t)(line.end - line.start), POLICY_LINE_BYTES_MAX);
			if (is_header(at, &line, ret_token))
				return 1;
			continue;
		}
		if (!check_characters(lexer, &line)) {
			if (is_header(at, &line, ret_token))
				return 1;
			continue;
		}
		if (at == line.end || *at == '#')
			continue;
		*ret_token = (struct lexer_token){
			.line = lexer->line,
			.line_start = (size_t)(line.start - lexer->source->bytes),
			.line_end = (size_t)(line.end - lexer->source->bytes),
		};
		if (*at == '[')
			lex_section(lexer, &line, at, ret_token);
		else
			r = lex_assignment(lexer, &line, at, ret_token);
		if (r != 0)
			return r;
	}
	return 0;
}
