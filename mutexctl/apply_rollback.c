/* SPDX-License-Identifier: BSD-2-Clause */
/* The way back of mutexctl apply. */
#include "apply_rollback.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply_cut.h"
#include "apply_own.h"
#include "apply_switch.h"
#include "apply_timer.h"
#include "clock.h"
#include "command.h"
#include "file.h"
#include "pam_survey.h"
#include "pending.h"
#include "policy_image_store.h"
#include "record.h"
#include "text.h"

/* --- healing --- */

/* The backup of files that somebody else wrote since is kept under a name of its own. */
static void keep_backup(const struct paths *paths, const char *snapshot, const char *foreign)
{
	char kept[PAM_TREE_PATH_MAX], name[64];
	struct text t;

	TEXT_INTO(&t, name);
	text_add(&t, "kept-");
	text_add_int(&t, clock_now_s());
	if (apply_folder(paths, name, &kept) < 0 || rename(snapshot, kept) < 0)
		return;
	(void)command_error("an earlier run was cut off, and %s%s was changed by another program since: left as it is; the backup lies in %s",
			    paths->root, foreign, kept);
}

static int heal_between(const struct paths *paths, const char *from_name, const char *to_name)
{
	char from[PAM_TREE_PATH_MAX], to[PAM_TREE_PATH_MAX];
	const char *file = "";
	int error = apply_folder(paths, from_name, &from);

	if (error == 0)
		error = apply_folder(paths, to_name, &to);
	if (error < 0)
		return error;
	(void)apply_marker_remove(paths);
	if (!pam_tree_between(paths->root, from, to, &file)) {
		keep_backup(paths, from, file);
		(void)apply_settle_marker(paths);
		return 0;
	}
	error = pam_tree_copy(from, paths->root, paths->owner, &file);
	if (error < 0) {
		(void)command_error("cannot restore %s%s: %s", paths->root, file, strerror(-error));
		return error;
	}
	pam_tree_tidy(paths->root);
	if (!pam_tree_same_file(from, to, PAM_TREE_SSHD))
		apply_sshd_reload(paths);
	(void)apply_settle_marker(paths);
	return 0;
}

/* True: the lines stay on, as the apply before it left them. Logins read the policy's image again, which the waiting for a witness took away. */
static bool step_back(const struct paths *paths, struct apply_journal *journal)
{
	if (!apply_step_back(paths, journal))
		return false;
	(void)policy_image_write(paths);
	return true;
}

int apply_heal(const struct paths *paths)
{
	struct apply_journal journal;
	int error = apply_journal_read(paths, &journal);

	if (error == -ENOENT) {
		/* Snapshots without a journal: cut off before anything was changed. */
		apply_journal_end(paths);
		return 0;
	}
	if (error < 0)
		return command_error("the journal of apply in %s/apply cannot be read (%s); move it away and run \"mutexctl stack\"", paths->state,
				     strerror(-error)), error;
	if (journal.phase == APPLY_SWITCHING) {
		error = heal_between(paths, "before", "after");
		if (error == 0) {
			pending_end(paths);
			if (!step_back(paths, &journal))
				apply_journal_end(paths);
		}
	} else if (journal.phase == APPLY_REMOVING) {
		error = heal_between(paths, "on", "off");
		journal.phase = APPLY_ON;
		if (error == 0)
			error = apply_journal_write(paths, &journal);
	}
	return error;
}

/* --- taking out --- */

static void record_removal(const struct paths *paths, enum apply_removal why, const char *policy)
{
	struct record r = {
		.kind = RECORD_POLICY_REMOVED,
		.verdict = RECORD_NOTED,
		.time_s = clock_now_s(),
		.clause = "AC-1",
		.policy_hash = policy,
		.detail = why == APPLY_ROLLED_BACK ? "The PAM lines were rolled back: nobody confirmed them in time."
						   : "The PAM lines were switched off by mutexctl remove.",
	};

	if (record_emit(&r, paths->journal, paths->syslog) < 0)
		(void)command_error("the removal could not be recorded: neither the journal nor syslog took it");
}

