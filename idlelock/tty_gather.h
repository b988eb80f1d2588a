/* SPDX-License-Identifier: BSD-2-Clause */
/* When somebody last typed at a terminal: the time of its last reading, which the kernel keeps to eight seconds. Shell.
 *
 * A person can fake it for his own terminal by reading it; facts/lock.md 3.5. So it serves only where no device of a hand is: shells from afar, serial
 * lines, containers. */
#ifndef MUTEX_TTY_GATHER_H
#define MUTEX_TTY_GATHER_H

#include <stdint.h>

/* What was seen of one terminal; zero before it is first looked at. */
struct tty_seen {
	int64_t read_s;    /* its last reading, by the wall clock of then */
	int64_t last_ns;   /* the same by CLOCK_MONOTONIC */
	int64_t looked_ns;
};

/* tty: as logind says, "pts/3", "ttyS0". CLOCK_MONOTONIC, may lie before the boot of this computer and so be negative; INT64_MIN: nobody can say.
 * After the first look it does not hang on the wall clock, which may be set meanwhile: one that was not read since is as old as it was, and one that was
 * read since the last look was not read before that. */
int64_t tty_last(const char *tty, int64_t now_ns, struct tty_seen *seen);

#endif
