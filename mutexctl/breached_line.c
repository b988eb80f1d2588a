/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of Have I Been Pwned and of plain word lists. Pure. */
#include "breached_line.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "filter.h"

enum { SHA1_DIGITS = 40, KEY_DIGITS = 16, NTLM_DIGITS = 32 };

static const char *const format_names[] = {[BREACHED_AUTO] = "auto", [BREACHED_HIBP] = "hibp", [BREACHED_WORDS] = "words"};

enum breached_format breached_format_find(const char *name)
{
	enum breached_format format = BREACHED_AUTO;

	while (format < BREACHED_FORMAT_MAX && strcmp(name, format_names[format]) != 0)
		format++;
	return format;
}

/* -1 for what is no hex digit. */
static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t hex_digits(const char *s, size_t len)
{
	size_t count = 0;

	while (count < len && hex_value(s[count]) >= 0)
		count++;
	return count;
}

static size_t without_cr(const char *line, size_t len)
{
	return len > 0 && line[len - 1] == '\r' ? len - 1 : len;
}

/* ":123" to the end of the line. */
static bool is_count(const char *s, size_t len, bool *ret_zero)
{
	if (len < 2 || s[0] != ':')
		return false;
	*ret_zero = true;
	for (size_t i = 1; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*ret_zero = *ret_zero && s[i] == '0';
	}
	return true;
}

enum breached_format breached_line_format(const char *line, size_t len, const char **ret_problem)
{
	size_t digits;
	bool zero;

	len = without_cr(line, len);
	digits = hex_digits(line, len);
	if (digits == SHA1_DIGITS && is_count(line + digits, len - digits, &zero))
		return BREACHED_HIBP;
	/* Taken as words these would give a filter that finds nothing. */
	if (digits == SHA1_DIGITS && len == digits) {
		*ret_problem =
			"looks like a SHA-1 without its count; append \":1\" to each line, or give --format words if it is a password";
		return BREACHED_AUTO;
	}
	if (digits == NTLM_DIGITS && is_count(line + digits, len - digits, &zero)) {
		*ret_problem = "looks like an NTLM hash; take the SHA-1 edition of the list, or give --format words if it is a password";
		return BREACHED_AUTO;
	}
	return BREACHED_WORDS;
}

int breached_hex_key(const char *hex, size_t len, uint64_t *ret_key)
{
	uint64_t key = 0;

	if (len != SHA1_DIGITS || hex_digits(hex, len) != len)
		return -EBADMSG;
	for (size_t i = 0; i < KEY_DIGITS; i++)
		key = key << 4 | (uint64_t)hex_value(hex[i]);
	*ret_key = key;
	return 0;
}

static int hibp_key(const char *line, size_t len, uint64_t *ret_key, const char **ret_problem)
{
	bool zero;

	if (len < SHA1_DIGITS || breached_hex_key(line, SHA1_DIGITS, ret_key) < 0) {
		*ret_problem = "does not start with a SHA-1 in 40 hex digits";
		return -EBADMSG;
	}
	if (!is_count(line + SHA1_DIGITS, len - SHA1_DIGITS, &zero)) {
		*ret_problem = "has no ':' and count behind the SHA-1";
		return -EBADMSG;
	}
	return zero ? 0 : 1; /* the range service pads its answers with hashes of count 0, which belong to no password */
}

int breached_line_key(enum breached_format format, const char *line, size_t len, uint64_t *ret_key, const char **ret_problem)
{
	len = without_cr(line, len);
	if (format == BREACHED_HIBP)
		return hibp_key(line, len, ret_key, ret_problem);
	if (memchr(line, '\0', len) != NULL) {
		*ret_problem = "contains a NUL byte; a compressed list must be unpacked first";
		return -EBADMSG;
	}
	if (len == 0)
		return 0;
	*ret_key = filter_key(line, len);
	return 1;
}
