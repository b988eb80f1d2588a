/* SPDX-License-Identifier: BSD-2-Clause */
/* Switches the PAM lines on and off through Debian's pam-auth-update, tried on a copy first. Shell. */
#ifndef MUTEXCTL_APPLY_SWITCH_H
#define MUTEXCTL_APPLY_SWITCH_H

#include <stdbool.h>

#include "apply_journal.h"
#include "pam_judge.h"
#include "pam_set.h"
#include "paths.h"

/* Is the module in force in the common files, and if not, why. */
struct apply_force {
	bool in_force;
	bool weak;             /* in force, with the weakness in reason */
	enum pam_cause cause;  /* in common-password */
	enum pam_set_state set; /* of the lines for logins */
	char reason[1024];     /* one sentence */
	char remedy[512];
};

/* 0 or negative errno (the files cannot be read). */
int apply_judge(const struct paths *paths, struct apply_force *ret_force);

/* Writes or removes the marker (apply_journal.h), as the lines are. 0 or negative errno; then the marker is not there. */
int apply_settle_marker(const struct paths *paths);

/* What pam-auth-update does, tried on a copy of the files. */
struct apply_trial {
	char tree[PAM_TREE_SCRATCH_MAX]; /* the copy; "" = none */
	bool recheck;           /* a module that asks again stands behind pam_mutex: it judges a second time behind that one */
	struct apply_force force;
	char said[4096];        /* by pam-auth-update */
};

/* Tries to switch on (off). The machine's files and debconf's database stay as they are. 0, -ENOENT without pam-auth-update, -EPROTO
 * when it failed (said begins with its exit status), or negative errno. Free with apply_trial_end() in every case. */
int apply_try_on(const struct paths *paths, struct apply_trial *ret_trial);
int apply_try_off(const struct paths *paths, struct apply_trial *ret_trial);
void apply_trial_end(struct apply_trial *trial);
#define APPLY_TRIAL_ENDED __attribute__((cleanup(apply_trial_end)))

/* The real thing. keep_fd: the lock. Same errors. */
int apply_switch_on(const struct paths *paths, const struct apply_trial *trial, int keep_fd, char *said, size_t said_size);
int apply_switch_off(const struct paths *paths, int keep_fd, char *said, size_t said_size);

/* The words for such an error. */
const char *apply_switch_strerror(int error);

/* A link among the files, which pam-auth-update would replace by a file. */
bool apply_find_link(const struct paths *paths, struct text *reason);

/* Why pam-auth-update would refuse these files: the first line or file that it did not write. False when there is nothing of the kind. */
bool apply_find_foreign(const struct paths *paths, struct text *reason);

#endif
