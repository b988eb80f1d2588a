/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks all paths of the auth and account stacks and looks for one that lets somebody in past pam_mutex. */
#include "pam_gate.h"

#include <assert.h>
#include <string.h>

#include "options.h"

/* What modules of Debian do in the auth stack. */
static const struct module_row {
	const char *name;
	enum pam_gate_role role;
} MODULES[] = {
	{"pam_unix", PAM_GATE_ROLE_PASSWORD},
	{"pam_sss", PAM_GATE_ROLE_PASSWORD},
	{"pam_ldap", PAM_GATE_ROLE_PASSWORD},
	{"pam_krb5", PAM_GATE_ROLE_PASSWORD},
	{"pam_heimdal", PAM_GATE_ROLE_PASSWORD},
	{"pam_winbind", PAM_GATE_ROLE_PASSWORD},
	{"pam_systemd_home", PAM_GATE_ROLE_PASSWORD},
	{"pam_himmelblau", PAM_GATE_ROLE_PASSWORD},
	{"pam_kanidm", PAM_GATE_ROLE_PASSWORD},
	{"pam_tcb", PAM_GATE_ROLE_PASSWORD},
	{"pam_fprintd", PAM_GATE_ROLE_POSSESSION},
	{"pam_u2f", PAM_GATE_ROLE_POSSESSION},
	{"pam_pkcs11", PAM_GATE_ROLE_POSSESSION},
	{"pam_p11", PAM_GATE_ROLE_POSSESSION},
	{"pam_poldi", PAM_GATE_ROLE_POSSESSION},
	{"pam_ssh_agent_auth", PAM_GATE_ROLE_POSSESSION},
	{"pam_deny", PAM_GATE_ROLE_DENY},
	{"pam_rootok", PAM_GATE_ROLE_ROOT_OK},
	{"pam_permit", PAM_GATE_ROLE_CHECK},
	{"pam_access", PAM_GATE_ROLE_CHECK},
	{"pam_cap", PAM_GATE_ROLE_CHECK},
	{"pam_debug", PAM_GATE_ROLE_CHECK},
	{"pam_echo", PAM_GATE_ROLE_CHECK},
	{"pam_ecryptfs", PAM_GATE_ROLE_CHECK},
	{"pam_env", PAM_GATE_ROLE_CHECK},
	{"pam_faildelay", PAM_GATE_ROLE_CHECK},
	{"pam_faillock", PAM_GATE_ROLE_CHECK},
	{"pam_fscrypt", PAM_GATE_ROLE_CHECK},
	{"pam_gdm", PAM_GATE_ROLE_CHECK},
	{"pam_gnome_keyring", PAM_GATE_ROLE_CHECK},
	{"pam_group", PAM_GATE_ROLE_CHECK},
	{"pam_issue", PAM_GATE_ROLE_CHECK},
	{"pam_keyinit", PAM_GATE_ROLE_CHECK},
	{"pam_kwallet", PAM_GATE_ROLE_CHECK},
	{"pam_kwallet5", PAM_GATE_ROLE_CHECK},
	{"pam_lastlog", PAM_GATE_ROLE_CHECK},
	{"pam_listfile", PAM_GATE_ROLE_CHECK},
	{"pam_localuser", PAM_GATE_ROLE_CHECK},
	{"pam_mail", PAM_GATE_ROLE_CHECK},
	{"pam_mount", PAM_GATE_ROLE_CHECK},
	{"pam_nologin", PAM_GATE_ROLE_CHECK},
	{"pam_rhosts", PAM_GATE_ROLE_CHECK},
	{"pam_securetty", PAM_GATE_ROLE_CHECK},
	{"pam_selinux", PAM_GATE_ROLE_CHECK},
	{"pam_sepermit", PAM_GATE_ROLE_CHECK},
	{"pam_setquota", PAM_GATE_ROLE_CHECK},
	{"pam_shells", PAM_GATE_ROLE_CHECK},
	{"pam_succeed_if", PAM_GATE_ROLE_CHECK},
	{"pam_time", PAM_GATE_ROLE_CHECK},
	{"pam_timestamp", PAM_GATE_ROLE_CHECK},
	{"pam_usertype", PAM_GATE_ROLE_CHECK},
	{"pam_warn", PAM_GATE_ROLE_CHECK},
	{"pam_wheel", PAM_GATE_ROLE_CHECK},
	{"pam_xauth", PAM_GATE_ROLE_CHECK},
	{"pam_zfs_key", PAM_GATE_ROLE_CHECK},
};

