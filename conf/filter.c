/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter of breached passwords: opens a mapped file, asks it, checks its digest. Pure.
 *
 * MUST: every number of the file is checked against the mapping before it leads to a read; the checksums find accidents, not attackers. */
#include "filter.h"

#include <errno.h>
#include <string.h>

#include <nettle/sha1.h>
#include <nettle/sha2.h>

static const char filter_magic[8] = {'M', 'U', 'T', 'E', 'X', 'F', 'L', 'T'};

enum {
	FILTER_VERSION = 1,
	AT_VERSION = 8,
	AT_ZERO_1 = 12,
	AT_FILE_BYTES = 16,
	AT_KEY_COUNT = 24,
	AT_SHARD_COUNT = 32,
	AT_ZERO_2 = 36,
	AT_BUILT = 40,
	AT_DIGEST = 48,
	AT_NOTE = 80,
	AT_CHECKSUM = 224,
};
_Static_assert(AT_NOTE + FILTER_NOTE_BYTES == AT_CHECKSUM, "the note ends where the checksum starts");
_Static_assert(AT_CHECKSUM + SHA256_DIGEST_SIZE == FILTER_HEADER_BYTES, "the checksum ends the header");

static uint64_t read_le(const unsigned char *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = len; i-- > 0;)
		value = value << 8 | at[i];
	return value;
}

static void write_le(unsigned char *at, size_t len, uint64_t value)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

/* A bijection on 64 bits in which each input bit moves about half of the output bits. The constants are Stafford's variant 13. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t filter_key(const char *password, size_t len)
{
	struct sha1_ctx sha1;
	uint8_t digest[SHA1_DIGEST_SIZE];
	uint64_t key = 0;

	sha1_init(&sha1);
	sha1_update(&sha1, len, (const uint8_t *)password);
	sha1_digest(&sha1, sizeof(digest), digest);
	for (size_t i = 0; i < 8; i++)
		key = key << 8 | digest[i];
	/* Both tell what the password is. */
	explicit_bzero(&sha1, sizeof(sha1));
	explicit_bzero(digest, sizeof(digest));
	return key;
}

/* Mixed, so that a source that holds one range of hashes only still fills all shards alike. */
uint32_t filter_shard_of(uint64_t key, uint32_t shard_count)
{
	return (uint32_t)(((mix(key) >> 32) * shard_count) >> 32);
}

uint64_t filter_slot_count(const struct filter_shard *shard)
{
	return ((uint64_t)shard->segment_count + FILTER_ARITY - 1) << shard->segment_bits;
}

/* Four neighbouring segments, one slot in each: a query touches few pages, and those lie close together. */
uint16_t filter_place(const struct filter_shard *shard, uint64_t key, uint32_t ret_slots[FILTER_ARITY])
{
	const uint64_t starts = (uint64_t)shard->segment_count << shard->segment_bits;
	const uint32_t mask = (UINT32_C(1) << shard->segment_bits) - 1;
	const uint64_t where = mix(key ^ shard->seed);
	const uint64_t what = mix(where + UINT64_C(0x9e3779b97f4a7c15));
	const uint32_t first = (uint32_t)(((where >> 32) * starts) >> 32);

	ret_slots[0] = first;
	for (uint32_t i = 1; i < FILTER_ARITY; i++)
		ret_slots[i] = (first + (i << shard->segment_bits)) ^ ((uint32_t)(what >> (16 * (i - 1))) & mask);
	return (uint16_t)(what >> 48);
}

struct filter_shard filter_shard_at(const struct filter *f, uint32_t index)
{
	const unsigned char *row = f->bytes + FILTER_HEADER_BYTES + (size_t)index * FILTER_ROW_BYTES;

	return (struct filter_shard){
		.offset = read_le(row, 8),
		.seed = read_le(row + 8, 8),
		.key_count = read_le(row + 16, 8),
		.segment_count = (uint32_t)read_le(row + 24, 4),
		.segment_bits = (uint32_t)read_le(row + 28, 4),
	};
}

bool filter_contains(const struct filter *f, uint64_t key)
{
	const struct filter_shard shard = filter_shard_at(f, filter_shard_of(key, f->shard_count));
	uint32_t slots[FILTER_ARITY];
	uint16_t fingerprint;

	if (shard.key_count == 0)
		return false;
	fingerprint = filter_place(&shard, key, slots);
	for (size_t i = 0; i < FILTER_ARITY; i++)
		fingerprint ^= (uint16_t)read_le(f->bytes + shard.offset + 2 * (size_t)slots[i], 2);
	return fingerprint == 0;
}

