/* SPDX-License-Identifier: BSD-2-Clause */
/* What every document of fields.h must hold, checked for one format: shortened, changed and edited copies. */
#ifndef MUTEX_DOCUMENT_CHECK_H
#define MUTEX_DOCUMENT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

/* Reads bytes and, when they are taken, writes the result again. Negative: refused. Else the length of what was written into ret_again. */
typedef int (*document_again)(const char *bytes, size_t len, struct diag_list *problems, char *ret_again, size_t size);

/* A copy without spare room, so that the sanitizers see each byte read outside. The caller frees it. */
static inline char *document_exact(const char *bytes, size_t len)
{
	char *exact = malloc(len ? len : 1);

	if (!exact)
		abort();
	memcpy(exact, bytes, len);
	return exact;
}

/* True when the bytes are refused, or are exactly what the writer makes of the result: one reading. */
static inline bool document_one_reading(const char *bytes, size_t len, document_again again, bool *ret_taken)
{
	static char written[64 * 1024];
	char *exact = document_exact(bytes, len);
	int r = again(exact, len, NULL, written, sizeof(written));
	bool same = r >= 0 && (size_t)r == len && memcmp(written, exact, len) == 0;

	free(exact);
	*ret_taken = r >= 0;
	return r < 0 || same;
}

/* How many of all shortened copies are taken, or of all copies with one byte changed have a second reading. Must be 0. */
static inline size_t document_count_bad_copies(const char *document, document_again again)
{
	size_t len = strlen(document), bad = 0;
	char *copy = document_exact(document, len);
	bool taken = false;

	for (size_t cut = 0; cut < len; cut++) {
		bool one = document_one_reading(document, cut, again, &taken);
		bad += !one || taken;
	}
	for (size_t i = 0; i < len; i++)
		for (unsigned byte = 0; byte < 256; byte++) {
			copy[i] = (char)byte;
			bad += !document_one_reading(copy, len, again, &taken);
			copy[i] = document[i];
		}
	free(copy);
	return bad;
}

/* One edited copy: the first `from` becomes `to`, and the reader must refuse it in that line; 0 = it must take it. */
struct document_edit {
	const char *name, *from, *to;
	size_t to_len; /* for bytes with a NUL; 0 = strlen(to) */
	unsigned line;
};

/* True when the reader does as the row says; else prints why. */
static inline bool document_edit_holds(const char *document, const struct document_edit *edit, document_again again)
{
	static char written[64 * 1024], copy[64 * 1024];
	struct diag item = {0};
	struct diag_list problems = {.items = &item, .max = 1};
	const char *place = strstr(document, edit->from);
	size_t to_len = edit->to_len ? edit->to_len : strlen(edit->to), head = (size_t)(place ? place - document : 0), len = 0;

	if (!place) {
		fprintf(stderr, "%s: the document has no \"%s\"\n", edit->name, edit->from);
		return false;
	}
	memcpy(copy, document, head);
	memcpy(copy + head, edit->to, to_len);
	memcpy(copy + head + to_len, place + strlen(edit->from), strlen(place) - strlen(edit->from));
	len = head + to_len + strlen(place) - strlen(edit->from);

	char *exact = document_exact(copy, len);
	bool taken = again(exact, len, &problems, written, sizeof(written)) >= 0;
	free(exact);
	if (taken == (edit->line == 0) && item.line == edit->line && problems.errors == (taken ? 0 : 1) && (taken || item.text[0]))
		return true;
	fprintf(stderr, "%s: %s, line %u, %zu errors: %s\n", edit->name, taken ? "taken" : "refused", item.line, problems.errors,
		item.text);
	return false;
}

#endif
