/* SPDX-License-Identifier: BSD-2-Clause */
/* One question for a second factor: what was answered is no code, a wrong one, a used one, or lets on.
 *
 * Hashing and asking happen outside the state's lock; what is found under it decides. */
#include "factor_gather.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "conversation.h"
#include "lockout.h"
#include "login_store.h"
#include "recovery.h"
#include "secret.h"
#include "text.h"
#include "totp.h"

#define ONE_TIME_DIGITS_MAX 8

/* One code on its way through the lock. */
struct attempt_at_code {
	const struct factor_question *question;
	const char *code;
	size_t len;
	int64_t now_s;
	struct login_recovery recovery; /* as it was when it was compared */
	int recovery_index;             /* or -ENOENT, -EINVAL */
	bool was_locked;
	uint64_t tag;                   /* of a wrong recovery code; 0 for a one-time code, which is a new guess each time */
	enum factor_result result;
	int shown;
	const char *detail;
};

static enum factor_result say(enum factor_result result, const char *detail, char *ret_detail, size_t size)
{
	struct text t;

	text_init(&t, ret_detail, size);
	text_add_escaped_cut(&t, detail, strlen(detail), size - 1);
	return result;
}

/* Index of the first factor of that kind that may be shown, whatever the policy calls it; -1 = none. */
static int find_kind(const struct factor_question *q, enum factor_kind kind)
{
	for (size_t i = 0; i < q->login->factors.count; i++)
		if (q->login->factors.factors[i].kind == kind && (q->may & FACTOR_BIT(i)) != 0)
			return (int)i;
	return -1;
}

/* --- under the lock --- */

static bool is_locked(const struct factor_question *q, const struct login_state *state, int64_t now_s)
{
	return lockout_judge(state, &q->login->rules, &q->login->source, LOGIN_GUESS_CODE, now_s).kind != LOCKOUT_NONE;
}

/* Others may have failed while we asked. A lock-out that stood before was known to the decision that had us ask: root at the console, an
 * exception. */
static bool is_locked_out_now(const struct attempt_at_code *a, const struct login_state *state)
{
	return a->question->login->settings.lockout_mode != MODE_OBSERVE && !a->was_locked && is_locked(a->question, state, a->now_s);
}

static enum totp_result check_totp(const struct attempt_at_code *a, const struct login_state *state, int64_t *ret_step)
{
	if (find_kind(a->question, FACTOR_TOTP) < 0 || !state->totp.enrolled)
		return TOTP_NO_CODE;
	return totp_check(&state->totp, a->code, a->len, a->now_s, ret_step);
}

/* True when the code that was found then stands there still, in the same set. */
static bool is_still_there(const struct attempt_at_code *a, const struct login_recovery *now)
{
	size_t i = (size_t)a->recovery_index;

	return i < now->count && i < LOGIN_CODES_MAX && memcmp(now->salt, a->recovery.salt, sizeof now->salt) == 0 &&
	       memcmp(now->hashes[i], a->recovery.hashes[i], sizeof now->hashes[i]) == 0;
}

static int take(struct attempt_at_code *a, struct login_state *state, enum factor_kind kind)
{
	(void)lockout_succeed(state, &a->question->login->source, LOGIN_GUESS_CODE);
	a->result = FACTOR_SHOWN;
	a->shown = find_kind(a->question, kind);
	if (a->question->also != NULL)
		a->question->also(state, a->shown, a->question->context);
	return 0;
}

static int leave(struct attempt_at_code *a, enum factor_result result, const char *detail)
{
	a->result = result;
	a->detail = detail;
	return 1;
}

