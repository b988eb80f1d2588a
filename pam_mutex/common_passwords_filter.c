/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the filter of common passwords as C, from one password a line. A program of the build, run by common_passwords.sh; no part of the product. */
#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common_passwords.h"
#include "filter_build.h"
#include "fold.h"

#define PASSWORDS_MIN 500000 /* fewer: the list is not what this was made for */
#define PASSWORDS_MAX 4000000

/* What needs no line of its own: numbers are guessed without a list. */
static bool is_number(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0';
}

static size_t read_keys(uint64_t *keys)
{
	char line[4096];
	size_t count = 0;

	while (fgets(line, sizeof(line), stdin)) {
		size_t len = strcspn(line, "\n");

		line[len] = '\0';
		if (len < COMMON_LISTED_MIN || len > COMMON_LISTED_MAX || is_number(line))
			continue;
		if (count == PASSWORDS_MAX)
			errx(1, "more than %d passwords", PASSWORDS_MAX);
		fold_readings(line, len, line);
		keys[count++] = filter_key(line, len);
	}
	if (count < PASSWORDS_MIN)
		errx(1, "%zu passwords only: the list is not what this was made for", count);
	return count;
}

static void print_shard(const struct filter_shard *shard, const uint16_t *fingerprints)
{
	uint64_t slots = filter_slot_count(shard);

	printf("static const struct filter_shard common_filter = {.seed = UINT64_C(0x%" PRIx64 "), .key_count = %" PRIu64 ", .segment_count = %" PRIu32
	       ", .segment_bits = %" PRIu32 "};\nstatic const uint16_t common_fingerprints[] COMMON_TABLE = {\n",
	       shard->seed, shard->key_count, shard->segment_count, shard->segment_bits);
	for (uint64_t i = 0; i < slots; i++) {
		const unsigned char *little = (const unsigned char *)&fingerprints[i];

		printf(i % 24 == 23 ? "%u,\n" : "%u,", little[0] | little[1] << 8);
	}
	puts("};");
}

int main(void)
{
	uint64_t *keys = malloc(PASSWORDS_MAX * sizeof(*keys)), *scratch = malloc(PASSWORDS_MAX * sizeof(*scratch));
	struct filter_shard shard;
	const uint16_t *fingerprints;
	struct arena arena;
	size_t count;

	if (!keys || !scratch)
		err(1, "passwords");
	count = filter_build_sort(keys, scratch, read_keys(keys));
	arena_init(&arena, malloc(filter_build_memory(count)), filter_build_memory(count));
	if (!arena.block || filter_build_shard(keys, count, &arena, &shard, &fingerprints) < 0)
		errx(1, "cannot build a filter of %zu passwords", count);
	print_shard(&shard, fingerprints);
	free(arena.block);
	free(scratch);
	free(keys);
	return fflush(stdout) == 0 ? 0 : 1;
}
