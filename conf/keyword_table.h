/* SPDX-License-Identifier: BSD-2-Clause */
/* Look-ups in the keyword table, for those who read or print the policy language. Pure. */
#ifndef MUTEX_KEYWORD_TABLE_H
#define MUTEX_KEYWORD_TABLE_H

#include "policy.h"

/* SECTION_MAX, KEYWORD_MAX when there is none. */
enum section section_find(const char *s, size_t len);
enum keyword keyword_find(enum section section, const char *s, size_t len);

/* Length and start of the choice with that index in row->choices; 0 behind the last. */
size_t keyword_choice(const struct keyword_row *row, size_t index, const char **ret_choice);

/* The names of all sections, or of all keywords of one section, NULL-terminated, for diag_nearest(). */
#define KEYWORD_NAMES_MAX (KEYWORD_MAX + SECTION_MAX + 1)
void section_names(const char *ret_names[static KEYWORD_NAMES_MAX]);
void keyword_names(enum section section, const char *ret_names[static KEYWORD_NAMES_MAX]);

/* Why the keyword changes nothing in this version, without a full stop; NULL for one that counts. */
const char *keyword_idle(enum keyword keyword);

const char *value_kind_name(enum value_kind kind);

/* What may be written, for messages and the manual: "1 to 128", "1d to 366d", "observe, enforce", "at most 200 bytes". */
void keyword_add_range(const struct keyword_row *row, struct text *t);

#endif
