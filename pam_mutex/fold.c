/* SPDX-License-Identifier: BSD-2-Clause */
/* Case and substitutions. Pure; the locale has no say. */
#include "fold.h"

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
