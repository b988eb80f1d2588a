/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads exceptions and judges each: whole and well-formed, for a clause that may be waived, approved by somebody else, short enough. */
#include "exception.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "date.h"
#include "lexer.h"
#include "number.h"
#include "text.h"
#include "utf8.h"
#include "who.h"

#define ID_BYTES_MAX 64
#define ALLOCATED_FIRST 8

enum field {
#define FIELD_ENUM(name, ...) EXCEPTION_##name,
	EXCEPTION_KEYWORDS(FIELD_ENUM)
#undef FIELD_ENUM
	FIELD_MAX
};

enum field_kind { FIELD_KIND_CLAUSE, FIELD_KIND_WHO, FIELD_KIND_TEXT, FIELD_KIND_DATE };

static const struct field_row {
	const char *name;
	enum field_kind kind;
	size_t max_bytes;
	bool obligatory;
} fields[FIELD_MAX] = {
#define FIELD_ROW(name_, kind_, max_, obligatory_, help) [EXCEPTION_##name_] = {#name_, FIELD_KIND_##kind_, max_, obligatory_},
	EXCEPTION_KEYWORDS(FIELD_ROW)
#undef FIELD_ROW
};

static const char *const standing_names[] = {
	[EXCEPTION_MALFORMED] = "malformed",
	[EXCEPTION_FUTURE] = "future",
	[EXCEPTION_EXPIRED] = "expired",
	[EXCEPTION_ACTIVE] = "active",
};
static_assert(sizeof standing_names / sizeof standing_names[0] == EXCEPTION_STANDING_MAX, "standing_names");

struct reader {
	const struct policy_source *source;
	int64_t now_s, max_life_s;
	struct arena *arena;
	struct diag_list *diags;
	struct exception_list *list;
	size_t allocated;
	/* of the exception that is being read */
	bool open, broken;
	bool skipping; /* lines of a section that was refused, or before any; reported once */
	struct exception item;
	unsigned field_line[FIELD_MAX]; /* 0 = not seen */
	unsigned field_column[FIELD_MAX];
};

const char *exception_standing_name(enum exception_standing standing)
{
	return (unsigned)standing < EXCEPTION_STANDING_MAX ? standing_names[standing] : NULL;
}

#define REPORT(r, line, column, ...) \
	do { \
		(r)->broken = true; \
		diag_add((r)->diags, DIAG_ERROR, (r)->source->file, (line), (column), __VA_ARGS__); \
	} while (0)

static int shown(size_t len)
{
	return (int)(len < 48 ? len : 48);
}

/* Capital letters of Latin, Greek and Cyrillic made small, full-width ones made narrow: enough to see that two names are one person's. */
static uint32_t fold(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - '!';
	if (c == '\t' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x3000)
		return ' ';
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	if (c >= 0x100 && c <= 0x137)
		return c | 1;
	return c;
}

/* A mark that joins the letter before it: with such marks one name can be written in several ways that look the same. */
static bool is_combining(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} marks[] = {{0x300, 0x36f}, {0x483, 0x489}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0x3099, 0x309a}, {0xfe20, 0xfe2f}};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (c >= marks[i].first && c <= marks[i].last)
			return true;
	return false;
}

static bool has_combining(const char *s, size_t len)
{
	const char *end = s + len;
	uint32_t c;

	while (s < end && utf8_next(&s, end, &c) == 0)
		if (is_combining(c))
			return true;
	return false;
}

/* The next folded character; blanks at the ends are left out and those between count once. 0 at the end. */
static uint32_t next_folded(const char **at, const char *end)
{
	bool blank = false;
	uint32_t c = 0;

	while (*at < end) {
		const char *before = *at;

		if (utf8_next(at, end, &c) < 0)
			return 0;
		c = fold(c);
		if (c != ' ') {
			if (!blank)
				return c;
			*at = before;
			return ' ';
		}
		blank = true;
	}
	return 0;
}

