/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/excuse_account.c: what is written is read, all else is refused with its line. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "document_check.h"
#include "excuse_account.h"
#include "text.h"

static const char GOOD[] = "mutex-excuses 1\n"
			   "boot_id=0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7\n"
			   "uid=1000\n"
			   "present.day=46443\n"
			   "present.used_ns=600000000000\n"
			   "present.since_ns=7000\n"
			   "present.until_ns=9000\n"
			   "inhibited.day=0\n"
			   "inhibited.used_ns=0\n"
			   "inhibited.since_ns=0\n"
			   "inhibited.until_ns=0\n"
			   "end\n";

static int again(const char *bytes, size_t len, struct diag_list *problems, char *ret_again, size_t size)
{
	struct excuse_account account;
	struct text t;
	int r = excuse_account_read(bytes, len, "excuses", problems, &account);

	if (r < 0)
		return r;
	text_init(&t, ret_again, size);
	return excuse_account_write(&account, &t) < 0 ? 0 : (int)t.len;
}

static const struct document_edit EDITS[] = {
	{"whole", "", "", 0, 0},
	{"other version", "mutex-excuses 1", "mutex-excuses 2", 0, 1},
	{"no boot", "boot_id=0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7", "boot_id=", 0, 2},
	{"nobody", "uid=1000", "uid=4294967295", 0, 3},
	{"less than nothing used", "used_ns=600000000000", "used_ns=-1", 0, 5},
	{"more than can be reckoned with", "used_ns=600000000000", "used_ns=9223372036854775807", 0, 5},
	{"an end without an end", "until_ns=9000", "until_ns=9223372036854775807", 0, 7},
	{"key missing", "inhibited.day=0\n", "", 0, 8},
	{"something behind the end", "end\n", "end\n\n", 0, 13},
};

static void edits_are_refused_in_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(EDITS) / sizeof(EDITS[0]); i++)
		assert_true(document_edit_holds(GOOD, &EDITS[i], again));
}

static void bad_copies_are_refused(void **state)
{
	(void)state;
	assert_int_equal(document_count_bad_copies(GOOD, again), 0);
}

static void members_are_read(void **state)
{
	struct excuse_account a;

	(void)state;
	assert_int_equal(excuse_account_read(GOOD, sizeof(GOOD) - 1, "excuses", NULL, &a), 0);
	assert_string_equal(a.boot_id, "0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7");
	assert_int_equal(a.uid, 1000);
	assert_int_equal(a.present.day, 46443);
	assert_int_equal(a.present.used_ns, INT64_C(600000000000));
	assert_int_equal(a.present.since_ns, 7000);
	assert_int_equal(a.present.until_ns, 9000);
	assert_int_equal(a.inhibited.until_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_are_refused_in_their_line),
		cmocka_unit_test(bad_copies_are_refused),
		cmocka_unit_test(members_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
