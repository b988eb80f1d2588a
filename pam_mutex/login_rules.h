/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the one decision (login.h) share among themselves: login.c, login_demand.c, login_access.c, login_posture.c. Pure. */
#ifndef MUTEX_LOGIN_RULES_H
#define MUTEX_LOGIN_RULES_H

#include "login.h"

/* Accounts below are the system's own (login.defs UID_MIN), the two last ones nobody's. */
#define PEOPLE_UID_FIRST 1000
#define PEOPLE_UID_LAST 65533

/* One question to login_decide(), and its answer in the making. */
struct login_case {
	enum login_stage stage;
	const struct login_facts *facts;
	const struct settings *settings;
	const struct factor_table *factors;
	struct login_decision *decision;
	bool root_console; /* root, or who acts as root by right, at the local console */
	bool break_glass;  /* a break-glass account where it may be used */
};

/* Adds a reason. would_deny: it denies unless the section's mode is observe, an exception waives its clause, or the account is spared. SECTION_policy
 * means a reason that only the account being spared outweighs. arguments may be NULL. */
void login_weigh(struct login_case *c, enum login_reason_id id, enum section section, bool would_deny, const char *first, const char *second);
/* Nothing when the lock-out is none. */
void login_weigh_locked(struct login_case *c, const struct lockout *lockout);
bool login_observes(const struct login_case *c, enum section section);
/* The exception of that clause that holds for the person, or NULL. */
const char *login_waiver(const struct login_case *c, const char *clause);

/* Time that is left, rounded up, in the unit that people think in: "15min", "3h", "12d". For the argument of a reason. */
void login_add_left(struct text *t, int64_t seconds);

bool login_is_person(const struct person *person);
/* An account that nobody logs in to, such as the login screen's; not root. */
bool login_is_system(const struct person *person);
/* True when a list of users, @groups and uid ranges holds the person. netgroup: what the shell found for the +netgroups of the list. */
bool login_list_holds(const struct word_list *list, const struct person *person, bool netgroup);
bool login_in_networks(const struct word_list *networks, const struct login_facts *facts);
/* A person comes in from another computer, or as good as. */
bool login_is_remote(const struct login_case *c);

/* login_demand.c: is a second factor demanded, and is it there? */
struct login_rule {
	int level;            /* MFA_OFF, MFA_IF_ENROLLED, MFA_REQUIRED */
	enum keyword keyword; /* that said so; KEYWORD_MAX = what kind of service it is */
	struct demand demand;
};
struct login_rule login_rule_of(const struct login_case *c);
uint32_t login_proven(const struct login_case *c);
void login_judge_factors(struct login_case *c);  /* FINISH */
void login_judge_proof(struct login_case *c);    /* ACCOUNT */
/* BEGIN: no code can be asked for at present, and without one the demand cannot be met. */
bool login_codes_locked(const struct login_case *c);
/* A factor is obligatory here, in force and enrolled, and the password alone does not fulfil the demand. */
bool login_always_asks(const struct login_case *c);
/* login_lacks() for this one service and side. */
enum login_lack login_lacks_here(const struct login_case *c);
/* BEGIN under sshd: a public key takes the password's place. */
bool login_skips_password(const struct login_case *c);

void login_judge_access(struct login_case *c);  /* login_access.c */
void login_judge_posture(struct login_case *c); /* login_posture.c */

#endif
