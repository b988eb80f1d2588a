/* SPDX-License-Identifier: BSD-2-Clause */
/* The gate's rules on who, where and when. Pure. Clauses AC-4, DV-1, PW-2. */
#include <string.h>

#include "hours.h"
#include "login_rules.h"
#include "text.h"

/* Comes in as somebody new: by a login, or as automatic login. A locker opens what is open already. */
static bool comes_in(const struct login_case *c)
{
	return c->facts->service.kind == SERVICE_LOGIN || (c->facts->service.kind == SERVICE_GREETER && !login_is_system(c->facts->person));
}

/* [access] allow: logins, and the jobs of people. The system's own jobs (cron as root or www-data) are nobody's login. */
static void judge_allow(struct login_case *c)
{
	const struct login_facts *f = c->facts;
	const struct word_list *allow = &c->settings->access_allow;
	bool job = f->service.kind == SERVICE_ACCOUNT_ONLY && login_is_person(f->person) && !f->asked_by_root;

	if (allow->count > 0 && (comes_in(c) || job) && !login_list_holds(allow, f->person, f->on_netgroup_allow))
		login_weigh(c, LOGIN_NOT_ALLOWED_REASON, SECTION_access, true, f->person->name, NULL);
}

/* [service] allow: whoever uses the service; with su that is the one who asks. */
static void judge_service(struct login_case *c)
{
	const struct login_facts *f = c->facts;
	const struct word_list *allow = &c->settings->service_allow;
	const struct person *user = f->service.kind == SERVICE_SU && f->asker != NULL ? f->asker : f->person;

	if (allow->count == 0 || f->asked_by_root || (f->service.kind == SERVICE_GREETER && login_is_system(f->person)))
		return;
	if (!login_list_holds(allow, user, f->on_netgroup_service) || (f->service.kind == SERVICE_SU && f->asker_unknown))
		login_weigh(c, LOGIN_NOT_ALLOWED_SERVICE_REASON, SECTION_access, true, user->name, NULL);
}

static void judge_assigned(struct login_case *c)
{
	const struct word_list *assigned = &c->settings->access_assigned;

	if (assigned->count > 0 && comes_in(c) && login_is_person(c->facts->person) && !login_list_holds(assigned, c->facts->person, false))
		login_weigh(c, LOGIN_NOT_ASSIGNED_REASON, SECTION_access, true, c->facts->person->name, NULL);
}

bool login_may_become(const struct settings *asker_settings, const struct person *asker, const struct person *person)
{
	if (!login_is_person(person) || (asker != NULL && (asker->uid == 0 || asker->uid == person->uid)))
		return true;
	return asker != NULL && asker_settings != NULL && login_list_holds(&asker_settings->access_become, person, false);
}

/* Root counts as the person who logged in (asker is by login uid); a daemon of root's has no asker. */
static void judge_become(struct login_case *c)
{
	const struct login_facts *f = c->facts;

	if (f->service.kind != SERVICE_SU || (f->asker == NULL && !f->asker_unknown))
		return;
	if (!login_may_become(f->asker_settings, f->asker, f->person))
		login_weigh(c, LOGIN_NOT_GRANTED_REASON, SECTION_access, true, f->person->name, NULL);
}

static void judge_hours(struct login_case *c)
{
	const char *text = c->settings->access_hours;
	struct hours hours = {0};

	if (text == NULL || text[0] == '\0' || !comes_in(c))
		return;
	/* A checked policy always parses; hours that nobody can read hold never. */
	(void)hours_parse(text, strlen(text), &hours, NULL);
	if (!hours_hold(&hours, c->facts->local_minutes))
		login_weigh(c, LOGIN_OUT_OF_HOURS_REASON, SECTION_access, true, text, NULL);
}

static void judge_sessions(struct login_case *c)
{
	int64_t max = c->settings->access_max_sessions;
	char number[24];
	struct text t;

	if (max == 0 || !comes_in(c) || !login_is_person(c->facts->person) || c->facts->sessions < (size_t)max)
		return;
	TEXT_INTO(&t, number);
	text_add_int(&t, max);
	login_weigh(c, LOGIN_TOO_MANY_SESSIONS_REASON, SECTION_access, true, number, NULL);
}

static void judge_two_places(struct login_case *c)
{
	int rule = c->settings->access_two_places;

	if (rule != TWO_PLACES_OFF && comes_in(c) && login_is_remote(c) && c->facts->other_places > 0)
		login_weigh(c, LOGIN_TWO_PLACES_REASON, SECTION_access, rule == TWO_PLACES_DENY, NULL, NULL);
}

void login_judge_access(struct login_case *c)
{
	judge_allow(c);
	judge_service(c);
	judge_assigned(c);
	judge_become(c);
	judge_hours(c);
	judge_sessions(c);
	judge_two_places(c);
}