static void header_checksum(const unsigned char *bytes, uint32_t shard_count, uint8_t ret_digest[SHA256_DIGEST_SIZE])
{
	struct sha256_ctx sha256;

	sha256_init(&sha256);
	sha256_update(&sha256, AT_CHECKSUM, bytes);
	sha256_update(&sha256, (size_t)shard_count * FILTER_ROW_BYTES, bytes + FILTER_HEADER_BYTES);
	sha256_digest(&sha256, SHA256_DIGEST_SIZE, ret_digest);
}

/* The shards lie one behind the other and fill the file exactly: then every slot of every shard is inside it. */
static bool table_is_sound(const struct filter *f)
{
	uint64_t end = FILTER_HEADER_BYTES + (uint64_t)f->shard_count * FILTER_ROW_BYTES;
	uint64_t keys = 0;

	for (uint32_t i = 0; i < f->shard_count; i++) {
		const struct filter_shard shard = filter_shard_at(f, i);
		uint64_t slots;

		if (shard.offset != end || shard.segment_bits > FILTER_SEGMENT_BITS_MAX)
			return false;
		slots = filter_slot_count(&shard);
		/* Slot numbers are 32 bits wide; no filter holds more keys than fingerprints. */
		if (shard.segment_count == 0 || slots > UINT32_MAX || shard.key_count > slots || slots > (f->len - end) / 2)
			return false;
		end += 2 * slots;
		keys += shard.key_count;
	}
	return end == f->len && keys == f->key_count;
}

int filter_open(const void *bytes, size_t len, struct filter *ret_filter)
{
	struct filter f = {.bytes = bytes, .len = len};
	uint8_t checksum[SHA256_DIGEST_SIZE];

	if (len < FILTER_HEADER_BYTES || memcmp(f.bytes, filter_magic, sizeof(filter_magic)) != 0)
		return -EINVAL;
	if (read_le(f.bytes + AT_VERSION, 4) != FILTER_VERSION || read_le(f.bytes + AT_FILE_BYTES, 8) != len ||
	    read_le(f.bytes + AT_ZERO_1, 4) != 0 || read_le(f.bytes + AT_ZERO_2, 4) != 0)
		return -EINVAL;
	f.key_count = read_le(f.bytes + AT_KEY_COUNT, 8);
	f.shard_count = (uint32_t)read_le(f.bytes + AT_SHARD_COUNT, 4);
	f.built_s = (int64_t)read_le(f.bytes + AT_BUILT, 8);
	if (f.shard_count == 0 || (f.shard_count & (f.shard_count - 1)) != 0 || f.shard_count >> FILTER_SHARD_BITS_MAX > 1 ||
	    f.shard_count > (len - FILTER_HEADER_BYTES) / FILTER_ROW_BYTES)
		return -EINVAL;
	header_checksum(f.bytes, f.shard_count, checksum);
	if (memcmp(checksum, f.bytes + AT_CHECKSUM, sizeof(checksum)) != 0 || !table_is_sound(&f))
		return -EINVAL;
	memcpy(f.digest, f.bytes + AT_DIGEST, sizeof(f.digest));
	memcpy(f.note, f.bytes + AT_NOTE, FILTER_NOTE_BYTES);
	*ret_filter = f;
	return 0;
}

int filter_verify(const struct filter *f)
{
	const size_t head = FILTER_HEADER_BYTES + (size_t)f->shard_count * FILTER_ROW_BYTES;
	struct sha256_ctx sha256;
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_init(&sha256);
	sha256_update(&sha256, f->len - head, f->bytes + head);
	sha256_digest(&sha256, sizeof(digest), digest);
	return memcmp(digest, f->digest, sizeof(digest)) == 0 ? 0 : -EBADMSG;
}

void filter_write_row(const struct filter_shard *shard, unsigned char ret_row[FILTER_ROW_BYTES])
{
	write_le(ret_row, 8, shard->offset);
	write_le(ret_row + 8, 8, shard->seed);
	write_le(ret_row + 16, 8, shard->key_count);
	write_le(ret_row + 24, 4, shard->segment_count);
	write_le(ret_row + 28, 4, shard->segment_bits);
}

void filter_write_header(const struct filter *f, unsigned char *header_and_table)
{
	unsigned char *at = header_and_table;

	memset(at, 0, FILTER_HEADER_BYTES);
	memcpy(at, filter_magic, sizeof(filter_magic));
	write_le(at + AT_VERSION, 4, FILTER_VERSION);
	write_le(at + AT_FILE_BYTES, 8, f->len);
	write_le(at + AT_KEY_COUNT, 8, f->key_count);
	write_le(at + AT_SHARD_COUNT, 4, f->shard_count);
	write_le(at + AT_BUILT, 8, (uint64_t)f->built_s);
	memcpy(at + AT_DIGEST, f->digest, sizeof(f->digest));
	memcpy(at + AT_NOTE, f->note, strnlen(f->note, FILTER_NOTE_BYTES));
	header_checksum(at, f->shard_count, at + AT_CHECKSUM);
}
