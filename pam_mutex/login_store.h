/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps login states: one preallocated file for each uid below paths->login (0700, files 0600, root's), and the rest of root's login state. Shell.
 *
 * MUST: whatever cannot be read is an error (the factor is denied), never an empty state. Every change is: lock (OFD, bounded wait), read, change,
 * write one slot in place. Hashing and asking people happens outside the lock.
 * MUST: what the caller's caller can set (umask, limits on file sizes and descriptors) or do (stop the program) decides nothing, since su and sudo
 * are started by the very person who guesses.
 * Called by the module as root, by the verifier and by mutexctl. */
#ifndef MUTEX_LOGIN_STORE_H
#define MUTEX_LOGIN_STORE_H

#include <sys/types.h>

#include "lockout.h"
#include "login_state.h"
#include "paths.h"

#define LOGIN_STORE_WAIT_MS 2000

/* The state as it stands; a person without a file has an empty one (login_state_init). 0, or -EBADMSG (damaged), -ELOOP, -EPERM, -EINVAL, -EAGAIN
 * (locked for too long), -ENOLINK (the folder was removed), -EOWNERDEAD (of an account of another name), -EACCES (not root), or what the file system says. */
int login_store_read(const struct paths *paths, uid_t uid, struct login_state *ret_state);

/* Read, change, write under one lock. change returns 0 for "write it", 1 for "nothing to write", or a negative errno that is passed on.
 * It must not block, and is called again on the state as it is then when the file was taken from us (slot_file.h). durable: fdatasync before this returns. Makes the file (whole, both slots, synced) when it is
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

/* --- in a login: people whom the system may not know --- */
/* Whose state. That of a name that nobody has lies in a fixed table below paths->unknown, chosen and masked by keyed tags of the name, so that it never
 * holds the name itself (it may be a mistyped password), grows without limit, or tells one name's failures as another's. No secret: may be kept. */
struct login_whose {
	uid_t uid;                        /* a person's; of an unknown name: the number of the file */
	bool unknown;
	uint8_t mask[LOGIN_SOURCE_BYTES]; /* over the sources of an unknown name; zeros for a person */
	char owner[LOGIN_OWNER_BYTES];    /* the account's name as login_state.h has it; empty: not compared */
	uint64_t owner_tag;               /* whose `consecutive` the file of unknown names holds; 0 for a person */
	int key_error;                    /* why the key could not be read, as login_store_tag() says; 0. Names are counted all the same */
	int error;                        /* -ENOLINK: the states were removed, which no kind of name may show; 0 */
};
/* The same work for a person and for a name that nobody has, once for each login. make_key: when it is missing. */
void login_store_whose(const struct paths *paths, bool known, uid_t uid, const char *name, bool make_key, struct login_whose *ret_whose);
/* A person's, where nobody is watching. name NULL: whichever account has the uid. */
struct login_whose login_store_person(uid_t uid, const char *name);

/* As login_store_read() and login_store_change(): the same meaning, the same system calls in the same order for both kinds. What change puts into
 * the state of an unknown name besides counters, tries and consecutive is not kept. */
int login_store_read_of(const struct paths *paths, const struct login_whose *whose, struct login_state *ret_state);
int login_store_change_of(const struct paths *paths, const struct login_whose *whose, bool durable, login_store_change_fn change, void *context,
			  struct login_state *ret_state);

/* --- the key of this computer --- */
/* 64-bit keyed tag of a password (HMAC-SHA-256 with paths->key, 32 random bytes that are made when missing, 0600). Never 0. 0 or negative errno. */
int login_store_tag(const struct paths *paths, uid_t uid, const char *password, size_t len, uint64_t *ret_tag);

/* --- the process that asks --- */
/* This one, now. boot_id: as clock_boot_id() says. */
void login_process_self(const char *boot_id, struct login_process *ret_process);
/* A lockout_alive_fn. Who has that number, and has had it since before the try began, is the one. */
bool login_process_alive(const struct login_process *process, void *unused);

const char *login_store_strerror(int error); /* one English sentence with the remedy */

#endif
