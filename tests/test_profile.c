/* SPDX-License-Identifier: BSD-2-Clause */
/* Profiles: their numbers and sources, the defaults they set, and what a comparison finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "policy_sample.h"
#include "profile.h"

#define P(name) KEYWORD_password_##name
#define L(name) KEYWORD_lockout_##name

static void numbers_and_sources(void **state)
{
	static const struct {
		int profile;
		enum keyword keyword;
		const char *demand, *citation;
	} rows[] = {
		{PROFILE_NIST, P(min_length), "at least 15", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_NIST, P(min_length_with_mfa), "at least 8", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_NIST, P(min_classes), "no such rule", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_NIST, P(max_repeat), "no such rule", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_NIST, P(max_sequence), "no such rule", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_NIST, P(max_age), "no such rule", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_NIST, P(common_passwords), "yes", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_CIS, P(min_difference), "at least 2", "CIS Debian 12, 5.3.3.2.1"},
		{PROFILE_CIS, P(min_length), "at least 14", "CIS Debian 12, 5.3.3.2.2"},
		{PROFILE_CIS, P(min_length_with_mfa), "at least 14", "CIS Debian 12, 5.3.3.2.2"},
		{PROFILE_CIS, P(min_classes), "at least 4", "CIS Debian 12, 5.3.3.2.3"},
		{PROFILE_CIS, P(max_repeat), "at most 3", "CIS Debian 12, 5.3.3.2.4"},
		{PROFILE_CIS, P(max_sequence), "at most 3", "CIS Debian 12, 5.3.3.2.5"},
		{PROFILE_CIS, P(common_passwords), "yes", "CIS Debian 12, 5.3.3.2.6"},
		{PROFILE_CIS, P(mode), "enforce", "CIS Debian 12, 5.3.3.2.7"},
		{PROFILE_CIS, P(enforce_for_root), "yes", "CIS Debian 12, 5.3.3.2.8"},
		{PROFILE_CIS, P(history), "at least 24", "CIS Debian 12, 5.3.3.3.1"},
		{PROFILE_CIS, P(max_age), "at most 365d", "CIS Debian 12, 5.4.1.1"},
		{PROFILE_CIS, P(min_age), "at least 1d", "CIS Debian 12, 5.4.1.2"},
		{PROFILE_CIS, P(warn_age), "at least 1w", "CIS Debian 12, 5.4.1.3"},
		{PROFILE_PCI, P(min_length), "at least 12", "PCI DSS 4.0.1, 8.3.6"},
		{PROFILE_PCI, P(letters_and_digits), "yes", "PCI DSS 4.0.1, 8.3.6"},
		{PROFILE_NIST, P(letters_and_digits), "no such rule", "NIST SP 800-63B-4, 3.1.1.2"},
		{PROFILE_PCI, P(history), "at least 4", "PCI DSS 4.0.1, 8.3.7"},
		{PROFILE_PCI, P(max_age), "at most 90d", "PCI DSS 4.0.1, 8.3.9"},
		{PROFILE_NIST, L(hard_limit), "at most 33", "NIST SP 800-63B-4, 3.2.2"},
		{PROFILE_NIST, L(mode), "enforce", "a rule that is only observed"},
		{PROFILE_CIS, L(mode), "enforce", "CIS Debian 12, 5.3.2.2"},
		{PROFILE_CIS, L(attempts), "at most 5", "CIS Debian 12, 5.3.3.1.1"},
		{PROFILE_CIS, L(duration), "at least 15min", "CIS Debian 12, 5.3.3.1.2"},
		{PROFILE_CIS, L(root_attempts), "at most 5", "CIS Debian 12, 5.3.3.1.3"},
		{PROFILE_CIS, L(root_duration), "at least 15min", "CIS Debian 12, 5.3.3.1.3"},
		{PROFILE_PCI, L(mode), "enforce", "a rule that is only observed"},
		{PROFILE_PCI, L(attempts), "at most 10", "PCI DSS 4.0.1, 8.3.4"},
		{PROFILE_PCI, L(duration), "at least 30min", "PCI DSS 4.0.1, 8.3.4"},
		{PROFILE_PCI, L(root_attempts), "at most 10", "PCI DSS 4.0.1, 8.3.4"},
		{PROFILE_PCI, L(root_duration), "at least 30min", "PCI DSS 4.0.1, 8.3.4"},
		{PROFILE_PCI, L(root_max_duration), "at least 30min", "PCI DSS 4.0.1, 8.3.4"},
		{PROFILE_CIS, KEYWORD_lock_mode, "enforce", "a rule that is only observed"},
		{PROFILE_CIS, KEYWORD_lock_after, "at most 15min", "CIS Debian 12, 1.7.4"},
		{PROFILE_CIS, KEYWORD_lock_grace, "at most 5s", "CIS Debian 12, 1.7.4"},
		{PROFILE_PCI, KEYWORD_lock_mode, "enforce", "a rule that is only observed"},
		{PROFILE_PCI, KEYWORD_lock_after, "at most 15min", "PCI DSS 4.0.1, 8.2.8"},
		{PROFILE_COMPANY, KEYWORD_lock_after, "at most 5min", "the company's default"},
		{PROFILE_COMPANY, L(mode), "enforce", "the company's default"},
		{PROFILE_COMPANY, L(attempts), "at most 5", "the company's default"},
		{PROFILE_COMPANY, L(duration), "at least 15min", "the company's default"},
		{PROFILE_COMPANY, KEYWORD_mfa_remote, "at least if-enrolled", "the company's default"},
		{PROFILE_COMPANY, KEYWORD_mfa_hardware_keys, "no", "the company's default"},
		{PROFILE_COMPANY, KEYWORD_mfa_remember, "at most 0", "the company's default"},
		{PROFILE_COMPANY, KEYWORD_access_posture_grace, "at most 1d", "the company's default"},
		{PROFILE_COMPANY, P(min_length), "at least 15", "the company's default"},
		{PROFILE_COMPANY, P(retry), "at most 3", "the company's default"},
		{PROFILE_COMPANY, P(mode), "enforce", "the company's default"},
		{PROFILE_COMPANY, KEYWORD_policy_max_exception, "at most 90d", "the company's default"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct profile_row row;
		char demand[128];
		struct text t;

		print_message("%s %s\n", profile_name(rows[i].profile), keyword_row(rows[i].keyword)->name);
		assert_true(profile_demand(rows[i].profile, rows[i].keyword, &row));
		assert_int_equal(row.profile, rows[i].profile);
		TEXT_INTO(&t, demand);
		profile_add_demand(&row, &t);
		assert_string_equal(demand, rows[i].demand);
		assert_memory_equal(row.citation, rows[i].citation, strlen(rows[i].citation));
	}
}

static void silent_profiles(void **state)
{
	struct profile_row row;

	(void)state;
	assert_false(profile_demand(PROFILE_NIST, P(history), &row));
	assert_false(profile_demand(PROFILE_COMPANY, P(min_classes), &row));
	assert_false(profile_demand(PROFILE_COMPANY, P(max_age), &row));
	assert_false(profile_demand(PROFILE_COMPANY, P(non_ascii), &row));
	assert_false(profile_demand(PROFILE_COMPANY, KEYWORD_report_contact, &row));
	assert_false(profile_demand(PROFILE_COMPANY, KEYWORD_mfa_mode, &row));
	assert_false(profile_demand(PROFILE_COMPANY, KEYWORD_access_mode, &row));
	assert_false(profile_demand(PROFILE_NIST, L(attempts), &row));
	assert_false(profile_demand(PROFILE_CIS, L(hard_limit), &row));
	assert_false(profile_demand(PROFILE_MAX, P(history), &row));
	assert_false(profile_demand(-1, P(history), &row));
}

static void names(void **state)
{
	(void)state;
	for (int i = 0; i < PROFILE_MAX; i++)
		assert_int_equal(profile_find(profile_name(i), strlen(profile_name(i))), i);
	assert_int_equal(profile_find("cis", 3), -1);
	assert_null(profile_name(-1));
	assert_null(profile_name(PROFILE_MAX));
}

static void resolve(struct policy_sample *sample, const char *text, struct settings *settings)
{
	policy_sample_text(sample, text);
	assert_string_equal(sample->problems, "");
	policy_resolve(&sample->policy, NULL, settings);
}

/* A policy that is only a profile fulfils that profile. */
static void profiles_fulfil_themselves(void **state)
{
	(void)state;
	for (int i = 0; i < PROFILE_MAX; i++) {
		struct profile_finding findings[PROFILE_FINDINGS_MAX];
		struct policy_sample sample SAMPLE_FREED;
		struct settings settings;
		char text[128];
		size_t count;

		print_message("%s\n", profile_name(i));
		(void)snprintf(text, sizeof text, "[policy]\nprofile = %s\n", profile_name(i));
		resolve(&sample, text, &settings);
		count = profile_compare(&settings, i, i, findings);
		for (size_t k = 0; k < count; k++)
			assert_true(findings[k].kind == PROFILE_CONFLICT || findings[k].kind == PROFILE_NOTE);
		assert_true(count > 0 || i == PROFILE_NIST || i == PROFILE_COMPANY);
	}
}

