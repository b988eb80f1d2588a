/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys in bounded memory, parted by shard. */
#include "breached_spill.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "filter.h"
#include "filter_build.h"
#include "replacement.h"

/* Parts are finer than shards mostly are. Where shards are finer, a part is read once for each of its shards. */
enum { PARTS = 1024, BLOCK_BYTES_MIN = 4096, BLOCK_BYTES_MAX = 128 * 1024 };

struct breached_spill_block {
	uint32_t part, count;
};

int breached_spill_init(struct breached_spill *spill, int folder_fd, size_t memory_bytes)
{
	size_t block_bytes = BLOCK_BYTES_MIN;

	while (block_bytes < BLOCK_BYTES_MAX && block_bytes * 2 * (PARTS + 1) <= memory_bytes)
		block_bytes *= 2;
	*spill = (struct breached_spill){.folder_fd = folder_fd, .fd = -1, .block_keys = block_bytes / sizeof(uint64_t)};
	spill->buffers = malloc(PARTS * block_bytes);
	spill->filled = calloc(PARTS, sizeof(*spill->filled));
	spill->scratch = malloc(block_bytes);
	return spill->buffers != NULL && spill->filled != NULL && spill->scratch != NULL ? 0 : -ENOMEM;
}

void breached_spill_free(struct breached_spill *spill)
{
	if (spill->fd > STDIN_FILENO)
		(void)close(spill->fd);
	free(spill->buffers);
	free(spill->filled);
	free(spill->scratch);
	free(spill->blocks);
	*spill = (struct breached_spill){.fd = -1};
}

static int add_block(struct breached_spill *spill, struct breached_spill_block block)
{
	if (spill->block_count == spill->block_room) {
		const size_t room = spill->block_room * 2 + 1024;
		struct breached_spill_block *grown = reallocarray(spill->blocks, room, sizeof(*grown));

		if (grown == NULL)
			return -ENOMEM;
		spill->blocks = grown;
		spill->block_room = room;
	}
	spill->blocks[spill->block_count++] = block;
	return 0;
}

static off_t block_offset(const struct breached_spill *spill, size_t block)
{
	return (off_t)block * (off_t)(spill->block_keys * sizeof(uint64_t));
}

/* A full buffer is sorted first. Repeated keys are dropped thereby, so that a list which names one password a million times does not
 * swell its part; only a buffer that stays more than half full is written. */
static int flush(struct breached_spill *spill, uint32_t part)
{
	uint64_t *buffer = spill->buffers + part * spill->block_keys;
	const size_t kept = filter_build_sort(buffer, spill->scratch, spill->filled[part]);
	int r;

	spill->key_count -= spill->filled[part] - kept;
	spill->filled[part] = (uint32_t)kept;
	if (kept <= spill->block_keys / 2)
		return 0;
	if (spill->fd < 0)
		spill->fd = replacement_scratch(spill->folder_fd);
	if (spill->fd < 0)
		return spill->fd;
	r = file_pwrite_all(spill->fd, buffer, kept * sizeof(*buffer), block_offset(spill, spill->block_count));
	if (r == 0)
		r = add_block(spill, (struct breached_spill_block){.part = part, .count = (uint32_t)kept});
	if (r == 0)
		spill->filled[part] = 0;
	return r;
}

int breached_spill_add(struct breached_spill *spill, uint64_t key)
{
	const uint32_t part = filter_shard_of(key, PARTS);

	spill->buffers[part * spill->block_keys + spill->filled[part]++] = key;
	spill->key_count++;
	return spill->filled[part] == spill->block_keys ? flush(spill, part) : 0;
}

/* Where the keys of one shard are gathered. */
struct gathering {
	uint32_t index, shard_count;
	uint64_t *keys, *scratch;
	size_t count, room;
};

static int gather(struct gathering *g, const uint64_t *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (filter_shard_of(keys[i], g->shard_count) != g->index)
			continue;
		if (g->count == g->room) {
			g->count = filter_build_sort(g->keys, g->scratch, g->count);
			/* Less than a sixteenth won: sorting again and again would take for ever. */
			if (g->count > g->room - g->room / 16 - 1)
				return -ENOBUFS;
		}
		g->keys[g->count++] = keys[i];
	}
	return 0;
}

/* Parts and shards both go by the leading bits of one hash. */
static bool part_meets_shard(uint32_t part, const struct gathering *g)
{
	const uint64_t part_start = (uint64_t)part * g->shard_count, shard_start = (uint64_t)g->index * PARTS;

	return part_start < shard_start + PARTS && shard_start < part_start + g->shard_count;
}

int breached_spill_load(struct breached_spill *spill, uint32_t index, uint32_t shard_count, uint64_t *keys, uint64_t *scratch, size_t room,
			size_t *ret_count)
{
	struct gathering g = {.index = index, .shard_count = shard_count, .keys = keys, .scratch = scratch, .room = room};
	int r = 0;

	for (uint32_t part = 0; part < PARTS && r == 0; part++)
		if (part_meets_shard(part, &g))
			r = gather(&g, spill->buffers + part * spill->block_keys, spill->filled[part]);
	for (size_t i = 0; i < spill->block_count && r == 0; i++) {
		const struct breached_spill_block block = spill->blocks[i];

		if (!part_meets_shard(block.part, &g))
			continue;
		r = file_pread_all(spill->fd, spill->scratch, block.count * sizeof(uint64_t), block_offset(spill, i));
		if (r == 0)
			r = gather(&g, spill->scratch, block.count);
	}
	if (r == 0)
		*ret_count = filter_build_sort(keys, scratch, g.count);
	return r;
}
