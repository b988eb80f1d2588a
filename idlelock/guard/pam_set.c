/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds our lines in the common files and compares their places and controls with conf/pam-configs. */
#include "pam_set.h"

/* Where our lines of one chain are: how many, and the first of each role. */
struct found {
	size_t count[PAM_GATE_ROLE_MAX];
	size_t first[PAM_GATE_ROLE_MAX];
	size_t last_proving;   /* of the modules in front of finish that prove somebody; SIZE_MAX = none */
	size_t first_password; /* likewise, of those that ask for a password */
};

static bool proves(enum pam_gate_role role)
{
	return role == PAM_GATE_ROLE_UNKNOWN || role == PAM_GATE_ROLE_PASSWORD || role == PAM_GATE_ROLE_POSSESSION;
}

static struct found find(const struct pam_chain *c, const char *root)
{
	struct found f = {.last_proving = SIZE_MAX, .first_password = SIZE_MAX};

	for (size_t i = 0; i < c->count; i++) {
		enum pam_gate_role role = c->lines[i].kind == PAM_LINE_MODULE ? pam_gate_role(&c->lines[i], root) : PAM_GATE_ROLE_DENY;

		if (f.count[role]++ == 0)
			f.first[role] = i;
		if (proves(role) && f.count[PAM_GATE_ROLE_FINISH] == 0)
			f.last_proving = i;
		if (role == PAM_GATE_ROLE_PASSWORD && f.first_password == SIZE_MAX)
			f.first_password = i;
	}
	return f;
}

static bool refuses(const struct pam_line *line)
{
	return line->actions[PAM_CODE_auth_err] == PAM_ACTION_DIE && line->actions[PAM_CODE_perm_denied] == PAM_ACTION_DIE &&
	       line->actions[PAM_CODE_module_unknown] == PAM_ACTION_DIE;
}

static struct pam_set half(const char *problem, const struct pam_line *line)
{
	return (struct pam_set){.state = PAM_SET_HALF, .problem = problem, .line = line};
}

static const struct pam_set WHOLE = {.state = PAM_SET_WHOLE, .problem = ""};

static struct pam_set judge_auth(const struct pam_chain *c, const struct found *f)
{
	const struct pam_line *begin, *failed, *finish;

	if (f->count[PAM_GATE_ROLE_BEGIN] != 1 || f->count[PAM_GATE_ROLE_FAILED] != 1 || f->count[PAM_GATE_ROLE_FINISH] != 1)
		return half("common-auth must hold each of begin, failed and finish of pam_mutex.so once", NULL);
	begin = &c->lines[f->first[PAM_GATE_ROLE_BEGIN]];
	failed = &c->lines[f->first[PAM_GATE_ROLE_FAILED]];
	finish = &c->lines[f->first[PAM_GATE_ROLE_FINISH]];
	if (begin != &c->lines[0])
		return half("\"pam_mutex.so begin\" must be the first auth line", begin);
	if (!refuses(begin) || begin->actions[PAM_CODE_ignore] != PAM_ACTION_IGNORE || begin->actions[PAM_CODE_success] <= 0)
		return half("\"pam_mutex.so begin\" must have the control [success=N ignore=ignore default=die]", begin);
	if (f->first_password != SIZE_MAX && pam_stack_option(&c->lines[f->first_password], "use_first_pass") != NULL)
		return half("the first module that wants a password does not ask for one (use_first_pass)", &c->lines[f->first_password]);
	if (f->last_proving != SIZE_MAX && failed < &c->lines[f->last_proving])
		return half("a module that asks for a password stands behind \"pam_mutex.so failed\", so that not all failures reach it", failed);
	if (failed->actions[PAM_CODE_auth_err] != PAM_ACTION_IGNORE || failed->actions[PAM_CODE_ignore] != PAM_ACTION_IGNORE)
		return half("\"pam_mutex.so failed\" must have the control [default=ignore]", failed);
	if (finish < failed || !refuses(finish))
		return half("\"pam_mutex.so finish\" must be requisite and stand behind the others", finish);
	return WHOLE;
}

static size_t ours(const struct found *f)
{
	return f->count[PAM_GATE_ROLE_BEGIN] + f->count[PAM_GATE_ROLE_FAILED] + f->count[PAM_GATE_ROLE_FINISH] + f->count[PAM_GATE_ROLE_ACCOUNT];
}

struct pam_set pam_set_judge(const struct pam_chain *auth, const struct pam_chain *account, const struct pam_chain *session, const char *root)
{
	struct found in_auth = find(auth, root), in_account = find(account, root), in_session = find(session, root);
	const struct pam_line *gate;
	struct pam_set set;

	if (ours(&in_auth) + ours(&in_account) + ours(&in_session) == 0)
		return (struct pam_set){.state = PAM_SET_NONE, .problem = ""};
	set = judge_auth(auth, &in_auth);
	if (set.state != PAM_SET_WHOLE)
		return set;
	if (in_account.count[PAM_GATE_ROLE_ACCOUNT] == 0)
		return half("common-account must hold the line of pam_mutex.so", NULL);
	gate = &account->lines[in_account.first[PAM_GATE_ROLE_ACCOUNT]];
	/* An expired password ends the stack at pam_unix, so the gate must have been asked before. */
	if (gate != &account->lines[0] || !refuses(gate))
		return half("the account line of pam_mutex.so must be requisite and the first", gate);
	if (in_session.count[PAM_GATE_ROLE_ACCOUNT] == 0)
		return half("common-session must hold the line of pam_mutex.so", NULL);
	return WHOLE;
}
