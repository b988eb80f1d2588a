/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments behind pam_mutex.so in a PAM file. Pure.
 *
 * The first argument of an auth line says which of the three it is (authenticate.h); other lines have no such word.
 * MUST: an argument that is not understood makes the whole line fail; it is never skipped, since a mistyped word could be a rule that then does not hold. */
#ifndef MUTEX_OPTIONS_H
#define MUTEX_OPTIONS_H

#include <stdbool.h>

enum options_line { OPTIONS_OTHER_LINE, OPTIONS_BEGIN, OPTIONS_FAILED, OPTIONS_FINISH, OPTIONS_LINE_MAX };

struct options {
	enum options_line line; /* which auth line; OTHER_LINE when the first argument does not say */
	const char *root;     /* "" or an absolute folder without a slash at its end; borrowed from argv */
	bool use_authtok;     /* judge the password that an earlier module took; never prompt */
	bool use_first_pass;  /* the same in this phase */
	bool try_first_pass;  /* judge an earlier module's password first, then prompt: what happens without it too */
	bool debug;           /* progress to syslog at LOG_DEBUG; never a secret */
};

/* 0; or -EINVAL with *ret_bad = the index of the argument that is unknown, malformed, given twice, or one of the line words behind
 * the first place. */
int options_parse(int argc, const char *const *argv, struct options *ret_options, int *ret_bad);

const char *options_line_name(enum options_line line); /* "begin", "failed", "finish"; NULL for another line */

/* True when a new password may only come from an earlier module. */
bool options_never_prompt(const struct options *options);

#endif
