/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks through the stages with facts that change as the login goes on. */
#include "login_story.h"

#include <assert.h>

static const char *const STAGES[] = {[LOGIN_STAGE_BEGIN] = "begin", [LOGIN_STAGE_FINISH] = "finish", [LOGIN_STAGE_ACCOUNT] = "gate"};
static_assert(sizeof STAGES / sizeof STAGES[0] == LOGIN_STAGE_MAX, "each stage has its name");

const char *login_stage_name(enum login_stage stage)
{
	return STAGES[stage];
}

/* Of what may be asked one factor is shown: the first. */
static uint32_t first_of(uint32_t set)
{
	return set & -set;
}

/* Asks until nothing remains. False when it is denied. */
static bool finish(struct login_facts *facts, const struct settings *settings, const struct factor_table *factors, struct login_story *story)
{
	struct login_decision d;

	login_decide(LOGIN_STAGE_FINISH, facts, settings, factors, &d);
	story->ran[LOGIN_STAGE_FINISH] = true;
	story->stages[LOGIN_STAGE_FINISH] = d;
	for (int i = 0; i < FACTORS_MAX && d.outcome == LOGIN_OUTCOME_ASK; i++) {
		story->asked |= d.next;
		facts->proven |= first_of(d.next);
		login_decide(LOGIN_STAGE_FINISH, facts, settings, factors, &d);
	}
	return d.outcome == LOGIN_OUTCOME_ALLOWED;
}

static bool end(struct login_story *story, enum login_stage stage, bool allowed)
{
	story->ended = stage;
	story->outcome = allowed ? LOGIN_OUTCOME_ALLOWED : LOGIN_OUTCOME_DENIED;
	return allowed;
}

void login_story(const struct login_facts *facts, const struct settings *settings, const struct factor_table *factors, struct login_way way,
		 struct login_story *ret_story)
{
	struct login_facts now = *facts;
	struct login_decision *begin = &ret_story->stages[LOGIN_STAGE_BEGIN], *gate = &ret_story->stages[LOGIN_STAGE_ACCOUNT];

	*ret_story = (struct login_story){.outcome = LOGIN_OUTCOME_DENIED};
	if (way.auth) {
		login_decide(LOGIN_STAGE_BEGIN, &now, settings, factors, begin);
		ret_story->ran[LOGIN_STAGE_BEGIN] = true;
		if (!end(ret_story, LOGIN_STAGE_BEGIN, begin->outcome == LOGIN_OUTCOME_ALLOWED))
			return;
		if (way.password && !begin->skip_password)
			now.proven |= FACTOR_BIT(FACTOR_PASSWORD);
		if (!end(ret_story, LOGIN_STAGE_FINISH, finish(&now, settings, factors, ret_story)))
			return;
		now.finished = true;
	}
	login_decide(LOGIN_STAGE_ACCOUNT, &now, settings, factors, gate);
	ret_story->ran[LOGIN_STAGE_ACCOUNT] = true;
	(void)end(ret_story, LOGIN_STAGE_ACCOUNT, gate->outcome == LOGIN_OUTCOME_ALLOWED);
}
