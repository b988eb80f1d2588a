/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person leaves behind on this computer: looked for, told, never touched. Shell. Clause AU-4.
 *
 * The person's own files are looked at by root: no link is followed there, nothing is opened that is no plain file, no name is printed unescaped. */
#ifndef MUTEXCTL_LEFTOVERS_H
#define MUTEXCTL_LEFTOVERS_H

#include "person_load.h"

/* what: escaped, fit for a terminal. advice: what an administrator may do about this kind; one English sentence without its stop. */
typedef void (*leftovers_fn)(const char *kind, const char *what, const char *advice, void *context);

/* Below --root when that is set, the processes of /proc there included. Returns how many places could not be looked at; each was told on
 * standard error. */
size_t leftovers_find(const struct person_loaded *person, leftovers_fn found, void *context);

#endif
