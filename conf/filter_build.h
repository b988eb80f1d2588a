/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds one shard of the breached-password filter: keys in, fingerprints out. Pure: memory comes from the caller's arena.
 *
 * The same keys give the same shard on every machine: seeds are numbered, not drawn. */
#ifndef MUTEX_FILTER_BUILD_H
#define MUTEX_FILTER_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "filter.h"

/* Slots are numbered in 32 bits, and a segment is at most 2^FILTER_SEGMENT_BITS_MAX long. */
#define FILTER_BUILD_KEYS_MAX ((size_t)1 << 26)

/* Sorts keys and drops repeated ones; scratch has room for count, too. Time in proportion to count, whatever the keys. Returns how
 * many are left at the front of keys. */
size_t filter_build_sort(uint64_t *keys, uint64_t *scratch, size_t count);

/* Segments and their length for that many keys; offset and seed are 0. */
struct filter_shard filter_build_plan(size_t key_count);

/* Bytes that filter_build_shard() takes from the arena for key_count keys. */
size_t filter_build_memory(size_t key_count);

/* Builds a shard from distinct keys. *ret_shard gets all but the offset; *ret_fingerprints lies in the arena: filter_slot_count()
 * numbers as they stand in the file, little-endian. 0; -ENOMEM when the arena is too small; -E2BIG above FILTER_BUILD_KEYS_MAX;
 * -EINVAL when keys repeat (or a hundred seeds failed, which distinct keys do not bring about). */
int filter_build_shard(const uint64_t *keys, size_t count, struct arena *arena, struct filter_shard *ret_shard,
		       const uint16_t **ret_fingerprints);

#endif
