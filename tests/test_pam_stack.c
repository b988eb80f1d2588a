/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of PAM configuration: lines, controls, includes, and what libpam does with mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pam_files.h"
#include "pam_stack.h"
#include "text.h"

static unsigned char memory[1024 * 1024];
static struct diag diag_items[64];
static struct diag_list diags;
static struct arena arena;

static struct pam_service read_service(const struct memory_file *files, const char *service)
{
	struct pam_files source = {.read = memory_read, .context = (void *)(uintptr_t)files};
	struct pam_service s;

	arena_init(&arena, memory, sizeof memory);
	diags = (struct diag_list){.items = diag_items, .max = 64};
	assert_int_equal(pam_stack_read(&source, service, &arena, &diags, &s), 0);
	return s;
}

/* A chain as one line of text: "level module(control)[args]@line; ..." */
static const char *show(const struct pam_chain *chain)
{
	static char buffer[4096];
	struct text t;

	TEXT_INTO(&t, buffer);
	for (size_t i = 0; i < chain->count; i++) {
		const struct pam_line *l = &chain->lines[i];
		static const char marks[PAM_LINE_KIND_MAX] = {'!', ' ', '>'};

		text_add_format(&t, "%s%d%c%s(%s)", i > 0 ? "; " : "", l->level, marks[l->kind], l->module, l->control);
		for (size_t a = 0; a < l->arg_count; a++)
			text_add_format(&t, "[%s]", l->args[a]);
		text_add_format(&t, "@%s:%u", l->file, l->line);
	}
	assert_int_equal(text_end(&t), 0);
	return buffer;
}

