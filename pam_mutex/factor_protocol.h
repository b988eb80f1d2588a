/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines in which an exec: helper speaks. Format and order, pure. Documented for administrators in pam_mutex(8).
 *
 *   we, at once:  "mutex-factor 1", "user NAME", "service NAME", "tty NAME", "rhost NAME", "begin"   (tty and rhost may be empty)
 *   the helper:   "info TEXT", "error TEXT"; "prompt TEXT", "prompt-hidden TEXT", to which we say "answer TEXT"; then "accept" or "refuse"
 * MUST: anything else, a line that is too long, a word behind the verdict, an end without one: the helper's verdict does not count. */
#ifndef MUTEX_FACTOR_PROTOCOL_H
#define MUTEX_FACTOR_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>

#define FACTOR_TEXT_MAX 480 /* bytes; fits a PAM message */
#define FACTOR_LINE_MAX (FACTOR_TEXT_MAX + 20)

enum factor_line_kind {
	FACTOR_LINE_INFO,
	FACTOR_LINE_ERROR,
	FACTOR_LINE_PROMPT,
	FACTOR_LINE_PROMPT_HIDDEN,
	FACTOR_LINE_ACCEPT,
	FACTOR_LINE_REFUSE,
	FACTOR_LINE_KIND_MAX
};

struct factor_line {
	enum factor_line_kind kind;
	char text[FACTOR_TEXT_MAX + 1]; /* of INFO, ERROR, PROMPT, PROMPT_HIDDEN: valid UTF-8 without control characters; else "" */
};

/* One line without its line end. 0 or -EPROTO. */
int factor_line_read(const char *bytes, size_t len, struct factor_line *ret_line);

/* What a helper says, cut into lines. Zero-initialise. */
struct factor_lines {
	char bytes[FACTOR_LINE_MAX + 1];
	size_t len;
	bool verdict, accepted;
};

/* Takes bytes up to and with the next line end: *ret_used of them. 1: *ret_line is a line; 0: no whole line yet; -EPROTO for good. */
int factor_lines_take(struct factor_lines *lines, const char *bytes, size_t len, size_t *ret_used, struct factor_line *ret_line);

/* At the end of what it said. 1 = accepted, 0 = refused; -EPROTO: no verdict, or an unfinished line. */
int factor_lines_end(const struct factor_lines *lines);

#endif
