/* SPDX-License-Identifier: BSD-2-Clause */
/* Building one shard: every size, sorting, memory, sameness. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <endian.h>
#include <errno.h>

#include "filter_sample.h"

/* Builds in exactly the memory that filter_build_memory() names, and finds every key. */
static struct filter_shard build_and_find(const uint64_t *keys, size_t count)
{
	const size_t memory_bytes = filter_build_memory(count);
	void *memory = malloc(memory_bytes);
	struct filter_shard shard;
	const uint16_t *fingerprints;
	struct arena arena;

	arena_init(&arena, memory, memory_bytes);
	assert_int_equal(filter_build_shard(keys, count, &arena, &shard, &fingerprints), 0);
	assert_int_equal(shard.key_count, count);
	assert_true(shard.seed != 0);
	for (size_t i = 0; i < count; i++) {
		uint32_t slots[FILTER_ARITY];
		uint16_t sum = filter_place(&shard, keys[i], slots);

		for (size_t j = 0; j < FILTER_ARITY; j++) {
			assert_in_range(slots[j], 0, filter_slot_count(&shard) - 1);
			sum ^= le16toh(fingerprints[slots[j]]);
		}
		assert_int_equal(sum, 0);
	}
	free(memory);
	return shard;
}

static void every_small_size(void **state)
{
	uint64_t random[1200], counted[1200];

	(void)state;
	for (size_t count = 0; count < 1200; count++) {
		for (size_t i = 0; i < count; i++) {
			random[i] = sample_key(count * 4096 + i);
			counted[i] = i;
		}
		build_and_find(random, count);
		build_and_find(counted, count);
	}
}

/* One row per length of segments, at its first and last size. */
static void both_ends_of_each_plan(void **state)
{
	static const size_t edges[] = {3016, 8776, 25537, 74312, 216249};
	uint64_t *keys = malloc(edges[4] * sizeof(*keys));

	(void)state;
	for (size_t i = 0; i < edges[4]; i++)
		keys[i] = sample_key(i);
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		const struct filter_shard below = build_and_find(keys, edges[i] - 1);
		const struct filter_shard from = build_and_find(keys, edges[i]);

		assert_int_equal(below.segment_bits + 1, from.segment_bits);
	}
	free(keys);
}

static void large_shards_are_small_files(void **state)
{
	(void)state;
	for (size_t count = 650000; count < FILTER_BUILD_KEYS_MAX; count += count / 7) {
		const struct filter_shard shard = filter_build_plan(count);

		assert_true(filter_slot_count(&shard) * 16 * 10 < count * 173);
		assert_true(filter_slot_count(&shard) > count);
		assert_true(shard.segment_bits <= FILTER_SEGMENT_BITS_MAX);
		/* A GiB holds the keys themselves and 20 million of them in the making. */
		assert_true(filter_build_memory(count) < count * 26);
	}
}

static void the_same_keys_give_the_same_shard(void **state)
{
	enum { COUNT = 5000 };
	uint64_t keys[COUNT];
	size_t len[2];
	unsigned char *file[2];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		keys[i] = sample_key(i);
	for (size_t i = 0; i < 2; i++)
		file[i] = sample_filter(keys, COUNT, 4, &len[i]);
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(file[0], file[1], len[0]);
	free(file[0]);
	free(file[1]);
}

static void bad_requests(void **state)
{
	const uint64_t twice[] = {7, 8, 9, 7};
	const size_t memory_bytes = filter_build_memory(4);
	void *memory = malloc(memory_bytes);
	struct filter_shard shard = {.seed = 99};
	const uint16_t *fingerprints = NULL;
	struct arena arena;

	(void)state;
	arena_init(&arena, memory, memory_bytes);
	assert_int_equal(filter_build_shard(twice, 4, &arena, &shard, &fingerprints), -EINVAL);
	arena_init(&arena, memory, memory_bytes / 2);
	assert_int_equal(filter_build_shard(twice, 3, &arena, &shard, &fingerprints), -ENOMEM);
	assert_int_equal(filter_build_shard(twice, FILTER_BUILD_KEYS_MAX + 1, &arena, &shard, &fingerprints), -E2BIG);
	assert_int_equal(shard.seed, 99);
	assert_null(fingerprints);
	free(memory);
}

static int compare_keys(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Against qsort and a plain loop, with few and many repeats. */
static void sorting_drops_repeats(void **state)
{
	static const struct {
		const char *name;
		size_t count;
		uint64_t distinct;
	} rows[] = {
		{"nothing", 0, 1},
		{"one key", 1, 1},
		{"one key often", 3000, 1},
		{"few keys", 3000, 7},
		{"half repeated", 3000, 1500},
		{"nearly all distinct", 3000, 1U << 20},
	};
	uint64_t keys[3000], scratch[3000], expected[3000];

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		size_t kept = 0;

		for (size_t i = 0; i < rows[r].count; i++)
			keys[i] = expected[i] = sample_key(sample_key(i) % rows[r].distinct);
		qsort(expected, rows[r].count, sizeof(expected[0]), compare_keys);
		for (size_t i = 0; i < rows[r].count; i++)
			if (i == 0 || expected[i] != expected[i - 1])
				expected[kept++] = expected[i];
		print_message("%s\n", rows[r].name);
		assert_int_equal(filter_build_sort(keys, scratch, rows[r].count), kept);
		assert_memory_equal(keys, expected, kept * sizeof(keys[0]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_small_size),
		cmocka_unit_test(both_ends_of_each_plan),
		cmocka_unit_test(large_shards_are_small_files),
		cmocka_unit_test(the_same_keys_give_the_same_shard),
		cmocka_unit_test(bad_requests),
		cmocka_unit_test(sorting_drops_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
