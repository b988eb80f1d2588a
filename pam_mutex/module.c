/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_mutex.so: the entry points. Shell; lives inside login, sshd, passwd, greeters and lockers.
 *
 * MUST: an error is never PAM_IGNORE in the password phase, and never keeps anybody out in the account phase.
 * MUST: no call that changes the process (style.md rule 7); nothing is taken from its environment.
 *
 *   passwd, sshd, login, su ... (root)
 *      `- libpam - pam_mutex.so - situation_gather (who, which policy)
 *                      |- change  (password phase): password_gather -> password.c decides -> history -> told, recorded
 *                      `- account (account phase): shadow_gather -> age.c decides -> told, recorded, demanded */
#include <security/pam_modules.h>
#include <unistd.h>

#include "account.h"
#include "change.h"
#include "situation_gather.h"

int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct situation *s SITUATION_RELEASED = NULL;
	int code;

	if ((flags & (PAM_PRELIM_CHECK | PAM_UPDATE_AUTHTOK)) == 0)
		return PAM_SERVICE_ERR;
	code = situation_gather(pamh, flags, argc, argv, &s);
	if (code == PAM_SUCCESS)
		code = (flags & PAM_PRELIM_CHECK) != 0 ? change_check_ready(s) : change_judge_new_password(s);
	/* Whatever went wrong: no later module may find a password that nobody judged. */
	if (code != PAM_SUCCESS)
		(void)pam_set_item(pamh, PAM_AUTHTOK, NULL);
	return code;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct situation *s SITUATION_RELEASED = NULL;
	int code;

	/* A screen locker, say: it may read neither shadow nor state, and its user has been let in before. */
	if (geteuid() != 0)
		return PAM_IGNORE;
	code = situation_gather(pamh, flags, argc, argv, &s);
	if (code == PAM_SUCCESS)
		return account_judge_age(s);
	/* Wrong arguments are an administrator's mistake that must be seen. Whether there is such a user is for pam_unix and its like to say. */
	return code == PAM_SERVICE_ERR || code == PAM_INCOMPLETE ? code : PAM_IGNORE;
}
