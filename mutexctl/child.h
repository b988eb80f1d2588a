/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs another program and waits for it. Shell.
 *
 * MUST: absolute path, no shell, no inherited environment, no inherited descriptors but standard error and output and one to keep. */
#ifndef MUTEXCTL_CHILD_H
#define MUTEXCTL_CHILD_H

#include <stddef.h>

#define CHILD_ENVIRONMENT_MAX 8

struct child {
	const char *const *argv;        /* argv[0] is the absolute path; ends with NULL */
	const char *const *environment; /* beside PATH and LC_ALL; ends with NULL; may be NULL */
	int keep_fd;                    /* stays open in the child, so that a lock lasts as long as it runs; -1 = none */
	char *output;                   /* standard output and error land here, cut at size - 1; NULL = ours */
	size_t output_size;
};

/* The exit status, 128 + signal, or a negative errno when it could not be run. */
int child_run(const struct child *child);

#endif
