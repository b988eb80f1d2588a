/* SPDX-License-Identifier: BSD-2-Clause */
/* The keyword table as data: rows, sections and look-ups by name. Pure. */
#include "keyword_table.h"

#include <assert.h>
#include <string.h>

#include "number.h"
#include "text.h"

#define ROW(section_, name_, kind_, min_, max_, default_, stricter_, choices_, help_) \
	[KEYWORD_##section_##_##name_] = { \
		.section = SECTION_##section_, \
		.name = #name_, \
		.kind = KIND_##kind_, \
		.min = (min_), \
		.max = (max_), \
		.default_text = (default_), \
		.stricter = STRICTER_##stricter_, \
		.choices = (choices_), \
		.help = (help_), \
		.offset = offsetof(struct settings, section_##_##name_), \
	},
static const struct keyword_row rows[KEYWORD_MAX] = {KEYWORDS(ROW)};
#undef ROW

struct section_row {
	const char *name, *help;
	enum section_scope scope;
};
#define SECTION_ROW(name_, scope_, help_) [SECTION_##name_] = {.name = #name_, .help = (help_), .scope = SCOPE_##scope_},
static const struct section_row sections[SECTION_MAX] = {SECTIONS(SECTION_ROW)};
#undef SECTION_ROW

static const char *const kind_names[] = {
	[KIND_YESNO] = "yes or no",
	[KIND_NUMBER] = "number",
	[KIND_DURATION] = "duration",
	[KIND_DATE] = "date",
	[KIND_CHOICE] = "choice",
	[KIND_TEXT] = "text",
	[KIND_WORDS] = "list of words",
	[KIND_PATHS] = "list of absolute paths",
};
static_assert(sizeof kind_names / sizeof kind_names[0] == KIND_MAX, "kind_names");

const struct keyword_row *keyword_row(enum keyword keyword)
{
	return (unsigned)keyword < KEYWORD_MAX ? &rows[keyword] : NULL;
}

const char *section_name(enum section section)
{
	return (unsigned)section < SECTION_MAX ? sections[section].name : NULL;
}

const char *section_help(enum section section)
{
	return (unsigned)section < SECTION_MAX ? sections[section].help : NULL;
}

enum section_scope section_scope(enum section section)
{
	return (unsigned)section < SECTION_MAX ? sections[section].scope : SCOPE_GENERAL;
}

bool section_per_user(enum section section)
{
	return section_scope(section) == SCOPE_PER_USER;
}

const char *keyword_idle(enum keyword keyword)
{
	return keyword == KEYWORD_policy_ownership || keyword == KEYWORD_control_grace ? KEYWORD_IDLE_LATER : NULL;
}

const char *value_kind_name(enum value_kind kind)
{
	return (unsigned)kind < KIND_MAX ? kind_names[kind] : NULL;
}

static bool is_word(const char *word, const char *s, size_t len)
{
	return strlen(word) == len && memcmp(word, s, len) == 0;
}

enum section section_find(const char *s, size_t len)
{
	for (enum section i = 0; i < SECTION_MAX; i++)
		if (is_word(sections[i].name, s, len))
			return i;
	return SECTION_MAX;
}

enum keyword keyword_find(enum section section, const char *s, size_t len)
{
	for (enum keyword i = 0; i < KEYWORD_MAX; i++)
		if (rows[i].section == section && is_word(rows[i].name, s, len))
			return i;
	return KEYWORD_MAX;
}

void section_names(const char *ret_names[static KEYWORD_NAMES_MAX])
{
	size_t count = 0;

	for (enum section i = 0; i < SECTION_MAX; i++)
		ret_names[count++] = sections[i].name;
	ret_names[count] = NULL;
}

void keyword_names(enum section section, const char *ret_names[static KEYWORD_NAMES_MAX])
{
	size_t count = 0;

	for (enum keyword i = 0; i < KEYWORD_MAX; i++)
		if (rows[i].section == section)
			ret_names[count++] = rows[i].name;
	ret_names[count] = NULL;
}

size_t keyword_choice(const struct keyword_row *row, size_t index, const char **ret_choice)
{
	const char *at = row->choices;

	for (; index > 0 && *at != '\0'; index--) {
		at += strcspn(at, "|");
		at += *at == '|';
	}
	*ret_choice = at;
	return strcspn(at, "|");
}

static void add_choices(const struct keyword_row *row, struct text *t)
{
	const char *choice;
	size_t len;

	for (size_t i = 0; (len = keyword_choice(row, i, &choice)) > 0; i++) {
		text_add(t, i > 0 ? ", " : "");
		text_add_bytes(t, choice, len);
	}
}

static void add_list_range(const struct keyword_row *row, const char *what, struct text *t)
{
	text_add(t, "at most ");
	text_add_int(t, row->max);
	text_add_char(t, ' ');
	text_add(t, what);
	text_add(t, row->max == 1 ? "" : "s, separated by commas");
}

void keyword_add_range(const struct keyword_row *row, struct text *t)
{
	switch (row->kind) {
	case KIND_YESNO:
		text_add(t, "yes, no");
		return;
	case KIND_NUMBER:
		text_add_int(t, row->min);
		text_add(t, " to ");
		text_add_int(t, row->max);
		return;
	case KIND_DURATION:
		number_add_duration(t, row->min);
		text_add(t, " to ");
		number_add_duration(t, row->max);
		return;
	case KIND_DATE:
		text_add(t, "YYYY-MM-DD, YYYY-MM-DDThh:mm:ssZ, or none");
		return;
	case KIND_CHOICE:
		add_choices(row, t);
		return;
	case KIND_TEXT:
		text_add(t, "at most ");
		text_add_int(t, row->max);
		text_add(t, " bytes");
		return;
	case KIND_WORDS:
		add_list_range(row, "word", t);
		return;
	case KIND_PATHS:
		add_list_range(row, "absolute path", t);
		return;
	case KIND_MAX:
		return;
	}
}
