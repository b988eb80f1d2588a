/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the situation of one call, in the order in which failing is cheapest and says least to strangers. */
#include "situation_gather.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "clock.h"
#include "language_gather.h"
#include "pending.h"
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
	/* Whoever owns the root folder of a test is trusted in it, as root is in the real one. */
	if (s->options.root[0] != '\0' && stat(s->options.root, &st) < 0) {
		pam_syslog(s->pamh, LOG_CRIT, "the folder of root= cannot be used: %s: %m", s->options.root);
		return PAM_SERVICE_ERR;
	}
	if (paths_init(&s->paths, s->options.root, st.st_uid) < 0) {
		pam_syslog(s->pamh, LOG_CRIT, "the folder of root= has too long a name");
		return PAM_SERVICE_ERR;
	}
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

static int gather_person(struct situation *s)
{
	const char *name = NULL;
	int code = pam_get_user(s->pamh, &name, NULL), error;

	if (code != PAM_SUCCESS)
		return code == PAM_CONV_AGAIN ? PAM_INCOMPLETE : code;
	if (name == NULL || !is_plain_name(name))
		return PAM_USER_UNKNOWN;
	error = person_load(name, &s->person);
	if (error == 0)
		return PAM_SUCCESS;
	if (error == -ENOENT)
		return PAM_USER_UNKNOWN;
	pam_syslog(s->pamh, LOG_CRIT, "the user database cannot be asked: %s", strerrordesc_np(-error));
	return error == -ENOMEM ? PAM_BUF_ERR : PAM_AUTHINFO_UNAVAIL;
}

static const char *item(const struct situation *s, int which)
{
	const void *value = NULL;

	return pam_get_item(s->pamh, which, &value) == PAM_SUCCESS && value != NULL ? value : "";
}

static void gather_asked_by(struct situation *s)
{
	struct person_loaded asker PERSON_UNLOADED = {0};
	uid_t uid = getuid();
	struct text t;

	TEXT_INTO(&t, s->asked_by);
	if (uid == s->person.person.uid)
		text_add(&t, s->person.person.name);
	else if (uid == 0)
		text_add(&t, "root");
	else if (person_load_uid(uid, &asker) == 0)
		text_add(&t, asker.person.name);
	else
		text_add_int(&t, (int64_t)uid);
}

static void gather_waiver(struct situation *s)
{
	char host[SITUATION_HOST_BYTES] = "";
	const struct exception *exception;

	if (gethostname(host, sizeof host - 1) < 0)
		return;
	exception = exception_match(&s->policy.exceptions, CLAUSE, &s->person.person, host);
	s->waiver = exception != NULL ? exception->id : NULL;
}

static int gather(int argc, const char **argv, struct situation *s)
{
	int code = gather_options(argc, argv, s);

	if (code == PAM_SUCCESS)
		code = gather_person(s);
	if (code != PAM_SUCCESS)
		return code;
	if (policy_load(&s->paths, &s->policy) < 0)
		return PAM_BUF_ERR;
	policy_resolve(&s->policy.policy, &s->person.person, &s->settings);
	s->service = item(s, PAM_SERVICE);
	s->tty = item(s, PAM_TTY);
	s->rhost = item(s, PAM_RHOST);
	s->language = language_gather(&s->paths, &s->settings, s->tty);
	s->now_s = clock_now_s();
	gather_asked_by(s);
	gather_waiver(s);
	return PAM_SUCCESS;
}

int situation_gather(pam_handle_t *pamh, int flags, int argc, const char **argv, struct situation **ret_situation)
{
	struct situation *s SITUATION_RELEASED = calloc(1, sizeof *s);
	int code;

	if (s == NULL)
		return PAM_BUF_ERR;
	s->pamh = pamh;
	s->flags = (unsigned)flags;
	code = gather(argc, argv, s);
	if (code != PAM_SUCCESS)
		return code;
	if (s->options.debug)
		pam_syslog(pamh, LOG_DEBUG, "policy %s, flags %#x, service %s", policy_state_name(s->policy.state), s->flags, s->service);
	*ret_situation = s;
	s = NULL;
	return PAM_SUCCESS;
}

void situation_release(struct situation **s)
{
	if (*s == NULL)
		return;
	policy_unload(&(*s)->policy);
	person_unload(&(*s)->person);
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
		.policy_hash = s->policy.policy.hash,
		.policy_state = policy_state_name(s->policy.state),
		.user = s->person.person.name,
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
	if (record_emit(r, s->paths.journal, s->paths.syslog) < 0 && s->options.debug)
		pam_syslog(s->pamh, LOG_DEBUG, "neither journal nor syslog took the record");
}

void situation_record_policy(const struct situation *s)
{
	struct record r = situation_record(s, RECORD_POLICY_BROKEN);
	char detail[sizeof s->policy.diag_items[0].text + 512];
	struct text t;

	if (s->policy.state != POLICY_BROKEN && s->policy.state != POLICY_LAST_GOOD_USED)
		return;
	r.verdict = RECORD_NOTED;
	r.waiver = NULL;
	TEXT_INTO(&t, detail);
	if (s->policy.diags.count > 0)
		diag_format(&s->policy.diag_items[0], &t);
	while (t.len > 0 && detail[t.len - 1] == '\n')
		detail[--t.len] = '\0';
	r.detail = t.len > 0 ? detail : "the policy file is missing";
	situation_emit(s, &r);
}

void situation_witness(const struct situation *s, const char *what)
{
	char line[WITNESS_BYTES];
	struct text t;

	TEXT_INTO(&t, line);
	text_add(&t, what);
	text_add(&t, ": ");
	text_add_escaped_cut(&t, s->service, strlen(s->service), WITNESS_BYTES / 4);
	text_add_char(&t, ' ');
	text_add_escaped_cut(&t, s->person.person.name, strlen(s->person.person.name), WITNESS_BYTES / 4);
	pending_witness(&s->paths, line);
}