/* Lines that pam-auth-update does not manage: somebody wrote them by hand. */
static int name_remaining_lines(const struct pam_survey *s)
{
	size_t lines = 0;

	for (size_t i = 0; i < s->count; i++) {
		for (int phase = 0; phase < PAM_PHASE_MAX; phase++) {
			const struct pam_chain *c = &s->items[i].service.phases[phase];

			for (size_t k = 0; k < c->count && !c->from_other; k++) {
				if (pam_judge_role(&c->lines[k]) != PAM_ROLE_MUTEX)
					continue;
				lines++;
				(void)command_error("%s:%u: a line of pam_mutex.so is left that mutexctl did not write; take it out by hand (service %s)",
						    c->lines[k].file, c->lines[k].line, s->items[i].name);
			}
		}
	}
	return lines > 0 ? COMMAND_VIOLATED : COMMAND_FINE;
}

static int check_remaining(const struct paths *paths)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	int error = pam_survey(paths, NULL, 0, &survey);

	if (error < 0)
		return command_error("cannot read the PAM files: %s", strerror(-error));
	return name_remaining_lines(&survey);
}

enum ending {
	ENDING_UPDATED, /* as pam-auth-update makes them */
	ENDING_CUT,     /* edited by hand, so pam-auth-update leaves them alone: our lines are taken out of them singly */
	ENDING_EXACT,   /* byte by byte as before apply */
	ENDING_ON       /* the same, and our lines were on before that apply */
};

/* Where the files are to end: as before apply (*before, which becomes what was before the first one) when nobody wrote them since. An apply that only mended lines of ours has them in its
 * `before`: to roll it back means to go there, to remove does not. */
static enum ending choose_ending(const struct paths *paths, char (*before)[PAM_TREE_PATH_MAX], const char *after, enum apply_removal why)
{
	char first[PAM_TREE_PATH_MAX];

	if (why == APPLY_ASKED && apply_folder(paths, "first", &first) == 0 && access(first, F_OK) == 0)
		memcpy(*before, first, sizeof first);
	if (access(*before, F_OK) < 0 || !pam_tree_same(paths->root, after))
		return ENDING_UPDATED;
	if (!pam_tree_mentions(*before, "pam_mutex"))
		return ENDING_EXACT;
	return why == APPLY_ROLLED_BACK ? ENDING_ON : ENDING_UPDATED;
}

/* Singly, where pam-auth-update leaves the files alone. */
static int cut_lines(const struct paths *paths, const char *tree, enum apply_removal why)
{
	char before[PAM_TREE_PATH_MAX], after[PAM_TREE_PATH_MAX];
	const char *file = "";
	int error = apply_folder(paths, "before", &before) | apply_folder(paths, "after", &after);
	bool back = error == 0 && access(before, F_OK) == 0 && (why == APPLY_ROLLED_BACK || !pam_tree_mentions(before, "pam_mutex"));

	error = apply_cut_tree(tree, back ? before : NULL, after, &file);
	if (error < 0)
		(void)command_error("cannot take our lines out of %s%s: %s", tree, file, strerror(-error));
	return error;
}

/* Both ends of the way, complete on the disk. */
static int plan_off(const struct paths *paths, enum apply_removal why, enum ending *ret_ending)
{
	char on[PAM_TREE_PATH_MAX], off[PAM_TREE_PATH_MAX], before[PAM_TREE_PATH_MAX], after[PAM_TREE_PATH_MAX];
	struct apply_trial trial APPLY_TRIAL_ENDED = {0};
	const char *file = "";
	int error = apply_try_off(paths, &trial);

	if (error == 0)
		error = apply_folder(paths, "on", &on) | apply_folder(paths, "off", &off) | apply_folder(paths, "before", &before) |
			apply_folder(paths, "after", &after);
	if (error < 0) {
		(void)command_error("pam-auth-update cannot take the lines out: %s\n%s", apply_switch_strerror(error), trial.said);
		return error;
	}
	*ret_ending = choose_ending(paths, &before, after, why);
	error = pam_tree_copy(paths->root, on, paths->owner, &file);
	if (error == 0)
		error = pam_tree_copy(*ret_ending == ENDING_UPDATED ? trial.tree : before, off, paths->owner, &file);
	if (error == 0 && *ret_ending == ENDING_UPDATED && pam_tree_mentions(off, "pam_mutex.so")) {
		*ret_ending = ENDING_CUT;
		error = cut_lines(paths, off, why);
	}
	return error;
}

