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

/* libpam's impression and status in one: a positive impression may carry a status that is no success. */
enum impression { IMPRESSION_NONE, IMPRESSION_GOOD, IMPRESSION_OTHER, IMPRESSION_BAD };

/* A point of a walk. Packed into 64 bits it is the key of what was seen. */
struct point {
	unsigned position;
	enum token token;
	enum impression impression;
	uint32_t entries; /* impression at the entry of each substack level, two bits each */
};

struct node {
	struct point point;
	uint32_t parent;
	enum pam_code code; /* that led here from the parent's line */
};

/* Breadth first, so the first bad point found has the shortest path. */
struct walk {
	const struct pam_chain *chain;
	const enum pam_role *roles; /* of the lines */
	const char *root;
	struct node *nodes;
	uint32_t count, max;
	uint32_t *table; /* index + 1 of a node, open addressing */
	uint32_t table_size;
	bool full;
};

#define NO_PARENT UINT32_MAX

static uint64_t point_key(const struct point *p)
{
	return (uint64_t)p->entries << 32 | (uint64_t)p->impression << 20 | (uint64_t)p->token << 16 | p->position;
}

static void walk_add(struct walk *w, struct point p, uint32_t parent, enum pam_code code)
{
	uint64_t key = point_key(&p);
	uint32_t slot = (uint32_t)((key * 0x9e3779b97f4a7c15ULL) >> 32) & (w->table_size - 1);

	for (; w->table[slot] != 0; slot = (slot + 1) & (w->table_size - 1)) {
		if (point_key(&w->nodes[w->table[slot] - 1].point) == key)
			return;
	}
	if (w->count == w->max) {
		w->full = true;
		return;
	}
	w->nodes[w->count] = (struct node){.point = p, .parent = parent, .code = code};
	w->table[slot] = ++w->count;
}

static enum impression entry_of(uint32_t entries, int level)
{
	return (enum impression)(entries >> (2 * level) & 3);
}

static uint32_t with_entry(uint32_t entries, int level, enum impression impression)
{
	return (entries & ~((uint32_t)3 << (2 * level))) | (uint32_t)impression << (2 * level);
}

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
static enum pam_verdict judge_run(const struct walk *w, const struct point *p)
{
	const struct pam_line *line = &w->chain->lines[p->position];
	enum pam_role role = w->roles[p->position];

	if (role != PAM_ROLE_SETTER && role != PAM_ROLE_ASKING_SETTER && role != PAM_ROLE_UNKNOWN)
		return PAM_NO_CHANGE;
	switch (p->token) {
	case TOKEN_NONE:
	case TOKEN_FOREIGN:
	case TOKEN_MAX:
		break;
	case TOKEN_REFUSED:
		return bound(line) && p->impression == IMPRESSION_BAD ? PAM_WEAK : PAM_BYPASS;
	case TOKEN_CLEARED:
		return bound(line) ? PAM_GUARDED : PAM_WEAK;
	case TOKEN_JUDGED:
		return role == PAM_ROLE_ASKING_SETTER && !bound(line) ? PAM_BYPASS : PAM_GUARDED;
	}
	return PAM_BYPASS;
}

/* Where the walk goes behind a decision (done, die): past the rest of this level. */
static unsigned behind_level(const struct pam_chain *c, unsigned position, int level)
{
	while (position + 1 < c->count && c->lines[position + 1].level >= level)
		position++;
	return position + 1;
}

/* Skips n lines, a substack counting as one. False: there are not so many. */
static bool jump(const struct pam_chain *c, unsigned *position, int level, int n)
{
	unsigned at = *position;

	while (at + 1 < c->count && c->lines[at + 1].level >= level && n > 0) {
		do
			at++;
		while (at + 1 < c->count && c->lines[at + 1].level > level);
		n--;
	}
	*position = at;
	return n == 0;
}

/* One line returned: libpam's big switch. Returns the next point. */
static struct point dispatch(const struct pam_chain *c, const struct pam_line *line, struct point p, enum pam_code code)
{
	int action = line->actions[code];
	enum impression as = code == PAM_CODE_success ? IMPRESSION_GOOD : IMPRESSION_OTHER;
	unsigned here = p.position++;

