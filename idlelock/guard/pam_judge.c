/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks all paths of a password stack and looks for one on which an unjudged password is set. */
#include "pam_judge.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

/* What modules of Debian do in the password stack. Those without pam_sm_chauthtok are harmless: libpam calls nothing. */
static const struct module_row {
	const char *name;
	enum pam_role role;
} MODULES[] = {
	{"pam_mutex", PAM_ROLE_MUTEX},
	{"pam_deny", PAM_ROLE_DENY},
	{"pam_permit", PAM_ROLE_PERMIT},
	{"pam_unix", PAM_ROLE_ASKING_SETTER},
	{"pam_tcb", PAM_ROLE_ASKING_SETTER},
	{"pam_sss", PAM_ROLE_SETTER},
	{"pam_ldap", PAM_ROLE_SETTER},
	{"pam_krb5", PAM_ROLE_SETTER},
	{"pam_heimdal", PAM_ROLE_SETTER},
	{"pam_winbind", PAM_ROLE_SETTER},
	{"pam_systemd_home", PAM_ROLE_SETTER},
	{"pam_himmelblau", PAM_ROLE_SETTER},
	{"pam_kanidm", PAM_ROLE_SETTER},
	{"pam_mysql", PAM_ROLE_SETTER},
	{"pam_pgsql", PAM_ROLE_SETTER},
	{"pam_radius_auth", PAM_ROLE_SETTER},
	{"pam_tacplus", PAM_ROLE_SETTER},
	{"pam_smbpass", PAM_ROLE_SETTER},
	{"pam_pwquality", PAM_ROLE_CHECKER},
	{"pam_passwdqc", PAM_ROLE_CHECKER},
	{"pam_cracklib", PAM_ROLE_CHECKER},
	{"pam_pwhistory", PAM_ROLE_CHECKER},
	{"pam_access", PAM_ROLE_HARMLESS},
	{"pam_cap", PAM_ROLE_HARMLESS},
	{"pam_ccreds", PAM_ROLE_HARMLESS},
	{"pam_duo", PAM_ROLE_HARMLESS},
	{"pam_echo", PAM_ROLE_HARMLESS},
	{"pam_ecryptfs", PAM_ROLE_HARMLESS},
	{"pam_env", PAM_ROLE_HARMLESS},
	{"pam_faildelay", PAM_ROLE_HARMLESS},
	{"pam_faillock", PAM_ROLE_HARMLESS},
	{"pam_fprintd", PAM_ROLE_HARMLESS},
	{"pam_fscrypt", PAM_ROLE_HARMLESS},
	{"pam_gdm", PAM_ROLE_HARMLESS},
	{"pam_gnome_keyring", PAM_ROLE_HARMLESS},
	{"pam_google_authenticator", PAM_ROLE_HARMLESS},
	{"pam_group", PAM_ROLE_HARMLESS},
	{"pam_issue", PAM_ROLE_HARMLESS},
	{"pam_keyinit", PAM_ROLE_HARMLESS},
	{"pam_kwallet", PAM_ROLE_HARMLESS},
	{"pam_kwallet5", PAM_ROLE_HARMLESS},
	{"pam_lastlog", PAM_ROLE_HARMLESS},
	{"pam_limits", PAM_ROLE_HARMLESS},
	{"pam_listfile", PAM_ROLE_HARMLESS},
	{"pam_localuser", PAM_ROLE_HARMLESS},
	{"pam_loginuid", PAM_ROLE_HARMLESS},
	{"pam_mail", PAM_ROLE_HARMLESS},
	{"pam_mkhomedir", PAM_ROLE_HARMLESS},
	{"pam_motd", PAM_ROLE_HARMLESS},
	{"pam_mount", PAM_ROLE_HARMLESS},
	{"pam_namespace", PAM_ROLE_HARMLESS},
	{"pam_nologin", PAM_ROLE_HARMLESS},
	{"pam_oath", PAM_ROLE_HARMLESS},
	{"pam_p11", PAM_ROLE_HARMLESS}, /* changes a card's PIN, no password */
	{"pam_pkcs11", PAM_ROLE_HARMLESS},
	{"pam_rootok", PAM_ROLE_HARMLESS},
	{"pam_securetty", PAM_ROLE_HARMLESS},
	{"pam_selinux", PAM_ROLE_HARMLESS},
	{"pam_shells", PAM_ROLE_HARMLESS},
	{"pam_ssh", PAM_ROLE_HARMLESS},
	{"pam_succeed_if", PAM_ROLE_HARMLESS},
	{"pam_systemd", PAM_ROLE_HARMLESS},
	{"pam_time", PAM_ROLE_HARMLESS},
	{"pam_tty_audit", PAM_ROLE_HARMLESS},
	{"pam_u2f", PAM_ROLE_HARMLESS},
	{"pam_umask", PAM_ROLE_HARMLESS},
	{"pam_usertype", PAM_ROLE_HARMLESS},
	{"pam_warn", PAM_ROLE_HARMLESS},
	{"pam_wheel", PAM_ROLE_HARMLESS},
	{"pam_winbind_krb5_localauth", PAM_ROLE_HARMLESS},
	{"pam_xauth", PAM_ROLE_HARMLESS},
	{"pam_yubico", PAM_ROLE_HARMLESS},
	{"pam_zfs_key", PAM_ROLE_HARMLESS},
};

