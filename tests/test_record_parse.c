/* SPDX-License-Identifier: BSD-2-Clause */
/* Records read back: what record.c writes comes back as it was, and nobody else's line counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "record.h"
#include "record_parse.h"
#include "text.h"

#define LEAST "kind=password-change verdict=warned mode=observe time=2026-11-22T09:30:00Z"

static void assert_same(const char *a, const char *b)
{
	assert_string_equal(a != NULL ? a : "", b != NULL ? b : "");
}

static void assert_records_equal(const struct record *a, const struct record *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(a->observed_only, b->observed_only);
	assert_int_equal(a->time_s, b->time_s);
	assert_same(a->clause, b->clause);
	assert_same(a->policy_hash, b->policy_hash);
	assert_same(a->policy_state, b->policy_state);
	assert_same(a->user, b->user);
	assert_same(a->service, b->service);
	assert_same(a->tty, b->tty);
	assert_same(a->rhost, b->rhost);
	assert_same(a->asked_by, b->asked_by);
	assert_same(a->waiver, b->waiver);
	assert_same(a->detail, b->detail);
	assert_int_equal(a->reason_count, b->reason_count);
	for (size_t i = 0; i < a->reason_count; i++)
		assert_same(a->reasons[i], b->reasons[i]);
}

static const char *const reasons[] = {"too-short", "common", "personal-word"};

static const struct record samples[] = {
	{.kind = RECORD_PASSWORD_CHANGE, .verdict = RECORD_WARNED, .observed_only = true, .time_s = 1795339800},
	{.kind = RECORD_PASSWORD_AGE,
	 .verdict = RECORD_DENIED,
	 .time_s = 1795339801,
	 .clause = "PW-1",
	 .policy_hash = "ab12",
	 .policy_state = "current",
	 .user = "alice",
	 .service = "passwd",
	 .tty = "pts/3",
	 .rhost = "host.example",
	 .asked_by = "bob",
	 .reasons = reasons,
	 .reason_count = 3,
	 .waiver = "EX-7",
	 .detail = "One sentence, with \"quotes\" and = and \\ in it."},
	{.kind = RECORD_POLICY_BROKEN,
	 .verdict = RECORD_NOTED,
	 .time_s = 0,
	 .user = "a\nb\x1b[31m\xff",
	 .tty = "\"",
	 .rhost = "kind=password-change verdict=allowed",
	 .detail = "\xe3\x81\x82\xe2\x80\xae\x7f"},
};

static void lines_come_back(void **state)
{
	static const char *const headers[] = {"", "Nov 22 09:30:00 host pam_mutex: ", "Nov  2 09:30:00 host pam_mutex: ",
					      "2026-11-22T09:30:00.123456+09:00 host pam_mutex: "};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		for (size_t h = 0; h < sizeof headers / sizeof headers[0]; h++) {
			struct record_parsed parsed;
			char line[RECORD_BYTES_MAX];
			struct text t;

			TEXT_INTO(&t, line);
			text_add(&t, headers[h]);
			record_format_line(&samples[i], &t);
			assert_int_equal(text_end(&t), 0);
			assert_int_equal(record_parse_line(line, t.len, &parsed), 1);
			assert_records_equal(&parsed.record, &samples[i]);
		}
	}
}

static void journal_fields_come_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		struct record_parsed parsed;
		char buf[RECORD_BYTES_MAX];
		struct text t;

		TEXT_INTO(&t, buf);
		record_format_journal(&samples[i], &t);
		assert_int_equal(text_end(&t), 0);
		record_parse_start(&parsed);
		for (char *field = strtok(buf, "\n"); field != NULL; field = strtok(NULL, "\n"))
			assert_int_equal(record_parse_field(&parsed, field, strlen(field)), 0);
		assert_int_equal(record_parse_finish(&parsed), 0);
		assert_records_equal(&parsed.record, &samples[i]);
	}
}

static void other_lines_do_not_count(void **state)
{
	static const struct {
		const char *name, *line;
		int result;
	} rows[] = {
		{"the least record", LEAST, 1},
		{"field of a later version", LEAST " colour=blue", 1},
		{"empty", "", 0},
		{"somebody else's", "Nov 22 09:30:00 host CRON[1]: session opened", 0},
		{"sshd logs a stranger's name", "Nov 22 09:30:00 host sshd[1]: Invalid user pam_mutex: " LEAST, 0},
		{"sshd, ISO time", "2026-11-22T09:30:00+00:00 host sshd[1]: pam_mutex: " LEAST, 0},
		{"the name is only the end of another", "Nov 22 09:30:00 host not_pam_mutex: " LEAST, 0},
		{"no header before the name", "pam_mutex: " LEAST, 0},
		{"other words of ours", "Nov 22 09:30:00 host pam_mutex: cannot read", 0},
		{"header alone", "Nov 22 09:30:00 host", 0},
		{"blanks", "      ", 0},
		{"a beginning", "kin", 0},
		{"no verdict", "kind=password-change mode=observe time=2026-11-22T09:30:00Z", -EBADMSG},
		{"no time", "kind=password-change verdict=warned mode=observe", -EBADMSG},
		{"unknown kind", "kind=x verdict=warned mode=observe time=2026-11-22T09:30:00Z", -EBADMSG},
		{"unknown verdict", "kind=password-change verdict=x mode=observe time=2026-11-22T09:30:00Z", -EBADMSG},
		{"unknown mode", "kind=password-change verdict=warned mode=x time=2026-11-22T09:30:00Z", -EBADMSG},
		{"no such day", "kind=password-change verdict=warned mode=observe time=2026-02-30T09:30:00Z", -EBADMSG},
		{"twice", LEAST " user=alice user=bob", -EBADMSG},
		{"twice, after all", LEAST " verdict=denied", -EBADMSG},
		{"open quote", LEAST " detail=\"one", -EBADMSG},
		{"quote in a bare value", LEAST " detail=o\"ne", -EBADMSG},
		{"text behind a quote", LEAST " detail=\"one\"two", -EBADMSG},
		{"two blanks", LEAST "  user=alice", -EBADMSG},
		{"blank at the end", LEAST " ", -EBADMSG},
		{"word without a value", LEAST " user", -EBADMSG},
		{"bad escape", LEAST " user=a\\y41", -EBADMSG},
		{"cut escape", LEAST " user=a\\x4", -EBADMSG},
		{"escaped NUL", LEAST " user=a\\x00b", -EBADMSG},
		{"raw control character", LEAST " user=a\tb", -EBADMSG},
		{"empty reason", LEAST " reasons=a,,b", -EBADMSG},
		{"reason with a hidden comma", LEAST " reasons=\\x2Ca", -EBADMSG},
		{"33 reasons", LEAST " reasons=1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3", -EBADMSG},
	};
	struct record_parsed parsed;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].name);
		assert_int_equal(record_parse_line(rows[i].line, strlen(rows[i].line), &parsed), rows[i].result);
	}
}

static void an_endless_line_is_refused(void **state)
{
	static char line[3 * RECORD_PARSED_BYTES_MAX];
	struct record_parsed parsed;
	struct text t;

	(void)state;
	TEXT_INTO(&t, line);
	text_add(&t, LEAST " user=");
	while (t.len < 2 * RECORD_PARSED_BYTES_MAX)
		text_add(&t, "aaaaaaaa");
	assert_int_equal(record_parse_line(line, t.len, &parsed), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_back),
		cmocka_unit_test(journal_fields_come_back),
		cmocka_unit_test(other_lines_do_not_count),
		cmocka_unit_test(an_endless_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
