/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes as base32, in any alphabet, without padding. Pure. */
#ifndef MUTEX_BASE32_H
#define MUTEX_BASE32_H

#include <stddef.h>
#include <stdint.h>

struct text;

#define BASE32_RFC4648 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define BASE32_CROCKFORD "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/* group > 0: a separator between each group of so many characters. The last character's spare bits are zero. */
void base32_add(struct text *t, const char alphabet[static 33], const uint8_t *bytes, size_t len, size_t group, char separator);

#endif