/* pam_sss takes a card alone, or a card before the password. */
static bool asks_for_card(const struct pam_line *line)
{
	return pam_stack_option(line, "require_cert_auth") != NULL || pam_stack_option(line, "try_cert_auth") != NULL;
}

static enum pam_gate_role mutex_role(const struct pam_line *line, const char *root)
{
	static const enum pam_gate_role roles[OPTIONS_LINE_MAX] = {
		[OPTIONS_OTHER_LINE] = PAM_GATE_ROLE_ACCOUNT,
		[OPTIONS_BEGIN] = PAM_GATE_ROLE_BEGIN,
		[OPTIONS_FAILED] = PAM_GATE_ROLE_FAILED,
		[OPTIONS_FINISH] = PAM_GATE_ROLE_FINISH,
	};
	const char *other = pam_stack_option(line, "root");
	struct options options;
	int bad;

	if (other != NULL && strcmp(other, root) != 0)
		return PAM_GATE_ROLE_UNKNOWN;
	/* A mistyped argument makes the module refuse always. */
	if (options_parse((int)line->arg_count, line->args, &options, &bad) < 0)
		return PAM_GATE_ROLE_DENY;
	return roles[options.line];
}

enum pam_gate_role pam_gate_role(const struct pam_line *line, const char *root)
{
	char buffer[64];
	const char *name = pam_stack_module(line, &buffer);

	if (name == NULL)
		return PAM_GATE_ROLE_UNKNOWN;
	if (strcmp(name, "pam_mutex") == 0)
		return mutex_role(line, root);
	if (strcmp(name, "pam_sss") == 0 && asks_for_card(line))
		return PAM_GATE_ROLE_POSSESSION;
	for (size_t i = 0; i < sizeof MODULES / sizeof MODULES[0]; i++) {
		if (strcmp(name, MODULES[i].name) == 0)
			return MODULES[i].role;
	}
	return PAM_GATE_ROLE_UNKNOWN;
}

/* What happened on a path so far. */
enum mark {
	MARK_BEGUN = 1,
	MARK_REFUSED = 2,     /* pam_mutex denied, and the walk went on */
	MARK_PASSWORD = 4,    /* a module that asks for a password agreed, or one that is not known */
	MARK_POSSESSION = 8,
	MARK_ROOT_OK = 16,
	MARK_UNCOUNTED = 32,  /* a password was asked for before begin */
	MARK_FINISHED = 64,   /* finish agreed, and somebody was proven before */
	MARK_EARLY = 128,     /* finish agreed, and nobody was */
	MARK_VERIFIED = 256,  /* begin agreed: the verifier did all, or sshd had seen a public key */
	MARK_BEHIND = 512,    /* a module proved somebody behind finish */
	MARK_GATED = 1024,    /* the account line agreed */
	MARK_LOCKED = 2048,   /* begin denied, and the walk went on */
};
#define MARK_PROVEN (MARK_PASSWORD | MARK_POSSESSION | MARK_ROOT_OK | MARK_VERIFIED)

/* While one stack is judged. */
struct gate {
	struct pam_walk paths;
	const struct pam_chain *chain;
	const enum pam_gate_role *roles;
	const bool *never; /* this line agrees to nobody */
	bool is_account;
	const struct pam_gate_facts *facts;
};

/* "required pam_fprintd.so" must not let in whom nobody asked: only these options let a module say that it is none of its business. */
static bool may_stand_aside(const struct pam_line *line)
{
	static const char *const options[] = {"ignore_unknown_user", "ignore_authinfo_unavail", "nouserok"};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		if (pam_stack_option(line, options[i]) != NULL)
			return true;
	}
	return false;
}

