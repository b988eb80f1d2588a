/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl apply: puts the policy in force and switches the PAM lines on, so that nobody is shut out and everything can go back.
 *
 * MUST: nothing is touched before the policy is whole, a trial on a copy came out in force, and somebody agreed; the snapshot to go
 * back to is on the disk, and the timer runs, before the first file changes; a failure puts every file back and says why. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "apply_baseline.h"
#include "apply_enforce.h"
#include "apply_finish.h"
#include "apply_journal.h"
#include "apply_own.h"
#include "apply_preflight.h"
#include "apply_rollback.h"
#include "apply_switch.h"
#include "apply_timer.h"
#include "child.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "file.h"
#include "lockdown.h"
#include "number.h"
#include "pam_survey.h"
#include "pending.h"
#include "policy_image_store.h"
#include "policy_store.h"
#include "record.h"
#include "sshd_survey.h"
#include "text.h"

#define DIFF "/usr/bin/diff"
#define CONFIRM_MIN_S 1
#define CONFIRM_MAX_S 86400
#define NS_PER_S INT64_C(1000000000)

struct request {
	bool dry_run, yes, accept;
	bool settings;     /* only what lockdown.h writes, where the lines are on */
	int64_t confirm_s; /* 0 = keep at once */
	struct apply_own own;
	const char *user;  /* who must not be shut out; NULL = who asks */
};

static bool changes_own_files(const struct request *r)
{
	return (r->own.enforce | r->own.observe) != 0 || r->own.sshd != APPLY_SSHD_KEEP;
}

static int parse_options(int argc, char **argv, struct request *r)
{
	static const struct option options[] = {
		{"dry-run", no_argument, NULL, 'n'}, {"yes", no_argument, NULL, 'y'}, {"confirm", required_argument, NULL, 'c'},
		{"enforce", required_argument, NULL, 'e'}, {"observe", required_argument, NULL, 'o'}, {"user", required_argument, NULL, 'u'},
		{"sshd", no_argument, NULL, 's'}, {"no-sshd", no_argument, NULL, 'S'}, {"accept", no_argument, NULL, 'a'},
		{"settings", no_argument, NULL, 't'}, {0}};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'n')
			r->dry_run = true;
		else if (option == 'y')
			r->yes = true;
		else if (option == 'a')
			r->accept = true;
		else if (option == 't')
			r->settings = true;
		else if (option == 'u')
			r->user = optarg;
		else if (option == 's' || option == 'S')
			r->own.sshd = option == 's' ? APPLY_SSHD_ON : APPLY_SSHD_OFF;
		else if (option == 'e' || option == 'o') {
			if (!apply_sections_parse(optarg, option == 'e' ? &r->own.enforce : &r->own.observe))
				return command_usage("apply", "--enforce and --observe take mfa, access, lockout, joined by commas: %s", optarg);
		} else if (option != 'c')
			return command_usage("apply", "unknown option");
		else if (number_parse_duration(optarg, strlen(optarg), CONFIRM_MIN_S, CONFIRM_MAX_S, &r->confirm_s) != 0)
			return command_usage("apply", "--confirm takes a time from 1s to 1d, such as 5min: %s", optarg);
	}
	if ((r->own.enforce & r->own.observe) != 0)
		return command_usage("apply", "a section is either enforced or observed");
	return optind < argc ? command_usage("apply", "takes no arguments: %s", argv[optind]) : 0;
}

/* --- before anything is touched --- */

static int refuse_policy(const struct policy_loaded *loaded)
{
	const struct paths *paths = common_paths();

	common_print_diags(&loaded->diags);
	if (loaded->diags.errors > 0)
		return command_error("the policy has errors, so it was not put in force; nothing was changed");
	if (loaded->state != POLICY_CURRENT)
		return command_error("there is no policy: write %s; nothing was changed", paths->policy_file);
	return 0;
}

