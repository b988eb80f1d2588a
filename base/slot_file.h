/* SPDX-License-Identifier: BSD-2-Clause */
/* A small file of root's that appears whole and is then only overwritten in place, under a lock: so that neither a full disk nor kill -9 loses
 * what it holds. login_state.h and history.h say what stands in its two slots. Shell (does I/O).
 *
 * MUST: only a plain file with one name, of root's alone, in a folder of root's alone; each path is used once, and all checks are made on the
 *       descriptor. MUST: what the caller's caller can do decides nothing: neither umask and limits, nor stopping a su that holds the lock.
 *
 * Who stops a setuid program of his keeps its lock for as long as he likes (SIGSTOP, a frozen cgroup). After wait_ms a process that nobody but root
 * can stop takes the file from him: it marks the old file (mode 0), copies it, and puts the copy in its place. A writer looks for the mark after
 * each write: then what it wrote may not be in the copy, and it begins again. */
#ifndef MUTEX_SLOT_FILE_H
#define MUTEX_SLOT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "caller_limits.h"

#define SLOT_FILE_NAME_BYTES 64
#define SLOT_FILE_PATH_BYTES 320

struct slot_file {
	char folder[SLOT_FILE_PATH_BYTES], path[SLOT_FILE_PATH_BYTES + SLOT_FILE_NAME_BYTES];
	uid_t owner;   /* accepted besides root */
	size_t bytes;  /* of the whole file */
	int wait_ms;   /* for the lock */
	struct caller_limits limits;
	int fd;        /* open and locked, or -1 */
};

/* Only fills ret_file. 0 or -ENAMETOOLONG. Then slot_file_close() in any case (SLOT_FILE_CLOSED). */
int slot_file_at(const char *folder, const char *name, uid_t owner, size_t bytes, int wait_ms, struct slot_file *ret_file);

/* Opens, locks and checks. 0; -ENOENT: no such file, or no such folder (slot_file_check_folder() tells); -EROFS, -EPERM, -ELOOP, -ENOTDIR, -EISDIR,
 * -EINVAL (not regular), -EBADMSG (size), -EAGAIN (locked for too long), -EFBIG (a limit that may not be raised), or what the file system says. */
int slot_file_open(struct slot_file *file);
/* Where nothing can be written, so that nobody can be writing either: for reading, without a lock. */
int slot_file_open_read_only(struct slot_file *file);
/* 0, -ENOENT, -ENOTDIR or -EPERM. */
int slot_file_check_folder(const struct slot_file *file);
/* Makes folder and file, synced; one that is there already stays. Also sweeps up what killed processes left of it. */
int slot_file_make(struct slot_file *file, const void *bytes);

/* The whole file. */
int slot_file_read(const struct slot_file *file, void *ret_bytes);
/* 0; -ESTALE: the file was taken from us meanwhile: close, open and begin again (what was written may be there or not). */
int slot_file_write(struct slot_file *file, const void *bytes, size_t len, off_t offset, bool durable);

/* Ends the lock and restores limits. */
void slot_file_close(struct slot_file *file);
#define SLOT_FILE_CLOSED __attribute__((cleanup(slot_file_close)))

#endif
