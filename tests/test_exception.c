/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions: every mistake with its place, standing by time, matching, and the texts that mutexctl writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "exception.h"
#include "exception_text.h"
#include "policy_sample.h"

#define NOW INT64_C(1767225600) /* 2026-01-01 */
#define LIFE (90 * DAY_S)

struct parsed {
	unsigned char memory[128 * 1024];
	struct arena arena;
	struct diag items[SAMPLE_DIAGS_MAX];
	struct diag_list diags;
	struct exception_list list;
	char problems[SAMPLE_DIAGS_MAX * 400];
};

static void start(struct parsed *p)
{
	p->diags = (struct diag_list){.items = p->items, .max = SAMPLE_DIAGS_MAX};
	p->list = (struct exception_list){0};
	arena_init(&p->arena, p->memory, sizeof p->memory);
}

static void take(struct parsed *p, const char *file, const char *text)
{
	const struct policy_source source = {.file = file, .bytes = text, .len = strlen(text)};
	struct text t;

	assert_int_equal(exception_parse(&source, NOW, LIFE, &p->arena, &p->diags, &p->list), 0);
	TEXT_INTO(&t, p->problems);
	for (size_t i = 0; i < p->diags.count; i++)
		diag_format(&p->items[i], &t);
}

static struct parsed parsed;

#define GOOD_BODY \
	"clause = PW-1\nwho = alice\nhost = all\nreason = old scanner\nrequested_by = alice\napproved_by = bob\nfrom = 2025-12-01\n" \
	"until = 2026-02-01\n"
#define GOOD "[exception EX-1]\n" GOOD_BODY

static void a_good_one(void **state)
{
	const struct exception *e;

	(void)state;
	start(&parsed);
	take(&parsed, "a.conf", "# x\n" GOOD);
	assert_string_equal(parsed.problems, "");
	assert_int_equal(parsed.list.count, 1);
	e = &parsed.list.items[0];
	assert_string_equal(e->id, "EX-1");
	assert_string_equal(e->clause->id, "PW-1");
	assert_string_equal(e->who, "alice");
	assert_string_equal(e->host, "all");
	assert_string_equal(e->reason, "old scanner");
	assert_string_equal(e->requested_by, "alice");
	assert_string_equal(e->approved_by, "bob");
	assert_int_equal(e->from_s, NOW - 31 * DAY_S);
	assert_int_equal(e->until_s, NOW + 31 * DAY_S);
	assert_int_equal(e->standing, EXCEPTION_ACTIVE);
	assert_string_equal(e->file, "a.conf");
	assert_int_equal(e->line, 2);
}

/* GOOD with one line replaced: from the keyword up to the line's end. "" takes the line out. */
static const char *with_line(const char *keyword, const char *line, char *buffer, size_t size)
{
	const char *at = strstr(GOOD, keyword), *end;

	assert_non_null(at);
	end = strchr(at, '\n') + 1;
	(void)snprintf(buffer, size, "%.*s%s%s%s", (int)(at - GOOD), GOOD, line, line[0] != '\0' ? "\n" : "", end);
	return buffer;
}