/* "weaker password.min_length; contradiction password.min_classes; " without conflicts and notes */
static void list_findings(const struct profile_finding *findings, size_t count, char *buffer, size_t size)
{
	struct text t;

	text_init(&t, buffer, size);
	for (size_t i = 0; i < count; i++)
		if (findings[i].kind != PROFILE_CONFLICT && findings[i].kind != PROFILE_NOTE)
			text_add_format(&t, "%s %s; ", profile_finding_kind_name(findings[i].kind), keyword_row(findings[i].keyword)->name);
	assert_int_equal(text_end(&t), 0);
}

#define PCI_LOCKOUT "[lockout]\nattempts = 10\nduration = 30min\nroot_attempts = 10\nroot_duration = 30min\nroot_max_duration = 30min\n"

static void what_a_comparison_finds(void **state)
{
	static const struct {
		const char *name, *text;
		int profile;
		const char *want;
	} rows[] = {
		{"company against NIST", "", PROFILE_NIST, ""},
		{"company against CIS", "", PROFILE_CIS,
		 "weaker min_length_with_mfa; weaker min_classes; weaker max_repeat; weaker max_sequence; weaker max_age; weaker min_age; "
		 "weaker root_duration; "},
		{"company against PCI", "", PROFILE_PCI,
		 "weaker min_length_with_mfa; weaker letters_and_digits; weaker max_age; weaker duration; weaker root_duration; "
		 "weaker root_max_duration; "},
		{"CIS against NIST", "[policy]\nprofile = cis-debian12\n", PROFILE_NIST,
		 "weaker min_length; contradiction min_classes; contradiction max_repeat; contradiction max_sequence; contradiction max_age; "},
		{"NIST against CIS", "[policy]\nprofile = nist-800-63b-4\n", PROFILE_CIS,
		 "weaker min_length_with_mfa; weaker min_classes; contradiction min_classes; weaker max_repeat; contradiction max_repeat; "
		 "weaker max_sequence; contradiction max_sequence; weaker max_age; contradiction max_age; weaker min_age; weaker root_duration; "},
		{"PCI against NIST", "[policy]\nprofile = pci-dss-4\n", PROFILE_NIST, "weaker min_length; contradiction letters_and_digits; contradiction max_age; "},
		{"a line against NIST", "[password]\nmin_classes = 3\n", PROFILE_NIST, "contradiction min_classes; "},
		{"one below", "[password]\nmin_length = 14\n", PROFILE_NIST, "weaker min_length; "},
		{"one below in age", "[policy]\nprofile = pci-dss-4\n[password]\nmax_age = 91d\n", PROFILE_PCI, "weaker max_age; "},
		{"at the limit", "[password]\nmax_age = 90d\nletters_and_digits = yes\nmin_length_with_mfa = 12\n" PCI_LOCKOUT, PROFILE_PCI, ""},
		{"off is weaker than any limit", "[policy]\nprofile = pci-dss-4\n[password]\nmax_age = 0\n", PROFILE_PCI, "weaker max_age; "},
		{"lock-out by one below", "[policy]\nprofile = pci-dss-4\n[lockout]\nattempts = 11\nduration = 29min\nroot_attempts = 0\n", PROFILE_PCI,
		 "weaker attempts; weaker duration; weaker root_attempts; "},
		{"lock-out that only observes", "[lockout]\nmode = observe\nobserve_until = 2099-01-01\nhard_limit = 34\n", PROFILE_NIST, "weaker mode; weaker hard_limit; "},
		{"no hard limit", "[lockout]\nhard_limit = 0\n", PROFILE_NIST, "weaker hard_limit; "},
		{"a lock that only observes", "[policy]\nprofile = pci-dss-4\n[lock]\nmode = observe\nobserve_until = 2099-01-01\n", PROFILE_PCI, "weaker mode; "},
		{"a second factor that is remembered", "[mfa]\nremember = 1h\nremote = off\nlocal = required\nhardware_keys = yes\n", PROFILE_COMPANY,
		 "weaker remote; weaker remember; weaker hardware_keys; "},
		{"grace, none of which is strictest", "[access]\nposture_grace = 2d\nunknown_grace = 0\n", PROFILE_COMPANY, "weaker posture_grace; "},
		{"observing", "[password]\nmode = observe\nobserve_until = 2099-01-01\n", PROFILE_NIST, "weaker mode; "},
		{"a switch", "[password]\ncommon_passwords = no\n", PROFILE_NIST, "weaker common_passwords; "},
		{"below the company", "[policy]\nmax_exception = 91d\n[password]\nhistory = 23\nenforce_for_root = no\n", PROFILE_COMPANY,
		 "weaker max_exception; weaker history; weaker enforce_for_root; "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct profile_finding findings[PROFILE_FINDINGS_MAX];
		struct policy_sample sample SAMPLE_FREED;
		struct settings settings;
		char got[1024];

		print_message("%s\n", rows[i].name);
		resolve(&sample, rows[i].text, &settings);
		list_findings(findings, profile_compare(&settings, sample.policy.profile, rows[i].profile, findings), got, sizeof got);
		assert_string_equal(got, rows[i].want);
	}
}

static void conflicts_are_told_with_both_sources(void **state)
{
	struct profile_finding findings[PROFILE_FINDINGS_MAX];
	struct policy_sample sample SAMPLE_FREED;
	struct settings settings;
	size_t count, conflicts = 0;

	(void)state;
	resolve(&sample, "", &settings);
	count = profile_compare(&settings, PROFILE_COMPANY, PROFILE_CIS, findings);
	for (size_t i = 0; i < count; i++) {
		if (findings[i].kind != PROFILE_CONFLICT)
			continue;
		conflicts++;
		assert_true(findings[i].by_profile);
		assert_int_equal(findings[i].other.profile, PROFILE_NIST);
		assert_int_equal(findings[i].demand.profile, PROFILE_CIS);
	}
	assert_int_equal(conflicts, 4);
}

/* What is only recommended is told as a note, and sets nothing in the profile; what has no effect is not compared. */
static void notes_and_idle_keywords(void **state)
{
	struct profile_finding findings[1 + PROFILE_MAX];
	struct policy_sample sample SAMPLE_FREED, following SAMPLE_FREED;
	struct settings settings;

	(void)state;
	resolve(&sample, "[policy]\nprofile = nist-800-63b-4\n[password]\nmin_length_with_mfa = 1\n", &settings);
	assert_false(settings.password_non_ascii);
	assert_int_equal(settings.origin[P(non_ascii)].level, ORIGIN_DEFAULT);
	assert_int_equal(profile_compare_keyword(&settings, PROFILE_NIST, PROFILE_NIST, P(non_ascii), findings), 1);
	assert_int_equal(findings[0].kind, PROFILE_NOTE);
	assert_int_equal(profile_compare_keyword(&settings, PROFILE_NIST, PROFILE_CIS, KEYWORD_policy_ownership, findings), 0);
	resolve(&following, "[password]\nnon_ascii = yes\n", &settings);
	assert_int_equal(profile_compare_keyword(&settings, PROFILE_COMPANY, PROFILE_NIST, P(non_ascii), findings), 0);
}

/* Clause LK-1 asks for 5 minutes, whatever others are content with. */
static void no_profile_loosens_the_lock(void **state)
{
	static const char *const texts[] = {"[policy]\nprofile = cis-debian12\n", "[policy]\nprofile = pci-dss-4\n"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;
		struct settings settings;

		resolve(&sample, texts[i], &settings);
		assert_int_equal(settings.lock_after, 300);
		assert_int_equal(settings.lock_grace, 0);
		assert_int_equal(settings.origin[KEYWORD_lock_after].level, ORIGIN_DEFAULT);
	}
}

static void a_lock_that_comes_late(void **state)
{
	static const struct {
		int profile;
		int64_t after_s, grace_s;
		size_t after, grace;
	} rows[] = {{PROFILE_CIS, 900, 5, 0, 0}, {PROFILE_CIS, 901, 6, 1, 1}, {PROFILE_PCI, 900, 300, 0, 0}, {PROFILE_PCI, 901, 0, 1, 0}, {PROFILE_NIST, 86400, 300, 0, 0}};
	struct profile_finding findings[1 + PROFILE_MAX];
	struct policy_sample sample SAMPLE_FREED;
	struct settings settings;

	(void)state;
	resolve(&sample, "", &settings);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		settings.lock_after = rows[i].after_s;
		settings.lock_grace = rows[i].grace_s;
		assert_int_equal(profile_compare_keyword(&settings, PROFILE_COMPANY, rows[i].profile, KEYWORD_lock_after, findings), rows[i].after);
		assert_int_equal(profile_compare_keyword(&settings, PROFILE_COMPANY, rows[i].profile, KEYWORD_lock_grace, findings), rows[i].grace);
	}
}

