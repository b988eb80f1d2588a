/* SPDX-License-Identifier: BSD-2-Clause */
/* The administrator's lists of refused passwords: plain lines. Pure. Clause PW-1.
 *
 * A line refuses the password that is the same, and the one that is the same after undoing case, substitutions and trailing decoration (digits and
 * signs, at most as many as the line has bytes; the line then has at least 4). Reads about 1 GB/s, so lists should stay below 1 MiB in all. */
#ifndef MUTEX_BLOCK_LIST_H
#define MUTEX_BLOCK_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Lines end with LF or CR LF; empty ones mean nothing; '#' is a character like any other. */
bool block_list_contains(const char *list, size_t list_len, const char *password, size_t len);

#endif