static void mistakes(void **state)
{
	static const struct {
		const char *name, *keyword, *line, *want;
	} rows[] = {
		{"unknown clause", "clause", "clause = PW-9", "a.conf:2:10: error: \"PW-9\" is no clause; write an id such as PW-1\n"},
		{"clause that nobody may waive", "clause", "clause = AC-1", "a.conf:2:10: error: AC-1 may be waived by nobody\n"},
		{"organisational clause", "clause", "clause = OR-1",
		 "a.conf:2:10: error: OR-1 is organisational: no computer enforces it, so none can waive it\n"},
		{"WHO is a number", "who", "who = 1000", "a.conf:3:7: error: \"1000\" is only a number; write a uid as a range, such as 1000:1000\n"},
		{"same person", "approved_by", "approved_by = alice", "a.conf:7:15: error: the one who asked cannot approve; somebody else must\n"},
		{"same person, other case", "approved_by", "approved_by = ALICE", "a.conf:7:15: error: the one who asked cannot approve; somebody else must\n"},
		{"same person, blanks", "approved_by", "approved_by = \"  alice\t \"", "a.conf:7:15: error: the one who asked cannot approve; somebody else must\n"},
		{"same person, no-break space", "approved_by", "approved_by = \"\u00a0alice\u2003\"",
		 "a.conf:7:15: error: the one who asked cannot approve; somebody else must\n"},
		{"combining accent", "approved_by", "approved_by = Rene\u0301",
		 "a.conf:7:15: error: \"approved_by\" has an accent or mark that is a character of its own; write it and its letter as one character, "
		 "or leave it out\n"},
		{"combining accent of the one who asks", "requested_by", "requested_by = Rene\u0301",
		 "a.conf:6:16: error: \"requested_by\" has an accent or mark that is a character of its own; write it and its letter as one character, "
		 "or leave it out\n"},
		{"same person, full-width", "approved_by", "approved_by = \"　Ａｌｉｃｅ　\"",
		 "a.conf:7:15: error: the one who asked cannot approve; somebody else must\n"},
		{"no reason", "reason", "reason = \"\"", "a.conf:5:10: error: \"reason\" is empty; say it\n"},
		{"no such day", "from", "from = 2025-11-31",
		 "a.conf:8:8: error: \"2025-11-31\" is no date that exists; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ (UTC)\n"},
		{"no date", "until", "until = never",
		 "a.conf:9:9: error: \"never\" is no date that exists; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ (UTC)\n"},
		{"none", "until", "until = none", "a.conf:9:9: error: \"none\" is no date that exists; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ (UTC)\n"},
		{"ends before it begins", "until", "until = 2025-11-30",
		 "a.conf:9:9: error: the exception ends before it begins; \"until\" must be later than \"from\"\n"},
		{"a second too long", "until", "until = 2026-03-01T00:00:01Z",
		 "a.conf:9:9: error: the exception lasts longer than max_exception = 90d; choose an earlier \"until\"\n"},
		{"unknown keyword", "reason", "reason = x\nresaon = y", "a.conf:6:1: error: unknown keyword \"resaon\" of an exception; did you mean \"reason\"?\n"},
		{"far keyword", "reason", "reason = x\nxyzzyplugh = y",
		 "a.conf:6:1: error: unknown keyword \"xyzzyplugh\" of an exception; choose one of clause, who, host, reason, requested_by, approved_by, from, until\n"},
		{"twice", "reason", "reason = x\nreason = x", "a.conf:6:1: error: \"reason\" is set at line 5 already; delete one of the two\n"},
		{"a line that is none", "reason", "reason = x\nfoo", "a.conf:6:1: error: \"=\" is missing; write keyword = value, or # before a comment\n"},
		{"id with a slash", "[exception", "[exception ../x]",
		 "a.conf:1:12: error: \"../x\" is no id; write [exception ID] with 1 to 64 letters, digits, \"-\", \"_\" and \".\", such as EX-2026-001\n"},
		{"no id", "[exception", "[exception]",
		 "a.conf:1:11: error: \"\" is no id; write [exception ID] with 1 to 64 letters, digits, \"-\", \"_\" and \".\", such as EX-2026-001\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[1024];

		print_message("%s\n", rows[i].name);
		start(&parsed);
		take(&parsed, "a.conf", with_line(rows[i].keyword, rows[i].line, text, sizeof text));
		assert_string_equal(parsed.problems, rows[i].want);
		assert_int_equal(parsed.list.count, 1);
		assert_int_equal(parsed.list.items[0].standing, EXCEPTION_MALFORMED);
	}
}

static void every_keyword_is_needed(void **state)
{
	static const char *const names[] = {
#define NAME(name, ...) #name,
		EXCEPTION_KEYWORDS(NAME)
#undef NAME
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char text[1024], want[256], keyword[64];

		(void)snprintf(keyword, sizeof keyword, "%s = ", names[i]);
		(void)snprintf(want, sizeof want, "a.conf:1:1: error: exception EX-1 has no \"%s\"; add a line with it\n", names[i]);
		start(&parsed);
		take(&parsed, "a.conf", with_line(keyword, "", text, sizeof text));
		assert_string_equal(parsed.problems, want);
		assert_int_equal(parsed.list.items[0].standing, EXCEPTION_MALFORMED);
	}
}

static void texts_have_a_length(void **state)
{
#define ROW(name, kind, max, ...) {#name, max},
	static const struct {
		const char *name;
		size_t max;
	} rows[] = {EXCEPTION_KEYWORDS(ROW)};
#undef ROW

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[2048], line[1024], keyword[64];

		if (rows[i].max == 0 || strcmp(rows[i].name, "clause") == 0)
			continue;
		print_message("%s\n", rows[i].name);
		for (size_t more = 0; more < 2; more++) {
			int len = snprintf(line, sizeof line, "%s = ", rows[i].name);

			memset(line + len, 'x', rows[i].max + more);
			line[(size_t)len + rows[i].max + more] = '\0';
			(void)snprintf(keyword, sizeof keyword, "%s = ", rows[i].name);
			start(&parsed);
			take(&parsed, "a.conf", with_line(keyword, line, text, sizeof text));
			assert_int_equal(parsed.diags.errors, more);
		}
	}
}

