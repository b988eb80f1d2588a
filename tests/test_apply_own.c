/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that apply writes itself: which sections they enforce, and where `finish` goes in files with auth lines of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apply_finish.h"
#include "apply_own.h"
#include "text.h"

#define MFA APPLY_SECTION_BIT(APPLY_MFA)
#define ACCESS APPLY_SECTION_BIT(APPLY_ACCESS)
#define LOCKOUT APPLY_SECTION_BIT(APPLY_LOCKOUT)

static void test_names(void **state)
{
	static const struct {
		const char *list;
		bool fine;
		unsigned sections;
	} rows[] = {
		{"mfa", true, MFA},          {"lockout,mfa", true, MFA | LOCKOUT}, {"mfa,mfa", true, MFA}, {"access", true, ACCESS}, {"", false, 0},
		{"password", false, 0},      {"mfa,", false, 0},                   {",mfa", false, 0},     {"mf", false, 0},         {"mfaa", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned sections = 0;

		print_message("%s\n", rows[i].list);
		assert_int_equal(apply_sections_parse(rows[i].list, &sections), rows[i].fine);
		assert_int_equal(sections, rows[i].sections);
	}
}

/* What is written is read again. */
static void test_round(void **state)
{
	(void)state;
	for (unsigned sections = 0; sections < 1U << APPLY_SECTION_MAX; sections++) {
		char buffer[1024];
		struct text t;

		TEXT_INTO(&t, buffer);
		apply_sections_write(sections, &t);
		assert_int_equal(text_end(&t), 0);
		assert_int_equal(apply_sections_read(buffer, t.len), sections);
	}
	assert_int_equal(apply_sections_read("# [mfa]\n[policy]\n[mfa", 21), 0);
}

#define NOLOGIN "auth requisite pam_nologin.so\n"
#define FINGER "auth\trequired\tpam_fprintd.so\n"
#define REST "@include common-account\nsession optional pam_x.so\n"
static const struct {
	const char *name, *text, *want; /* NULL = as it is */
} FINISH[] = {
	{"gdm-fingerprint", NOLOGIN FINGER REST, NOLOGIN FINGER APPLY_FINISH_LINE REST},
	{"behind an optional line", FINGER "-auth optional pam_gnome_keyring.so\n" REST, FINGER "-auth optional pam_gnome_keyring.so\n" APPLY_FINISH_LINE REST},
	{"it is there", FINGER APPLY_FINISH_LINE REST, NULL},
	{"common-auth by @include", "@include common-auth\n" FINGER REST, NULL},
	{"common-auth by a substack", FINGER "auth substack common-auth\n" REST, NULL},
	{"no common-account", FINGER "account required pam_unix.so\n", NULL},
	{"no auth line", REST, NULL},
	{"a continued line", "auth required \\\n pam_fprintd.so\n" REST, NULL},
	{"the file ends in it", "@include common-account\nauth required pam_fprintd.so", NULL},
	{"comments", "# auth required pam_x.so\n" FINGER "# auth\n" REST, "# auth required pam_x.so\n" FINGER APPLY_FINISH_LINE "# auth\n" REST},
	{"empty", "", NULL},
};

static void test_finish(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof FINISH / sizeof FINISH[0]; i++) {
		const char *want = FINISH[i].want != NULL ? FINISH[i].want : FINISH[i].text;
		size_t len = strlen(FINISH[i].text);
		char bytes[512];

		memcpy(bytes, FINISH[i].text, len + 1);
		len = apply_finish_bytes(bytes, len, len + APPLY_FINISH_ROOM);
		print_message("%s\n", FINISH[i].name);
		assert_int_equal(len, strlen(want));
		assert_string_equal(bytes, want);
		/* Without room nothing is done. */
		memcpy(bytes, FINISH[i].text, strlen(FINISH[i].text) + 1);
		assert_int_equal(apply_finish_bytes(bytes, strlen(FINISH[i].text), strlen(FINISH[i].text) + 8), strlen(FINISH[i].text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_round), cmocka_unit_test(test_finish)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
