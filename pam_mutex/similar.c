/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares two passwords. Pure. */
#include "similar.h"

#include <string.h>

#include "fold.h"
#include "secret.h"

#define POINTS_MAX (SECRET_SIZE - 1)
#define ROWS 3

struct points {
	uint32_t at[POINTS_MAX];
	size_t len;
};

static void points_wipe(struct points *p)
{
	explicit_bzero(p, sizeof(*p));
}
#define POINTS_WIPED __attribute__((cleanup(points_wipe)))

static void points_read(struct points *p, const char *s, size_t len)
{
	p->len = fold_text(s, len, p->at, POINTS_MAX);
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_reversed(const struct points *a, const struct points *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (a->at[i] != b->at[b->len - 1 - i])
			return false;
	return true;
}

static bool is_rotated(const struct points *a, const struct points *b)
{
	if (a->len != b->len)
		return false;
	for (size_t by = 1; by < a->len; by++)
		if (memcmp(a->at + by, b->at, (a->len - by) * sizeof(*a->at)) == 0 &&
		    memcmp(a->at, b->at + a->len - by, by * sizeof(*a->at)) == 0)
			return true;
	return false;
}

static bool is_mostly_digits(const struct points *p)
{
	size_t digits = 0;

	for (size_t i = 0; i < p->len; i++)
		digits += is_digit(p->at[i]);
	return digits > p->len - digits;
}

static size_t behind_digits(const struct points *p, size_t at)
{
	while (at < p->len && is_digit(p->at[at]))
		at++;
	return at;
}

static bool is_counter_step(const struct points *a, const struct points *b)
{
	size_t i = 0, j = 0;

	if (is_mostly_digits(a))
		return false;
	while (i < a->len && j < b->len) {
		if (is_digit(a->at[i]) && is_digit(b->at[j])) {
			i = behind_digits(a, i);
			j = behind_digits(b, j);
		} else if (a->at[i++] != b->at[j++]) {
			return false;
		}
	}
	return behind_digits(a, i) == a->len && behind_digits(b, j) == b->len;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One cell of the table of distances: i and j count the characters of a and b that are used up. */
static unsigned distance_cell(const struct points *a, const struct points *b, size_t i, size_t j, uint16_t (*rows)[POINTS_MAX + 2])
{
	const uint16_t *above = rows[(i - 1) % ROWS], *row = rows[i % ROWS];
	bool same = a->at[i - 1] == b->at[j - 1];
	unsigned cost = least(least(above[j] + 1u, row[j - 1] + 1u), above[j - 1] + (same ? 0u : 1u));

	if (i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2] && a->at[i - 2] == b->at[j - 1])
		cost = least(cost, rows[(i - 2) % ROWS][j - 2] + 1u);
	return cost;
}

/* Whether the distance is below limit. Only cells that can lead there are filled: at most limit off the diagonal. */
static bool is_closer_than(const struct points *a, const struct points *b, size_t limit)
{
	uint16_t rows[ROWS][POINTS_MAX + 2];
	size_t gap = a->len > b->len ? a->len - b->len : b->len - a->len;
	unsigned distance;

	if (gap >= limit)
		return false;
	memset(rows, 0x3f, sizeof(rows)); /* farther than any two are */
	for (size_t j = 0; j <= b->len && j <= limit; j++)
		rows[0][j] = (uint16_t)j;
	for (size_t i = 1; i <= a->len; i++) {
		size_t first = i > limit ? i - limit : 1, last = i + limit < b->len ? i + limit : b->len;
		uint16_t *row = rows[i % ROWS];

		row[first - 1] = first == 1 ? (uint16_t)i : UINT16_MAX / 2;
		for (size_t j = first; j <= last; j++)
			row[j] = (uint16_t)distance_cell(a, b, i, j, rows);
		row[last + 1] = UINT16_MAX / 2;
	}
	distance = rows[a->len % ROWS][b->len];
	explicit_bzero(rows, sizeof(rows));
	return distance < limit;
}

bool similar_passwords(const char *old, size_t old_len, const char *new_one, size_t new_len, int64_t min_difference)
{
	struct points a POINTS_WIPED, b POINTS_WIPED;
	size_t longer;

	points_read(&a, old, old_len);
	points_read(&b, new_one, new_len);
	longer = a.len > b.len ? a.len : b.len;
	if (is_reversed(&a, &b) || is_rotated(&a, &b) || is_counter_step(&a, &b))
		return true;
	return is_closer_than(&a, &b, (size_t)min_difference < longer ? (size_t)min_difference : longer);
}
