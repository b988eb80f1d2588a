/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl confirm: keeps what apply --confirm did, when a login or a password change has reached the new lines. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "apply_baseline.h"
#include "apply_journal.h"
#include "apply_rollback.h"
#include "apply_timer.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "file.h"
#include "lockdown.h"
#include "number.h"
#include "pending.h"
#include "policy_image_store.h"
#include "record.h"
#include "text.h"

#define NS_PER_S INT64_C(1000000000)

/* Nothing has gone through the lines: say what to do, and how long there is. */
static int ask_for_witness(const struct apply_journal *j)
{
	char time[64];
	struct text t;

	TEXT_INTO(&t, time);
	number_add_duration(&t, (j->deadline_ns - apply_boottime_ns()) / NS_PER_S);
	(void)command_error("no login and no password change has reached the new lines yet, so nothing shows that they work.");
	(void)command_error("in another terminal change a password with passwd, or log in anew; then run \"mutexctl confirm\" again. %s are left", time);
	return COMMAND_VIOLATED;
}

/* What apply without --confirm writes at once. */
static int put_lockdown(const struct paths *paths)
{
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	int result = common_load_policy(&loaded);

	if (result == 0)
		result = lockdown_put(paths, &loaded);
	if (result == 0)
		result = apply_baseline(paths, &loaded);
	/* Without it logins read the text. */
	(void)policy_image_write(paths);
	return result == 0 ? accept_people(paths, false) : result;
}

static int keep(const struct paths *paths, struct apply_journal *j, const char *what)
{
	char detail[PENDING_WHAT_MAX + 64];
	struct record r = {.kind = RECORD_POLICY_APPLIED, .verdict = RECORD_ALLOWED, .time_s = clock_now_s(), .clause = "PW-1",
			   .policy_hash = j->policy, .detail = detail};
	struct text t;
	int error;

	j->phase = APPLY_ON;
	j->deadline_ns = 0;
	error = apply_journal_write(paths, j);
	if (error < 0)
		return command_error("cannot keep it: the journal below %s cannot be written: %s", paths->state, strerror(-error));
	apply_timer_stop(paths);
	pending_end(paths);
	TEXT_INTO(&t, detail);
	text_add(&t, "The PAM lines were confirmed after this reached them: ");
	text_add(&t, what);
	if (record_emit(&r, paths->journal, paths->syslog) < 0)
		(void)command_error("warning: the confirmation could not be recorded: neither the journal nor syslog took it");
	printf("Confirmed: this reached the new lines: %s. They stay.\n", what);
	return common_finish(put_lockdown(paths));
}

static int confirm(const struct paths *paths, int lock_fd, struct apply_journal *j)
{
	char boot_id[FIELD_BOOT_ID_SIZE], what[PENDING_WHAT_MAX + 1];
	int seen;

	apply_boot_id(&boot_id);
	if (apply_journal_overdue(j, apply_boottime_ns(), boot_id)) {
		(void)command_error("the time to confirm is over: everything goes back");
		(void)apply_take_out(paths, lock_fd, APPLY_ROLLED_BACK);
		return COMMAND_VIOLATED;
	}
	seen = pending_seen(paths, what, sizeof what);
	if (seen == 1)
		return keep(paths, j, what);
	if (seen == 0)
		return ask_for_witness(j);
	(void)command_error("%s cannot be read (%s), so nothing shows that the lines work; run \"mutexctl remove\", then apply anew", paths->pending,
			    strerror(-seen));
	return COMMAND_VIOLATED;
}

int command_confirm(int argc, char **argv)
{
	const struct paths *paths = common_paths();
	struct apply_journal journal;
	int lock_fd FILE_CLOSED = -1;
	int error;

	if (argc > 1)
		return command_usage("confirm", "takes no arguments: %s", argv[1]);
	if (*common_root() == '\0' && geteuid() != 0)
		return command_error("only root can confirm: run \"sudo mutexctl confirm\"");
	lock_fd = apply_lock(paths);
	if (lock_fd < 0)
		return command_error("%s/apply cannot be locked: %s", paths->state, strerror(-lock_fd));
	if (apply_heal(paths) < 0)
		return COMMAND_FAILED;
	error = apply_journal_read(paths, &journal);
	if (error == -ENOENT || (error == 0 && journal.phase != APPLY_PENDING)) {
		(void)command_error(error == 0 ? "nothing waits for a confirmation: the lines are on and stay"
					       : "nothing waits for a confirmation: the lines are off, or it was too late");
		return COMMAND_VIOLATED;
	}
	return error < 0 ? COMMAND_FAILED : confirm(paths, lock_fd, &journal);
}
