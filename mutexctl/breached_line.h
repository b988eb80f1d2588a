/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of the lists that a filter of breached passwords is built from. Pure. */
#ifndef MUTEXCTL_BREACHED_LINE_H
#define MUTEXCTL_BREACHED_LINE_H

#include <stddef.h>
#include <stdint.h>

enum breached_format {
	BREACHED_AUTO,  /* decided by the first line */
	BREACHED_HIBP,  /* SHA-1 in 40 hex digits, ':' and how often it was seen: the text of Have I Been Pwned */
	BREACHED_WORDS, /* a password a line */
	BREACHED_FORMAT_MAX
};

/* The format named "auto", "hibp" or "words"; BREACHED_FORMAT_MAX for another name. */
enum breached_format breached_format_find(const char *name);

/* What the first line shows. BREACHED_AUTO when it cannot be meant: then *ret_problem says why and what to do. */
enum breached_format breached_line_format(const char *line, size_t len, const char **ret_problem);

/* The key of a line without its '\n' (a '\r' at its end does not count). 1; 0 for a line that names no password (an empty word, a count of
 * 0); -EBADMSG with a problem for a malformed one. format is not BREACHED_AUTO. */
int breached_line_key(enum breached_format format, const char *line, size_t len, uint64_t *ret_key, const char **ret_problem);

/* The key of a SHA-1 in 40 hex digits. 0 or -EBADMSG. */
int breached_hex_key(const char *hex, size_t len, uint64_t *ret_key);

#endif
