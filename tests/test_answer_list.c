/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/answer_list.c: true lists, every cut of them, and lengths that are not so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "answer_list.h"

static const uint16_t DEVICES[] = {
	/* id, type, attached, classes, length of the name, enabled */
	2, 1, 3, 1, 5, 1, /* name: */ 0, 0, 0, 0, /* a class of two words: */ 0, 2, 0, 0,
	7, 5, 0, 0, 0, 0,
	9, 3, 2, 2, 1, 1, 0, 0, 0, 1, 0, 1,
};
static const uint32_t CLIENTS[] = {
	/* client, mask, bytes, value */
	0x200000, 2, 4, 4711,
	0x400000, 2, 0,
	0x600000, 2, 8, 42, 43,
};

/* A copy of its own, so that a read behind its end is found. */
static struct answer_list list_of(const void *bytes, size_t len, uint32_t count, uint8_t **ret_copy)
{
	*ret_copy = malloc(len > 0 ? len : 1);
	assert_non_null(*ret_copy);
	memcpy(*ret_copy, bytes, len);
	return (struct answer_list){.at = *ret_copy, .left = len, .count = count};
}

static void devices_are_read(void **state)
{
	struct answer_device device;
	uint8_t *copy;
	struct answer_list list = list_of(DEVICES, sizeof DEVICES, 3, &copy);

	(void)state;
	assert_true(answer_list_device(&list, &device));
	assert_int_equal(device.id, 2);
	assert_int_equal(device.type, 1);
	assert_true(device.enabled);
	assert_true(answer_list_device(&list, &device));
	assert_int_equal(device.id, 7);
	assert_false(device.enabled);
	assert_true(answer_list_device(&list, &device));
	assert_int_equal(device.id, 9);
	assert_int_equal(list.left, 0);
	assert_false(answer_list_device(&list, &device));
	free(copy);
}

static void clients_are_read(void **state)
{
	static const struct answer_client WANTED[] = {{0x200000, 4711}, {0x400000, 0}, {0x600000, 42}};
	struct answer_client client;
	uint8_t *copy;
	struct answer_list list = list_of(CLIENTS, sizeof CLIENTS, 3, &copy);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(answer_list_client(&list, &client));
		assert_int_equal(client.client, WANTED[i].client);
		assert_int_equal(client.pid, WANTED[i].pid);
	}
	assert_false(answer_list_client(&list, &client));
	free(copy);
}

/* However much is promised: as many as are wholly there, and nothing behind the end. */
static void cut_lists_end(void **state)
{
	static const size_t ENDS[] = {28, 40, 64};

	(void)state;
	for (size_t len = 0; len <= sizeof DEVICES; len++) {
		struct answer_device device;
		uint8_t *copy;
		struct answer_list list = list_of(DEVICES, len, UINT32_MAX, &copy);
		size_t n = 0, whole = 0;

		while (answer_list_device(&list, &device))
			n++;
		for (size_t i = 0; i < 3; i++)
			whole += len >= ENDS[i];
		assert_int_equal(n, whole);
		free(copy);
	}
	for (size_t len = 0; len <= sizeof CLIENTS; len++) {
		struct answer_client client;
		uint8_t *copy;
		struct answer_list list = list_of(CLIENTS, len, UINT32_MAX, &copy);
		size_t n = 0;

		while (answer_list_client(&list, &client))
			n++;
		assert_int_equal(n, (len >= 16) + (len >= 28) + (len >= 48));
		free(copy);
	}
}

/* Every number of the list in turn says something else. */
static void wrong_lengths_end_too(void **state)
{
	static const uint16_t WRONG[] = {0, 1, 3, 0x7fff, 0x8000, 0xffff};

	(void)state;
	for (size_t at = 0; at + 2 <= sizeof DEVICES; at += 2)
		for (size_t w = 0; w < sizeof WRONG / sizeof WRONG[0]; w++) {
			struct answer_device device;
			uint8_t *copy;
			struct answer_list list = list_of(DEVICES, sizeof DEVICES, 1000, &copy);
			size_t n = 0;

			memcpy(copy + at, &WRONG[w], sizeof WRONG[w]);
			while (answer_list_device(&list, &device))
				n++;
			assert_true(n <= sizeof DEVICES / 12);
			free(copy);
		}
	for (size_t at = 0; at + 2 <= sizeof CLIENTS; at += 2)
		for (size_t w = 0; w < sizeof WRONG / sizeof WRONG[0]; w++) {
			struct answer_client client;
			uint8_t *copy;
			struct answer_list list = list_of(CLIENTS, sizeof CLIENTS, 1000, &copy);
			size_t n = 0;

			memcpy(copy + at, &WRONG[w], sizeof WRONG[w]);
			while (answer_list_client(&list, &client))
				n++;
			assert_true(n <= sizeof CLIENTS / 12);
			free(copy);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_read),
		cmocka_unit_test(clients_are_read),
		cmocka_unit_test(cut_lists_end),
		cmocka_unit_test(wrong_lengths_end_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
