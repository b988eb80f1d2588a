/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks a password up in plain lines. Pure. */
#include "block_list.h"

#include <string.h>

#include "fold.h"

#define DECORATED_LINE_MIN 4

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool means(char in_password, char in_line)
{
	char c = lower(in_line);

	return lower(in_password) == c || (c >= 'a' && c <= 'z' && strchr(fold_substitution(in_password), c));
}

/* Letters are a to z and every byte outside ASCII. */
static bool is_decoration(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80 || (lower(s[i]) >= 'a' && lower(s[i]) <= 'z'))
			return false;
	return true;
}

static bool line_refuses(const char *line, size_t line_len, const char *password, size_t len)
{
	size_t decoration = len - line_len;

	if (decoration > 0 && (line_len < DECORATED_LINE_MIN || decoration > line_len))
		return false;
	for (size_t i = 0; i < line_len; i++)
		if (!means(password[i], line[i]))
			return false;
	return is_decoration(password + line_len, decoration);
}

bool block_list_contains(const char *list, size_t list_len, const char *password, size_t len)
{
	const char *at = list, *end = list + list_len;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t line_len = (size_t)((stop ? stop : end) - at);
		const char *next = stop ? stop + 1 : end;

		if (line_len > 0 && at[line_len - 1] == '\r')
			line_len--;
		if (line_len > 0 && line_len <= len && means(password[0], at[0]) && line_refuses(at, line_len, password, len))
			return true;
		at = next;
	}
	return false;
}
