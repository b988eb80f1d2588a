/* SPDX-License-Identifier: BSD-2-Clause */
/* Filter files: hostile bytes must never lead a query outside the mapping. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "filter_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Opens and asks; bytes lie in a block of exactly len, so that any read outside is seen. */
static void open_and_ask(const unsigned char *bytes, size_t len)
{
	struct filter f;

	if (filter_open(bytes, len, &f) < 0)
		return;
	for (uint64_t i = 0; i < 256; i++)
		(void)filter_contains(&f, sample_key(i));
	(void)filter_contains(&f, 0);
	(void)filter_contains(&f, UINT64_MAX);
	(void)filter_verify(&f);
	if (strnlen(f.note, sizeof(f.note)) == sizeof(f.note))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *copy = malloc(size + (size == 0));

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	open_and_ask(copy, size);
	/* Once more with a right header in front of the same table: the checksum must not be what protects. */
	if (size >= FILTER_HEADER_BYTES) {
		const uint32_t fitting = (uint32_t)((size - FILTER_HEADER_BYTES) / FILTER_ROW_BYTES);
		struct filter f = {.len = size, .shard_count = UINT32_C(1) << (data[32] % 8)};

		for (size_t i = 0; i < 8; i++)
			f.key_count |= (uint64_t)data[24 + i] << (8 * i);
		if (f.shard_count <= fitting) {
			filter_write_header(&f, copy);
			open_and_ask(copy, size);
		}
	}
	free(copy);
	return 0;
}
