/* SPDX-License-Identifier: BSD-2-Clause */
/* The history file: any bytes. The input is a list of patches (place u16, byte) over a sound file whose digests are made right again
 * when its first byte says so, so that the fuzzer gets past them. What is read must be bounded and come back the same when it is written. */
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"

#define UID 1000
#define DIGEST_AT 32

static void make_right(unsigned char *slot)
{
	struct sha256_ctx ctx;

	memset(slot + DIGEST_AT, 0, SHA256_DIGEST_SIZE);
	sha256_init(&ctx);
	sha256_update(&ctx, HISTORY_SLOT_BYTES, slot);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, slot + DIGEST_AT);
}

static void make_sound(unsigned char *file, struct history *h)
{
	bool taken;

	*h = (struct history){.uid = UID};
	for (int i = 0; i < HISTORY_SLOTS; i++) {
		(void)history_append(h, i == 0 ? "$1$salt$first" : "$1$salt$second", i, &taken);
		history_encode(h, file + i * HISTORY_SLOT_BYTES);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *file = malloc(HISTORY_FILE_BYTES), *again = malloc(HISTORY_SLOT_BYTES);
	struct history *h = malloc(sizeof *h);
	int slot;

	make_sound(file, h);
	for (size_t i = 1; i + 3 <= size; i += 3)
		file[(size_t)(data[i] | data[i + 1] << 8) % HISTORY_FILE_BYTES] = data[i + 2];
	if (size > 0 && (data[0] & 1) != 0)
		for (int i = 0; i < HISTORY_SLOTS; i++)
			make_right(file + i * HISTORY_SLOT_BYTES);
	slot = history_choose(file, HISTORY_FILE_BYTES, UID, h);
	if (slot >= 0) {
		if (h->count > HISTORY_ENTRIES_MAX || history_covered(h, HISTORY_ENTRIES_MAX, 0, 0) != h->count)
			abort();
		for (size_t i = 0; i < h->count; i++)
			if (strlen(h->entries[i].hash) >= SHADOW_HASH_SIZE || h->entries[i].hash[0] == '\0')
				abort();
		history_encode(h, again);
		if (memcmp(again, file + slot * HISTORY_SLOT_BYTES, HISTORY_SLOT_BYTES) != 0)
			abort();
	} else if (size < 4) {
		abort(); /* nothing was patched */
	}
	(void)history_choose(data, size, UID, h);
	free(file);
	free(again);
	free(h);
	return 0;
}
