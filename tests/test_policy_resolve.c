/* SPDX-License-Identifier: BSD-2-Clause */
/* What holds for whom: precedence against a naive reference, origins, and the values of every kind in struct settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "policy_sample.h"

static const char *const alice_groups[] = {"staff", "admins"};
static const struct person alice = {.name = "alice", .uid = 1000, .groups = alice_groups, .group_count = 2};

static void precedence(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{"default", "", "24 (default)"},
		{"profile without a row is the default", "[policy]\nprofile = nist-800-63b-4\n", "24 (default)"},
		{"profile", "[policy]\nprofile = pci-dss-4\n", "4 (profile pci-dss-4)"},
		{"general", "[policy]\nprofile = pci-dss-4\n[password]\nhistory = 1\n", "1 (a.conf:4)"},
		{"uid range over general", "[users 1000:1000]\npassword.history = 2\n[password]\nhistory = 1\n", "2 (a.conf:2 [users 1000:1000])"},
		{"group over uid range", "[users @staff]\npassword.history = 3\n[users 1000:1000]\npassword.history = 2\n", "3 (a.conf:2 [users @staff])"},
		{"user over group", "[users alice]\npassword.history = 4\n[users @staff]\npassword.history = 3\n", "4 (a.conf:2 [users alice])"},
		{"later group", "[users @staff]\npassword.history = 3\n[users @admins]\npassword.history = 5\n", "5 (a.conf:4 [users @admins])"},
		{"later uid range", "[users 1:2000]\npassword.history = 3\n[users 1000:1000]\npassword.history = 5\n", "5 (a.conf:4 [users 1000:1000])"},
		{"behind a section for somebody else", "[users bob]\npassword.history = 1\n[users alice]\npassword.history = 6\n", "6 (a.conf:4 [users alice])"},
		{"before a section for somebody else", "[users alice]\npassword.history = 6\n[users bob]\npassword.history = 1\n", "6 (a.conf:2 [users alice])"},
		{"others' lines", "[users bob]\npassword.history = 1\n[users @other]\npassword.history = 2\n[users 1:999]\npassword.history = 3\n", "24 (default)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;
		struct settings settings;
		char got[256];

		print_message("%s\n", rows[i].name);
		policy_sample_text(&sample, rows[i].text);
		assert_int_equal(sample.result, 0);
		policy_resolve(&sample.policy, &alice, &settings);
		assert_string_equal(policy_sample_setting(&settings, KEYWORD_password_history, got, sizeof got), rows[i].want);
	}
}

/* Levels 0 to 4: general, uid range, group, another group, user. */
static const char *const sections[] = {"[password]\nhistory = ", "[users 1:2000]\npassword.history = ", "[users @staff]\npassword.history = ",
				       "[users @admins]\npassword.history = ", "[users alice]\npassword.history = "};
static const int ranks[] = {0, 1, 2, 2, 3};
#define LEVELS 5

/* Three files with one line each, of every level: the highest rank wins, and the last of equals. */
static void precedence_against_a_reference(void **state)
{
	(void)state;
	for (int n = 0; n < LEVELS * LEVELS * LEVELS; n++) {
		const int chosen[3] = {n % LEVELS, n / LEVELS % LEVELS, n / LEVELS / LEVELS};
		char texts[3][64];
		const char *const files[3] = {texts[0], texts[1], texts[2]};
		struct policy_sample sample SAMPLE_FREED;
		struct settings settings;
		int want = 0;

		for (int i = 0; i < 3; i++) {
			(void)snprintf(texts[i], sizeof texts[i], "%s%d\n", sections[chosen[i]], i + 1);
			if (ranks[chosen[i]] >= ranks[chosen[want]])
				want = i;
		}
		policy_sample_texts(&sample, files, 3);
		assert_int_equal(sample.result, 0);
		policy_resolve(&sample.policy, &alice, &settings);
		assert_int_equal(settings.password_history, want + 1);
	}
}

static void nobody_is_the_general_rules(void **state)
{
	struct policy_sample sample SAMPLE_FREED;
	struct settings settings;

	(void)state;
	policy_sample_text(&sample, "[password]\nhistory = 1\n[users alice]\npassword.history = 2\n[users 0:4294967294]\npassword.history = 3\n");
	policy_resolve(&sample.policy, NULL, &settings);
	assert_int_equal(settings.password_history, 1);
}

static void named_sections(void **state)
{
	static const struct {
		const char *name, *service, *factor;
		enum keyword keyword;
		const char *want;
	} rows[] = {
		{"its own line", "sshd", NULL, KEYWORD_service_mfa, "required (b.conf:2 [service sshd])"},
		{"the line of an earlier file", "sshd", NULL, KEYWORD_service_side, "remote (a.conf:3 [service sshd])"},
		{"not set in its section", "sshd", NULL, KEYWORD_service_require, "\"\" (default)"},
		{"of another name", "login", NULL, KEYWORD_service_mfa, "off (a.conf:5 [service login])"},
		{"beginning of a name", "ssh", NULL, KEYWORD_service_mfa, "auto (default)"},
		{"a name without section", "su", NULL, KEYWORD_service_mfa, "auto (default)"},
		{"no name", NULL, NULL, KEYWORD_service_mfa, "auto (default)"},
		{"a factor of that name is another thing", NULL, "sshd", KEYWORD_service_mfa, "auto (default)"},
		{"factor", "sshd", "key", KEYWORD_factor_use, "pam:token (a.conf:7 [factor key])"},
		{"a service of that name is another thing", "key", NULL, KEYWORD_factor_use, "\"\" (default)"},
		{"general lines hold beside", "sshd", "key", KEYWORD_password_history, "7 (a.conf:9)"},
		{"people's lines hold beside", "sshd", "key", KEYWORD_password_retry, "2 (b.conf:4 [users alice])"},
	};
	static const char *const files[] = {
		"[service sshd]\nmfa = off\nside = remote\n[service login]\nmfa = off\n[factor key]\nuse = pam:token\n[password]\nhistory = 7\n",
		"[service sshd]\nmfa = required\n[users alice]\npassword.retry = 2\n"};
	struct policy_sample sample SAMPLE_FREED;

	(void)state;
	policy_sample_texts(&sample, files, 2);
	assert_int_equal(sample.result, 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct policy_names names = {.service = rows[i].service, .factor = rows[i].factor};
		struct settings settings;
		char got[256];

		print_message("%s\n", rows[i].name);
		policy_resolve_for(&sample.policy, &alice, &names, &settings);
		assert_string_equal(policy_sample_setting(&settings, rows[i].keyword, got, sizeof got), rows[i].want);
	}
}

