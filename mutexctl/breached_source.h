/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a list of breached passwords as a stream of keys: a file, or a pipe on standard input. Shell. */
#ifndef MUTEXCTL_BREACHED_SOURCE_H
#define MUTEXCTL_BREACHED_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "breached_line.h"

/* Longer than any password; a longer line is not one. */
#define BREACHED_LINE_BYTES_MAX 4096

struct breached_source {
	const char *name; /* for people; borrowed */
	enum breached_format format;
	uint64_t size_bytes; /* 0 = not known beforehand */
	uint64_t read_bytes;
	uint64_t line; /* number of the line that the last key came from */
	int fd;
	char *buffer;
	size_t start, end; /* what of the buffer is not used yet */
	bool ended;
};

/* name "-" is standard input. 0, or COMMAND_FAILED after a message. */
int breached_source_open(const char *name, enum breached_format format, struct breached_source *ret_source);

/* 1 with a key; 0 at the end; COMMAND_FAILED as negative number, after a message with file and line, for a malformed line or a read error.
 */
int breached_source_next(struct breached_source *source, uint64_t *ret_key);

/* Takes zeroed ones, too. */
void breached_source_close(struct breached_source *source);
#define BREACHED_SOURCE_CLOSED __attribute__((cleanup(breached_source_close)))

#endif