/* Why the lines cannot be switched on. */
static int refuse_trial(const struct apply_trial *trial, int error)
{
	char reason[1024];
	struct text t;

	TEXT_INTO(&t, reason);
	if (error == -ENOENT)
		return command_error("pam-auth-update is missing; nothing was changed. This is no Debian system, or libpam-runtime is not installed");
	if (error < 0)
		return command_error("pam-auth-update could not be tried on a copy: %s; nothing was changed\n%s", apply_switch_strerror(error), trial->said);
	if (apply_find_foreign(common_paths(), &t))
		(void)command_error("%s", reason);
	else if (access("/usr/share/pam-configs/mutex", F_OK) < 0 && *common_root() == '\0')
		(void)command_error("/usr/share/pam-configs/mutex is missing: install the package libpam-mutex");
	(void)command_error("pam-auth-update cannot bring pam_mutex in force: %s", trial->force.reason);
	(void)command_error("nothing was changed. Put the file right (pam-auth-update(8) tells how it knows its part), or write the line "
			    "\"password requisite pam_mutex.so\" as its first password line yourself, and try again. A line written by hand "
			    "must be taken out by hand before the package libpam-mutex goes: without the module it shuts everybody out");
	return COMMAND_VIOLATED;
}

static void print_diff(const char *tree, const char *path)
{
	char from[PAM_TREE_PATH_MAX], to[PAM_TREE_PATH_MAX], before[PAM_TREE_PATH_MAX], after[PAM_TREE_PATH_MAX];
	const char *const argv[] = {DIFF, "-u", "-N", "--label", before, "--label", after, from, to, NULL};
	struct child child = {.argv = argv, .keep_fd = -1};

	if (pam_tree_path(&from, common_root(), path) < 0 || pam_tree_path(&to, tree, path) < 0 || pam_tree_path(&before, "a", path) < 0 ||
	    pam_tree_path(&after, "b", path) < 0)
		return;
	(void)fflush(stdout);
	if (child_run(&child) > 1)
		(void)command_error("diff could not compare %s", from);
}

static void print_changes(const struct apply_trial *trial, const struct policy_loaded *loaded)
{
	const struct paths *paths = common_paths();
	const char *path;

	printf("\nWhat will be changed:\n");
	for (size_t i = 0; (path = pam_tree_file(i)) != NULL; i++) {
		if (!pam_tree_same_file(common_root(), trial->tree, path))
			print_diff(trial->tree, path);
	}
	printf("- %s and its copy by hash (%.12s...): the policy as it is put in force\n", paths->last_good, loaded->policy.hash);
	printf("- %s: folder for earlier passwords, as hashes, for root only\n", paths->history);
	printf("- %s/apply: the files as they are now, to go back to\n", paths->state);
}

/* The files of the lock, beside the PAM files. */
static void print_lockdown(const struct policy_loaded *loaded)
{
	struct lockdown_wish wish = lockdown_wish_of(&loaded->policy);
	struct lockdown_survey survey;

	lockdown_survey(common_paths(), &wish, &survey);
	lockdown_print(common_paths(), &survey);
}

/* Services that are open in spite of the lines in common-password: told, not refused; they were open before. */
static void warn_of_open_services(const struct paths *paths)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};

	if (pam_survey(paths, NULL, 0, &survey) < 0 || pam_survey_holds(&survey))
		return;
	(void)command_error("warning: %zu of %zu PAM services have lines of their own, by which a password can be changed past pam_mutex; "
			    "\"mutexctl stack\" shows them",
			    survey.verdicts[PAM_BYPASS] + survey.verdicts[PAM_UNPROVABLE], survey.count);
}

static int ask(const struct request *r)
{
	char answer[16] = "";

	if (r->yes)
		return 0;
	printf("\nGo on? [y/N] ");
	(void)fflush(stdout);
	if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
		return 0;
	(void)command_error("nothing was changed");
	return COMMAND_VIOLATED;
}

/* --- doing it --- */

static void record_applied(const struct policy_loaded *loaded, const char *detail)
{
	const struct paths *paths = common_paths();
	struct record r = {
		.kind = RECORD_POLICY_APPLIED,
		.verdict = RECORD_NOTED,
		.time_s = clock_now_s(),
		.clause = "PW-1",
		.policy_hash = loaded->policy.hash,
		.policy_state = policy_state_name(loaded->state),
		.detail = detail,
	};

	if (record_emit(&r, paths->journal, paths->syslog) < 0)
		(void)command_error("warning: the change could not be recorded: neither the journal nor syslog took it");
}

static int store_policy(const struct policy_loaded *loaded)
{
	const struct paths *paths = common_paths();
	int error = file_make_folder(paths->history, 0700, paths->owner);

	if (error == 0)
		error = policy_store(paths, &loaded->policy);
	return error < 0 ? command_error("the policy could not be stored below %s: %s; nothing was switched", paths->state, strerror(-error)) : 0;
}

