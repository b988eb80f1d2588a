/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole login, told before it happens: begin, finish, gate, with everything right that is asked for. Pure. What `mutexctl explain login` prints; the
 * module makes the same calls of login_decide() one by one. */
#ifndef MUTEX_LOGIN_STORY_H
#define MUTEX_LOGIN_STORY_H

#include "login.h"

/* Whether the service goes through the auth lines (begin, finish) at all, and whether a password is among what it shows. Not so: a public key alone,
 * a fingerprint past our lines, automatic login, cron. */
struct login_way {
	bool auth;
	bool password;
};

struct login_story {
	bool ran[LOGIN_STAGE_MAX];
	struct login_decision stages[LOGIN_STAGE_MAX]; /* FINISH: as it was before anything was shown */
	uint32_t asked;             /* factors that were asked for, one of each alternative */
	enum login_outcome outcome; /* DENIED or ALLOWED */
	enum login_stage ended;     /* the stage that denied, or ACCOUNT */
};

/* facts as gathered; proven and finished are carried on from stage to stage here. */
void login_story(const struct login_facts *facts, const struct settings *settings, const struct factor_table *factors, struct login_way way,
		 struct login_story *ret_story);

const char *login_stage_name(enum login_stage stage); /* "begin", "finish", "gate" */

#endif
