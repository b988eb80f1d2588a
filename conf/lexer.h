/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of the policy language: sections and assignments, with their places. Pure. Policy files and exceptions share it.
 *
 * UTF-8; lines end with LF or CRLF and have at most POLICY_LINE_BYTES_MAX bytes. `#` begins a comment at the start of a line, and behind
 * a section or value when a blank stands before it. A value with # or ", or with blanks at its ends, or an empty one, stands in double
 * quotes, with \" and \\ inside. Characters that show nothing or turn the text around (controls, bidirectional marks) are refused
 * everywhere, comments included: what the approver reads must be what the computer reads. */
#ifndef MUTEX_LEXER_H
#define MUTEX_LEXER_H

#include "arena.h"
#include "diag.h"
#include "policy.h"

enum lexer_kind {
	LEXER_SECTION,
	LEXER_BAD_SECTION, /* already reported; what follows up to the next section belongs to nothing */
	LEXER_ASSIGNMENT,
	LEXER_KIND_MAX
};

/* Columns count characters from 1. Nothing is NUL-terminated. */
struct lexer_token {
	enum lexer_kind kind;
	unsigned line;
	const char *name; /* the section's first word, or the keyword */
	size_t name_len;
	unsigned name_column;
	const char *rest; /* what follows the section's first word, trimmed; or the value without its quotes */
	size_t rest_len;
	unsigned rest_column;
	size_t line_start, line_end; /* bytes of the line in the source, without its end */
};

struct lexer {
	const struct policy_source *source;
	struct arena *arena; /* for values with escapes */
	struct diag_list *diags;
	size_t at;
	unsigned line;
};

void lexer_init(struct lexer *lexer, const struct policy_source *source, struct arena *arena, struct diag_list *diags);

/* The next section or assignment. Broken lines are reported to diags and left out. 1, 0 at the end, or -ENOMEM. */
int lexer_next(struct lexer *lexer, struct lexer_token *ret_token);

#endif
