/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for pure code, out of one block that the caller owns. Pure. Nothing is freed singly. */
#ifndef MUTEX_ARENA_H
#define MUTEX_ARENA_H

#include <stddef.h>

struct arena {
	unsigned char *block;
	size_t size, used;
};

void arena_init(struct arena *a, void *block, size_t size);

/* Zeroed memory for count objects of size bytes, aligned for any type; NULL when the block is used up. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
#define ARENA_NEW(a, type, count) ((type *)arena_alloc((a), (count), sizeof(type)))

/* A NUL-terminated copy of len bytes; NULL when the block is used up. */
char *arena_copy(struct arena *a, const char *s, size_t len);

#endif
