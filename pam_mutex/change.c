/* SPDX-License-Identifier: BSD-2-Clause */
/* Drives a change of password. What is refused and why is decided in password.c; this file fetches, asks, tells and records. */
#include "change.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <string.h>
#include <unistd.h>

#include "conversation.h"
#include "history_store.h"
#include "password.h"
#include "password_gather.h"
#include "text.h"

#define MESSAGES_MAX 16
#define RULES_BYTES 4096
#define DETAIL_BYTES 1024

/* Programs that feed one password from a file to every prompt: nobody reads the rules before, and a second try would be the same. */
static const char *const batch_services[] = {"chpasswd", "newusers", NULL};

/* One change: what is known before the password is. */
struct change {
	const struct situation *s;
	struct password_gathered gathered;
	struct password_verdict verdict; /* of the try that is judged */
	char detail_buf[DETAIL_BYTES];
	struct text detail; /* for its record, English */
};

static void change_release(struct change *c)
{
	password_gathered_release(&c->gathered);
}
#define CHANGE_RELEASED __attribute__((cleanup(change_release)))

static bool forced(const struct situation *s)
{
	return (s->flags & PAM_CHANGE_EXPIRED_AUTHTOK) != 0;
}

/* Root's own wish. sshd and login run as root too, but the expired password that they have changed is the user's matter. */
static bool asked_by_root(const struct situation *s)
{
	return getuid() == 0 && !forced(s);
}

static bool remembers(const struct situation *s)
{
	return s->settings->password_history > 0 || s->settings->password_history_days > 0;
}

static void start_verdict(struct change *c)
{
	c->verdict = (struct password_verdict){0};
	TEXT_INTO(&c->detail, c->detail_buf);
}

static void add_detail(struct change *c, const char *sentence)
{
	if (c->detail.len > 0)
		text_add(&c->detail, "; ");
	text_add(&c->detail, sentence);
}

static void cannot_check(struct change *c, enum message_id cause, const char *detail)
{
	char words[64];
	struct text t;

	TEXT_INTO(&t, words);
	message_add(&t, c->s->language, cause, NULL, 0);
	password_verdict_add(&c->verdict, PASSWORD_CANNOT_CHECK, words);
	add_detail(c, detail);
}

/* --- what stands in the way of every password --- */

/* A broken policy stops what can wait. Who must change an expired password to get in is judged by the compiled defaults instead. */
static void find_policy_obstacle(struct change *c)
{
	if (c->s->policy->state == POLICY_BROKEN && !forced(c->s))
		password_verdict_add(&c->verdict, PASSWORD_POLICY_BROKEN, NULL);
}

/* The history only when nothing else is wrong, as it may have to wait for a lock. */
static void find_history_obstacle(struct change *c)
{
	int error = remembers(c->s) && c->verdict.count == 0 ? history_ready(c->s->paths, c->s->person->uid) : 0;

	if (error < 0)
		cannot_check(c, MESSAGE_CAUSE_HISTORY, history_strerror(error));
}

static void find_obstacles(struct change *c)
{
	const struct situation *s = c->s;

	start_verdict(c);
	find_policy_obstacle(c);
	if (geteuid() != 0)
		cannot_check(c, MESSAGE_CAUSE_NOT_ROOT, "the program does not run as root");
	else if (c->gathered.shadow.standing == SHADOW_UNREADABLE && (remembers(s) || s->settings->password_min_age > 0))
		cannot_check(c, MESSAGE_CAUSE_SHADOW, "the shadow file cannot be read");
	else if (c->gathered.facts.lists_unreadable)
		cannot_check(c, MESSAGE_CAUSE_LISTS, c->gathered.problem);
	find_history_obstacle(c);
}

static int begin_change(const struct situation *s, struct change *ret_change)
{
	*ret_change = (struct change){.s = s};
	return password_gather(s->paths, &s->policy->policy, s->settings, &s->basis->person, &ret_change->gathered) < 0 ? PAM_BUF_ERR : PAM_SUCCESS;
}

/* --- telling and recording --- */

static void tell(const struct situation *s, int style, const char *text)
{
	if ((s->flags & PAM_SILENT) == 0)
		conversation_tell(s->pamh, style, text);
}

