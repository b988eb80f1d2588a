/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of other programs' settings that may be written in capitals: ASCII letters only, whatever the locale. Pure. */
#ifndef MUTEX_CASELESS_H
#define MUTEX_CASELESS_H

#include <stdbool.h>
#include <stddef.h>

bool caseless_equal(const char *a, const char *b);
/* The same for the len bytes at s, which need not end there. */
bool caseless_is(const char *s, size_t len, const char *word);
/* True when these bytes begin with the word. */
bool caseless_begins(const char *s, size_t len, const char *word);

#endif
