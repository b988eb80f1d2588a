/* SPDX-License-Identifier: BSD-2-Clause */
/* What apply and remove are in the middle of, so that the next run heals what kill -9 or a power cut left. Shell.
 *
 * Below paths->state lies apply/: `lock`, `journal`, and two snapshots of the files of pam_tree.h: `before` and `after` the switching-on, or, while
 * removing, `on` and `off`. An apply that finds the lines on (--enforce, --sshd) keeps what was before the first one as `first`. A snapshot is complete on the disk before the journal says that the switch
 * begins. So: journal SWITCHING or REMOVING = every file is that of the one snapshot or of the other, unless a third program wrote it. */
#ifndef MUTEXCTL_APPLY_JOURNAL_H
#define MUTEXCTL_APPLY_JOURNAL_H

#include <stdint.h>

#include "fields.h"
#include "pam_tree.h"
#include "paths.h"

/* P(id, word in the journal) */
#define APPLY_PHASES(P) \
	P(SWITCHING, "switching")  /* on: the files may be half way */ \
	P(PENDING, "pending")      /* on, until the deadline or `mutexctl confirm` */ \
	P(ON, "on") \
	P(REMOVING, "removing")    /* off: the files may be half way */

enum apply_phase {
#define APPLY_PHASE_ENUM(id, word) APPLY_##id,
	APPLY_PHASES(APPLY_PHASE_ENUM)
#undef APPLY_PHASE_ENUM
	APPLY_PHASE_MAX
};

struct apply_journal {
	enum apply_phase phase;
	int64_t started_s;   /* UTC */
	int64_t confirm_s;   /* time that apply --confirm gave; 0 = none */
	int64_t deadline_ns; /* CLOCK_BOOTTIME of the boot below; 0 = none */
	char boot_id[FIELD_BOOT_ID_SIZE];
	char policy[65];     /* hash of the policy that was put in force */
};

/* 0; -ENOENT when nothing is on by apply; -EBADMSG for a damaged one. */
int apply_journal_read(const struct paths *paths, struct apply_journal *ret_journal);
int apply_journal_write(const struct paths *paths, const struct apply_journal *journal);
/* Removes journal and snapshots. */
void apply_journal_end(const struct paths *paths);

/* Before an apply takes its snapshots: keeps those of the one that switched the lines on, for remove. */
void apply_keep_first(const struct paths *paths);
/* After an apply with such a `first` was rolled back or healed: things are as the apply before it left them. True when that is written. */
bool apply_step_back(const struct paths *paths, struct apply_journal *journal);

/* The folder (or file) of that name below state/apply. */
int apply_folder(const struct paths *paths, const char *name, char (*ret_path)[PAM_TREE_PATH_MAX]);

/* Makes the folders of the state; then one apply, confirm or remove at a time: the descriptor, or -EAGAIN after two seconds, or negative errno. */
int apply_lock(const struct paths *paths);

/* The marker paths->lines_on: all our lines are on, so that begin may count failures (without finish a right password would count as one).
 * Written behind the last line that goes on, removed before the first that goes off; root's, 0600, in a folder of root's. 0 or negative errno;
 * removing what is not there is no error. */
int apply_marker_write(const struct paths *paths);
int apply_marker_remove(const struct paths *paths);

/* True when the time to confirm is over: the deadline passed, or the computer was started anew. */
bool apply_journal_overdue(const struct apply_journal *journal, int64_t boottime_ns, const char *boot_id);
int64_t apply_boottime_ns(void);
/* Of this boot; zeros where the system does not tell (no /proc), so that every boot is taken for the same. */
void apply_boot_id(char (*ret_id)[FIELD_BOOT_ID_SIZE]);

#endif
