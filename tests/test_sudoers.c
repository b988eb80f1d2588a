/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of sudoers and what is found in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sudoers.h"

#define FINDINGS_MAX 8

static const struct row {
	const char *name, *text;
	const char *found; /* "KIND line who what;" for each */
} rows[] = {
	{"Debian's own", "Defaults\tenv_reset\nDefaults\tmail_badpass\nDefaults\tsecure_path=\"/usr/sbin:/usr/bin\"\nDefaults\tuse_pty\n"
			 "root\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n", "ALL 5 root ;ALL 6 %sudo ;"},
	{"cloud-init", "# User rules for debian\ndebian ALL=(ALL) NOPASSWD:ALL\n", "NOPASSWD 2 debian ;"},
	{"a comment", "#carol ALL=(ALL) NOPASSWD: ALL\n  # x ALL = ALL\n", ""},
	{"a uid is no comment", "#1000 ALL = NOPASSWD: /bin/ls\n", "NOPASSWD 1 #1000 ;"},
	{"one command", "carol ALL = /usr/bin/apt update\n", ""},
	{"one command without password", "carol ALL = NOPASSWD: /usr/bin/apt update, /bin/x\n", "NOPASSWD 1 carol ;"},
	{"the tag holds on", "carol ALL = /bin/x, NOPASSWD: /bin/y, ALL\n", "NOPASSWD 1 carol ;"},
	{"the tag is taken back", "carol ALL = NOPASSWD: PASSWD: /bin/x\n", ""},
	{"only taken away", "carol ALL = NOPASSWD: !/bin/x\n", ""},
	{"several tags", "carol ALL = (root) NOEXEC: NOPASSWD: SETENV: /bin/x\n", "NOPASSWD 1 carol ;"},
	{"blank before the colon", "carol ALL = NOPASSWD : /bin/x\n", "NOPASSWD 1 carol ;"},
	{"as somebody else", "carol ALL = (www-data) ALL\n", ""},
	{"as a group", "carol ALL = (:lp) ALL\n", ""},
	{"as root among others", "carol ALL = (lp, root : wheel) ALL\n", "ALL 1 carol ;"},
	{"without a person: root", "carol ALL = ALL\n", "ALL 1 carol ;"},
	{"several people", "carol , dave,%eng ALL = ALL\n", "ALL 1 carol ;ALL 1 dave ;ALL 1 %eng ;"},
	{"all but one", "ALL, !carol ALL = ALL\n", "ALL 1 ALL ;"},
	{"a group with a blank", "%domain\\ admins ALL = ALL\n", "ALL 1 %domain\\x5c admins ;"},
	{"over two lines", "\n\ncarol ALL = \\\n  NOPASSWD: \\\nALL\nDefaults !authenticate\n", "NOPASSWD 3 carol ;DEFAULTS 6  !authenticate;"},
	{"a second host", "carol A = /bin/x : B = NOPASSWD: ALL\n", "NOPASSWD 1 carol ;"},
	{"a second host behind ALL", "carol A = ALL : B = /bin/x\n", "ALL 1 carol ;"},
	{"no sticking over hosts", "carol A = (lp) /bin/x : B = ALL\n", "ALL 1 carol ;"},
	{"an alias of everything", "Cmnd_Alias TOOLS = /bin/x, ALL : Y = /bin/y\ncarol ALL = TOOLS\ndave ALL = Y\n", "ALL 2 carol ;"},
	{"an alias line is no rule", "User_Alias ADMINS = carol, dave\nHost_Alias H = ALL\n", ""},
	{"options", "carol ALL = (root) CWD=/tmp TIMEOUT=\"2 h\" NOPASSWD: ALL\ndave ALL = CWD=/x ALL\n", "NOPASSWD 1 carol ;ALL 2 dave ;"},
	{"'=' in a command", "carol ALL = /bin/x --all=ALL\n", ""},
	{"Defaults", "Defaults !authenticate\nDefaults:carol !authenticate\nDefaults!/bin/x env_reset, !authenticate\n",
	 "DEFAULTS 1  !authenticate;DEFAULTS 2  !authenticate;DEFAULTS 3  !authenticate;"},
	{"a time without end", "Defaults timestamp_timeout=-1\nDefaults timestamp_timeout = \"-0.5\"\nDefaults timestamp_timeout=5\n",
	 "DEFAULTS 1  timestamp_timeout=-1;DEFAULTS 2  timestamp_timeout = \"-0.5\";"},
	{"PAM is not asked", "Defaults !pam_acct_mgmt, !pam_session\n", "DEFAULTS 1  !pam_acct_mgmt;DEFAULTS 1  !pam_session;"},
	{"another PAM stack", "Defaults pam_service=open\nDefaults pam_service=sudo\n", "DEFAULTS 1  pam_service=open;"},
	{"a group that is not asked", "Defaults exempt_group=eng\n", "DEFAULTS 1  exempt_group=eng;"},
	{"asking more is fine", "Defaults authenticate, timestamp_timeout=0, requiretty\n", ""},
	{"unfinished", "carol ALL", ""},
	{"CRLF", "carol ALL=(ALL) NOPASSWD: ALL\r\n", "NOPASSWD 1 carol ;"},
	{"no end of line", "carol ALL=(ALL) NOPASSWD: ALL", "NOPASSWD 1 carol ;"},
};

