/* SPDX-License-Identifier: BSD-2-Clause */
/* Turns gathered keys into a filter file, shard by shard. */
#include "breached_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "command.h"
#include "file.h"
#include "filter_build.h"
#include "progress.h"

/* Four million keys: 17.0 bits each, and the four pages of a query lie within 64 KiB. */
enum { SHARD_KEYS_MAX = 1 << 22, PARTS_OF_SAMPLE = 1024 };

struct work {
	struct breached_spill *spill;
	const struct replacement *out;
	struct filter *f;
	size_t shard_keys; /* most keys that a shard should get */
	size_t room;       /* most keys that fit */
	uint64_t *keys;
	void *memory; /* for sorting, then for building */
	size_t memory_bytes;
	unsigned char *head; /* header and shard table */
	size_t head_bytes;
	struct sha256_ctx digest;
};

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Bytes for the keys of one shard and what is made of them. */
static size_t bytes_for(size_t room)
{
	return room * sizeof(uint64_t) + larger(filter_build_memory(room), room * sizeof(uint64_t));
}

/* A shard gets an eighth more than the mean at most, and more likely a thousandth. */
static size_t room_for(size_t shard_keys)
{
	return shard_keys + shard_keys / 8 + 1024;
}

static int get_memory(struct work *w, size_t memory_bytes)
{
	w->shard_keys = SHARD_KEYS_MAX;
	while (w->shard_keys > 4096 && bytes_for(room_for(w->shard_keys)) > memory_bytes)
		w->shard_keys -= w->shard_keys / 16;
	w->room = room_for(w->shard_keys);
	if (w->spill->key_count < w->room)
		w->room = (size_t)w->spill->key_count + 1;
	w->memory_bytes = bytes_for(w->room) - w->room * sizeof(uint64_t);
	w->keys = malloc(w->room * sizeof(uint64_t));
	w->memory = malloc(w->memory_bytes);
	return w->keys != NULL && w->memory != NULL ? 0 : -ENOMEM;
}

static uint32_t shards_for(uint64_t keys, size_t shard_keys)
{
	uint32_t count = 1;

	while (count < UINT32_C(1) << FILTER_SHARD_BITS_MAX && keys / count > shard_keys)
		count *= 2;
	return count;
}

/* Sources overlap, so how many different keys there are is seen only now: a sample tells, since shards are alike. */
static int choose_shards(struct work *w)
{
	const uint64_t held = w->spill->key_count;
	uint32_t sample = shards_for(held, w->shard_keys);
	size_t different;
	int r;

	w->f->shard_count = sample;
	if (sample == 1)
		return 0;
	if (sample < PARTS_OF_SAMPLE)
		sample = PARTS_OF_SAMPLE;
	r = breached_spill_load(w->spill, 0, sample, w->keys, w->memory, w->room, &different);
	if (r == 0)
		w->f->shard_count = shards_for((uint64_t)different * sample, w->shard_keys);
	return r;
}

static int write_shard(struct work *w, uint32_t index)
{
	struct filter_shard shard;
	const uint16_t *fingerprints;
	struct arena arena;
	size_t count, bytes;
	int r;

	r = breached_spill_load(w->spill, index, w->f->shard_count, w->keys, w->memory, w->room, &count);
	if (r < 0)
		return r;
	arena_init(&arena, w->memory, w->memory_bytes);
	r = filter_build_shard(w->keys, count, &arena, &shard, &fingerprints);
	if (r < 0)
		return r;
	shard.offset = w->f->len;
	filter_write_row(&shard, w->head + FILTER_HEADER_BYTES + (size_t)index * FILTER_ROW_BYTES);
	bytes = sizeof(*fingerprints) * (size_t)filter_slot_count(&shard);
	sha256_update(&w->digest, bytes, (const uint8_t *)fingerprints);
	w->f->key_count += count;
	w->f->len += bytes;
	return file_pwrite_all(w->out->fd, fingerprints, bytes, (off_t)shard.offset);
}

static int write_shards(struct work *w)
{
	struct progress progress;
	int r = 0;

	progress_start(&progress, "Building");
	for (uint32_t i = 0; i < w->f->shard_count && r == 0; i++) {
		progress_update(&progress, i, w->f->shard_count, w->f->key_count);
		r = replacement_stop_asked(w->out) ? -EINTR : write_shard(w, i);
	}
	progress_end(&progress);
	return r;
}

static int write_file(struct work *w, size_t memory_bytes)
{
	int r = get_memory(w, memory_bytes);

	if (r == 0)
		r = choose_shards(w);
	if (r < 0)
		return r;
	w->head_bytes = FILTER_HEADER_BYTES + (size_t)w->f->shard_count * FILTER_ROW_BYTES;
	w->head = calloc(1, w->head_bytes);
	if (w->head == NULL)
		return -ENOMEM;
	w->f->len = w->head_bytes;
	w->f->key_count = 0;
	sha256_init(&w->digest);
	r = write_shards(w);
	if (r < 0)
		return r;
	sha256_digest(&w->digest, sizeof w->f->digest, w->f->digest);
	filter_write_header(w->f, w->head);
	return file_pwrite_all(w->out->fd, w->head, w->head_bytes, 0);
}

static const char *reason(int error)
{
	switch (-error) {
	case EINTR:
		return "stopped by a signal";
	case ENOBUFS:
		return "one shard holds too many keys for the memory; give a larger --memory";
	default:
		return strerror(-error);
	}
}

int breached_write(struct breached_spill *spill, const struct replacement *r, size_t memory_bytes, struct filter *f)
{
	struct work w = {.spill = spill, .out = r, .f = f};
	const int error = write_file(&w, memory_bytes);

	free(w.keys);
	free(w.memory);
	free(w.head);
	return error == 0 ? 0 : command_error("cannot write the new filter, so nothing was replaced: %s", reason(error));
}