/* Then pam-auth-update has nothing to do. */
static bool only_own_files_change(const char *on, const char *off)
{
	const char *file, *own;

	for (size_t i = 0; (file = pam_tree_file(i)) != NULL; i++) {
		bool is_own = false;

		for (size_t k = 0; !is_own && (own = pam_tree_own_file(k)) != NULL; k++)
			is_own = strcmp(own, file) == 0;
		if (!is_own && !pam_tree_same_file(on, off, file))
			return false;
	}
	return true;
}

/* From the snapshots to the files. */
static int switch_off(const struct paths *paths, int lock_fd, enum ending ending)
{
	char said[4096] = "", off[PAM_TREE_PATH_MAX];
	const char *file = "";
	int error = apply_folder(paths, "off", &off);

	if (error == 0 && (ending != ENDING_ON || !only_own_files_change(paths->root, off)))
		error = apply_switch_off(paths, lock_fd, said, sizeof said);
	/* debconf hides it when pam-auth-update is killed; so the files tell. */
	if (error == 0 && ending == ENDING_UPDATED && !pam_tree_same(paths->root, off))
		error = -EPROTO;
	if (error < 0) {
		(void)command_error("pam-auth-update failed: %s\n%s", apply_switch_strerror(error), said);
		(void)heal_between(paths, "on", "off");
		return error;
	}
	if (ending != ENDING_UPDATED)
		error = pam_tree_copy(off, paths->root, paths->owner, &file);
	if (error < 0)
		(void)command_error("cannot restore %s%s: %s", paths->root, file, strerror(-error));
	return error;
}

/* Where there is no room for snapshots (a full /var) it goes without: each file is still replaced whole, and once more the next time. */
static int off_without_snapshots(const struct paths *paths, enum apply_removal why, int error, enum ending *ret_ending)
{
	char before[PAM_TREE_PATH_MAX], after[PAM_TREE_PATH_MAX];
	struct pam_survey survey PAM_SURVEY_FREED = {0};

	if (error != -ENOSPC && error != -EDQUOT)
		return error;
	(void)command_error("no room to note the way back (%s); going on without", strerror(-error));
	if (apply_folder(paths, "before", &before) < 0 || apply_folder(paths, "after", &after) < 0)
		return -ENAMETOOLONG;
	*ret_ending = choose_ending(paths, &before, after, why);
	if (*ret_ending == ENDING_UPDATED)
		*ret_ending = ENDING_CUT;
	/* pam-auth-update's own records in /var may find no room either; what counts is that the lines are out. */
	error = cut_lines(paths, paths->root, why);
	if (error == 0 || *ret_ending == ENDING_ON)
		return error;
	error = pam_survey(paths, NULL, 0, &survey);
	return error < 0 || pam_survey_mutex_lines(&survey) == 0 ? error : -ENOSPC;
}

int apply_take_out(const struct paths *paths, int lock_fd, enum apply_removal why)
{
	struct apply_journal journal = {0};
	struct apply_force force;
	enum ending ending = ENDING_UPDATED;
	bool had_sshd = apply_sshd_is_on(paths);
	int error = apply_journal_read(paths, &journal);

	if (error < 0)
		journal = (struct apply_journal){.started_s = clock_now_s(), .policy = ""};
	if (*journal.policy == '\0')
		memset(journal.policy, '0', sizeof journal.policy - 1);
	if (*journal.boot_id == '\0')
		apply_boot_id(&journal.boot_id);
	error = plan_off(paths, why, &ending);
	journal.phase = APPLY_REMOVING;
	if (error == 0)
		error = apply_journal_write(paths, &journal);
	/* First of all: half a set must not count. */
	(void)apply_marker_remove(paths);
	if (error == 0)
		error = switch_off(paths, lock_fd, ending);
	else
		error = off_without_snapshots(paths, why, error, &ending);
	(void)apply_settle_marker(paths);
	if (had_sshd != apply_sshd_is_on(paths))
		apply_sshd_reload(paths);
	if (error < 0)
		return command_error("the PAM lines could not be taken out: %s", strerror(-error));
	if (ending != ENDING_ON && apply_judge(paths, &force) == 0 && force.in_force)
		return command_error("pam-auth-update did not take the lines out of %s/common-password; take \"pam_mutex.so\" out by hand", paths->pam_etc);
	pending_end(paths);
	apply_timer_stop(paths);
	if (ending != ENDING_ON || !step_back(paths, &journal))
		apply_journal_end(paths);
	record_removal(paths, why, journal.policy);
	return ending == ENDING_ON ? COMMAND_FINE : check_remaining(paths);
}
