/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 and escaping on any bytes, against a decoder written another way. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "text.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The naive reference: gather the bits by counting leading ones, then ask whether the value may have that length. 0 when malformed. */
static size_t reference_next(const uint8_t *s, size_t len, uint32_t *ret)
{
	static const uint32_t LOWEST[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t ones = 0;
	uint32_t c;

	while (ones < 8 && (s[0] >> (7 - ones) & 1))
		ones++;
	if (ones == 0) {
		*ret = s[0];
		return 1;
	}
	if (ones < 2 || ones > 4 || ones > len)
		return 0;
	c = s[0] & (0x7fU >> ones);
	for (size_t i = 1; i < ones; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		c = c * 64 + s[i] % 64;
	}
	if (c < LOWEST[ones] || c > 0x10ffff || c / 0x800 == 0x1b)
		return 0;
	*ret = c;
	return ones;
}

static size_t check_decoding(const char *s, size_t size, bool *ret_valid)
{
	const char *at = s, *end = s + size;
	size_t characters = 0;

	*ret_valid = true;
	while (at < end) {
		uint32_t got = 0, want = 0;
		size_t length = reference_next((const uint8_t *)at, (size_t)(end - at), &want);
		const char *before = at;
		char bytes[4];

		must((utf8_next(&at, end, &got) == 0) == (length > 0));
		must((size_t)(at - before) == length && got == want);
		if (length == 0) {
			*ret_valid = false;
			at++;
			continue;
		}
		must(utf8_put(got, bytes) == length && memcmp(bytes, before, length) == 0);
		characters++;
	}
	return characters;
}

static void check_cuts(const char *s, size_t size, bool valid)
{
	size_t count;

	for (size_t max = 0; max <= size && max < 64; max++) {
		size_t cut = utf8_cut(s, size, max);

		must(cut <= max && (cut == size || max - cut < 4));
		must(!valid || utf8_count(s, cut, &count) == 0);
	}
}

/* Valid UTF-8 in one line, whatever went in; and the text that was cut is never longer than was asked for. */
static void check_escaping(const char *s, size_t size)
{
	size_t room = size * 6 + 16, count;
	char *buf = malloc(room);
	struct text t;

	must(buf != NULL);
	text_init(&t, buf, room);
	text_add_escaped(&t, s, size);
	must(text_end(&t) == 0 && utf8_count(buf, t.len, &count) == 0);
	for (size_t i = 0; i < t.len; i++)
		must((unsigned char)buf[i] >= ' ' && buf[i] != 0x7f);
	text_init(&t, buf, room);
	text_add_json(&t, s, size);
	must(text_end(&t) == 0 && utf8_count(buf, t.len, &count) == 0 && t.len >= 2);
	text_init(&t, buf, room);
	text_add_escaped_cut(&t, s, size, 11);
	must(text_end(&t) == 0 && utf8_count(buf, t.len, &count) == 0 && t.len <= 11);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	bool valid;
	size_t characters = check_decoding(s, size, &valid), count = 0;

	must((utf8_count(s, size, &count) == 0) == valid);
	must(!valid || count == characters);
	check_cuts(s, size, valid);
	check_escaping(s, size);
	return 0;
}
