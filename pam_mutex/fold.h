/* SPDX-License-Identifier: BSD-2-Clause */
/* Undoes what people do to a word to make it a password: case, and signs that stand for letters. Pure. */
#ifndef MUTEX_FOLD_H
#define MUTEX_FOLD_H

#include <stddef.h>

/* The letters that a digit or sign may stand for, the likeliest first; "" for all else. Never NULL. */
const char *fold_substitution(char c);

/* ASCII letters to lower case; all other bytes stay. ret_lower has room for len bytes. */
void fold_ascii(const char *s, size_t len, char *ret_lower);

#endif
