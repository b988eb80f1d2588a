/* SPDX-License-Identifier: BSD-2-Clause */
/* Undoes what people do to a word to make it a password: case, accents, full-width letters, and signs that stand for letters. Pure; the locale
 * has no say. */
#ifndef MUTEX_FOLD_H
#define MUTEX_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The letters that a digit or sign may stand for, the likeliest first; "" for all else. Never NULL. */
const char *fold_substitution(char c);

/* ASCII letters to lower case; all other bytes stay. ret_lower has room for len bytes, and may be s. */
void fold_ascii(const char *s, size_t len, char *ret_lower);

/* One form for all readings of ASCII text: lower case, each sign as the likeliest letter it may stand for, and l as i, since 1 stands for both.
 * ret_one has room for len bytes, and may be s. */
void fold_readings(const char *s, size_t len, char *ret_one);

/* One form for the letters that a person takes for the same: Latin, Greek and Cyrillic to lower case, Latin-1 accents and long vowels
 * (romaji) off, full width to ASCII. */
uint32_t fold_code_point(uint32_t code_point);

/* The folded code points of UTF-8; bytes that are no UTF-8 count as themselves. Stops at max. Returns how many. */
size_t fold_text(const char *s, size_t len, uint32_t *ret_points, size_t max);

/* Whether a password's (folded) character is meant by a word's (folded) one: the same, or a substitution of it. */
bool fold_means(uint32_t in_password, uint32_t in_word);

#endif
