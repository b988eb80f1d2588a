/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks login.c whether the person may come in, then demands what age.c and standing.c find, where a person can follow it. */
#include "account.h"

#include "age.h"
#include "authenticate.h"
#include "change.h"
#include "coming.h"
#include "conversation.h"
#include "login_report.h"
#include "shadow_gather.h"
#include "standing.h"
#include "text.h"

/* Nobody sits at a job: a demand would only make it fail. polkit's agent can ask for a password but not change one. Root who steps into
 * somebody's account cannot change what is not root's. */
static bool somebody_can_answer(const struct situation *s)
{
	const struct service *service = &s->login.facts.service;

	return !service->job && service->kind != SERVICE_POLKIT && !(s->real_uid == 0 && service->kind == SERVICE_SU);
}

static void tell(const struct situation *s, enum message_id id, int64_t first, int64_t second)
{
	char numbers[2][24], line[MESSAGE_BYTES_MAX + 1];
	struct text t;

	if ((s->flags & PAM_SILENT) != 0)
		return;
	TEXT_INTO(&t, numbers[0]);
	text_add_int(&t, first);
	TEXT_INTO(&t, numbers[1]);
	text_add_int(&t, second);
	TEXT_INTO(&t, line);
	message_add(&t, s->language, id, (const char *const[]){numbers[0], numbers[1]}, 2);
	conversation_tell(s->pamh, PAM_TEXT_INFO, line);
}

static void record(const struct situation *s, enum record_kind kind, enum record_verdict verdict, const char *reason, const char *detail)
{
	struct record r = situation_record(s, kind);

	r.verdict = verdict;
	r.observed_only = s->settings->password_mode == MODE_OBSERVE;
	r.reasons = &reason;
	r.reason_count = 1;
	r.detail = detail;
	if (verdict != RECORD_WARNED)
		r.waiver = NULL;
	situation_emit(s, &r);
}

/* Why a password that is due is not demanded all the same; NULL when it is. */
static const char *reprieve(const struct situation *s)
{
	if (s->settings->password_mode == MODE_OBSERVE)
		return "told only: the mode is observe";
	if (s->waiver != NULL)
		return "told only: an exception holds";
	if (s->person->uid == 0 && !s->settings->password_enforce_for_root)
		return "told only: root is not bound";
	/* The demand would lock the person out: every change is refused until the administrator has mended this computer. */
	return change_possible(s) && shadow_replaceable(s->paths) ? NULL : "told only: no password can be changed at present, see mutexctl status";
}

static int judge_due(const struct situation *s, const struct age *age)
{
	int64_t max_days = (s->settings->password_max_age + DAY_S - 1) / DAY_S;
	const char *why_not = reprieve(s);

	tell(s, why_not != NULL ? MESSAGE_AGE_DUE_TOLD : MESSAGE_AGE_DUE, age->age_days, max_days);
	record(s, RECORD_PASSWORD_AGE, why_not != NULL ? RECORD_WARNED : RECORD_DENIED, "password-due", why_not);
	return why_not != NULL ? PAM_IGNORE : PAM_NEW_AUTHTOK_REQD;
}

static int judge_age(const struct situation *s)
{
	struct shadow_facts shadow SHADOW_WIPED;
	struct age age;

	shadow_gather(s->paths, s->person->name, &shadow);
	age = age_judge(&shadow, s->settings, s->now_s);
	switch (age.standing) {
	case AGE_DUE:
		return judge_due(s, &age);
	case AGE_SOON:
		tell(s, MESSAGE_AGE_SOON, age.days_left, 0);
		record(s, RECORD_PASSWORD_AGE, RECORD_NOTED, "password-soon-due", NULL);
		break;
	case AGE_UNKNOWN:
	case AGE_FINE:
	case AGE_STANDING_MAX:
		break;
	}
	return PAM_IGNORE;
}

static int judge_standing(const struct situation *s)
{
	const char *why_not;

	if (!standing_due(s))
		return PAM_IGNORE;
	why_not = reprieve(s);
	tell(s, why_not != NULL ? MESSAGE_STANDING_DUE_TOLD : MESSAGE_STANDING_DUE, 0, 0);
	record(s, RECORD_PASSWORD_STANDING, why_not != NULL ? RECORD_WARNED : RECORD_DENIED, "comply-by", why_not);
	return why_not != NULL ? PAM_IGNORE : PAM_NEW_AUTHTOK_REQD;
}

static int judge_password(const struct situation *s)
{
	int code = PAM_IGNORE;

	if (!somebody_can_answer(s))
		return PAM_IGNORE;
	situation_record_policy(s);
	/* Compiled defaults know no max_age, but a broken policy must not depend on that. */
	if (s->policy->state == POLICY_BROKEN)
		return PAM_IGNORE;
	if (s->settings->password_max_age > 0)
		code = judge_age(s);
	return code == PAM_IGNORE ? judge_standing(s) : code;
}

/* --- the gate --- */

/* A login by public key passes no auth line: what it proves is seen here alone. */
static bool is_proven_elsewhere(const struct situation *s)
{
	return !s->login.facts.finished && (s->login.facts.ssh.publickey || s->login.facts.ssh.hardware_key);
}

/* What is told of many logins at once, by the session line and by whoever watches over the controls, matters here only where it decides. */
static bool is_said_elsewhere(const struct login_reason *reason)
{
	return !reason->denies && !reason->observed_only && reason->waiver == NULL &&
	       (reason->id == LOGIN_TWO_PLACES_REASON || reason->id == LOGIN_POSTURE_UNKNOWN_REASON);
}

static bool is_worth_a_record(const struct login_decision *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (!is_said_elsewhere(&d->reasons[i]))
			return true;
	return d->outcome != LOGIN_OUTCOME_ALLOWED || d->break_glass;
}

static int judge_gate(struct situation *s)
{
	struct login_proof proof = authenticate_proof(s);
	struct login_decision d;

	s->login.facts.finished = proof.finished;
	s->login.facts.proven |= proof.proven;
	coming_enter(s);
	login_decide(LOGIN_STAGE_ACCOUNT, &s->login.facts, s->settings, &s->login.factors, &d);
	if (is_worth_a_record(&d) || is_proven_elsewhere(s))
		login_report_record(s, &d, NULL);
	login_report_tell(s, &d);
	if (d.outcome == LOGIN_OUTCOME_ALLOWED) {
		authenticate_keep(s, &d);
		return PAM_IGNORE;
	}
	coming_leave(s);
	return PAM_PERM_DENIED;
}

int account_judge(struct situation *s)
{
	int code = s->person != NULL ? judge_gate(s) : PAM_USER_UNKNOWN;

	/* pam_loginuid and pam_systemd come next. */
	login_memo_forget_place(&s->basis->memo);
	if (code == PAM_IGNORE)
		code = judge_password(s);
	if (code == PAM_IGNORE && is_proven_elsewhere(s))
		situation_witness(s, "login");
	return code;
}
