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

/* libpam hands out as const what it keeps for us to change. */
static struct attempt *attempt_held(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, DATA_NAME, &data) == PAM_SUCCESS ? (struct attempt *)(uintptr_t)data : NULL;
}

void attempt_unprove(pam_handle_t *pamh)
{
	struct attempt *a = attempt_held(pamh);

	if (a != NULL)
		a->finished = false;
}

struct attempt *attempt_of(pam_handle_t *pamh)
{
	struct attempt *a = attempt_held(pamh);

	if (a != NULL)
		return a;
	a = calloc(1, sizeof *a);
	if (a == NULL || pam_set_data(pamh, DATA_NAME, a, attempt_free) == PAM_SUCCESS)
		return a;
	free(a);
	return NULL;
}

/* --- closing: not synced, since no login waits for a disk because of a password, right or wrong --- */

struct closing {
	const struct attempt *a;
	struct situation *s;
	bool failed;
	uint64_t tag;
};

static int change_close(struct login_state *state, void *context)
{
	const struct closing *c = context;
	bool changed = lockout_release(state, &c->a->process);

	if (c->failed)
		changed = lockout_fail(state, &c->a->rules, &c->a->source, LOGIN_GUESS_PASSWORD, c->tag, c->s->now_s) || changed;
	return changed ? 0 : 1;
}

static int attempt_close(struct attempt *a, struct situation *s, bool failed, uint64_t tag, struct login_state *ret_state)
{
	struct closing c = {.a = a, .s = s, .failed = failed, .tag = tag};

	a->open = false;
	s->basis->memo.seen = LOGIN_SEEN_NEVER;
	return login_store_change_of(s->paths, &a->whose, false, change_close, &c, ret_state);
}

void attempt_fail(struct attempt *a, struct situation *s, const char *password)
{
	struct login_state state LOGIN_STATE_WIPED;
	uint64_t tag = 0;
	int error;

	if (!a->open)
		return;
	if (password != NULL)
		(void)login_store_tag(s->paths, a->known ? a->uid : (uid_t)-1, password, strlen(password), &tag);
	error = attempt_close(a, s, password != NULL, tag, &state);
	login_gather_note_error(&s->login, error);
	if (error == 0)
		login_gather_take_state(&s->login, &state);
	else
		login_gather_state(s->paths, &s->login);
}

void attempt_release(struct attempt *a, struct situation *s)
{
	if (a->open)
		(void)attempt_close(a, s, false, 0, NULL);
}

/* --- opening --- */

void attempt_restart(struct attempt *a, struct situation *s)
{
	if (a->open)
		(void)attempt_close(a, s, true, 0, NULL);
	explicit_bzero(a, sizeof *a);
	a->begun = true;
	a->known = s->person != NULL;
	a->uid = a->known ? s->person->uid : (uid_t)-1;
	a->source = s->login.source;
	a->whose = s->login.whose;
	a->rules = s->login.rules;
}

struct reserving {
	struct situation *s;
	struct login_decision *decision;
	const struct login_process *process;
};

/* The decision is made again here, where nobody else can change what it rests on. */
static int change_reserve(struct login_state *state, void *context)
{
	struct reserving *r = context;
	struct login_gathered *login = &r->s->login;
	bool buried = lockout_bury(state, &login->rules, login_process_alive, NULL, r->s->now_s);

	login_gather_take_state(login, state);
	login_gather_remembered(login);
	login_decide(LOGIN_STAGE_BEGIN, &login->facts, &login->settings, &login->factors, r->decision);
	if (r->decision->outcome == LOGIN_OUTCOME_DENIED)
		return buried ? 0 : 1;
	login->facts.busy = lockout_reserve(state, &login->rules, r->process, &login->source, r->s->now_s) < 0;
	return login->facts.busy && !buried ? 1 : 0;
}

static int reserve_once(struct attempt *a, struct reserving *r)
{
	int error = login_store_change_of(r->s->paths, &a->whose, false, change_reserve, r, NULL);

	login_gather_note_error(&r->s->login, error);
	if (error < 0 || r->s->login.facts.busy)
		login_decide(LOGIN_STAGE_BEGIN, &r->s->login.facts, &r->s->login.settings, &r->s->login.factors, r->decision);
	a->open = error == 0 && r->decision->outcome == LOGIN_OUTCOME_ALLOWED && !r->s->login.facts.busy;
	if (a->open)
		login_gather_keep(&r->s->login, LOGIN_SEEN_AT_BEGIN, &r->s->basis->memo);
	return error;
}

/* By what is known of the state so far. */
static bool counts_here(struct situation *s, struct login_decision *ret_decision)
{
	login_decide(LOGIN_STAGE_BEGIN, &s->login.facts, &s->login.settings, &s->login.factors, ret_decision);
	return ret_decision->outcome == LOGIN_OUTCOME_ALLOWED && ret_decision->counts;
}

void attempt_reserve(struct attempt *a, struct situation *s, struct login_decision *ret_decision)
{
	struct login_gathered *login = &s->login;
	struct reserving r = {.s = s, .decision = ret_decision, .process = &a->process};
	int error;

	login->facts.busy = false; /* that is found out by waiting for a turn */
	if (!counts_here(s, ret_decision)) {
		/* Nothing will be changed: what the state says is only read. */
		login_gather_state(s->paths, login);
		login_gather_remembered(login);
		if (!counts_here(s, ret_decision))
			return;
	}
	login_process_self(login_memo_boot_id(&s->basis->memo), &a->process);
	for (int waited_ms = 0; waited_ms <= TURN_WAIT_MS; waited_ms += TURN_STEP_MS) {
		if (waited_ms > 0)
			(void)poll(NULL, 0, TURN_STEP_MS);
		login->facts.busy = false;
		error = reserve_once(a, &r);
		if (error < 0 || !login->facts.busy)
			return;
	}
}