/* A login_store_change_fn. */
static int settle(struct login_state *state, void *context)
{
	struct attempt_at_code *a = context;
	enum totp_result totp;
	int64_t step = 0;

	if (is_locked_out_now(a, state))
		return leave(a, FACTOR_UNAVAILABLE, "Codes of this person are locked out from here.");
	totp = check_totp(a, state, &step);
	if (totp == TOTP_RIGHT) {
		state->totp.last_step = step;
		return take(a, state, FACTOR_TOTP);
	}
	if (a->recovery_index >= 0 && is_still_there(a, &state->recovery)) {
		recovery_use(&state->recovery, a->recovery_index);
		return take(a, state, FACTOR_RECOVERY);
	}
	if (totp == TOTP_USED || a->recovery_index >= 0)
		return leave(a, FACTOR_USED_UP, "The code was right but had been used before.");
	if (totp == TOTP_NO_CODE && a->recovery_index == -EINVAL)
		return leave(a, FACTOR_NOT_SHOWN, "What was given is no code.");
	a->result = FACTOR_REFUSED;
	a->detail = "A wrong code was given.";
	return lockout_fail(state, &a->question->login->rules, &a->question->login->source, LOGIN_GUESS_CODE, a->tag, a->now_s) ? 0 : 1;
}

/* --- a code --- */

static void attempt_prepare(struct attempt_at_code *a)
{
	const struct factor_question *q = a->question;
	uid_t uid = q->login->person.person.uid;

	a->now_s = clock_now_s();
	/* Only recovery codes are compared outside the lock. */
	if (q->login->recalled && a->len > ONE_TIME_DIGITS_MAX)
		login_gather_state(q->paths, q->login);
	a->was_locked = q->login->recalled ? q->login->facts.lockouts[LOGIN_GUESS_CODE].kind != LOCKOUT_NONE : is_locked(q, &q->login->state, a->now_s);
	a->recovery = q->login->state.recovery;
	a->recovery_index = -EINVAL;
	if (find_kind(q, FACTOR_RECOVERY) >= 0 && a->recovery.count > 0)
		a->recovery_index = recovery_check(&a->recovery, a->code, a->len);
	/* One mistyped recovery code, or one that is used up, sent again and again is one failure. */
	if (a->recovery_index == -ENOENT && login_store_tag(q->paths, uid, a->code, a->len, &a->tag) < 0)
		a->tag = 0;
}

static bool can_check_codes(const struct factor_question *q)
{
	return q->login->known && q->login->facts.state == LOGIN_STATE_FINE;
}

enum factor_result factor_check_code(const struct factor_question *question, const char *code, size_t len, int *ret_shown, char *ret_detail,
				     size_t size)
{
	struct attempt_at_code a = {.question = question, .code = code, .len = len, .result = FACTOR_UNAVAILABLE, .detail = ""};
	int r;

	if (!can_check_codes(question))
		return say(FACTOR_UNAVAILABLE, "Codes cannot be checked: the login state cannot be read and written.", ret_detail, size);
	attempt_prepare(&a);
	r = login_store_change(question->paths, question->login->person.person.uid, true, settle, &a, &question->login->state);
	explicit_bzero(&a.recovery, sizeof a.recovery);
	/* A code whose use could not be stored could be used again. */
	if (r < 0)
		return say(FACTOR_UNAVAILABLE, login_store_strerror(r), ret_detail, size);
	if (a.result == FACTOR_SHOWN)
		*ret_shown = a.shown;
	return say(a.result, a.detail, ret_detail, size);
}

/* --- hooks --- */

struct hook_count {
	const struct factor_question *question;
	bool shown;
};

/* A login_store_change_fn. */
static int count_hook(struct login_state *state, void *context)
{
	const struct hook_count *count = context;
	const struct login_gathered *login = count->question->login;
	bool changed = count->shown ? lockout_succeed(state, &login->source, LOGIN_GUESS_CODE)
				    : lockout_fail(state, &login->rules, &login->source, LOGIN_GUESS_CODE, 0, clock_now_s());

	return changed ? 0 : 1;
}

/* The hooks in the order of the policy; the first that could be asked decides. */
static enum factor_result ask_hooks(const struct factor_question *q, uint32_t hooks, int *ret_shown, char *ret_detail, size_t size)
{
	enum factor_result result = FACTOR_UNAVAILABLE;

