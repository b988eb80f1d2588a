/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/clam_text.c, json_path.c and antivirus_result.c: what others write is read as it is meant, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "antivirus_result.h"
#include "clam_text.h"
#include "json_path.h"
#include "text.h"

static void configuration(void **state)
{
	static const char text[] = "# Comment\n\n  LocalSocket   /run/clamav/clamd.ctl  \r\nUser clamav\n#User root\nLogFile \"/var/log/a b\"\nExample\nUser second\n"
				   "EmptyQuotes \"\"\n\0Hidden yes\nCut a\0b\nLast\tword";
	static const struct {
		const char *name, *value;
	} rows[] = {
		{"LocalSocket", "/run/clamav/clamd.ctl"}, {"User", "clamav"}, {"LogFile", "/var/log/a b"}, {"Example", ""}, {"EmptyQuotes", ""}, {"Cut", "a"}, {"Last", "word"},
	};
	unsigned char memory[65536];
	struct clam_conf conf;
	struct arena arena;

	(void)state;
	arena_init(&arena, memory, sizeof memory);
	assert_int_equal(clam_conf_parse(text, sizeof text - 1, &arena, &conf), 0);
	assert_int_equal(conf.count, 8);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(clam_conf_value(&conf, rows[i].name), rows[i].value);
	assert_null(clam_conf_value(&conf, "user"));
	arena_init(&arena, memory, 64);
	assert_int_equal(clam_conf_parse(text, sizeof text - 1, &arena, &conf), -ENOMEM);
}

