/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeded random members for tests that write a struct and read it back. */
#ifndef MUTEX_DOCUMENT_RANDOM_H
#define MUTEX_DOCUMENT_RANDOM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fields.h"

struct document_random {
	uint64_t state; /* any seed but 0 */
};

/* xorshift64*, Vigna 2016 */
static inline uint64_t random_next(struct document_random *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 2685821657736338717ULL;
}

/* low to high, both included; often one of the ends. */
static inline int64_t random_between(struct document_random *r, int64_t low, int64_t high)
{
	uint64_t span = (uint64_t)high - (uint64_t)low;
	uint64_t roll = random_next(r) % 8;

	if (roll == 0)
		return low;
	if (roll == 1)
		return high;
	return (int64_t)((uint64_t)low + (span == UINT64_MAX ? random_next(r) : random_next(r) % (span + 1)));
}

static inline void random_name(struct document_random *r, char *ret_name, size_t min, size_t max)
{
	static const char LETTERS[] = "abcxyzABCXYZ0189_-.:@+";
	size_t len = (size_t)random_between(r, (int64_t)min, (int64_t)max);

	for (size_t i = 0; i < len; i++)
		ret_name[i] = LETTERS[random_next(r) % (i == 0 ? 16 : sizeof(LETTERS) - 1)];
	ret_name[len] = '\0';
}

/* Whole characters of one to four bytes, as many as fit. */
static inline void random_text(struct document_random *r, char *ret_text, size_t max)
{
	static const char *const CHARACTERS[] = {"a", " ", "=", ",", "\\", "\"", "#", "\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x94\x92"};
	size_t aim = (size_t)random_between(r, 0, (int64_t)max), len = 0;

	for (;;) {
		const char *next = CHARACTERS[random_next(r) % (sizeof(CHARACTERS) / sizeof(CHARACTERS[0]))];
		if (len + strlen(next) > aim)
			break;
		memcpy(ret_text + len, next, strlen(next));
		len += strlen(next);
	}
	ret_text[len] = '\0';
}

static inline void random_boot_id(struct document_random *r, char ret_id[FIELD_BOOT_ID_SIZE])
{
	snprintf(ret_id, FIELD_BOOT_ID_SIZE, "%08x-%04x-%04x-%04x-%012llx", (unsigned)random_next(r), (unsigned)random_next(r) & 0xffff,
		 (unsigned)random_next(r) & 0xffff, (unsigned)random_next(r) & 0xffff,
		 (unsigned long long)random_next(r) & 0xffffffffffffULL);
}

#endif
