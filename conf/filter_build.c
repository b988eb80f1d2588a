/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds one shard of the breached-password filter by peeling. Pure.
 *
 * Each key owns four slots, and the xor of their fingerprints must be its own. A slot that only one key touches can be set last, whatever
 * the others hold: so such keys are taken away one by one, and the slots are filled in the opposite order. When keys remain of which
 * none has a slot for itself, the next seed places all of them elsewhere. */
#include "filter_build.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

enum { SEEDS_MAX = 100, RADIX = 256 };

struct peeling {
	const uint64_t *keys;
	size_t count, slot_count;
	struct filter_shard shard;
	uint64_t *key_xor; /* per slot: xor of the keys that still touch it */
	uint8_t *degree;   /* per slot: how many those are */
	uint32_t *lone;    /* stack of slots that one key touches */
	uint64_t *order;   /* keys by segment; then, from the front, keys in the order of peeling */
	uint8_t *own_slot; /* which of its four slots a peeled key had for itself */
	uint32_t *segment_end;
	uint16_t *fingerprints;
};

size_t filter_build_sort(uint64_t *keys, uint64_t *scratch, size_t count)
{
	size_t kept = 0;

	/* Eight passes, each stable by one byte: an even number, so the result is back in keys. */
	for (unsigned shift = 0; shift < 64; shift += 8) {
		size_t start[RADIX + 1] = {0};
		uint64_t *from = shift / 8 % 2 == 0 ? keys : scratch;
		uint64_t *to = from == keys ? scratch : keys;

		for (size_t i = 0; i < count; i++)
			start[(from[i] >> shift & (RADIX - 1)) + 1]++;
		for (size_t i = 0; i < RADIX; i++)
			start[i + 1] += start[i];
		for (size_t i = 0; i < count; i++)
			to[start[from[i] >> shift & (RADIX - 1)]++] = from[i];
	}
	for (size_t i = 0; i < count; i++)
		if (i == 0 || keys[i] != keys[i - 1])
			keys[kept++] = keys[i];
	return kept;
}

/* From how many keys on which segment length serves best, and how many slots per 1000 keys then suffice. The lengths grow by 2.91
 * as in the paper; the slots were measured at both ends of each row: nearly every first seed succeeds. Large shards come to 17.0 bits a
 * key. */
static const struct {
	size_t keys;
	uint32_t segment_bits, slots_per_1000;
} build_plans[] = {
	{0, 2, 2300},       {42, 3, 1900},       {122, 4, 1600},      {356, 5, 1400},       {1036, 6, 1300},
	{3016, 7, 1240},    {8776, 8, 1180},     {25537, 9, 1150},    {74312, 10, 1110},    {216249, 11, 1085},
	{629286, 12, 1070}, {1831222, 13, 1060}, {5328856, 14, 1060}, {15506970, 15, 1060}, {45125283, 16, 1060},
};

struct filter_shard filter_build_plan(size_t key_count)
{
	struct filter_shard shard = {.key_count = key_count, .segment_count = 1};
	size_t row = 0;
	uint64_t slots, segments;

	while (row + 1 < sizeof(build_plans) / sizeof(build_plans[0]) && build_plans[row + 1].keys <= key_count)
		row++;
	shard.segment_bits = build_plans[row].segment_bits;
	slots = (uint64_t)key_count * build_plans[row].slots_per_1000 / 1000;
	segments = (slots >> shard.segment_bits) + 1;
	if (segments >= FILTER_ARITY)
		shard.segment_count = (uint32_t)(segments - (FILTER_ARITY - 1));
	return shard;
}

size_t filter_build_memory(size_t key_count)
{
	const struct filter_shard shard = filter_build_plan(key_count);
	const size_t slots = (size_t)filter_slot_count(&shard);

	/* Six blocks, each aligned for any type. */
	return slots * (8 + 1 + 4 + 2) + key_count * (8 + 1) + ((size_t)shard.segment_count + 1) * 4 + (size_t)7 * _Alignof(max_align_t);
}

/* Keys by the segment of their first slot: then what follows walks through the slots from front to back, within the caches. */
static void order_by_segment(struct peeling *p)
{
	uint32_t slots[FILTER_ARITY];

	memset(p->segment_end, 0, ((size_t)p->shard.segment_count + 1) * sizeof(*p->segment_end));
	for (size_t i = 0; i < p->count; i++) {
		filter_place(&p->shard, p->keys[i], slots);
		p->segment_end[(slots[0] >> p->shard.segment_bits) + 1]++;
	}
	for (uint32_t i = 0; i < p->shard.segment_count; i++)
		p->segment_end[i + 1] += p->segment_end[i];
	for (size_t i = 0; i < p->count; i++) {
		filter_place(&p->shard, p->keys[i], slots);
		p->order[p->segment_end[slots[0] >> p->shard.segment_bits]++] = p->keys[i];
	}
}

