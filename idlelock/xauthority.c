/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the cookie of a display. An entry is a family and four counted strings (address, number, name, data), numbers in network order. */
#include "xauthority.h"

#include <stdint.h>
#include <string.h>

#define NAME "MIT-MAGIC-COOKIE-1"
enum { ADDRESS, NUMBER, METHOD, DATA, PARTS };

struct part {
	const unsigned char *bytes;
	size_t len;
};

struct reader {
	const unsigned char *bytes;
	size_t len, at;
};

static bool read_u16(struct reader *r, size_t *ret_value)
{
	if (r->len - r->at < 2)
		return false;
	*ret_value = (size_t)r->bytes[r->at] << 8 | r->bytes[r->at + 1];
	r->at += 2;
	return true;
}

static bool read_entry(struct reader *r, struct part parts[PARTS])
{
	size_t family;

	if (!read_u16(r, &family))
		return false;
	for (int i = 0; i < PARTS; i++) {
		if (!read_u16(r, &parts[i].len) || r->len - r->at < parts[i].len)
			return false;
		parts[i].bytes = r->bytes + r->at;
		r->at += parts[i].len;
	}
	return true;
}

static bool is_text(const struct part *part, const char *text)
{
	return part->len == strlen(text) && memcmp(part->bytes, text, part->len) == 0;
}

bool xauthority_find(const unsigned char *bytes, size_t len, const char *number, unsigned char ret_cookie[XAUTHORITY_COOKIE_BYTES])
{
	struct reader r = {.bytes = bytes, .len = len};
	struct part parts[PARTS];

	while (read_entry(&r, parts)) {
		if (!is_text(&parts[METHOD], NAME) || parts[DATA].len != XAUTHORITY_COOKIE_BYTES)
			continue;
		if (parts[NUMBER].len != 0 && !is_text(&parts[NUMBER], number))
			continue;
		memcpy(ret_cookie, parts[DATA].bytes, XAUTHORITY_COOKIE_BYTES);
		return true;
	}
	return false;
}
