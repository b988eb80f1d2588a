/* SPDX-License-Identifier: BSD-2-Clause */
/* Case, accents, width and substitutions. Pure. */
#include "fold.h"

#include <string.h>

#include "utf8.h"

const char *fold_substitution(char c)
{
	static const char meanings[128][4] = {
		['0'] = "o", ['1'] = "li", ['2'] = "z", ['3'] = "e", ['4'] = "a", ['5'] = "s", ['6'] = "gb", ['7'] = "t",
		['8'] = "b", ['9'] = "g", ['@'] = "a", ['$'] = "s", ['!'] = "il", ['|'] = "li", ['+'] = "t", ['('] = "c", ['&'] = "a",
	};

	return (unsigned char)c < 128 ? meanings[(unsigned char)c] : "";
}

void fold_ascii(const char *s, size_t len, char *ret_lower)
{
	for (size_t i = 0; i < len; i++)
		ret_lower[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
}

void fold_readings(const char *s, size_t len, char *ret_one)
{
	fold_ascii(s, len, ret_one);
	for (size_t i = 0; i < len; i++) {
		const char *meant = fold_substitution(ret_one[i]);

		if (*meant != '\0')
			ret_one[i] = *meant;
		if (ret_one[i] == 'l')
			ret_one[i] = 'i';
	}
}

/* U+00C0 to U+00FF without accents and case; '*' stays as it is. */
static uint32_t fold_latin(uint32_t c)
{
	static const char plain[] = "aaaaaaaceeeeiiiidnooooo*ouuuuyts"
				    "aaaaaaaceeeeiiiidnooooo*ouuuuyty";

	return plain[c - 0xc0] == '*' ? c : (unsigned char)plain[c - 0xc0];
}

static uint32_t fold_long_vowel(uint32_t c)
{
	switch (c | 1) { /* capital and small letter are neighbours */
	case 0x101:
		return 'a';
	case 0x113:
		return 'e';
	case 0x12b:
		return 'i';
	case 0x14d:
		return 'o';
	case 0x16b:
		return 'u';
	default:
		return c;
	}
}

uint32_t fold_code_point(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e) /* full-width forms of ! to ~ */
		c -= 0xfee0;
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if (c < 0xc0)
		return c;
	if (c <= 0xff)
		return fold_latin(c);
	if (c <= 0x17f)
		return fold_long_vowel(c);
	if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) /* Greek, Cyrillic */
		return c + 32;
	return c >= 0x400 && c <= 0x40f ? c + 80 : c;
}

size_t fold_text(const char *s, size_t len, uint32_t *ret_points, size_t max)
{
	const char *at = s, *end = s + len;
	size_t count = 0;
	uint32_t c;

	while (at < end && count < max) {
		if (utf8_next(&at, end, &c) < 0)
			c = (unsigned char)*at++;
		ret_points[count++] = fold_code_point(c);
	}
	return count;
}

bool fold_means(uint32_t in_password, uint32_t in_word)
{
	return in_password == in_word ||
	       (in_word >= 'a' && in_word <= 'z' && in_password < 128 && strchr(fold_substitution((char)in_password), (char)in_word));
}
