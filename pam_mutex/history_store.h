/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the history of passwords: one file for each uid below paths->history (folder 0700, file 0600, root's). Shell (does I/O).
 *
 * MUST: whatever cannot be read or written is an error, and the change is refused; it is never an empty history.
 * MUST: a file in place is only ever written slot by slot under its lock (slot_file.h), so that neither a full disk nor kill -9 loses an entry.
 * Called by the module as root. Any number of processes at once; a lock is never held while hashing. */
#ifndef MUTEX_HISTORY_STORE_H
#define MUTEX_HISTORY_STORE_H

#include <stddef.h>
#include <sys/types.h>

#include "history.h"
#include "paths.h"

#define HISTORY_WAIT_MS 2000

/* Takes the present password's hash (without lock marks; NULL = there is none) into that user's history, on disk before this returns, and
 * reads the whole. Makes folder and file when they are missing. *ret_history is the caller's to release. 0, or
 * -EBADMSG (damaged), -ELOOP (a link), -EPERM (owner, mode or a second name), -EINVAL (no regular file), -EAGAIN (locked for too long), -E2BIG (a
 * hash that cannot be kept), -ENOSPC, -EROFS or what else the file system says. */
int history_take(const struct paths *paths, uid_t uid, const char *present_hash, int64_t now_s, struct history **ret_history);

/* Whether history_take() could work now; writes nothing. 0 or as above. */
int history_ready(const struct paths *paths, uid_t uid);

/* The history as it stands, for looking only: nothing is written or made. *ret_history is the caller's to release. 0, -ENOENT when there is none
 * yet, or as above. */
int history_read(const struct paths *paths, uid_t uid, struct history **ret_history);

struct history_match {
	bool found;
	size_t index;        /* of the entry that the password fits; the newest one that does */
	size_t incomparable; /* entries looked at whose method this libcrypt does not know */
};

/* Hashes the password with the settings of the newest `covered` entries, one by one until one fits. Tens of milliseconds each. 0 or -ENOMEM. */
int history_compare(const struct history *h, size_t covered, const char *password, struct history_match *ret_match);

/* One English sentence for an error of history_take(), with the remedy. */
const char *history_strerror(int error);

/* Wipes and frees. */
void history_release(struct history **h);
#define HISTORY_RELEASED __attribute__((cleanup(history_release)))

#endif
