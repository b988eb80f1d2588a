/* SPDX-License-Identifier: BSD-2-Clause */
/* What "mutexctl antivirus" does with ClamAV: a whole scan, and a live test. Shell, root. */
#ifndef MUTEXCTL_ANTIVIRUS_RUN_H
#define MUTEXCTL_ANTIVIRUS_RUN_H

#include "antivirus_gather.h"

/* Where the scanner is and what it watches. */
struct antivirus_place {
	char socket[ANTIVIRUS_PATH_BYTES];
	char watched[ANTIVIRUS_PATH_BYTES];    /* the first folder that is watched on access; "" = none */
	char quarantine[ANTIVIRUS_PATH_BYTES]; /* "" = none */
};
int antivirus_find_place(const struct paths *paths, struct antivirus_place *ret_place);

/* Has each file below the folders scanned, on local file systems, and prints what is found. 0; negative errno when clamd did not answer at all: then there
 * is no result. */
int antivirus_scan_all(const struct antivirus_place *place, const struct word_list *folders, struct antivirus_scan *ret_scan);

/* Writes the harmless test file where it is watched, and tries to open it as nobody. Takes it away again. */
void antivirus_try(const struct antivirus_place *place, struct antivirus_test *ret_test);

#endif
