/* SPDX-License-Identifier: BSD-2-Clause */
/* What the subcommands of `mutexctl breached` share. Shell. */
#ifndef MUTEXCTL_BREACHED_H
#define MUTEXCTL_BREACHED_H

#include <stdbool.h>
#include <stddef.h>

#include "filter.h"

/* Root-owned and readable by all, so that `mutexctl password` works for everybody: /var/lib/mutex is root's alone. Made on the machine by
 * its administrator, the same for every machine, and never written by programs: so /usr/local/share, which no package touches. */
#define BREACHED_SUGGESTED_PATH "/usr/local/share/mutex/breached.filter"

enum { BREACHED_SOURCES_MAX = 64 };

/* argv[0] is "build" and so on; options are read from optind = 1. */
int breached_build(int argc, char **argv);
int breached_query(int argc, char **argv);
int breached_info(int argc, char **argv);
int breached_verify(int argc, char **argv);

/* Prints "mutexctl breached NAME: ..." and its usage; returns COMMAND_FAILED. */
int breached_usage(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints the usage alone; returns COMMAND_FINE. */
int breached_help(const char *name);

/* A filter file in memory, for as long as it is not unmapped. */
struct breached_map {
	void *bytes;
	size_t len;
	struct filter filter;
};

/* Maps any file that this user can read. 0, or COMMAND_FAILED after a message. */
int breached_map(const char *path, struct breached_map *ret_map);
void breached_unmap(struct breached_map *map);
#define BREACHED_UNMAPPED __attribute__((cleanup(breached_unmap)))

#endif
