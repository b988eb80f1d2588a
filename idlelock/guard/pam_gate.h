/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a service let anybody in past pam_mutex? Pure. Clauses PW-3, RA-1, AC-1.
 *
 * Walks every path of a service's auth and account stacks (pam_walk.h). A path that lets somebody in must have passed `finish` behind whatever
 * proved the person, must have passed `begin` before a password was guessed at, and must have passed the gate in the account stack. A module may
 * return whatever its role allows; one that is not in the table may do anything. Zero of every enum is the worst. */
#ifndef GUARD_PAM_GATE_H
#define GUARD_PAM_GATE_H

#include "pam_walk.h"
#include "service.h"

/* V(id, name) */
#define PAM_GATE_VERDICTS(V) \
	V(BYPASS, "bypass")         /* somebody can get in past the module */ \
	V(UNPROVABLE, "unprovable") /* the files are in doubt, or the stack is too large to follow */ \
	V(WEAK, "weak")             /* the account line alone stands guard, or a further module is asked behind `finish` */ \
	V(GUARDED, "guarded") \
	V(EXEMPT, "exempt")         /* a greeter's own session: no person logs in through it */ \
	V(CLOSED, "closed")         /* nobody gets in at all */ \
	V(DEAD, "dead")             /* libpam gives up on the service */

enum pam_gate_verdict {
#define PAM_GATE_VERDICT_ENUM(id, name) PAM_GATE_##id,
	PAM_GATE_VERDICTS(PAM_GATE_VERDICT_ENUM)
#undef PAM_GATE_VERDICT_ENUM
	PAM_GATE_VERDICT_MAX
};

/* C(id, name): the name is stable, for --json and for scripts. */
#define PAM_GATE_CAUSES(C) \
	C(NONE, "") \
	C(NO_LINES, "no-lines")                           /* the auth stack has no line of pam_mutex */ \
	C(HALF_SET, "half-set")                           /* some of begin, failed, finish, but not all */ \
	C(SKIPPED, "skipped")                             /* another line's control leads past `finish` */ \
	C(REFUSAL, "refusal-ignored")                     /* pam_mutex refuses, but its control goes on */ \
	C(UNCOUNTED, "uncounted")                         /* a password is asked for before `begin` */ \
	C(BEHIND, "authenticates-behind")                 /* the module that proves the person stands behind `finish` */ \
	C(OPEN_DOOR, "open-door")                         /* nobody is asked for anything */ \
	C(ROOT_OK, "root-ok")                             /* the service runs as root, so pam_rootok always agrees */ \
	C(NO_ACCOUNT_LINE, "no-account-line")             /* the account stack has no line of pam_mutex */ \
	C(ACCOUNT_SKIPPED, "account-skipped") \
	C(ACCOUNT_REFUSAL, "account-refusal-ignored")

enum pam_gate_cause {
#define PAM_GATE_CAUSE_ENUM(id, name) PAM_GATE_CAUSE_##id,
	PAM_GATE_CAUSES(PAM_GATE_CAUSE_ENUM)
#undef PAM_GATE_CAUSE_ENUM
	PAM_GATE_CAUSE_MAX
};

struct pam_gate_judgement {
	enum pam_gate_verdict verdict;
	enum pam_gate_cause cause;
	const struct pam_line *culprit; /* whose place or control must change; NULL when a line is missing */
	struct pam_step path[PAM_PATH_MAX]; /* the shortest path in */
	size_t path_len;
	bool from_other;
};

/* What a module does in the auth stack. */
enum pam_gate_role {
	PAM_GATE_ROLE_UNKNOWN,    /* not in the table: it may prove a person */
	PAM_GATE_ROLE_PASSWORD,   /* asks for something that can be guessed */
	PAM_GATE_ROLE_POSSESSION, /* a card, a key, a finger */
	PAM_GATE_ROLE_CHECK,      /* agrees or not, and proves nobody */
	PAM_GATE_ROLE_ROOT_OK,
	PAM_GATE_ROLE_DENY,
	PAM_GATE_ROLE_BEGIN,
	PAM_GATE_ROLE_FAILED,
	PAM_GATE_ROLE_FINISH,
	PAM_GATE_ROLE_ACCOUNT,    /* the line without such a word: the gate in account; a mistake in auth, which the module refuses */
	PAM_GATE_ROLE_MAX
};
/* root: as in pam_judge(). A line of pam_mutex with another root= is unknown. */
enum pam_gate_role pam_gate_role(const struct pam_line *line, const char *root);

struct pam_gate_facts {
	const char *root;
	enum service_kind kind;
	/* True when nobody is in that group, or it does not exist: "user ingroup nopasswdlogin" agrees to nobody. NULL = not known: everybody is. */
	bool (*group_is_empty)(void *context, const char *group);
	void *context;
};

/* The memory is scratch, as in pam_judge(). */
void pam_gate_judge_account(const struct pam_service *service, const struct pam_gate_facts *facts, struct arena *scratch,
			    struct pam_gate_judgement *ret_judgement);
/* account: the service's own, judged before. */
void pam_gate_judge_auth(const struct pam_service *service, const struct pam_gate_facts *facts, const struct pam_gate_judgement *account,
			 struct arena *scratch, struct pam_gate_judgement *ret_judgement);

bool pam_gate_holds(enum pam_gate_verdict verdict);
const char *pam_gate_verdict_name(enum pam_gate_verdict verdict);
const char *pam_gate_cause_name(enum pam_gate_cause cause);
/* One sentence: what is wrong; one: the remedy; the way in. Nothing where nothing is wrong. */
void pam_gate_add_reason(struct text *t, const struct pam_gate_judgement *j);
void pam_gate_add_remedy(struct text *t, const struct pam_gate_judgement *j);
void pam_gate_add_path(struct text *t, const struct pam_gate_judgement *j);

#endif
