/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads policy files into assignments. Every problem is reported with its place; any error rejects the policy as a whole. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "keyword_table.h"
#include "lexer.h"
#include "policy_assignment.h"
#include "policy_check.h"
#include "text.h"
#include "who.h"

#define SHOWN_BYTES_MAX 48

enum place { PLACE_NOWHERE, PLACE_SKIPPED, PLACE_SECTION, PLACE_USERS };

struct parser {
	struct arena *arena;
	struct diag_list *diags;
	struct policy_assignment *assignments;
	size_t count, max;
	struct policy_named *named; /* named_max */
	size_t named_count, named_max;
	unsigned scope_count;
	/* of the file that is being read */
	const struct policy_source *source;
	unsigned file_id;
	size_t file_first; /* its first assignment */
	unsigned header_line[SECTION_MAX]; /* 0 = not seen */
	/* of the section that is being read */
	enum place place;
	enum section section;
	const char *who, *name;
	unsigned scope_id;
	enum origin_level level;
};

static void report(struct parser *p, const struct lexer_token *token, unsigned column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void report(struct parser *p, const struct lexer_token *token, unsigned column, const char *format, ...)
{
	char problem[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(problem, sizeof problem, format, args);
	va_end(args);
	diag_add(p->diags, DIAG_ERROR, p->source->file, token->line, column, "%s", problem);
}

static int shown(size_t len)
{
	return (int)(len < SHOWN_BYTES_MAX ? len : SHOWN_BYTES_MAX);
}

static void add_joined(struct text *t, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		text_add(t, i > 0 ? ", " : "");
		text_add(t, words[i]);
	}
}

/* Returns the nearest of the words, or NULL. */
static const char *report_unknown(struct parser *p, const struct lexer_token *token, const char *what, const char *name, size_t len,
				  const char *const *words)
{
	const char *nearest = diag_nearest(name, len, words);
	char list[512];
	struct text t;

	TEXT_INTO(&t, list);
	if (nearest == NULL) {
		text_add(&t, "; choose one of ");
		add_joined(&t, words);
		if (text_end(&t) < 0)
			TEXT_INTO(&t, list);
	}
	report(p, token, token->name_column, "unknown %s \"%.*s\"%s%s%s%s", what, shown(len), name,
	       nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "", list);
	return nearest;
}

static bool is_word(const char *word, const char *s, size_t len)
{
	return strlen(word) == len && memcmp(word, s, len) == 0;
}

/* The same WHO of an earlier section keeps its number, so that pairs are found by number. */
static int intern_who(struct parser *p, const char *s, size_t len)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->assignments[i].who == NULL || !is_word(p->assignments[i].who, s, len))
			continue;
		p->who = p->assignments[i].who;
		p->scope_id = p->assignments[i].scope_id;
		return 0;
	}
	p->who = arena_copy(p->arena, s, len);
	if (p->who == NULL)
		return -ENOMEM;
	p->scope_id = ++p->scope_count;
	return 0;
}

static int begin_users(struct parser *p, const struct lexer_token *token)
{
	static const enum origin_level levels[] = {
		[WHO_USER] = ORIGIN_USER, [WHO_GROUP] = ORIGIN_GROUP, [WHO_UIDS] = ORIGIN_UID_RANGE, [WHO_ALL] = ORIGIN_GENERAL};
	const char *problem;
	struct who who;

	/* Also when WHO is wrong: the lines below are looked at all the same, and belong to nobody else. */
	p->place = PLACE_USERS;
	p->level = ORIGIN_USER;
	p->who = "";
	p->scope_id = ++p->scope_count;
	if (token->rest_len == 0) {
		report(p, token, token->name_column, "[users] says not whom it is for; write [users alice], [users @staff] or [users 1000:1999]");
		return 0;
	}
	if (who_parse(token->rest, token->rest_len, &who, &problem) < 0) {
		report(p, token, token->rest_column, "\"%.*s\" %s", shown(token->rest_len), token->rest, problem);
		return 0;
	}
	if (who.kind == WHO_ALL) {
		report(p, token, token->rest_column, "[users all] is what the general sections are for; write [password] and so on");
		return 0;
	}
	p->level = levels[who.kind];
	return intern_who(p, token->rest, token->rest_len);
}

