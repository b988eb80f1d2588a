/* SPDX-License-Identifier: BSD-2-Clause */
/* Is a terminal this computer's own, and does it belong to whoever says to sit there? Pure. design-login.md, "Local".
 *
 * MUST: a line counts only for its owner: login(1) gives it to the person who logs in there, and before that it is root's. A member of group
 * dialout can open /dev/ttyS0 as well, and make it the terminal of a process of his. */
#ifndef MUTEX_CONSOLE_LINE_H
#define MUTEX_CONSOLE_LINE_H

#include <stdbool.h>
#include <sys/types.h>

struct console_line {
	bool is_console;    /* the name is "console": it stands for one of the lines, or for the one terminal that a container's manager holds */
	dev_t named;        /* the device of that name */
	uid_t owner;        /* of its file */
	dev_t controlling;  /* the terminal of the process; 0 = none */
	uid_t sitting;      /* who says to sit there: whoever logged in; 0 while nobody has */
};

/* A virtual console, serial line, hypervisor's console or the console itself, by device number. */
bool console_line_is_one(dev_t device);
bool console_line_holds(const struct console_line *line);

#endif
