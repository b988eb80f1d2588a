/* SPDX-License-Identifier: BSD-2-Clause */
/* A progress bar on standard error while something takes long, when that is a terminal; else silence. */
#ifndef MUTEXCTL_PROGRESS_H
#define MUTEXCTL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

struct progress {
	const char *what; /* "Reading"; borrowed */
	bool shown;       /* on a terminal */
	int64_t start_ns, next_ns;
};

/* How far it is. */
struct progress_state {
	uint64_t done, total; /* in any unit; total 0 = not known */
	uint64_t keys;
	double elapsed_s;
};

void progress_start(struct progress *p, const char *what);
/* Redraws at most ten times a second; call it every few thousand steps. */
void progress_update(struct progress *p, uint64_t done, uint64_t total, uint64_t keys);
/* Takes the bar away. */
void progress_end(struct progress *p);

/* The bar as text of at most `columns` columns, without line end. Pure. */
void progress_format(const char *what, const struct progress_state *state, size_t columns, struct text *t);

#endif
