/* SPDX-License-Identifier: BSD-2-Clause */
/* The record: its fields and its line, whole whatever the values, and its way to the journal or to syslog. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "record.h"
#include "text.h"

static const char *const REASONS[] = {"too-short", "common"};

static const struct record DENIED = {
	.kind = RECORD_PASSWORD_CHANGE,
	.verdict = RECORD_DENIED,
	.time_s = 1795339800,
	.clause = "PW-1",
	.policy_hash = "ab12",
	.policy_state = "current",
	.user = "alice",
	.service = "passwd",
	.tty = "pts/3",
	.rhost = "host.example",
	.asked_by = "bob",
	.reasons = REASONS,
	.reason_count = 2,
	.waiver = "EX-7",
	.detail = "one sentence",
};

static void writes_journal_fields(void **state)
{
	char buf[RECORD_BYTES_MAX];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	record_format_journal(&DENIED, &t);
	assert_string_equal(buf,
		"MESSAGE=password-change denied: user alice, service passwd, from host.example, asked by bob, "
		"reasons too-short, common, waived by EX-7, one sentence (PW-1)\n"
		"MESSAGE_ID=3d63b41a53cc49baaea1cf583fbe7756\nPRIORITY=4\nSYSLOG_IDENTIFIER=pam_mutex\n"
		"MUTEX_KIND=password-change\nMUTEX_VERDICT=denied\nMUTEX_MODE=enforce\nMUTEX_CLAUSE=PW-1\nMUTEX_USER=alice\n"
		"MUTEX_SERVICE=passwd\nMUTEX_TTY=pts/3\nMUTEX_RHOST=host.example\nMUTEX_ASKED_BY=bob\nMUTEX_REASONS=too-short,common\n"
		"MUTEX_WAIVER=EX-7\nMUTEX_DETAIL=one sentence\nMUTEX_POLICY_STATE=current\nMUTEX_POLICY=ab12\n"
		"MUTEX_TIME=2026-11-22T09:30:00Z\n");
}

static void writes_one_line(void **state)
{
	char buf[RECORD_BYTES_MAX];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	record_format_line(&DENIED, &t);
	assert_string_equal(buf, "kind=password-change verdict=denied mode=enforce clause=PW-1 user=alice service=passwd tty=pts/3 "
				 "rhost=host.example asked_by=bob reasons=too-short,common waiver=EX-7 detail=\"one sentence\" "
				 "policy_state=current policy=ab12 time=2026-11-22T09:30:00Z");
}

static void leaves_out_what_is_not_given(void **state)
{
	const struct record r = {.kind = RECORD_POLICY_BROKEN, .verdict = RECORD_NOTED, .observed_only = true, .user = "", .detail = NULL};
	char buf[RECORD_BYTES_MAX];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	record_format_line(&r, &t);
	assert_string_equal(buf, "kind=policy-broken verdict=noted mode=observe time=1970-01-01T00:00:00Z");
	TEXT_INTO(&t, buf);
	record_format_journal(&r, &t);
	assert_string_equal(buf, "MESSAGE=policy-broken noted (observed only)\nMESSAGE_ID=45d40e7a81134bc193c93b20b4afa8a0\n"
				 "PRIORITY=2\nSYSLOG_IDENTIFIER=pam_mutex\nMUTEX_KIND=policy-broken\nMUTEX_VERDICT=noted\n"
				 "MUTEX_MODE=observe\nMUTEX_TIME=1970-01-01T00:00:00Z\n");
}

/* A record with the same value everywhere. */
static struct record filled_with(const char *value, const char *const *reasons, size_t reason_count)
{
	return (struct record){
		.kind = RECORD_EXCEPTION_CHANGED, .verdict = RECORD_ALLOWED, .observed_only = true, .time_s = INT64_MAX,
		.clause = value, .policy_hash = value, .policy_state = value, .user = value, .service = value, .tty = value,
		.rhost = value, .asked_by = value, .reasons = reasons, .reason_count = reason_count, .waiver = value, .detail = value,
	};
}

static void no_value_forges_a_field(void **state)
{
	static const char *const EVIL = "x\nMUTEX_VERDICT=allowed\n\" verdict=allowed \\x22 \033[2J\xff";
	static const char *const EVIL_REASONS[] = {"a\nMUTEX_USER=root", "b\" user=root"};
	struct record r = filled_with(EVIL, EVIL_REASONS, 2);
	char buf[RECORD_BYTES_MAX];
	size_t lines = 0;
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	record_format_journal(&r, &t);
	assert_int_equal(text_end(&t), 0);
	for (char *line = strtok(buf, "\n"); line != NULL; line = strtok(NULL, "\n"), lines++)
		if (strncmp(line, "MUTEX_VERDICT=", 14) == 0)
			assert_string_equal(line, "MUTEX_VERDICT=allowed");
	assert_int_equal(lines, 4 + 15);
	TEXT_INTO(&t, buf);
	record_format_line(&r, &t);
	assert_int_equal(text_end(&t), 0);
	assert_null(strchr(buf, '\n'));
	assert_null(strchr(buf, '\033'));
	/* Outside of quotes there is each name once. */
	for (char *at = buf; (at = strchr(at, '"')) != NULL;) {
		char *end = at + 1;

		while (*end != '"' || end[-1] == '\\')
			end++;
		memset(at, '_', (size_t)(end - at + 1));
	}
	assert_null(strstr(strstr(buf, "verdict=") + 1, "verdict="));
	assert_null(strstr(strstr(buf, "user=") + 1, "user="));
}