static bool may_return(const void *context, unsigned position, enum pam_code code)
{
	const struct gate *g = context;

	if (code == PAM_CODE_incomplete) /* that one stops the walk; the program comes back to the same line */
		return false;
	if (code == PAM_CODE_success && g->never[position])
		return false;
	switch (g->roles[position]) {
	case PAM_GATE_ROLE_DENY:
		return code == PAM_CODE_auth_err || code == PAM_CODE_acct_expired || code == PAM_CODE_service_err || code == PAM_CODE_module_unknown;
	case PAM_GATE_ROLE_FAILED:
		return code == PAM_CODE_ignore || code == PAM_CODE_auth_err || code == PAM_CODE_module_unknown;
	case PAM_GATE_ROLE_BEGIN:
	case PAM_GATE_ROLE_FINISH:
		return code != PAM_CODE_new_authtok_reqd;
	case PAM_GATE_ROLE_PASSWORD:
	case PAM_GATE_ROLE_POSSESSION:
		return code != PAM_CODE_ignore || g->is_account || may_stand_aside(&g->chain->lines[position]);
	case PAM_GATE_ROLE_UNKNOWN:
	case PAM_GATE_ROLE_CHECK:
	case PAM_GATE_ROLE_ROOT_OK:
	case PAM_GATE_ROLE_ACCOUNT:
	case PAM_GATE_ROLE_MAX:
		break;
	}
	return true;
}

static unsigned with_proof(unsigned mark, unsigned proof, bool success)
{
	if ((mark & MARK_BEGUN) == 0 && proof == MARK_PASSWORD)
		mark |= MARK_UNCOUNTED;
	if (!success)
		return mark;
	if ((mark & (MARK_FINISHED | MARK_EARLY)) != 0)
		mark |= MARK_BEHIND;
	return mark | proof;
}

static unsigned with_finish(unsigned mark, enum pam_code code)
{
	if (code != PAM_CODE_success && code != PAM_CODE_ignore)
		return mark | MARK_REFUSED;
	return mark | ((mark & MARK_PROVEN) != 0 ? MARK_FINISHED : MARK_EARLY);
}

static unsigned next_auth_mark(const void *context, unsigned position, unsigned mark, enum pam_code code)
{
	const struct gate *g = context;
	bool success = code == PAM_CODE_success;

	switch (g->roles[position]) {
	case PAM_GATE_ROLE_UNKNOWN:
	case PAM_GATE_ROLE_PASSWORD:
		return with_proof(mark, MARK_PASSWORD, success);
	case PAM_GATE_ROLE_POSSESSION:
		return with_proof(mark, MARK_POSSESSION, success);
	case PAM_GATE_ROLE_ROOT_OK:
		return success ? mark | MARK_ROOT_OK : mark;
	case PAM_GATE_ROLE_BEGIN:
		if (success || code == PAM_CODE_ignore)
			return mark | MARK_BEGUN | (success ? MARK_VERIFIED : 0U);
		return mark | MARK_BEGUN | MARK_REFUSED | MARK_LOCKED;
	case PAM_GATE_ROLE_FINISH:
		return with_finish(mark, code);
	case PAM_GATE_ROLE_FAILED:
	case PAM_GATE_ROLE_CHECK:
	case PAM_GATE_ROLE_DENY:
	case PAM_GATE_ROLE_ACCOUNT:
	case PAM_GATE_ROLE_MAX:
		break;
	}
	return mark;
}

static unsigned next_account_mark(const void *context, unsigned position, unsigned mark, enum pam_code code)
{
	const struct gate *g = context;

	if (g->roles[position] != PAM_GATE_ROLE_ACCOUNT)
		return mark;
	return mark | (code == PAM_CODE_success || code == PAM_CODE_ignore || code == PAM_CODE_new_authtok_reqd ? MARK_GATED : MARK_REFUSED);
}

static const struct pam_walk_rules AUTH_RULES = {.may_return = may_return, .next_mark = next_auth_mark};
static const struct pam_walk_rules ACCOUNT_RULES = {.may_return = may_return, .next_mark = next_account_mark};

