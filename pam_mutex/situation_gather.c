/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the situation of one call, in the order in which failing is cheapest and says least to strangers. */
#include "situation_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <security/pam_ext.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "language_gather.h"
#include "number.h"
#include "pending.h"
#include "service.h"
#include "text.h"

#define CLAUSE "PW-1"
#define WITNESS_BYTES 512

static int gather_options(int argc, const char **argv, struct situation *s)
{
	struct stat st = {0};
	int bad;

	if (options_parse(argc, argv, &s->options, &bad) < 0) {
		pam_syslog(s->pamh, LOG_CRIT, "this argument in the PAM file is not understood, so the line fails: %s", argv[bad]);
		return PAM_SERVICE_ERR;
	}
	s->paths = basis_paths(s->pamh, s->options.root);
	if (s->paths != NULL)
		return PAM_SUCCESS;
	/* Whoever owns the root folder of a test is trusted in it, as root is in the real one. */
	if (s->options.root[0] != '\0' && stat(s->options.root, &st) < 0) {
		pam_syslog(s->pamh, LOG_CRIT, "the folder of root= cannot be used: %s: %m", s->options.root);
		return PAM_SERVICE_ERR;
	}
	if (paths_init(&s->own_paths, s->options.root, st.st_uid) < 0) {
		pam_syslog(s->pamh, LOG_CRIT, "the folder of root= has too long a name");
		return PAM_SERVICE_ERR;
	}
	s->paths = &s->own_paths;
	return PAM_SUCCESS;
}

/* What no user database should know, and what would be trouble in a path, a record or a list of users. */
static bool is_plain_name(const char *name)
{
	if (name[0] == '\0' || name[0] == '-' || name[0] == '+')
		return false;
	for (; *name != '\0'; name++)
		if (*name == '/' || *name == ':' || (unsigned char)*name < 0x20 || *name == 0x7f)
			return false;
	return true;
}

/* PAM_SUCCESS, *ret_name is the name as given; or the code to return. */
static int ask_name(const struct situation *s, const char **ret_name)
{
	const char *name = NULL;
	int code = pam_get_user(s->pamh, &name, NULL);

	if (code != PAM_SUCCESS)
		return code == PAM_CONV_AGAIN ? PAM_INCOMPLETE : code;
	*ret_name = name != NULL ? name : "";
	return PAM_SUCCESS;
}

/* PAM_SUCCESS when the policy and, if there is one, the person are known; or the code to return. */
static int gather_basis(struct situation *s, const char *name, bool anew, bool groups)
{
	s->basis = basis_of(s->pamh, s->paths, is_plain_name(name) ? name : "", anew, groups);
	if (s->basis == NULL)
		return PAM_BUF_ERR;
	s->paths = &s->basis->paths;
	s->policy = &s->basis->policy;
	if (s->basis->person_error != 0 && s->basis->person_error != -ENOENT)
		pam_syslog(s->pamh, LOG_CRIT, "the user database cannot be asked: %s", strerrordesc_np(-s->basis->person_error));
	return PAM_SUCCESS;
}

static int gather_person(struct situation *s)
{
	if (s->basis->person_error == -ENOENT)
		return PAM_USER_UNKNOWN;
	if (s->basis->person_error != 0)
		return PAM_AUTHINFO_UNAVAIL;
	s->person = &s->basis->person.person;
	return PAM_SUCCESS;
}

static const char *item(const struct situation *s, int which)
{
	const void *value = NULL;

	return pam_get_item(s->pamh, which, &value) == PAM_SUCCESS && value != NULL ? value : "";
}

static void gather_asked_by(struct situation *s)
{
	struct person_loaded asker PERSON_UNLOADED = {0};
	uid_t uid = s->real_uid;
	struct text t;

	TEXT_INTO(&t, s->asked_by);
	/* The verifier, root, serves people for themselves only. */
	if (s->person != NULL && (uid == s->person->uid || s->peer_pid > 0))
		text_add(&t, s->person->name);
	else if (uid == 0)
		text_add(&t, "root");
	else if (person_load_uid(uid, &asker) == 0)
		text_add(&t, asker.person.name);
	else
		text_add_int(&t, (int64_t)uid);
}

static void gather_waiver(struct situation *s)
{
	char asked[SITUATION_HOST_BYTES] = "";
	const char *host = s->gathered ? s->login.host : asked;
	const struct exception *exception;

	/* In this order: the same calls for a name that nobody has. */
	if ((!s->gathered && gethostname(asked, sizeof asked - 1) < 0) || s->person == NULL)
		return;
	exception = exception_match(&s->policy->exceptions, CLAUSE, s->person, host);
	s->waiver = exception != NULL ? exception->id : NULL;
}

