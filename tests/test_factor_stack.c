/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/factor_stack.c: which PAM stacks may stand behind a pam: factor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "factor_stack.h"

struct file {
	const char *name, *text;
};

static const struct row {
	const char *name;
	struct file files[4];
	int result;
} rows[] = {
	{"one module", {{"s", "auth required pam_u2f.so cue\n"}}, 0},
	{"no line end", {{"s", "auth required pam_u2f.so"}}, 0},
	{"no file", {{"other", "auth required pam_u2f.so\n"}}, -ENOENT},
	{"no auth line: libpam takes other's", {{"s", "account required pam_permit.so\n"}}, -ENOENT},
	{"only includes, which bring none", {{"s", "@include c\n"}, {"c", "account required pam_permit.so\n"}}, -ENOENT},
	{"pam_mutex", {{"s", "auth required pam_mutex.so\n"}}, -ELOOP},
	{"by its path", {{"s", "auth required /lib/x86_64-linux-gnu/security/pam_mutex.so\n"}}, -ELOOP},
	{"in a folder of that name", {{"s", "auth required /srv/pam_mutex/pam_u2f.so\n"}}, 0},
	{"in brackets", {{"s", "auth [success=1 default=ignore] [pam_mutex.so]\n"}}, -ELOOP},
	{"optional, type in capitals", {{"s", "-AUTH optional pam_mutex.so\n"}}, -ELOOP},
	{"in another phase only", {{"s", "auth required pam_u2f.so\naccount required pam_mutex.so\n"}}, 0},
	{"in a comment", {{"s", "# pam_mutex.so\nauth required pam_u2f.so # not pam_mutex.so\n"}}, 0},
	{"through @include", {{"s", "auth required pam_u2f.so\n@include common-auth\n"}, {"common-auth", "auth required pam_mutex.so finish\n"}}, -ELOOP},
	{"through include", {{"s", "auth include common-auth\n"}, {"common-auth", "auth required pam_mutex.so finish\n"}}, -ELOOP},
	{"through a substack in brackets", {{"s", "auth [substack] [common-auth]\n"}, {"common-auth", "auth required pam_mutex.so\n"}}, -ELOOP},
	{"through two files", {{"s", "auth include a\n"}, {"a", "@include b\n"}, {"b", "auth requisite pam_mutex.so\n"}}, -ELOOP},
	{"includes what is not there", {{"s", "auth required pam_u2f.so\n@include c\n"}}, -ENOENT},
	{"includes itself", {{"s", "auth required pam_u2f.so\n@include s\n"}}, 0},
	{"over a joint", {{"s", "auth required \\\npam_mutex.so\n"}}, -ELOOP},
	{"include over a joint", {{"s", "auth \\\n include \\\n c\n"}, {"c", "auth required pam_mutex.so\n"}}, -ELOOP},
	{"joint behind a comment", {{"s", "# x \\\nauth required pam_mutex.so\n"}}, -ELOOP},
	{"comment inside a joint", {{"s", "auth required pam_u2f.so # \\\nauth include c\n"}, {"c", "auth required pam_mutex.so\n"}}, -ELOOP},
	{"comment and empty line between joints", {{"s", "auth required \\\n# x\n\n pam_mutex.so\n"}}, -ELOOP},
	{"joint behind a comment that seems joined", {{"s", "# x \\\nauth required \\\npam_mutex.so\n"}}, -ELOOP},
	{"blanks behind the backslash", {{"s", "auth required \\ \t\npam_mutex.so\n"}}, -ELOOP},
	{"joint that never ends", {{"s", "auth required \\\n pam_mutex.so \\"}}, -ELOOP},
	{"last line joined to nothing", {{"s", "auth required pam_u2f.so \\"}}, 0},
	{"empty file", {{"s", ""}}, -ENOENT},
};

static int each(void *context, const char *name, int (*read)(void *scan, const char *bytes, size_t len), void *scan)
{
	const struct row *row = context;
	int count = 0;

	for (size_t i = 0; i < 4 && row->files[i].name != NULL; i++) {
		int r = strcmp(row->files[i].name, name) == 0 ? read(scan, row->files[i].text, strlen(row->files[i].text)) : -ENOENT;

		if (r == 0)
			count++;
		else if (r != -ENOENT)
			return r;
	}
	return count;
}

static void judges_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		union {
			const struct row *in;
			void *out;
		} row = {.in = &rows[i]};
		struct factor_stack_files files = {.each = each, .context = row.out};
		int r = factor_stack_check(&files, "s");

		if (r != rows[i].result)
			fail_msg("%s: %d", rows[i].name, r);
	}
}

/* Every file includes a new one. */
static int endless(void *context, const char *name, int (*read)(void *scan, const char *bytes, size_t len), void *scan)
{
	char text[] = "auth required pam_u2f.so\n@include aa\n";
	int *files = context, r;

	(void)name;
	text[strlen(text) - 2] = (char)('a' + *files % 26);
	text[strlen(text) - 3] = (char)('a' + (*files)++ / 26);
	r = read(scan, text, strlen(text));
	return r < 0 ? r : 1;
}

static void ends(void **state)
{
	int files = 0;

	(void)state;
	assert_int_equal(factor_stack_check(&(struct factor_stack_files){endless, &files}, "s"), -E2BIG);
	assert_int_equal(factor_stack_check(&(struct factor_stack_files){endless, &files}, ""), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(judges_rows), cmocka_unit_test(ends)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
