/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision's frame: stages, lock-out, and what a reason weighs. The rules themselves stand in login_demand.c, login_access.c, login_posture.c. */
#include "login.h"

#include <assert.h>
#include <string.h>

#include "exception.h"
#include "login_rules.h"
#include "text.h"

struct reason_row {
	const char *code, *clause;
	enum keyword keyword;
};
static const struct reason_row REASONS[] = {
#define LOGIN_REASON_ROW(id, code_, clause_, keyword_, message) [LOGIN_##id##_REASON] = {.code = (code_), .clause = (clause_), .keyword = (keyword_)},
	LOGIN_REASONS(LOGIN_REASON_ROW)
#undef LOGIN_REASON_ROW
};
static_assert(sizeof REASONS / sizeof REASONS[0] == LOGIN_REASON_MAX, "each reason has its row");

static const char *const OUTCOMES[] = {
	[LOGIN_OUTCOME_DENIED] = "denied", [LOGIN_OUTCOME_ALLOWED] = "allowed", [LOGIN_OUTCOME_ASK] = "ask"};
static_assert(sizeof OUTCOMES / sizeof OUTCOMES[0] == LOGIN_OUTCOME_MAX, "each outcome has its name");

/* PW-2, AC-1 and AU-4 may be waived by nobody (conf/clause.c). */
static const char *const WAIVABLE[] = {"PW-3", "RA-1", "AC-4", "DV-1", "SC-1"};
#define WAIVABLE_COUNT (sizeof WAIVABLE / sizeof WAIVABLE[0])
static_assert(WAIVABLE_COUNT <= sizeof((struct login_facts *)0)->waivers / sizeof(char *), "each clause has a slot");

const char *login_waiver_slot(size_t index)
{
	return index < WAIVABLE_COUNT ? WAIVABLE[index] : NULL;
}

const char *login_reason_code(enum login_reason_id id)
{
	return REASONS[id].code;
}

const char *login_reason_clause(enum login_reason_id id)
{
	return REASONS[id].clause;
}

enum keyword login_reason_keyword(enum login_reason_id id)
{
	return REASONS[id].keyword;
}

const char *login_outcome_name(enum login_outcome outcome)
{
	return OUTCOMES[outcome];
}

const char *login_waiver(const struct login_case *c, const char *clause)
{
	for (size_t i = 0; i < WAIVABLE_COUNT; i++)
		if (strcmp(WAIVABLE[i], clause) == 0)
			return c->facts->waivers[i];
	return NULL;
}

bool login_observes(const struct login_case *c, enum section section)
{
	/* Compiled defaults observe; when they hold because the policy is broken, nobody said so. */
	bool broken = c->facts->policy == POLICY_BROKEN;

	if (section == SECTION_lockout)
		return c->settings->lockout_mode == MODE_OBSERVE;
	if (section == SECTION_mfa)
		return c->settings->mfa_mode == MODE_OBSERVE && !broken;
	return section == SECTION_access && c->settings->access_mode == MODE_OBSERVE;
}

static void set_argument(char (*ret_argument)[64], const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	len = len < sizeof *ret_argument ? len : sizeof *ret_argument - 1;
	if (len > 0)
		memcpy(*ret_argument, text, len);
	(*ret_argument)[len] = '\0';
}

struct login_reason *login_decision_add(struct login_decision *d, enum login_reason_id id)
{
	size_t at = 0;

	while (at < d->count && d->reasons[at].id < id)
		at++;
	if (at < d->count && d->reasons[at].id == id)
		return &d->reasons[at];
	for (size_t i = d->count; i > at; i--)
		d->reasons[i] = d->reasons[i - 1];
	d->count++;
	d->reasons[at] = (struct login_reason){.id = id};
	return &d->reasons[at];
}

void login_weigh(struct login_case *c, enum login_reason_id id, enum section section, bool would_deny, const char *first, const char *second)
{
	size_t before = c->decision->count;
	struct login_reason *reason = login_decision_add(c->decision, id);

	/* Of two of a kind the one that denies is told, else the first. */
	if (before == c->decision->count && (!would_deny || reason->denies))
		return;
	set_argument(&reason->argument[0], first);
	set_argument(&reason->argument[1], second);
	if (!would_deny)
		return;
	reason->waiver = section != SECTION_policy ? login_waiver(c, REASONS[id].clause) : NULL;
	if (reason->waiver != NULL)
		return;
	reason->observed_only = login_observes(c, section);
	if (reason->observed_only)
		return;
	if ((id != LOGIN_SUSPENDED_REASON || c->facts->suspension_unknown) && (c->break_glass || c->root_console)) {
		c->decision->break_glass = c->break_glass;
		c->decision->root_console = !c->break_glass;
		return;
	}
	reason->denies = true;
}