/* "user ingroup nopasswdlogin": agrees to nobody while the group is empty. */
static bool agrees_to_nobody(const struct gate *g, const struct pam_line *line)
{
	char buffer[64];
	const char *name = pam_stack_module(line, &buffer);

	if (name == NULL || strcmp(name, "pam_succeed_if") != 0 || g->facts->group_is_empty == NULL)
		return false;
	for (size_t i = 0; i + 2 < line->arg_count; i++) {
		if (strcmp(line->args[i], "user") == 0 && strcmp(line->args[i + 1], "ingroup") == 0 && strchr(line->args[i + 2], ':') == NULL)
			return g->facts->group_is_empty(g->facts->context, line->args[i + 2]);
	}
	return false;
}

static bool gate_init(struct gate *g, const struct pam_walk_rules *rules, struct arena *scratch)
{
	enum pam_gate_role *roles = ARENA_NEW(scratch, enum pam_gate_role, g->chain->count + 1);
	bool *never = ARENA_NEW(scratch, bool, g->chain->count + 1);

	if (roles == NULL || never == NULL)
		return false;
	for (size_t i = 0; i < g->chain->count; i++) {
		roles[i] = pam_gate_role(&g->chain->lines[i], g->facts->root);
		never[i] = agrees_to_nobody(g, &g->chain->lines[i]);
	}
	g->roles = roles;
	g->never = never;
	return pam_walk_init(&g->paths, g->chain, rules, g, scratch);
}

/* The first line with that role at or behind from; NULL when there is none. */
static const struct pam_line *find_role(const struct gate *g, enum pam_gate_role role, size_t from)
{
	for (size_t i = from; i < g->chain->count; i++) {
		if (g->roles[i] == role)
			return &g->chain->lines[i];
	}
	return NULL;
}

static const struct pam_line *last_on_path(const struct gate *g, uint32_t node, unsigned roles)
{
	const struct pam_node *nodes = g->paths.nodes;

	for (uint32_t i = nodes[node].parent; i != PAM_WALK_NO_PARENT; i = nodes[i].parent) {
		unsigned position = nodes[i].point.position;

		if (g->chain->lines[position].kind == PAM_LINE_MODULE && (roles >> g->roles[position] & 1) != 0)
			return &g->chain->lines[position];
	}
	return NULL;
}
#define ROLE_BIT(role) (1U << PAM_GATE_ROLE_##role)
static_assert(PAM_GATE_ROLE_MAX <= 32, "ROLE_BIT");

/* --- account --- */

/* Let in past the gate: which kind of hole. */
static void name_account_cause(const struct gate *g, uint32_t node, struct pam_gate_judgement *j)
{
	const struct pam_line *line = find_role(g, PAM_GATE_ROLE_ACCOUNT, 0);

	j->verdict = PAM_GATE_BYPASS;
	if (line == NULL) {
		j->cause = PAM_GATE_CAUSE_NO_ACCOUNT_LINE;
	} else if ((g->paths.nodes[node].point.mark & MARK_REFUSED) != 0) {
		j->cause = PAM_GATE_CAUSE_ACCOUNT_REFUSAL;
		j->culprit = last_on_path(g, node, ROLE_BIT(ACCOUNT));
	} else {
		j->cause = PAM_GATE_CAUSE_ACCOUNT_SKIPPED;
		j->culprit = pam_walk_skipper(&g->paths, node, (size_t)(line - g->chain->lines));
	}
	j->path_len = pam_walk_path(&g->paths, node, j->path);
}

/* What both stacks have in common. True when there is something to walk. */
static bool start(const struct pam_service *service, struct gate *g, const struct pam_walk_rules *rules, struct arena *memory,
		  struct pam_gate_judgement *j)
{
	*j = (struct pam_gate_judgement){.verdict = PAM_GATE_UNPROVABLE, .from_other = g->chain->from_other};
	if (g->facts->kind == SERVICE_GREETER) {
		j->verdict = PAM_GATE_EXEMPT;
		return false;
	}
	if (service->doubtful || !gate_init(g, rules, memory))
		return false;
	if (service->dead) {
		j->verdict = PAM_GATE_DEAD;
		return false;
	}
	pam_walk_start(&g->paths, 0);
	return true;
}