	for (size_t i = 0; i < q->login->factors.count && result == FACTOR_UNAVAILABLE; i++) {
		if ((hooks & FACTOR_BIT(i)) == 0)
			continue;
		result = factor_hook_ask(q, &q->login->factors.factors[i], ret_detail, size);
		if (result == FACTOR_SHOWN)
			*ret_shown = (int)i;
	}
	/* A hook's answer cannot be replayed to us, so a state that cannot be written changes nothing of it. */
	if (result == FACTOR_SHOWN || result == FACTOR_REFUSED)
		(void)login_store_change(q->paths, q->login->person.person.uid, false, count_hook,
					 &(struct hook_count){.question = q, .shown = result == FACTOR_SHOWN}, &q->login->state);
	return result;
}

/* --- the question --- */

static void prompt_add(const struct factor_question *q, uint32_t hooks, struct text *t)
{
	const struct factor_table *table = &q->login->factors;
	enum message_id id = find_kind(q, FACTOR_TOTP) < 0 ? MESSAGE_FACTOR_PROMPT_RECOVERY : MESSAGE_FACTOR_PROMPT;
	const char *name = "";

	for (size_t i = table->count; i-- > 0;)
		if ((hooks & FACTOR_BIT(i)) != 0)
			name = table->factors[i].name;
	if (hooks != 0)
		id = MESSAGE_FACTOR_PROMPT_OR_HOOK;
	message_add(t, q->language, id, &name, 1);
}

static enum factor_result ask_code(const struct factor_question *q, uint32_t hooks, int *ret_shown, char *ret_detail, size_t size)
{
	struct secret answer SECRET_WIPED = {.len = 0};
	char prompt[MESSAGE_BYTES_MAX + 1];
	struct text t;
	int code;

	TEXT_INTO(&t, prompt);
	prompt_add(q, hooks, &t);
	code = conversation_ask(q->pamh, PAM_PROMPT_ECHO_OFF, prompt, &answer);
	if (code == PAM_INCOMPLETE)
		return say(FACTOR_AGAIN, "The application wants to be called again.", ret_detail, size);
	if (code == PAM_AUTH_ERR)
		return say(FACTOR_NOT_SHOWN, "What was given is no code.", ret_detail, size);
	if (code != PAM_SUCCESS)
		return say(FACTOR_UNAVAILABLE, "The application did not put the question for a code.", ret_detail, size);
	if (answer.len == 0)
		return hooks != 0 ? ask_hooks(q, hooks, ret_shown, ret_detail, size)
				  : say(FACTOR_NOT_SHOWN, "Nothing was given for a code.", ret_detail, size);
	/* sshd's password method answers every question with the password. */
	if (q->password != NULL && secret_equal(q->password, strlen(q->password), answer.bytes, answer.len))
		return say(FACTOR_NOT_SHOWN, "The question for a code was answered with the password again.", ret_detail, size);
	return factor_check_code(q, answer.bytes, answer.len, ret_shown, ret_detail, size);
}

enum factor_result factor_ask(const struct factor_question *question, int *ret_shown, char *ret_detail, size_t size)
{
	bool codes = can_check_codes(question) && (find_kind(question, FACTOR_TOTP) >= 0 || find_kind(question, FACTOR_RECOVERY) >= 0);
	uint32_t hooks = 0;

	for (size_t i = 0; i < question->login->factors.count; i++) {
		enum factor_kind kind = question->login->factors.factors[i].kind;

		if (kind == FACTOR_PAM || kind == FACTOR_EXEC)
			hooks |= question->may & FACTOR_BIT(i);
	}
	if (codes)
		return ask_code(question, hooks, ret_shown, ret_detail, size);
	if (hooks != 0 && question->login->known)
		return ask_hooks(question, hooks, ret_shown, ret_detail, size);
	return say(FACTOR_UNAVAILABLE, "None of the factors that count here can be asked for now.", ret_detail, size);
}