bool login_is_person(const struct person *person)
{
	return person != NULL && person->uid >= PEOPLE_UID_FIRST && person->uid <= PEOPLE_UID_LAST;
}

bool login_is_system(const struct person *person)
{
	return person != NULL && person->uid != 0 && !login_is_person(person);
}

bool login_list_holds(const struct word_list *list, const struct person *person, bool netgroup)
{
	for (size_t i = 0; person != NULL && i < list->count; i++)
		if (list->words[i][0] == '+' ? netgroup : who_matches(list->words[i], person))
			return true;
	return false;
}

bool login_in_networks(const struct word_list *networks, const struct login_facts *facts)
{
	struct network_address network;
	unsigned prefix;

	for (size_t i = 0; facts->has_address && i < networks->count; i++)
		if (network_parse(networks->words[i], strlen(networks->words[i]), &network, &prefix, NULL) == 0 &&
		    network_contains(&network, prefix, &facts->address))
			return true;
	return false;
}

bool login_is_remote(const struct login_case *c)
{
	return c->facts->side == LOGIN_REMOTE;
}

bool login_is_break_glass(const struct settings *settings, const struct person *person)
{
	for (size_t i = 0; person != NULL && i < settings->access_break_glass.count; i++)
		if (strcmp(settings->access_break_glass.words[i], person->name) == 0)
			return true;
	return false;
}

/* Root and the break-glass accounts get in at the console whatever else stands against it. Whoever steps up there with su, sudo or polkit is
 * spared for what he is himself, not for what he wants to become. */
static void find_spared(struct login_case *c)
{
	const struct login_facts *f = c->facts;
	enum service_kind kind = f->service.kind;
	bool steps = kind == SERVICE_SU || kind == SERVICE_POLKIT;
	const struct person *actor = steps && f->asker != NULL ? f->asker : steps && f->asker_unknown ? NULL : f->person;
	bool from_named_network = kind == SERVICE_LOGIN && login_in_networks(&c->settings->access_break_glass_from, f);

	/* Automatic login is nobody at the console. */
	if (actor == NULL || kind == SERVICE_GREETER)
		return;
	c->root_console = f->at_console && actor->uid == 0;
	c->break_glass = (f->at_console || from_named_network) && login_is_break_glass(c->settings, actor);
}

static void judge_elsewhere(struct login_case *c)
{
	const struct login_facts *f = c->facts;

	if (!c->break_glass && f->service.kind == SERVICE_LOGIN && login_is_remote(c) && login_is_break_glass(c->settings, f->person))
		login_weigh(c, LOGIN_BREAK_GLASS_REASON, SECTION_access, true, NULL, NULL);
}

void login_add_left(struct text *t, int64_t seconds)
{
	static const struct {
		int64_t below, unit;
		const char *name;
	} UNITS[] = {{7200, 60, "min"}, {2 * DAY_S, 3600, "h"}, {INT64_MAX, DAY_S, "d"}};
	size_t i = 0;

	while (seconds >= UNITS[i].below && i + 1 < sizeof UNITS / sizeof UNITS[0])
		i++;
	text_add_int(t, seconds / UNITS[i].unit + (seconds % UNITS[i].unit > 0 ? 1 : 0));
	text_add(t, UNITS[i].name);
}

void login_weigh_locked(struct login_case *c, const struct lockout *lockout)
{
	char left[32];
	struct text t;

	TEXT_INTO(&t, left);
	login_add_left(&t, lockout->left_s);
	if (lockout->kind == LOCKOUT_FOR_A_TIME)
		login_weigh(c, LOGIN_LOCKED_REASON, SECTION_lockout, true, left, NULL);
	else if (lockout->kind == LOCKOUT_DISABLED)
		login_weigh(c, LOGIN_DISABLED_REASON, SECTION_lockout, true, NULL, NULL);
}

/* Where nothing can be counted, guesses from elsewhere would be free; so would those of one who asks for another's account, and who can keep its
 * state from being read himself: a su of his that is stopped holds the lock. */