static void names_of_sections(void **state)
{
	static const char *const files[] = {"[service b]\n[factor f]\nuse = pam:f\n[service a]\nmfa = off\n", "[service a]\nmfa = required\n[service c]\n"};
	const char *names[4] = {NULL};
	struct policy_sample sample SAMPLE_FREED;

	(void)state;
	policy_sample_texts(&sample, files, 2);
	assert_int_equal(policy_section_names(&sample.policy, SECTION_service, names, 4), 3);
	assert_string_equal(names[0], "b");
	assert_string_equal(names[1], "a");
	assert_string_equal(names[2], "c");
	assert_null(names[3]);
	assert_int_equal(policy_section_names(&sample.policy, SECTION_service, names, 0), 3);
	assert_int_equal(policy_section_names(&sample.policy, SECTION_password, names, 4), 0);
	assert_int_equal(policy_section_names(&sample.policy, SECTION_factor, names, 4), 1);
	assert_string_equal(names[0], "f");
	assert_string_equal(names[1], "a");
}

static void defaults_are_the_company_policy(void **state)
{
	struct settings settings;
	struct policy policy;

	(void)state;
	policy_defaults(&policy);
	assert_int_equal(strlen(policy.hash), 64);
	policy_resolve(&policy, &alice, &settings);
	assert_int_equal(settings.password_mode, MODE_ENFORCE);
	assert_int_equal(settings.password_min_length, 15);
	assert_int_equal(settings.password_min_length_with_mfa, 8);
	assert_int_equal(settings.password_min_classes, 0);
	assert_int_equal(settings.password_max_repeat, 0);
	assert_int_equal(settings.password_max_sequence, 0);
	assert_int_equal(settings.password_max_age, 0);
	assert_int_equal(settings.password_history, 24);
	assert_false(settings.password_non_ascii);
	assert_true(settings.password_enforce_for_root);
	assert_true(settings.password_common_passwords);
	assert_int_equal(settings.policy_max_exception, 90 * DAY_S);
	assert_int_equal(settings.policy_language, POLICY_LANGUAGE_AUTO);
	assert_string_equal(settings.report_contact, "");
	/* nobody is shut out by an empty file: these start in observe, without an end */
	assert_int_equal(settings.mfa_mode, MODE_OBSERVE);
	assert_int_equal(settings.access_mode, MODE_OBSERVE);
	assert_int_equal(settings.mfa_remote, MFA_IF_ENROLLED);
	assert_int_equal(settings.access_allow.count, 0);
	assert_int_equal(settings.lockout_mode, MODE_ENFORCE);
	assert_int_equal(settings.lockout_attempts, 5);
	assert_int_equal(settings.lockout_root_attempts, 5);
	assert_int_equal(settings.service_mfa, SERVICE_MFA_AUTO);
	assert_int_equal(settings.factor_digits, FACTOR_DIGITS_6);
	assert_int_equal(settings.password_company_words.count, 0);
}

static void values_of_every_kind(void **state)
{
	struct policy_sample sample SAMPLE_FREED;
	struct settings settings;

	(void)state;
	policy_sample_text(&sample, "[policy]\ndocument = \" a \\\"b\\\" # c\"\napproved_on = 2026-11-01\nlanguage = ja\n[password]\nmode = observe\n"
				    "observe_until = 2026-11-01T00:00:01Z\nnon_ascii = yes\nmax_age = 90d\nwarn_age = 36h\n"
				    "company_words =  mutex ,our product\t, 製品 \nblock_lists = /etc/mutex/a b.txt,/etc/c\n");
	assert_string_equal(sample.problems, "");
	policy_resolve(&sample.policy, NULL, &settings);
	assert_string_equal(settings.policy_document, " a \"b\" # c");
	assert_int_equal(settings.policy_approved_on, 1793491200);
	assert_int_equal(settings.policy_language, POLICY_LANGUAGE_JA);
	assert_int_equal(settings.password_mode, MODE_OBSERVE);
	assert_int_equal(settings.password_observe_until, 1793491201);
	assert_true(settings.password_non_ascii);
	assert_int_equal(settings.password_max_age, 90 * DAY_S);
	assert_int_equal(settings.password_warn_age, 36 * 3600);
	assert_int_equal(settings.password_company_words.count, 3);
	assert_string_equal(settings.password_company_words.words[1], "our product");
	assert_string_equal(settings.password_company_words.words[2], "製品");
	assert_null(settings.password_company_words.words[3]);
	assert_string_equal(settings.password_block_lists.words[0], "/etc/mutex/a b.txt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(precedence),
		cmocka_unit_test(precedence_against_a_reference),
		cmocka_unit_test(nobody_is_the_general_rules),
		cmocka_unit_test(named_sections),
		cmocka_unit_test(names_of_sections),
		cmocka_unit_test(defaults_are_the_company_policy),
		cmocka_unit_test(values_of_every_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
