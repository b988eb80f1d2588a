/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/message_pack.c: no line is cut, and what has no room is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "message_pack.h"

static void lines_stay_whole(void **state)
{
	static const struct {
		const char *name;
		size_t lines[4], used[3]; /* bytes of each line; of each message, 0 = there is none */
	} rows[] = {
		{"none", {0}, {0}},
		{"together", {10, 20}, {31}},
		{"as much as there is room", {MESSAGE_BYTES_MAX}, {MESSAGE_BYTES_MAX}},
		{"as much with its newline", {10, MESSAGE_BYTES_MAX - 11}, {MESSAGE_BYTES_MAX}},
		{"a byte more", {10, MESSAGE_BYTES_MAX - 10}, {10, MESSAGE_BYTES_MAX - 10}},
		{"the last that fits ends it", {500, 500, 10}, {500, 511}},
		{"a line without room is left out, a shorter one is not", {500, 500, 500, 5}, {500, 506}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char messages[2][MESSAGE_BYTES_MAX + 1] = {""}, line[MESSAGE_BYTES_MAX];
		struct message_pack p = {.messages = messages, .max = 2};

		print_message("%s\n", rows[i].name);
		memset(line, 'x', sizeof line);
		for (size_t k = 0; k < 4 && rows[i].lines[k] > 0; k++)
			message_pack_line(&p, line, rows[i].lines[k]);
		for (size_t k = 0; k < 2; k++)
			assert_int_equal(strlen(messages[k]), rows[i].used[k]);
		assert_int_equal(p.count, (rows[i].used[0] > 0) + (rows[i].used[1] > 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lines_stay_whole)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
