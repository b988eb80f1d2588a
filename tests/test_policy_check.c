/* SPDX-License-Identifier: BSD-2-Clause */
/* What lines of a policy say about each other, and what time brings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy_check.h"
#include "policy_rows.h"

static void observe_needs_an_end(void **state)
{
	static const struct file_row rows[] = {
		{"general", "[password]\nmode = observe\n", "a.conf:2:8: error: mode = observe needs an end; add observe_until = YYYY-MM-DD\n"},
		{"general, none", "[password]\nmode = observe\nobserve_until = none\n",
		 "a.conf:2:8: error: mode = observe needs an end; add observe_until = YYYY-MM-DD\n"},
		{"users, none anywhere", "[users a]\npassword.mode = observe\n",
		 "a.conf:2:17: error: mode = observe needs an end; add password.observe_until = YYYY-MM-DD\n"},
		{"lock-out", "[lockout]\nmode = observe\n", "a.conf:2:8: error: mode = observe needs an end; add observe_until = YYYY-MM-DD\n"},
		{"the default of [mfa], written", "[mfa]\nmode = observe\n", "a.conf:2:8: error: mode = observe needs an end; add observe_until = YYYY-MM-DD\n"},
		{"the default of [access], not written", "[access]\nposture = deny\n", ""},
		{"a wrong mode is told once", "[mfa]\nmode = on\n", "a.conf:2:8: error: \"on\" is no value of mode; allowed: observe, enforce\n"},
		{"users, own", "[users a]\npassword.mode = observe\npassword.observe_until = 2099-01-01\n", ""},
		{"users, the general one", "[password]\nobserve_until = 2099-01-01\n[users a]\npassword.mode = observe\n", ""},
		{"users, another's", "[users a]\npassword.observe_until = 2099-01-01\n[users b]\npassword.mode = observe\n",
		 "a.conf:4:17: error: mode = observe needs an end; add password.observe_until = YYYY-MM-DD\n"},
		{"users take it away", "[password]\nmode = observe\nobserve_until = 2099-01-01\n[users a]\npassword.observe_until = none\n",
		 "a.conf:5:26: error: [users WHO] cannot take observe_until away; write a date\n"},
		{"users take away what a group set", "[users @g]\npassword.mode = observe\npassword.observe_until = 2099-01-01\n"
						     "[users a]\npassword.observe_until = none\n",
		 "a.conf:5:26: error: [users WHO] cannot take observe_until away; write a date\n"},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void numbers_that_do_not_fit_together(void **state)
{
	static const struct file_row rows[] = {
		{"longer beside a second factor", "[password]\nmin_length = 10\nmin_length_with_mfa = 12\n",
		 "a.conf:3:23: warning: min_length_with_mfa is more than min_length: a password beside a second factor would have to be longer\n"},
		{"against the default", "[password]\nmin_length = 7\n",
		 "a.conf:2:14: warning: min_length_with_mfa is more than min_length: a password beside a second factor would have to be longer\n"},
		{"equal", "[password]\nmin_length = 8\n", ""},
		{"for some people only", "[password]\nmin_length_with_mfa = 12\n[users a]\npassword.min_length = 10\n",
		 "a.conf:4:23: warning: min_length_with_mfa is more than min_length: a password beside a second factor would have to be longer\n"},
		{"age", "[password]\nmax_age = 5d\nmin_age = 6d\nwarn_age = 1d\n",
		 "a.conf:3:11: warning: min_age is more than max_age: a password would have to be changed before it may be changed\n"},
		{"a first lock-out longer than the longest", "[lockout]\nduration = 1d\n",
		 "a.conf:2:12: error: duration is more than max_duration: the first lock-out would be longer than the longest; change one of them\n"},
		{"the same for root", "[users root]\nlockout.root_max_duration = 30s\n",
		 "a.conf:2:29: error: root_duration is more than root_max_duration: the first lock-out would be longer than the longest; change one of them\n"},
		{"equally long", "[lockout]\nduration = 4h\n", ""},
		{"disabled before it is locked", "[lockout]\nattempts = 60\n",
		 "a.conf:2:12: warning: attempts is more than hard_limit: a factor would be disabled before any lock-out\n"},
		{"no hard limit", "[lockout]\nattempts = 60\nhard_limit = 0\n", ""},
		{"no age at all", "[password]\nmin_age = 6d\nwarn_age = 8d\n", ""},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void later_lines_win(void **state)
{
	static const struct {
		const char *name, *first, *second, *want;
	} rows[] = {
		{"general", "[password]\nhistory = 3\n", "[password]\n\nhistory = 4\n",
		 "b.conf:3:11: warning: this replaces password.history of a.conf:2, because the later line wins\n"},
		{"one user", "[users a]\npassword.history = 3\n", "[users a]\npassword.history = 4\n",
		 "b.conf:2:20: warning: this replaces password.history of a.conf:2, because the later line wins\n"},
		{"two users", "[users a]\npassword.history = 3\n", "[users b]\npassword.history = 4\n", ""},
		{"one service", "[service sshd]\nmfa = off\nside = local\n", "[service sshd]\nmfa = required\n",
		 "b.conf:2:7: warning: this replaces service.mfa of a.conf:2, because the later line wins\n"},
		{"two services", "[service sshd]\nmfa = off\n", "[service login]\nmfa = required\n", ""},
		{"two groups", "[users @a]\npassword.history = 3\n", "[users @b]\npassword.history = 4\n",
		 "b.conf:2:20: warning: for whoever is in both @b and @a this line wins over a.conf:2, because it is the later one\n"},
		{"two groups that agree", "[users @a]\npassword.history = 3\n", "[users @b]\npassword.history = 3\n", ""},
		{"uids that overlap", "[users 1:10]\npassword.history = 3\n", "[users 10:20]\npassword.history = 4\n",
		 "b.conf:2:20: warning: for whoever is in both 10:20 and 1:10 this line wins over a.conf:2, because it is the later one\n"},
		{"uids that do not", "[users 1:9]\npassword.history = 3\n", "[users 10:20]\npassword.history = 4\n", ""},
		{"group and user: precedence, not order", "[users a]\npassword.history = 3\n", "[users @a]\npassword.history = 4\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *const texts[] = {rows[i].first, rows[i].second};
		struct policy_sample sample SAMPLE_FREED;

		print_message("%s\n", rows[i].name);
		policy_sample_texts(&sample, texts, 2);
		assert_int_equal(sample.result, 0);
		assert_string_equal(sample.problems, rows[i].want);
	}
}

static void time_makes_findings(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{"before the end", "[password]\nmode = observe\nobserve_until = 2026-01-02\n", ""},
		{"after it", "[password]\nmode = observe\nobserve_until = 2026-01-01\n",
		 "a.conf:3:17: error: observe_until = 2026-01-01 has passed, and still nothing is refused; write mode = enforce, or a later date\n"},
		{"after it, but enforcing", "[password]\nmode = enforce\nobserve_until = 2026-01-01\n", ""},
		{"some people", "[users a]\npassword.mode = observe\npassword.observe_until = 2025-12-31\n",
		 "a.conf:3:26: error: observe_until = 2025-12-31 has passed for a, and still nothing is refused; write mode = enforce, or a later date\n"},
		{"some people, general mode", "[password]\nmode = observe\nobserve_until = 2099-01-01\n[users a]\npassword.observe_until = 2025-12-31\n",
		 "a.conf:5:26: error: observe_until = 2025-12-31 has passed for a, and still nothing is refused; write mode = enforce, or a later date\n"},
		{"some people enforce, general mode has passed for the rest",
		 "[password]\nmode = observe\nobserve_until = 2025-12-31\n[users a]\npassword.mode = enforce\n",
		 "a.conf:3:17: error: observe_until = 2025-12-31 has passed, and still nothing is refused; write mode = enforce, or a later date\n"},
		{"against its own profile", "[policy]\nprofile = nist-800-63b-4\n[password]\nmin_classes = 3\n",
		 "a.conf:4:1: warning: password.min_classes is 3 (a.conf:4); nist-800-63b-4 forbids such a rule (NIST SP 800-63B-4, 3.1.1.2: "
		 "shall not impose other composition rules)\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;
		char problems[2048] = "";
		struct text t;

		print_message("%s\n", rows[i].name);
		policy_sample_text(&sample, rows[i].text);
		assert_int_equal(sample.result, 0);
		policy_check_now(&sample.policy, 1767225600 /* 2026-01-01 */, &sample.diags);
		TEXT_INTO(&t, problems);
		for (size_t k = 0; k < sample.diags.count; k++)
			diag_format(&sample.items[k], &t);
		assert_string_equal(problems, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(observe_needs_an_end),
		cmocka_unit_test(numbers_that_do_not_fit_together),
		cmocka_unit_test(later_lines_win),
		cmocka_unit_test(time_makes_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
