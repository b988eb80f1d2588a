/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about the lock: lengths of time, reasons, violations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "notice.h"
#include "text.h"

#define S INT64_C(1000000000)

static void lengths(void **state)
{
	static const struct {
		const char *name;
		int64_t ns;
		const char *want;
	} ROWS[] = {
		{"nothing", 0, "0 s"}, {"negative", -5 * S, "0 s"}, {"a little is a second", 1, "1 s"}, {"seconds", 59 * S, "59 s"},
		{"rounded up", 59 * S + 1, "1 min"}, {"a minute", 60 * S, "1 min"}, {"still seconds", 119 * S, "119 s"}, {"two minutes", 120 * S, "2 min"},
		{"minutes, rounded up", 121 * S, "3 min"}, {"an hour", 3600 * S, "60 min"}, {"two hours", 7200 * S, "2 hours"},
		{"two hours and a bit", 7201 * S, "121 min"}, {"a day", 86400 * S, "24 hours"}, {"for ever", INT64_MAX, "153722868 min"},
	};
	char buf[64];
	struct text t;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		TEXT_INTO(&t, buf);
		notice_add_duration(&t, LANGUAGE_EN, ROWS[i].ns);
		assert_string_equal(buf, ROWS[i].want);
	}
}

/* Each reason has words of its own in each language, and is found again by its name. */
static void every_reason(void **state)
{
	char buf[LANGUAGE_MAX][LOCK_REASON_MAX][NOTICE_BYTES_MAX];
	struct text t;

	(void)state;
	for (int language = 0; language < LANGUAGE_MAX; language++) {
		for (int i = 0; i < LOCK_REASON_MAX; i++) {
			TEXT_INTO(&t, buf[language][i]);
			notice_add_reason(&t, (enum language)language, (enum lock_reason)i, 300 * S);
			assert_int_equal(text_end(&t), 0);
			assert_int_equal(t.len > 0, i != LOCK_REASON_NONE);
			for (int k = 0; k < i; k++)
				assert_string_not_equal(buf[language][k], buf[language][i]);
			assert_int_equal(notice_reason_of(lock_reason_name((enum lock_reason)i)), i);
		}
	}
	assert_non_null(strstr(buf[LANGUAGE_EN][LOCK_REASON_IDLE], "5 min"));
	assert_int_equal(notice_reason_of("no such reason"), LOCK_REASON_NONE);
	assert_int_equal(notice_reason_of(""), LOCK_REASON_NONE);
	assert_true(notice_is_news(LOCK_REASON_IDLE) && notice_is_news(LOCK_REASON_DEVICE));
	assert_false(notice_is_news(LOCK_REASON_REQUEST) || notice_is_news(LOCK_REASON_NONE) || notice_is_news(LOCK_REASON_MAX));
}

static void unknown_policy(void **state)
{
	char buf[NOTICE_BYTES_MAX];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	notice_add_reason(&t, LANGUAGE_EN, LOCK_REASON_IDLE, 0);
	assert_non_null(strstr(buf, "longer than the policy allows"));
	TEXT_INTO(&t, buf);
	notice_add_reason(&t, LANGUAGE_EN, LOCK_REASON_MAX, S);
	assert_string_equal(buf, "");
}

static void countdown_never_says_zero(void **state)
{
	char buf[NOTICE_BYTES_MAX];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	notice_add_countdown(&t, LANGUAGE_EN, -3);
	assert_non_null(strstr(buf, "in 1 s"));
}

static void violations(void **state)
{
	static const struct {
		const char *control, *detail, *has;
	} ROWS[] = {
		{"lock-tamper", "XTEST\ninput", "tried to open the lock: XTEST\\x0ainput."},
		{"lock-tamper", "xtest", "in your place.\nIf a program"},
		{"lock-tamper", "virtual-input, a\nb, c", "input device: a\\x0ab, c. What"},
		{"lock-tamper", "xtest2", "tried to open the lock: xtest2."},
		{"lock-unproven", "no grab", "log out before you leave"},
		{"firewall", "no rules", "does not hold: firewall (no rules)"},
	};
	char buf[NOTICE_BYTES_MAX];
	struct text t;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		TEXT_INTO(&t, buf);
		notice_add_violation(&t, LANGUAGE_EN, ROWS[i].control, ROWS[i].detail);
		assert_non_null(strstr(buf, ROWS[i].has));
	}
}

/* Each has its words in each language, and none leaves a hole. */
static void controls(void **state)
{
	static const struct {
		struct notice_control notice;
		const char *has;
	} ROWS[] = {
		{{"firewall", .by_you = true, .person = "alice", .program = "nft", .reaction = "repair"}, "Firewall: switched off or loosened by you, with the program nft.\nIt is being put right"},
		{{"units", .person = "bob", .program = "systemctl", .reaction = "given-up"}, "Services that must run: switched off or loosened by bob, with the program systemctl.\nThis happened again"},
		{{"antivirus", .person = "", .program = "", .reaction = "none"}, "Virus protection: switched off or loosened; by whom is not known.\nIt is not put right by itself"},
		{{"auth", .person = "", .program = "ufw", .reaction = "repair", .fine = true}, "by whom is not known.\nRules for logging in: in order again."},
		{{"self", .person = "b\nc", .program = "x\033", .reaction = ""}, "by b\\x0ac, with the program x\\x1b."},
		{{"usb", .person = "", .program = "", .reaction = "repair"}, "usb: switched off"},
	};
	char buf[LANGUAGE_MAX][NOTICE_BYTES_MAX];
	struct text t;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		for (int language = 0; language < LANGUAGE_MAX; language++) {
			TEXT_INTO(&t, buf[language]);
			notice_add_control(&t, (enum language)language, &ROWS[i].notice);
			assert_int_equal(text_end(&t), 0);
			assert_null(strchr(buf[language], '{'));
		}
		assert_non_null(strstr(buf[LANGUAGE_EN], ROWS[i].has));
		assert_string_not_equal(buf[LANGUAGE_EN], buf[LANGUAGE_JA]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths), cmocka_unit_test(every_reason), cmocka_unit_test(unknown_policy),
		cmocka_unit_test(countdown_never_says_zero), cmocka_unit_test(violations), cmocka_unit_test(controls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
