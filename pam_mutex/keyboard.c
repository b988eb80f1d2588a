/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds runs along keyboards, the alphabet and the digits. Pure. */
#include "keyboard.h"

/* A place is row * 16 + column + 1, with PLACE_SHIFT for the upper sign of the key; 0 = not on this keyboard. */
#define PLACE_SHIFT 0x80
#define PLACE(row, column) ((row) * 16 + (column) + 1)

#define LETTER(lower, upper, row, column) [lower] = PLACE(row, column), [upper] = PLACE(row, column) | PLACE_SHIFT
#define LETTERS \
	LETTER('q', 'Q', 1, 0), LETTER('w', 'W', 1, 1), LETTER('e', 'E', 1, 2), LETTER('r', 'R', 1, 3), LETTER('t', 'T', 1, 4), \
	LETTER('y', 'Y', 1, 5), LETTER('u', 'U', 1, 6), LETTER('i', 'I', 1, 7), LETTER('o', 'O', 1, 8), LETTER('p', 'P', 1, 9), \
	LETTER('a', 'A', 2, 0), LETTER('s', 'S', 2, 1), LETTER('d', 'D', 2, 2), LETTER('f', 'F', 2, 3), LETTER('g', 'G', 2, 4), \
	LETTER('h', 'H', 2, 5), LETTER('j', 'J', 2, 6), LETTER('k', 'K', 2, 7), LETTER('l', 'L', 2, 8), LETTER('z', 'Z', 3, 0), \
	LETTER('x', 'X', 3, 1), LETTER('c', 'C', 3, 2), LETTER('v', 'V', 3, 3), LETTER('b', 'B', 3, 4), LETTER('n', 'N', 3, 5), \
	LETTER('m', 'M', 3, 6), LETTER(',', '<', 3, 7), LETTER('.', '>', 3, 8), LETTER('/', '?', 3, 9)

static const unsigned char places[KEYBOARD_MAX][128] = {
	[KEYBOARD_US] = {
		LETTER('1', '!', 0, 0), LETTER('2', '@', 0, 1), LETTER('3', '#', 0, 2), LETTER('4', '$', 0, 3), LETTER('5', '%', 0, 4),
		LETTER('6', '^', 0, 5), LETTER('7', '&', 0, 6), LETTER('8', '*', 0, 7), LETTER('9', '(', 0, 8), LETTER('0', ')', 0, 9),
		LETTER('-', '_', 0, 10), LETTER('=', '+', 0, 11), LETTERS, LETTER('[', '{', 1, 10), LETTER(']', '}', 1, 11),
		LETTER('\\', '|', 1, 12), LETTER(';', ':', 2, 9), LETTER('\'', '"', 2, 10),
	},
	[KEYBOARD_JIS] = {
		LETTER('1', '!', 0, 0), LETTER('2', '"', 0, 1), LETTER('3', '#', 0, 2), LETTER('4', '$', 0, 3), LETTER('5', '%', 0, 4),
		LETTER('6', '&', 0, 5), LETTER('7', '\'', 0, 6), LETTER('8', '(', 0, 7), LETTER('9', ')', 0, 8), ['0'] = PLACE(0, 9),
		LETTER('-', '=', 0, 10), LETTER('^', '~', 0, 11), ['|'] = PLACE(0, 12) | PLACE_SHIFT, LETTERS, LETTER('@', '`', 1, 10),
		LETTER('[', '{', 1, 11), LETTER(';', '+', 2, 9), LETTER(':', '*', 2, 10), LETTER(']', '}', 2, 11), LETTER('\\', '_', 3, 10),
	},
};

struct key keyboard_find(enum keyboard keyboard, unsigned char c)
{
	int place = c < 128 ? places[keyboard][c] : 0;
	int index = (place & ~PLACE_SHIFT) - 1;

	if (place == 0)
		return (struct key){.row = -1, .column = -1};
	return (struct key){.row = index / 16, .column = index % 16, .shift = place & PLACE_SHIFT};
}

/* One step from a to b, as a number that is the same for steps in the same direction; 0 = not neighbours. */
static int keyboard_step(enum keyboard keyboard, unsigned char a, unsigned char b)
{
	struct key from = keyboard_find(keyboard, a), to = keyboard_find(keyboard, b);
	int down = to.row - from.row, right = to.column - from.column;

	if (from.row < 0 || to.row < 0 || down < -1 || down > 1 || right < -1 || right > 1)
		return 0;
	return down * 3 + right;
}

static int order_step(unsigned char a, unsigned char b)
{
	bool letters = (a | 32) >= 'a' && (a | 32) <= 'z' && (b | 32) >= 'a' && (b | 32) <= 'z';
	bool digits = a >= '0' && a <= '9' && b >= '0' && b <= '9';
	int step = letters ? (b | 32) - (a | 32) : digits ? b - a : 0;

	return step == 1 || step == -1 ? step : 0;
}

size_t keyboard_longest_run(const char *s, size_t len)
{
	size_t longest = len > 0, runs[KEYBOARD_MAX + 1] = {0};
	int directions[KEYBOARD_MAX + 1] = {0};

	for (size_t i = 1; i < len; i++) {
		for (int line = 0; line <= KEYBOARD_MAX; line++) {
			unsigned char a = (unsigned char)s[i - 1], b = (unsigned char)s[i];
			int step = line < KEYBOARD_MAX ? keyboard_step((enum keyboard)line, a, b) : order_step(a, b);

			runs[line] = step == 0 ? 0 : step == directions[line] ? runs[line] + 1 : 1;
			directions[line] = step;
			if (runs[line] + 1 > longest)
				longest = runs[line] + 1;
		}
	}
	return longest;
}