static const char *skip_folded_blanks(const char *at, const char *end)
{
	const char *next = at;
	uint32_t c;

	while (next < end && utf8_next(&next, end, &c) == 0 && fold(c) == ' ')
		at = next;
	return at;
}

static bool same_person(const char *a, const char *b)
{
	const char *a_end = a + strlen(a), *b_end = b + strlen(b);
	uint32_t x, y;

	a = skip_folded_blanks(a, a_end);
	b = skip_folded_blanks(b, b_end);
	do {
		x = next_folded(&a, a_end);
		y = next_folded(&b, b_end);
	} while (x == y && x != 0);
	return x == y;
}

static int append(struct reader *r)
{
	struct exception_list *list = r->list;

	if (list->count == r->allocated) {
		size_t more = r->allocated == 0 ? ALLOCATED_FIRST : r->allocated * 2;
		struct exception *items = ARENA_NEW(r->arena, struct exception, more);

		if (items == NULL)
			return -ENOMEM;
		if (list->count > 0)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
		r->allocated = more;
	}
	list->items[list->count++] = r->item;
	return 0;
}

static void check_missing(struct reader *r)
{
	for (enum field i = 0; i < FIELD_MAX; i++)
		if (fields[i].obligatory && r->field_line[i] == 0)
			REPORT(r, r->item.line, 1, "exception %s has no \"%s\"; add a line with it", r->item.id, fields[i].name);
}

static void check_life(struct reader *r)
{
	unsigned line = r->field_line[EXCEPTION_until], column = r->field_column[EXCEPTION_until];
	char longest[32];
	struct text t;

	if (r->item.until_s < r->item.from_s) {
		REPORT(r, line, column, "the exception ends before it begins; \"until\" must be later than \"from\"");
		return;
	}
	if (r->item.until_s - r->item.from_s <= r->max_life_s)
		return;
	TEXT_INTO(&t, longest);
	number_add_duration(&t, r->max_life_s);
	REPORT(r, line, column, "the exception lasts longer than max_exception = %s; choose an earlier \"until\"", longest);
}

static enum exception_standing standing_of(const struct reader *r)
{
	if (r->broken)
		return EXCEPTION_MALFORMED;
	if (r->now_s >= r->item.until_s)
		return EXCEPTION_EXPIRED;
	return r->now_s < r->item.from_s ? EXCEPTION_FUTURE : EXCEPTION_ACTIVE;
}

static int finish(struct reader *r)
{
	if (!r->open)
		return 0;
	r->open = false;
	check_missing(r);
	if (r->item.from_s != 0 && r->item.until_s != 0)
		check_life(r);
	if (r->item.requested_by != NULL && r->item.approved_by != NULL && same_person(r->item.requested_by, r->item.approved_by))
		REPORT(r, r->field_line[EXCEPTION_approved_by], r->field_column[EXCEPTION_approved_by],
		       "the one who asked cannot approve; somebody else must");
	r->item.standing = standing_of(r);
	return append(r);
}

static bool is_id(const char *s, size_t len)
{
	if (len == 0 || len > ID_BYTES_MAX || s[0] == '.' || s[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9') ||
		      strchr("-_.", s[i]) != NULL))
			return false;
	return true;
}

static void begin_id(struct reader *r, const struct lexer_token *token)
{
	if (!is_id(token->rest, token->rest_len)) {
		REPORT(r, token->line, token->rest_column,
		       "\"%.*s\" is no id; write [exception ID] with 1 to 64 letters, digits, \"-\", \"_\" and \".\", such as EX-2026-001",
		       shown(token->rest_len), token->rest);
		return;
	}
	for (size_t i = 0; i < r->list->count; i++) {
		const struct exception *other = &r->list->items[i];

		if (strlen(other->id) != token->rest_len || memcmp(other->id, token->rest, token->rest_len) != 0)
			continue;
		REPORT(r, token->line, token->rest_column, "the id %s is taken by %s:%u; choose another", other->id, other->file, other->line);
		return;
	}
}