static void tell_rules(const struct situation *s)
{
	char rules[RULES_BYTES];
	struct text t;

	TEXT_INTO(&t, rules);
	password_add_rules(&t, s->language, s->settings, false);
	tell(s, PAM_TEXT_INFO, rules);
}

/* Obstacles are about the computer, not about a password that was typed: no header, no advice. */
static void tell_obstacles(const struct change *c)
{
	for (size_t i = 0; i < c->verdict.count; i++) {
		char line[MESSAGE_BYTES_MAX + 1];
		struct text t;

		TEXT_INTO(&t, line);
		password_add_reason(&t, c->s->language, &c->verdict.reasons[i]);
		tell(c->s, PAM_ERROR_MSG, line);
	}
}

static void tell_verdict(const struct change *c, const struct password_decision *d)
{
	char messages[MESSAGES_MAX][MESSAGE_BYTES_MAX + 1];
	size_t count = password_messages(&c->verdict, d, c->s->settings, c->s->language, messages, MESSAGES_MAX);

	for (size_t i = 0; i < count; i++)
		tell(c->s, d->outcome == PASSWORD_REFUSED ? PAM_ERROR_MSG : PAM_TEXT_INFO, messages[i]);
}

static enum record_verdict record_verdict_of(enum password_outcome outcome)
{
	switch (outcome) {
	case PASSWORD_ACCEPTED:
		return RECORD_ALLOWED;
	case PASSWORD_WARNED:
		return RECORD_WARNED;
	case PASSWORD_REFUSED:
	case PASSWORD_OUTCOME_MAX:
		break;
	}
	return RECORD_DENIED;
}

static void record_decision(const struct change *c, const struct password_decision *d)
{
	const char *reasons[PASSWORD_REASON_MAX];
	struct record r = situation_record(c->s, RECORD_PASSWORD_CHANGE);

	for (size_t i = 0; i < c->verdict.count; i++)
		reasons[i] = password_reason_code(c->verdict.reasons[i].id);
	r.verdict = record_verdict_of(d->outcome);
	r.observed_only = d->observed_only;
	r.reasons = reasons;
	r.reason_count = c->verdict.count;
	r.waiver = d->waiver;
	r.detail = c->detail.len > 0 ? c->detail_buf : NULL;
	situation_emit(c->s, &r);
}

/* --- judging one password --- */

static void fill_facts(struct change *c, const char *password)
{
	struct password_facts *f = &c->gathered.facts;
	const void *old = NULL;

	f->password = password;
	f->len = strlen(password);
	f->old = pam_get_item(c->s->pamh, PAM_OLDAUTHTOK, &old) == PAM_SUCCESS ? old : NULL;
	f->old_len = f->old != NULL ? strlen(f->old) : 0;
	f->asked_by_root = asked_by_root(c->s);
}

static void add_match(struct change *c, const struct history_match *match, const char *present)
{
	if (match->incomparable > 0) {
		add_detail(c, "passwords of the history that this system cannot hash: ");
		text_add_int(&c->detail, (int64_t)match->incomparable);
	}
	if (match->found)
		password_verdict_add_past(&c->verdict, c->s->settings, match->index, present != NULL);
}

/* Takes the present password in and compares the new one with all that the policy covers. Last of all rules: each hash costs tens of milliseconds. */
static void judge_history(struct change *c, const char *password)
{
	const struct settings *settings = c->s->settings;
	const char *present = shadow_hash(c->gathered.shadow.hash);
	struct history *h HISTORY_RELEASED = NULL;
	struct history_match match;
	int error;

	if (c->gathered.shadow.standing == SHADOW_ABSENT)
		add_detail(c, "no shadow entry, so the history cannot hold");
	error = history_take(c->s->paths, c->s->person->uid, present, c->s->now_s, &h);
	if (error < 0) {
		cannot_check(c, error == -ENOMEM ? MESSAGE_CAUSE_MEMORY : MESSAGE_CAUSE_HISTORY, history_strerror(error));
		return;
	}
	if (history_compare(h, history_covered(h, settings->password_history, settings->password_history_days, c->s->now_s), password, &match) < 0)
		cannot_check(c, MESSAGE_CAUSE_MEMORY, history_strerror(-ENOMEM));
	else
		add_match(c, &match, present);
}