static int enter_keys(struct peeling *p)
{
	uint32_t slots[FILTER_ARITY];

	memset(p->key_xor, 0, p->slot_count * sizeof(*p->key_xor));
	memset(p->degree, 0, p->slot_count);
	for (size_t i = 0; i < p->count; i++) {
		filter_place(&p->shard, p->order[i], slots);
		for (size_t j = 0; j < FILTER_ARITY; j++) {
			p->key_xor[slots[j]] ^= p->order[i];
			if (++p->degree[slots[j]] == 0)
				return -EAGAIN;
		}
	}
	return 0;
}

/* Returns how many keys could be peeled. */
static size_t peel(struct peeling *p)
{
	uint32_t slots[FILTER_ARITY];
	size_t lone_count = 0, peeled = 0;

	for (size_t i = p->slot_count; i-- > 0;)
		if (p->degree[i] == 1)
			p->lone[lone_count++] = (uint32_t)i;
	while (lone_count > 0) {
		const uint32_t own = p->lone[--lone_count];
		const uint64_t key = p->key_xor[own];

		if (p->degree[own] == 0) /* its key went by another slot meanwhile */
			continue;
		filter_place(&p->shard, key, slots);
		p->order[peeled] = key;
		for (size_t j = 0; j < FILTER_ARITY; j++) {
			if (slots[j] == own)
				p->own_slot[peeled] = (uint8_t)j;
			p->key_xor[slots[j]] ^= key;
			/* A degree only falls, so no slot comes here twice and the stack holds at most one entry per slot. */
			if (--p->degree[slots[j]] == 1)
				p->lone[lone_count++] = slots[j];
		}
		peeled++;
	}
	return peeled;
}

static void fill(struct peeling *p)
{
	uint32_t slots[FILTER_ARITY];

	memset(p->fingerprints, 0, p->slot_count * sizeof(*p->fingerprints));
	for (size_t i = p->count; i-- > 0;) {
		uint16_t fingerprint = filter_place(&p->shard, p->order[i], slots);

		for (size_t j = 0; j < FILTER_ARITY; j++)
			fingerprint ^= p->fingerprints[slots[j]];
		/* Its own slot is still 0: all keys that come later in filling were peeled earlier and do not touch it. */
		p->fingerprints[slots[p->own_slot[i]]] = fingerprint;
	}
	for (size_t i = 0; i < p->slot_count; i++)
		p->fingerprints[i] = htole16(p->fingerprints[i]);
}

static int peeling_init(struct peeling *p, const uint64_t *keys, size_t count, struct arena *arena)
{
	p->keys = keys;
	p->count = count;
	p->shard = filter_build_plan(count);
	p->slot_count = (size_t)filter_slot_count(&p->shard);
	p->key_xor = ARENA_NEW(arena, uint64_t, p->slot_count);
	p->order = ARENA_NEW(arena, uint64_t, count + 1);
	p->lone = ARENA_NEW(arena, uint32_t, p->slot_count);
	p->segment_end = ARENA_NEW(arena, uint32_t, (size_t)p->shard.segment_count + 1);
	p->fingerprints = ARENA_NEW(arena, uint16_t, p->slot_count);
	p->degree = ARENA_NEW(arena, uint8_t, p->slot_count);
	p->own_slot = ARENA_NEW(arena, uint8_t, count + 1);
	return p->key_xor != NULL && p->order != NULL && p->lone != NULL && p->segment_end != NULL && p->fingerprints != NULL &&
			       p->degree != NULL && p->own_slot != NULL
		       ? 0
		       : -ENOMEM;
}

int filter_build_shard(const uint64_t *keys, size_t count, struct arena *arena, struct filter_shard *ret_shard,
		       const uint16_t **ret_fingerprints)
{
	struct peeling p = {0};
	int r;

	if (count > FILTER_BUILD_KEYS_MAX)
		return -E2BIG;
	r = peeling_init(&p, keys, count, arena);
	if (r < 0)
		return r;
	for (uint64_t seed = 1; seed <= SEEDS_MAX; seed++) {
		/* Never 0: then a shard's keys, alike in the bits that chose the shard, would start alike. */
		p.shard.seed = seed * UINT64_C(0x9e3779b97f4a7c15);
		order_by_segment(&p);
		if (enter_keys(&p) < 0 || peel(&p) < count)
			continue;
		fill(&p);
		*ret_shard = p.shard;
		*ret_fingerprints = p.fingerprints;
		return 0;
	}
	return -EINVAL;
}
