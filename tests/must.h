/* SPDX-License-Identifier: BSD-2-Clause */
/* What has to be so. Where it is not, the program says what and aborts: a fuzzer's finding, or a test that cannot go on. */
#ifndef MUTEX_MUST_H
#define MUTEX_MUST_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void must_be(bool so, const char *what)
{
	if (so)
		return;
	(void)fflush(stdout);
	fprintf(stderr, "not so: %s (%s)\n", what, strerror(errno));
	abort();
}
#define must(condition) must_be((condition), #condition)

#endif
