/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of an enrolment by the person; what is secret lives in one block that is wiped. */
#include "verify_enrol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <unistd.h>

#include "clock.h"
#include "enrolment.h"
#include "login_store.h"
#include "policy_load.h"
#include "record.h"
#include "recovery.h"
#include "service.h"
#include "text.h"
#include "totp.h"

#define TRIES 3
#define HOST_BYTES 256

struct secrets {
	struct login_totp totp;
	struct login_recovery recovery;
	uint8_t random[RECOVERY_RANDOM_BYTES];
	char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE];
	char line[VERIFY_TEXT_MAX + 1];
};

static void secrets_free(struct secrets **s)
{
	if (*s != NULL)
		explicit_bzero(*s, sizeof **s);
	free(*s);
}
#define SECRETS_FREED __attribute__((cleanup(secrets_free)))

static int refuse(const struct verify_enrol *e, const char *why)
{
	char line[64];
	struct text t;

	TEXT_INTO(&t, line);
	text_add(&t, VERIFY_ENROL_REFUSED " ");
	text_add(&t, why);
	(void)verify_relay_tell(e->relay, VERIFY_ERROR, line);
	return PAM_PERM_DENIED;
}

/* A state that cannot be read may hold a factor. */
static int check_none_yet(const struct verify_enrol *e)
{
	struct login_state state LOGIN_STATE_WIPED;
	struct login_whose whose = login_store_person(e->person->uid, e->person->name);
	int error;

	login_state_init(&state, e->person->uid);
	error = login_store_read_of(e->paths, &whose, &state);
	if (error < 0) {
		syslog(LOG_AUTHPRIV | LOG_WARNING, "uid %u cannot be enrolled: %s", (unsigned)e->person->uid, login_store_strerror(error));
		return refuse(e, VERIFY_ENROL_STATE);
	}
	return enrolment_has_any(&state) ? refuse(e, VERIFY_ENROL_ALREADY) : PAM_SUCCESS;
}

static int make_totp(const struct settings *settings, struct login_totp *ret_totp)
{
	enrolment_totp(settings, -1, -1, ret_totp);
	return getrandom(ret_totp->secret, ret_totp->secret_len, 0) == (ssize_t)ret_totp->secret_len ? PAM_SUCCESS : PAM_SYSTEM_ERR;
}

static int tell_secret(const struct verify_enrol *e, const struct settings *settings, struct secrets *s)
{
	char host[HOST_BYTES] = "";
	struct text t;

	if (settings->factor_issuer[0] == '\0' && gethostname(host, sizeof host - 1) < 0)
		return PAM_SYSTEM_ERR;
	TEXT_INTO(&t, s->line);
	text_add(&t, VERIFY_ENROL_URI " ");
	if (totp_uri(&s->totp, host[0] != '\0' ? host : settings->factor_issuer, e->person->name, &t) < 0)
		return PAM_SYSTEM_ERR;
	return verify_relay_tell(e->relay, VERIFY_INFO, s->line) < 0 ? PAM_CONV_ERR : PAM_SUCCESS;
}

/* The step of the right code is used up with it. */
static int ask_first_code(const struct verify_enrol *e, struct login_totp *totp)
{
	for (int i = 0; i < TRIES; i++) {
		char *answer = NULL;
		enum totp_result result = TOTP_WRONG;
		int r = verify_relay_ask(e->relay, VERIFY_SHOWN, VERIFY_ENROL_ASK, &answer);

		if (r == 0) {
			totp->since_s = clock_now_s();
			result = totp_check(totp, answer, strlen(answer), totp->since_s, &totp->last_step);
			explicit_bzero(answer, strlen(answer));
			free(answer);
		}
		if (r < 0)
			return PAM_CONV_ERR;
		if (result == TOTP_RIGHT)
			return PAM_SUCCESS;
		if (verify_relay_tell(e->relay, VERIFY_ERROR, VERIFY_ENROL_WRONG) < 0)
			return PAM_CONV_ERR;
	}
	return PAM_AUTH_ERR;
}

