/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of mutexctl status, and what it is judged by. Shell. */
#ifndef MUTEXCTL_STATUS_PART_H
#define MUTEXCTL_STATUS_PART_H

#include "paths.h"
#include "policy_load.h"
#include "text.h"

enum part_state {
	PART_OFF,     /* a finding: exit 1 */
	PART_ON,
	PART_OBSERVE, /* decided and recorded, not enforced */
	PART_NONE,    /* the policy does not ask for it */
	PART_ABSENT,  /* cannot be on this computer, as in a container: named, no finding */
	PART_STATE_MAX
};

struct part {
	const char *name;
	enum part_state state;
	char detail[512];
	char next[400]; /* what to do; "" = nothing */
};

struct situation {
	const struct paths *paths;
	const struct policy_loaded *loaded;
	struct settings settings;
	int64_t now_s;
};

/* What does not fit is cut at a character: a status is read by people. */
struct text part_detail(struct part *p);
void part_set_next(struct part *p, const char *next);

/* Of a section in observe: until when, and that this is over. One without an end is a finding: it would observe for ever. */
void part_add_observe(const struct situation *s, struct part *p, struct text *t, const char *section, int64_t until);

/* --- the parts about logins --- */
void status_look_at_lockout(const struct situation *s, struct part *p);
void status_look_at_mfa(const struct situation *s, struct part *p);
void status_look_at_access(const struct situation *s, struct part *p);
void status_look_at_ways_in(const struct situation *s, struct part *p);
void status_look_at_verifier(const struct situation *s, struct part *p);
void status_look_at_break_glass(const struct situation *s, struct part *p);

/* --- the control whose name the part has --- */
void status_look_at_control(const struct situation *s, struct part *p);

/* --- the lock of screens --- */
void status_look_at_lock(const struct situation *s, struct part *p);
void status_look_at_lockdown(const struct situation *s, struct part *p);

#endif
