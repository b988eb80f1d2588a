/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules files of polkit: which grant what is protected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "polkit_rules.h"

#define RULE(inside) "polkit.addRule(function(action, subject) {\n" inside "\n});\n"
#define ANY ""

static const struct row {
	const char *name, *text;
	const char *action; /* NULL = nothing is found */
	bool any;
} rows[] = {
	{"Debian's admin rule", "polkit.addAdminRule(function(action, subject) {\n    return [\"unix-group:sudo\"];\n});\n", NULL, true},
	{"systemd-networkd's",
	 RULE("if ((action.id == \"org.freedesktop.hostname1.set-hostname\" ||\n action.id == \"org.freedesktop.timedate1.set-timezone\") &&\n"
	      "subject.user == \"systemd-network\") { return polkit.Result.YES; }"), NULL, true},
	{"nothing", "", NULL, false},
	{"only a comment", "// polkit.addRule(function() { return polkit.Result.YES; });\n/* addRule(YES) */", NULL, false},
	{"everything for a group", RULE("if (subject.isInGroup(\"wheel\")) return polkit.Result.YES;"), ANY, true},
	{"everything, in small letters", RULE("return \"yes\";"), ANY, true},
	{"units", RULE("if (action.id == 'org.freedesktop.systemd1.manage-units') return polkit.Result.YES;"), "org.freedesktop.systemd1.manage-units", true},
	{"pkexec", RULE("if (action.id === `org.freedesktop.policykit.exec`) return polkit.Result.YES;"), "org.freedesktop.policykit.exec", true},
	{"by its beginning", RULE("if (action.id.indexOf(\"org.freedesktop.packagekit.\") == 0) return polkit.Result.YES;"), "org.freedesktop.packagekit.package-remove", true},
	{"by a pattern", RULE("if (/^org\\.freedesktop\\.systemd1\\..*$/.test(action.id)) return polkit.Result.YES;"), "org.freedesktop.systemd1.manage-units", true},
	{"another action of the same maker", RULE("if (action.id == \"org.freedesktop.udisks2.filesystem-mount\") return polkit.Result.YES;"), NULL, true},
	{"a longer name", RULE("if (action.id == \"org.freedesktop.policykit.exec-not\") return polkit.Result.YES;"), NULL, true},
	{"asks for more", RULE("if (action.id == \"org.freedesktop.policykit.exec\") return polkit.Result.AUTH_ADMIN;"), NULL, true},
	{"refuses", RULE("return polkit.Result.NO;"), NULL, true},
	{"YES in a comment", RULE("/* YES */ return polkit.Result.NO; // YES"), NULL, true},
	{"YES outside of the rule", "var YES = 1;\n" RULE("return polkit.Result.NO;"), NULL, true},
	{"a division is no pattern", RULE("var a = 4 / 2; if (a / 2 == 1) return polkit.Result.YES;"), ANY, true},
	{"the second rule", RULE("return polkit.Result.NO;") RULE("return polkit.Result.YES;"), ANY, true},
	{"a string with a parenthesis", RULE("polkit.log(\":)\"); if (action.id == \"org.x.y\") return polkit.Result.YES;"), NULL, true},
	{"a rule without its end", "polkit.addRule(function(action, subject) { return polkit.Result.YES;", ANY, true},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct polkit_rule rule = {.action = "untouched"};
		bool found = polkit_rules_grant(rows[i].text, strlen(rows[i].text), &rule);

		if (found != (rows[i].action != NULL) || (found && strcmp(rule.action, rows[i].action) != 0))
			fail_msg("%s: %s \"%s\"", rows[i].name, found ? "found" : "not found", rule.action);
		if (polkit_rules_any(rows[i].text, strlen(rows[i].text)) != rows[i].any)
			fail_msg("%s: any", rows[i].name);
	}
}

static void test_line(void **state)
{
	static const char text[] = "/* one\ntwo */\n\npolkit.addRule(function() {\nreturn polkit.Result.YES; });";
	struct polkit_rule rule;

	(void)state;
	assert_true(polkit_rules_grant(text, sizeof text - 1, &rule));
	assert_int_equal(rule.line, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_line)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
