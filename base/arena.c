/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory out of one block of the caller's, given out from its start to its end. */
#include "arena.h"

#include <stdint.h>
#include <string.h>

void arena_init(struct arena *a, void *block, size_t size)
{
	*a = (struct arena){.block = block, .size = size};
}

static void *take(struct arena *a, size_t bytes, size_t alignment)
{
	/* The block itself may lie anywhere: it is the address that must be even, not the offset. */
	size_t padding = (alignment - ((uintptr_t)a->block + a->used) % alignment) % alignment;
	size_t end;
	void *start;

	if (__builtin_add_overflow(a->used, padding, &end) || __builtin_add_overflow(end, bytes, &end) || end > a->size)
		return NULL;
	start = a->block + a->used + padding;
	a->used = end;
	return start;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t bytes;
	void *start;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	start = take(a, bytes, _Alignof(max_align_t));
	if (start != NULL)
		memset(start, 0, bytes);
	return start;
}

char *arena_copy(struct arena *a, const char *s, size_t len)
{
	char *copy = len < SIZE_MAX ? take(a, len + 1, 1) : NULL;

	if (copy == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}
