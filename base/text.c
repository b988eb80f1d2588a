/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded string building. Each call writes all that it was given or nothing. */
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

static const char HEX[] = "0123456789abcdef";

void text_init(struct text *t, char *buf, size_t size)
{
	*t = (struct text){.buf = buf, .size = size};
	buf[0] = '\0';
}

void text_drop(struct text *t, size_t start)
{
	t->len = start;
	t->buf[start] = '\0';
}

void text_add_bytes(struct text *t, const char *s, size_t len)
{
	if (t->overflow || len >= t->size - t->len) {
		t->overflow = t->overflow || len > 0;
		return;
	}
	if (len > 0)
		memcpy(t->buf + t->len, s, len);
	t->len += len;
	t->buf[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_add_char(struct text *t, char c)
{
	text_add_bytes(t, &c, 1);
}

void text_add_int(struct text *t, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		digits[--at] = '-';
	text_add_bytes(t, digits + at, sizeof digits - at);
}

void text_add_hex(struct text *t, const uint8_t *bytes, size_t len)
{
	size_t start = t->len;

	for (size_t i = 0; i < len; i++)
		text_add_bytes(t, (const char[]){HEX[bytes[i] >> 4], HEX[bytes[i] & 15]}, 2);
	if (t->overflow)
		text_drop(t, start);
}

void text_add_format(struct text *t, const char *format, ...)
{
	va_list args;
	size_t room = t->size - t->len;
	int wanted;

	if (t->overflow)
		return;
	va_start(args, format);
	wanted = vsnprintf(t->buf + t->len, room, format, args);
	va_end(args);
	if (wanted < 0 || (size_t)wanted >= room) {
		t->overflow = true;
		text_drop(t, t->len);
		return;
	}
	t->len += (size_t)wanted;
}

/* Code points that break a line or deceive the eye: controls, what turns the direction of writing, and what is not seen at all. */
static bool is_treacherous(uint32_t code_point)
{
	static const struct {
		uint32_t first, last;
	} RANGES[] = {
		{0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c}, {0x180e, 0x180e},   {0x200b, 0x200f},
		{0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
	};

	for (size_t i = 0; i < sizeof RANGES / sizeof RANGES[0]; i++)
		if (code_point >= RANGES[i].first && code_point <= RANGES[i].last)
			return true;
	return false;
}

/* Takes one character (or one byte that belongs to none) from *at and adds it escaped. */
static void add_escaped_one(struct text *t, const char **at, const char *end)
{
	const char *start = *at;
	uint32_t code_point;
	bool plain = utf8_next(at, end, &code_point) == 0;

	if (!plain)
		(*at)++;
	if (plain && code_point != '\\' && !is_treacherous(code_point)) {
		text_add_bytes(t, start, (size_t)(*at - start));
		return;
	}
	for (; start < *at; start++)
		text_add_bytes(t, (const char[]){'\\', 'x', HEX[(uint8_t)*start >> 4], HEX[(uint8_t)*start & 15]}, 4);
}

/* Nothing to escape, as in nearly all that is added. */
static bool is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < 0x20 || s[i] > 0x7e || s[i] == '\\')
			return false;
	return true;
}

void text_add_escaped(struct text *t, const char *s, size_t len)
{
	size_t start = t->len;

	if (is_plain(s, len)) {
		text_add_bytes(t, s, len);
		return;
	}
	for (const char *at = s, *end = s + len; at < end && !t->overflow;)
		add_escaped_one(t, &at, end);
	if (t->overflow)
		text_drop(t, start);
}

/* The longest escaped character: four bytes, each as \xHH. */
#define ESCAPED_MAX 16

void text_add_escaped_cut(struct text *t, const char *s, size_t len, size_t max)
{
	static const char MARK[] = "...";
	size_t start = t->len, safe = t->len; /* up to safe there is room for the mark too */

	if (len <= max && is_plain(s, len)) {
		text_add_bytes(t, s, len);
		return;
	}
	for (const char *at = s, *end = s + len; at < end && !t->overflow;) {
		char buf[ESCAPED_MAX + 1];
		struct text one;

		TEXT_INTO(&one, buf);
		add_escaped_one(&one, &at, end);
		if (t->len - start + one.len > max) {
			text_drop(t, safe);
			text_add(t, MARK);
			break;
		}
		text_add_bytes(t, buf, one.len);
		if (t->len - start + strlen(MARK) <= max)
			safe = t->len;
	}
	if (t->overflow)
		text_drop(t, start);
}

/* As UTF-16 escapes, a pair of surrogates above the basic plane (RFC 8259, section 7). */
static void add_json_escape(struct text *t, uint32_t code_point)
{
	if (code_point > 0xffff) {
		code_point -= 0x10000;
		text_add_format(t, "\\u%04x\\u%04x", (unsigned)(0xd800 + (code_point >> 10)), (unsigned)(0xdc00 + (code_point & 0x3ff)));
	} else {
		text_add_format(t, "\\u%04x", (unsigned)code_point);
	}
}

static void add_json_one(struct text *t, const char **at, const char *end)
{
	const char *start = *at;
	uint32_t code_point;

	if (utf8_next(at, end, &code_point) < 0) {
		(*at)++;
		text_add(t, "\xef\xbf\xbd");
	} else if (code_point == '"' || code_point == '\\') {
		text_add_bytes(t, (const char[]){'\\', (char)code_point}, 2);
	} else if (code_point == '\n') {
		text_add(t, "\\n");
	} else if (code_point == '\t') {
		text_add(t, "\\t");
	} else if (is_treacherous(code_point)) {
		add_json_escape(t, code_point);
	} else {
		text_add_bytes(t, start, (size_t)(*at - start));
	}
}

void text_add_json(struct text *t, const char *s, size_t len)
{
	size_t start = t->len;

	text_add_char(t, '"');
	for (const char *at = s, *end = s + len; at < end && !t->overflow;)
		add_json_one(t, &at, end);
	text_add_char(t, '"');
	if (t->overflow)
		text_drop(t, start);
}

int text_end(const struct text *t)
{
	return t->overflow ? -EOVERFLOW : 0;
}
