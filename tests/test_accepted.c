/* SPDX-License-Identifier: BSD-2-Clause */
/* What was accepted is found again, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "accepted.h"
#include "text.h"

static void test_round_trip(void **state)
{
	char alice[ACCEPTED_DIGEST_SIZE], bob[ACCEPTED_DIGEST_SIZE], buffer[1024];
	struct text t;

	(void)state;
	accepted_digest("abc", 3, &alice);
	accepted_digest("", 0, &bob);
	assert_string_equal(alice, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	TEXT_INTO(&t, buffer);
	accepted_add(&t, ACCEPTED_PASSWORD, alice, "alice");
	accepted_add(&t, ACCEPTED_PASSWORD, bob, "evil\npassword x alice");
	accepted_add(&t, ACCEPTED_KEYS, bob, "/home/bob smith/.ssh/authorized_keys");
	assert_true(accepted_is(accepted_find(buffer, t.len, ACCEPTED_PASSWORD, "alice"), alice));
	assert_false(accepted_is(accepted_find(buffer, t.len, ACCEPTED_PASSWORD, "alice"), bob));
	assert_true(accepted_is(accepted_find(buffer, t.len, ACCEPTED_KEYS, "/home/bob smith/.ssh/authorized_keys"), bob));
	assert_null(accepted_find(buffer, t.len, ACCEPTED_KEYS, "alice"));
	assert_null(accepted_find(buffer, t.len, ACCEPTED_PASSWORD, "alic"));
	assert_null(accepted_find(buffer, t.len, ACCEPTED_PASSWORD, "evil"));
	assert_false(accepted_is(NULL, alice));
	/* cut off anywhere: nothing is read behind the end */
	for (size_t len = 0; len < t.len; len++)
		(void)accepted_find(buffer, len, ACCEPTED_KEYS, "/home/bob smith/.ssh/authorized_keys");
	assert_null(accepted_find(buffer, 20, ACCEPTED_PASSWORD, "alice"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
