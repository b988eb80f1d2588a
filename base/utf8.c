/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 as RFC 3629 defines it, by the table of well-formed sequences in its section 4. */
#include "utf8.h"

#include <errno.h>

/* Length by first byte, and the bounds of the second one, which keep out overlong forms, surrogates and what is above U+10FFFF. */
struct form {
	unsigned char first, last;        /* first byte */
	unsigned char length;
	unsigned char second_min, second_max;
	unsigned char mask;               /* bits of the code point in the first byte */
};

static const struct form FORMS[] = {
	{0x00, 0x7f, 1, 0x00, 0x00, 0x7f}, {0xc2, 0xdf, 2, 0x80, 0xbf, 0x1f}, {0xe0, 0xe0, 3, 0xa0, 0xbf, 0x0f},
	{0xe1, 0xec, 3, 0x80, 0xbf, 0x0f}, {0xed, 0xed, 3, 0x80, 0x9f, 0x0f}, {0xee, 0xef, 3, 0x80, 0xbf, 0x0f},
	{0xf0, 0xf0, 4, 0x90, 0xbf, 0x07}, {0xf1, 0xf3, 4, 0x80, 0xbf, 0x07}, {0xf4, 0xf4, 4, 0x80, 0x8f, 0x07},
};

static const struct form *form_of(unsigned char first)
{
	for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++)
		if (first >= FORMS[i].first && first <= FORMS[i].last)
			return &FORMS[i];
	return NULL;
}

static bool is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

int utf8_next(const char **at, const char *end, uint32_t *ret_code_point)
{
	const unsigned char *s = (const unsigned char *)*at;
	const struct form *form = form_of(s[0]);
	uint32_t code_point;

	if (form == NULL || end - *at < form->length)
		return -EILSEQ;
	if (form->length > 1 && (s[1] < form->second_min || s[1] > form->second_max))
		return -EILSEQ;
	code_point = s[0] & form->mask;
	for (size_t i = 1; i < form->length; i++) {
		if (!is_continuation(s[i]))
			return -EILSEQ;
		code_point = code_point << 6 | (s[i] & 0x3fU);
	}
	*at += form->length;
	*ret_code_point = code_point;
	return 0;
}

int utf8_count(const char *s, size_t len, size_t *ret_count)
{
	const char *at = s, *end = s + len;
	uint32_t code_point;
	size_t count = 0;

	for (; at < end; count++)
		if (utf8_next(&at, end, &code_point) < 0)
			return -EILSEQ;
	*ret_count = count;
	return 0;
}

size_t utf8_cut(const char *s, size_t len, size_t max)
{
	size_t cut = max;

	if (len <= max)
		return len;
	/* A character has at most three continuation bytes; more of them are no text, and any place is as good. */
	while (cut > 0 && max - cut < 3 && is_continuation((unsigned char)s[cut]))
		cut--;
	return is_continuation((unsigned char)s[cut]) ? max : cut;
}

size_t utf8_put(uint32_t code_point, char ret_bytes[4])
{
	unsigned char *out = (unsigned char *)ret_bytes;

	if (code_point < 0x80) {
		out[0] = (unsigned char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = (unsigned char)(0xc0 | code_point >> 6);
		out[1] = (unsigned char)(0x80 | (code_point & 0x3f));
		return 2;
	}
	if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
		return 0;
	if (code_point < 0x10000) {
		out[0] = (unsigned char)(0xe0 | code_point >> 12);
		out[1] = (unsigned char)(0x80 | (code_point >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (code_point & 0x3f));
		return 3;
	}
	out[0] = (unsigned char)(0xf0 | code_point >> 18);
	out[1] = (unsigned char)(0x80 | (code_point >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (code_point >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (code_point & 0x3f));
	return 4;
}
