/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts records of observe mode: who would have been refused what, how often. Pure but for malloc. */
#ifndef MUTEXCTL_OBSERVED_TALLY_H
#define MUTEXCTL_OBSERVED_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record;

enum { OBSERVED_CLAUSE_SIZE = 17, OBSERVED_USER_SIZE = 257, OBSERVED_REASON_SIZE = 49 };

/* One reason of one person under one clause; or, with reason "", how many records of that person there are. */
struct observed_row {
	char clause[OBSERVED_CLAUSE_SIZE];
	char user[OBSERVED_USER_SIZE]; /* "" = a name that this computer does not know */
	char reason[OBSERVED_REASON_SIZE];
	uint64_t count;
	int64_t last_s;
};

struct observed_tally {
	struct observed_row *rows;
	size_t count, room;
	uint64_t records; /* that counted */
};

/* Counts r when its mode was observe, it would have been refused, and since_s <= time <= now_s. Returns 1 when it counted, 0 when not,
 * or -ENOMEM. */
int observed_tally_add(struct observed_tally *tally, const struct record *r, int64_t since_s, int64_t now_s);

/* Sorts: clause, person, then that person's own row before the reasons, the most frequent first. */
void observed_tally_sort(struct observed_tally *tally);

void observed_tally_free(struct observed_tally *tally);

#endif