static void sentences(void **state)
{
	static const struct {
		const char *name, *text;
		int profile;
		enum keyword keyword;
		const char *want[3];
	} rows[] = {
		{"weaker", "[password]\nhistory = 3\n", PROFILE_CIS, P(history),
		 {"password.history is 3 (a.conf:2); cis-debian12 demands at least 24 (CIS Debian 12, 5.3.3.3.1: remember 24)"}},
		{"a recommendation", "", PROFILE_NIST, P(non_ascii),
		 {"password.non_ascii is no (default); nist-800-63b-4 recommends yes (NIST SP 800-63B-4, 3.1.1.2: should accept Unicode characters)"}},
		{"a line that the profile forbids", "[password]\nmin_classes = 3\n", PROFILE_NIST, P(min_classes),
		 {"password.min_classes is 3 (a.conf:2); nist-800-63b-4 forbids such a rule (NIST SP 800-63B-4, 3.1.1.2: shall not impose other "
		  "composition rules)"}},
		{"a profile against a profile", "[policy]\nprofile = cis-debian12\n", PROFILE_NIST, P(min_classes),
		 {"password.min_classes is 4 (profile cis-debian12); cis-debian12 demands at least 4 (CIS Debian 12, 5.3.3.2.3: minclass 4), but "
		  "nist-800-63b-4 forbids such a rule (NIST SP 800-63B-4, 3.1.1.2: shall not impose other composition rules)"}},
		{"the other way round", "[policy]\nprofile = nist-800-63b-4\n", PROFILE_CIS, P(min_classes),
		 {"password.min_classes is 0 (profile nist-800-63b-4); cis-debian12 demands at least 4 (CIS Debian 12, 5.3.3.2.3: minclass 4)",
		  "password.min_classes is 0 (profile nist-800-63b-4); nist-800-63b-4 forbids such a rule (NIST SP 800-63B-4, 3.1.1.2: shall not "
		  "impose other composition rules), but cis-debian12 demands at least 4 (CIS Debian 12, 5.3.3.2.3: minclass 4)"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct profile_finding findings[1 + PROFILE_MAX];
		struct policy_sample sample SAMPLE_FREED;
		struct settings settings;
		size_t count;

		print_message("%s\n", rows[i].name);
		resolve(&sample, rows[i].text, &settings);
		count = profile_compare_keyword(&settings, sample.policy.profile, rows[i].profile, rows[i].keyword, findings);
		for (size_t k = 0; rows[i].want[k] != NULL; k++) {
			char got[1024];
			struct text t;

			assert_true(k < count);
			TEXT_INTO(&t, got);
			profile_add_finding(&findings[k], &settings, &t);
			assert_string_equal(got, rows[i].want[k]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_sources),
		cmocka_unit_test(silent_profiles),
		cmocka_unit_test(names),
		cmocka_unit_test(profiles_fulfil_themselves),
		cmocka_unit_test(what_a_comparison_finds),
		cmocka_unit_test(conflicts_are_told_with_both_sources),
		cmocka_unit_test(notes_and_idle_keywords),
		cmocka_unit_test(no_profile_loosens_the_lock),
		cmocka_unit_test(a_lock_that_comes_late),
		cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
