/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of the policy language, by kind. */
#include "value.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "date.h"
#include "keyword_table.h"
#include "number.h"
#include "text.h"

/* A canonical line must fit into POLICY_LINE_BYTES_MAX together with its keyword. */
#define LIST_BYTES_MAX (POLICY_LINE_BYTES_MAX - 128)
#define SHOWN_BYTES_MAX 48
#define CHOICES_MAX 8
#define CHOICE_SIZE 32

static_assert(sizeof(union value) == sizeof(struct word_list), "{0} must set all of it");

static bool is_word(const char *word, const char *s, size_t len)
{
	return strlen(word) == len && memcmp(word, s, len) == 0;
}

/* Enough of the value to recognise it; diag_add() escapes it. */
static void add_shown(struct text *t, const char *s, size_t len)
{
	text_add_char(t, '"');
	text_add_bytes(t, s, len < SHOWN_BYTES_MAX ? len : SHOWN_BYTES_MAX);
	text_add(t, len < SHOWN_BYTES_MAX ? "\"" : "...\"");
}

static void add_allowed(struct text *t, const struct keyword_row *row)
{
	text_add(t, "; allowed: ");
	keyword_add_range(row, t);
}

static int refuse(struct text *problem, const struct keyword_row *row, const char *s, size_t len, const char *what)
{
	add_shown(problem, s, len);
	text_add(problem, what);
	add_allowed(problem, row);
	return -EINVAL;
}

static int refuse_word(struct text *problem, const struct keyword_row *row, const char *s, size_t len,
		       const char *const *words)
{
	const char *nearest = diag_nearest(s, len, words);

	add_shown(problem, s, len);
	text_add(problem, " is no value of ");
	text_add(problem, row->name);
	if (nearest != NULL) {
		text_add(problem, "; did you mean \"");
		text_add(problem, nearest);
		text_add(problem, "\"?");
	}
	add_allowed(problem, row);
	return -EINVAL;
}

static int parse_yesno(const struct keyword_row *row, const char *s, size_t len, union value *ret, struct text *problem)
{
	static const char *const words[] = {"yes", "no", NULL};
	static const char *const meant_yes[] = {"true", "on", "1", "enable", "enabled", NULL};
	static const char *const meant_no[] = {"false", "off", "0", "disable", "disabled", NULL};

	ret->yesno = is_word("yes", s, len);
	if (ret->yesno || is_word("no", s, len))
		return 0;
	for (size_t i = 0; meant_yes[i] != NULL; i++)
		if (is_word(meant_yes[i], s, len))
			return refuse(problem, row, s, len, " is neither yes nor no; did you mean \"yes\"?");
	for (size_t i = 0; meant_no[i] != NULL; i++)
		if (is_word(meant_no[i], s, len))
			return refuse(problem, row, s, len, " is neither yes nor no; did you mean \"no\"?");
	return refuse_word(problem, row, s, len, words);
}

static int parse_number(const struct keyword_row *row, const char *s, size_t len, union value *ret, struct text *problem)
{
	int r = number_parse(s, len, row->min, row->max, &ret->number);

	if (r == -ERANGE)
		return refuse(problem, row, s, len, " is out of range");
	return r == 0 ? 0 : refuse(problem, row, s, len, " is not a whole number");
}

static int parse_duration(const struct keyword_row *row, const char *s, size_t len, union value *ret, struct text *problem)
{
	int r = number_parse_duration(s, len, row->min, row->max, &ret->number);

	if (r == -ERANGE)
		return refuse(problem, row, s, len, " is out of range");
	return r == 0 ? 0 : refuse(problem, row, s, len, " is no duration: a number and one of s, min, h, d, w, such as 90d");
}

static int parse_date(const struct keyword_row *row, const char *s, size_t len, union value *ret, struct text *problem)
{
	ret->number = 0;
	if (is_word("none", s, len))
		return 0;
	/* The epoch itself means "none", so no file may name it. */
	if (date_parse(s, len, &ret->number) < 0 || ret->number <= 0)
		return refuse(problem, row, s, len, " is no date that exists");
	return 0;
}

