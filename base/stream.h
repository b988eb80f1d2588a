/* SPDX-License-Identifier: BSD-2-Clause */
/* Streams and folders that close themselves at the end of their scope. Shell. NULL is taken, and stdin stays open. */
#ifndef MUTEX_STREAM_H
#define MUTEX_STREAM_H

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>

static inline void stream_close(FILE **file)
{
	if (*file != NULL && *file != stdin)
		(void)fclose(*file);
}
#define STREAM_CLOSED __attribute__((cleanup(stream_close)))

static inline void stream_close_folder(DIR **folder)
{
	if (*folder != NULL)
		(void)closedir(*folder);
}
#define FOLDER_CLOSED __attribute__((cleanup(stream_close_folder)))

#endif
