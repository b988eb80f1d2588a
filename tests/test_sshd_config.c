/* SPDX-License-Identifier: BSD-2-Clause */
/* Match blocks as questions to sshd, what sshd answers, and the ways in that it leaves open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sshd_config.h"

static const struct {
	const char *text;
	size_t count;
	struct sshd_match first;
} MATCHES[] = {
	{"UsePAM yes\n", 0, {0}},
	{"Match all\n", 0, {0}},
	{"# Match User alice\n", 0, {0}},
	{"Match User alice\n\tPermitEmptyPasswords yes\n", 1, {.line = 1, .user = "alice"}},
	{"UsePAM yes\n\n  match user alice,bob address 10.0.0.0/8\n", 1, {.line = 3, .user = "alice", .address = "10.0.0.0"}},
	{"Match Group=sftp\n", 1, {.line = 1, .group = "sftp"}},
	{"Match Group \"sftp people\"\n", 1, {.line = 1, .group = "sftp people"}},
	{"Match User !root,*,x\n", 1, {.line = 1, .user = "x"}},
	{"Match Host *.example.com LocalPort 2222\n", 1, {.line = 1, .host = "x.example.com", .local_port = "2222"}},
	{"Match Address 192.168.*.?\n", 1, {.line = 1, .address = "192.168.1.1"}},
	{"Match LocalAddress 2001:db8::/32\n", 1, {.line = 1, .local_address = "2001:db8::"}},
	{"Match User a\nMatch User b\nMatch invalid-user\n", 2, {.line = 1, .user = "a"}},
	{"Match User alice # of sales\n", 1, {.line = 1, .user = "alice"}},
};

static void test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof MATCHES / sizeof MATCHES[0]; i++) {
		struct sshd_match found[1] = {0};
		const struct sshd_match *want = &MATCHES[i].first;

		print_message("%s", MATCHES[i].text);
		assert_int_equal(sshd_match_find(MATCHES[i].text, strlen(MATCHES[i].text), found, 1), MATCHES[i].count);
		assert_int_equal(found[0].line, want->line);
		assert_string_equal(found[0].user, want->user);
		assert_string_equal(found[0].group, want->group);
		assert_string_equal(found[0].host, want->host);
		assert_string_equal(found[0].address, want->address);
		assert_string_equal(found[0].local_address, want->local_address);
		assert_string_equal(found[0].local_port, want->local_port);
	}
}

static void test_includes(void **state)
{
	static const struct {
		const char *line, *words; /* NULL = no include */
	} rows[] = {
		{"Include /etc/ssh/sshd_config.d/*.conf", "/etc/ssh/sshd_config.d/*.conf"},
		{"  include a \"b\" c", "a b c"},
		{"Include=own.conf # mine", "own.conf"},
		{"Include", NULL},
		{"#Include a", NULL},
		{"IncludeX a", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char words[64];
		bool found = sshd_include(rows[i].line, rows[i].line + strlen(rows[i].line), words, sizeof words);

		print_message("%s\n", rows[i].line);
		assert_int_equal(found, rows[i].words != NULL);
		if (found)
			assert_string_equal(words, rows[i].words);
	}
}

#define FINE "usepam yes\npermitemptypasswords no\npubkeyauthentication yes\n"
#define NOTHING FINDING_MAX
static const struct {
	const char *name, *text;
	bool guarded, demanded;
	enum finding_id first;
	size_t count;
	bool note;
} ROWS[] = {
	{"our drop-in", FINE "authenticationmethods publickey,keyboard-interactive:pam keyboard-interactive:pam\n", true, true, NOTHING, 0, false},
	{"our drop-in before the lines are on", FINE "authenticationmethods publickey,keyboard-interactive:pam keyboard-interactive:pam\n", false, true, NOTHING, 0, false},
	{"Debian", FINE "authenticationmethods any\n", true, true, NOTHING, 0, true},
	{"Debian before the lines are on", FINE "authenticationmethods any\n", false, true, FINDING_SSH_KEY_ALONE, 1, false},
	{"nothing demanded", FINE "authenticationmethods any\n", false, false, NOTHING, 0, false},
	{"no keys", "usepam yes\npermitemptypasswords no\npubkeyauthentication no\nauthenticationmethods any\n", false, true, NOTHING, 0, false},
	{"key, then password", FINE "authenticationmethods publickey,password\n", false, true, NOTHING, 0, false},
	{"two keys", FINE "authenticationmethods publickey,publickey\n", false, true, FINDING_SSH_KEY_ALONE, 1, false},
	{"one alternative too many", FINE "authenticationmethods publickey,password hostbased\n", false, true, FINDING_SSH_KEY_ALONE, 1, false},
	{"bsdauth is not PAM", FINE "authenticationmethods publickey,keyboard-interactive:bsdauth\n", false, true, FINDING_SSH_KEY_ALONE, 1, false},
	{"without PAM", "usepam no\npermitemptypasswords no\nauthenticationmethods any\n", true, false, FINDING_SSH_WITHOUT_PAM, 1, false},
	{"without PAM the gate is none", "usepam no\npermitemptypasswords no\npubkeyauthentication yes\nauthenticationmethods any\n", true, true,
	 FINDING_SSH_WITHOUT_PAM, 2, false},
	{"empty passwords", "usepam yes\npermitemptypasswords yes\nauthenticationmethods password\n", true, true, FINDING_SSH_EMPTY_PASSWORDS, 1, false},
	{"nothing asked", FINE "authenticationmethods none\n", true, true, FINDING_SSH_NOTHING_ASKED, 1, false},
	{"silence is the worst", "", true, true, FINDING_SSH_WITHOUT_PAM, 3, false},
};

static void test_settings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct sshd_facts facts = {.where = "sshd", .account_guarded = ROWS[i].guarded, .second_factor = ROWS[i].demanded};
		struct finding_list list = {0};
		struct sshd_settings s;

		sshd_settings_read(ROWS[i].text, strlen(ROWS[i].text), &s);
		sshd_settings_judge(&s, &facts, &list);
		print_message("%s: %zu %s\n", ROWS[i].name, list.count, list.count > 0 ? finding_name(list.items[0].id) : "");
		assert_int_equal(list.count, ROWS[i].count);
		if (list.count > 0)
			assert_string_equal(finding_name(list.items[0].id), finding_name(ROWS[i].first));
		assert_int_equal(list.key_alone_guarded, ROWS[i].note);
	}
}

static void test_service(void **state)
{
	static const char text[] = "pamservicename company-ssh\nusepam yes\n";
	struct sshd_settings s;

	(void)state;
	sshd_settings_read("", 0, &s);
	assert_string_equal(s.pam_service, "sshd");
	sshd_settings_read(text, sizeof text - 1, &s);
	assert_string_equal(s.pam_service, "company-ssh");
}

/* More findings than fit are counted. */
static void test_list(void **state)
{
	struct finding_list list = {0};

	(void)state;
	for (int i = 0; i < FINDINGS_MAX + 5; i++)
		finding_add(&list, FINDING_EMPTY_PASSWORD, "a\nb", "what");
	assert_int_equal(list.count, FINDINGS_MAX + 5);
	assert_null(strchr(list.items[0].where, '\n'));
	for (int i = 0; i < FINDING_MAX; i++) {
		assert_true(strlen(finding_name((enum finding_id)i)) > 0);
		assert_true(strlen(finding_remedy((enum finding_id)i)) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_matches), cmocka_unit_test(test_includes), cmocka_unit_test(test_settings),
					   cmocka_unit_test(test_service), cmocka_unit_test(test_list)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