static struct password_decision decide(const struct change *c)
{
	return password_decide(&c->verdict, c->s->settings, asked_by_root(c->s), c->s->waiver);
}

static struct password_decision judge(struct change *c, const char *password)
{
	struct password_decision d;

	start_verdict(c);
	fill_facts(c, password);
	password_judge(&c->gathered.facts, c->s->settings, &c->verdict);
	if (c->verdict.similarity_skipped)
		add_detail(c, "similarity not judged: the old password is not known");
	d = decide(c);
	/* Also when the password would pass in spite of reasons: the present one must not be missing from the history afterwards. */
	if (d.outcome != PASSWORD_REFUSED && remembers(c->s)) {
		judge_history(c, password);
		d = decide(c);
	}
	c->gathered.facts.password = NULL; /* libpam may free it from here on */
	c->gathered.facts.old = NULL;
	return d;
}

/* --- one try, and all of them --- */

static bool has_password(const struct situation *s)
{
	const void *token = NULL;

	return pam_get_item(s->pamh, PAM_AUTHTOK, &token) == PAM_SUCCESS && token != NULL;
}

static void forget(const struct situation *s)
{
	(void)pam_set_item(s->pamh, PAM_AUTHTOK, NULL);
}

/* PAM_SUCCESS; PAM_TRY_AGAIN when refused or mistyped; else the code to return at once. */
static int try_once(struct change *c)
{
	const struct situation *s = c->s;
	bool typed_here = !has_password(s);
	const char *password = NULL;
	struct password_decision d;
	int code;

	if (typed_here && options_never_prompt(&s->options))
		return PAM_AUTHTOK_ERR;
	code = conversation_ask_password(s->pamh, &password);
	if (code != PAM_SUCCESS)
		return code;
	d = judge(c, password);
	tell_verdict(c, &d);
	if (d.outcome == PASSWORD_REFUSED) {
		record_decision(c, &d);
		forget(s);
		return PAM_TRY_AGAIN;
	}
	if (typed_here)
		code = conversation_confirm_password(s->pamh, &password);
	if (code == PAM_SUCCESS)
		record_decision(c, &d);
	return code;
}

static int64_t tries_allowed(const struct situation *s)
{
	return options_never_prompt(&s->options) || situation_service_in(s, batch_services) ? 1 : s->settings->password_retry;
}

static int try_until_good(struct change *c)
{
	int64_t tries = tries_allowed(c->s);

	for (int64_t i = 0; i < tries; i++) {
		int code = try_once(c);

		if (code != PAM_TRY_AGAIN)
			return code;
	}
	return tries > 1 ? PAM_MAXTRIES : PAM_AUTHTOK_ERR;
}

static void refuse_for_obstacles(const struct change *c)
{
	struct password_decision refused = {.outcome = PASSWORD_REFUSED};

	tell_obstacles(c);
	record_decision(c, &refused);
}

int change_check_ready(const struct situation *s)
{
	struct change c CHANGE_RELEASED;
	int code = begin_change(s, &c);

	if (code != PAM_SUCCESS)
		return code;
	find_obstacles(&c);
	if (c.verdict.count == 0)
		return PAM_SUCCESS;
	situation_record_policy(s);
	refuse_for_obstacles(&c);
	return PAM_TRY_AGAIN;
}

bool change_possible(const struct situation *s)
{
	struct change c CHANGE_RELEASED;

	if (begin_change(s, &c) != PAM_SUCCESS)
		return false;
	find_obstacles(&c);
	return c.verdict.count == 0;
}

static int judge_new_password(struct change *c)
{
	const struct situation *s = c->s;

	find_obstacles(c);
	if (c->verdict.count > 0) {
		refuse_for_obstacles(c);
		return PAM_AUTHTOK_ERR;
	}
	if (!has_password(s) && !options_never_prompt(&s->options) && !situation_service_in(s, batch_services))
		tell_rules(s);
	return try_until_good(c);
}

int change_judge_new_password(const struct situation *s)
{
	struct change c CHANGE_RELEASED;
	int code = begin_change(s, &c);

	situation_record_policy(s);
	if (code == PAM_SUCCESS)
		code = judge_new_password(&c);
	if (code == PAM_SUCCESS)
		situation_witness(s, "password change");
	else
		forget(s);
	return code;
}
