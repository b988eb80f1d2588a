/* SPDX-License-Identifier: BSD-2-Clause */
/* Records what only an open session shows: parallel logins pass the account line before either of them has one. */
#include "session.h"

#include <unistd.h>

#include "login_report.h"
#include "text.h"

#define DETAIL_BYTES 128

static void report_two_places(const struct situation *s)
{
	const struct login_facts *f = &s->login.facts;
	char detail[DETAIL_BYTES];
	struct text t;

	/* The session of a job, or of the user's service manager, is none of the person's. */
	if (f->service.kind != SERVICE_LOGIN || f->side != LOGIN_REMOTE)
		return;
	if (s->login.facts.other_places == 0 || s->settings->access_two_places == TWO_PLACES_OFF)
		return;
	TEXT_INTO(&t, detail);
	text_add(&t, "other addresses with an open login of this person: ");
	text_add_int(&t, (int64_t)s->login.facts.other_places);
	login_report_finding(s, RECORD_LOGIN, login_reason_clause(LOGIN_TWO_PLACES_REASON), login_reason_code(LOGIN_TWO_PLACES_REASON), detail);
}

/* Root's own account is what sudo is for; who becomes root is in sudo's records. */
static void report_other_account(const struct situation *s)
{
	enum service_kind kind = s->login.facts.service.kind;
	const struct person *asker = s->login.facts.asker;

	if ((kind != SERVICE_SU && kind != SERVICE_SUDO) || asker == NULL || s->person->uid == 0 || asker->uid == 0 || asker->uid == s->person->uid)
		return;
	login_report_finding(s, RECORD_LOGIN, login_reason_clause(LOGIN_NOT_GRANTED_REASON), "other-account",
			     "a person steps into another person's account");
}

int session_opened(const struct situation *s)
{
	if (s->person == NULL)
		return PAM_IGNORE;
	report_two_places(s);
	report_other_account(s);
	return PAM_IGNORE;
}
