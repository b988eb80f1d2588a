/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of dpkg's checksums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "md5sums.h"

#define EMPTY "d41d8cd98f00b204e9800998ecf8427e"

static void test_lines(void **state)
{
	static const char list[] = EMPTY "  usr/sbin/mutexctl\n"
			    "short\n" EMPTY " usr/one-blank\n" EMPTY "  \n"
			    "D41D8CD98F00B204E9800998ECF8427E  usr/capitals\n" EMPTY "  usr/share/a b";
	const char *at = list, *end = list + sizeof list - 1;
	struct md5_line line;
	char digest[MD5_HEX_SIZE];

	(void)state;
	md5sums_digest("", 0, &digest);
	assert_string_equal(digest, EMPTY);
	assert_true(md5sums_next(&at, end, &line));
	assert_memory_equal(line.path, "usr/sbin/mutexctl", line.path_len);
	assert_memory_equal(line.digest, digest, 32);
	assert_true(md5sums_next(&at, end, &line));
	assert_int_equal(line.path_len, strlen("usr/share/a b"));
	assert_memory_equal(line.path, "usr/share/a b", line.path_len);
	assert_false(md5sums_next(&at, end, &line));
	assert_ptr_equal(at, end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
