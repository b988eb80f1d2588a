/* SPDX-License-Identifier: BSD-2-Clause */
/* The module's arguments: what is taken, and that nothing unknown is ever skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "options.h"
#include "paths.h"

#define ARGUMENTS_MAX 5

static const struct {
	const char *name;
	const char *argv[ARGUMENTS_MAX];
	int bad; /* index of the one refused; -1 = all taken */
	struct options expected;
} rows[] = {
	{"none", {NULL}, -1, {.root = ""}},
	{"all", {"use_authtok", "use_first_pass", "try_first_pass", "debug"}, -1, {.root = "", .use_authtok = true, .use_first_pass = true, .try_first_pass = true, .debug = true}},
	{"root", {"root=/tmp/x.y/z"}, -1, {.root = "/tmp/x.y/z"}},
	{"root and debug", {"debug", "root=/srv"}, -1, {.root = "/srv", .debug = true}},
	{"begin", {"begin"}, -1, {.line = OPTIONS_BEGIN, .root = ""}},
	{"failed and root", {"failed", "root=/srv"}, -1, {.line = OPTIONS_FAILED, .root = "/srv"}},
	{"finish and debug", {"finish", "debug"}, -1, {.line = OPTIONS_FINISH, .root = "", .debug = true}},
	{"line behind another word", {"debug", "begin"}, 1, {0}},
	{"two lines", {"begin", "finish"}, 1, {0}},
	{"line twice", {"finish", "finish"}, 1, {0}},
	{"line with more", {"begins"}, 0, {0}},
	{"unknown word behind a line", {"failed", "nullok"}, 1, {0}},
	{"unknown word", {"debug", "nullok"}, 1, {0}},
	{"capital", {"Debug"}, 0, {0}},
	{"prefix of a word", {"use_auth"}, 0, {0}},
	{"word with more", {"debug=1"}, 0, {0}},
	{"empty", {"use_authtok", ""}, 1, {0}},
	{"twice", {"debug", "debug"}, 1, {0}},
	{"root twice", {"root=/a", "root=/b"}, 1, {0}},
	{"root empty", {"root="}, 0, {0}},
	{"root without value", {"root"}, 0, {0}},
	{"root relative", {"root=tmp"}, 0, {0}},
	{"root is the real one", {"root=/"}, 0, {0}},
	{"root with slash at end", {"root=/tmp/"}, 0, {0}},
	{"root with double slash", {"root=/tmp//x"}, 0, {0}},
	{"root with dot", {"root=/tmp/./x"}, 0, {0}},
	{"root with dots", {"root=/tmp/../x"}, 0, {0}},
	{"root ends with dots", {"root=/tmp/.."}, 0, {0}},
};

static void takes_and_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct options o = {.root = "untouched"};
		int argc = 0, bad = -1, result;

		while (argc < ARGUMENTS_MAX && rows[i].argv[argc] != NULL)
			argc++;
		result = options_parse(argc, rows[i].argv, &o, &bad);
		if (result != (rows[i].bad < 0 ? 0 : -EINVAL) || bad != rows[i].bad)
			fail_msg("%s: returned %d, bad argument %d", rows[i].name, result, bad);
		if (rows[i].bad >= 0) {
			assert_string_equal(o.root, "untouched");
			continue;
		}
		if (o.line != rows[i].expected.line || strcmp(o.root, rows[i].expected.root) != 0 || o.use_authtok != rows[i].expected.use_authtok ||
		    o.use_first_pass != rows[i].expected.use_first_pass || o.try_first_pass != rows[i].expected.try_first_pass ||
		    o.debug != rows[i].expected.debug)
			fail_msg("%s: read wrongly", rows[i].name);
	}
}

static void refuses_a_root_longer_than_paths(void **state)
{
	char argument[PATHS_BYTES_MAX + 32] = "root=/";
	const char *argv[] = {argument};
	struct options o;
	int bad;

	(void)state;
	memset(argument + 6, 'x', PATHS_BYTES_MAX - 2);
	assert_int_equal(options_parse(1, argv, &o, &bad), 0);
	argument[strlen(argument)] = 'x';
	assert_int_equal(options_parse(1, argv, &o, &bad), -EINVAL);
}

static void says_when_it_may_not_prompt(void **state)
{
	(void)state;
	assert_false(options_never_prompt(&(struct options){.root = "", .try_first_pass = true, .debug = true}));
	assert_true(options_never_prompt(&(struct options){.root = "", .use_authtok = true}));
	assert_true(options_never_prompt(&(struct options){.root = "", .use_first_pass = true}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_and_refuses),
		cmocka_unit_test(refuses_a_root_longer_than_paths),
		cmocka_unit_test(says_when_it_may_not_prompt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