static int begin(struct reader *r, const struct lexer_token *token)
{
	int error = finish(r);

	if (error < 0)
		return error;
	r->skipping = true;
	if (token->kind == LEXER_BAD_SECTION || token->name_len != 9 || memcmp(token->name, "exception", 9) != 0) {
		if (token->kind != LEXER_BAD_SECTION)
			REPORT(r, token->line, token->name_column, "unknown section \"%.*s\"; an exception begins with [exception ID]",
			       shown(token->name_len), token->name);
		return 0;
	}
	r->open = true;
	r->skipping = r->broken = false;
	memset(r->field_line, 0, sizeof r->field_line);
	r->item = (struct exception){.file = r->source->file, .line = token->line};
	begin_id(r, token);
	r->item.id = token->rest_len == 0 ? "?" : arena_copy(r->arena, token->rest, token->rest_len);
	return r->item.id != NULL ? 0 : -ENOMEM;
}

static enum field find_field(struct reader *r, const struct lexer_token *token)
{
	const char *names[FIELD_MAX + 1] = {NULL}, *nearest;

	for (enum field i = 0; i < FIELD_MAX; i++) {
		names[i] = fields[i].name;
		if (strlen(names[i]) == token->name_len && memcmp(names[i], token->name, token->name_len) == 0)
			return i;
	}
	nearest = diag_nearest(token->name, token->name_len, names);
	REPORT(r, token->line, token->name_column, "unknown keyword \"%.*s\" of an exception; %s%s%s", shown(token->name_len), token->name,
	       nearest != NULL ? "did you mean \"" : "choose one of clause, who, host, reason, requested_by, approved_by, from, until",
	       nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
	return FIELD_MAX;
}

static void take_clause(struct reader *r, const struct lexer_token *token)
{
	const struct clause *clause = clause_find(token->rest, token->rest_len);

	if (clause == NULL)
		REPORT(r, token->line, token->rest_column, "\"%.*s\" is no clause; write an id such as PW-1", shown(token->rest_len), token->rest);
	else if (clause->organisational)
		REPORT(r, token->line, token->rest_column, "%s is organisational: no computer enforces it, so none can waive it", clause->id);
	else if (clause->waiver == WAIVER_NOBODY)
		REPORT(r, token->line, token->rest_column, "%s may be waived by nobody", clause->id);
	r->item.clause = clause;
}

static void take_date(struct reader *r, const struct lexer_token *token, int64_t *ret_s)
{
	if (date_parse(token->rest, token->rest_len, ret_s) < 0 || *ret_s <= 0) {
		*ret_s = 0;
		REPORT(r, token->line, token->rest_column, "\"%.*s\" is no date that exists; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ (UTC)",
		       shown(token->rest_len), token->rest);
	}
}

static int take_text(struct reader *r, const struct lexer_token *token, size_t max_bytes, const char **ret)
{
	const char *problem;
	struct who who;

	if (token->rest_len == 0)
		REPORT(r, token->line, token->rest_column, "\"%.*s\" is empty; say it", (int)token->name_len, token->name);
	else if (token->rest_len > max_bytes)
		REPORT(r, token->line, token->rest_column, "\"%.*s\" is longer than %zu bytes", (int)token->name_len, token->name, max_bytes);
	else if (ret == &r->item.who && who_parse(token->rest, token->rest_len, &who, &problem) < 0)
		REPORT(r, token->line, token->rest_column, "\"%.*s\" %s", shown(token->rest_len), token->rest, problem);
	else if ((ret == &r->item.requested_by || ret == &r->item.approved_by) && has_combining(token->rest, token->rest_len))
		REPORT(r, token->line, token->rest_column,
		       "\"%.*s\" has an accent or mark that is a character of its own; write it and its letter as one character, or leave it out",
		       (int)token->name_len, token->name);
	*ret = arena_copy(r->arena, token->rest, token->rest_len);
	return *ret != NULL ? 0 : -ENOMEM;
}

static int assign(struct reader *r, const struct lexer_token *token)
{
	enum field field = find_field(r, token);

	if (field == FIELD_MAX)
		return 0;
	if (r->field_line[field] > 0) {
		REPORT(r, token->line, token->name_column, "\"%s\" is set at line %u already; delete one of the two", fields[field].name,
		       r->field_line[field]);
		return 0;
	}
	r->field_line[field] = token->line;
	r->field_column[field] = token->rest_column;
	switch (field) {
	case EXCEPTION_clause:
		take_clause(r, token);
		return 0;
	case EXCEPTION_from:
		take_date(r, token, &r->item.from_s);
		return 0;
	case EXCEPTION_until:
		take_date(r, token, &r->item.until_s);
		return 0;
	case EXCEPTION_who:
		return take_text(r, token, fields[field].max_bytes, &r->item.who);
	case EXCEPTION_host:
		return take_text(r, token, fields[field].max_bytes, &r->item.host);
	case EXCEPTION_reason:
		return take_text(r, token, fields[field].max_bytes, &r->item.reason);
	case EXCEPTION_requested_by:
		return take_text(r, token, fields[field].max_bytes, &r->item.requested_by);
	case EXCEPTION_approved_by:
		return take_text(r, token, fields[field].max_bytes, &r->item.approved_by);
	case FIELD_MAX:
		break;
	}
	return 0;
}

static int take(struct reader *r, const struct lexer_token *token)
{
	if (token->kind != LEXER_ASSIGNMENT)
		return begin(r, token);
	if (r->open)
		return assign(r, token);
	if (!r->skipping)
		REPORT(r, token->line, token->name_column, "this line belongs to no exception; write [exception ID] above it");
	r->skipping = true;
	return 0;
}

int exception_parse(const struct policy_source *source, int64_t now_s, int64_t max_life_s, struct arena *arena,
		    struct diag_list *diags, struct exception_list *list)
{
	struct reader reader = {
		.source = source,
		.now_s = now_s,
		.max_life_s = max_life_s,
		.arena = arena,
		.diags = diags,
		.list = list,
		.allocated = list->count,
	};
	struct lexer_token token;
	struct lexer lexer;
	size_t errors;
	int r;

