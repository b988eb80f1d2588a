/* SPDX-License-Identifier: BSD-2-Clause */
/* Every path stands under the root folder, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "paths.h"

static void puts_the_root_before_every_path(void **state)
{
	static const char *const ROOTS[] = {"", "/tmp/root"};

	(void)state;
	for (size_t i = 0; i < sizeof ROOTS / sizeof ROOTS[0]; i++) {
		size_t len = strlen(ROOTS[i]);
		struct paths p;

		assert_int_equal(paths_init(&p, ROOTS[i], 4711), 0);
		assert_int_equal(p.owner, 4711);
#define PATHS_CHECK(field, path) \
	assert_memory_equal(p.field, ROOTS[i], len); \
	assert_string_equal(p.field + len, path); \
	assert_true((path)[0] == '/' || strlen(path) == 0); /* the root itself */
		PATHS(PATHS_CHECK)
#undef PATHS_CHECK
	}
}

static void refuses_a_root_too_long(void **state)
{
	char root[PATHS_BYTES_MAX];
	struct paths p;
	size_t longest = 0;

	(void)state;
#define PATHS_LONGEST(field, path) longest = strlen(path) > longest ? strlen(path) : longest;
	PATHS(PATHS_LONGEST)
#undef PATHS_LONGEST
	memset(root, 'r', sizeof root);
	root[0] = '/';
	root[sizeof root - 1 - longest] = '\0';
	assert_int_equal(paths_init(&p, root, 0), 0);
	root[sizeof root - 1 - longest] = 'r';
	root[sizeof root - longest] = '\0';
	assert_int_equal(paths_init(&p, root, 0), -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_the_root_before_every_path),
		cmocka_unit_test(refuses_a_root_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