static const struct {
	const char *name;
	struct memory_file files[5];
	const char *password; /* the chain of service "s" */
	const char *auth;
	bool dead, doubtful, from_other;
	size_t problems;
} ROWS[] = {
	{"plain", {{0, "s", "password required pam_unix.so a b=c\n"}}, "0 pam_unix.so(required)[a][b=c]@s:1", "", .problems = 0},
	{"no newline at the end", {{0, "s", "password required pam_unix.so"}}, "0 pam_unix.so(required)@s:1", ""},
	{"comments, blanks, tabs", {{0, "s", "# c\n\n \t# d\n\tpassword\trequired \tpam_unix.so x # e\n"}},
	 "0 pam_unix.so(required)[x]@s:4", ""},
	{"words without case", {{0, "s", "PassWord REQUIRED pam_unix.so\n"}}, "0 pam_unix.so(REQUIRED)@s:1", ""},
	{"dash", {{0, "s", "-password optional pam_x.so\n"}}, "0 pam_x.so(optional)@s:1", ""},
	{"continued", {{0, "s", "password \\\n required pam_unix.so \\ \n x\npassword required b.so\n"}},
	 "0 pam_unix.so(required)[x]@s:1; 0 b.so(required)@s:4", ""},
	{"continued to the end of file", {{0, "s", "password required a.so\npassword required \\\n"}}, "0 a.so(required)@s:1", "", .dead = true,
	 .problems = 1},
	{"continued, then a comment", {{0, "s", "password required \\\n# c\n pam_unix.so\n"}}, "0 pam_unix.so(required)@s:1", "",
	 .doubtful = true, .problems = 1},
	{"a comment does not continue", {{0, "s", "# c \\\npassword required a.so\n"}}, "0 a.so(required)@s:2", ""},
	{"carriage return belongs to the module", {{0, "s", "password required a.so\r\n"}}, "0 a.so\r(required)@s:1", ""},
	{"bracketed argument", {{0, "s", "password required a.so [x y [z\\] w] v\n"}}, "0 a.so(required)[x y [z] w][v]@s:1", ""},
	{"control", {{0, "s", "password [success=1 default=ignore] a.so\n"}}, "0 a.so(success=1 default=ignore)@s:1", ""},
	{"@include", {{0, "s", "@include c\npassword required z.so\n"}, {0, "c", "auth required x.so\npassword required y.so\n"}},
	 "0 y.so(required)@c:2; 0 z.so(required)@s:2", "0 x.so(required)@c:1"},
	{"include takes one phase", {{0, "s", "password include c\n"}, {0, "c", "auth required x.so\npassword required y.so\n"}},
	 "0 y.so(required)@c:2", ""},
	{"@include within include keeps the phase", {{0, "s", "password include c\n"}, {0, "c", "@include d\n"}, {0, "d", "auth required x.so\npassword required y.so\n"}},
	 "0 y.so(required)@d:2", ""},
	{"substack", {{0, "s", "password substack c\npassword required z.so\n"}, {0, "c", "password required y.so\n"}},
	 "0>c(substack)@s:1; 1 y.so(required)@c:1; 0 z.so(required)@s:2", ""},
	{"absolute include", {{0, "s", "password include /x/c\n"}, {PAM_PLACE_ABSOLUTE, "/x/c", "password required y.so\n"}},
	 "0 y.so(required)@/x/c:1", ""},
	{"vendor service", {{PAM_PLACE_VENDOR, "s", "password required v.so\n"}}, "0 v.so(required)@s:1", ""},
	{"etc before vendor", {{PAM_PLACE_VENDOR, "s", "password required v.so\n"}, {0, "s", "password required e.so\n"}}, "0 e.so(required)@s:1", ""},
	{"Debian includes nothing from the vendor's folder", {{0, "s", "password include c\n"}, {PAM_PLACE_VENDOR, "c", "password required y.so\n"}},
	 "0!c(include)@s:1", "", .problems = 1},
	{"missing phase: other", {{0, "s", "auth required a.so\n"}, {0, "other", "auth required o.so\npassword required p.so\n"}},
	 "0 p.so(required)@other:2", "0 a.so(required)@s:1", .from_other = true},
	{"missing service: other", {{0, "other", "password required p.so\n"}}, "0 p.so(required)@other:1", "", .from_other = true},
	{"missing service and other", {{0, "t", ""}}, "", "", .dead = true, .from_other = true},
	{"other without a file", {{0, "s", "auth required a.so\n"}}, "", "0 a.so(required)@s:1", .from_other = true},
	{"a dead other kills all", {{0, "s", "password required a.so\n"}, {0, "other", "@include nowhere\n"}}, "0 a.so(required)@s:1", "", .dead = true},
	{"missing @include kills the service", {{0, "s", "@include nowhere\npassword required a.so\n"}}, "", "", .dead = true, .from_other = true, .problems = 1},
	{"missing @include within an include is in doubt", {{0, "s", "password include c\n"}, {0, "c", "@include nowhere\n"}}, "0!nowhere()@c:1", "",
	 .doubtful = true, .problems = 2},
	{"missing include fails", {{0, "s", "password include nowhere\npassword required a.so\n"}},
	 "0!nowhere(include)@s:1; 0 a.so(required)@s:2", "", .problems = 1},
	{"a dead included file fails in its place", {{0, "s", "password include c\n"}, {0, "c", "password required \\\n"}}, "0!c(include)@s:1", "", .problems = 1},
	{"include without a name", {{0, "s", "password include\n"}}, "", "", .dead = true, .from_other = true, .problems = 1},
	{"unknown type is a failing auth line", {{0, "s", "pasword required a.so\npassword required b.so\n"}}, "0 b.so(required)@s:2",
	 "0!a.so(required)@s:1", .problems = 1},
	{"unknown type in an include of one phase", {{0, "s", "password include c\n"}, {0, "c", "pasword required a.so\n"}}, "0!a.so(required)@c:1", "", .problems = 1},
	{"no control", {{0, "s", "password\n"}}, "0!()@s:1", "", .problems = 1},
	{"no module", {{0, "s", "password required\n"}}, "0!(required)@s:1", "", .problems = 1},
	{"nameless module kills the service", {{0, "s", "password required /x/\n"}}, "", "", .dead = true, .from_other = true, .problems = 1},
	{"a loop is in doubt", {{0, "s", "password include s\n"}}, "0!s(include)@s:1", "", .doubtful = true, .problems = 1},
	{"@include loop", {{0, "s", "@include s\n"}}, "", "", .dead = true, .doubtful = true, .from_other = true, .problems = 1},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct pam_service s = read_service(ROWS[i].files, "s");

		print_message("%s\n", ROWS[i].name);
		assert_string_equal(show(&s.phases[PAM_PHASE_PASSWORD]), ROWS[i].password);
		assert_string_equal(show(&s.phases[PAM_PHASE_AUTH]), ROWS[i].auth);
		assert_int_equal(s.dead, ROWS[i].dead);
		assert_int_equal(s.doubtful, ROWS[i].doubtful);
		assert_int_equal(s.phases[PAM_PHASE_PASSWORD].from_other, ROWS[i].from_other);
		assert_int_equal(diags.errors, ROWS[i].problems);
	}
}