	switch (action) {
	case PAM_ACTION_RESET:
		p.impression = entry_of(p.entries, line->level);
		break;
	case PAM_ACTION_OK:
	case PAM_ACTION_DONE:
		if (p.impression == IMPRESSION_NONE || p.impression == IMPRESSION_GOOD)
			p.impression = as;
		if (action == PAM_ACTION_DONE && p.impression != IMPRESSION_BAD)
			p.position = behind_level(c, here, line->level);
		break;
	case PAM_ACTION_BAD:
	case PAM_ACTION_DIE:
		p.impression = IMPRESSION_BAD;
		if (action == PAM_ACTION_DIE)
			p.position = behind_level(c, here, line->level);
		break;
	case PAM_ACTION_IGNORE:
		break;
	default:
		if (action < 0 || !jump(c, &here, line->level, action))
			p.impression = IMPRESSION_BAD;
		p.position = here + 1;
	}
	return p;
}

/* Remembers the impression at the entry of a substack: the line before (in the walk) was less deep. */
static struct point enter(const struct pam_chain *c, struct point p, int from_level)
{
	int level = p.position < c->count ? c->lines[p.position].level : 0;

	if (level > from_level)
		p.entries = with_entry(p.entries, level, p.impression);
	/* What was noted for deeper levels is noted anew when they are entered again. */
	for (int deeper = level + 1; deeper < PAM_INCLUDES_MAX; deeper++)
		p.entries = with_entry(p.entries, deeper, IMPRESSION_NONE);
	return p;
}

/* The codes in an order that gives telling paths: success, the plain refusal, then the rest. */
static enum pam_code nth_code(int n)
{
	if (n == 0)
		return PAM_CODE_success;
	if (n == 1)
		return PAM_CODE_authtok_err;
	return (enum pam_code)(n <= PAM_CODE_authtok_err ? n - 1 : n);
}

/* What a line returns, and where each return leads. */
static void walk_step(struct walk *w, uint32_t index)
{
	struct point p = w->nodes[index].point;
	const struct pam_line *line = &w->chain->lines[p.position];

	if (line->kind == PAM_LINE_SUBSTACK) {
		p.position++;
		walk_add(w, enter(w->chain, p, line->level), index, PAM_CODE_ignore);
		return;
	}
	for (int n = 0; n < PAM_CODE_MAX; n++) {
		enum pam_code code = nth_code(n);
		struct point next;

		if (line->kind == PAM_LINE_MUST_FAIL ? code != PAM_CODE_perm_denied : !may_return(w->roles[p.position], code))
			continue;
		next = dispatch(w->chain, line, p, code);
		if (line->kind == PAM_LINE_MODULE)
			next.token = next_token(w, p.position, p.token, code);
		walk_add(w, enter(w->chain, next, line->level), index, code);
	}
}

bool pam_judge_pass(const struct pam_chain *chain, const enum pam_code *codes, bool *ret_ran)
{
	struct point p = enter(chain, (struct point){0}, 0);

	memset(ret_ran, 0, chain->count * sizeof *ret_ran);
	while (p.position < chain->count) {
		unsigned here = p.position;
		const struct pam_line *line = &chain->lines[here];

		if (line->kind == PAM_LINE_SUBSTACK) {
			p.position++;
		} else {
			ret_ran[here] = true;
			p = dispatch(chain, line, p, line->kind == PAM_LINE_MUST_FAIL ? PAM_CODE_perm_denied : codes[here]);
		}
		p = enter(chain, p, line->level);
	}
	return p.impression == IMPRESSION_GOOD;
}

/* The whole preliminary pass: can it succeed? Only then libpam makes the second one. */
static bool preliminary_succeeds(struct walk *w)
{
	for (uint32_t i = 0; i < w->count; i++) {
		if (w->nodes[i].point.position < w->chain->count)
			walk_step(w, i);
		else if (w->nodes[i].point.impression == IMPRESSION_GOOD)
			return true;
	}
	return w->full;
}

/* The updating pass: the worst that any line on any path can do; the first of its kind is kept. */
static enum pam_verdict worst_update(struct walk *w, uint32_t *ret_node)
{
	enum pam_verdict worst = PAM_NO_CHANGE;

	for (uint32_t i = 0; i < w->count; i++) {
		const struct point *p = &w->nodes[i].point;
		enum pam_verdict here = PAM_NO_CHANGE;

		if (p->position >= w->chain->count)
			continue;
		if (w->chain->lines[p->position].kind == PAM_LINE_MODULE)
			here = judge_run(w, p);
		if (here < worst) {
			worst = here;
			*ret_node = i;
		}
		if (worst == PAM_BYPASS)
			break;
		walk_step(w, i);
	}
	return worst;
}

