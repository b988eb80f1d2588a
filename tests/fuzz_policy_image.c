/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy's image with some bytes changed and its sum made right again: refused, or a policy that can be resolved, dumped and written as an image
 * that says the same. Input: how many changes u8, each place u16 and what to add u8; then a policy. So seeds outlive a change of the keywords. */
#include <stdlib.h>
#include <string.h>

#include "policy_alike.h"
#include "policy_image.h"

#define ARENA_BYTES (8 * 1024 * 1024)
#define CHANGES_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char memory[ARENA_BYTES], bytes[2][POLICY_IMAGE_BYTES_MAX], rooms[2][POLICY_IMAGE_ARENA_BYTES(POLICY_IMAGE_BYTES_MAX)];
static char dumps[2][4 * POLICY_FILE_BYTES_MAX];

static void must(int holds)
{
	if (!holds)
		abort();
}

static void change(const uint8_t *data, size_t size, size_t len)
{
	size_t count = size > 0 ? data[0] % CHANGES_MAX : 0, at = 1;

	for (; count > 0 && at + 3 <= size; count--, at += 3) {
		size_t place = POLICY_IMAGE_HEAD_BYTES + (size_t)(data[at] << 8 | data[at + 1]) % (len - POLICY_IMAGE_HEAD_BYTES);

		bytes[0][place] = (unsigned char)(bytes[0][place] + data[at + 2]);
	}
}

static size_t text_at(const uint8_t *data, size_t size)
{
	size_t at = size > 0 ? 1 + (size_t)(data[0] % CHANGES_MAX) * 3 : 0;

	return at < size ? at : size;
}

/* The length of the image, or 0: no policy. */
static size_t make(const uint8_t *text, size_t size)
{
	struct policy_source source = {.file = "a", .bytes = (const char *)text, .len = size};
	struct policy_image image = {.sources = {{.path = "f"}, {.path = "d"}, {.path = "e"}, {.path = "a"}}, .source_count = 4};
	struct diag items[8];
	struct arena arena;
	size_t len;

	image.warnings = (struct diag_list){.items = items, .max = 8};
	arena_init(&arena, memory, ARENA_BYTES);
	if (policy_parse(&source, 1, &arena, &image.warnings, &image.policy) < 0)
		return 0;
	must(policy_image_encode(&image, bytes[0], POLICY_IMAGE_BYTES_MAX, &len) == 0);
	return len;
}

static int decode(int which, size_t len, struct diag *items, struct policy_image *ret_image)
{
	struct arena arena;

	*ret_image = (struct policy_image){.warnings = {.items = items, .max = 8}};
	arena_init(&arena, rooms[which], POLICY_IMAGE_ARENA_BYTES(len));
	return policy_image_decode(bytes[which], len, &arena, ret_image);
}

static size_t dump(const struct policy *policy, int which)
{
	struct text t;

	text_init(&t, dumps[which], sizeof dumps[which]);
	policy_dump(policy, &t);
	return t.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t at = text_at(data, size), len = make(data + at, size - at), again_len, dumped;
	struct diag items[2][8];
	struct policy_image image, again;

	if (len == 0)
		return 0;
	change(data, size, len);
	policy_image_seal(bytes[0], len);
	if (decode(0, len, items[0], &image) < 0)
		return 0;
	must(policy_image_encode(&image, bytes[1], POLICY_IMAGE_BYTES_MAX, &again_len) == 0 && again_len == len);
	must(decode(1, again_len, items[1], &again) == 0);
	dumped = dump(&image.policy, 0);
	must(dump(&again.policy, 1) == dumped && memcmp(dumps[0], dumps[1], dumped) == 0);
	must(same_policy(&image.policy, &again.policy));
	return 0;
}
