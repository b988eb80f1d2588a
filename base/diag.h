/* SPDX-License-Identifier: BSD-2-Clause */
/* Problems found in files, each with its place, collected in one run. Pure. */
#ifndef MUTEX_DIAG_H
#define MUTEX_DIAG_H

#include <stddef.h>

struct text;

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_LEVEL_MAX };

struct diag {
	enum diag_level level;
	const char *file;      /* borrowed; outlives the list */
	unsigned line, column; /* from 1; 0 = the file as a whole */
	char text[320];        /* one sentence: problem and remedy, English, escaped */
};

/* The caller gives items[max]; what comes after max problems only counts. */
struct diag_list {
	struct diag *items;
	size_t count, max;
	size_t errors, warnings; /* all of them, the uncollected included */
};

void diag_add(struct diag_list *list, enum diag_level level, const char *file, unsigned line, unsigned column,
	      const char *format, ...) __attribute__((format(printf, 6, 7)));

/* "file:line:column: error: text\n", as compilers write it. */
void diag_format(const struct diag *d, struct text *t);

/* The word of the list that is meant by s: s itself, else the only one that begins with s, else the nearest (edit distance at most
 * 1 + len/3); or NULL. Lists end with NULL. */
const char *diag_nearest(const char *s, size_t len, const char *const *words);

#endif
