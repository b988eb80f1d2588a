/* SPDX-License-Identifier: BSD-2-Clause */
/* What people read: rules before the prompt, reasons behind it, packed into messages that PAM can carry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "password.h"
#include "text.h"
#include "utf8.h"

#define MESSAGES_ROOM 24

static struct settings defaults(void)
{
	struct policy policy;
	struct settings settings;

	policy_defaults(&policy);
	policy_resolve(&policy, NULL, &settings);
	return settings;
}

static void states_the_rules(void **state)
{
	struct settings s = defaults();
	char rules[1024];
	struct text t;

	(void)state;
	TEXT_INTO(&t, rules);
	password_add_rules(&t, LANGUAGE_EN, &s, false);
	assert_int_equal(text_end(&t), 0);
	assert_string_equal(rules, "Password: at least 15 characters, best several unrelated words. Only US-keyboard characters.\n"
				   "Refused: common or breached passwords. Refused: names of you, this computer or the company. "
				   "Refused: your present one slightly changed. Refused: your last 24.\n");
	TEXT_INTO(&t, rules);
	password_add_rules(&t, LANGUAGE_JA, &s, true);
	assert_non_null(strstr(rules, "パスワードは 8 文字以上"));
}

/* Each rule is told exactly when it is on. */
static void states_each_rule_that_is_on(void **state)
{
	struct settings off = {.password_min_length = 12, .password_non_ascii = true}, s;
	static const char *const WORDS[] = {"x", NULL};
	char rules[1024];
	struct text t;

	(void)state;
#define STATES(field, value, words) \
	do { \
		s = off; \
		TEXT_INTO(&t, rules); \
		password_add_rules(&t, LANGUAGE_EN, &s, false); \
		assert_null(strstr(rules, (words))); \
		s.password_##field = (value); \
		TEXT_INTO(&t, rules); \
		password_add_rules(&t, LANGUAGE_EN, &s, false); \
		assert_non_null(strstr(rules, (words))); \
	} while (0)
	STATES(min_length, 13, "at least 13 characters");
	STATES(min_classes, 3, "Use 3 of");
	STATES(letters_and_digits, true, "letters (A to Z) and digits");
	STATES(non_ascii, false, "Only US-keyboard");
	STATES(max_repeat, 2, "more than 2 times");
	STATES(max_sequence, 5, "more than 5 characters");
	STATES(common_passwords, true, "common or breached");
	STATES(block_lists, ((struct word_list){WORDS, 1}), "common or breached");
	STATES(breached_filter, ((struct word_list){WORDS, 1}), "common or breached");
	STATES(personal_words, true, "names of you");
	STATES(company_words, ((struct word_list){WORDS, 1}), "names of you");
	STATES(min_difference, 5, "slightly changed");
	STATES(history, 7, "your last 7");
	STATES(history_days, 365, "last 365 days");
#undef STATES
}

static void fits_a_message(void **state)
{
	static const char *const WORDS[] = {"x", NULL};
	struct settings s = defaults();

	(void)state;
	s.password_min_classes = 4;
	s.password_letters_and_digits = true;
	s.password_max_repeat = 64;
	s.password_max_sequence = 64;
	s.password_history_days = 3660;
	s.password_company_words = (struct word_list){WORDS, 1};
	for (int language = 0; language < LANGUAGE_MAX; language++) {
		char rules[2048];
		struct text t;
		const char *line_end;

		TEXT_INTO(&t, rules);
		password_add_rules(&t, (enum language)language, &s, false);
		line_end = strchr(rules, '\n');
		assert_non_null(line_end);
		assert_true(line_end - rules <= MESSAGE_BYTES_MAX);
		assert_true(strlen(line_end + 1) <= MESSAGE_BYTES_MAX + 1);
	}
}

static void words_each_reason(void **state)
{
	(void)state;
	for (int language = 0; language < LANGUAGE_MAX; language++)
		for (int id = 0; id < PASSWORD_REASON_MAX; id++) {
			struct password_reason reason = {.id = (enum password_reason_id)id, .argument = {"17", "23"}};
			char line[MESSAGE_BYTES_MAX + 1];
			struct text t;

			TEXT_INTO(&t, line);
			password_add_reason(&t, (enum language)language, &reason);
			assert_int_equal(text_end(&t), 0);
			assert_true(t.len > 20);
			assert_null(strchr(line, '{'));
		}
}

