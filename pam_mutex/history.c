/* SPDX-License-Identifier: BSD-2-Clause */
/* Encodes and decodes the history of passwords, and keeps its order. */
#include "history.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "keyword.h"

#define VERSION 1
#define HEADER_BYTES 64
#define ENTRY_BYTES 400
#define SEQUENCE_AT 16
#define DIGEST_AT 32
#define HASH_AT 16

static const char magic[8] = {'M', 'U', 'T', 'E', 'X', 'H', 'S', 'T'};

_Static_assert(HEADER_BYTES + HISTORY_ENTRIES_MAX * ENTRY_BYTES <= HISTORY_SLOT_BYTES, "all entries fit a slot");
_Static_assert(HASH_AT + SHADOW_HASH_SIZE == ENTRY_BYTES, "the longest hash fits an entry");

static void put(unsigned char *at, uint64_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (unsigned char)(n >> (8 * i));
}

static uint64_t get(const unsigned char *at, size_t bytes)
{
	uint64_t n = 0;

	for (size_t i = bytes; i > 0; i--)
		n = n << 8 | at[i - 1];
	return n;
}

static void digest(const unsigned char *slot, uint8_t ret_digest[SHA256_DIGEST_SIZE])
{
	static const uint8_t zero[SHA256_DIGEST_SIZE] = {0};
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, DIGEST_AT, slot);
	sha256_update(&ctx, sizeof zero, zero);
	sha256_update(&ctx, HISTORY_SLOT_BYTES - DIGEST_AT - sizeof zero, slot + DIGEST_AT + sizeof zero);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, ret_digest);
}

void history_encode(const struct history *h, unsigned char ret_slot[HISTORY_SLOT_BYTES])
{
	memset(ret_slot, 0, HISTORY_SLOT_BYTES);
	memcpy(ret_slot, magic, sizeof magic);
	put(ret_slot + 8, VERSION, 4);
	put(ret_slot + 12, h->uid, 4);
	put(ret_slot + SEQUENCE_AT, h->sequence, 8);
	put(ret_slot + 24, h->count, 4);
	for (size_t i = 0; i < h->count; i++) {
		unsigned char *at = ret_slot + HEADER_BYTES + i * ENTRY_BYTES;
		size_t len = strlen(h->entries[i].hash);

		put(at, (uint64_t)h->entries[i].last_used_s, 8);
		put(at + 8, len, 4);
		memcpy(at + HASH_AT, h->entries[i].hash, len);
	}
	digest(ret_slot, ret_slot + DIGEST_AT);
}

static bool all_zero(const unsigned char *at, const unsigned char *end)
{
	while (at < end && *at == 0)
		at++;
	return at == end;
}

static int decode_entry(const unsigned char *at, struct history_entry *ret)
{
	uint64_t len = get(at + 8, 4);

	if (len == 0 || len >= SHADOW_HASH_SIZE || memchr(at + HASH_AT, '\0', len) != NULL || !all_zero(at + 12, at + HASH_AT) ||
	    !all_zero(at + HASH_AT + len, at + ENTRY_BYTES))
		return -EBADMSG;
	*ret = (struct history_entry){.last_used_s = (int64_t)get(at, 8)};
	memcpy(ret->hash, at + HASH_AT, len);
	return 0;
}

int history_decode(const unsigned char slot[HISTORY_SLOT_BYTES], uint32_t uid, struct history *ret_history)
{
	uint8_t expected[SHA256_DIGEST_SIZE];
	uint64_t count = get(slot + 24, 4);

	digest(slot, expected);
	if (memcmp(expected, slot + DIGEST_AT, sizeof expected) != 0 || memcmp(slot, magic, sizeof magic) != 0 || get(slot + 8, 4) != VERSION ||
	    get(slot + 12, 4) != uid || count > HISTORY_ENTRIES_MAX || !all_zero(slot + 28, slot + DIGEST_AT) ||
	    !all_zero(slot + HEADER_BYTES + count * ENTRY_BYTES, slot + HISTORY_SLOT_BYTES))
		return -EBADMSG;
	for (size_t i = 0; i < count; i++)
		if (decode_entry(slot + HEADER_BYTES + i * ENTRY_BYTES, &ret_history->entries[i]) < 0)
			return -EBADMSG;
	ret_history->uid = uid;
	ret_history->sequence = get(slot + SEQUENCE_AT, 8);
	ret_history->count = (size_t)count;
	return 0;
}

int history_choose(const unsigned char *file, size_t len, uint32_t uid, struct history *ret_history)
{
	const unsigned char *slots[HISTORY_SLOTS] = {file, file + HISTORY_SLOT_BYTES};
	int newer;

	if (len != HISTORY_FILE_BYTES)
		return -EBADMSG;
	/* A damaged slot's number only decides which one is tried first. */
	newer = get(slots[1] + SEQUENCE_AT, 8) > get(slots[0] + SEQUENCE_AT, 8);
	if (history_decode(slots[newer], uid, ret_history) == 0)
		return newer;
	return history_decode(slots[!newer], uid, ret_history) == 0 ? !newer : -EBADMSG;
}

static size_t find(const struct history *h, const char *hash)
{
	size_t i = 0;

	while (i < h->count && strcmp(h->entries[i].hash, hash) != 0)
		i++;
	return i;
}

bool history_append(struct history *h, const char *hash, int64_t now_s, bool *ret_taken)
{
	size_t at = find(h, hash), len = strlen(hash);

	*ret_taken = len > 0 && len < SHADOW_HASH_SIZE;
	if (!*ret_taken)
		return false;
	/* The last write of the same day is not worth another; a clock that went back must not make an entry older than it is. */
	if (h->count > 0 && at == 0 && now_s - h->entries[0].last_used_s < DAY_S)
		return false;
	if (at == h->count && h->count < HISTORY_ENTRIES_MAX)
		h->count++;
	else if (at == h->count)
		at = h->count - 1;
	memmove(&h->entries[1], &h->entries[0], at * sizeof h->entries[0]);
	h->entries[0] = (struct history_entry){.last_used_s = now_s};
	memcpy(h->entries[0].hash, hash, len);
	h->sequence++;
	return true;
}

size_t history_covered(const struct history *h, int64_t history, int64_t history_days, int64_t now_s)
{
	size_t covered = 0;

	for (size_t i = 0; i < h->count; i++)
		if ((int64_t)i < history || (history_days > 0 && now_s - h->entries[i].last_used_s < history_days * DAY_S))
			covered = i + 1;
	return covered;
}