/* The two ends of the switch, complete on the disk. */
static int take_snapshots(const struct apply_trial *trial)
{
	const struct paths *paths = common_paths();
	char before[PAM_TREE_PATH_MAX], after[PAM_TREE_PATH_MAX];
	const char *file = "";
	int error;

	apply_keep_first(paths);
	error = apply_folder(paths, "before", &before);

	if (error == 0)
		error = apply_folder(paths, "after", &after);
	if (error == 0)
		error = pam_tree_copy(paths->root, before, paths->owner, &file);
	if (error == 0)
		error = pam_tree_copy(trial->tree, after, paths->owner, &file);
	return error < 0 ? command_error("%s%s cannot be kept for going back: %s; nothing was switched", paths->root, file, strerror(-error)) : 0;
}

static void fill_journal(const struct request *r, const struct policy_loaded *loaded, struct apply_journal *j)
{
	*j = (struct apply_journal){.phase = APPLY_SWITCHING, .started_s = clock_now_s(), .confirm_s = r->confirm_s};
	apply_boot_id(&j->boot_id);
	if (r->confirm_s > 0)
		j->deadline_ns = apply_boottime_ns() + r->confirm_s * NS_PER_S;
	memcpy(j->policy, loaded->policy.hash, sizeof j->policy);
}

/* The witness and the timer, before the first file changes. */
static int prepare_confirmation(const struct apply_journal *j)
{
	const struct paths *paths = common_paths();
	int error;

	if (j->confirm_s == 0)
		return 0;
	pending_end(paths);
	error = pending_begin(paths, clock_monotonic_ns(), j->boot_id);
	if (error < 0)
		return command_error("cannot wait for a confirmation: %s: %s", paths->pending, strerror(-error));
	error = apply_timer_start(paths, j);
	return error < 0 ? command_error("the timer that would roll back cannot be started: %s", strerror(-error)) : 0;
}

static int switch_on(const struct apply_trial *trial, int lock_fd)
{
	const struct paths *paths = common_paths();
	struct apply_force force;
	char said[4096] = "";
	int error = apply_switch_on(paths, trial, lock_fd, said, sizeof said);

	if (error < 0)
		return command_error("pam-auth-update failed: %s\n%s", apply_switch_strerror(error), said);
	/* debconf hides it when pam-auth-update is killed. */
	if (!pam_tree_same(paths->root, trial->tree))
		return command_error("pam-auth-update did not make of the files what it made of their copy\n%s", said);
	if (!apply_sshd_agrees(paths, said, sizeof said))
		return command_error("sshd would not start with these settings: %s", said);
	error = apply_judge(paths, &force);
	if (error < 0)
		return command_error("the PAM files cannot be read any more: %s", strerror(-error));
	pam_tree_tidy(paths->root);
	if (!force.in_force)
		return command_error("after pam-auth-update the module is not in force: %s\n%s", force.reason, said);
	error = apply_marker_write(paths);
	return error < 0 ? command_error("%s cannot be written: %s", paths->lines_on, strerror(-error)) : 0;
}

static int carry_out(const struct request *r, const struct policy_loaded *loaded, const struct apply_trial *trial, int lock_fd)
{
	const struct paths *paths = common_paths();
	char before[PAM_TREE_PATH_MAX];
	struct apply_journal journal;
	int result = store_policy(loaded), error;

	if (result == 0)
		result = take_snapshots(trial);
	if (result == 0 && apply_folder(paths, "before", &before) < 0)
		result = COMMAND_FAILED;
	if (result != 0)
		return result;
	fill_journal(r, loaded, &journal);
	error = apply_journal_write(paths, &journal);
	if (error < 0)
		return command_error("the journal cannot be written below %s: %s; nothing was switched", paths->state, strerror(-error));
	result = prepare_confirmation(&journal);
	if (result == 0)
		result = switch_on(trial, lock_fd);
	journal.phase = r->confirm_s > 0 ? APPLY_PENDING : APPLY_ON;
	if (result == 0 && apply_journal_write(paths, &journal) < 0)
		result = command_error("the journal cannot be written below %s", paths->state);
	if (result != 0) {
		apply_timer_stop(paths);
		if (apply_heal(paths) == 0)
			(void)command_error("all PAM files are as before");
		return COMMAND_FAILED;
	}
	if (!pam_tree_same_file(trial->tree, before, PAM_TREE_SSHD))
		apply_sshd_reload(paths);
	record_applied(loaded, r->confirm_s > 0 ? "The PAM lines were switched on, until somebody confirms them." : "The PAM lines were switched on.");
	return 0;
}

