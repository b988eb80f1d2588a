/* SPDX-License-Identifier: BSD-2-Clause */
/* Login screens and terminals that let somebody in without asking. Pure. Clause PW-3. */
#ifndef GUARD_AUTOMATIC_LOGIN_H
#define GUARD_AUTOMATIC_LOGIN_H

#include <stdbool.h>
#include <stddef.h>

/* Where programs are told to do so: patterns of files below "/", and how they say it. One row each. */
struct automatic_login_row {
	const char *program;
	const char *pattern;  /* glob(7) */
	const char *section;  /* "[daemon]"; NULL = anywhere */
	const char *key;      /* word before '=' or a blank; NULL = the section itself */
	const char *value;    /* that value; NULL = any that is not empty, "no" or "false" */
	const char *contains; /* instead of key and value: a line of ExecStart= with that in it */
};
const struct automatic_login_row *automatic_login_row(size_t index); /* NULL behind the last */

/* The first line of the file that says so; 0 when none does. */
unsigned automatic_login_line(const struct automatic_login_row *row, const char *bytes, size_t len);

#endif