static int parse_choice(const struct keyword_row *row, const char *s, size_t len, union value *ret, struct text *problem)
{
	char names[CHOICES_MAX][CHOICE_SIZE] = {{0}};
	const char *words[CHOICES_MAX + 1] = {NULL}, *choice;
	size_t choice_len;

	for (size_t i = 0; i < CHOICES_MAX && (choice_len = keyword_choice(row, i, &choice)) > 0; i++) {
		if (choice_len == len && memcmp(choice, s, len) == 0) {
			ret->choice = (int)i;
			return 0;
		}
		if (choice_len < CHOICE_SIZE)
			memcpy(names[i], choice, choice_len);
		words[i] = names[i];
	}
	return refuse_word(problem, row, s, len, words);
}

static int parse_text(const struct keyword_row *row, const char *s, size_t len, struct arena *arena, union value *ret,
		      struct text *problem)
{
	if (len > (size_t)row->max)
		return refuse(problem, row, s, len, " is too long");
	ret->text = len == 0 ? "" : arena_copy(arena, s, len);
	return ret->text != NULL ? 0 : -ENOMEM;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the next entry off *at and trims it. False behind the last one. */
static bool next_entry(const char **at, const char *end, const char **ret_entry, size_t *ret_len)
{
	const char *entry = *at, *comma;

	if (entry > end)
		return false;
	comma = memchr(entry, ',', (size_t)(end - entry));
	if (comma == NULL)
		comma = end;
	*at = comma + 1;
	while (entry < comma && is_blank(*entry))
		entry++;
	while (comma > entry && is_blank(comma[-1]))
		comma--;
	*ret_entry = entry;
	*ret_len = (size_t)(comma - entry);
	return true;
}

bool value_is_plain_path(const char *s, size_t len)
{
	if (len < 2 || s[0] != '/' || s[len - 1] == '/')
		return false;
	for (size_t i = 0; i < len; i++) {
		size_t part = 0;

		if (s[i] != '/')
			continue;
		while (i + 1 + part < len && s[i + 1 + part] != '/')
			part++;
		if (part == 0 || is_word(".", s + i + 1, part) || is_word("..", s + i + 1, part))
			return false;
	}
	return true;
}

static int check_entry(const struct keyword_row *row, const char *entry, size_t len, struct text *problem)
{
	if (len == 0)
		return refuse(problem, row, "", 0, " is an empty entry; a comma too many?");
	if (row->kind == KIND_PATHS && !value_is_plain_path(entry, len))
		return refuse(problem, row, entry, len, " is no absolute path without . and ..");
	return 0;
}

static int list_length(const struct keyword_row *row, const char *s, size_t len, struct text *problem, size_t *ret_count)
{
	const char *at = s, *entry;
	size_t entry_len, count = 0, bytes = 0;
	int r;

	while (next_entry(&at, s + len, &entry, &entry_len)) {
		r = check_entry(row, entry, entry_len, problem);
		if (r < 0)
			return r;
		count++;
		bytes += 2 + entry_len;
		/* a quote or backslash doubles when it is written back */
		for (size_t i = 0; i < entry_len; i++)
			bytes += entry[i] == '"' || entry[i] == '\\';
	}
	if (count > (size_t)row->max)
		return refuse(problem, row, s, len, " has too many entries");
	if (bytes > LIST_BYTES_MAX)
		return refuse(problem, row, s, len, " is too long for one line");
	*ret_count = count;
	return 0;
}

static int parse_list(const struct keyword_row *row, const char *s, size_t len, struct arena *arena, union value *ret,
		      struct text *problem)
{
	const char *at = s, *entry, **words;
	size_t entry_len, count = 0;
	int r;

	ret->words = (struct word_list){0};
	if (len == 0)
		return 0;
	r = list_length(row, s, len, problem, &count);
	if (r < 0)
		return r;
	words = ARENA_NEW(arena, const char *, count + 1);
	if (words == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count && next_entry(&at, s + len, &entry, &entry_len); i++) {
		words[i] = arena_copy(arena, entry, entry_len);
		if (words[i] == NULL)
			return -ENOMEM;
	}
	ret->words = (struct word_list){.words = words, .count = count};
	return 0;
}

int value_parse(const struct keyword_row *row, const char *s, size_t len, struct arena *arena, union value *ret_value,
		struct text *problem)
{
	union value value = {0};
	int r = -EINVAL;

