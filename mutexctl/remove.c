/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl remove: switches the PAM lines off and restores what was before; policy, records and histories stay.
 * With --rollback (from apply's own timer) it does so only when an apply waits for a confirmation that did not come. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "apply_journal.h"
#include "apply_rollback.h"
#include "apply_switch.h"
#include "command.h"
#include "common.h"
#include "file.h"
#include "lockdown.h"

static int ask(bool yes, const char *question)
{
	char answer[16] = "";

	if (yes)
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return command_error("nobody can be asked here: use --yes; nothing was changed");
	printf("%s [y/N] ", question);
	(void)fflush(stdout);
	if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
		return 0;
	(void)command_error("nothing was changed");
	return COMMAND_VIOLATED;
}

/* The timer rang: for an apply that was confirmed, removed or made anew meanwhile it is nothing. */
static int roll_back(const struct paths *paths, int lock_fd)
{
	char boot_id[FIELD_BOOT_ID_SIZE];
	struct apply_journal journal;

	apply_boot_id(&boot_id);
	if (apply_journal_read(paths, &journal) < 0 || journal.phase != APPLY_PENDING ||
	    !apply_journal_overdue(&journal, apply_boottime_ns(), boot_id))
		return COMMAND_FINE;
	return apply_take_out(paths, lock_fd, APPLY_ROLLED_BACK);
}

static int remove_lines(const struct paths *paths, int lock_fd, bool yes)
{
	struct apply_journal journal;
	struct apply_force force;
	int error = apply_judge(paths, &force), result;

	if (error < 0)
		return command_error("the PAM files cannot be read: %s", strerror(-error));
	if (!force.in_force && apply_journal_read(paths, &journal) == -ENOENT)
		printf("pam-auth-update's lines of pam_mutex are not on; looking for others only.\n");
	result = ask(yes, "New passwords and logins will not be judged any more. Switch the PAM lines off?");
	if (result == 0)
		result = apply_take_out(paths, lock_fd, APPLY_ASKED);
	if (result == 0)
		result = lockdown_take_out(paths);
	if (result != 0)
		return result;
	accept_forget(paths);
	(void)unlink(paths->policy_image);
	printf("The PAM lines are off; no line of pam_mutex is left. Policy, records and histories stay in %s/etc/mutex and %s.\n",
	       paths->root, paths->state);
	return common_finish(COMMAND_FINE);
}

/* For a package that goes: nothing is made on the way, no lock and no folder. */
static int remove_settings(const struct paths *paths, bool yes)
{
	int result = ask(yes, "The settings of desktops and system that agree with [lock] will go. Take them away?");

	return result != 0 ? result : common_finish(lockdown_take_out(paths));
}

int command_remove(int argc, char **argv)
{
	static const struct option options[] = {{"yes", no_argument, NULL, 'y'}, {"rollback", no_argument, NULL, 'r'}, {"settings", no_argument, NULL, 's'}, {0}};
	const struct paths *paths = common_paths();
	int lock_fd FILE_CLOSED = -1;
	bool yes = false, rollback = false, settings = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'y')
			yes = true;
		else if (option == 'r')
			rollback = true;
		else if (option == 's')
			settings = true;
		else
			return command_usage("remove", "unknown option");
	}
	if (optind < argc)
		return command_usage("remove", "takes no arguments: %s", argv[optind]);
	if (*common_root() == '\0' && geteuid() != 0)
		return command_error("only root can switch the PAM lines off: run \"sudo mutexctl remove\"");
	if (settings)
		return remove_settings(paths, yes);
	lock_fd = apply_lock(paths);
	if (lock_fd < 0)
		return command_error("%s/apply cannot be locked: %s", paths->state, strerror(-lock_fd));
	if (apply_heal(paths) < 0)
		return COMMAND_FAILED;
	return rollback ? roll_back(paths, lock_fd) : remove_lines(paths, lock_fd, yes);
}