static void says_how_long_to_wait(void **state)
{
	static const struct {
		const char *argument;
		enum language language;
		const char *want;
	} ROWS[] = {
		{"3d", LANGUAGE_EN, "The present password may be changed again in 3 days."},
		{"5h", LANGUAGE_EN, "The present password may be changed again in 5 hours."},
		{"1min", LANGUAGE_EN, "The present password may be changed again in 1 min."},
		{"3d", LANGUAGE_JA, "3 日"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct password_reason reason = {.id = PASSWORD_TOO_YOUNG};
		char line[256];
		struct text t;

		memcpy(reason.argument[0], ROWS[i].argument, strlen(ROWS[i].argument) + 1);
		TEXT_INTO(&t, line);
		password_add_reason(&t, ROWS[i].language, &reason);
		assert_non_null(strstr(line, ROWS[i].want));
	}
}

static void packs_a_refusal(void **state)
{
	struct settings s = defaults();
	struct password_verdict v = {.count = 0};
	struct password_decision d = {.outcome = PASSWORD_REFUSED};
	char messages[MESSAGES_ROOM][MESSAGE_BYTES_MAX + 1];

	(void)state;
	s.report_contact = "it@example.jp";
	assert_int_equal(password_messages(&v, &d, &s, LANGUAGE_EN, messages, MESSAGES_ROOM), 0);
	password_verdict_add(&v, PASSWORD_SIMILAR, NULL);
	password_verdict_add(&v, PASSWORD_INVALID_UTF8, NULL);
	assert_int_equal(password_messages(&v, &d, &s, LANGUAGE_EN, messages, MESSAGES_ROOM), 1);
	assert_string_equal(messages[0],
			    "This password cannot be used:\n"
			    "- It is not valid UTF-8 text. Check the keyboard or terminal settings.\n"
			    "- It is too close to your present password. Start afresh instead of changing it a little.\n"
			    "Good: four or more words that have nothing to do with each other, or what a password manager makes.\n"
			    "Questions: it@example.jp");
}

static void chooses_the_header(void **state)
{
	static const struct {
		struct password_decision d;
		const char *want;
	} ROWS[] = {
		{{.outcome = PASSWORD_REFUSED}, "cannot be used"},
		{{.outcome = PASSWORD_WARNED, .observed_only = true}, "taken for now"},
		{{.outcome = PASSWORD_WARNED, .root_exempt = true}, "because root asks"},
		{{.outcome = PASSWORD_WARNED, .waiver = "EX-7"}, "under exception EX-7"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct settings s = defaults();
		struct password_verdict v = {.count = 0};
		char messages[MESSAGES_ROOM][MESSAGE_BYTES_MAX + 1];

		password_verdict_add(&v, PASSWORD_TOO_YOUNG, "1min");
		assert_int_equal(password_messages(&v, &ROWS[i].d, &s, LANGUAGE_EN, messages, MESSAGES_ROOM), 1);
		assert_non_null(strstr(messages[0], ROWS[i].want));
		assert_null(strstr(messages[0], "Good:")); /* another password would not help */
	}
}

/* Every reason at once, with the longest arguments: all of it arrives, no message is too long, none is cut within a line. */
static void packs_all_reasons(void **state)
{
	static const char WORD[] = "株式会社株式会社株式会社株式会社株式会";
	char contact[201];
	struct settings s = defaults();
	struct password_decision d = {.outcome = PASSWORD_REFUSED};

	(void)state;
	memset(contact, 'c', sizeof contact - 1);
	contact[200] = '\0';
	s.report_contact = contact;
	for (int language = 0; language < LANGUAGE_MAX; language++) {
		struct password_verdict v = {.count = 0};
		char messages[MESSAGES_ROOM][MESSAGE_BYTES_MAX + 1];
		size_t count, lines = 0, characters;

		for (int id = 0; id < PASSWORD_REASON_MAX; id++)
			password_verdict_add(&v, (enum password_reason_id)id, WORD);
		count = password_messages(&v, &d, &s, (enum language)language, messages, MESSAGES_ROOM);
		assert_in_range(count, 2, 16);
		for (size_t i = 0; i < count; i++) {
			assert_true(strlen(messages[i]) <= MESSAGE_BYTES_MAX);
			assert_int_equal(utf8_count(messages[i], strlen(messages[i]), &characters), 0);
			for (const char *line = messages[i]; line != NULL; line = strchr(line + 1, '\n'))
				lines++;
		}
		assert_int_equal(lines, PASSWORD_REASON_MAX + 3);
		assert_non_null(strstr(messages[count - 1], contact));
		assert_int_equal(password_messages(&v, &d, &s, (enum language)language, messages, 1), 1);
	}
}

static void escapes_words(void **state)
{
	struct password_reason reason = {.id = PASSWORD_PERSONAL_WORD, .argument = {"a\x1b[2Jb\n", "8"}};
	char line[MESSAGE_BYTES_MAX + 1];
	struct text t;

	(void)state;
	TEXT_INTO(&t, line);
	password_add_reason(&t, LANGUAGE_EN, &reason);
	assert_null(strchr(line, '\x1b'));
	assert_null(strchr(line, '\n'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_the_rules),
		cmocka_unit_test(states_each_rule_that_is_on),
		cmocka_unit_test(fits_a_message),
		cmocka_unit_test(words_each_reason),
		cmocka_unit_test(says_how_long_to_wait),
		cmocka_unit_test(packs_a_refusal),
		cmocka_unit_test(chooses_the_header),
		cmocka_unit_test(packs_all_reasons),
		cmocka_unit_test(escapes_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