static const struct {
	const char *control;
	int success, ignore, user_unknown, authtok_err;
	bool wrong;
} CONTROLS[] = {
	{"required", -1, 0, -3, -3, false},
	{"requisite", -1, 0, -4, -4, false},
	{"optional", -1, 0, 0, 0, false},
	{"sufficient", -2, 0, 0, 0, false},
	{"[success=ok default=die]", -1, -4, -4, -4, false},
	{"[default=die success=ok]", -1, -4, -4, -4, false},
	{"[success=ok default=die default=ok]", -1, -4, -4, -4, false}, /* a default fills only what is unset */
	{"[ success = 3  user_unknown=reset ]", 3, -3, -5, -3, false},
	{"[success=done ignore=ignore default=bad]", -2, 0, -3, -3, false},
	{"[success=007]", 7, -3, -3, -3, false},
	{"[]", -3, -3, -3, -3, false},
	{"[success=0]", -3, -3, -3, -3, true},
	{"[success=-1]", -3, -3, -3, -3, true},
	{"[success=99999999999]", -3, -3, -3, -3, true},
	{"[success]", -3, -3, -3, -3, true},
	{"[success=]", -3, -3, -3, -3, true},
	{"[sucess=ok]", -3, -3, -3, -3, true},
	{"[success=okay]", -3, -3, -3, -3, true},
	{"[success=ok,default=die]", -3, -3, -3, -3, true},
	{"requird", -3, -3, -3, -3, true},
	{"[required]", -1, 0, -3, -3, false},
};

static void test_controls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof CONTROLS / sizeof CONTROLS[0]; i++) {
		char text[128];
		struct memory_file files[2] = {{0, "s", text}, {0, NULL, NULL}};
		struct pam_service s;
		const int *a;

		print_message("%s\n", CONTROLS[i].control);
		(void)snprintf(text, sizeof text, "password %s a.so\n", CONTROLS[i].control);
		s = read_service(files, "s");
		assert_int_equal(s.phases[PAM_PHASE_PASSWORD].count, 1);
		a = s.phases[PAM_PHASE_PASSWORD].lines[0].actions;
		assert_int_equal(diags.errors, CONTROLS[i].wrong);
		assert_int_equal(a[PAM_CODE_success], CONTROLS[i].success);
		assert_int_equal(a[PAM_CODE_ignore], CONTROLS[i].ignore);
		assert_int_equal(a[PAM_CODE_user_unknown], CONTROLS[i].user_unknown);
		assert_int_equal(a[PAM_CODE_authtok_err], CONTROLS[i].authtok_err);
	}
}

static const struct {
	const char *module, *name;
} MODULES[] = {
	{"pam_unix.so", "pam_unix"},
	{"/lib/security/pam_unix.so", "pam_unix"},
	{"/usr/lib/x86_64-linux-gnu/security/pam_unix.so", "pam_unix"},
	{"/lib/aarch64-linux-gnu/security/pam_unix.so", "pam_unix"},
	{"/opt/security/pam_unix.so", NULL},
	{"/usr/lib/../opt/security/pam_unix.so", NULL},
	{"/usr/lib/a/b/security/pam_unix.so", NULL},
	{"../pam_unix.so", NULL},
	{"pam_unix.so\r", NULL},
	{"pam_unix", NULL},
};

static void test_modules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof MODULES / sizeof MODULES[0]; i++) {
		struct pam_line line = {.kind = PAM_LINE_MODULE, .module = MODULES[i].module};
		char buffer[64];
		const char *name = pam_stack_module(&line, &buffer);

		print_message("%s\n", MODULES[i].module);
		if (MODULES[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, MODULES[i].name);
	}
}

static void test_options(void **state)
{
	const char *const args[] = {"use_authtokx", "root=/x", "use_authtok"};
	struct pam_line line = {.args = args, .arg_count = 2};

	(void)state;
	assert_null(pam_stack_option(&line, "use_authtok"));
	assert_string_equal(pam_stack_option(&line, "root"), "/x");
	line.arg_count = 3;
	assert_non_null(pam_stack_option(&line, "use_authtok"));
}

/* 2^16 includes: it must end, and say that it proves nothing. */
static void test_growth(void **state)
{
	struct memory_file files[18] = {{0}};
	char names[17][16], texts[17][64];

	(void)state;
	for (int i = 0; i < 17; i++) {
		(void)snprintf(names[i], sizeof names[i], "s%d", i);
		(void)snprintf(texts[i], sizeof texts[i], "@include s%d\n@include s%d\n", i + 1, i + 1);
		files[i] = (struct memory_file){0, names[i], texts[i]};
	}
	assert_true(read_service(files, "s0").doubtful);
}

static void test_long_line(void **state)
{
	char text[2048];
	struct memory_file files[2] = {{0, "s", text}, {0, NULL, NULL}};

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "# ", 2);
	text[1022] = '\n';
	memcpy(text + 1023, "password required a.so\n", 24);
	assert_false(read_service(files, "s").doubtful);
	memset(text, 'x', sizeof text);
	memcpy(text, "# ", 2);
	text[1023] = '\n';
	memcpy(text + 1024, "password required a.so\n", 24);
	assert_true(read_service(files, "s").doubtful);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),    cmocka_unit_test(test_controls), cmocka_unit_test(test_modules),
		cmocka_unit_test(test_options), cmocka_unit_test(test_growth),   cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
