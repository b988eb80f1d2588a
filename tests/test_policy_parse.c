/* SPDX-License-Identifier: BSD-2-Clause */
/* Policy files: syntax, every kind of mistake with its place, and what lines say about each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy_rows.h"

static void lines_that_are_fine(void **state)
{
	static const struct file_row rows[] = {
		{"empty file", "", ""},
		{"comments and blank lines", "# a\n\n  \t\n   # b\n", ""},
		{"no line end at the end", "[password]\nhistory = 3", ""},
		{"CR LF", "[password]\r\nhistory = 3\r\n# x\r\n", ""},
		{"blanks around everything", "\t[ password ]  # why\n  history\t=  3 \t# because\n", ""},
		{"no blanks at all", "[password]\nhistory=3\n", ""},
		{"quoted value and a comment", "[report]\ncontact = \"it \\\"desk\\\" # 5 \\\\ \" # x\n", ""},
		{"quoted number", "[password]\nhistory = \"3\"\n", ""},
		{"a backslash outside quotes is one", "[report]\ncontact = DOMAIN\\it\n", ""},
		{"an equals sign in a value", "[report]\ncontact = a=b\n", ""},
		{"Japanese", "[policy]\ndocument = 情報セキュリティポリシー # 第三版\n", ""},
		{"user, group, uids", "[users alice]\npassword.history = 1\n[users @domain users]\npassword.history = 1\n[users 1000:1999]\npassword.history = 1\n", ""},
		{"one WHO twice, since their order counts", "[users @a]\npassword.history = 1\n[users @b]\npassword.retry = 1\n[users @a]\npassword.retry = 2\n",
		 "a.conf:6:18: warning: for whoever is in both @a and @b this line wins over a.conf:4, because it is the later one\n"},
		{"observe with its end", "[password]\nmode = observe\nobserve_until = 2099-01-01\n", ""},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void broken_lines(void **state)
{
	static const struct file_row rows[] = {
		{"no equals sign", "[password]\n  history 3\n", "a.conf:2:3: error: \"=\" is missing; write keyword = value, or # before a comment\n"},
		{"no keyword", "[password]\n = 3\n", "a.conf:2:2: error: the keyword before \"=\" is missing\n"},
		{"no value", "[password]\nhistory =\n", "a.conf:2:10: error: the value is missing; write \"\" for an empty one\n"},
		{"only a comment for a value", "[password]\nhistory = # 3\n", "a.conf:2:11: error: the value is missing; write \"\" for an empty one\n"},
		{"no closing bracket", "[password\n", "a.conf:1:10: error: \"]\" is missing at the end of the section\n"},
		{"text behind a section", "[password] x\n", "a.conf:1:11: error: nothing but a comment, with a blank before it, may follow a section\n"},
		{"no closing quote", "[report]\ncontact = \"it\n", "a.conf:2:11: error: the closing quote is missing\n"},
		{"text behind a quoted value", "[report]\ncontact = \"it\"x\n",
		 "a.conf:2:15: error: nothing but a comment, with a blank before it, may follow a quoted value\n"},
		{"another escape", "[report]\ncontact = \"i\\nt\"\n", "a.conf:2:13: error: inside quotes a backslash may stand only before a quote or another backslash\n"},
		{"a quote inside a value", "[report]\ncontact = it \"desk\"\n",
		 "a.conf:2:14: error: put a value with # or \" into double quotes, and a blank before a comment\n"},
		{"a # inside a value", "[report]\ncontact = desk#5\n",
		 "a.conf:2:15: error: put a value with # or \" into double quotes, and a blank before a comment\n"},
		{"columns are characters", "[policy]\ndocument = 社内\"\n",
		 "a.conf:2:14: error: put a value with # or \" into double quotes, and a blank before a comment\n"},
		{"carriage return inside a line", "[password]\nhistory = 3\rretry = 1\n",
		 "a.conf:2:12: error: a carriage return inside a line; end lines with LF or CR LF\n"},
		{"invalid UTF-8", "[report]\ncontact = \xff\n", "a.conf:2:11: error: no valid UTF-8; save the file as UTF-8\n"},
		{"surrogate", "# \xed\xa0\x80\n", "a.conf:1:3: error: no valid UTF-8; save the file as UTF-8\n"},
		{"byte order mark", "\xef\xbb\xbf[password]\n", "a.conf:1:1: error: a byte order mark; save the file as UTF-8 without one\n"},
		{"escape in a comment", "# \x1b[2J\n", "a.conf:1:3: error: a control or invisible character; delete it\n"},
		{"bidirectional mark in a comment", "# a\xe2\x80\xae\n", "a.conf:1:4: error: a control or invisible character; delete it\n"},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void a_nul_byte_is_seen(void **state)
{
	static const char text[] = "[password]\nhistory\0 = 3\nretry = 0\n";
	const struct policy_source source = {.file = "a.conf", .bytes = text, .len = sizeof text - 1};
	struct policy_sample sample SAMPLE_FREED;

	(void)state;
	policy_sample_sources(&sample, &source, 1);
	assert_string_equal(sample.problems, "a.conf:2:8: error: a NUL byte; save the file as plain text\n"
					     "a.conf:3:9: error: \"0\" is out of range; allowed: 1 to 10\n");
}

static void long_lines(void **state)
{
	static const struct {
		const char *name;
		size_t len;
		bool valid;
	} rows[] = {{"as long as allowed", POLICY_LINE_BYTES_MAX, true}, {"one more", POLICY_LINE_BYTES_MAX + 1, false}};
	static char text[POLICY_LINE_BYTES_MAX + 64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;

		print_message("%s\n", rows[i].name);
		memset(text, '#', rows[i].len);
		memcpy(text + rows[i].len, "\r\n", 3);
		policy_sample_text(&sample, text);
		assert_int_equal(sample.result == 0, rows[i].valid);
		assert_string_equal(sample.problems, rows[i].valid ? "" : "a.conf:1:1: error: the line is 4097 bytes long; at most 4096 are allowed\n");
	}
}

static void long_files(void **state)
{
	static char text[POLICY_FILE_BYTES_MAX + 1];
	struct policy_source source = {.file = "a.conf", .bytes = text, .len = sizeof text - 1};

	(void)state;
	memset(text, '\n', sizeof text);
	for (int i = 0; i < 2; i++, source.len++) {
		struct policy_sample sample SAMPLE_FREED;

		policy_sample_sources(&sample, &source, 1);
		assert_string_equal(sample.problems, i == 0 ? "" : "a.conf: error: the file is longer than 262144 bytes\n");
	}
}

static void too_many_lines(void **state)
{
	static char text[8192 * 24];
	struct policy_sample sample SAMPLE_FREED;
	struct text t;

	(void)state;
	TEXT_INTO(&t, text);
	text_add(&t, "[password]\n");
	for (int i = 0; i < 4097; i++)
		text_add(&t, "history = 3\n");
	policy_sample_text(&sample, text);
	assert_string_equal(sample.problems, "a.conf: error: the policy has more than 4096 lines with \"=\"\n");
}

static void unknown_names(void **state)
{
	static const struct file_row rows[] = {
		{"section, near", "[pasword]\n", "a.conf:1:2: error: unknown section \"pasword\"; did you mean \"password\"?\n"},
		{"section, far", "[xyzzyplugh]\nhistory = 3\n",
		 "a.conf:1:2: error: unknown section \"xyzzyplugh\"; for a PAM service write [service xyzzyplugh], else choose one of policy, password, "
		 "lockout, mfa, access, lock, service, factor, control, report, users\n"},
		{"section with a name, far", "[xyzzyplugh a]\n",
		 "a.conf:1:2: error: unknown section \"xyzzyplugh\"; choose one of policy, password, lockout, mfa, access, lock, service, factor, control, report, users\n"},
		{"keyword, near", "[password]\nmin_lenght = 3\n",
		 "a.conf:2:1: error: unknown keyword of [password] \"min_lenght\"; did you mean \"min_length\"?\n"},
		{"keyword, far", "[report]\nxyzzyplugh = 3\n", "a.conf:2:1: error: unknown keyword of [report] \"xyzzyplugh\"; choose one of contact\n"},
		{"keyword of another section", "[report]\nmin_length = 3\n", "a.conf:2:1: error: \"min_length\" belongs into [password], not [report]\n"},
		{"capital letters", "[password]\nMin_Length = 3\n",
		 "a.conf:2:1: error: unknown keyword of [password] \"Min_Length\"; did you mean \"min_length\"?\n"},
		{"before any section, told once", "min_length = 3\nhistory = 3\n",
		 "a.conf:1:1: error: a keyword stands before any section; write [password] or another section above it\n"},
		{"section with an argument", "[password alice]\n",
		 "a.conf:1:11: error: [password] takes nothing behind its name; for some people only, write [users WHO]\n"},
		{"escape of the terminal in a name", "[a\\b\"c]\n",
		 "a.conf:1:2: error: unknown section \"a\\x5cb\"c\"; choose one of policy, password, lockout, mfa, access, lock, service, factor, control, report, users\n"},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void duplicates(void **state)
{
	static const struct file_row rows[] = {
		{"keyword", "[password]\nhistory = 3\nretry = 2\nhistory = 3\n",
		 "a.conf:4:1: error: \"history\" is set at line 2 already; delete one of the two\n"},
		{"keyword with a bad value as well", "[password]\nhistory = 3\nhistory = x\n",
		 "a.conf:3:1: error: \"history\" is set at line 2 already; delete one of the two\n"
		 "a.conf:3:11: error: \"x\" is not a whole number; allowed: 0 to 64\n"},
		{"section", "[password]\n[report]\n[password]\nhistory = 3\n",
		 "a.conf:3:2: error: [password] began at line 1 already; put its keywords there\n"},
		{"keyword of one WHO in two sections", "[users a]\npassword.retry = 1\n[users b]\npassword.retry = 2\n[users a]\npassword.retry = 3\n",
		 "a.conf:6:1: error: \"password.retry\" is set at line 2 already; delete one of the two\n"},
		{"the same keyword for another WHO is none", "[users a]\npassword.retry = 1\n[users b]\npassword.retry = 2\n", ""},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void rules_for_some_people(void **state)
{
	static const struct file_row rows[] = {
		{"nobody said", "[users]\npassword.retry = 1\n",
		 "a.conf:1:2: error: [users] says not whom it is for; write [users alice], [users @staff] or [users 1000:1999]\n"},
		{"everybody", "[users all]\n", "a.conf:1:8: error: [users all] is what the general sections are for; write [password] and so on\n"},
		{"a number", "[users 1000]\n", "a.conf:1:8: error: \"1000\" is only a number; write a uid as a range, such as 1000:1000\n"},
		{"a range backwards", "[users 9:1]\n",
		 "a.conf:1:8: error: \"9:1\" is a uid range that ends before it begins; write the lower uid first\n"},
		{"two users", "[users alice bob]\n", "a.conf:1:8: error: \"alice bob\" is no user name, @group or uid range such as 1000:1999\n"},
		{"no section in front", "[users a]\nmin_length = 3\n",
		 "a.conf:2:1: error: inside [users WHO] the section stands in front; write password.min_length\n"},
		{"no keyword at all", "[users a]\nxyz = 3\n",
		 "a.conf:2:1: error: \"xyz\" is no keyword; inside [users WHO] write SECTION.KEYWORD, such as password.min_length\n"},
		{"unknown section", "[users a]\npasswort.history = 3\n", "a.conf:2:1: error: unknown section \"passwort\"; did you mean \"password\"?\n"},
		{"unknown keyword", "[users a]\npassword.histori = 3\n",
		 "a.conf:2:1: error: unknown keyword of [password] \"histori\"; did you mean \"history\"?\n"},
		{"section for everybody", "[users a]\nreport.contact = x\n",
		 "a.conf:2:1: error: [report] holds for everybody and cannot stand in [users WHO]\n"},
		{"dotted keyword outside", "[password]\npassword.history = 3\n",
		 "a.conf:2:1: error: \"password.history\" is written so in [users WHO] only; here write history in [password]\n"},
		{"dotted keyword of another section", "[service sshd]\nmfa.remote = off\n",
		 "a.conf:2:1: error: \"mfa.remote\" is written so in [users WHO] only; here write remote in [mfa]\n"},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void named_sections(void **state)
{
	static const struct file_row rows[] = {
		{"services", "[service sshd]\nmfa = required\n[ service  polkit-1 ] # x\nmfa = off\n[service a.b_c+d]\nkind = su\n", ""},
		{"a section without lines", "[service sshd]\n", ""},
		{"31 bytes", "[service abcdefghijklmnopqrstuvwxyz01234]\n", ""},
		{"32 bytes", "[service abcdefghijklmnopqrstuvwxyz012345]\n",
		 "a.conf:1:10: error: \"abcdefghijklmnopqrstuvwxyz012345\" is longer than 31 bytes\n"},
		{"no name", "[service]\nmfa = off\n", "a.conf:1:2: error: [service] says not which one it is for; write [service sshd]\n"},
		{"no name of a factor", "[factor]\nuse = totp\n", "a.conf:1:2: error: [factor] says not which one it is for; write [factor NAME]\n"},
		{"a path", "[service /etc/pam.d/sshd]\nmfa = off\n",
		 "a.conf:1:10: error: \"/etc/pam.d/sshd\" is no name of a service; use letters, digits and - _ . +, without a path\n"},
		{"two names", "[service sshd login]\n",
		 "a.conf:1:10: error: \"sshd login\" is no name of a service; use letters, digits and - _ . +, without a path\n"},
		{"capital letters of a service", "[service SSHD]\n",
		 "a.conf:1:10: error: \"SSHD\" would never be found, because PAM writes the names of services in small letters; do so too\n"},
		{"capital letters of a factor", "[factor YubiKey]\nuse = pam:u2f\n[service x]\nrequire = password+YubiKey\n", ""},
		{"a dot in a factor", "[factor my.key]\nuse = pam:u2f\n", "a.conf:1:9: error: \"my.key\" is no name of a factor; use letters, digits, - and _\n"},
		{"a + in a factor", "[factor a+b]\nuse = pam:u2f\n", "a.conf:1:9: error: \"a+b\" is no name of a factor; use letters, digits, - and _\n"},
		{"misspelt", "[servce sshd]\nmfa = maybe\n",
		 "a.conf:1:2: error: unknown section \"servce\"; did you mean \"service\"?\n"
		 "a.conf:2:7: error: \"maybe\" is no value of mfa; allowed: auto, off, if-enrolled, required\n"},
		{"twice in one file", "[service sshd]\nmfa = off\n[service sshd]\nside = local\n",
		 "a.conf:3:2: error: [service sshd] began at line 1 already; put its keywords there\n"},
		{"keyword twice", "[service sshd]\nmfa = off\nmfa = off\n", "a.conf:3:1: error: \"mfa\" is set at line 2 already; delete one of the two\n"},
		{"the same name of a service and a factor", "[service duo]\nrequire = duo\n[factor duo]\nuse = pam:duo-stack\n", ""},
		{"keyword of another section", "[service sshd]\nremember = 1h\n", "a.conf:2:1: error: \"remember\" belongs into [mfa], not [service]\n"},
		{"keyword of named sections outside", "[mfa]\nside = local\n", "a.conf:2:1: error: \"side\" belongs into [service NAME], not [mfa]\n"},
		{"keyword of several sections", "[report]\nmode = enforce\n",
		 "a.conf:2:1: error: \"mode\" belongs into [password], [lockout], [mfa], [access], [lock] or [control NAME], not [report]\n"},
		{"unknown keyword", "[service sshd]\nmfaa = off\n", "a.conf:2:1: error: unknown keyword of [service] \"mfaa\"; did you mean \"mfa\"?\n"},
		{"inside users", "[users a]\nservice.mfa = off\n", "a.conf:2:1: error: [service] holds for everybody and cannot stand in [users WHO]\n"},
		{"inside users without section", "[users a]\nmode = enforce\n",
		 "a.conf:2:1: error: inside [users WHO] the section stands in front; write password.mode or lockout.mode or mfa.mode or access.mode or lock.mode\n"},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void too_many_named_sections(void **state)
{
	static char text[POLICY_FILE_BYTES_MAX];
	struct policy_sample sample SAMPLE_FREED;
	struct text t;

	(void)state;
	TEXT_INTO(&t, text);
	for (int i = 0; i < 257; i++)
		text_add_format(&t, "[service s%d]\n", i);
	policy_sample_text(&sample, text);
	assert_string_equal(sample.problems, "a.conf:257:2: error: the policy has more than 256 sections with a name\n");
}

static void ten_mistakes_have_ten_places(void **state)
{
	static const char text[] = "history = 3\n"                      /* 1: before any section */
				   "[pasword]\n"                        /* 2: unknown section */
				   "[password]\n"
				   "min_lenght = 3\n"                   /* 4: unknown keyword */
				   "min_length = 500\n"                 /* 5: out of range */
				   "max_age = 90\n"                     /* 6: no unit */
				   "mode = observe\n"                   /* 7: no end */
				   "personal_words = maybe\n"           /* 8: neither yes nor no */
				   "retry 3\n"                          /* 9: no equals sign */
				   "history = 3\nhistory = 4\n"         /* 11: twice */
				   "[users 1000]\n"                     /* 12: no WHO */
				   "[policy]\napproved_on = 2026-02-30\n"; /* 14: no such day */
	static const unsigned want[] = {1, 2, 4, 5, 6, 7, 8, 9, 11, 12, 14};
	struct policy_sample sample SAMPLE_FREED;

	(void)state;
	policy_sample_text(&sample, text);
	print_message("%s", sample.problems);
	assert_int_equal(sample.result, -EINVAL);
	assert_int_equal(sample.diags.count, sizeof want / sizeof want[0]);
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
		assert_int_equal(sample.items[i].line, want[i]);
		assert_true(sample.items[i].column > 0);
	}
}

