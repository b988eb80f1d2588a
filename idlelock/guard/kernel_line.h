/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of the kernel's command line by which a computer starts without its policy. Pure. Clause AC-1, systemd(1), kernel-command-line(7). */
#ifndef GUARD_KERNEL_LINE_H
#define GUARD_KERNEL_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* The first such word at or behind *at, which moves behind it: its start and length; NULL when there is none any more. Words are parted by blanks, and
 * by quotes around a part, as in GRUB_CMDLINE_LINUX="quiet single". Behind "--" stands what only init reads, and is looked at as well. */
const char *kernel_line_next(const char **at, const char *end, size_t *ret_len);

#endif
