/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens and closes tries, on the handle and in the state. */
#include "attempt.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define DATA_NAME "pam_mutex_attempt"
#define TURN_WAIT_MS 2000
#define TURN_STEP_MS 100

static void attempt_free(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	explicit_bzero(data, sizeof(struct attempt));
	free(data);
}

struct attempt *attempt_of(pam_handle_t *pamh)
{
	const void *data = NULL;
	struct attempt *a;

	/* libpam hands out as const what it keeps for us to change. */
	if (pam_get_data(pamh, DATA_NAME, &data) == PAM_SUCCESS && data != NULL)
		return (struct attempt *)(uintptr_t)data;
	a = calloc(1, sizeof *a);
	if (a == NULL || pam_set_data(pamh, DATA_NAME, a, attempt_free) == PAM_SUCCESS)
		return a;
	free(a);
	return NULL;
}

static void note_store_error(struct login_gathered *login, int error)
{
	if (error >= 0)
		return;
	login->state_error = error;
	login->facts.state = error == -EROFS || error == -ENOSPC ? LOGIN_STATE_READ_ONLY : LOGIN_STATE_UNKNOWN;
}

/* The same work whether the system knows the person or not. Not synced: no login waits for a disk because of a password, right or wrong. */
static int change_state(const struct attempt *a, const struct situation *s, login_store_change_fn change, void *context)
{
	return a->known ? login_store_change(&s->paths, a->uid, false, change, context, NULL)
			: login_store_unknown_change(&s->paths, a->name, false, change, context, NULL);
}

/* --- closing --- */

struct closing {
	const struct attempt *a;
	bool failed;
	uint64_t tag;
	int64_t now_s;
};

static int change_close(struct login_state *state, void *context)
{
	const struct closing *c = context;
	struct login_process self;
	bool changed = login_process_self(&self) == 0 && lockout_release(state, &self);

	if (c->failed)
		changed = lockout_fail(state, &c->a->rules, &c->a->source, LOGIN_GUESS_PASSWORD, c->tag, c->now_s) || changed;
	return changed ? 0 : 1;
}

static int attempt_close(struct attempt *a, const struct situation *s, bool failed, uint64_t tag)
{
	struct closing c = {.a = a, .failed = failed, .tag = tag, .now_s = s->now_s};

	a->open = false;
	return change_state(a, s, change_close, &c);
}

void attempt_fail(struct attempt *a, struct situation *s, const char *password)
{
	uint64_t tag = 0;
	int error;

	if (!a->open)
		return;
	if (password != NULL)
		(void)login_store_tag(&s->paths, a->known ? a->uid : (uid_t)-1, password, strlen(password), &tag);
	error = attempt_close(a, s, password != NULL, tag);
	note_store_error(&s->login, error);
	login_gather_state(&s->paths, &s->login);
}

void attempt_release(struct attempt *a, const struct situation *s)
{
	if (a->open)
		(void)attempt_close(a, s, false, 0);
}

/* --- opening --- */

void attempt_restart(struct attempt *a, const struct situation *s)
{
	const void *name = NULL;
	struct text t;

	if (a->open)
		(void)attempt_close(a, s, true, 0);
	explicit_bzero(a, sizeof *a);
	a->begun = true;
	a->known = s->person != NULL;
	a->uid = a->known ? s->person->uid : (uid_t)-1;
	a->source = s->login.source;
	a->rules = s->login.rules;
	TEXT_INTO(&t, a->name);
	if (!a->known && pam_get_item(s->pamh, PAM_USER, &name) == PAM_SUCCESS && name != NULL)
		text_add_escaped_cut(&t, name, strlen(name), sizeof a->name - 1);
}

struct reserving {
	struct situation *s;
	struct login_decision *decision;
	struct login_process self;
};

/* The decision is made again here, where nobody else can change what it rests on. */
static int change_reserve(struct login_state *state, void *context)
{
	struct reserving *r = context;
	struct login_gathered *login = &r->s->login;
	bool buried = lockout_bury(state, &login->rules, login_process_alive, NULL, r->s->now_s);

	login->facts.lockouts[LOGIN_GUESS_PASSWORD] = lockout_judge(state, &login->rules, &login->source, LOGIN_GUESS_PASSWORD, r->s->now_s);
	login_decide(LOGIN_STAGE_BEGIN, &login->facts, &login->settings, &login->factors, r->decision);
	if (r->decision->outcome == LOGIN_OUTCOME_DENIED)
		return buried ? 0 : 1;
	login->facts.busy = lockout_reserve(state, &r->self, &login->source, r->s->now_s) < 0;
	return login->facts.busy && !buried ? 1 : 0;
}

static int reserve_once(struct attempt *a, struct reserving *r)
{
	int error = change_state(a, r->s, change_reserve, r);

	note_store_error(&r->s->login, error);
	login_decide(LOGIN_STAGE_BEGIN, &r->s->login.facts, &r->s->login.settings, &r->s->login.factors, r->decision);
	a->open = error == 0 && r->decision->outcome == LOGIN_OUTCOME_ALLOWED && !r->s->login.facts.busy;
	return error;
}

void attempt_reserve(struct attempt *a, struct situation *s, struct login_decision *ret_decision)
{
	struct login_gathered *login = &s->login;
	struct reserving r = {.s = s, .decision = ret_decision};
	int error = login_process_self(&r.self);

	note_store_error(login, error);
	login->facts.busy = false; /* that is found out by waiting for a turn */
	login_decide(LOGIN_STAGE_BEGIN, &login->facts, &login->settings, &login->factors, ret_decision);
	if (error < 0 || ret_decision->outcome != LOGIN_OUTCOME_ALLOWED || !ret_decision->counts)
		return;
	for (int waited_ms = 0; waited_ms <= TURN_WAIT_MS; waited_ms += TURN_STEP_MS) {
		if (waited_ms > 0)
			(void)poll(NULL, 0, TURN_STEP_MS);
		login->facts.busy = false;
		error = reserve_once(a, &r);
		if (error < 0 || !login->facts.busy)
			return;
	}
}