	switch (row->kind) {
	case KIND_YESNO:
		r = parse_yesno(row, s, len, &value, problem);
		break;
	case KIND_NUMBER:
		r = parse_number(row, s, len, &value, problem);
		break;
	case KIND_DURATION:
		r = parse_duration(row, s, len, &value, problem);
		break;
	case KIND_DATE:
		r = parse_date(row, s, len, &value, problem);
		break;
	case KIND_CHOICE:
		r = parse_choice(row, s, len, &value, problem);
		break;
	case KIND_TEXT:
		r = parse_text(row, s, len, arena, &value, problem);
		break;
	case KIND_WORDS:
	case KIND_PATHS:
		r = parse_list(row, s, len, arena, &value, problem);
		break;
	case KIND_MAX:
		break;
	}
	if (r == 0)
		*ret_value = value;
	return r;
}

void value_default(const struct keyword_row *row, union value *ret_value)
{
	char unused[256];
	struct text problem;

	*ret_value = (union value){0};
	if (row->kind == KIND_TEXT)
		ret_value->text = row->default_text;
	if (row->kind == KIND_TEXT || row->default_text[0] == '\0')
		return;
	TEXT_INTO(&problem, unused);
	/* the table's own text, without lists: a test proves that each default is valid */
	(void)value_parse(row, row->default_text, strlen(row->default_text), NULL, ret_value, &problem);
}

/* The empty text needs quotes, and what the lexer would take for a comment, a quote or the edge of the value. */
static bool needs_quotes(const char *s, size_t len)
{
	return len == 0 || is_blank(s[0]) || is_blank(s[len - 1]) || memchr(s, '#', len) != NULL || memchr(s, '"', len) != NULL;
}

void value_add_text(struct text *t, const char *s, size_t len)
{
	bool quotes = needs_quotes(s, len);

	if (!quotes) {
		text_add_bytes(t, s, len);
		return;
	}
	text_add_char(t, '"');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\')
			text_add_char(t, '\\');
		text_add_char(t, s[i]);
	}
	text_add_char(t, '"');
}

static void add_words(struct text *t, const struct word_list *list)
{
	char joined[POLICY_LINE_BYTES_MAX];
	struct text words;

	TEXT_INTO(&words, joined);
	for (size_t i = 0; i < list->count; i++) {
		text_add(&words, i > 0 ? ", " : "");
		text_add(&words, list->words[i]);
	}
	value_add_text(t, words.buf, words.len);
}

void value_add(const struct keyword_row *row, const union value *value, struct text *t)
{
	const char *choice;
	size_t len;

	switch (row->kind) {
	case KIND_YESNO:
		text_add(t, value->yesno ? "yes" : "no");
		return;
	case KIND_NUMBER:
		text_add_int(t, value->number);
		return;
	case KIND_DURATION:
		number_add_duration(t, value->number);
		return;
	case KIND_DATE:
		if (value->number == 0)
			text_add(t, "none");
		else
			date_add(t, value->number);
		return;
	case KIND_CHOICE:
		len = keyword_choice(row, (size_t)value->choice, &choice);
		text_add_bytes(t, choice, len);
		return;
	case KIND_TEXT:
		value_add_text(t, value->text, strlen(value->text));
		return;
	case KIND_WORDS:
	case KIND_PATHS:
		add_words(t, &value->words);
		return;
	case KIND_MAX:
		return;
	}
}

/* Where the value lies in struct settings, and in union value, and how big it is. */
static size_t field_size(enum value_kind kind)
{
	switch (kind) {
	case KIND_YESNO:
		return sizeof(bool);
	case KIND_NUMBER:
	case KIND_DURATION:
	case KIND_DATE:
		return sizeof(int64_t);
	case KIND_CHOICE:
		return sizeof(int);
	case KIND_TEXT:
		return sizeof(const char *);
	case KIND_WORDS:
	case KIND_PATHS:
		return sizeof(struct word_list);
	case KIND_MAX:
		break;
	}
	return 0;
}

void value_put(const struct keyword_row *row, const union value *value, struct settings *settings)
{
	memcpy((char *)settings + row->offset, value, field_size(row->kind));
}

void value_get(const struct keyword_row *row, const struct settings *settings, union value *ret_value)
{
	*ret_value = (union value){0};
	memcpy(ret_value, (const char *)settings + row->offset, field_size(row->kind));
}

static bool words_equal(const struct word_list *a, const struct word_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return false;
	return true;
}

bool value_equal(const struct keyword_row *row, const union value *a, const union value *b)
{
	if (row->kind == KIND_TEXT)
		return strcmp(a->text, b->text) == 0;
	if (row->kind == KIND_WORDS || row->kind == KIND_PATHS)
		return words_equal(&a->words, &b->words);
	return memcmp(a, b, field_size(row->kind)) == 0;
}