enum pam_role pam_judge_role(const struct pam_line *line)
{
	char buffer[64];
	const char *name = pam_stack_module(line, &buffer);

	if (name == NULL)
		return PAM_ROLE_UNKNOWN;
	for (size_t i = 0; i < sizeof MODULES / sizeof MODULES[0]; i++) {
		if (strcmp(name, MODULES[i].name) == 0)
			return MODULES[i].role;
	}
	return PAM_ROLE_UNKNOWN;
}

/* The password at hand (PAM_AUTHTOK) on a path. */
enum token {
	TOKEN_NONE,    /* nobody asked yet */
	TOKEN_FOREIGN, /* asked by a module that is not pam_mutex, after whatever pam_mutex said */
	TOKEN_REFUSED, /* pam_mutex failed or refused, and the walk went on */
	TOKEN_CLEARED, /* pam_mutex agreed, then another module refused and took it away */
	TOKEN_JUDGED,
	TOKEN_MAX
};

/* While one stack is judged. */
struct walk {
	struct pam_walk paths;
	const struct pam_chain *chain;
	const enum pam_role *roles; /* of the lines */
	const char *root;
};

static bool bound(const struct pam_line *line)
{
	return pam_stack_option(line, "use_authtok") != NULL || pam_stack_option(line, "use_first_pass") != NULL;
}

static bool guards(const struct walk *w, const struct pam_line *line)
{
	const char *root = pam_stack_option(line, "root");

	return pam_judge_role(line) == PAM_ROLE_MUTEX && (root == NULL || strcmp(root, w->root) == 0);
}

/* Which codes a line can return in chauthtok. pam_mutex never says ignore or new_authtok_reqd there (its tests hold it to that). */
static bool may_return(enum pam_role role, enum pam_code code)
{
	switch (role) {
	case PAM_ROLE_DENY:
		return code == PAM_CODE_authtok_err || code == PAM_CODE_module_unknown;
	case PAM_ROLE_PERMIT:
		return code == PAM_CODE_success || code == PAM_CODE_module_unknown;
	case PAM_ROLE_MUTEX:
		return code != PAM_CODE_ignore && code != PAM_CODE_new_authtok_reqd && code != PAM_CODE_incomplete;
	case PAM_ROLE_UNKNOWN:
	case PAM_ROLE_SETTER:
	case PAM_ROLE_ASKING_SETTER:
	case PAM_ROLE_CHECKER:
	case PAM_ROLE_HARMLESS:
	case PAM_ROLE_MAX:
		break;
	}
	return code != PAM_CODE_incomplete; /* that one stops the walk; the program comes back to the same line */
}

/* What a line's return does to the password at hand. */
static enum token next_token(const struct walk *w, unsigned position, enum token token, enum pam_code code)
{
	const struct pam_line *line = &w->chain->lines[position];
	bool success = code == PAM_CODE_success;

	switch (w->roles[position]) {
	case PAM_ROLE_MUTEX:
		if (!guards(w, line))
			return token;
		if (code == PAM_CODE_module_unknown)
			return token == TOKEN_JUDGED ? token : token == TOKEN_FOREIGN ? token : TOKEN_REFUSED;
		return success ? TOKEN_JUDGED : TOKEN_REFUSED;
	case PAM_ROLE_CHECKER:
		if (success)
			return bound(line) ? token : TOKEN_FOREIGN;
		return token == TOKEN_JUDGED ? TOKEN_CLEARED : token;
	case PAM_ROLE_SETTER:
	case PAM_ROLE_ASKING_SETTER:
		return token == TOKEN_JUDGED && !success ? TOKEN_CLEARED : token;
	case PAM_ROLE_UNKNOWN:
	case PAM_ROLE_HARMLESS:
	case PAM_ROLE_DENY:
	case PAM_ROLE_PERMIT:
	case PAM_ROLE_MAX:
		break;
	}
	return token;
}

