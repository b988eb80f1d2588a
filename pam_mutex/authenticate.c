/* SPDX-License-Identifier: BSD-2-Clause */
/* Drives a login from the first prompt to the proof. What follows from what is decided in login.c; this file fetches, asks, counts, tells and records. */
#include "authenticate.h"

#include <security/pam_ext.h>
#include <string.h>
#include <unistd.h>

#include "attempt.h"
#include "clock.h"
#include "conversation.h"
#include "factor_gather.h"
#include "login_report.h"
#include "stamp_store.h"
#include "standing.h"
#include "text.h"
#include "totp.h"
#include "verify_client_gather.h"

#define FAIL_DELAY_US 2000000
#define WRONG_ANSWERS_MAX 3
#define DETAIL_BYTES 512
/* What the lines before us took in place of a password: a finger, a card. Not a factor's name, so that no rule about passwords is met by it. */
#define OTHER_PRIMARY "other-module"

static const char *password_in_hand(const struct situation *s)
{
	const void *token = NULL;

	return pam_get_item(s->pamh, PAM_AUTHTOK, &token) == PAM_SUCCESS ? token : NULL;
}

/* Told, recorded, and slow: no answer of ours comes faster than the one to a wrong password. The program sleeps, not this module. */
static int deny(const struct situation *s, const struct login_decision *d, const char *detail)
{
	login_report_tell(s, d);
	login_report_record(s, d, detail);
	(void)pam_fail_delay(s->pamh, FAIL_DELAY_US);
	return PAM_AUTH_ERR;
}

/* --- begin --- */

/* The verifier has asked, counted, recorded and stamped. What it was told opens the keyrings of the modules behind us. */
static int take_verified(const struct situation *s, struct attempt *a, const struct secret *password)
{
	if (password->len > 0 && pam_set_item(s->pamh, PAM_AUTHTOK, password->bytes) != PAM_SUCCESS)
		return PAM_BUF_ERR;
	a->verified = true;
	return PAM_SUCCESS;
}

static int ask_verifier(const struct situation *s, struct attempt *a)
{
	struct secret password SECRET_WIPED = {0};
	struct verify_start start = {0};
	struct text t;
	int code;

	TEXT_INTO(&t, start.service);
	text_add_escaped_cut(&t, s->service, strlen(s->service), sizeof start.service - 1);
	TEXT_INTO(&t, start.tty);
	text_add_escaped_cut(&t, s->tty, strlen(s->tty), sizeof start.tty - 1);
	TEXT_INTO(&t, start.display);
	text_add_escaped_cut(&t, s->display, strlen(s->display), sizeof start.display - 1);
	code = verify_client_run(s->pamh, s->paths, &start, &password);
	if (code == PAM_SUCCESS)
		return take_verified(s, a, &password);
	/* Without a verifier the password may still do, where finish finds that no factor is demanded; it denies the rest and says why. */
	return code == PAM_AUTHINFO_UNAVAIL ? PAM_IGNORE : code;
}

/* [mfa] one_line: a program that answers one question only is asked for password and code in one. A tail that is no right code now belongs to the
 * password. Who guesses learns nothing: either way the password must be right. The question is the same for everybody. */
static int take_one_line(const struct situation *s, struct attempt *a)
{
	const struct login_totp *totp = &s->login.state.totp;
	struct secret password SECRET_WIPED = {0};
	size_t digits = totp->enrolled ? totp->digits : 6, len;
	const char *line = NULL;
	int64_t step;
	int code;

	if (!s->settings->mfa_one_line || !(s->login.facts.service.asks_once || s->login.facts.service.network))
		return PAM_IGNORE;
	code = pam_get_authtok(s->pamh, PAM_AUTHTOK, &line, NULL);
	if (code != PAM_SUCCESS || line == NULL)
		return PAM_IGNORE; /* the modules that ask for a password find out the same, and failed follows */
	len = strlen(line);
	if (!totp->enrolled || len <= digits || totp_check(totp, line + len - digits, digits, s->now_s, &step) != TOTP_RIGHT)
		return PAM_IGNORE;
	if (secret_set(&a->code, line + len - digits, digits) < 0 || secret_set(&password, line, len - digits) < 0)
		return PAM_BUF_ERR;
	return pam_set_item(s->pamh, PAM_AUTHTOK, password.bytes) == PAM_SUCCESS ? PAM_IGNORE : PAM_BUF_ERR;
}