void pam_gate_judge_account(const struct pam_service *service, const struct pam_gate_facts *facts, struct arena *scratch,
			    struct pam_gate_judgement *ret_judgement)
{
	struct gate g = {.chain = &service->phases[PAM_PHASE_ACCOUNT], .facts = facts, .is_account = true};
	struct pam_gate_judgement *j = ret_judgement;
	struct arena memory = *scratch;
	bool open = false;

	if (!start(service, &g, &ACCOUNT_RULES, &memory, j))
		return;
	for (uint32_t i = 0; i < g.paths.count; i++) {
		const struct pam_point *p = &g.paths.nodes[i].point;

		/* OTHER may be "the password must be changed", which lets people in behind the change. */
		if (pam_walk_ended(&g.paths, i) && (p->impression == PAM_IMPRESSION_GOOD || p->impression == PAM_IMPRESSION_OTHER)) {
			open = true;
			if ((p->mark & MARK_GATED) == 0) {
				name_account_cause(&g, i, j);
				return;
			}
		}
		pam_walk_step(&g.paths, i);
	}
	if (!g.paths.full)
		j->verdict = open ? PAM_GATE_GUARDED : PAM_GATE_CLOSED;
}

/* --- auth --- */

/* Some of our lines, and not those that belong to them. */
static bool is_half(const struct gate *g, const struct pam_line **ret_line)
{
	const struct pam_line *begin = find_role(g, PAM_GATE_ROLE_BEGIN, 0), *failed = find_role(g, PAM_GATE_ROLE_FAILED, 0),
			      *finish = find_role(g, PAM_GATE_ROLE_FINISH, 0), *password = find_role(g, PAM_GATE_ROLE_PASSWORD, 0);

	*ret_line = begin != NULL ? begin : failed != NULL ? failed : finish;
	if (begin != NULL)
		return failed == NULL || finish == NULL;
	return failed != NULL || (finish != NULL && password != NULL);
}

/* Past finish, by whom and what. */
static void name_unfinished(const struct gate *g, uint32_t node, const struct pam_gate_judgement *account, struct pam_gate_judgement *j)
{
	unsigned mark = g->paths.nodes[node].point.mark;
	const struct pam_line *finish = find_role(g, PAM_GATE_ROLE_FINISH, 0);

	j->verdict = PAM_GATE_BYPASS;
	if ((mark & MARK_REFUSED) != 0) {
		j->cause = PAM_GATE_CAUSE_REFUSAL;
		j->culprit = last_on_path(g, node, ROLE_BIT(BEGIN) | ROLE_BIT(FINISH));
		return;
	}
	if ((mark & (MARK_PASSWORD | MARK_POSSESSION | MARK_VERIFIED)) == 0) {
		j->cause = (mark & MARK_ROOT_OK) != 0 ? PAM_GATE_CAUSE_ROOT_OK : PAM_GATE_CAUSE_OPEN_DOOR;
		j->culprit = last_on_path(g, node, (mark & MARK_ROOT_OK) != 0 ? ROLE_BIT(ROOT_OK) : ROLE_BIT(CHECK));
		return;
	}
	j->cause = finish == NULL ? PAM_GATE_CAUSE_NO_LINES : PAM_GATE_CAUSE_SKIPPED;
	if (finish != NULL)
		j->culprit = pam_walk_skipper(&g->paths, node, (size_t)(finish - g->chain->lines));
	else
		j->culprit = last_on_path(g, node, ROLE_BIT(UNKNOWN) | ROLE_BIT(PASSWORD) | ROLE_BIT(POSSESSION));
	/* Nothing was guessed at, and the gate in account denies where the policy demands a second factor. */
	if ((mark & MARK_PASSWORD) == 0 && account->verdict == PAM_GATE_GUARDED)
		j->verdict = PAM_GATE_WEAK;
}

