/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that root trusts: opened safely, read whole, replaced atomically, locked. Shell (does I/O).
 *
 * MUST: the opened descriptor is what is checked, never the path; no link in the last component; every result checked. */
#ifndef MUTEX_FILE_H
#define MUTEX_FILE_H

#include <stddef.h>
#include <stdbool.h>
#include <sys/types.h>

/* Owner that trusted files must have: 0; tests pass another. */
struct file_trust {
	uid_t owner;     /* the only owner accepted besides root */
	size_t max_bytes;
};

/* Opens for reading: absolute path, O_CLOEXEC|O_NOFOLLOW|O_NOCTTY|O_NONBLOCK, then fstat: regular, owner root (or
 * trust->owner), neither group- nor world-writable, at most max_bytes. Returns the descriptor or
 * -ENOENT, -ELOOP (a link), -EPERM (owner or mode), -EINVAL (not regular, or path not absolute), -EFBIG, or what open says. */
int file_open_trusted(const char *path, const struct file_trust *trust, size_t *ret_size);

/* Reads such a file whole. *ret_bytes is malloc'ed, NUL-terminated, the caller's to free. 0 or as above, or -EAGAIN when the file
 * changed under our hands. */
int file_read_trusted(const char *path, const struct file_trust *trust, char **ret_bytes, size_t *ret_len);

/* One English sentence for an error of the two above, with the remedy. */
const char *file_strerror(int error);

/* Whether the process may do that (F_OK, R_OK, W_OK | X_OK ...) with its effective rights: 0 or negative errno. access(2) asks for the real uid's, and
 * in su, sudo and the like that is somebody who may see nothing of root's. */
int file_allows(const char *path, int mode);

/* Replaces path: temporary file in the same folder, fsync, rename, fsync of the folder. 0 or negative errno;
 * on failure the old file is whole and the temporary one gone (but for a failing fsync of the folder: then the new one stands).
 * The file gets the folder's group: a setuid program's own group is its caller's. */
int file_replace(const char *path, const char *bytes, size_t len, mode_t mode);
/* The same for a file that is not there yet; it appears whole. -EEXIST when something of that name is there: nothing has changed. */
int file_make(const char *path, const char *bytes, size_t len, mode_t mode);

/* Takes an exclusive OFD lock on fd, waiting at most wait_ms. 0, -EAGAIN on time-out, or negative errno.
 * Closing every descriptor of that open file releases it. */
int file_lock(int fd, int wait_ms);
/* The same for some of its bytes, which may lie behind its end; len 0 = all from there on. */
int file_lock_bytes(int fd, off_t start, off_t len, int wait_ms);

/* Reads or writes all of it at offset, through EINTR and short counts. 0 or negative errno (-EIO for early end of file). */
int file_pread_all(int fd, void *bytes, size_t len, off_t offset);
int file_pwrite_all(int fd, const void *bytes, size_t len, off_t offset);

/* Makes a folder (and its parents) with that mode; an existing one must be a folder (no link) of root or owner that others cannot
 * write: -ENOTDIR, -ELOOP, -EPERM else. */
int file_make_folder(const char *path, mode_t mode, uid_t owner);

void file_close(const int *fd);
#define FILE_CLOSED __attribute__((cleanup(file_close)))
void file_free(void *pointer_to_pointer);
#define FILE_FREED __attribute__((cleanup(file_free)))

#endif
