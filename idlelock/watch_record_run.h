/* SPDX-License-Identifier: BSD-2-Clause */
/* The records of the watcher. Shell, of idlelockd only. */
#ifndef MUTEX_WATCH_RECORD_RUN_H
#define MUTEX_WATCH_RECORD_RUN_H

#include "watch_run.h"

/* What one action of LOCK_DO_RECORD_* says. */
void watch_record(struct watched *w, const struct lock *before, enum lock_action action);
/* Somebody tried to defeat the lock: a word of worker_tamper_name() and the like, a detail for people. */
void watch_record_tamper(struct watched *w, const char *what, const char *detail);
/* A person said "I am here" and was granted so much; 0: took it back. */
void watch_record_present(struct watched *w, uint32_t seconds);
/* The policy lets a program, in logind's words, keep the session open for at most so long. */
void watch_record_inhibited(struct watched *w, const char *who, int64_t seconds);
/* A shell from afar that was not used for so long is ended; with mode observe: would have been. */
void watch_record_remote(struct watched *w, int64_t idle_s);
/* The user database does not know the session's person, so [users WHO] does not hold. */
void watch_record_unknown(struct watched *w);
/* A locker that the person had started is ended behind ours. */
void watch_record_other_locker(struct watched *w, pid_t pid);
/* The agent's word about the person's keyrings, or that none came. */
enum watch_keyring { WATCH_KEYRING_LOCKED, WATCH_KEYRING_OPEN, WATCH_KEYRING_NO_ANSWER };
void watch_record_keyring(struct watched *w, enum watch_keyring keyring);

#endif
