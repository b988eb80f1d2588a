/* SPDX-License-Identifier: BSD-2-Clause */
/* The canonical text: the dump of a dump is the same, means the same for everybody, and carries the hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "policy_sample.h"
#include "value.h"

#define DUMP_SIZE (POLICY_FILE_BYTES_MAX + 1)

static const char *dump_of(const struct policy *policy, char *buffer)
{
	struct text t;

	text_init(&t, buffer, DUMP_SIZE);
	policy_dump(policy, &t);
	assert_int_equal(text_end(&t), 0);
	return buffer;
}

static void assert_same_settings(const struct policy *a, const struct policy *b, const struct person *person)
{
	const struct policy_names names = {.service = "sshd", .factor = "k"};
	struct settings x, y;

	policy_resolve_for(a, person, &names, &x);
	policy_resolve_for(b, person, &names, &y);
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		union value v, w;

		value_get(keyword_row(i), &x, &v);
		value_get(keyword_row(i), &y, &w);
		if (!value_equal(keyword_row(i), &v, &w))
			fail_msg("%s differs for %s", keyword_row(i)->name, person != NULL ? person->name : "all");
	}
}

/* Every pair of groups, uids on both sides of the ranges, users that are named and that are not. */
static void assert_same_for_everybody(const struct policy *a, const struct policy *b)
{
	static const char *const groups[] = {"a", "b", "c"};
	static const char *const names[] = {"alice", "bob", "carol"};
	static const uid_t uids[] = {0, 10, 15, 1000};

	assert_same_settings(a, b, NULL);
	for (size_t mask = 0; mask < 8; mask++) {
		const char *in[3];
		struct person person = {.groups = in};

		for (size_t i = 0; i < 3; i++)
			if ((mask >> i & 1) != 0)
				in[person.group_count++] = groups[i];
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			for (size_t k = 0; k < sizeof uids / sizeof uids[0]; k++) {
				person.name = names[i];
				person.uid = uids[k];
				assert_same_settings(a, b, &person);
			}
	}
}

static void dump_of_dump_is_the_same(void **state)
{
	static const struct {
		const char *name, *files[3];
	} rows[] = {
		{"nothing", {""}},
		{"profile", {"[policy]\nprofile = cis-debian12\n"}},
		{"texts that need quotes", {"[policy]\ndocument = \" x # \\\"y\\\" \\\\ \"\nversion = a\\b\n[report]\ncontact = \"\\\"\"\n"}},
		{"lists", {"[password]\ncompany_words = a,b , c d\nblock_lists = \"/etc/a#b\"\n"}},
		{"list with quotes", {"[password]\ncompany_words = \"a \\\"b\\\", c\\\\d\"\n"}},
		{"dates", {"[password]\nmode = observe\nobserve_until = 2099-01-01T00:00:00Z\n"}},
		{"people", {"[users alice]\npassword.history = 1\n[users @a]\npassword.retry = 2\n[users 1:10]\npassword.history = 3\n"}},
		{"groups that win in turn",
		 {"[users @a]\npassword.history = 1\npassword.retry = 1\n[users @b]\npassword.history = 2\npassword.retry = 2\n", "[users @a]\npassword.history = 3\n",
		  "[users @b]\npassword.min_length = 20\n[users @c]\npassword.history = 4\n"}},
		{"uid ranges that win in turn", {"[users 1:10]\npassword.history = 1\n[users 10:20]\npassword.history = 2\n", "[users 1:10]\npassword.history = 3\n"}},
		{"named sections",
		 {"[service sshd]\nmfa = off\n[factor k]\nuse = pam:k\n[service none]\n[users @a]\npassword.history = 1\n[service login]\nside = local\n",
		  "[service login]\nside = remote\n[factor j]\ntimeout = 5s\nuse = \"exec:/a#b\"\n", "[service sshd]\nrequire = password+totp\n"}},
		{"observe without an end", {"[mfa]\nremote = required\n"}},
		{"observe with an end of the default mode", {"[mfa]\nobserve_until = 2099-01-01\n"}},
		{"observe of one, enforce in general", {"[mfa]\nmode = enforce\n[users a]\nmfa.mode = observe\nmfa.observe_until = 2099-01-01\n"}},
		{"lines replaced by later files", {"[password]\nhistory = 1\n[users bob]\npassword.history = 2\n", "[password]\nhistory = 2\n[users bob]\npassword.history = 3\n"}},
	};
	static char first[DUMP_SIZE], second[DUMP_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample sample SAMPLE_FREED, again SAMPLE_FREED;
		size_t files = 0;

		print_message("%s\n", rows[i].name);
		while (files < 3 && rows[i].files[files] != NULL)
			files++;
		policy_sample_texts(&sample, rows[i].files, files);
		assert_int_equal(sample.result, 0);
		policy_sample_text(&again, dump_of(&sample.policy, first));
		assert_int_equal(again.result, 0);
		assert_string_equal(dump_of(&again.policy, second), first);
		assert_string_equal(again.policy.hash, sample.policy.hash);
		assert_int_equal(again.policy.profile, sample.policy.profile);
		assert_same_for_everybody(&sample.policy, &again.policy);
	}
}

static void people_keep_their_order(void **state)
{
	static const char *const files[] = {"[users @a]\npassword.retry = 1\npassword.history = 1\n[users @b]\npassword.history = 2\n",
					    "[users @a]\npassword.history = 3\n"};
	static const char want[] = "\n[users @a]\npassword.retry = 1\n\n[users @b]\npassword.history = 2\n\n[users @a]\npassword.history = 3\n";
	struct policy_sample sample SAMPLE_FREED;
	static char dump[DUMP_SIZE];
	const char *users;

	(void)state;
	policy_sample_texts(&sample, files, 2);
	users = strstr(dump_of(&sample.policy, dump), "\n[users");
	assert_non_null(users);
	assert_string_equal(users, want);
}

