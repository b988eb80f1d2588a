/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_mutex.so: the entry points. Shell; lives inside login, sshd, passwd, greeters and lockers.
 *
 * MUST: an error is never PAM_IGNORE, in no phase. MUST: no call that changes the process (style.md rule 7); nothing is taken from its
 * environment.
 *
 *   passwd, sshd, login, su ... (root)
 *      `- libpam - pam_mutex.so - situation_gather, login_gather (who, where, which policy)
 *                      |- authenticate (auth phase): begin, failed, finish -> login.c decides -> factors -> state, stamp, told, recorded
 *                      |- account (account phase): login.c decides; shadow_gather -> age.c, standing.c -> told, recorded, demanded
 *                      |- change  (password phase): password_gather -> password.c decides -> history -> told, recorded
 *                      `- session (session phase): findings
 *   i3lock, swaylock ... (not root): begin asks mutex-verify, which is root and comes through the same lines */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <syslog.h>
#include <unistd.h>

#include "account.h"
#include "attempt.h"
#include "authenticate.h"
#include "change.h"
#include "session.h"
#include "situation_gather.h"

/* begin, failed and finish belong to auth lines, and each auth line is one of them. */
static int check_line(const struct situation *s, bool auth)
{
	if ((s->options.line != OPTIONS_OTHER_LINE) == auth)
		return PAM_SUCCESS;
	pam_syslog(s->pamh, LOG_CRIT, auth ? "an auth line must say begin, failed or finish as its first argument, so it fails"
					   : "begin, failed and finish belong to auth lines only, so this line fails");
	return PAM_SERVICE_ERR;
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct situation *s SITUATION_RELEASED = NULL;
	int code;

	attempt_unprove(pamh);
	code = situation_gather_login(pamh, flags, argc, argv, &s);
	if (code == PAM_SUCCESS)
		code = check_line(s, true);
	if (code != PAM_SUCCESS)
		return code;
	switch (s->options.line) {
	case OPTIONS_BEGIN:
		return authenticate_begin(s);
	case OPTIONS_FAILED:
		return authenticate_failed(s);
	case OPTIONS_FINISH:
		return authenticate_finish(s);
	case OPTIONS_OTHER_LINE:
	case OPTIONS_LINE_MAX:
		break;
	}
	return PAM_SERVICE_ERR;
}

/* Credentials are other modules' matter; sshd asks for them without a pam_authenticate() before (public key), so nothing follows from this call. */
int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct situation *s SITUATION_RELEASED = NULL;
	int code;

	/* A screen locker, say: it may read neither shadow nor state. Who is let in there has been in before, and the verifier came through here. */
	if (geteuid() != 0)
		return PAM_IGNORE;
	code = situation_gather_login(pamh, flags, argc, argv, &s);
	if (code == PAM_SUCCESS)
		code = check_line(s, false);
	return code == PAM_SUCCESS ? account_judge(s) : code;
}

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct situation *s SITUATION_RELEASED = NULL;
	int code;

	if (geteuid() != 0)
		return PAM_IGNORE;
	code = situation_gather_login(pamh, flags, argc, argv, &s);
	if (code == PAM_SUCCESS)
		code = check_line(s, false);
	return code == PAM_SUCCESS ? session_opened(s) : code;
}

int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}

int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct situation *s SITUATION_RELEASED = NULL;
	int code;

	if ((flags & (PAM_PRELIM_CHECK | PAM_UPDATE_AUTHTOK)) == 0)
		return PAM_SERVICE_ERR;
	code = situation_gather(pamh, flags, argc, argv, &s);
	if (code == PAM_SUCCESS)
		code = check_line(s, false);
	if (code == PAM_SUCCESS)
		code = (flags & PAM_PRELIM_CHECK) != 0 ? change_check_ready(s) : change_judge_new_password(s);
	/* Whatever went wrong: no later module may find a password that nobody judged. */
	if (code != PAM_SUCCESS)
		(void)pam_set_item(pamh, PAM_AUTHTOK, NULL);
	return code;
}