/* Somebody is in. Fills *j with how bad that is; GUARDED when it is as it should be. */
static void judge_entry(const struct gate *g, uint32_t node, const struct pam_gate_judgement *account, struct pam_gate_judgement *j)
{
	unsigned mark = g->paths.nodes[node].point.mark;
	bool root_may = g->facts->kind == SERVICE_SU || g->facts->kind == SERVICE_ACCOUNT_ONLY;
	unsigned proving = ROLE_BIT(UNKNOWN) | ROLE_BIT(PASSWORD) | ROLE_BIT(POSSESSION);

	j->verdict = PAM_GATE_GUARDED;
	if (root_may && (mark & (MARK_ROOT_OK | MARK_PASSWORD | MARK_POSSESSION)) == MARK_ROOT_OK)
		return;
	if ((mark & MARK_LOCKED) != 0) {
		j->verdict = PAM_GATE_BYPASS;
		j->cause = PAM_GATE_CAUSE_REFUSAL;
		j->culprit = last_on_path(g, node, ROLE_BIT(BEGIN));
	} else if ((mark & (MARK_FINISHED | MARK_EARLY)) == 0) {
		name_unfinished(g, node, account, j);
	} else if ((mark & MARK_FINISHED) == 0) {
		j->verdict = PAM_GATE_BYPASS;
		j->cause = (mark & MARK_BEHIND) != 0 ? PAM_GATE_CAUSE_BEHIND : PAM_GATE_CAUSE_OPEN_DOOR;
		j->culprit = last_on_path(g, node, (mark & MARK_BEHIND) != 0 ? proving : ROLE_BIT(CHECK));
	} else if ((mark & MARK_UNCOUNTED) != 0) {
		j->verdict = PAM_GATE_BYPASS;
		j->cause = PAM_GATE_CAUSE_UNCOUNTED;
		j->culprit = find_role(g, PAM_GATE_ROLE_PASSWORD, 0);
	} else if ((mark & MARK_BEHIND) != 0) {
		j->verdict = PAM_GATE_WEAK;
		j->cause = PAM_GATE_CAUSE_BEHIND;
		j->culprit = last_on_path(g, node, proving);
	}
}

static void walk_auth(struct gate *g, const struct pam_gate_judgement *account, struct pam_gate_judgement *j)
{
	struct pam_gate_judgement worst = {.verdict = PAM_GATE_CLOSED, .from_other = j->from_other};

	for (uint32_t i = 0; i < g->paths.count && worst.verdict != PAM_GATE_BYPASS; i++) {
		struct pam_gate_judgement here = {.from_other = j->from_other};

		if (pam_walk_ended(&g->paths, i) && g->paths.nodes[i].point.impression == PAM_IMPRESSION_GOOD) {
			judge_entry(g, i, account, &here);
			if (here.verdict < worst.verdict) {
				worst = here;
				worst.path_len = here.cause != PAM_GATE_CAUSE_NONE ? pam_walk_path(&g->paths, i, worst.path) : 0;
			}
		}
		pam_walk_step(&g->paths, i);
	}
	if (!g->paths.full || worst.verdict == PAM_GATE_BYPASS)
		*j = worst;
}

void pam_gate_judge_auth(const struct pam_service *service, const struct pam_gate_facts *facts, const struct pam_gate_judgement *account,
			 struct arena *scratch, struct pam_gate_judgement *ret_judgement)
{
	struct gate g = {.chain = &service->phases[PAM_PHASE_AUTH], .facts = facts};
	struct pam_gate_judgement *j = ret_judgement;
	struct arena memory = *scratch;
	const struct pam_line *line;

	if (!start(service, &g, &AUTH_RULES, &memory, j))
		return;
	walk_auth(&g, account, j);
	/* Half a set is the reason for whatever the walk found; it does harm even where nobody gets in. */
	if (is_half(&g, &line) && j->cause != PAM_GATE_CAUSE_OPEN_DOOR && j->cause != PAM_GATE_CAUSE_ROOT_OK) {
		j->verdict = PAM_GATE_BYPASS;
		j->cause = PAM_GATE_CAUSE_HALF_SET;
		j->culprit = line;
	}
}