/* Whatever is wrong with a header or a value: the lines behind it are looked at all the same, and nothing is told that is not so. */
static void one_mistake_hides_no_other(void **state)
{
	static const struct {
		const char *name, *text;
		unsigned want[6]; /* lines */
	} rows[] = {
		{"bad WHO", "[users alice bob]\npassword.min_lenght = 3\npassword.min_length = 999\n", {1, 2, 3}},
		{"no WHO", "[users]\npassword.retry = 0\n", {1, 2}},
		{"misspelt section", "[passwrod]\nmin_lenght = 3\nretry = 0\n", {1, 2, 3}},
		{"misspelt section beside the right one", "[passwrod]\nretry = 2\n[password]\nhistory = 3\n", {1}},
		{"bracket missing", "[password\nretry = 0\nfoo = 1\n", {1, 2}},
		{"something behind the name", "[policy] x\nlanguage = jp\n", {1, 2}},
		{"before any section", "retry = 0\nhistory = 99\n", {1, 1, 2}},
		{"invisible character behind a header", "[policy]\xe2\x80\x8b\nlanguage = ja\n", {1}},
		{"byte order mark", "\xef\xbb\xbf[password]\nretry = 0\n", {1, 2}},
		{"twice, the first one wrong", "[password]\nmin_length = abc\nmin_length = 12\n", {2, 3}},
		{"observe with a date that is wrong", "[password]\nmode = observe\nobserve_until = 2026-13-01\n", {3}},
		{"for everybody only", "[users alice]\nlanguage = ja\npolicy.language = ja\n", {2, 3}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;
		size_t want = 0;

		print_message("%s\n", rows[i].name);
		policy_sample_text(&sample, rows[i].text);
		print_message("%s", sample.problems);
		assert_int_equal(sample.result, -EINVAL);
		while (want < 6 && rows[i].want[want] != 0)
			want++;
		assert_int_equal(sample.diags.count, want);
		for (size_t j = 0; j < want; j++)
			assert_int_equal(sample.items[j].line, rows[i].want[j]);
	}
}

/* However little memory there is: an error that says so, and no policy. */
static void memory_may_run_out(void **state)
{
	static const char text[] = "[policy]\ndocument = x\n[password]\ncompany_words = a, b, c\n[users @staff]\npassword.history = 3\n";
	const struct policy_source source = {.file = "a.conf", .bytes = text, .len = sizeof text - 1};
	static unsigned char block[32 * 1024];
	bool succeeded = false;

	(void)state;
	for (size_t size = 0; size <= sizeof block; size += size < 2048 ? 8 : 512) {
		struct policy policy = {.count = 4711};
		struct diag items[4];
		struct diag_list diags = {.items = items, .max = 4};
		struct arena arena;
		int r;

		arena_init(&arena, block, size);
		r = policy_parse(&source, 1, &arena, &diags, &policy);
		assert_true(r == 0 || (r == -ENOMEM && diags.errors == 1 && policy.count == 4711));
		succeeded = r == 0;
	}
	assert_true(succeeded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_are_fine),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test(a_nul_byte_is_seen),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(long_files),
		cmocka_unit_test(too_many_lines),
		cmocka_unit_test(unknown_names),
		cmocka_unit_test(duplicates),
		cmocka_unit_test(rules_for_some_people),
		cmocka_unit_test(named_sections),
		cmocka_unit_test(too_many_named_sections),
		cmocka_unit_test(ten_mistakes_have_ten_places),
		cmocka_unit_test(one_mistake_hides_no_other),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