static void walk_start(struct walk *w)
{
	memset(w->table, 0, w->table_size * sizeof *w->table);
	w->count = 0;
	w->full = false;
	walk_add(w, enter(w->chain, (struct point){0}, 0), NO_PARENT, PAM_CODE_success);
}

static void keep_path(const struct walk *w, uint32_t node, struct pam_judgement *j)
{
	size_t len = 0;

	for (uint32_t i = node; i != NO_PARENT; i = w->nodes[i].parent)
		len += w->chain->lines[w->nodes[i].point.position].kind != PAM_LINE_SUBSTACK;
	if (len > PAM_PATH_MAX)
		return;
	j->path_len = len;
	for (uint32_t i = node, came = node; i != NO_PARENT; came = i, i = w->nodes[i].parent) {
		const struct pam_line *line = &w->chain->lines[w->nodes[i].point.position];

		if (line->kind != PAM_LINE_SUBSTACK)
			j->path[--len] = (struct pam_step){.line = line, .code = w->nodes[came].code};
	}
}

/* The line on the path whose return took the password at hand to what it is. */
static const struct pam_line *last_on_path(const struct walk *w, uint32_t node, enum pam_role role)
{
	for (uint32_t i = w->nodes[node].parent; i != NO_PARENT; i = w->nodes[i].parent) {
		const struct pam_line *line = &w->chain->lines[w->nodes[i].point.position];

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

/* The line whose return led from before the guard to behind it. */
static const struct pam_line *skipper(const struct walk *w, uint32_t node, const struct pam_line *guard)
{
	size_t at = (size_t)(guard - w->chain->lines);

	for (uint32_t i = node, parent; (parent = w->nodes[i].parent) != NO_PARENT; i = parent) {
		if (w->nodes[parent].point.position < at && w->nodes[i].point.position > at)
			return &w->chain->lines[w->nodes[parent].point.position];
	}
	return NULL;
}

static void name_cause(const struct walk *w, uint32_t node, struct pam_judgement *j)
{
	const struct pam_line *guard = first_guard(w);

	j->setter = &w->chain->lines[w->nodes[node].point.position];
	switch (w->nodes[node].point.token) {
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
		j->culprit = skipper(w, node, guard);
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

/* Half of the memory for the points, a quarter for the table that finds them again. */
static bool walk_init(struct walk *w, struct arena *scratch)
{
	if (!find_roles(w, scratch))
		return false;
	w->max = (uint32_t)((scratch->size - scratch->used) / 2 / sizeof *w->nodes);
	for (w->table_size = 1; w->table_size < 2 * w->max; w->table_size *= 2)
		;
	w->nodes = ARENA_NEW(scratch, struct node, w->max);
	while (w->table_size * sizeof *w->table > scratch->size - scratch->used - 64 && w->table_size > 1)
		w->table_size /= 2;
	if (w->max > w->table_size / 2)
		w->max = w->table_size / 2;
	w->table = ARENA_NEW(scratch, uint32_t, w->table_size);
	return w->nodes != NULL && w->table != NULL && w->max > 0;
}

void pam_judge(const struct pam_service *service, const char *root, struct arena *scratch, struct pam_judgement *ret_judgement)
{
	struct walk w = {.chain = &service->phases[PAM_PHASE_PASSWORD], .root = root};
	struct pam_judgement j = {.verdict = PAM_UNPROVABLE, .from_other = w.chain->from_other};
	struct arena memory = *scratch;
	uint32_t node = 0;

	*ret_judgement = j;
	if (service->doubtful || !walk_init(&w, &memory))
		return;
	if (service->dead) {
		ret_judgement->verdict = PAM_DEAD;
		return;
	}
	walk_start(&w);
	if (w.chain->count == 0 || !preliminary_succeeds(&w)) {
		ret_judgement->verdict = PAM_NO_CHANGE;
		return;
	}
	walk_start(&w);
	j.verdict = worst_update(&w, &node);
	if (w.full && j.verdict != PAM_BYPASS)
		return;
	if (j.verdict == PAM_BYPASS || j.verdict == PAM_WEAK) {
		name_cause(&w, node, &j);
		keep_path(&w, node, &j);
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