static void weigh_uncounted(struct login_case *c)
{
	bool rules = c->settings->lockout_attempts > 0 || c->settings->lockout_hard_limit > 0;
	bool by_another = (c->facts->asker != NULL || c->facts->asker_unknown) && c->facts->state == LOGIN_STATE_UNKNOWN;

	if (!rules || (!login_is_remote(c) && !by_another))
		return;
	if (c->facts->state == LOGIN_STATE_UNKNOWN)
		login_weigh(c, LOGIN_STATE_UNKNOWN_REASON, SECTION_lockout, true, NULL, NULL);
	else if (c->facts->state == LOGIN_STATE_READ_ONLY)
		login_weigh(c, LOGIN_STATE_READ_ONLY_REASON, SECTION_lockout, true, NULL, NULL);
}

/* begin, alone of a set: its counts would never be cleared, so nobody may be locked out by them. */
static void decide_begin(struct login_case *c)
{
	if (c->facts->half_set)
		return;
	c->decision->skip_password = login_skips_password(c);
	/* Whoever is not asked for a password cannot guess it; those who did shut him out else. */
	if (!c->decision->skip_password)
		login_weigh_locked(c, &c->facts->lockouts[LOGIN_GUESS_PASSWORD]);
	if (login_codes_locked(c))
		login_weigh_locked(c, &c->facts->lockouts[LOGIN_GUESS_CODE]);
	if (c->facts->busy)
		login_weigh(c, LOGIN_BUSY_REASON, SECTION_lockout, true, NULL, NULL);
	weigh_uncounted(c);
	c->decision->counts = c->facts->state == LOGIN_STATE_FINE;
}

static void weigh_suspended(struct login_case *c)
{
	/* root changes the shell of somebody suspended: nobody gets in by that */
	bool only_changed = c->facts->service.kind == SERVICE_ACCOUNT_ONLY && c->facts->asked_by_root;

	if (c->facts->suspended && !only_changed)
		login_weigh(c, LOGIN_SUSPENDED_REASON, SECTION_policy, true, NULL, NULL);
}

/* Who may come in from elsewhere stands in a policy that nobody can read. */
static void weigh_broken(struct login_case *c)
{
	if (c->facts->policy == POLICY_BROKEN && c->facts->service.kind == SERVICE_LOGIN && login_is_remote(c))
		login_weigh(c, LOGIN_POLICY_BROKEN_REASON, SECTION_policy, true, NULL, NULL);
}

/* An account for emergencies that comes in is never a login like others, also where nothing stands against it. */
static void note_break_glass(struct login_case *c)
{
	c->decision->break_glass = c->break_glass && c->facts->service.kind == SERVICE_LOGIN;
}

static void decide_finish(struct login_case *c)
{
	note_break_glass(c);
	weigh_suspended(c);
	weigh_broken(c);
	login_judge_factors(c);
}

static void decide_account(struct login_case *c)
{
	/* Behind finish it is said already. */
	if (!c->facts->finished)
		note_break_glass(c);
	weigh_suspended(c);
	weigh_broken(c);
	judge_elsewhere(c);
	login_judge_access(c);
	login_judge_posture(c);
	login_judge_proof(c);
}

static enum login_outcome outcome_of(const struct login_decision *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->reasons[i].denies)
			return LOGIN_OUTCOME_DENIED;
	return d->next != 0 ? LOGIN_OUTCOME_ASK : LOGIN_OUTCOME_ALLOWED;
}

void login_decide(enum login_stage stage, const struct login_facts *facts, const struct settings *settings,
		  const struct factor_table *factors, struct login_decision *ret_decision)
{
	struct login_case c = {.stage = stage, .facts = facts, .settings = settings, .factors = factors, .decision = ret_decision};

	*ret_decision = (struct login_decision){.demanded_by = KEYWORD_MAX, .days_left = -1};
	/* An unknown name goes through begin like any other, and no further. */
	if (facts->person == NULL && stage != LOGIN_STAGE_BEGIN)
		return;
	find_spared(&c);
	switch (stage) {
	case LOGIN_STAGE_BEGIN:
		decide_begin(&c);
		break;
	case LOGIN_STAGE_FINISH:
		decide_finish(&c);
		break;
	case LOGIN_STAGE_ACCOUNT:
		decide_account(&c);
		break;
	case LOGIN_STAGE_MAX:
		return;
	}
	ret_decision->outcome = outcome_of(ret_decision);
	if (ret_decision->outcome == LOGIN_OUTCOME_DENIED) {
		ret_decision->next = 0;
		ret_decision->enrol_here = ret_decision->skip_password = ret_decision->break_glass = ret_decision->root_console = false;
	}
}
