/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps login states: one preallocated file for each uid below paths->login (0700, files 0600, root's), and the rest of root's login state. Shell.
 *
 * MUST: whatever cannot be read is an error (the factor is denied), never an empty state. Every change is: lock (OFD, bounded wait), read, change,
 * write one slot in place. Hashing and asking people happens outside the lock.
 * MUST: what the caller's caller can set (umask, limits on file sizes and descriptors) decides nothing, since su and sudo are started by the very
 * person who guesses.
 * Called by the module as root, by the verifier and by mutexctl. */
#ifndef MUTEX_LOGIN_STORE_H
#define MUTEX_LOGIN_STORE_H

#include <sys/types.h>

#include "lockout.h"
#include "login_state.h"
#include "paths.h"

#define LOGIN_STORE_WAIT_MS 2000

/* The state as it stands; a person without a file has an empty one (login_state_init). 0, or -EBADMSG (damaged), -ELOOP, -EPERM, -EINVAL, -EAGAIN
 * (locked for too long), -EACCES (not root), or what the file system says. */
int login_store_read(const struct paths *paths, uid_t uid, struct login_state *ret_state);

/* Read, change, write under one lock. change returns 0 for "write it", 1 for "nothing to write", or a negative errno that is passed on.
 * It may be called once only and must not block. durable: fdatasync before this returns. Makes the file (whole, both slots, synced) when it is
 * missing. On a read-only or full file system: the change is made in *ret_state (may be NULL) and -EROFS or -ENOSPC is returned: the caller decides
 * (design-login.md: replayable factors are denied, the password at the local seat goes on). */
typedef int (*login_store_change_fn)(struct login_state *state, void *context);
int login_store_change(const struct paths *paths, uid_t uid, bool durable, login_store_change_fn change, void *context,
		       struct login_state *ret_state);

/* The same, durable, and of the state before nothing stays in the file: neither is a secret left behind, nor brings damage back what was taken away. */
int login_store_change_for_good(const struct paths *paths, uid_t uid, login_store_change_fn change, void *context);

/* The people who have a state file. Returns how many (at most max are written), or negative errno. */
ssize_t login_store_uids(const struct paths *paths, uid_t *ret_uids, size_t max);

/* Moves a damaged file aside (NAME.damaged-TIME), so that a new one can begin: "mutexctl mfa repair". Keeps it for the administrator. 0 or negative errno. */
int login_store_set_aside(const struct paths *paths, uid_t uid, int64_t now_s);

/* --- people whom the system does not know --- */
/* The same two functions for a name that nobody has: the same meaning, the same system calls in the same order, the same work; only the file is
 * one of a fixed table below paths->unknown, chosen and masked by keyed tags of the name, so that it never holds the name itself (it may be a
 * mistyped password), grows without limit, or tells one name's failures as another's. What change puts into the state besides counters, tries
 * and consecutive is not kept. */
int login_store_unknown_read(const struct paths *paths, const char *name, struct login_state *ret_state);
int login_store_unknown_change(const struct paths *paths, const char *name, bool durable, login_store_change_fn change, void *context,
			       struct login_state *ret_state);
/* Short for unknown_read and lockout_judge(), unknown_change and lockout_fail(), both for the password. */
int login_store_unknown_judge(const struct paths *paths, const struct lockout_rules *rules, const char *name, const struct login_source *source,
			      int64_t now_s, struct lockout *ret_lockout);
int login_store_unknown_fail(const struct paths *paths, const struct lockout_rules *rules, const char *name, const struct login_source *source,
			     uint64_t tag, int64_t now_s);

/* --- the key of this computer --- */
/* 64-bit keyed tag of a password (HMAC-SHA-256 with paths->key, 32 random bytes that are made when missing, 0600). Never 0. 0 or negative errno. */
int login_store_tag(const struct paths *paths, uid_t uid, const char *password, size_t len, uint64_t *ret_tag);

/* --- the process that asks --- */
int login_process_self(struct login_process *ret_process); /* 0 or negative errno */
bool login_process_alive(const struct login_process *process, void *unused); /* a lockout_alive_fn; boot id, pid and start time */

const char *login_store_strerror(int error); /* one English sentence with the remedy */

#endif
