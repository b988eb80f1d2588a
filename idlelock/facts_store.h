/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps what others read about sessions and about the lock as a control: paths->sessions/SESSION (session_facts.h), paths->posture (posture.h); and what
 * only an idlelockd that begins anew reads: paths->excuses/UID (excuse_account.h). Shell. */
#ifndef MUTEX_FACTS_STORE_H
#define MUTEX_FACTS_STORE_H

#include "excuse_account.h"
#include "paths.h"
#include "posture.h"
#include "session_facts.h"

/* Replaces the session's file. 0 or negative errno. */
int facts_store_write(const struct paths *paths, const struct session_facts *facts);
/* What an earlier idlelockd wrote. 0; -ENOENT; -EBADMSG. */
int facts_store_read(const struct paths *paths, const char *session, struct session_facts *ret_facts);
void facts_store_remove(const struct paths *paths, const char *session);
/* Removes the files of sessions for which keep() is false. */
void facts_store_sweep(const struct paths *paths, bool (*keep)(const char *session, void *data), void *data);

/* The same for the excuses of one person. */
int facts_store_write_excuses(const struct paths *paths, const struct excuse_account *account);
int facts_store_read_excuses(const struct paths *paths, uid_t uid, struct excuse_account *ret_account);

/* Replaces the posture of that path, paths->posture or paths->guard_posture, and keeps it locked, which is what makes it fresh: *fd holds the one before (-1 = none), and is closed when the new one stands.
 * 0 or negative errno; then the old one stands. */
int facts_store_posture(const struct paths *paths, const char *path, const struct posture *posture, int *fd);

#endif
