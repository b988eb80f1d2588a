/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of [lock] ladder: "desktop, locker, console, terminate". Pure. */
#ifndef MUTEX_LOCK_LADDER_H
#define MUTEX_LOCK_LADDER_H

#include <stddef.h>

struct text;

enum lock_ladder_word { LOCK_LADDER_DESKTOP, LOCK_LADDER_LOCKER, LOCK_LADDER_CONSOLE, LOCK_LADDER_TERMINATE, LOCK_LADDER_WORD_MAX };

struct lock_ladder {
	size_t count;
	enum lock_ladder_word words[LOCK_LADDER_WORD_MAX]; /* each at most once, terminate only as the last */
};

/* 0; or -EINVAL with one English sentence (no full stop) with the remedy in problem (may be NULL). */
int lock_ladder_parse(const char *s, size_t len, struct lock_ladder *ret_ladder, struct text *problem);

const char *lock_ladder_word_name(enum lock_ladder_word word);

#endif
