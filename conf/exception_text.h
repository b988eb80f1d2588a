/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes exceptions: a new one, and one that is ended. Pure. What is written is parsed again before it counts: exception.h alone judges. */
#ifndef MUTEX_EXCEPTION_TEXT_H
#define MUTEX_EXCEPTION_TEXT_H

#include "exception.h"

struct text;

/* As somebody gave it, unchecked. NULL = not given: the line is left out. No value holds a line end. */
struct exception_draft {
	const char *id;
#define EXCEPTION_DRAFT_FIELD(name, ...) const char *name;
	EXCEPTION_KEYWORDS(EXCEPTION_DRAFT_FIELD)
#undef EXCEPTION_DRAFT_FIELD
};

void exception_add_draft(const struct exception_draft *draft, struct text *t);

/* The file's text with that exception ended at now_s; one that has not begun gets from = until = now, so that it never applies. What stood
 * there before stays as a comment; everything else stays as it is. 0; -ENOENT when the file has no such exception with its dates;
 * -ENOMEM. */
int exception_add_ended(const struct policy_source *source, const char *id, int64_t now_s, struct arena *arena, struct text *t);

#endif
