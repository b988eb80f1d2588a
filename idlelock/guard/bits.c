/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of which some bits may be unknown. */
#include "bits.h"

#include <string.h>

static bool fits(size_t at, size_t len)
{
	return at <= BITS_BYTES && len <= BITS_BYTES - at;
}

void bits_set(struct bits *bits, size_t at, const uint8_t *bytes, size_t len)
{
	if (!fits(at, len))
		return;
	memcpy(bits->value + at, bytes, len);
	memset(bits->known + at, 0xff, len);
}

void bits_set_number(struct bits *bits, size_t at, uint32_t number)
{
	bits_set(bits, at, (const uint8_t *)&number, sizeof number);
}

void bits_forget(struct bits *bits, size_t at, size_t len)
{
	if (!fits(at, len))
		return;
	memset(bits->value + at, 0, len);
	memset(bits->known + at, 0, len);
}

void bits_copy(struct bits *to, size_t at, const struct bits *from, size_t from_at, size_t len, bool perhaps)
{
	if (!fits(at, len))
		return;
	for (size_t i = 0; i < len; i++) {
		bool inside = from_at + i < BITS_BYTES;
		uint8_t value = inside ? from->value[from_at + i] : 0, known = inside ? from->known[from_at + i] : 0;

		if (perhaps)
			known &= (uint8_t)(to->known[at + i] & ~(to->value[at + i] ^ value));
		to->value[at + i] = value & known;
		to->known[at + i] = known;
	}
}

bool bits_known(const struct bits *bits, size_t at, size_t len)
{
	if (!fits(at, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if (bits->known[at + i] != 0xff)
			return false;
	return true;
}

enum tri bits_equal(const struct bits *bits, size_t at, const uint8_t *bytes, size_t len)
{
	if (!fits(at, len))
		return TRI_MAYBE;
	for (size_t i = 0; i < len; i++)
		if (((bits->value[at + i] ^ bytes[i]) & bits->known[at + i]) != 0)
			return TRI_NO;
	return bits_known(bits, at, len) ? TRI_YES : TRI_MAYBE;
}

enum tri bits_between(const struct bits *bits, size_t at, const uint8_t *first, const uint8_t *last, size_t len)
{
	if (!bits_known(bits, at, len))
		return TRI_MAYBE;
	return tri_of(memcmp(bits->value + at, first, len) >= 0 && memcmp(bits->value + at, last, len) <= 0);
}

enum tri tri_not(enum tri a)
{
	return a == TRI_MAYBE ? TRI_MAYBE : tri_of(a == TRI_NO);
}

enum tri tri_and(enum tri a, enum tri b)
{
	if (a == TRI_NO || b == TRI_NO)
		return TRI_NO;
	return a == TRI_YES && b == TRI_YES ? TRI_YES : TRI_MAYBE;
}

enum tri tri_of(bool yes)
{
	return yes ? TRI_YES : TRI_NO;
}
