/* SPDX-License-Identifier: BSD-2-Clause */
/* Knows lines by their device numbers. */
#include "console_line.h"

#include <linux/major.h>
#include <stddef.h>
#include <sys/sysmacros.h>

/* Lines that end at the computer: 4 = virtual consoles and ttyS, 204 and 229 = consoles of other machines and hypervisors, 188 = USB. */
bool console_line_is_one(dev_t device)
{
	static const unsigned MAJORS[] = {TTY_MAJOR, 204, 229, 188};

	for (size_t i = 0; i < sizeof MAJORS / sizeof MAJORS[0]; i++)
		if (major(device) == MAJORS[i])
			return major(device) != TTY_MAJOR || minor(device) != 0;
	return major(device) == TTYAUX_MAJOR && minor(device) == 1;
}

bool console_line_holds(const struct console_line *line)
{
	if (line->controlling == 0 || line->owner != line->sitting)
		return false;
	if (line->is_console && major(line->named) == TTYAUX_MAJOR)
		return console_line_is_one(line->controlling);
	return line->controlling == line->named && (line->is_console || console_line_is_one(line->controlling));
}
