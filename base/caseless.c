/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing ASCII letters without their case. */
#include "caseless.h"

#include <string.h>

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

bool caseless_begins(const char *s, size_t len, const char *word)
{
	size_t i = 0;

	for (; word[i] != '\0'; i++)
		if (i >= len || lower(s[i]) != lower(word[i]))
			return false;
	return true;
}

bool caseless_is(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && caseless_begins(s, len, word);
}

bool caseless_equal(const char *a, const char *b)
{
	return caseless_is(a, strlen(a), b);
}