/* The verdict on a line that is run at this point of the updating pass. */
static enum pam_verdict judge_run(const struct walk *w, const struct pam_point *p)
{
	const struct pam_line *line = &w->chain->lines[p->position];
	enum pam_role role = w->roles[p->position];

	if (role != PAM_ROLE_SETTER && role != PAM_ROLE_ASKING_SETTER && role != PAM_ROLE_UNKNOWN)
		return PAM_NO_CHANGE;
	switch ((enum token)p->mark) {
	case TOKEN_NONE:
	case TOKEN_FOREIGN:
	case TOKEN_MAX:
		break;
	case TOKEN_REFUSED:
		return bound(line) && p->impression == PAM_IMPRESSION_BAD ? PAM_WEAK : PAM_BYPASS;
	case TOKEN_CLEARED:
		return bound(line) ? PAM_GUARDED : PAM_WEAK;
	case TOKEN_JUDGED:
		return role == PAM_ROLE_ASKING_SETTER && !bound(line) ? PAM_BYPASS : PAM_GUARDED;
	}
	return PAM_BYPASS;
}

static bool rule_may_return(const void *context, unsigned position, enum pam_code code)
{
	const struct walk *w = context;

	return may_return(w->roles[position], code);
}

static unsigned rule_next_mark(const void *context, unsigned position, unsigned mark, enum pam_code code)
{
	return next_token(context, position, (enum token)mark, code);
}

static const struct pam_walk_rules RULES = {.may_return = rule_may_return, .next_mark = rule_next_mark};

/* The whole preliminary pass: can it succeed? Only then libpam makes the second one. */
static bool preliminary_succeeds(struct pam_walk *paths)
{
	for (uint32_t i = 0; i < paths->count; i++) {
		if (pam_walk_ended(paths, i) && paths->nodes[i].point.impression == PAM_IMPRESSION_GOOD)
			return true;
		pam_walk_step(paths, i);
	}
	return paths->full;
}

/* The updating pass: the worst that any line on any path can do; the first of its kind is kept. */
static enum pam_verdict worst_update(struct walk *w, uint32_t *ret_node)
{
	enum pam_verdict worst = PAM_NO_CHANGE;

	for (uint32_t i = 0; i < w->paths.count; i++) {
		const struct pam_point *p = &w->paths.nodes[i].point;
		enum pam_verdict here = PAM_NO_CHANGE;

		if (pam_walk_ended(&w->paths, i))
			continue;
		if (w->chain->lines[p->position].kind == PAM_LINE_MODULE)
			here = judge_run(w, p);
		if (here < worst) {
			worst = here;
			*ret_node = i;
		}
		if (worst == PAM_BYPASS)
			break;
		pam_walk_step(&w->paths, i);
	}
	return worst;
}

/* The line on the path whose return took the password at hand to what it is. */
static const struct pam_line *last_on_path(const struct walk *w, uint32_t node, enum pam_role role)
{
	const struct pam_node *nodes = w->paths.nodes;

	for (uint32_t i = nodes[node].parent; i != PAM_WALK_NO_PARENT; i = nodes[i].parent) {
		const struct pam_line *line = &w->chain->lines[nodes[i].point.position];

		if (line->kind == PAM_LINE_MODULE && pam_judge_role(line) == role)
			return line;
	}
	return NULL;
}

static const struct pam_line *first_guard(const struct walk *w)
{
	for (size_t i = 0; i < w->chain->count; i++) {
		if (guards(w, &w->chain->lines[i]))
			return &w->chain->lines[i];
	}
	return NULL;
}

static void name_cause(const struct walk *w, uint32_t node, struct pam_judgement *j)
{
	const struct pam_line *guard = first_guard(w);

	j->setter = &w->chain->lines[w->paths.nodes[node].point.position];
	switch ((enum token)w->paths.nodes[node].point.mark) {
	case TOKEN_NONE:
	case TOKEN_MAX:
		break;
	case TOKEN_FOREIGN:
		if (guard == NULL || guard > j->setter || last_on_path(w, node, PAM_ROLE_MUTEX) == NULL)
			break;
		j->cause = PAM_CAUSE_CHECKER_ASKS;
		j->culprit = last_on_path(w, node, PAM_ROLE_CHECKER);
		return;
	case TOKEN_REFUSED:
		j->cause = PAM_CAUSE_REFUSAL;
		j->culprit = last_on_path(w, node, PAM_ROLE_MUTEX);
		return;
	case TOKEN_CLEARED:
	case TOKEN_JUDGED:
		j->cause = PAM_CAUSE_SETTER_ASKS;
		j->culprit = j->setter;
		return;
	}
	if (guard == NULL) {
		j->cause = PAM_CAUSE_MISSING;
	} else if (guard > j->setter) {
		j->cause = PAM_CAUSE_BEFORE;
		j->culprit = guard;
	} else {
		j->cause = PAM_CAUSE_SKIPPED;
		j->culprit = pam_walk_skipper(&w->paths, node, (size_t)(guard - w->chain->lines));
	}
}

