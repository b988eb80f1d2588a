/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter of breached passwords: file format and query. Pure: works on bytes that the caller mapped.
 *
 * Keys are the first 64 bits (big-endian) of a SHA-1. Sharded binary fuse filter, 16-bit fingerprints, little-endian:
 * no false negative, false positives 2^-16. */
#ifndef MUTEX_FILTER_H
#define MUTEX_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filter {
	const unsigned char *bytes;
	size_t len;
	/* checked header fields; see filter.c for the layout */
	uint64_t key_count;
	uint32_t shard_count;
	int64_t built_s;
	uint8_t digest[32]; /* SHA-256 of the body, checked by filter_verify only */
};

/* Checks header, version, sizes and the shard table against len. 0; -EINVAL for a foreign, truncated or damaged file. */
int filter_open(const void *bytes, size_t len, struct filter *ret_filter);

bool filter_contains(const struct filter *f, uint64_t key);

/* The key of a password's bytes. */
uint64_t filter_key(const char *password, size_t len);

/* Digest over the whole body; reads all of it. 0 or -EBADMSG. */
int filter_verify(const struct filter *f);

#endif
