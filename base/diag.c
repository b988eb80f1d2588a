/* SPDX-License-Identifier: BSD-2-Clause */
/* Problems found in files, collected in one run, and the word that was probably meant. */
#include "diag.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* Longer words are no keywords of ours. */
#define WORD_MAX 64

static_assert(DIAG_LEVEL_MAX == 2, "LEVEL_NAMES");
static const char *const LEVEL_NAMES[DIAG_LEVEL_MAX] = {[DIAG_ERROR] = "error", [DIAG_WARNING] = "warning"};

void diag_add(struct diag_list *list, enum diag_level level, const char *file, unsigned line, unsigned column,
	      const char *format, ...)
{
	char raw[1024] = "";
	struct diag *d;
	struct text t;
	va_list args;

	if (level == DIAG_ERROR)
		list->errors++;
	else
		list->warnings++;
	if (list->count >= list->max)
		return;
	d = &list->items[list->count++];
	*d = (struct diag){.level = level, .file = file, .line = line, .column = column};
	va_start(args, format);
	(void)vsnprintf(raw, sizeof raw, format, args);
	va_end(args);
	/* A sentence that is cut still tells its place; one that is dropped tells nothing. */
	TEXT_INTO(&t, d->text);
	text_add_escaped_cut(&t, raw, strlen(raw), sizeof d->text - 1);
}

void diag_format(const struct diag *d, struct text *t)
{
	text_add_escaped(t, d->file, strlen(d->file));
	if (d->line > 0)
		text_add_format(t, ":%u", d->line);
	if (d->line > 0 && d->column > 0)
		text_add_format(t, ":%u", d->column);
	text_add_format(t, ": %s: %s\n", LEVEL_NAMES[d->level], d->text);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t min2(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, caseless: insert, delete, replace, swap of neighbours count one each. Both at most WORD_MAX long. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *previous = rows[1], *current = rows[2];

	for (size_t j = 0; j <= b_len; j++)
		previous[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *oldest = before;

		current[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			char x = lower(a[i - 1]), y = lower(b[j - 1]);

			current[j] = min2(previous[j - 1] + (x != y), min2(previous[j], current[j - 1]) + 1);
			if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y)
				current[j] = min2(current[j], before[j - 2] + 1);
		}
		before = previous;
		previous = current;
		current = oldest;
	}
	return previous[b_len];
}

static bool is_beginning(const char *s, size_t len, const char *word)
{
	for (size_t i = 0; i < len; i++)
		if (word[i] == '\0' || lower(s[i]) != lower(word[i]))
			return false;
	return true;
}

/* The only word that begins with s, or NULL. */
static const char *only_beginning(const char *s, size_t len, const char *const *words)
{
	const char *found = NULL;

	for (; len > 0 && *words != NULL; words++) {
		if (!is_beginning(s, len, *words))
			continue;
		if (found != NULL)
			return NULL;
		found = *words;
	}
	return found;
}

const char *diag_nearest(const char *s, size_t len, const char *const *words)
{
	const char *nearest = NULL, *begun;
	size_t best = 1 + len / 3 + 1;

	if (len > WORD_MAX)
		return NULL;
	begun = only_beginning(s, len, words);
	for (; *words != NULL; words++) {
		size_t word_len = strlen(*words), d;

		if (word_len > WORD_MAX)
			continue;
		d = distance(s, len, *words, word_len);
		if (d < best) {
			best = d;
			nearest = *words;
		}
	}
	return begun != NULL && best > 0 ? begun : nearest;
}
