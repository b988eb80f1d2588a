/* SPDX-License-Identifier: BSD-2-Clause */
/* Small filters in memory, for tests and fuzzing. */
#ifndef FILTER_SAMPLE_H
#define FILTER_SAMPLE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "filter.h"
#include "filter_build.h"

/* Numbers that look random and are the same in each run. */
static inline uint64_t sample_key(uint64_t n)
{
	n = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
	n = (n ^ (n >> 32)) * UINT64_C(0xd6e8feb86659fd93);
	n = (n ^ (n >> 32)) * UINT64_C(0xd6e8feb86659fd93);
	return n ^ (n >> 32);
}

static inline void sample_digest(const unsigned char *bytes, size_t len, uint32_t shard_count, uint8_t ret_digest[32])
{
	const size_t head = FILTER_HEADER_BYTES + (size_t)shard_count * FILTER_ROW_BYTES;
	struct sha256_ctx sha256;

	sha256_init(&sha256);
	sha256_update(&sha256, len - head, bytes + head);
	sha256_digest(&sha256, 32, ret_digest);
}

/* A whole file of distinct keys in shard_count shards; the caller frees it. NULL when a step fails. */
static inline unsigned char *sample_filter(const uint64_t *keys, size_t count, uint32_t shard_count, size_t *ret_len)
{
	const size_t memory_bytes = filter_build_memory(count);
	uint64_t *part = calloc(count + 1, sizeof(*part));
	void *memory = malloc(memory_bytes);
	struct filter f = {.len = FILTER_HEADER_BYTES + (size_t)shard_count * FILTER_ROW_BYTES,
			   .key_count = count,
			   .shard_count = shard_count,
			   .built_s = 1767225600,
			   .note = "sample"};
	unsigned char *bytes = calloc(1, f.len);
	unsigned char *grown;

	for (uint32_t i = 0; i < shard_count && bytes != NULL && part != NULL && memory != NULL; i++) {
		struct filter_shard shard;
		const uint16_t *fingerprints;
		struct arena arena;
		size_t part_count = 0, shard_bytes;

		for (size_t k = 0; k < count; k++)
			if (filter_shard_of(keys[k], shard_count) == i)
				part[part_count++] = keys[k];
		arena_init(&arena, memory, memory_bytes);
		if (filter_build_shard(part, part_count, &arena, &shard, &fingerprints) < 0) {
			free(bytes);
			bytes = NULL;
			break;
		}
		shard.offset = f.len;
		shard_bytes = 2 * (size_t)filter_slot_count(&shard);
		grown = realloc(bytes, f.len + shard_bytes);
		if (grown == NULL)
			break;
		bytes = grown;
		memcpy(bytes + f.len, fingerprints, shard_bytes);
		f.len += shard_bytes;
		filter_write_row(&shard, bytes + FILTER_HEADER_BYTES + (size_t)i * FILTER_ROW_BYTES);
	}
	free(part);
	free(memory);
	if (bytes == NULL)
		return NULL;
	sample_digest(bytes, f.len, shard_count, f.digest);
	filter_write_header(&f, bytes);
	*ret_len = f.len;
	return bytes;
}

#endif
