/* SPDX-License-Identifier: BSD-2-Clause */
/* A large file that takes another's place in one step, or leaves no trace. Shell.
 *
 * The file has no name until it is whole, so whatever ends the process, kill -9 included, the kernel takes it away. Where the file system
 * knows no unnamed files, it has a temporary name, and SIGINT, SIGTERM and SIGHUP wait until it is gone: look at replacement_stop_asked().
 */
#ifndef MUTEXCTL_REPLACEMENT_H
#define MUTEXCTL_REPLACEMENT_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct replacement {
	int folder_fd, fd;
	char name[NAME_MAX + 1];      /* in the folder */
	char temporary[NAME_MAX + 1]; /* "" while the file has no name */
	sigset_t signals_before;
};

/* Opens the folder of path and prepares nothing else. 0; -EISDIR when path is a folder; or negative errno. */
int replacement_init(struct replacement *r, const char *path);

/* Makes the new file: r->fd, for reading and writing. From here on until replacement_drop() signals wait. 0 or negative errno. */
int replacement_open(struct replacement *r);

/* A signal waits that would have ended us. */
bool replacement_stop_asked(const struct replacement *r);

/* fsync, rename over path, fsync of the folder. 0 or negative errno; then path is what it was before. */
int replacement_commit(struct replacement *r, mode_t mode);

/* Closes, removes what has a temporary name, lets signals in again (one that waits ends the process here). Takes any state after init. */
void replacement_drop(struct replacement *r);

/* A temporary file without a name in that folder. Descriptor or negative errno. */
int replacement_scratch(int folder_fd);

#endif