static void write_down(const struct sudoers_finding *f, size_t count, char *ret, size_t size)
{
	static const char *const names[SUDOERS_KIND_MAX] = {"NOPASSWD", "DEFAULTS", "ALL", "NOT-READ"};
	size_t len = 0;

	*ret = '\0';
	for (size_t i = 0; i < count && i < FINDINGS_MAX; i++)
		len += (size_t)snprintf(ret + len, size - len, "%s %u %s %s;", names[f[i].kind], f[i].line, f[i].who, f[i].what);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sudoers_finding findings[FINDINGS_MAX];
		struct sudoers_aliases aliases = {0};
		char found[1024];
		size_t count;

		sudoers_find_aliases(rows[i].text, strlen(rows[i].text), &aliases);
		count = sudoers_read(rows[i].text, strlen(rows[i].text), &aliases, findings, FINDINGS_MAX);
		write_down(findings, count, found, sizeof found);
		if (strcmp(found, rows[i].found) != 0)
			fail_msg("%s: found \"%s\", not \"%s\"", rows[i].name, found, rows[i].found);
	}
}

/* More findings than room are counted; a line that is too long is one. */
static void test_much(void **state)
{
	static char text[20000];
	struct sudoers_finding findings[2];
	struct sudoers_aliases aliases = {0};

	(void)state;
	strcpy(text, "a ALL=ALL\nb ALL=ALL\nc ALL=ALL\n");
	assert_int_equal(sudoers_read(text, strlen(text), &aliases, findings, 2), 3);
	assert_string_equal(findings[1].who, "b");
	memset(text, 'x', sizeof text);
	assert_int_equal(sudoers_read(text, sizeof text, &aliases, findings, 2), 1);
	assert_int_equal(findings[0].kind, SUDOERS_NOT_READ);
}

static void test_includes(void **state)
{
	static const struct {
		const char *line;
		bool included, folder;
		const char *name;
	} lines[] = {
		{"@includedir /etc/sudoers.d", true, true, "/etc/sudoers.d"},
		{"#includedir /etc/sudoers.d", true, true, "/etc/sudoers.d"},
		{"  #include\t/etc/x  ", true, false, "/etc/x"},
		{"@include \"/etc/a b\"", true, false, "/etc/ab"}, /* blanks are dropped: such a file is not found, and that is told */
		{"@include /etc/a\\ b", true, false, "/etc/a b"},
		{"# include /etc/x", false, false, ""},
		{"@included /etc/x", false, false, ""},
		{"@include", false, false, ""},
		{"carol ALL=ALL", false, false, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		char name[64] = "";
		bool folder = false;

		assert_int_equal(sudoers_include(lines[i].line, lines[i].line + strlen(lines[i].line), &folder, name, sizeof name), lines[i].included);
		if (lines[i].included) {
			assert_int_equal(folder, lines[i].folder);
			assert_string_equal(name, lines[i].name);
		}
	}
	assert_true(sudoers_takes("90-cloud-init-users"));
	assert_false(sudoers_takes("carol.dpkg-old"));
	assert_false(sudoers_takes("carol~"));
	assert_false(sudoers_takes(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_much), cmocka_unit_test(test_includes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