int authenticate_begin(struct situation *s)
{
	struct attempt *a = attempt_of(s->pamh);
	struct login_decision d;

	if (a == NULL)
		return PAM_BUF_ERR;
	attempt_restart(a, s);
	if (!s->as_root)
		return ask_verifier(s, a);
	attempt_reserve(a, s, &d);
	login_report_trouble(s);
	if (d.outcome != LOGIN_OUTCOME_ALLOWED)
		return deny(s, &d, NULL);
	a->password_skipped = d.skip_password;
	return d.skip_password ? PAM_SUCCESS : take_one_line(s, a);
}

/* --- failed --- */

int authenticate_failed(struct situation *s)
{
	struct attempt *a = attempt_of(s->pamh);
	bool was_locked = s->login.facts.lockouts[LOGIN_GUESS_PASSWORD].kind != LOCKOUT_NONE;
	struct login_decision d;

	(void)pam_fail_delay(s->pamh, FAIL_DELAY_US);
	if (a == NULL || !a->open)
		return PAM_AUTH_ERR;
	attempt_fail(a, s, password_in_hand(s));
	if (was_locked || s->login.facts.lockouts[LOGIN_GUESS_PASSWORD].kind == LOCKOUT_NONE)
		return PAM_AUTH_ERR;
	login_decide(LOGIN_STAGE_BEGIN, &s->login.facts, s->settings, &s->login.factors, &d);
	if (d.outcome == LOGIN_OUTCOME_DENIED)
		login_report_tell(s, &d);
	login_report_finding(s, RECORD_LOCKOUT, "PW-3", login_reason_code(LOGIN_LOCKED_REASON), "a lock-out has begun for this source");
	return PAM_AUTH_ERR;
}

/* --- finish: which factors remain --- */

struct finishing {
	struct situation *s;
	struct attempt *a;
	struct login_decision d;
	const char *password; /* in hand, or NULL; libpam's */
	bool password_right;  /* the modules before us have checked it */
	uint32_t shown;       /* asked for here and shown */
	bool settled;         /* what follows from it is written, with the last code */
	bool again;           /* the program wants to be called again before it answers */
	struct standing standing;
	char detail[DETAIL_BYTES]; /* what the last factor said was wrong */
};

static void decide(struct finishing *f)
{
	login_decide(LOGIN_STAGE_FINISH, &f->s->login.facts, f->s->settings, &f->s->login.factors, &f->d);
}

/* --- finish: what is written when all is shown --- */

static bool remember(const struct finishing *f, struct login_state *state)
{
	const struct login_gathered *login = &f->s->login;
	struct login_remembered *slot = &state->remembered[0];

	if (f->shown == 0 || f->s->settings->mfa_remember <= 0)
		return false;
	for (size_t i = 0; i < LOGIN_REMEMBERED_MAX; i++) {
		struct login_remembered *other = &state->remembered[i];

		if (memcmp(other->place, login->place, sizeof other->place) == 0) {
			slot = other;
			break;
		}
		if (other->until_s < slot->until_s)
			slot = other;
	}
	*slot = (struct login_remembered){.until_s = f->s->now_s + f->s->settings->mfa_remember};
	(void)memcpy(slot->place, login->place, sizeof slot->place);
	for (size_t i = 0; i < login->factors.count; i++)
		if ((f->shown & FACTOR_BIT(i)) != 0)
			slot->factors |= FACTOR_BIT(login->factors.factors[i].kind);
	return true;
}

static int change_finish(struct login_state *state, void *context)
{
	struct finishing *f = context;
	const struct login_source *source = &f->s->login.source;
	bool changed = lockout_release(state, &f->a->process);

	if (f->password_right)
		changed = lockout_succeed(state, source, LOGIN_GUESS_PASSWORD) || changed;
	if (f->shown != 0)
		changed = lockout_succeed(state, source, LOGIN_GUESS_CODE) || changed;
	changed = remember(f, state) || changed;
	changed = standing_note(&f->standing, f->s->settings, f->s->now_s, state) || changed;
	login_gather_take_state(&f->s->login, state);
	return changed ? 0 : 1;
}