static void begin_general(struct parser *p, const struct lexer_token *token, enum section section, bool misspelt)
{
	p->place = PLACE_SECTION;
	p->section = section;
	if (token->rest_len > 0)
		report(p, token, token->rest_column, "[%s] takes nothing behind its name; for some people only, write [users WHO]",
		       section_name(section));
	else if (misspelt)
		return;
	else if (p->header_line[section] > 0)
		report(p, token, token->name_column, "[%s] began at line %u already; put its keywords there", section_name(section),
		       p->header_line[section]);
	else
		p->header_line[section] = token->line;
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* NULL, or what is wrong with the NAME of a section. libpam turns service names into small letters, so another one would never be asked
 * for; a factor's name must stand between the + and commas of a demand. */
static const char *name_problem(enum section section, const char *s, size_t len)
{
	if (len > POLICY_NAME_BYTES_MAX)
		return "is longer than 31 bytes";
	for (size_t i = 0; i < len; i++) {
		if (section == SECTION_service && s[i] >= 'A' && s[i] <= 'Z')
			return "would never be found, because PAM writes the names of services in small letters; do so too";
		if (is_letter_or_digit(s[i]) || strchr(section == SECTION_service ? "-_.+" : "-_", s[i]) != NULL)
			continue;
		if (section == SECTION_service)
			return "is no name of a service; use letters, digits and - _ . +, without a path";
		return section == SECTION_factor ? "is no name of a factor; use letters, digits, - and _"
						 : "is no name of a control; use letters, digits, - and _";
	}
	return NULL;
}

/* The section with that name, of this file or an earlier one; a new one when there is none. NULL when there is no room, or no memory. */
static struct policy_named *intern_named(struct parser *p, enum section section, const char *s, size_t len)
{
	struct policy_named *named = p->named;

	for (size_t i = 0; i < p->named_count; i++, named++)
		if (named->section == section && is_word(named->name, s, len))
			return named;
	if (p->named_count == p->named_max)
		return NULL;
	*named = (struct policy_named){.section = section, .name = arena_copy(p->arena, s, len), .scope_id = p->scope_id};
	if (named->name == NULL)
		return NULL;
	p->named_count++;
	return named;
}

/* Twice in one file is a mistake, as with other sections; several files may add to one. */
static void note_named(struct parser *p, const struct lexer_token *token, struct policy_named *named, bool misspelt)
{
	if (named->file != NULL && named->file_id == p->file_id && !misspelt) {
		report(p, token, token->name_column, "[%s %s] began at line %u already; put its keywords there", section_name(named->section),
		       named->name, named->line);
		return;
	}
	named->file = p->source->file;
	named->file_id = p->file_id;
	named->line = token->line;
	named->column = token->name_column;
}

/* [service NAME], [factor NAME], [control NAME]. Also where NAME is wrong the lines below are looked at, and belong to nothing else. */
static int begin_named(struct parser *p, const struct lexer_token *token, enum section section, bool misspelt)
{
	const char *kind = section_name(section), *problem;
	struct policy_named *named;

	p->place = PLACE_SECTION;
	p->section = section;
	p->level = ORIGIN_NAMED;
	p->name = "";
	p->scope_id = ++p->scope_count;
	if (token->rest_len == 0) {
		report(p, token, token->name_column, "[%s] says not which one it is for; write [%s %s]", kind, kind,
		       section == SECTION_service ? "sshd" : "NAME");
		return 0;
	}
	problem = name_problem(section, token->rest, token->rest_len);
	if (problem != NULL) {
		report(p, token, token->rest_column, "\"%.*s\" %s", shown(token->rest_len), token->rest, problem);
		return 0;
	}
	named = intern_named(p, section, token->rest, token->rest_len);
	if (named == NULL && p->named_count < POLICY_NAMED_MAX)
		return -ENOMEM;
	if (named == NULL) {
		report(p, token, token->name_column, "the policy has more than %d sections with a name", POLICY_NAMED_MAX);
		return 0;
	}
	note_named(p, token, named, misspelt);
	p->name = named->name;
	p->scope_id = named->scope_id;
	return 0;
}

/* The section that was meant, or NULL. */
static const char *report_unknown_section(struct parser *p, const struct lexer_token *token)
{
	const char *names[KEYWORD_NAMES_MAX];
	char list[256];
	struct text t;

	section_names(names);
	for (size_t i = 0;; i++)
		if (names[i] == NULL) {
			names[i] = "users";
			names[i + 1] = NULL;
			break;
		}
	if (token->rest_len > 0 || token->name_len == 0 || name_problem(SECTION_service, token->name, token->name_len) != NULL ||
	    diag_nearest(token->name, token->name_len, names) != NULL)
		return report_unknown(p, token, "section", token->name, token->name_len, names);
	/* [sshd] */
	TEXT_INTO(&t, list);
	add_joined(&t, names);
	report(p, token, token->name_column, "unknown section \"%.*s\"; for a PAM service write [service %.*s], else choose one of %s",
	       (int)token->name_len, token->name, (int)token->name_len, token->name, list);
	return NULL;
}

/* A misspelt header is reported, and what stands below it is judged as that of the section that was meant. */
static int begin_section(struct parser *p, const struct lexer_token *token)
{
	struct lexer_token meant = *token;
	enum section section;
	bool misspelt;

	p->place = PLACE_SKIPPED;
	p->level = ORIGIN_GENERAL;
	p->who = NULL;
	p->name = NULL;
	p->scope_id = 0;
	if (is_word("users", token->name, token->name_len))
		return begin_users(p, token);
	section = section_find(token->name, token->name_len);
	misspelt = section == SECTION_MAX;
	if (misspelt) {
		meant.name = report_unknown_section(p, token);
		if (meant.name == NULL)
			return 0;
		meant.name_len = strlen(meant.name);
		if (is_word("users", meant.name, meant.name_len))
			return begin_users(p, &meant);
		section = section_find(meant.name, meant.name_len);
	}
	if (section_scope(section) == SCOPE_NAMED)
		return begin_named(p, &meant, section, misspelt);
	begin_general(p, &meant, section, misspelt);
	return 0;
}

/* "[mfa], [access] or [service NAME]": the sections that have such a keyword. False when there is none. */
static bool add_homes(struct text *t, const char *name, size_t len)
{
	enum section homes[SECTION_MAX];
	size_t count = 0;

	for (enum section i = 0; i < SECTION_MAX; i++)
		if (keyword_find(i, name, len) != KEYWORD_MAX)
			homes[count++] = i;
	for (size_t i = 0; i < count; i++) {
		text_add(t, i == 0 ? "[" : i + 1 < count ? ", [" : " or [");
		text_add(t, section_name(homes[i]));
		text_add(t, section_scope(homes[i]) == SCOPE_NAMED ? " NAME]" : "]");
	}
	return count > 0;
}

/* "password.history" as [users WHO] writes it, but outside. */
static bool report_dotted(struct parser *p, const struct lexer_token *token, const char *name, size_t len)
{
	const char *dot = memchr(name, '.', len);
	enum section section = dot != NULL ? section_find(name, (size_t)(dot - name)) : SECTION_MAX;
	size_t rest = dot != NULL ? len - (size_t)(dot - name) - 1 : 0;

	if (section == SECTION_MAX || keyword_find(section, dot + 1, rest) == KEYWORD_MAX)
		return false;
	report(p, token, token->name_column, "\"%.*s\" is written so in [users WHO] only; here write %.*s in [%s]", (int)len, name, (int)rest, dot + 1,
	       section_name(section));
	return true;
}

static void report_unknown_keyword(struct parser *p, const struct lexer_token *token, enum section section, const char *name, size_t len)
{
	const char *names[KEYWORD_NAMES_MAX];
	char what[64], homes[160];
	struct text t;

	if (report_dotted(p, token, name, len))
		return;
	TEXT_INTO(&t, homes);
	if (add_homes(&t, name, len)) {
		report(p, token, token->name_column, "\"%.*s\" belongs into %s, not [%s]", (int)len, name, homes, section_name(section));
		return;
	}
	TEXT_INTO(&t, what);
	text_add(&t, "keyword of [");
	text_add(&t, section_name(section));
	text_add_char(&t, ']');
	keyword_names(section, names);
	report_unknown(p, token, what, name, len, names);
}

/* A keyword without its section: tells what to write. False when no section that may differ between people has it. */
static bool report_no_section(struct parser *p, const struct lexer_token *token)
{
	char choices[256];
	size_t count = 0;
	struct text t;

	TEXT_INTO(&t, choices);
	for (enum section i = 0; i < SECTION_MAX; i++) {
		if (!section_per_user(i) || keyword_find(i, token->name, token->name_len) == KEYWORD_MAX)
			continue;
		text_add(&t, count++ > 0 ? " or " : "");
		text_add(&t, section_name(i));
		text_add_char(&t, '.');
		text_add_bytes(&t, token->name, token->name_len);
	}
	if (count > 0)
		report(p, token, token->name_column, "inside [users WHO] the section stands in front; write %s", choices);
	return count > 0;
}

/* "password.min_length" of a [users] section. */
static enum keyword find_users_keyword(struct parser *p, const struct lexer_token *token)
{
	const char *dot = memchr(token->name, '.', token->name_len), *names[KEYWORD_NAMES_MAX];
	size_t section_len = dot != NULL ? (size_t)(dot - token->name) : token->name_len;
	enum section section = section_find(token->name, section_len);
	enum keyword keyword;

	if (dot == NULL && report_no_section(p, token))
		return KEYWORD_MAX;
	if (dot == NULL) {
		report(p, token, token->name_column, "\"%.*s\" is no keyword; inside [users WHO] write SECTION.KEYWORD, such as password.min_length",
		       shown(token->name_len), token->name);
		return KEYWORD_MAX;
	}
	if (section == SECTION_MAX) {
		section_names(names);
		report_unknown(p, token, "section", token->name, section_len, names);
		return KEYWORD_MAX;
	}
	if (!section_per_user(section)) {
		report(p, token, token->name_column, "[%s] holds for everybody and cannot stand in [users WHO]", section_name(section));
		return KEYWORD_MAX;
	}
	keyword = keyword_find(section, dot + 1, token->name_len - section_len - 1);
	if (keyword == KEYWORD_MAX)
		report_unknown_keyword(p, token, section, dot + 1, token->name_len - section_len - 1);
	return keyword;
}

static enum keyword find_keyword(struct parser *p, const struct lexer_token *token)
{
	enum keyword keyword;

	if (p->place == PLACE_USERS)
		return find_users_keyword(p, token);
	keyword = keyword_find(p->section, token->name, token->name_len);
	if (keyword == KEYWORD_MAX)
		report_unknown_keyword(p, token, p->section, token->name, token->name_len);
	return keyword;
}

/* Below a header that cannot be read only the value can be judged: wrong where no keyword of that name takes it. */
static int check_value_alone(struct parser *p, const struct lexer_token *token)
{
	const char *dot = memchr(token->name, '.', token->name_len), *name = dot != NULL ? dot + 1 : token->name;
	size_t len = token->name_len - (size_t)(name - token->name);
	char problem_text[400];
	struct text problem;
	union value value;
	int r = 0;

	for (enum section i = 0; i < SECTION_MAX; i++) {
		enum keyword keyword = keyword_find(i, name, len);

		if (keyword == KEYWORD_MAX)
			continue;
		TEXT_INTO(&problem, problem_text);
		r = value_parse(keyword_row(keyword), token->rest, token->rest_len, p->arena, &value, &problem);
		if (r != -EINVAL)
			break;
	}
	if (r == -EINVAL)
		report(p, token, token->rest_column, "%s", problem_text);
	return r == -ENOMEM ? r : 0;
}

static bool report_duplicate(struct parser *p, const struct lexer_token *token, enum keyword keyword)
{
	for (size_t i = p->file_first; i < p->count; i++) {
		const struct policy_assignment *a = &p->assignments[i];

		if (a->keyword != keyword || a->scope_id != p->scope_id)
			continue;
		report(p, token, token->name_column, "\"%.*s\" is set at line %u already; delete one of the two", (int)token->name_len, token->name,
		       a->line);
		return true;
	}
	return false;
}

static int assign(struct parser *p, const struct lexer_token *token)
{
	char problem_text[400];
	struct policy_assignment a = {.level = p->level, .who = p->who, .name = p->name, .scope_id = p->scope_id, .file_id = p->file_id};
	const struct keyword_row *row;
	struct text problem;
	bool duplicate;
	int r;

	a.keyword = find_keyword(p, token);
	if (a.keyword == KEYWORD_MAX)
		return 0;
	duplicate = report_duplicate(p, token, a.keyword);
	TEXT_INTO(&problem, problem_text);
	row = keyword_row(a.keyword);
	r = value_parse(row, token->rest, token->rest_len, p->arena, &a.value, &problem);
	if (r == -EINVAL) {
		report(p, token, token->rest_column, "%s", problem_text);
		/* Goes on with the default, so that a second line of the keyword is still found to be one. */
		a.wrong = true;
		value_default(row, &a.value);
	}
	if (r == -ENOMEM || duplicate)
		return r == -ENOMEM ? r : 0;
	if (p->count == p->max)
		return -ENOMEM;
	a.file = p->source->file;
	a.line = token->line;
	a.column = token->rest_column;
	p->assignments[p->count++] = a;
	return 0;
}

static int take(struct parser *p, const struct lexer_token *token)
{
	switch (token->kind) {
	case LEXER_SECTION:
		return begin_section(p, token);
	case LEXER_BAD_SECTION:
		p->place = PLACE_SKIPPED;
		return 0;
	case LEXER_ASSIGNMENT:
		if (p->place == PLACE_NOWHERE) {
			report(p, token, token->name_column, "a keyword stands before any section; write [password] or another section above it");
			p->place = PLACE_SKIPPED;
		}
		return p->place == PLACE_SKIPPED ? check_value_alone(p, token) : assign(p, token);
	case LEXER_KIND_MAX:
		break;
	}
	return 0;
}

static int parse_file(struct parser *p, const struct policy_source *source, unsigned file_id)
{
	struct lexer_token token;
	struct lexer lexer;
	int r;

	p->source = source;
	p->file_id = file_id;
	p->file_first = p->count;
	p->place = PLACE_NOWHERE;
	memset(p->header_line, 0, sizeof p->header_line);
	if (source->len > POLICY_FILE_BYTES_MAX) {
		diag_add(p->diags, DIAG_ERROR, source->file, 0, 0, "the file is longer than %d bytes", POLICY_FILE_BYTES_MAX);
		return 0;
	}
	lexer_init(&lexer, source, p->arena, p->diags);
	while ((r = lexer_next(&lexer, &token)) > 0) {
		r = take(p, &token);
		if (r < 0)
			break;
	}
	return r;
}

/* No file has more sections than opening brackets. */
static size_t count_sections(const struct policy_source *sources, size_t count)
{
	size_t brackets = 0;

	for (size_t i = 0; i < count; i++) {
		const char *at = sources[i].bytes, *end = at + sources[i].len;

		for (; brackets < POLICY_NAMED_MAX && at < end && (at = memchr(at, '[', (size_t)(end - at))) != NULL; at++)
			brackets++;
	}
	return brackets;
}

/* No file has more assignments than equals signs. */
static size_t count_assignments(const struct policy_source *sources, size_t count)
{
	size_t equals = 0;

	for (size_t i = 0; i < count; i++) {
		const char *at = sources[i].bytes, *end = at + sources[i].len;

		while (at < end && (at = memchr(at, '=', (size_t)(end - at))) != NULL) {
			const char *newline = memchr(at, '\n', (size_t)(end - at));

			equals++;
			if (newline == NULL)
				break;
			at = newline + 1;
		}
	}
	return equals;
}

static int parse_files(struct parser *p, const struct policy_source *sources, size_t count)
{
	int r = 0;

	p->max = count_assignments(sources, count);
	if (p->max > POLICY_ASSIGNMENTS_MAX) {
		diag_add(p->diags, DIAG_ERROR, sources[0].file, 0, 0, "the policy has more than %d lines with \"=\"", POLICY_ASSIGNMENTS_MAX);
		return -EINVAL;
	}
	p->assignments = ARENA_NEW(p->arena, struct policy_assignment, p->max + 1);
	p->named_max = count_sections(sources, count);
	p->named = ARENA_NEW(p->arena, struct policy_named, p->named_max + 1);
	if (p->assignments == NULL || p->named == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count && r == 0; i++)
		r = parse_file(p, &sources[i], (unsigned)i);
	return r;
}

static int out_of_memory(struct diag_list *diags, const struct policy_source *sources, size_t count)
{
	diag_add(diags, DIAG_ERROR, count > 0 ? sources[0].file : "policy", 0, 0, "not enough memory to read the policy");
	return -ENOMEM;
}

static size_t source_index(const char *file, const struct policy_source *sources, size_t count)
{
	size_t i = 0;

	while (i < count && sources[i].file != file)
		i++;
	return i;
}

static bool stands_before(const struct diag *a, const struct diag *b, const struct policy_source *sources, size_t count)
{
	size_t file_a = source_index(a->file, sources, count), file_b = source_index(b->file, sources, count);

	return file_a != file_b ? file_a < file_b : a->line < b->line;
}

/* The checks of the whole come after those of the lines; people read from top to bottom. */
static void sort_problems(struct diag_list *diags, size_t first, const struct policy_source *sources, size_t count)
{
	for (size_t i = first + 1; i < diags->count; i++) {
		struct diag moved = diags->items[i];
		size_t at = i;

		for (; at > first && stands_before(&moved, &diags->items[at - 1], sources, count); at--)
			diags->items[at] = diags->items[at - 1];
		diags->items[at] = moved;
	}
}

int policy_parse(const struct policy_source *sources, size_t count, struct arena *arena, struct diag_list *diags,
		 struct policy *ret_policy)
{
	struct parser parser = {.arena = arena, .diags = diags};
	size_t first = diags->count;
	struct policy policy = {.profile = PROFILE_COMPANY};
	int r = parse_files(&parser, sources, count);

	if (r == -ENOMEM)
		return out_of_memory(diags, sources, count);
	if (r < 0)
		return r;
	policy.assignments = parser.assignments;
	policy.count = parser.count;
	policy.named = parser.named;
	policy.named_count = parser.named_count;
	for (size_t i = 0; i < policy.count; i++)
		if (policy.assignments[i].keyword == KEYWORD_policy_profile)
			policy.profile = policy.assignments[i].value.choice;
	policy_resolve_general(&policy);
	policy_check(&policy, diags);
	sort_problems(diags, first, sources, count);
	if (diags->errors > 0)
		return -EINVAL;
	r = policy_hash(&policy, arena);
	if (r == -ENOMEM)
		return out_of_memory(diags, sources, count);
	if (r < 0) {
		diag_add(diags, DIAG_ERROR, sources[0].file, 0, 0, "all files together are longer than %d bytes", POLICY_FILE_BYTES_MAX);
		return -EINVAL;
	}
	*ret_policy = policy;
	return 0;
}