static void print_confirmation(const struct request *r)
{
	char time[64];
	struct text t;

	TEXT_INTO(&t, time);
	number_add_duration(&t, r->confirm_s);
	printf("\nIn %s everything goes back, unless you confirm. Keep this terminal; in another one change a password with passwd,\n"
	       "or log in anew. Then run: mutexctl confirm\n", time);
}

/* Own files go into the trial, the policy is read from there, and whoever asks must not shut himself out. 0, or an exit status after a message. */
static int plan(const struct request *r, const struct paths *copy, struct policy_loaded *planned)
{
	int error = apply_own_write(copy, common_paths(), &r->own), result;

	if (error == -ENOENT)
		return command_error("%s%s is missing: install the package mutexctl; nothing was changed", common_root(), APPLY_SSHD_SOURCE);
	if (error == 0)
		error = policy_load(copy, planned);
	if (error < 0)
		return command_error("cannot plan on a copy: %s; nothing was changed", strerror(-error));
	if (planned->diags.errors > 0 || planned->state != POLICY_CURRENT) {
		common_print_diags(&planned->diags);
		return command_error("the policy would have errors; nothing was changed");
	}
	result = apply_enforce_refuse(common_paths(), planned, &r->own, r->user);
	if (result != 0)
		(void)command_error("nothing was changed");
	return result;
}

static void tell_result(const struct request *r, const struct policy_loaded *planned)
{
	unsigned enforced = apply_enforced(&planned->policy);

	printf("\nThe policy is in force: new passwords are judged by %.12s.\n", planned->policy.hash);
	for (int i = 0; i < APPLY_SECTION_MAX; i++) {
		if ((r->own.enforce & APPLY_SECTION_BIT(i)) != 0)
			printf("[%s] is enforced.\n", apply_section_name((enum apply_section)i));
		else if ((r->own.observe & APPLY_SECTION_BIT(i)) != 0)
			printf("[%s] %s\n", apply_section_name((enum apply_section)i),
			       (enforced & APPLY_SECTION_BIT(i)) != 0 ? "is still enforced, as the policy files say; change \"mode\" there." : "is observed.");
	}
	if (!apply_sshd_is_on(common_paths()) && access(SSHD_PROGRAM, X_OK) == 0)
		printf("For sshd there are settings by which a key alone does not suffice: %s. \"mutexctl apply --sshd\" installs them.\n", APPLY_SSHD_SOURCE);
	if (r->confirm_s > 0)
		print_confirmation(r);
}

/* What is not of PAM: settings of other programs, and what is known of passwords and keys from now on. */
static int finish_settings(const struct request *r, const struct policy_loaded *loaded)
{
	int result = lockdown_put(common_paths(), loaded), accepted = accept_people(common_paths(), r->accept);

	if (result == 0)
		result = apply_baseline(common_paths(), loaded);
	/* Without it logins read the text. */
	(void)policy_image_write(common_paths());
	return result != 0 ? result : accepted;
}

static int apply_anew(const struct request *r, int lock_fd)
{
	const struct paths *paths = common_paths();
	struct apply_trial trial APPLY_TRIAL_ENDED = {0};
	struct policy_loaded planned POLICY_UNLOADED = {0};
	char reason[1024];
	struct paths copy;
	struct text t;
	int error, result;

	TEXT_INTO(&t, reason);
	if (apply_find_link(paths, &t)) {
		(void)command_error("%s; nothing was changed", reason);
		return COMMAND_VIOLATED;
	}
	error = apply_try_on(paths, &trial);
	if (error < 0 || !trial.force.in_force)
		return refuse_trial(&trial, error);
	error = paths_init(&copy, trial.tree, geteuid());
	if (error < 0)
		return command_error("%s", strerror(-error));
	result = plan(r, &copy, &planned);
	if (result != 0)
		return result;
	apply_preflight(paths, &planned, &copy);
	print_changes(&trial, &planned);
	print_lockdown(&planned);
	if (trial.force.weak)
		(void)command_error("warning: %s; remedy: %s", trial.force.reason, trial.force.remedy);
	warn_of_open_services(&copy);
	if (r->dry_run)
		return printf("\nDry run: nothing was changed.\n") > 0 ? common_finish(COMMAND_FINE) : COMMAND_FAILED;
	result = ask(r);
	if (result == 0)
		result = carry_out(r, &planned, &trial, lock_fd);
	if (result != 0)
		return result;
	if (r->confirm_s == 0) /* else mutexctl confirm writes them */
		result = finish_settings(r, &planned);
	tell_result(r, &planned);
	return common_finish(result);
}