/* Whoever chooses a host name or a tty cannot make the record too long to be written. */
static void the_longest_values_fit(void **state)
{
	static const char FILLS[] = {'x', '"', '\n', ' ', '\xff', '='};
	static char value[20000];
	const char *reasons[64];

	(void)state;
	for (size_t i = 0; i < sizeof FILLS; i++) {
		struct record r;
		char buf[RECORD_BYTES_MAX];
		struct text t;

		memset(value, FILLS[i], sizeof value - 1);
		for (size_t j = 0; j < 64; j++)
			reasons[j] = value + sizeof value - 1 - 40;
		r = filled_with(value, reasons, 64);
		TEXT_INTO(&t, buf);
		record_format_journal(&r, &t);
		assert_int_equal(text_end(&t), 0);
		assert_non_null(strstr(buf, "\nMUTEX_TIME="));
		TEXT_INTO(&t, buf);
		record_format_line(&r, &t);
		assert_int_equal(text_end(&t), 0);
		assert_non_null(strstr(buf, " time="));
	}
}

static void cuts_reasons_between_them(void **state)
{
	const char *reasons[100];
	struct record r = {.reasons = reasons, .reason_count = 100};
	char buf[RECORD_BYTES_MAX];
	size_t whole = 0;
	char *list, *end;
	struct text t;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		reasons[i] = "too-short";
	TEXT_INTO(&t, buf);
	record_format_journal(&r, &t);
	list = strstr(buf, "\nMUTEX_REASONS=");
	assert_non_null(list);
	list += strlen("\nMUTEX_REASONS=");
	end = list + strcspn(list, "\n");
	assert_memory_equal(end - 3, "...", 3);
	end[-3] = '\0';
	for (char *reason = strtok(list, ","); reason != NULL; reason = strtok(NULL, ","), whole++)
		assert_string_equal(reason, "too-short");
	assert_in_range(whole, 40, 99);
}

