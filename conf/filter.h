/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter of breached passwords: file format and query. Pure: works on bytes that the caller mapped.
 *
 * Keys are the first 64 bits (big-endian) of a SHA-1. Sharded four-wise binary fuse filter (Graf and Lemire, "Binary Fuse
 * Filters: Fast and Smaller Than Xor Filters", 2022), 16-bit fingerprints: no false negative, false positives 2^-16.
 *
 * File, all numbers little-endian:
 *   header, 256 bytes   0 "MUTEXFLT" · 8 u32 version 1 · 12 u32 0 · 16 u64 bytes of the file · 24 u64 keys · 32 u32 shards (a power
 *                       of two) · 36 u32 0 · 40 i64 built, seconds since the epoch · 48 SHA-256 of the shards · 80 note, 144 bytes,
 *                       NUL-padded · 224 SHA-256 of bytes 0 to 223 and the shard table
 *   shard table         a row of 32 bytes per shard: u64 offset in the file · u64 seed · u64 keys · u32 segments · u32 bits of a
 *                       segment's length
 *   shards              (segments + 3) << bits fingerprints of u16 each, one shard behind the other, nothing between or behind */
#ifndef MUTEX_FILTER_H
#define MUTEX_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FILTER_ARITY = 4, /* fingerprints that one key touches */
	FILTER_HEADER_BYTES = 256,
	FILTER_ROW_BYTES = 32, /* of the shard table */
	FILTER_NOTE_BYTES = 144,
	FILTER_SEGMENT_BITS_MAX = 16,
	FILTER_SHARD_BITS_MAX = 20,
};

struct filter {
	const unsigned char *bytes;
	size_t len;
	/* checked header fields */
	uint64_t key_count;
	uint32_t shard_count;
	int64_t built_s;
	uint8_t digest[32];               /* SHA-256 of the shards, checked by filter_verify only */
	char note[FILTER_NOTE_BYTES + 1]; /* what it was built from; untrusted text, NUL-terminated */
};

/* One row of the shard table. */
struct filter_shard {
	uint64_t offset, seed, key_count;
	uint32_t segment_count, segment_bits;
};

/* Checks header, version, sizes and the shard table against len, in time of the shard table. 0; -EINVAL for a foreign, truncated,
 * lengthened or damaged file. After 0 no query reads outside bytes[0..len), whatever the file holds. */
int filter_open(const void *bytes, size_t len, struct filter *ret_filter);

bool filter_contains(const struct filter *f, uint64_t key);

/* The key of a password's bytes. */
uint64_t filter_key(const char *password, size_t len);

/* Digest over all shards; reads all of them. 0 or -EBADMSG. The same keys give the same digest on any machine. */
int filter_verify(const struct filter *f);

/* For the builder and tests: which shard holds a key, a shard's row, where the key's fingerprints lie, and how many there are. */
uint32_t filter_shard_of(uint64_t key, uint32_t shard_count);
struct filter_shard filter_shard_at(const struct filter *f, uint32_t index);
uint16_t filter_place(const struct filter_shard *shard, uint64_t key, uint32_t ret_slots[FILTER_ARITY]); /* returns the fingerprint */
uint64_t filter_slot_count(const struct filter_shard *shard);

/* For the builder: one row of the table; then the header in front of the whole table, from len, key_count, shard_count, built_s,
 * digest and note of f. */
void filter_write_row(const struct filter_shard *shard, unsigned char ret_row[FILTER_ROW_BYTES]);
void filter_write_header(const struct filter *f, unsigned char *header_and_table);

#endif
