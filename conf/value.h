/* SPDX-License-Identifier: BSD-2-Clause */
/* One value of the policy language: read, checked against its row, written, moved in and out of struct settings. Pure. */
#ifndef MUTEX_VALUE_H
#define MUTEX_VALUE_H

#include "policy.h"

/* The largest member comes first: {0} sets the first one only. */
union value {
	struct word_list words; /* WORDS, PATHS */
	bool yesno;
	int64_t number; /* NUMBER, DURATION, DATE */
	int choice;
	const char *text;
};

/* s is the value with quotes already taken off. Lists and texts are copied into arena. 0; -ENOMEM; or -EINVAL, then
 * *problem holds one English sentence without a full stop: what is wrong and what may be written. */
int value_parse(const struct keyword_row *row, const char *s, size_t len, struct arena *arena, union value *ret_value,
		struct text *problem);

/* True for an absolute path without "." and "..", so that the file that is checked is the file that is named. */
bool value_is_plain_path(const char *s, size_t len);

/* The default of the row. Texts are the table's own; no list has a default but the empty one. */
void value_default(const struct keyword_row *row, union value *ret_value);

/* As the policy language writes it; parsing that gives the same value. */
void value_add(const struct keyword_row *row, const union value *value, struct text *t);

void value_put(const struct keyword_row *row, const union value *value, struct settings *settings);
void value_get(const struct keyword_row *row, const struct settings *settings, union value *ret_value);
bool value_equal(const struct keyword_row *row, const union value *a, const union value *b);

/* Writes text so that the lexer reads the same back: in quotes where it needs them. */
void value_add_text(struct text *t, const char *s, size_t len);

#endif