/* A code that was all that was missing: its use and what follows are one change. */
static void settle_with_code(struct login_state *state, int shown, void *context)
{
	struct finishing *f = context;
	struct login_facts facts = f->s->login.facts;
	struct login_decision d;

	facts.proven |= FACTOR_BIT((unsigned)shown);
	login_decide(LOGIN_STAGE_FINISH, &facts, f->s->settings, &f->s->login.factors, &d);
	f->settled = d.outcome == LOGIN_OUTCOME_ALLOWED;
	if (!f->settled)
		return;
	f->shown |= FACTOR_BIT((unsigned)shown);
	(void)change_finish(state, f);
}

/* --- finish: asking --- */

static enum factor_result ask_once(struct finishing *f, int *ret_shown)
{
	struct factor_question question = {
		.pamh = f->s->pamh, .paths = f->s->paths, .policy = &f->s->policy->policy, .login = &f->s->login, .may = f->d.next,
		.language = f->s->language, .password = f->password, .silent = (f->s->flags & PAM_SILENT) != 0,
		.also = f->s->as_root && !f->a->alone && f->a->uid == f->s->person->uid ? settle_with_code : NULL, .context = f,
	};
	struct secret code SECRET_WIPED = f->a->code;

	f->detail[0] = '\0';
	if (code.len == 0)
		return factor_ask(&question, ret_shown, f->detail, sizeof f->detail);
	secret_wipe(&f->a->code); /* it answers one question */
	return factor_check_code(&question, code.bytes, code.len, ret_shown, f->detail, sizeof f->detail);
}

/* A clock may be why a code is wrong; it is not why a key was not touched in time. */
static bool asks_for_code(const struct finishing *f)
{
	const struct factor_table *table = &f->s->login.factors;

	for (size_t i = 0; i < table->count; i++)
		if ((f->d.next & FACTOR_BIT(i)) != 0 && table->factors[i].kind == FACTOR_TOTP)
			return true;
	return false;
}

/* Nothing that could be asked again: while the mode observes the person is let in all the same. */
static void give_up(struct finishing *f, enum factor_result result)
{
	struct login_decision *d = &f->d;
	bool observed = d->factor_observed;
	bool code = (result == FACTOR_REFUSED || result == FACTOR_USED_UP) && asks_for_code(f);
	enum login_reason_id id = code ? LOGIN_FACTOR_FAILED_REASON : LOGIN_FACTOR_NOT_SHOWN_REASON;

	d->outcome = observed ? LOGIN_OUTCOME_ALLOWED : LOGIN_OUTCOME_DENIED;
	if (d->count < LOGIN_REASON_MAX)
		d->reasons[d->count++] = (struct login_reason){.id = id, .denies = !observed, .observed_only = observed};
}

/* What was asked has changed the state under its lock, and left it in hand. */
static void refresh_state(struct finishing *f, enum factor_result result)
{
	struct login_gathered *login = &f->s->login;
	bool in_hand = result == FACTOR_SHOWN || result == FACTOR_REFUSED || result == FACTOR_USED_UP;

	if (in_hand && login->facts.state == LOGIN_STATE_FINE)
		login_gather_take_state(login, &login->state);
	else
		login_gather_state(f->s->paths, login);
}

/* Asks until everything is shown or nothing more can be. What gives the password to every question (sshd's "password" method), hangs up or cannot
 * be asked is not asked twice. */
