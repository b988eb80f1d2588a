/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets as xsecurelock's dialogue writes and reads them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth_protocol.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void writes_questions_and_texts(void **state)
{
	char bytes[64];
	struct text t;

	(void)state;
	TEXT_INTO(&t, bytes);
	assert_int_equal(auth_packet_write(AUTH_ASK_HIDDEN, "Password: ", &t), 0);
	assert_string_equal(bytes, "P 10\nPassword: \n");
	TEXT_INTO(&t, bytes);
	assert_int_equal(auth_packet_write(AUTH_TELL_ERROR, "", &t), 0);
	assert_string_equal(bytes, "e 0\n\n");
	text_init(&t, bytes, 8);
	assert_int_equal(auth_packet_write(AUTH_TELL, "too long", &t), -EOVERFLOW);
}

#define LONG64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LONG511 LONG64 LONG64 LONG64 LONG64 LONG64 LONG64 LONG64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

static const struct answer_row {
	const char *name, *bytes;
	size_t len; /* 0: strlen */
	int wanted; /* of the reading, or of the length when that is an error */
	const char *answer;
} ANSWERS[] = {
	{"a password", "p 2\npw\n", 0, 0, "pw"},
	{"a name", "u 5\nalice\n", 0, 0, "alice"},
	{"an empty password", "p 0\n\n", 0, 0, ""},
	{"a newline in it", "p 3\na\nb\n", 0, 0, "a\nb"},
	{"the longest", "p 511\n" LONG511 "\n", 0, 0, LONG511},
	{"longer", "p 512\n" LONG511 "x\n", 0, -EMSGSIZE, NULL},
	{"cancelled", "x 0\n\n", 0, -ECANCELED, NULL},
	{"a question, which is ours", "P 2\npw\n", 0, -EPROTO, NULL},
	{"no blank", "p2\npw\n", 0, -EPROTO, NULL},
	{"no length", "p \npw\n", 0, -EPROTO, NULL},
	{"a negative length", "p -1\n\n", 0, -EPROTO, NULL},
	{"a leading plus", "p +2\npw\n", 0, -EPROTO, NULL},
	{"a header without an end", "p 00000002", 0, -EPROTO, NULL},
	{"no newline behind", "p 2\npwx", 0, -EPROTO, NULL},
	{"a NUL in it", "p 2\np\0\n", 7, -EPROTO, NULL},
	{"a length above the dialogue's own", "p 65535\n", 0, -EPROTO, NULL},
};

/* As it is read: byte by byte until the length is known. */
static int read_as_it_comes(const char *bytes, size_t len, struct secret *ret_answer)
{
	for (size_t n = 0; n <= len; n++) {
		int wanted = auth_packet_length(bytes, n);

		if (wanted < 0)
			return wanted;
		if (wanted > 0)
			return (size_t)wanted == len ? auth_packet_read(bytes, len, ret_answer) : -EBADMSG;
	}
	return -ENODATA;
}

static void reads_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ANSWERS); i++) {
		const struct answer_row *row = &ANSWERS[i];
		struct secret answer SECRET_WIPED = {0};
		int r = read_as_it_comes(row->bytes, row->len != 0 ? row->len : strlen(row->bytes), &answer);

		if (r != row->wanted)
			fail_msg("%s: %d", row->name, r);
		if (r == 0)
			assert_string_equal(answer.bytes, row->answer);
		else
			assert_int_equal(answer.len, 0);
	}
}

static void reads_no_part_of_a_packet(void **state)
{
	static const char WHOLE[] = "p 2\npw\n";
	struct secret answer SECRET_WIPED = {0};

	(void)state;
	for (size_t n = 0; n < sizeof WHOLE - 1; n++)
		assert_int_equal(auth_packet_read(WHOLE, n, &answer), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_questions_and_texts),
		cmocka_unit_test(reads_answers),
		cmocka_unit_test(reads_no_part_of_a_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