/* The lines are on already: the policy may be new. */
static int apply_again(const struct request *r, const struct policy_loaded *loaded)
{
	int result;

	printf("The PAM lines are on already.\n");
	if (r->dry_run) {
		printf("Dry run: only this would be written anew:\n- %s: the policy as it is put in force\n", common_paths()->last_good);
		print_lockdown(loaded);
		return common_finish(COMMAND_FINE);
	}
	result = store_policy(loaded);
	if (result == 0 && apply_settle_marker(common_paths()) < 0)
		result = command_error("%s cannot be written, so failed logins are not counted", common_paths()->lines_on);
	if (result != 0)
		return result;
	record_applied(loaded, "The policy was put in force; the PAM lines were on already.");
	printf("The policy is in force: new passwords are judged by %.12s.\n", loaded->policy.hash);
	if (r->confirm_s > 0)
		printf("No PAM line changed, so there is nothing to confirm.\n");
	warn_of_open_services(common_paths());
	return common_finish(finish_settings(r, loaded));
}

/* For the unit that watches these files. Who switches the lines at this moment, on or off, writes or removes them too. */
static int put_settings(const struct request *r, const struct policy_loaded *loaded)
{
	int lock_fd FILE_CLOSED = -1;

	if (r->dry_run) {
		print_lockdown(loaded);
		return common_finish(COMMAND_FINE);
	}
	lock_fd = apply_lock(common_paths());
	if (lock_fd < 0 && lock_fd != -EAGAIN)
		return command_error("%s/apply cannot be locked: %s", common_paths()->state, strerror(-lock_fd));
	if (lock_fd == -EAGAIN || access(common_paths()->lines_on, F_OK) < 0) {
		printf("The PAM lines are off, or being switched: no setting was looked at.\n");
		return common_finish(COMMAND_FINE);
	}
	return common_finish(lockdown_put(common_paths(), loaded));
}

static int lock_and_heal(int *ret_lock)
{
	const struct paths *paths = common_paths();
	struct apply_journal journal;
	char boot_id[FIELD_BOOT_ID_SIZE];

	*ret_lock = apply_lock(paths);
	if (*ret_lock == -EAGAIN)
		return command_error("another mutexctl is switching the PAM lines at this moment; try again");
	if (*ret_lock < 0)
		return command_error("%s/apply cannot be locked: %s", paths->state, strerror(-*ret_lock));
	if (apply_heal(paths) < 0)
		return COMMAND_FAILED;
	apply_boot_id(&boot_id);
	if (apply_journal_read(paths, &journal) < 0 || journal.phase != APPLY_PENDING)
		return 0;
	if (apply_journal_overdue(&journal, apply_boottime_ns(), boot_id))
		return apply_take_out(paths, *ret_lock, APPLY_ROLLED_BACK);
	(void)command_error("an earlier apply waits for \"mutexctl confirm\"; confirm it, or run \"mutexctl remove\" first");
	return COMMAND_VIOLATED;
}

int command_apply(int argc, char **argv)
{
	struct request r = {0};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct apply_force force;
	int lock_fd FILE_CLOSED = -1;
	int result = parse_options(argc, argv, &r), error;

	if (result != 0)
		return result;
	if (*common_root() == '\0' && geteuid() != 0)
		return command_error("only root can switch the policy on: run \"sudo mutexctl apply\"");
	if (!r.dry_run && !r.yes && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return command_error("nobody can be asked here: use --yes, or --dry-run to look only; nothing was changed");
	result = common_load_policy(&loaded);
	if (result == 0)
		result = refuse_policy(&loaded);
	if (result == 0 && r.settings)
		return put_settings(&r, &loaded);
	if (result == 0 && !r.dry_run)
		result = lock_and_heal(&lock_fd);
	if (result != 0)
		return result;
	error = apply_judge(common_paths(), &force);
	if (error < 0)
		return command_error("the PAM files cannot be read: %s", strerror(-error));
	if (!force.in_force || changes_own_files(&r) || apply_finish_is_missing(common_paths()))
		return apply_anew(&r, lock_fd);
	if (force.weak)
		(void)command_error("warning: %s; remedy: %s", force.reason, force.remedy);
	return apply_again(&r, &loaded);
}