static void named_sections_come_once(void **state)
{
	static const char *const files[] = {"[factor k]\ntimeout = 60s\nuse = pam:k\n[service b]\nmfa = off\nside = local\n[service a]\n",
					    "[service b]\nmfa = required\n[users x]\npassword.retry = 1\n"};
	static const char want[] = "\n[service b]\nside = local\nmfa = required\n\n[service a]\n\n[factor k]\nuse = pam:k\ntimeout = 1min\n"
				   "\n[users x]\npassword.retry = 1\n";
	struct policy_sample sample SAMPLE_FREED;
	static char dump[DUMP_SIZE];
	const char *named;

	(void)state;
	policy_sample_texts(&sample, files, 2);
	named = strstr(dump_of(&sample.policy, dump), "\n[service");
	assert_non_null(named);
	assert_string_equal(named, want);
}

static void hash_follows_the_meaning(void **state)
{
	static const struct {
		const char *name, *a, *b;
		bool equal;
	} rows[] = {
		{"spelling, order, comments", "[password]\nhistory = 3\nretry = 2\n", "# x\r\n[password]\r\n retry=2 # y\r\nhistory = \"3\"", true},
		{"a default written out", "[password]\nhistory = 24\n", "", true},
		{"units", "[password]\nmax_age = 2d\nwarn_age = 1d\n", "[password]\nmax_age = 48h\nwarn_age = 24h\n", true},
		{"another number", "[password]\nhistory = 3\n", "[password]\nhistory = 4\n", false},
		{"order of services", "[service a]\nmfa = off\n[service b]\nmfa = off\n[mfa]\none_line = yes\n",
		 "[mfa]\none_line = yes\n[service a]\nmfa = off\n[service b]\nmfa = off\n", true},
		{"another service", "[service a]\nmfa = off\n", "[service b]\nmfa = off\n", false},
		{"a factor instead of a service", "[factor a]\nuse = pam:x\n", "[service a]\nrequire = password\n", false},
		{"another document", "[policy]\nversion = 1\n", "[policy]\nversion = 2\n", false},
		{"another person", "[users a]\npassword.history = 3\n", "[users b]\npassword.history = 3\n", false},
		{"another order of groups", "[users @a]\npassword.history = 3\n[users @b]\npassword.history = 4\n",
		 "[users @b]\npassword.history = 4\n[users @a]\npassword.history = 3\n", false},
		{"profile or its values", "[policy]\nprofile = pci-dss-4\n",
		 "[password]\nmin_length = 12\nmin_length_with_mfa = 12\nletters_and_digits = yes\nhistory = 4\nmax_age = 90d\n", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample a SAMPLE_FREED, b SAMPLE_FREED;

		print_message("%s\n", rows[i].name);
		policy_sample_text(&a, rows[i].a);
		policy_sample_text(&b, rows[i].b);
		assert_int_equal(a.result, 0);
		assert_int_equal(b.result, 0);
		assert_int_equal(strcmp(a.policy.hash, b.policy.hash) == 0, rows[i].equal);
	}
}

/* The hash of an empty file and that of the compiled defaults, which have no arena, are the same; that it is SHA-256 of the text that
 * mutexctl dump prints is shown in it_mutexctl_policy.sh, with sha256sum. */
static void defaults_have_the_hash_of_an_empty_file(void **state)
{
	struct policy_sample sample SAMPLE_FREED;
	static char first[DUMP_SIZE], second[DUMP_SIZE];
	struct policy defaults;

	(void)state;
	policy_defaults(&defaults);
	policy_sample_text(&sample, "");
	assert_int_equal(strlen(defaults.hash), 64);
	assert_string_equal(defaults.hash, sample.policy.hash);
	assert_string_equal(dump_of(&defaults, first), dump_of(&sample.policy, second));
}

/* The longest list that is accepted can be dumped and read again. */
static void long_lists_survive(void **state)
{
	static char text[POLICY_LINE_BYTES_MAX + 256], dump[DUMP_SIZE], again_dump[DUMP_SIZE];
	size_t longest = 0;

	(void)state;
	for (size_t len = 3900; len < POLICY_LINE_BYTES_MAX; len++) {
		struct policy_sample sample SAMPLE_FREED = {0}, again SAMPLE_FREED = {0};
		struct text t;

		TEXT_INTO(&t, text);
		text_add(&t, "[password]\ncompany_words = ");
		for (size_t i = 0; i < len; i++)
			text_add_char(&t, i > 0 && i < 120 && i % 2 == 1 ? ',' : 'x');
		text_add(&t, "\n");
		policy_sample_text(&sample, text);
		if (sample.result != 0)
			break;
		longest = len;
		policy_sample_text(&again, dump_of(&sample.policy, dump));
		assert_string_equal(again.problems, "");
		assert_string_equal(dump_of(&again.policy, again_dump), dump);
	}
	assert_in_range(longest, 3900, POLICY_LINE_BYTES_MAX - 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dump_of_dump_is_the_same), cmocka_unit_test(people_keep_their_order), cmocka_unit_test(named_sections_come_once),
		cmocka_unit_test(hash_follows_the_meaning),
		cmocka_unit_test(defaults_have_the_hash_of_an_empty_file), cmocka_unit_test(long_lists_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
