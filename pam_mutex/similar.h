/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a new password is the old one in a new coat. Pure. Clause PW-1.
 *
 * Case, accents and width do not count. Similar is:
 *  - fewer than min_difference edits apart; an edit inserts, deletes or replaces one character or swaps two neighbours (optimal string alignment).
 *    A pair that differs as much as its longer one is long has nothing in common, however short it is: not similar;
 *  - the old one backwards, or rotated (its end moved to its front);
 *  - a counter's step: the same but for runs of digits (Summer2025, Summer2026; pw9, pw10; one may come or go at the end), when there are at
 *    least as many other characters as digits in the old one. */
#ifndef MUTEX_SIMILAR_H
#define MUTEX_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both at most SECRET_SIZE - 1 bytes (longer ones are compared up to there); min_difference at least 1. Wipes what it copied. */
bool similar_passwords(const char *old, size_t old_len, const char *new_one, size_t new_len, int64_t min_difference);

#endif
