/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/stamp.c: what is written is read, all else is refused with its line. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "document_check.h"
#include "document_random.h"
#include "stamp.h"
#include "text.h"

static const char GOOD[] = "mutex-stamp 1\n"
			   "boot_id=0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7\n"
			   "time_ns=81234567890\n"
			   "uid=1000\n"
			   "service=gdm-password\n"
			   "seat=seat0\n"
			   "tty=tty2\n"
			   "display=:0\n"
			   "pid=4711\n"
			   "pid_start=8123\n"
			   "factors=password,totp\n"
			   "end\n";

static int again(const char *bytes, size_t len, struct diag_list *problems, char *ret_again, size_t size)
{
	struct stamp stamp;
	struct text t;
	int r = stamp_read(bytes, len, "stamp", problems, &stamp);

	if (r < 0)
		return r;
	text_init(&t, ret_again, size);
	return stamp_write(&stamp, &t) < 0 ? 0 : (int)t.len;
}

static const struct document_edit EDITS[] = {
	{"whole", "", "", 0, 0},
	{"no seat, tty, display", "seat=seat0\ntty=tty2\ndisplay=:0\n", "seat=\ntty=\ndisplay=\n", 0, 0},
	{"other version", "mutex-stamp 1", "mutex-stamp 2", 0, 1},
	{"other kind", "mutex-stamp", "mutex-posture", 0, 1},
	{"byte order mark", "mutex-stamp", "\xef\xbb\xbfmutex-stamp", 0, 1},
	{"CR before LF", "mutex-stamp 1\n", "mutex-stamp 1\r\n", 0, 1},
	{"boot id in capitals", "0f3c2a1b", "0F3C2A1B", 0, 2},
	{"boot id too short", "0f3c2a1b-", "0f3c2a1-", 0, 2},
	{"boot id without dashes", "0f3c2a1b-4d5e", "0f3c2a1b04d5e", 0, 2},
	{"boot id empty", "0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7", "", 0, 2},
	{"time zero", "time_ns=81234567890", "time_ns=0", 0, 3},
	{"time negative", "time_ns=81234567890", "time_ns=-1", 0, 3},
	{"time largest", "time_ns=81234567890", "time_ns=9223372036854775807", 0, 0},
	{"time too large", "time_ns=81234567890", "time_ns=9223372036854775808", 0, 3},
	{"leading zero", "uid=1000", "uid=01000", 0, 4},
	{"leading plus", "uid=1000", "uid=+1000", 0, 4},
	{"leading blank", "uid=1000", "uid= 1000", 0, 4},
	{"trailing blank", "uid=1000", "uid=1000 ", 0, 4},
	{"hexadecimal", "uid=1000", "uid=0x3e8", 0, 4},
	{"minus zero", "uid=1000", "uid=-0", 0, 4},
	{"no uid", "uid=1000", "uid=", 0, 4},
	{"root", "uid=1000", "uid=0", 0, 0},
	{"largest uid", "uid=1000", "uid=4294967294", 0, 0},
	{"the uid that is none", "uid=1000", "uid=4294967295", 0, 4},
	{"uid that wraps to root", "uid=1000", "uid=4294967296", 0, 4},
	{"key with a blank", "uid=1000", "uid =1000", 0, 4},
	{"key in capitals", "uid=1000", "UID=1000", 0, 4},
	{"no equals sign", "uid=1000", "uid", 0, 4},
	{"key twice", "uid=1000\n", "uid=1000\nuid=1001\n", 0, 5},
	{"key missing", "uid=1000\n", "", 0, 4},
	{"unknown key", "uid=1000\n", "uid=1000\ncolour=red\n", 0, 5},
	{"empty line", "uid=1000\n", "\nuid=1000\n", 0, 4},
	{"two keys in the other order", "time_ns=81234567890\nuid=1000\n", "uid=1000\ntime_ns=81234567890\n", 0, 3},
	{"NUL in a name", "gdm-password", "gdm\0password", 12, 5},
	{"NUL behind a text", "tty2", "tty2\0", 5, 7},
	{"no service", "gdm-password", "", 0, 5},
	{"service with a slash", "gdm-password", "../gdm", 0, 5},
	{"service begins with a dot", "gdm-password", ".gdm", 0, 5},
	{"service of 63 bytes", "gdm-password", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk", 0, 0},
	{"service of 64 bytes", "gdm-password", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl", 0, 5},
	{"control character", "tty2", "tty\x1b[2J", 0, 7},
	{"C1 control", "tty2", "tty\xc2\x9b", 0, 7},
	{"bidirectional override", "tty2", "tty\xe2\x80\xae", 0, 7},
	{"line separator", "tty2", "tty\xe2\x80\xa8", 0, 7},
	{"bad UTF-8", "tty2", "tty\xff", 0, 7},
	{"overlong UTF-8", "tty2", "tty\xc0\xaf", 0, 7},
	{"Japanese and a backslash", "tty2", "\xe6\x97\xa5\\x1b", 0, 0},
	{"pid zero", "pid=4711", "pid=0", 0, 9},
	{"pid that wraps", "pid=4711", "pid=4294967297", 0, 9},
	{"no factor", "password,totp", "", 0, 11},
	{"factors out of order", "password,totp", "totp,password", 0, 11},
	{"factor twice", "password,totp", "totp,totp", 0, 11},
	{"comma behind", "password,totp", "password,", 0, 11},
	{"comma before", "password,totp", ",password", 0, 11},
	{"eight factors", "password,totp", "a,b,c,d,e,f,g,h", 0, 0},
	{"nine factors", "password,totp", "a,b,c,d,e,f,g,h,i", 0, 11},
	{"factor of 31 bytes", "password,totp", "abcdefghijklmnopqrstuvwxyz01234", 0, 0},
	{"factor of 32 bytes", "password,totp", "abcdefghijklmnopqrstuvwxyz012345", 0, 11},
	{"no end", "end\n", "", 0, 12},
	{"end without its line end", "end\n", "end", 0, 12},
	{"something behind the end", "end\n", "end\nend\n", 0, 13},
	{"NUL behind the end", "end\n", "end\n\0", 5, 13},
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
	struct stamp s;

	(void)state;
	assert_int_equal(stamp_read(GOOD, sizeof(GOOD) - 1, "stamp", NULL, &s), 0);
	assert_string_equal(s.boot_id, "0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7");
	assert_int_equal(s.time_ns, 81234567890);
	assert_int_equal(s.uid, 1000);
	assert_string_equal(s.service, "gdm-password");
	assert_string_equal(s.seat, "seat0");
	assert_string_equal(s.tty, "tty2");
	assert_string_equal(s.display, ":0");
	assert_int_equal(s.pid, 4711);
	assert_int_equal(s.pid_start, 8123);
	assert_int_equal(s.factors.count, 2);
	assert_string_equal(s.factors.items[0], "password");
	assert_string_equal(s.factors.items[1], "totp");
}

static void refused_leaves_the_result_alone(void **state)
{
	struct stamp s = {.uid = 77};

	(void)state;
	assert_int_equal(stamp_read(GOOD, sizeof(GOOD) - 2, "stamp", NULL, &s), -EBADMSG);
	assert_int_equal(s.uid, 77);
}

static void too_many_bytes_are_refused_unread(void **state)
{
	char large[STAMP_BYTES_MAX + 1];
	struct diag item = { 0 };
	struct diag_list problems = { .items = &item, .max = 1 };
	struct stamp s;

	(void)state;
	memset(large, 'x', sizeof(large));
	memcpy(large, GOOD, sizeof(GOOD) - 1);
	assert_int_equal(stamp_read(large, sizeof(large), "stamp", &problems, &s), -EBADMSG);
	assert_int_equal(problems.errors, 1);
	assert_int_equal(item.line, 0);
	assert_int_equal(stamp_read(NULL, 0, "stamp", NULL, &s), -EBADMSG);
}

static struct stamp random_stamp(struct document_random *r)
{
	struct stamp s;

	memset(&s, 0, sizeof(s));
	random_boot_id(r, s.boot_id);
	s.time_ns = random_between(r, 1, INT64_MAX);
	s.uid = (uid_t)random_between(r, 0, (int64_t)UINT32_MAX - 1);
	random_name(r, s.service, 1, sizeof(s.service) - 1);
	random_name(r, s.seat, 0, sizeof(s.seat) - 1);
	random_text(r, s.tty, sizeof(s.tty) - 1);
	random_text(r, s.display, sizeof(s.display) - 1);
	s.pid = (pid_t)random_between(r, 1, INT32_MAX);
	s.pid_start = random_between(r, 0, INT64_MAX);
	s.factors.count = (size_t)random_between(r, 1, FIELD_NAMES_MAX);
	for (size_t i = 0; i < s.factors.count; i++) {
		random_name(r, s.factors.items[i], 1, FIELD_NAME_SIZE - 1);
		s.factors.items[i][0] = (char)('a' + i);
	}
	return s;
}

static void what_is_written_is_read(void **state)
{
	struct document_random r = {20261122};
	char bytes[STAMP_BYTES_MAX + 1];
	struct text t;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct stamp s = random_stamp(&r), back;
		memset(&back, 0xa5, sizeof(back));
		TEXT_INTO(&t, bytes);
		assert_int_equal(stamp_write(&s, &t), 0);
		assert_int_equal(stamp_read(bytes, t.len, "stamp", NULL, &back), 0);
		assert_memory_equal(&s, &back, sizeof(s));
	}
}

/* Each row spoils one member of a good stamp; the writer must refuse it. */
static void invalid_structs_are_not_written(void **state)
{
	struct stamp good, bad;
	char bytes[STAMP_BYTES_MAX + 1];
	struct text t;
	int refused = 0;

	(void)state;
	assert_int_equal(stamp_read(GOOD, sizeof(GOOD) - 1, "stamp", NULL, &good), 0);
#define SPOIL(change, error) \
	bad = good; \
	change; \
	TEXT_INTO(&t, bytes); \
	assert_int_equal(stamp_write(&bad, &t), error); \
	refused++
	SPOIL(bad.boot_id[0] = 'G', -EINVAL);
	SPOIL(bad.time_ns = 0, -ERANGE);
	SPOIL(bad.uid = (uid_t)-1, -ERANGE);
	SPOIL(bad.pid = -1, -ERANGE);
	SPOIL(bad.service[0] = '\0', -ERANGE);
	SPOIL(bad.service[3] = '\n', -EINVAL);
	SPOIL(memset(bad.service, 'a', sizeof(bad.service)), -EINVAL);
	SPOIL(bad.tty[0] = '\n', -EINVAL);
	SPOIL(bad.display[0] = (char)0xff, -EINVAL);
	SPOIL(bad.factors.count = 0, -ERANGE);
	SPOIL(bad.factors.count = FIELD_NAMES_MAX + 1, -ERANGE);
	SPOIL(bad.factors.items[0][0] = 'z', -EINVAL);
	SPOIL(bad.factors.items[1][0] = '\0', -EINVAL);
	SPOIL(memset(bad.factors.items[1], 't', FIELD_NAME_SIZE), -EINVAL);
#undef SPOIL
	assert_int_equal(refused, 14);
}

static void small_memory_is_told(void **state)
{
	struct stamp s;
	char bytes[40];
	struct text t;

	(void)state;
	assert_int_equal(stamp_read(GOOD, sizeof(GOOD) - 1, "stamp", NULL, &s), 0);
	TEXT_INTO(&t, bytes);
	assert_int_equal(stamp_write(&s, &t), -EOVERFLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_read),
		cmocka_unit_test(edits_are_refused_in_their_line),
		cmocka_unit_test(bad_copies_are_refused),
		cmocka_unit_test(refused_leaves_the_result_alone),
		cmocka_unit_test(too_many_bytes_are_refused_unread),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(invalid_structs_are_not_written),
		cmocka_unit_test(small_memory_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
