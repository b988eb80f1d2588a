/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts records of observe mode. */
#include "observed_tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "text.h"
#include "utf8.h"

/* As much as fits, cut between characters: what is longer was not written by us, and is still one person's. */
static void set_cut(char *to, size_t size, const char *s)
{
	const size_t len = s != NULL ? utf8_cut(s, strlen(s), size - 1) : 0;

	memcpy(to, s != NULL ? s : "", len);
	to[len] = '\0';
}

static bool same_row(const struct observed_row *a, const struct observed_row *b)
{
	return strcmp(a->clause, b->clause) == 0 && strcmp(a->user, b->user) == 0 && strcmp(a->reason, b->reason) == 0;
}

static struct observed_row *find_or_add(struct observed_tally *tally, const struct observed_row *wanted)
{
	for (size_t i = 0; i < tally->count; i++)
		if (same_row(&tally->rows[i], wanted))
			return &tally->rows[i];
	if (tally->count == tally->room) {
		const size_t room = tally->room * 2 + 64;
		struct observed_row *grown = reallocarray(tally->rows, room, sizeof *grown);

		if (grown == NULL)
			return NULL;
		tally->rows = grown;
		tally->room = room;
	}
	tally->rows[tally->count] = *wanted;
	return &tally->rows[tally->count++];
}

static int count_one(struct observed_tally *tally, const struct record *r, const char *reason)
{
	struct observed_row wanted = {.last_s = r->time_s}, *row;

	set_cut(wanted.clause, sizeof wanted.clause, r->clause);
	set_cut(wanted.user, sizeof wanted.user, r->user);
	set_cut(wanted.reason, sizeof wanted.reason, reason);
	row = find_or_add(tally, &wanted);
	if (row == NULL)
		return -ENOMEM;
	row->count++;
	if (r->time_s > row->last_s)
		row->last_s = r->time_s;
	return 0;
}

/* The same reason twice in one record is one. */
static bool named_before(const struct record *r, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(r->reasons[i], r->reasons[index]) == 0)
			return true;
	return false;
}

int observed_tally_add(struct observed_tally *tally, const struct record *r, int64_t since_s, int64_t now_s)
{
	int error;

	if (!r->observed_only || (r->verdict != RECORD_WARNED && r->verdict != RECORD_DENIED) || r->time_s < since_s || r->time_s > now_s)
		return 0;
	error = count_one(tally, r, "");
	for (size_t i = 0; i < r->reason_count && error == 0; i++)
		if (r->reasons[i][0] != '\0' && !named_before(r, i))
			error = count_one(tally, r, r->reasons[i]);
	tally->records += error == 0;
	return error < 0 ? error : 1;
}

static int compare_rows(const void *left, const void *right)
{
	const struct observed_row *a = left, *b = right;
	int order = strcmp(a->clause, b->clause);

	if (order == 0)
		order = strcmp(a->user, b->user);
	if (order == 0)
		order = (a->reason[0] != '\0') - (b->reason[0] != '\0');
	if (order == 0)
		order = (a->count < b->count) - (a->count > b->count);
	return order != 0 ? order : strcmp(a->reason, b->reason);
}

void observed_tally_sort(struct observed_tally *tally)
{
	if (tally->count > 0)
		qsort(tally->rows, tally->count, sizeof *tally->rows, compare_rows);
}

void observed_tally_free(struct observed_tally *tally)
{
	free(tally->rows);
	*tally = (struct observed_tally){0};
}