static void ask_factors(struct finishing *f)
{
	int wrong = 0;

	for (decide(f); f->d.outcome == LOGIN_OUTCOME_ASK; decide(f)) {
		uint32_t shown_before = f->shown;
		int index = -1;
		enum factor_result result = ask_once(f, &index);

		if (result != FACTOR_SHOWN) { /* what could not be written does not count */
			f->shown = shown_before;
			f->settled = false;
		}
		refresh_state(f, result);
		if (result == FACTOR_SHOWN && index >= 0) {
			f->shown |= FACTOR_BIT((unsigned)index);
			f->s->login.facts.proven |= FACTOR_BIT((unsigned)index);
		} else if ((result != FACTOR_REFUSED && result != FACTOR_USED_UP) || ++wrong == WRONG_ANSWERS_MAX) {
			f->again = result == FACTOR_AGAIN;
			if (!f->again)
				give_up(f, result);
			return;
		}
	}
}

/* --- finish: what follows --- */

/* Not synced: what a power cut takes away here is a success forgotten, which costs nobody more than a question. */
static void settle(struct finishing *f)
{
	int error = 0;

	if (f->a->uid != f->s->person->uid) /* a module has changed the name meanwhile: the try was another one's */
		attempt_release(f->a, f->s);
	f->a->open = false;
	if (!f->settled)
		error = login_store_change_of(f->s->paths, &f->s->login.whose, false, change_finish, f, NULL);
	if (error == 0)
		login_gather_keep(&f->s->login, LOGIN_SEEN_AT_FINISH, &f->s->basis->memo);
	else if (f->s->login.facts.state == LOGIN_STATE_FINE)
		login_report_computer(f->s, "state-not-written", login_store_strerror(error));
}

/* A lock is opened by its locker, and on a seat by a login there. A stamp by su, by sudo or from another computer would only take the place of one
 * that is waited for. */
static bool wants_stamp(const struct situation *s)
{
	const struct login_facts *facts = &s->login.facts;
	bool opens = facts->service.kind == SERVICE_LOCKER || (facts->service.kind == SERVICE_LOGIN && facts->side == LOGIN_LOCAL);

	return opens && stamp_store_is_read(s->paths);
}

static void add_factor_names(const struct finishing *f, struct field_names *ret_names)
{
	const struct factor_table *table = &f->s->login.factors;
	uint32_t proven = f->s->login.facts.proven;

	/* What does not fit any more is in the record. */
	for (size_t i = 0; i < table->count; i++)
		if ((proven & FACTOR_BIT(i)) != 0)
			(void)field_names_add(ret_names, i == FACTOR_PASSWORD && f->password == NULL ? OTHER_PRIMARY : table->factors[i].name);
}

static int stamp_process(const struct situation *s, struct stamp *stamp)
{
	stamp->pid = s->peer_pid != 0 ? s->peer_pid : getpid();
	return stamp_store_process_start(stamp->pid, &stamp->pid_start);
}

static void write_stamp(const struct finishing *f)
{
	const struct situation *s = f->s;
	const char *tty = strncmp(s->tty, "/dev/", 5) == 0 ? s->tty + 5 : s->tty;
	struct stamp stamp = {.time_ns = clock_monotonic_ns(), .uid = s->person->uid};
	struct text t;
	int error;

	(void)memcpy(stamp.boot_id, s->basis->memo.boot_id, sizeof stamp.boot_id);
	TEXT_INTO(&t, stamp.service);
	text_add(&t, s->service);
	TEXT_INTO(&t, stamp.seat);
	text_add(&t, s->seat);
	TEXT_INTO(&t, stamp.tty);
	text_add_escaped_cut(&t, tty, strlen(tty), sizeof stamp.tty - 1);
	TEXT_INTO(&t, stamp.display);
	text_add_escaped_cut(&t, s->display, strlen(s->display), sizeof stamp.display - 1);
	add_factor_names(f, &stamp.factors);
	error = stamp_process(s, &stamp);
	if (error == 0)
		error = stamp_store_write(s->paths, &stamp);
	if (error < 0)
		login_report_computer(s, "stamp-not-written", login_store_strerror(error));
}

