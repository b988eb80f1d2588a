/* SPDX-License-Identifier: BSD-2-Clause */
/* Person, policy and record for the commands about one person. */
#include "people.h"

#include <string.h>
#include <time.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "login.h"
#include "login_rules.h"
#include "text.h"

void people_rules(const struct policy_loaded *loaded, const struct person *person, uid_t uid, struct settings *ret_settings,
		  struct lockout_rules *ret_rules, bool *ret_break_glass)
{
	policy_resolve(&loaded->policy, person, ret_settings);
	*ret_break_glass = login_is_break_glass(ret_settings, person);
	lockout_rules_of(ret_settings, uid, *ret_break_glass, ret_rules);
}

int people_open(const char *user, struct people *ret_people)
{
	int r = common_load_person(user, &ret_people->person);

	if (r == 0)
		r = common_load_policy(&ret_people->loaded);
	if (r != 0)
		return r;
	people_rules(&ret_people->loaded, &ret_people->person.person, ret_people->person.person.uid, &ret_people->settings,
		     &ret_people->rules, &ret_people->break_glass);
	return 0;
}

void people_close(struct people *people)
{
	person_unload(&people->person);
	policy_unload(&people->loaded);
}

bool people_logs_in(const char *shell)
{
	const char *name = strrchr(shell, '/');

	name = name != NULL ? name + 1 : shell;
	return strcmp(name, "nologin") != 0 && strcmp(name, "false") != 0;
}

bool people_is_one(uid_t uid, const char *shell)
{
	return people_logs_in(shell) && (uid == 0 || (uid >= PEOPLE_UID_FIRST && uid <= PEOPLE_UID_LAST));
}

static void emit(const struct policy_loaded *loaded, struct record *record)
{
	char asked_by[COMMON_NAME_BYTES];

	record->time_s = clock_now_s();
	record->policy_hash = loaded->policy.hash;
	record->policy_state = policy_state_name(loaded->state);
	if (common_asked_by(asked_by))
		record->asked_by = asked_by;
	if (record_emit(record, common_paths()->journal, common_paths()->syslog) < 0)
		(void)command_error("warning: this was done, but it could not be recorded: neither journal nor syslog answers");
}

void people_record(const struct people *people, enum record_kind kind, enum record_verdict verdict, const char *clause, const char *detail)
{
	struct record record = {.kind = kind, .verdict = verdict, .clause = clause, .user = people->person.person.name, .detail = detail};

	emit(&people->loaded, &record);
}

void people_record_general(const struct policy_loaded *loaded, enum record_kind kind, enum record_verdict verdict, const char *clause,
			   const char *detail)
{
	struct record record = {.kind = kind, .verdict = verdict, .clause = clause, .detail = detail};

	emit(loaded, &record);
}

void people_add_local_time(struct text *t, int64_t s)
{
	time_t when = (time_t)s;
	char buffer[64] = "";
	struct tm local;

	if (localtime_r(&when, &local) == NULL || strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M %Z", &local) == 0)
		text_add_int(t, s);
	else
		text_add(t, buffer);
}

bool people_add_typed(struct text *t, const char *typed, size_t max)
{
	size_t before = t->len, len;

	while (*typed == ' ' || *typed == '\t')
		typed++;
	len = strlen(typed);
	while (len > 0 && (typed[len - 1] == ' ' || typed[len - 1] == '\t'))
		len--;
	text_add_escaped_cut(t, typed, len, max);
	return t->len > before && !t->overflow;
}
