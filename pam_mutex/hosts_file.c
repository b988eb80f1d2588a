/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks for one name in the host table; addresses do not matter, since no name starts like one and goes on with a dot and a domain. */
#include "hosts_file.h"

#include <string.h>

#define BLANKS " \t\r\n"
#define DOMAIN_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Host names know no case (RFC 4343); strncasecmp() would ask the locale of the process. */
static bool is_same_host(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

static bool take_domain(const char *word, size_t len, const char *host, char *ret_domain, size_t size)
{
	size_t host_len = strlen(host), domain_len;

	if (host_len == 0 || len < host_len + 2 || word[host_len] != '.' || !is_same_host(word, host, host_len))
		return false;
	domain_len = len - host_len - 1;
	if (domain_len >= size)
		return false;
	for (size_t i = 0; i < domain_len; i++)
		if (word[host_len + 1 + i] == '\0' || strchr(DOMAIN_CHARACTERS, word[host_len + 1 + i]) == NULL)
			return false;
	memcpy(ret_domain, word + host_len + 1, domain_len);
	ret_domain[domain_len] = '\0';
	return true;
}

static bool is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c) != NULL;
}

bool hosts_file_domain(const char *bytes, size_t len, const char *host, char *ret_domain, size_t size)
{
	const char *at = bytes, *end = bytes + len;

	while (at < end) {
		const char *word = at;

		if (*at == '#') {
			at = memchr(at, '\n', (size_t)(end - at));
			if (at == NULL)
				return false;
			continue;
		}
		while (at < end && !is_blank(*at) && *at != '#')
			at++;
		if (at > word && take_domain(word, (size_t)(at - word), host, ret_domain, size))
			return true;
		while (at < end && is_blank(*at))
			at++;
	}
	return false;
}