	if (source->len > POLICY_FILE_BYTES_MAX) {
		diag_add(diags, DIAG_ERROR, source->file, 0, 0, "the file is longer than %d bytes", POLICY_FILE_BYTES_MAX);
		return 0;
	}
	lexer_init(&lexer, source, arena, diags);
	errors = diags->errors;
	while ((r = lexer_next(&lexer, &token)) > 0) {
		/* a line that the lexer left out belongs to the exception above it */
		if (diags->errors > errors)
			reader.broken = true;
		r = take(&reader, &token);
		if (r < 0)
			break;
		errors = diags->errors;
	}
	if (diags->errors > errors)
		reader.broken = true;
	return r < 0 ? r : finish(&reader);
}

/* Host names know no case (RFC 4343). */
static bool is_host_prefix(const char *prefix, const char *host)
{
	for (; *prefix != '\0'; prefix++, host++) {
		char x = *prefix, y = *host;

		x = x >= 'A' && x <= 'Z' ? (char)(x + ('a' - 'A')) : x;
		y = y >= 'A' && y <= 'Z' ? (char)(y + ('a' - 'A')) : y;
		if (x != y)
			return false;
	}
	return true;
}

/* "laptop7" means laptop7.example.org too. */
static bool host_matches(const char *pattern, const char *host)
{
	size_t len = strlen(pattern);

	if (strcmp(pattern, "all") == 0)
		return true;
	if (host == NULL || !is_host_prefix(pattern, host))
		return false;
	return host[len] == '\0' || (host[len] == '.' && strchr(pattern, '.') == NULL);
}

const struct exception *exception_match(const struct exception_list *list, const char *clause_id, const struct person *person,
					const char *host)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct exception *e = &list->items[i];

		if (e->standing == EXCEPTION_ACTIVE && strcmp(e->clause->id, clause_id) == 0 && who_matches(e->who, person) &&
		    host_matches(e->host, host))
			return e;
	}
	return NULL;
}
