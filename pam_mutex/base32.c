/* SPDX-License-Identifier: BSD-2-Clause */
/* Five bits a character, highest first (RFC 4648). */
#include "base32.h"

#include "text.h"

/* The five bits that begin at that bit; zeros behind the end. */
static unsigned five_bits(const uint8_t *bytes, size_t len, size_t bit)
{
	size_t at = bit / 8;
	unsigned two = (unsigned)bytes[at] << 8 | (at + 1 < len ? bytes[at + 1] : 0U);

	return two >> (11 - bit % 8) & 31U;
}

void base32_add(struct text *t, const char alphabet[static 33], const uint8_t *bytes, size_t len, size_t group, char separator)
{
	for (size_t bit = 0, written = 0; bit < len * 8; bit += 5, written++) {
		if (group > 0 && written > 0 && written % group == 0)
			text_add_char(t, separator);
		text_add_char(t, alphabet[five_bits(bytes, len, bit)]);
	}
}