static void describe(const struct finishing *f, char (*ret_detail)[DETAIL_BYTES])
{
	struct text t;

	TEXT_INTO(&t, *ret_detail);
	text_add(&t, "shown: ");
	if (f->s->login.facts.proven == 0)
		text_add(&t, "nothing");
	factor_set_add(&f->s->login.factors, f->s->login.facts.proven, &t);
	if ((f->s->login.facts.proven & FACTOR_BIT(FACTOR_PASSWORD)) != 0 && f->password == NULL)
		text_add(&t, " (another module in place of the password)");
	if (f->d.root_console)
		text_add(&t, "; let in because root at the console always is");
	if (f->detail[0] != '\0') {
		text_add(&t, "; ");
		text_add(&t, f->detail);
	}
}

static int conclude_denied(struct finishing *f)
{
	char detail[DETAIL_BYTES];

	attempt_release(f->a, f->s);
	describe(f, &detail);
	return deny(f->s, &f->d, detail);
}

/* The password is judged while it is in hand, where its owner logs in and can be told: su and sudo show it to other ends, a lock asks and opens. */
static bool judges_password(const struct finishing *f)
{
	return f->password_right && f->s->login.facts.service.kind == SERVICE_LOGIN;
}

static void keep_proof(struct finishing *f)
{
	char detail[DETAIL_BYTES];

	if (f->s->as_root) {
		settle(f);
		if (wants_stamp(f->s))
			write_stamp(f);
		situation_witness(f->s, "login");
	}
	describe(f, &detail);
	login_report_record(f->s, &f->d, detail);
}

static int conclude_proven(struct finishing *f)
{
	f->a->finished = true;
	f->a->uid = f->s->person->uid;
	f->a->proven = f->s->login.facts.proven;
	f->a->shown = f->shown;
	if (!f->a->alone)
		keep_proof(f);
	login_report_tell(f->s, &f->d);
	if (!f->a->alone && judges_password(f))
		standing_report(f->s, &f->standing);
	return PAM_SUCCESS;
}

/* What the lines before this one, and sshd, have seen. */
static uint32_t shown_before(const struct finishing *f)
{
	const struct ssh_auth_info *ssh = &f->s->login.facts.ssh;
	uint32_t shown = f->a->password_skipped ? 0 : FACTOR_BIT(FACTOR_PASSWORD);

	if (ssh->publickey)
		shown |= FACTOR_BIT(FACTOR_PUBLICKEY);
	if (ssh->hardware_key)
		shown |= FACTOR_BIT(FACTOR_HARDWARE_KEY);
	return shown;
}

int authenticate_finish(struct situation *s)
{
	struct finishing f = {.s = s, .a = attempt_of(s->pamh), .password = password_in_hand(s)};

	if (f.a == NULL)
		return PAM_BUF_ERR;
	f.a->finished = false;
	f.a->alone = !f.a->begun; /* gdm-fingerprint and the like have this line alone */
	if (f.a->alone)
		login_report_trouble(s);
	f.a->begun = false;
	if (!s->as_root && f.a->verified && s->person != NULL && f.a->uid == s->person->uid) {
		f.a->finished = true;
		return PAM_SUCCESS;
	}
	s->login.facts.proven |= shown_before(&f);
	f.password_right = !f.a->password_skipped && f.password != NULL;
	if (s->as_root && s->person != NULL && judges_password(&f))
		standing_judge(s, f.password, &f.standing);
	ask_factors(&f);
	if (f.again) {
		f.a->begun = !f.a->alone;
		return PAM_INCOMPLETE;
	}
	if (f.d.outcome != LOGIN_OUTCOME_ALLOWED || s->person == NULL)
		return conclude_denied(&f);
	return conclude_proven(&f);
}

/* --- for the account line --- */

struct login_proof authenticate_proof(const struct situation *s)
{
	const struct attempt *a = attempt_of(s->pamh);

	if (a == NULL || !a->finished || s->person == NULL || a->uid != s->person->uid)
		return (struct login_proof){0};
	return (struct login_proof){.finished = true, .proven = a->proven};
}

void authenticate_keep(struct situation *s, const struct login_decision *d)
{
	struct attempt *a = attempt_of(s->pamh);
	struct finishing f = {.s = s, .a = a, .d = *d};

	if (a == NULL || !a->alone || !authenticate_proof(s).finished)
		return;
	a->alone = false;
	f.shown = a->shown;
	keep_proof(&f);
}
