/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded string building: the only way this project puts strings together. Pure.
 *
 * A struct text writes into memory of the caller. What does not fit is not
 * written at all and sets `overflow` for good: truncation is an error, which
 * text_end() reports. The buffer is NUL-terminated at any time. */
#ifndef MUTEX_TEXT_H
#define MUTEX_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *buf;
	size_t size; /* bytes of buf, the final NUL included */
	size_t len;  /* bytes written, without the NUL */
	bool overflow;
};

/* Starts an empty text in buf. size is at least 1. */
void text_init(struct text *t, char *buf, size_t size);
/* For `char buf[N]` of the caller. */
#define TEXT_INTO(t, array) text_init((t), (array), sizeof(array))

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *s, size_t len);
void text_add_char(struct text *t, char c);
void text_add_int(struct text *t, int64_t n);
void text_add_hex(struct text *t, const uint8_t *bytes, size_t len);
void text_add_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes back what was added since t->len was start, for a function that adds several pieces or none. overflow stays. */
void text_drop(struct text *t, size_t start);

/* Adds untrusted bytes so that they cannot break a line, a field or a terminal:
 * control characters, backslash, DEL, invalid UTF-8, C1 controls, bidirectional
 * controls, invisible characters and the line and paragraph separators become \xHH, byte by byte. */
void text_add_escaped(struct text *t, const char *s, size_t len);

/* The same in at most max (>= 3) bytes: what is longer is cut between characters and ends in "...". */
void text_add_escaped_cut(struct text *t, const char *s, size_t len, size_t max);

/* Adds a JSON string literal with its quotes (RFC 8259). Bytes that are no valid UTF-8 become
 * U+FFFD; what text_add_escaped() escapes becomes \uXXXX. */
void text_add_json(struct text *t, const char *s, size_t len);

/* 0, or -EOVERFLOW when something did not fit. */
int text_end(const struct text *t);

#endif