static bool find_roles(struct walk *w, struct arena *scratch)
{
	enum pam_role *roles = ARENA_NEW(scratch, enum pam_role, w->chain->count + 1);

	for (size_t i = 0; roles != NULL && i < w->chain->count; i++)
		roles[i] = pam_judge_role(&w->chain->lines[i]);
	w->roles = roles;
	return roles != NULL;
}

void pam_judge(const struct pam_service *service, const char *root, struct arena *scratch, struct pam_judgement *ret_judgement)
{
	struct walk w = {.chain = &service->phases[PAM_PHASE_PASSWORD], .root = root};
	struct pam_judgement j = {.verdict = PAM_UNPROVABLE, .from_other = w.chain->from_other};
	struct arena memory = *scratch;
	uint32_t node = 0;

	*ret_judgement = j;
	if (service->doubtful || !find_roles(&w, &memory) || !pam_walk_init(&w.paths, w.chain, &RULES, &w, &memory))
		return;
	if (service->dead) {
		ret_judgement->verdict = PAM_DEAD;
		return;
	}
	pam_walk_start(&w.paths, TOKEN_NONE);
	if (w.chain->count == 0 || !preliminary_succeeds(&w.paths)) {
		ret_judgement->verdict = PAM_NO_CHANGE;
		return;
	}
	pam_walk_start(&w.paths, TOKEN_NONE);
	j.verdict = worst_update(&w, &node);
	if (w.paths.full && j.verdict != PAM_BYPASS)
		return;
	if (j.verdict == PAM_BYPASS || j.verdict == PAM_WEAK) {
		name_cause(&w, node, &j);
		j.path_len = pam_walk_path(&w.paths, node, j.path);
	}
	*ret_judgement = j;
}

bool pam_judge_holds(enum pam_verdict verdict)
{
	return verdict != PAM_BYPASS && verdict != PAM_UNPROVABLE;
}

static const char *const VERDICT_NAMES[PAM_VERDICT_MAX] = {
	[PAM_BYPASS] = "bypass",
	[PAM_UNPROVABLE] = "unprovable",
	[PAM_WEAK] = "weak",
	[PAM_GUARDED] = "guarded",
	[PAM_NO_CHANGE] = "no-change",
	[PAM_DEAD] = "dead",
};
static_assert(PAM_VERDICT_MAX == 6, "VERDICT_NAMES");

static const char *const CAUSE_NAMES[PAM_CAUSE_MAX] = {
	[PAM_CAUSE_NONE] = "",
	[PAM_CAUSE_MISSING] = "missing",
	[PAM_CAUSE_BEFORE] = "before",
	[PAM_CAUSE_SKIPPED] = "skipped",
	[PAM_CAUSE_REFUSAL] = "refusal-ignored",
	[PAM_CAUSE_SETTER_ASKS] = "setter-asks",
	[PAM_CAUSE_CHECKER_ASKS] = "checker-asks",
};
static_assert(PAM_CAUSE_MAX == 7, "CAUSE_NAMES");

const char *pam_judge_verdict_name(enum pam_verdict verdict)
{
	return VERDICT_NAMES[verdict];
}

const char *pam_judge_cause_name(enum pam_cause cause)
{
	return CAUSE_NAMES[cause];
}

/* "pam_unix.so (/etc/pam.d/common-password:26)" */
static void add_line(struct text *t, const struct pam_line *line)
{
	const char *module = *line->module != '\0' ? line->module : "the broken line";

	text_add_escaped(t, module, strlen(module));
	text_add(t, " (");
	text_add_escaped(t, line->file, strlen(line->file));
	text_add_format(t, ":%u)", line->line);
}

/* A line that the table does not know only may set a password. */
static void add_setter(struct text *t, const struct pam_line *line)
{
	add_line(t, line);
	text_add(t, pam_judge_role(line) == PAM_ROLE_UNKNOWN ? ", which is not known and may set a password," : "");
}

