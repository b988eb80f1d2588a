/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and folders that need not be there yet, watched by inotify. Shell.
 *
 * Of each path the folder above it is watched, and the path itself where it is a folder; as long as the folder above is missing, the nearest one that is
 * there. */
#ifndef GUARD_FILE_WATCH_RUN_H
#define GUARD_FILE_WATCH_RUN_H

#include <stdint.h>

#include "loop.h"

struct file_watch;
typedef void (*file_changed)(uint64_t marks, void *data);

int file_watch_open(struct loop *loop, const char *root, file_changed changed, void *data, struct file_watch **ret_watch); /* 0 or negative errno */
/* marks: what file_changed gets when it happens, or'ed where several were changed. 0 or negative errno. */
int file_watch_add(struct file_watch *watch, const char *path, uint64_t marks);
void file_watch_close(struct file_watch *watch);

#endif
