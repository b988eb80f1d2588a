/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/base32.c with RFC 4648's vectors (without padding) and our groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base32.h"
#include "text.h"

static const struct row {
	const char *alphabet, *bytes;
	size_t group;
	const char *text;
} rows[] = {
	{BASE32_RFC4648, "", 0, ""},
	{BASE32_RFC4648, "f", 0, "MY"},
	{BASE32_RFC4648, "fo", 0, "MZXQ"},
	{BASE32_RFC4648, "foo", 0, "MZXW6"},
	{BASE32_RFC4648, "foob", 0, "MZXW6YQ"},
	{BASE32_RFC4648, "fooba", 0, "MZXW6YTB"},
	{BASE32_RFC4648, "foobar", 0, "MZXW6YTBOI"},
	{BASE32_RFC4648, "foobar", 4, "MZXW-6YTB-OI"},
	{BASE32_RFC4648, "fooba", 4, "MZXW-6YTB"},
	{BASE32_RFC4648, "\xff\xff\xff\xff\xff", 0, "77777777"},
	{BASE32_CROCKFORD, "\xff\xff\xff\xff\xff", 0, "ZZZZZZZZ"},
	{BASE32_CROCKFORD, "foobar", 0, "CSQPYRK1E8"},
};

static void writes_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char bytes[64];
		struct text t;

		TEXT_INTO(&t, bytes);
		base32_add(&t, rows[i].alphabet, (const uint8_t *)rows[i].bytes, strlen(rows[i].bytes), rows[i].group, '-');
		assert_string_equal(bytes, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(writes_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