static void gives_each_verdict_its_priority(void **state)
{
	static const struct {
		const char *name;
		enum record_kind kind;
		enum record_verdict verdict;
		bool observed_only;
		int want;
	} ROWS[] = {
		{"denied", RECORD_PASSWORD_CHANGE, RECORD_DENIED, false, LOG_WARNING},
		{"would be denied", RECORD_PASSWORD_CHANGE, RECORD_DENIED, true, LOG_NOTICE},
		{"allowed", RECORD_PASSWORD_CHANGE, RECORD_ALLOWED, false, LOG_INFO},
		{"warned", RECORD_PASSWORD_AGE, RECORD_WARNED, false, LOG_NOTICE},
		{"age noted", RECORD_PASSWORD_AGE, RECORD_NOTED, false, LOG_INFO},
		{"a lock that is not proven", RECORD_LOCK, RECORD_DENIED, false, LOG_CRIT},
		{"a lock that would be asked for", RECORD_LOCK, RECORD_DENIED, true, LOG_NOTICE},
		{"a lock that is asked for", RECORD_LOCK, RECORD_NOTED, false, LOG_NOTICE},
		{"policy applied", RECORD_POLICY_APPLIED, RECORD_NOTED, false, LOG_NOTICE},
		{"policy removed", RECORD_POLICY_REMOVED, RECORD_NOTED, false, LOG_NOTICE},
		{"exception changed", RECORD_EXCEPTION_CHANGED, RECORD_NOTED, false, LOG_NOTICE},
		{"policy broken", RECORD_POLICY_BROKEN, RECORD_NOTED, false, LOG_CRIT},
		{"state damaged", RECORD_LOGIN_STATE, RECORD_NOTED, false, LOG_CRIT},
		{"break-glass", RECORD_BREAK_GLASS, RECORD_ALLOWED, false, LOG_CRIT},
		{"policy broken while observing", RECORD_POLICY_BROKEN, RECORD_DENIED, true, LOG_CRIT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct record r = {.kind = ROWS[i].kind, .verdict = ROWS[i].verdict, .observed_only = ROWS[i].observed_only};

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(record_priority(&r), ROWS[i].want);
	}
}

static void every_kind_has_its_own_name_and_id(void **state)
{
	(void)state;
	for (int i = 0; i < RECORD_KIND_MAX; i++) {
		const char *id = record_kind_message_id((enum record_kind)i);

		assert_int_equal(strlen(id), 32);
		assert_int_equal(strspn(id, "0123456789abcdef"), 32);
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(id, record_kind_message_id((enum record_kind)j));
			assert_string_not_equal(record_kind_name((enum record_kind)i), record_kind_name((enum record_kind)j));
		}
	}
	for (int i = 0; i < RECORD_VERDICT_MAX; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(record_verdict_name((enum record_verdict)i), record_verdict_name((enum record_verdict)j));
}

/* --- the way out --- */

struct bed {
	char folder[64], journal[96], syslog[96];
};

static int make_bed(void **state)
{
	struct bed *bed = calloc(1, sizeof *bed);

	if (bed == NULL)
		return -1;
	strcpy(bed->folder, "/tmp/mutex-test-record-XXXXXX");
	if (mkdtemp(bed->folder) == NULL)
		return -1;
	snprintf(bed->journal, sizeof bed->journal, "%s/journal", bed->folder);
	snprintf(bed->syslog, sizeof bed->syslog, "%s/syslog", bed->folder);
	*state = bed;
	return 0;
}

static int remove_bed(void **state)
{
	struct bed *bed = *state;

	(void)unlink(bed->journal);
	(void)unlink(bed->syslog);
	(void)rmdir(bed->folder);
	free(bed);
	return 0;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void assert_received(int fd, const char *want)
{
	char buf[RECORD_BYTES_MAX + 1];
	ssize_t n = recv(fd, buf, sizeof buf - 1, MSG_DONTWAIT);

	assert_true(n > 0);
	buf[n] = '\0';
	assert_string_equal(buf, want);
}

static void goes_to_the_journal(void **state)
{
	struct bed *bed = *state;
	int journal FILE_CLOSED = listen_at(bed->journal), syslog FILE_CLOSED = listen_at(bed->syslog);
	char want[RECORD_BYTES_MAX], c;
	struct text t;

	TEXT_INTO(&t, want);
	record_format_journal(&DENIED, &t);
	assert_int_equal(record_emit(&DENIED, bed->journal, bed->syslog), 0);
	assert_received(journal, want);
	assert_true(recv(syslog, &c, 1, MSG_DONTWAIT) < 0);
}

static void goes_to_syslog_without_a_journal(void **state)
{
	struct bed *bed = *state;
	int syslog FILE_CLOSED = listen_at(bed->syslog);
	char want[RECORD_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, want);
	text_add(&t, "<84>pam_mutex: "); /* LOG_AUTHPRIV 10 << 3, LOG_WARNING 4 */
	record_format_line(&DENIED, &t);
	assert_int_equal(record_emit(&DENIED, bed->journal, bed->syslog), 0);
	assert_received(syslog, want);
	/* A socket that nobody reads any more: the file is there, its daemon is not. */
	close(listen_at(bed->journal));
	assert_int_equal(record_emit(&DENIED, bed->journal, bed->syslog), 0);
	assert_received(syslog, want);
}

static void says_when_nobody_took_it(void **state)
{
	struct bed *bed = *state;
	char longest[300];

	assert_int_equal(record_emit(&DENIED, bed->journal, bed->syslog), -ENOENT);
	memset(longest, 'p', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(record_emit(&DENIED, longest, longest), -ENAMETOOLONG);
}

/* Both daemons hang: neither a login nor a signal to its program may come of it. */
static void never_waits_long(void **state)
{
	struct bed *bed = *state;
	int journal FILE_CLOSED = listen_at(bed->journal), syslog FILE_CLOSED = listen_at(bed->syslog);
	int64_t start;
	int error = 0, sent = 0;

	assert_true(journal >= 0 && syslog >= 0);
	while ((error = record_emit(&DENIED, bed->journal, bed->syslog)) == 0)
		assert_true(++sent < 10000);
	assert_int_equal(error, -ETIMEDOUT);
	start = clock_monotonic_ns();
	assert_int_equal(record_emit(&DENIED, bed->journal, bed->syslog), -ETIMEDOUT);
	assert_true(clock_monotonic_ns() - start < 1000000000); /* 100 ms and what a busy machine adds */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_journal_fields),
		cmocka_unit_test(writes_one_line),
		cmocka_unit_test(leaves_out_what_is_not_given),
		cmocka_unit_test(no_value_forges_a_field),
		cmocka_unit_test(the_longest_values_fit),
		cmocka_unit_test(cuts_reasons_between_them),
		cmocka_unit_test(gives_each_verdict_its_priority),
		cmocka_unit_test(every_kind_has_its_own_name_and_id),
		cmocka_unit_test_setup_teardown(goes_to_the_journal, make_bed, remove_bed),
		cmocka_unit_test_setup_teardown(goes_to_syslog_without_a_journal, make_bed, remove_bed),
		cmocka_unit_test_setup_teardown(says_when_nobody_took_it, make_bed, remove_bed),
		cmocka_unit_test_setup_teardown(never_waits_long, make_bed, remove_bed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
