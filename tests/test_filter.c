/* SPDX-License-Identifier: BSD-2-Clause */
/* The breached-password filter: keys, queries, and every way a file can be wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>

#include "filter_sample.h"

enum { COUNT = 20000, SHARDS = 8 };

struct sample {
	uint64_t keys[COUNT];
	unsigned char *bytes;
	size_t len;
};

static int set_up(void **state)
{
	struct sample *s = calloc(1, sizeof(*s));

	for (size_t i = 0; i < COUNT; i++)
		s->keys[i] = sample_key(i);
	s->bytes = sample_filter(s->keys, COUNT, SHARDS, &s->len);
	*state = s;
	return s->bytes == NULL;
}

static int tear_down(void **state)
{
	struct sample *s = *state;

	free(s->bytes);
	free(s);
	return 0;
}

/* Expected values from `printf %s WORD | sha1sum | cut -c1-16`. */
static void keys_are_sha1_prefixes(void **state)
{
	static const struct {
		const char *word;
		uint64_t key;
	} rows[] = {
		{"", UINT64_C(0xda39a3ee5e6b4b0d)},
		{"password", UINT64_C(0x5baa61e4c9b93f3f)},
		{"Password123!", UINT64_C(0x49efef5f70d47adc)},
		{"\xe3\x81\x82", UINT64_C(0x98fdfc0a7426bbb0)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(filter_key(rows[i].word, strlen(rows[i].word)), rows[i].key);
}

static void members_are_found_and_others_hardly_ever(void **state)
{
	const struct sample *s = *state;
	struct filter f;
	size_t wrong = 0;

	assert_int_equal(filter_open(s->bytes, s->len, &f), 0);
	assert_int_equal(f.key_count, COUNT);
	assert_int_equal(f.shard_count, SHARDS);
	assert_int_equal(f.built_s, 1767225600);
	assert_string_equal(f.note, "sample");
	for (size_t i = 0; i < COUNT; i++)
		assert_true(filter_contains(&f, s->keys[i]));
	/* 2^-16 of a million is 15.3; 40 lies six standard deviations above. The keys are the same in each run. */
	for (uint64_t i = 0; i < 1000000; i++)
		wrong += filter_contains(&f, sample_key(COUNT + i));
	assert_in_range(wrong, 1, 40);
}

static void an_empty_filter_holds_nothing(void **state)
{
	struct filter f;
	size_t len = 0;
	unsigned char *bytes = sample_filter(NULL, 0, 2, &len);

	(void)state;
	assert_int_equal(filter_open(bytes, len, &f), 0);
	for (uint64_t i = 0; i < 1000000; i++)
		assert_false(filter_contains(&f, sample_key(i)));
	free(bytes);
}

static void any_changed_byte_is_noticed(void **state)
{
	const struct sample *s = *state;
	const size_t head = FILTER_HEADER_BYTES + SHARDS * FILTER_ROW_BYTES;
	struct filter f;

	for (size_t i = 0; i < s->len; i += i < head ? 1 : 997) {
		s->bytes[i] ^= 0x10;
		if (i < head) {
			assert_int_equal(filter_open(s->bytes, s->len, &f), -EINVAL);
		} else {
			assert_int_equal(filter_open(s->bytes, s->len, &f), 0);
			assert_int_equal(filter_verify(&f), -EBADMSG);
		}
		s->bytes[i] ^= 0x10;
	}
	assert_int_equal(filter_open(s->bytes, s->len, &f), 0);
	assert_int_equal(filter_verify(&f), 0);
}

/* The copies have exactly their size, so that valgrind and ASan see a read behind them. */
static void another_length_is_refused(void **state)
{
	const struct sample *s = *state;
	const size_t lengths[] = {0,
				  1,
				  8,
				  80,
				  FILTER_HEADER_BYTES - 1,
				  FILTER_HEADER_BYTES,
				  FILTER_HEADER_BYTES + 1,
				  FILTER_HEADER_BYTES + SHARDS * FILTER_ROW_BYTES,
				  s->len / 2,
				  s->len - 2,
				  s->len - 1,
				  s->len + 1,
				  s->len + 4096};
	struct filter f;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		unsigned char *copy = calloc(1, lengths[i] + (lengths[i] == 0));

		memcpy(copy, s->bytes, lengths[i] < s->len ? lengths[i] : s->len);
		assert_int_equal(filter_open(copy, lengths[i], &f), -EINVAL);
		free(copy);
	}
}

/* What someone writes who knows how to compute the checksum: the table itself must be sound. */
static void forged_headers_are_refused(void **state)
{
	const struct sample *s = *state;
	static const struct {
		const char *name;
		int row;             /* of the shard table; -1 = header */
		size_t offset, size; /* of the field in struct filter_shard or struct filter */
		uint64_t value;
	} rows[] = {
#define ROW(row, field, value) \
	{"shard " #row " " #field " = " #value, row, offsetof(struct filter_shard, field), sizeof(((struct filter_shard *)0)->field), value}
#define HEAD(field, value) \
	{ \
#field " = " #value, -1, offsetof(struct filter, field), sizeof(((struct filter *)0)->field), value \
	}
		ROW(0, offset, 0),
		ROW(0, offset, UINT64_MAX),
		ROW(3, offset, FILTER_HEADER_BYTES),
		ROW(7, offset, UINT64_MAX - 1),
		ROW(0, segment_bits, 17),
		ROW(0, segment_bits, 64),
		ROW(0, segment_bits, UINT32_MAX),
		ROW(0, segment_bits, 16),
		ROW(7, segment_bits, 9),
		ROW(0, segment_count, 0),
		ROW(7, segment_count, 0),
		ROW(7, segment_count, 1000),
		ROW(7, segment_count, UINT32_MAX),
		ROW(7, segment_count, 1),
		ROW(2, key_count, 0),
		ROW(2, key_count, UINT64_MAX),
		HEAD(key_count, 0),
		HEAD(key_count, COUNT + 1),
		HEAD(len, 0),
		HEAD(len, UINT64_MAX),
#undef ROW
#undef HEAD
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char *copy = malloc(s->len);
		struct filter f;

		memcpy(copy, s->bytes, s->len);
		assert_int_equal(filter_open(copy, s->len, &f), 0);
		if (rows[i].row >= 0) {
			struct filter_shard shard = filter_shard_at(&f, (uint32_t)rows[i].row);

			memcpy((char *)&shard + rows[i].offset, &rows[i].value, rows[i].size);
			filter_write_row(&shard, copy + FILTER_HEADER_BYTES + (size_t)rows[i].row * FILTER_ROW_BYTES);
		} else {
			memcpy((char *)&f + rows[i].offset, &rows[i].value, rows[i].size);
		}
		filter_write_header(&f, copy);
		print_message("%s\n", rows[i].name);
		assert_int_equal(filter_open(copy, s->len, &f), -EINVAL);
		free(copy);
	}
}

/* The number of shards leads to the first reads behind the header. */
static void forged_shard_counts_are_refused(void **state)
{
	static const uint32_t counts[] = {0, 3, 7, 16, 1U << 20, 1U << 21, 1U << 31, UINT32_MAX};
	const struct sample *s = *state;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		unsigned char *copy = malloc(s->len);
		struct filter f;

		memcpy(copy, s->bytes, s->len);
		for (size_t b = 0; b < 4; b++)
			copy[32 + b] = (unsigned char)(counts[i] >> (8 * b));
		assert_int_equal(filter_open(copy, s->len, &f), -EINVAL);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_sha1_prefixes),          cmocka_unit_test(members_are_found_and_others_hardly_ever),
		cmocka_unit_test(an_empty_filter_holds_nothing),   cmocka_unit_test(any_changed_byte_is_noticed),
		cmocka_unit_test(another_length_is_refused),       cmocka_unit_test(forged_headers_are_refused),
		cmocka_unit_test(forged_shard_counts_are_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