static void words(void **state)
{
	static const struct {
		const char *value;
		int64_t bytes; /* -1 = no size */
		bool yes, no;
	} rows[] = {
		{"yes", -1, true, false}, {"True", -1, true, false}, {"1", 1, true, false},        {"NO", -1, false, true},  {"false", -1, false, true},
		{"0", 0, false, true},    {"noo", -1, false, false}, {"", -1, false, false},       {"25M", 26214400, false, false},
		{"3k", 3072, false, false}, {"M", -1, false, false}, {"-1", -1, false, false},     {"5 M", -1, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t bytes = -1;

		assert_int_equal(clam_size(rows[i].value, &bytes), rows[i].bytes < 0 ? -EINVAL : 0);
		assert_int_equal(bytes, rows[i].bytes);
		assert_int_equal(clam_is_yes(rows[i].value), rows[i].yes);
		assert_int_equal(clam_is_no(rows[i].value), rows[i].no);
	}
}

static void headers(void **state)
{
	static const struct {
		const char *text;
		int64_t version, built_s; /* version 0 = refused */
	} rows[] = {
		{"ClamAV-VDB:20 Nov 2026 08-30 +0000:27500:2060000:90:d41d8cd9:sig:builder:1795163400      ", 27500, 1795163400},
		{"ClamAV-VDB:20 Nov 2026 08-30 +0000:27500:2060000:90:d41d8cd9:sig:builder:1795163400:more", 27500, 1795163400},
		{"ClamAV-VDB:20 Nov 2026 08-30 +0000:27500:2060000:90:d41d8cd9:sig:builder", 0, 0},
		{"ClamAV-VDB:20 Nov 2026 08-30 +0000:new:2060000:90:d41d8cd9:sig:builder:1795163400", 0, 0},
		{"ClamAV-VDB:20 Nov 2026 08-30 +0000:27500:2060000:90:d41d8cd9:sig:builder:soon", 0, 0},
		{"ClamAV-XDB:20 Nov 2026 08-30 +0000:27500:2060000:90:d41d8cd9:sig:builder:1795163400", 0, 0},
		{"ClamAV-VDB:", 0, 0},
		{"", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct clam_header header = {0};

		assert_int_equal(clam_header_parse(rows[i].text, strlen(rows[i].text), &header), rows[i].version == 0 ? -EBADMSG : 0);
		assert_int_equal(header.version, rows[i].version);
		assert_int_equal(header.built_s, rows[i].built_s);
	}
}

static void answers(void **state)
{
	static const struct {
		const char *text;
		int result;
		int64_t version, built_s;
	} versions[] = {
		{"ClamAV 1.4.3/27500/Fri Nov 20 08:30:12 2026", 0, 27500, 1795163412},
		{"ClamAV 1.4.3/27500/Sun Nov  1 08:30:12 2026", 0, 27500, 1793521812},
		{"ClamAV 1.4.3", -ENOENT, 0, 0},
		{"ClamAV 1.4.3/27500", -EBADMSG, 0, 0},
		{"ClamAV 1.4.3/27500/Fri Xxx 20 08:30:12 2026", -EBADMSG, 0, 0},
		{"ClamAV 1.4.3/27500/Fri Nov 31 08:30:12 2026", -EBADMSG, 0, 0},
		{"UNKNOWN COMMAND", -EBADMSG, 0, 0},
	};
	static const struct {
		const char *text;
		enum clam_verdict verdict;
	} verdicts[] = {
		{"stream: OK", CLAM_CLEAN},
		{"stream: Eicar-Test-Signature FOUND", CLAM_FOUND},
		{"fd[10]: Win.Test.EICAR_HDB-1 FOUND", CLAM_FOUND},
		{"/tmp/x: File path check failure ERROR", CLAM_NO_ANSWER},
		{"INSTREAM size limit exceeded. ERROR", CLAM_NO_ANSWER},
		{"FOUND", CLAM_NO_ANSWER},
		{"/tmp/NOT FOUND: OK", CLAM_CLEAN},
		{"", CLAM_NO_ANSWER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		struct clam_header header = {0};

		assert_int_equal(clam_version_parse(versions[i].text, strlen(versions[i].text) + 1, &header), versions[i].result);
		assert_int_equal(header.version, versions[i].version);
		assert_int_equal(header.built_s, versions[i].built_s);
	}
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		assert_int_equal(clam_verdict_parse(verdicts[i].text, strlen(verdicts[i].text) + i % 2), verdicts[i].verdict);
	assert_true(clam_is_pong("PONG", 5));
	assert_true(clam_is_pong("PONG", 4));
	assert_false(clam_is_pong("PONGO", 6));
	assert_false(clam_is_pong("", 0));
}

static void json(void **state)
{
	static const struct {
		const char *name, *text, *path[3];
		int result;
		const char *value;
	} rows[] = {
		{"a word", "{\"a\": true}", {"a"}, 0, "true"},
		{"a number", " {\"x\":1 , \"a\" :-1.5e3}\n", {"a"}, 0, "-1.5e3"},
		{"a string", "{\"a\":\"b c\\\"d\"}", {"a"}, 0, "b c\\\"d"},
		{"deeper", "{\"b\":{\"c\":1},\"a\":{\"b\":[1,{\"a\":2}],\"c\":null}}", {"a", "c"}, 0, "null"},
		{"the first of two", "{\"a\":1,\"a\":2}", {"a"}, 0, "1"},
		{"none", "{\"b\":1}", {"a"}, -ENOENT, NULL},
		{"an object is no value", "{\"a\":{}}", {"a"}, -ENOENT, NULL},
		{"of another object", "{\"b\":{\"a\":1}}", {"a"}, -ENOENT, NULL},
		{"a list has no members", "{\"a\":[{\"b\":1}]}", {"a", "b"}, -ENOENT, NULL},
		{"behind the path", "{\"a\":1}", {"a", "b"}, -ENOENT, NULL},
		{"half of it", "{\"a\":true,", {"a"}, -EBADMSG, NULL},
		{"more than one", "{\"a\":true} {}", {"a"}, -EBADMSG, NULL},
		{"no comma", "{\"a\":1 \"b\":2}", {"a"}, -EBADMSG, NULL},
		{"no quotes", "{a:1}", {"a"}, -EBADMSG, NULL},
		{"a line end in a string", "{\"a\":\"b\nc\"}", {"a"}, -EBADMSG, NULL},
		{"nothing", "", {"a"}, -EBADMSG, NULL},
		{"too deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", {"a"}, -E2BIG, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *value = NULL;
		size_t len = 0;

		print_message("%s\n", rows[i].name);
		assert_int_equal(json_path_find(rows[i].text, strlen(rows[i].text), rows[i].path, &value, &len), rows[i].result);
		if (rows[i].value == NULL)
			continue;
		assert_int_equal(len, strlen(rows[i].value));
		assert_memory_equal(value, rows[i].value, len);
	}
}

static void results(void **state)
{
	const struct antivirus_scan scan = {.began = 1795000000, .ended = 1795003600, .outcome = SCAN_COMPLETE, .scanned = 7, .unreadable = 1, .found = 2, .first = "/a b"};
	const struct antivirus_test test = {.time = 1795000000, .outcome = TEST_QUARANTINED, .folder = "/home"};
	struct antivirus_scan read_scan = {0};
	struct antivirus_test read_test = {0};
	char bytes[ANTIVIRUS_RESULT_BYTES_MAX], repeated[ANTIVIRUS_RESULT_BYTES_MAX];
	struct text t, again;

	(void)state;
	TEXT_INTO(&t, bytes);
	assert_int_equal(antivirus_scan_write(&scan, &t), 0);
	assert_string_equal(bytes, "mutex-antivirus-scan 1\nbegan=2026-11-18T11:06:40Z\nended=2026-11-18T12:06:40Z\noutcome=complete\nscanned=7\nunreadable=1\nfound=2\n"
				   "first=/a b\nend\n");
	assert_int_equal(antivirus_scan_read(bytes, t.len, &read_scan), 0);
	TEXT_INTO(&again, repeated);
	assert_int_equal(antivirus_scan_write(&read_scan, &again), 0);
	assert_string_equal(repeated, bytes);
	assert_int_equal(antivirus_scan_read(bytes, t.len - 1, &read_scan), -EBADMSG);
	assert_int_equal(antivirus_test_read(bytes, t.len, &read_test), -EBADMSG);
	TEXT_INTO(&t, bytes);
	assert_int_equal(antivirus_test_write(&test, &t), 0);
	assert_int_equal(antivirus_test_read(bytes, t.len, &read_test), 0);
	assert_int_equal(read_test.time, test.time);
	assert_int_equal(read_test.outcome, test.outcome);
	assert_string_equal(read_test.folder, test.folder);
	assert_string_equal(antivirus_outcome_name(TEST_MISSED), "missed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configuration), cmocka_unit_test(words), cmocka_unit_test(headers), cmocka_unit_test(answers), cmocka_unit_test(json), cmocka_unit_test(results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
