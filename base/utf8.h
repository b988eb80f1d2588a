/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure. */
#ifndef MUTEX_UTF8_H
#define MUTEX_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at *at and moves *at behind it. 0, or -EILSEQ, then *at stays.
 * *at must be below end. */
int utf8_next(const char **at, const char *end, uint32_t *ret_code_point);

/* Counts code points (SP 800-63B-4: each counts as one character). 0 or -EILSEQ. */
int utf8_count(const char *s, size_t len, size_t *ret_count);

/* Length of the longest prefix of s with at most max bytes that ends between characters. */
size_t utf8_cut(const char *s, size_t len, size_t max);

/* Writes one code point as UTF-8. Returns 1 to 4 bytes; 0 for what UTF-8 cannot hold. */
size_t utf8_put(uint32_t code_point, char ret_bytes[4]);

#endif
