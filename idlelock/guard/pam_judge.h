/* SPDX-License-Identifier: BSD-2-Clause */
/* Can a password be changed past pam_mutex? Pure. Clauses PW-1, PW-3, AC-1.
 *
 * Walks every path of a service's password stack (pam_walk.h); in chauthtok the preliminary and the updating pass are two free walks.
 * A module may return whatever its row in MODULES allows. Zero of every enum is the worst. */
#ifndef GUARD_PAM_JUDGE_H
#define GUARD_PAM_JUDGE_H

#include "pam_walk.h"

enum pam_verdict {
	PAM_BYPASS,     /* a password can be set that pam_mutex did not judge */
	PAM_UNPROVABLE, /* the files are in doubt, or the stack is too large to follow */
	PAM_WEAK,       /* only where another module refused after pam_mutex agreed, or where one option alone stands guard */
	PAM_GUARDED,
	PAM_NO_CHANGE,  /* nothing in this stack can set a password */
	PAM_DEAD,       /* libpam gives up on the service: no password, and nothing else either */
	PAM_VERDICT_MAX
};

enum pam_cause {
	PAM_CAUSE_NONE,
	PAM_CAUSE_MISSING,   /* no line of pam_mutex in this stack */
	PAM_CAUSE_BEFORE,    /* the setter stands before pam_mutex */
	PAM_CAUSE_SKIPPED,   /* another line's control leads past pam_mutex */
	PAM_CAUSE_REFUSAL,   /* pam_mutex refuses, but its control goes on */
	PAM_CAUSE_SETTER_ASKS,  /* the setter asks for a password itself */
	PAM_CAUSE_CHECKER_ASKS, /* a checker behind pam_mutex asks for another password */
	PAM_CAUSE_MAX
};

struct pam_judgement {
	enum pam_verdict verdict;
	enum pam_cause cause;
	const struct pam_line *setter;  /* that sets the unjudged password */
	const struct pam_line *culprit; /* whose place, control or options must change; NULL for MISSING */
	struct pam_step path[PAM_PATH_MAX]; /* the shortest path, the setter last */
	size_t path_len;                    /* 0 when longer than PAM_PATH_MAX */
	bool from_other;
};

/* What a module does in the password stack. */
enum pam_role {
	PAM_ROLE_UNKNOWN, /* not in the table: it may set a password */
	PAM_ROLE_SETTER,  /* takes the password at hand, else asks */
	PAM_ROLE_ASKING_SETTER, /* asks again when it does not like the one at hand; use_authtok forbids that */
	PAM_ROLE_CHECKER, /* judges; without use_authtok it asks for another when it refuses */
	PAM_ROLE_MUTEX,
	PAM_ROLE_HARMLESS,
	PAM_ROLE_DENY,    /* always fails */
	PAM_ROLE_PERMIT,  /* always succeeds */
	PAM_ROLE_MAX
};

enum pam_role pam_judge_role(const struct pam_line *line);

/* root: the folder that stands in for "/" ("" = none); a line of pam_mutex with another root= does not guard.
 * The memory is scratch: it holds nothing of the result. PAM_UNPROVABLE when it does not suffice. */
#define PAM_JUDGE_SCRATCH_BYTES (4 * 1024 * 1024)
void pam_judge(const struct pam_service *service, const char *root, struct arena *scratch, struct pam_judgement *ret_judgement);

/* True when the verdict proves that no password goes past the module. */
bool pam_judge_holds(enum pam_verdict verdict);

const char *pam_judge_verdict_name(enum pam_verdict verdict);
const char *pam_judge_cause_name(enum pam_cause cause);

/* One sentence: what is wrong. And one: the remedy. */
void pam_judge_add_reason(struct text *t, const struct pam_judgement *j);
void pam_judge_add_remedy(struct text *t, const struct pam_judgement *j);
/* "pam_x.so (file:3) success: ok; pam_unix.so (file:4) sets the password". */
void pam_judge_add_path(struct text *t, const struct pam_judgement *j);

#endif
