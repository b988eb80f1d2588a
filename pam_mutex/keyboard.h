/* SPDX-License-Identifier: BSD-2-Clause */
/* Where characters lie: on a US and on a JIS (Japanese) keyboard, in the alphabet, among the digits. Pure. */
#ifndef MUTEX_KEYBOARD_H
#define MUTEX_KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>

enum keyboard { KEYBOARD_US, KEYBOARD_JIS, KEYBOARD_MAX };

struct key {
	int row, column; /* row 0 is that of the digits; column 0 that of 1, q, a, z; -1 = not on this keyboard */
	bool shift;
};

struct key keyboard_find(enum keyboard keyboard, unsigned char c);

/* The longest run of code points along the alphabet, the digits, a keyboard row, or straight down or up across the rows (1qaz), to and fro,
 * in either case. A run has one direction: "abcba" counts 3. */
size_t keyboard_longest_run(const char *s, size_t len);

#endif