/* A login_store_change_fn. Decided here, where nobody else can change it. */
static int store(struct login_state *state, void *context)
{
	const struct secrets *s = context;

	if (enrolment_has_any(state))
		return -EEXIST;
	enrolment_store(state, &s->totp, &s->recovery);
	return 0;
}

static int keep(const struct verify_enrol *e, struct secrets *s)
{
	int error;

	if (getrandom(s->random, sizeof s->random, 0) != (ssize_t)sizeof s->random)
		return PAM_SYSTEM_ERR;
	recovery_make(s->random, clock_now_s(), &s->recovery, s->codes);
	error = login_store_change_for_good(e->paths, e->person->uid, store, s);
	if (error == -EEXIST)
		return refuse(e, VERIFY_ENROL_ALREADY);
	if (error < 0)
		syslog(LOG_AUTHPRIV | LOG_WARNING, "uid %u was not enrolled: %s", (unsigned)e->person->uid, login_store_strerror(error));
	return error < 0 ? refuse(e, VERIFY_ENROL_STATE) : PAM_SUCCESS;
}

static int tell_codes(const struct verify_enrol *e, struct secrets *s)
{
	struct text t;

	TEXT_INTO(&t, s->line);
	text_add(&t, VERIFY_ENROL_CODES);
	for (size_t i = 0; i < LOGIN_CODES_MAX; i++) {
		text_add_char(&t, ' ');
		text_add(&t, s->codes[i]);
	}
	return verify_relay_tell(e->relay, VERIFY_INFO, s->line) < 0 ? PAM_CONV_ERR : PAM_SUCCESS;
}

static void record(const struct verify_enrol *e, const struct policy_loaded *policy)
{
	struct record record = {.kind = RECORD_FACTOR_CHANGED,
				.verdict = RECORD_NOTED,
				.time_s = clock_now_s(),
				.clause = "RA-1",
				.policy_hash = policy->policy.hash,
				.policy_state = policy_state_name(policy->state),
				.user = e->person->name,
				.service = SERVICE_VERIFIER,
				.tty = e->peer->tty,
				.asked_by = e->person->name,
				.detail = "The person enrolled an authenticator app and ten recovery codes at the computer itself; there was no factor before."};

	if (record_emit(&record, e->paths->journal, e->paths->syslog) < 0)
		syslog(LOG_AUTHPRIV | LOG_WARNING, "uid %u was enrolled, and nobody took the record of it", (unsigned)e->person->uid);
}

static int run(const struct verify_enrol *e, const struct policy_loaded *policy)
{
	struct secrets *s SECRETS_FREED = calloc(1, sizeof *s);
	struct settings settings;
	int code;

	policy_resolve_for(&policy->policy, e->person, &(struct policy_names){.factor = "totp"}, &settings);
	if (!settings.mfa_self_enrol)
		return refuse(e, VERIFY_ENROL_FORBIDDEN);
	code = s != NULL ? check_none_yet(e) : PAM_BUF_ERR;
	if (code == PAM_SUCCESS)
		code = make_totp(&settings, &s->totp);
	if (code == PAM_SUCCESS)
		code = tell_secret(e, &settings, s);
	if (code == PAM_SUCCESS)
		code = ask_first_code(e, &s->totp);
	if (code == PAM_SUCCESS)
		code = keep(e, s);
	if (code != PAM_SUCCESS)
		return code;
	record(e, policy);
	return tell_codes(e, s);
}

int verify_enrol(const struct verify_enrol *enrol)
{
	struct policy_loaded policy;
	int code;

	if (!enrol->peer->in_front || enrol->peer->uid != enrol->person->uid || enrol->person->uid == 0)
		return refuse(enrol, VERIFY_ENROL_ELSEWHERE);
	if (policy_load(enrol->paths, &policy) < 0)
		return PAM_BUF_ERR;
	/* Without a policy that can be read nobody knows whether this is allowed. */
	code = policy.state == POLICY_BROKEN ? refuse(enrol, VERIFY_ENROL_FORBIDDEN) : run(enrol, &policy);
	policy_unload(&policy);
	return code;
}