static void gather_items(struct situation *s)
{
	s->service = item(s, PAM_SERVICE);
	s->tty = item(s, PAM_TTY);
	s->rhost = item(s, PAM_RHOST);
	s->display = item(s, PAM_XDISPLAY);
	s->now_s = clock_now_s();
}

static enum language gather_language(const struct situation *s)
{
	struct basis *basis = s->basis;

	if (basis->has_language && strcmp(basis->language_tty, s->tty) == 0)
		return basis->language;
	basis->language = language_gather(s->paths, s->settings, s->tty);
	basis->has_language = strlen(s->tty) < sizeof basis->language_tty;
	if (basis->has_language)
		(void)memcpy(basis->language_tty, s->tty, strlen(s->tty) + 1);
	return basis->language;
}

static void gather_rest(struct situation *s)
{
	s->language = gather_language(s);
	gather_asked_by(s);
	gather_waiver(s);
	if (s->options.debug)
		pam_syslog(s->pamh, LOG_DEBUG, "policy %s, flags %#x, service %s", policy_state_name(s->policy->state), s->flags, s->service);
}

static int gather(int argc, const char **argv, struct situation *s)
{
	const char *name = NULL;
	int code = gather_options(argc, argv, s);

	if (code == PAM_SUCCESS)
		code = ask_name(s, &name);
	if (code == PAM_SUCCESS)
		code = gather_basis(s, name, true, true);
	if (code == PAM_SUCCESS)
		code = gather_person(s);
	if (code != PAM_SUCCESS)
		return code;
	policy_resolve(&s->policy->policy, s->person, &s->own_settings);
	s->settings = &s->own_settings;
	gather_items(s);
	gather_rest(s);
	return PAM_SUCCESS;
}

static struct situation *situation_new(pam_handle_t *pamh, int flags)
{
	struct situation *s = malloc(sizeof *s);

	if (s != NULL) {
		memset(s, 0, offsetof(struct situation, own_paths));
		s->pamh = pamh;
		s->flags = (unsigned)flags;
		s->real_uid = getuid();
		s->as_root = geteuid() == 0;
	}
	return s;
}

int situation_gather(pam_handle_t *pamh, int flags, int argc, const char **argv, struct situation **ret_situation)
{
	struct situation *s SITUATION_RELEASED = situation_new(pamh, flags);
	int code = s != NULL ? gather(argc, argv, s) : PAM_BUF_ERR;

	if (code != PAM_SUCCESS)
		return code;
	*ret_situation = s;
	s = NULL;
	return PAM_SUCCESS;
}

/* --- login phases --- */

static const char *peer_value(const struct situation *s, const char *name)
{
	const char *value = pam_getenv(s->pamh, name);

	return value != NULL ? value : "";
}

/* The verifier works for another program and says for which; its own service name and root's rights show that it is the verifier. */
static void gather_peer(struct situation *s)
{
	const char *pid = peer_value(s, "MUTEX_PEER_PID");
	int64_t number;

	if (strcmp(s->service, SERVICE_VERIFIER) != 0 || !s->as_root)
		return;
	s->service = service_believed(&s->policy->policy, peer_value(s, "MUTEX_PEER_SERVICE"));
	s->tty = peer_value(s, "MUTEX_PEER_TTY");
	s->display = peer_value(s, "MUTEX_PEER_DISPLAY");
	s->seat = peer_value(s, "MUTEX_PEER_SEAT");
	if (number_parse(pid, strlen(pid), 1, INT32_MAX, &number) == 0)
		s->peer_pid = (pid_t)number;
}

static int gather_login(struct situation *s, const char *name)
{
	struct login_memo *memo = &s->basis->memo;
	struct login_request request = {
		.service = s->service, .tty = s->tty, .rhost = s->rhost, .display = s->display,
		.user = is_plain_name(name) ? name : "",
		.ssh_auth_info = strcmp(s->service, "sshd") == 0 ? pam_getenv(s->pamh, "SSH_AUTH_INFO_0") : NULL,
		.asker_later = true, .real_uid = s->real_uid, .as_root = s->as_root,
		.peer_pid = s->peer_pid, .now_s = s->now_s, .looked_up = &s->basis->person,
		.no_sessions = s->options.line != OPTIONS_OTHER_LINE, .make_key = true, .memo = memo,
	};
	enum login_seen seen = s->options.line == OPTIONS_FINISH       ? LOGIN_SEEN_AT_BEGIN
			       : s->options.line == OPTIONS_OTHER_LINE ? LOGIN_SEEN_AT_FINISH
								       : LOGIN_SEEN_NEVER;

	/* begin takes it with the change that enters the try; behind begin and finish it was seen just now. */
	request.state_later = request.as_root && (s->options.line == OPTIONS_BEGIN || (seen != LOGIN_SEEN_NEVER && memo->seen == seen));

	s->gathered = true;
	if (login_gather(s->paths, s->policy, &request, &s->login) < 0)
		return PAM_BUF_ERR;
	s->person = s->login.facts.person;
	if (s->seat == NULL || s->seat[0] == '\0')
		s->seat = s->login.seat;
	s->settings = &s->login.settings;
	if (request.state_later && seen != LOGIN_SEEN_NEVER && !login_gather_recall(&s->login, seen, memo)) {
		login_gather_state(s->paths, &s->login);
		login_gather_remembered(&s->login);
	}
	return PAM_SUCCESS;
}