static void mistakes_stay_where_they_are(void **state)
{
	static const struct {
		const char *name, *text, *want;
		size_t count, active;
	} rows[] = {
		{"nothing", "", "", 0, 0},
		{"a line before any", "who = x\nhost = y\n" GOOD, "a.conf:1:1: error: this line belongs to no exception; write [exception ID] above it\n", 1, 1},
		{"another section", "[policy]\nversion = 1\n" GOOD, "a.conf:1:2: error: unknown section \"policy\"; an exception begins with [exception ID]\n", 1, 1},
		{"a broken section", "[exception X\nwho = x\n" GOOD, "a.conf:1:13: error: \"]\" is missing at the end of the section\n", 1, 1},
		{"the first of two", "[exception A]\n" GOOD_BODY "foo\n" GOOD,
		 "a.conf:10:1: error: \"=\" is missing; write keyword = value, or # before a comment\n", 2, 1},
		{"the second of two", GOOD "[exception B]\n" GOOD_BODY "foo\n",
		 "a.conf:19:1: error: \"=\" is missing; write keyword = value, or # before a comment\n", 2, 1},
		{"one id twice", GOOD GOOD, "a.conf:10:12: error: the id EX-1 is taken by a.conf:1; choose another\n", 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t active = 0;

		print_message("%s\n", rows[i].name);
		start(&parsed);
		take(&parsed, "a.conf", rows[i].text);
		assert_string_equal(parsed.problems, rows[i].want);
		assert_int_equal(parsed.list.count, rows[i].count);
		for (size_t k = 0; k < parsed.list.count; k++)
			active += parsed.list.items[k].standing == EXCEPTION_ACTIVE;
		assert_int_equal(active, rows[i].active);
	}
}

static void ids_are_taken_across_files(void **state)
{
	(void)state;
	start(&parsed);
	take(&parsed, "a.conf", GOOD);
	take(&parsed, "b.conf", "\n" GOOD);
	assert_string_equal(parsed.problems, "b.conf:2:12: error: the id EX-1 is taken by a.conf:1; choose another\n");
	assert_int_equal(parsed.list.count, 2);
	assert_int_equal(parsed.list.items[0].standing, EXCEPTION_ACTIVE);
	assert_int_equal(parsed.list.items[1].standing, EXCEPTION_MALFORMED);
}

static void standing_by_time(void **state)
{
	static const struct {
		const char *name, *from, *until;
		enum exception_standing want;
		const char *shown;
	} rows[] = {
		{"begins this second", "from = 2026-01-01", "until = 2026-01-02", EXCEPTION_ACTIVE, "active"},
		{"begins in a second", "from = 2026-01-01T00:00:01Z", "until = 2026-01-02", EXCEPTION_FUTURE, "future"},
		{"ends this second", "from = 2025-12-01", "until = 2026-01-01", EXCEPTION_EXPIRED, "expired"},
		{"ends in a second", "from = 2025-12-01", "until = 2026-01-01T00:00:01Z", EXCEPTION_ACTIVE, "active"},
		{"as long as allowed", "from = 2025-12-01", "until = 2026-03-01", EXCEPTION_ACTIVE, "active"},
		{"no time at all, withdrawn before it began", "from = 2026-01-01", "until = 2026-01-01", EXCEPTION_EXPIRED, "expired"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char first[1024], text[1024];
		const char *from;

		print_message("%s\n", rows[i].name);
		with_line("from", rows[i].from, first, sizeof first);
		from = strstr(first, "until = ");
		(void)snprintf(text, sizeof text, "%.*s%s\n", (int)(from - first), first, rows[i].until);
		start(&parsed);
		take(&parsed, "a.conf", text);
		assert_string_equal(parsed.problems, "");
		assert_int_equal(parsed.list.items[0].standing, rows[i].want);
		assert_string_equal(exception_standing_name(parsed.list.items[0].standing), rows[i].shown);
	}
	assert_string_equal(exception_standing_name(EXCEPTION_MALFORMED), "malformed");
	assert_null(exception_standing_name(EXCEPTION_STANDING_MAX));
}

static void matching(void **state)
{
	static const char *const groups[] = {"staff"};
	static const struct person alice = {.name = "alice", .uid = 1000, .groups = groups, .group_count = 1};
	static const struct {
		const char *name, *who, *host, *clause, *on;
		bool want;
	} rows[] = {
		{"the person, anywhere", "who = alice", "host = all", "PW-1", "laptop7", true},
		{"another person", "who = bob", "host = all", "PW-1", "laptop7", false},
		{"the group", "who = @staff", "host = all", "PW-1", "laptop7", true},
		{"everybody", "who = all", "host = all", "PW-1", "laptop7", true},
		{"another clause", "who = all", "host = all", "PW-3", "laptop7", false},
		{"the host", "who = all", "host = laptop7", "PW-1", "laptop7", true},
		{"the host in capitals", "who = all", "host = LAPTOP7", "PW-1", "laptop7", true},
		{"the host with its domain", "who = all", "host = laptop7", "PW-1", "laptop7.example.org", true},
		{"the full name", "who = all", "host = laptop7.example.org", "PW-1", "laptop7.example.org", true},
		{"another domain", "who = all", "host = laptop7.example.org", "PW-1", "laptop7.example.com", false},
		{"a part of the name", "who = all", "host = laptop", "PW-1", "laptop7", false},
		{"more than the name", "who = all", "host = laptop77", "PW-1", "laptop7", false},
		{"no host name", "who = all", "host = laptop7", "PW-1", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char first[1024], text[1024];
		const char *at, *end;

		print_message("%s\n", rows[i].name);
		with_line("who", rows[i].who, first, sizeof first);
		at = strstr(first, "host = ");
		end = strchr(at, '\n');
		(void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - first), first, rows[i].host, end);
		start(&parsed);
		take(&parsed, "a.conf", text);
		assert_string_equal(parsed.problems, "");
		assert_int_equal(exception_match(&parsed.list, rows[i].clause, &alice, rows[i].on) != NULL, rows[i].want);
	}
}

static void only_active_ones_match(void **state)
{
	static const struct person alice = {.name = "alice", .uid = 1000};
	static const char *const lines[] = {"until = 2025-12-31", "approved_by = Alice"};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		start(&parsed);
		take(&parsed, "a.conf", with_line(i == 0 ? "until" : "approved_by", lines[i], text, sizeof text));
		assert_int_equal(parsed.list.count, 1);
		assert_null(exception_match(&parsed.list, "PW-1", &alice, "laptop7"));
	}
	start(&parsed);
	take(&parsed, "a.conf", with_line("from", "from = 2026-01-02", text, sizeof text));
	assert_null(exception_match(&parsed.list, "PW-1", &alice, "laptop7"));
}

static void drafts_are_read_back(void **state)
{
	static const struct exception_draft draft = {.id = "EX-7",
						     .clause = "PW-1",
						     .who = "@domain users",
						     .host = "all",
						     .reason = " \"scanner\" # 5 \\ ",
						     .requested_by = "田中",
						     .approved_by = "鈴木",
						     .from = "2025-12-01",
						     .until = "2026-02-01"};
	char text[1024];
	struct text t;

	(void)state;
	TEXT_INTO(&t, text);
	exception_add_draft(&draft, &t);
	start(&parsed);
	take(&parsed, "a.conf", text);
	assert_string_equal(parsed.problems, "");
	assert_string_equal(parsed.list.items[0].id, "EX-7");
	assert_string_equal(parsed.list.items[0].reason, draft.reason);
	assert_string_equal(parsed.list.items[0].who, draft.who);
	assert_string_equal(parsed.list.items[0].approved_by, draft.approved_by);
	assert_int_equal(parsed.list.items[0].standing, EXCEPTION_ACTIVE);
}

static void ended_texts(void **state)
{
	static const struct {
		const char *name, *text, *id;
		int want_error;
		const char *want;
	} rows[] = {
		{"active", "# why\n[exception A]\nfrom = 2025-12-01\nuntil = 2026-02-01 # x\nwho = all\n", "A", 0,
		 "# why\n[exception A]\nfrom = 2025-12-01\n# ended by mutexctl; was: until = 2026-02-01 # x\nuntil = 2026-01-01T00:00:00Z\nwho = all\n"},
		{"future", "[exception A]\nuntil = 2026-03-01\nfrom = 2026-02-01", "A", 0,
		 "[exception A]\n# ended by mutexctl; was: until = 2026-03-01\nuntil = 2026-01-01T00:00:00Z\n"
		 "# ended by mutexctl; was: from = 2026-02-01\nfrom = 2026-01-01T00:00:00Z"},
		{"only the one that is meant", "[exception A]\nfrom = 2025-12-01\nuntil = 2026-02-01\n[exception B]\nfrom = 2025-12-01\nuntil = 2026-02-02\n", "B", 0,
		 "[exception A]\nfrom = 2025-12-01\nuntil = 2026-02-01\n[exception B]\nfrom = 2025-12-01\n"
		 "# ended by mutexctl; was: until = 2026-02-02\nuntil = 2026-01-01T00:00:00Z\n"},
		{"CR LF", "[exception A]\r\nfrom = 2025-12-01\r\nuntil = 2026-02-01\r\n", "A", 0,
		 "[exception A]\r\nfrom = 2025-12-01\r\n# ended by mutexctl; was: until = 2026-02-01\nuntil = 2026-01-01T00:00:00Z\r\n"},
		{"another id", "[exception A]\nfrom = 2025-12-01\nuntil = 2026-02-01\n", "AA", -ENOENT, ""},
		{"no until", "[exception A]\nfrom = 2025-12-01\n", "A", -ENOENT, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct policy_source source = {.file = "a.conf", .bytes = rows[i].text, .len = strlen(rows[i].text)};
		char got[1024];
		struct text t;

		print_message("%s\n", rows[i].name);
		start(&parsed);
		TEXT_INTO(&t, got);
		assert_int_equal(exception_add_ended(&source, rows[i].id, NOW, &parsed.arena, &t), rows[i].want_error);
		assert_string_equal(got, rows[i].want);
	}
}

static void memory_may_run_out(void **state)
{
	const struct policy_source source = {.file = "a.conf", .bytes = GOOD, .len = sizeof GOOD - 1};
	bool succeeded = false;

	(void)state;
	for (size_t size = 0; size < 4096; size += 8) {
		int r;

		start(&parsed);
		arena_init(&parsed.arena, parsed.memory, size);
		r = exception_parse(&source, NOW, LIFE, &parsed.arena, &parsed.diags, &parsed.list);
		assert_true(r == 0 || (r == -ENOMEM && parsed.list.count == 0));
		succeeded = r == 0 && parsed.list.items[0].standing == EXCEPTION_ACTIVE;
	}
	assert_true(succeeded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_one),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(every_keyword_is_needed),
		cmocka_unit_test(texts_have_a_length),
		cmocka_unit_test(mistakes_stay_where_they_are),
		cmocka_unit_test(ids_are_taken_across_files),
		cmocka_unit_test(standing_by_time),
		cmocka_unit_test(matching),
		cmocka_unit_test(only_active_ones_match),
		cmocka_unit_test(drafts_are_read_back),
		cmocka_unit_test(ended_texts),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
