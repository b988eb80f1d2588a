/* SPDX-License-Identifier: BSD-2-Clause */
/* Which commands change a unit, a firewall or a file: the table by which mutex-guardd knows the one behind a change that names nobody. Pure.
 *
 * MUST: rather not the one than wrongly. A program that is not in the table, a word that only asks, and a change that the command line does not
 *       name (a shell's own `echo >`, a D-Bus call, kill PID) are nobody's. */
#ifndef GUARD_SUSPECT_COMMAND_H
#define GUARD_SUSPECT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct suspect_command {
	const char *program; /* the process's own name, at most 15 bytes */
	const char *words;   /* its command line: words that end with '\0' each */
	size_t len;
	const char *folder;  /* its working folder; "" = unknown */
	bool root;           /* runs as root */
};

/* False: whatever its command line says, it is of no use. */
bool suspect_command_is_known(const char *program);
/* It tells nftables' rules to the kernel, which names the process by itself. */
bool suspect_command_is_named(const char *program);
/* name: a unit, or a file's or folder's absolute path. */
bool suspect_command_changes(const struct suspect_command *command, const char *name);

#endif