static int gather_for_login(int argc, const char **argv, struct situation *s)
{
	const char *name = NULL;
	int code = gather_options(argc, argv, s);

	if (code == PAM_SUCCESS)
		code = ask_name(s, &name);
	if (code != PAM_SUCCESS)
		return code;
	code = gather_basis(s, name, s->options.line == OPTIONS_BEGIN, false);
	if (code != PAM_SUCCESS)
		return code;
	gather_items(s);
	gather_peer(s);
	code = gather_login(s, name);
	if (code == PAM_SUCCESS)
		gather_rest(s);
	return code;
}

int situation_gather_login(pam_handle_t *pamh, int flags, int argc, const char **argv, struct situation **ret_situation)
{
	struct situation *s SITUATION_RELEASED = situation_new(pamh, flags);
	int code = s != NULL ? gather_for_login(argc, argv, s) : PAM_BUF_ERR;

	if (code != PAM_SUCCESS)
		return code;
	*ret_situation = s;
	s = NULL;
	return PAM_SUCCESS;
}

void situation_release(struct situation **s)
{
	if (*s == NULL)
		return;
	if ((*s)->gathered)
		login_gathered_release(&(*s)->login);
	free(*s);
	*s = NULL;
}

bool situation_service_in(const struct situation *s, const char *const *services)
{
	for (; *services != NULL; services++)
		if (strcmp(s->service, *services) == 0)
			return true;
	return false;
}

struct record situation_record(const struct situation *s, enum record_kind kind)
{
	return (struct record){
		.kind = kind,
		.time_s = s->now_s,
		.clause = CLAUSE,
		.policy_hash = s->policy->policy.hash,
		.policy_state = policy_state_name(s->policy->state),
		.user = s->person != NULL ? s->person->name : NULL,
		.service = s->service,
		.tty = s->tty,
		.rhost = s->rhost,
		.asked_by = s->asked_by,
		.waiver = s->waiver,
	};
}

void situation_emit(const struct situation *s, const struct record *r)
{
	/* No journal, no syslog: the decision stands all the same. What is lost is seen from outside, as a gap. */
	if (record_emit(r, s->paths->journal, s->paths->syslog) < 0 && s->options.debug)
		pam_syslog(s->pamh, LOG_DEBUG, "neither journal nor syslog took the record");
}

void situation_record_policy(const struct situation *s)
{
	struct record r = situation_record(s, RECORD_POLICY_BROKEN);
	char detail[sizeof s->policy->diag_items[0].text + 512];
	struct text t;

	if (s->policy->state != POLICY_BROKEN && s->policy->state != POLICY_LAST_GOOD_USED)
		return;
	r.verdict = RECORD_NOTED;
	r.waiver = NULL;
	TEXT_INTO(&t, detail);
	if (s->policy->diags.count > 0)
		diag_format(&s->policy->diag_items[0], &t);
	while (t.len > 0 && detail[t.len - 1] == '\n')
		detail[--t.len] = '\0';
	r.detail = t.len > 0 ? detail : "the policy file is missing";
	situation_emit(s, &r);
}

void situation_witness(const struct situation *s, const char *what)
{
	char line[WITNESS_BYTES];
	struct text t;

	/* There is none while a confirmation is waited for. */
	if (s->policy->image != NULL)
		return;
	TEXT_INTO(&t, line);
	text_add(&t, what);
	text_add(&t, ": ");
	text_add_escaped_cut(&t, s->service, strlen(s->service), WITNESS_BYTES / 4);
	text_add_char(&t, ' ');
	text_add_escaped_cut(&t, s->person->name, strlen(s->person->name), WITNESS_BYTES / 4);
	pending_witness(s->paths, line);
}