static void add_bypass(struct text *t, const struct pam_judgement *j)
{
	switch (j->cause) {
	case PAM_CAUSE_NONE:
	case PAM_CAUSE_MAX:
		break;
	case PAM_CAUSE_MISSING:
		text_add(t, "no line of pam_mutex.so stands before ");
		add_setter(t, j->setter);
		break;
	case PAM_CAUSE_BEFORE:
		add_setter(t, j->setter);
		text_add(t, " stands before ");
		add_line(t, j->culprit);
		break;
	case PAM_CAUSE_SKIPPED:
		add_line(t, j->culprit != NULL ? j->culprit : j->setter);
		text_add(t, " can lead past pam_mutex.so to ");
		add_setter(t, j->setter);
		break;
	case PAM_CAUSE_REFUSAL:
		text_add(t, "when ");
		add_line(t, j->culprit != NULL ? j->culprit : j->setter);
		text_add(t, " refuses, its control goes on to ");
		add_setter(t, j->setter);
		break;
	case PAM_CAUSE_SETTER_ASKS:
		add_setter(t, j->setter);
		text_add(t, j->verdict == PAM_WEAK ? " asks for a password itself when a module before it refused the judged one"
						   : " asks for another password itself when it refuses the judged one");
		break;
	case PAM_CAUSE_CHECKER_ASKS:
		add_line(t, j->culprit != NULL ? j->culprit : j->setter);
		text_add(t, " asks for another password when it refuses the judged one, and ");
		add_setter(t, j->setter);
		text_add(t, " takes that");
		break;
	}
}

void pam_judge_add_reason(struct text *t, const struct pam_judgement *j)
{
	switch (j->verdict) {
	case PAM_BYPASS:
	case PAM_WEAK:
		add_bypass(t, j);
		break;
	case PAM_UNPROVABLE:
		text_add(t, "the files cannot be followed as libpam does");
		break;
	case PAM_GUARDED:
		text_add(t, "every password is judged");
		break;
	case PAM_NO_CHANGE:
		text_add(t, "no password can be changed here");
		break;
	case PAM_DEAD:
		text_add(t, "libpam gives up on this service, so nothing works in it");
		break;
	case PAM_VERDICT_MAX:
		break;
	}
}

void pam_judge_add_remedy(struct text *t, const struct pam_judgement *j)
{
	if (j->verdict == PAM_UNPROVABLE || j->verdict == PAM_DEAD) {
		text_add(t, "mend the lines that are named");
		return;
	}
	switch (j->cause) {
	case PAM_CAUSE_NONE:
	case PAM_CAUSE_MAX:
		break;
	case PAM_CAUSE_MISSING:
		if (j->setter != NULL && strstr(j->setter->file, "/common-") == NULL) {
			text_add(t, "replace the password lines of ");
			text_add_escaped(t, j->setter->file, strlen(j->setter->file));
			text_add(t, " by \"@include common-password\"");
		} else {
			text_add(t, "run \"mutexctl apply\"");
		}
		break;
	case PAM_CAUSE_BEFORE:
		text_add(t, "put \"@include common-password\" in front of that line, or take the line away");
		break;
	case PAM_CAUSE_SKIPPED:
		text_add(t, "change that line's control, or put it behind pam_mutex.so");
		break;
	case PAM_CAUSE_REFUSAL:
		if (j->culprit != NULL && j->culprit->actions[PAM_CODE_authtok_err] == PAM_ACTION_DIE)
			text_add(t, "write \"include\" instead of \"substack\", which ends at the refusal but lets the service go on");
		else
			text_add(t, "give the line of pam_mutex.so the control \"requisite\"");
		break;
	case PAM_CAUSE_SETTER_ASKS:
		text_add(t, "add \"use_authtok\" to that line (pam-auth-update keeps it)");
		break;
	case PAM_CAUSE_CHECKER_ASKS:
		text_add(t, "run \"mutexctl apply\", which lets pam_mutex.so judge again behind it, or add \"use_authtok\" to that line");
		break;
	}
}

void pam_judge_add_path(struct text *t, const struct pam_judgement *j)
{
	for (size_t i = 0; i < j->path_len; i++) {
		const struct pam_step *step = &j->path[i];

		if (i > 0)
			text_add(t, "; ");
		add_line(t, step->line);
		if (i + 1 == j->path_len) {
			text_add(t, " sets a password");
			return;
		}
		text_add_char(t, ' ');
		text_add(t, step->line->kind == PAM_LINE_MUST_FAIL ? "perm_denied" : pam_stack_code_name(step->code));
		text_add(t, ": ");
		pam_stack_add_action(t, step->line->actions[step->code]);
	}
}
