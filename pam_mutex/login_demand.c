/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a second factor is demanded, which ones count, and whether they are there. Pure. Clause RA-1.
 *
 * A public key that sshd has seen takes the password's place in a demand when after_publickey = code: so password+totp is met by publickey+totp.
 * A hardware key is enough by itself when hardware_keys = yes. */
#include <string.h>

#include "login_rules.h"
#include "text.h"

/* What a stolen copy of could be shown again, were it not remembered as used. */
#define REPLAYABLE (FACTOR_BIT(FACTOR_TOTP) | FACTOR_BIT(FACTOR_RECOVERY))
#define NEVER_ASKED (FACTOR_BIT(FACTOR_PASSWORD) | FACTOR_BIT(FACTOR_PUBLICKEY) | FACTOR_BIT(FACTOR_HARDWARE_KEY))

static int level_of_service(const struct settings *s)
{
	switch (s->service_mfa) {
	case SERVICE_MFA_OFF:
		return MFA_OFF;
	case SERVICE_MFA_IF_ENROLLED:
		return MFA_IF_ENROLLED;
	default:
		return MFA_REQUIRED;
	}
}

static void set_level(struct login_rule *rule, int level, enum keyword keyword)
{
	rule->level = level;
	rule->keyword = keyword;
}

static void set_level_of_side(const struct login_case *c, struct login_rule *rule)
{
	if (login_is_remote(c) && !login_in_networks(&c->settings->mfa_trusted_networks, c->facts))
		set_level(rule, c->settings->mfa_remote, KEYWORD_mfa_remote);
	else
		set_level(rule, c->settings->mfa_local, KEYWORD_mfa_local);
}

static void set_level_of_kind(const struct login_case *c, struct login_rule *rule)
{
	switch (c->facts->service.kind) {
	case SERVICE_LOGIN:
	case SERVICE_GREETER:
		set_level_of_side(c, rule);
		break;
	case SERVICE_SU:
	case SERVICE_POLKIT:
		set_level(rule, c->settings->mfa_su, KEYWORD_mfa_su);
		break;
	case SERVICE_SUDO:
		set_level(rule, c->settings->mfa_sudo, KEYWORD_mfa_sudo);
		break;
	case SERVICE_LOCKER:
	case SERVICE_ACCOUNT_ONLY:
	case SERVICE_KIND_MAX:
		break;
	}
}

struct login_rule login_rule_of(const struct login_case *c)
{
	struct login_rule rule = {.level = MFA_OFF, .keyword = KEYWORD_MAX};
	const char *require = c->settings->service_require;

	/* The login screen itself runs as an account of the system. */
	if (c->facts->service.kind == SERVICE_GREETER && login_is_system(c->facts->person))
		return rule;
	if (c->settings->service_mfa != SERVICE_MFA_AUTO)
		set_level(&rule, level_of_service(c->settings), KEYWORD_service_mfa);
	else
		set_level_of_kind(c, &rule);
	if (require == NULL || require[0] == '\0')
		require = c->settings->mfa_require;
	/* A checked policy always parses; should it not, the demand stays without alternatives, and nothing fulfils it. */
	if (require != NULL)
		(void)demand_parse(c->factors, require, strlen(require), &rule.demand, NULL);
	return rule;
}

/* The same totp, codes, stack or helper under other names. */
static uint32_t with_namesakes(const struct factor_table *table, uint32_t set)
{
	uint32_t all = set;

	for (size_t i = 0; i < table->count; i++)
		for (size_t j = 0; j < table->count && (set & FACTOR_BIT(i)) != 0; j++) {
			const struct factor *a = &table->factors[i], *b = &table->factors[j];

			if (a->kind == b->kind && a->kind != FACTOR_KIND_MAX &&
			    (a->target == b->target || (a->target != NULL && b->target != NULL && strcmp(a->target, b->target) == 0)))
				all |= FACTOR_BIT(j);
		}
	return all;
}

static uint32_t of_kinds(const struct factor_table *table, uint32_t kinds)
{
	uint32_t set = 0;

	for (size_t i = 0; i < table->count; i++)
		if (table->factors[i].kind != FACTOR_KIND_MAX && (kinds & FACTOR_BIT(table->factors[i].kind)) != 0)
			set |= FACTOR_BIT(i);
	return set;
}

/* A handle of sshd in which a public key was seen. */
static bool has_public_key(const struct login_case *c)
{
	return c->facts->ssh.present && c->facts->ssh.publickey && c->facts->service.kind == SERVICE_LOGIN && c->facts->service.network;
}

uint32_t login_proven(const struct login_case *c)
{
	uint32_t proven = with_namesakes(c->factors, c->facts->proven);

	if (has_public_key(c)) {
		proven |= FACTOR_BIT(FACTOR_PUBLICKEY);
		if (c->settings->mfa_after_publickey == AFTER_PUBLICKEY_CODE)
			proven |= FACTOR_BIT(FACTOR_PASSWORD);
		if (c->facts->ssh.hardware_key)
			proven |= FACTOR_BIT(FACTOR_HARDWARE_KEY);
	}
	return proven;
}

static bool is_met(const struct login_case *c, const struct login_rule *rule, uint32_t proven)
{
	bool by_hardware = c->settings->mfa_hardware_keys && has_public_key(c) && c->facts->ssh.hardware_key;

	return by_hardware || demand_met(&rule->demand, proven);
}

/* Which factors the person has is known only from the state. */
static bool is_hidden(const struct login_case *c)
{
	return c->facts->state == LOGIN_STATE_UNKNOWN || c->facts->state == LOGIN_STATE_NOT_ROOT;
}

static uint32_t owned(const struct login_case *c)
{
	return with_namesakes(c->factors, c->facts->has) & ~NEVER_ASKED;
}

/* Owns all that could be asked for in one of the alternatives, whatever was shown this time: coming without the key must not be the way round a
 * demand for key and code. An alternative that asks for nothing enrols nobody. */
static bool is_enrolled(const struct login_case *c, const struct login_rule *rule)
{
	uint32_t has = owned(c);

	for (size_t i = 0; i < rule->demand.count; i++) {
		uint32_t asked = rule->demand.alternatives[i] & ~NEVER_ASKED;

		if (asked != 0 && (asked & ~has) == 0)
			return true;
	}
	return false;
}

static bool codes_refused(const struct login_case *c)
{
	return c->facts->lockouts[LOGIN_GUESS_CODE].kind != LOCKOUT_NONE && !login_observes(c, SECTION_lockout) && login_waiver(c, "PW-3") == NULL &&
	       !c->root_console && !c->break_glass;
}

/* What may be asked for now. */
static uint32_t available(const struct login_case *c)
{
	uint32_t set = owned(c);

	if (c->facts->state != LOGIN_STATE_FINE)
		set &= ~of_kinds(c->factors, REPLAYABLE);
	return codes_refused(c) ? 0 : set;
}

static void weigh_state(struct login_case *c)
{
	static const enum login_reason_id REASON_OF[LOGIN_STATE_STANDING_MAX] = {
		[LOGIN_STATE_UNKNOWN] = LOGIN_STATE_UNKNOWN_REASON,
		[LOGIN_STATE_READ_ONLY] = LOGIN_STATE_READ_ONLY_REASON,
		[LOGIN_STATE_NOT_ROOT] = LOGIN_NO_VERIFIER_REASON,
		[LOGIN_STATE_FINE] = LOGIN_NOT_PROVEN_REASON,
	};

	login_weigh(c, REASON_OF[c->facts->state], SECTION_mfa, true, NULL, NULL);
}

/* Days until enrol_by, the last one begun; -1 = no date. */
static int64_t days_until(int64_t date_s, int64_t now_s)
{
	if (date_s == 0)
		return -1;
	return date_s > now_s ? (date_s - now_s + DAY_S - 1) / DAY_S : 0;
}

/* Where people log in, not at every sudo. */
static void remind(struct login_case *c)
{
	if (c->facts->service.kind != SERVICE_LOGIN)
		return;
	c->decision->remind = true;
	c->decision->days_left = days_until(c->settings->mfa_enrol_by, c->facts->now_s);
}

/* Before enrol_by everybody gets in; afterwards a person without a factor enrols at the console, having typed the password there. */
static void weigh_without_factor(struct login_case *c, const struct login_rule *rule)
{
	bool early = c->settings->mfa_enrol_by > c->facts->now_s, here = c->stage == LOGIN_STAGE_FINISH && c->facts->at_console;

	if (rule->level == MFA_IF_ENROLLED) {
		if (c->settings->mfa_enrol_by > 0)
			remind(c);
		return;
	}
	c->decision->demanded = true;
	login_weigh(c, LOGIN_NO_FACTOR_REASON, SECTION_mfa, !early && !here, NULL, NULL);
	if (early || login_observes(c, SECTION_mfa))
		remind(c);
	else
		c->decision->enrol_here = here;
}

static void take_rule(struct login_case *c, const struct login_rule *rule)
{
	c->decision->demanded = rule->level == MFA_REQUIRED;
	c->decision->factor_observed = login_observes(c, SECTION_mfa);
	c->decision->demanded_by = rule->keyword;
	c->decision->demand = rule->demand;
}

/* True when nothing needs to be shown: all is there, or an approved exception or the account itself stands for it. */
static bool is_settled(struct login_case *c, const struct login_rule *rule)
{
	if (is_met(c, rule, login_proven(c))) {
		c->decision->demanded = true;
		return true;
	}
	if (login_waiver(c, "RA-1") == NULL && !c->root_console && !c->break_glass)
		return false;
	/* It stays visible that something was demanded. */
	if (rule->level == MFA_REQUIRED || is_enrolled(c, rule))
		login_weigh(c, LOGIN_NOT_PROVEN_REASON, SECTION_mfa, true, NULL, NULL);
	return true;
}

static void ask(struct login_case *c, const struct login_rule *rule)
{
	uint32_t proven = login_proven(c);

	if (demand_possible(&rule->demand, proven, available(c)))
		c->decision->next = demand_next(&rule->demand, proven, available(c));
	else if (!demand_possible(&rule->demand, proven, owned(c)))
		login_weigh(c, LOGIN_NOT_PROVEN_REASON, SECTION_mfa, true, NULL, NULL);
	else if (codes_refused(c))
		login_weigh_locked(c, &c->facts->lockouts[LOGIN_GUESS_CODE]);
	else
		weigh_state(c);
}

void login_judge_factors(struct login_case *c)
{
	struct login_rule rule = login_rule_of(c);

	if (rule.level == MFA_OFF || c->facts->asked_by_root)
		return;
	take_rule(c, &rule);
	if (is_settled(c, &rule))
		return;
	if (is_enrolled(c, &rule)) {
		c->decision->demanded = true;
		ask(c, &rule);
	} else if (is_hidden(c)) {
		c->decision->demanded = true;
		weigh_state(c);
	} else {
		weigh_without_factor(c, &rule);
	}
}

/* sudo asks its own record of who has authenticated lately; su and the like by root ask nobody. */
static bool needs_proof(const struct login_case *c)
{
	enum service_kind kind = c->facts->service.kind;

	return kind != SERVICE_SUDO && kind != SERVICE_ACCOUNT_ONLY && !c->facts->asked_by_root;
}

void login_judge_proof(struct login_case *c)
{
	struct login_rule rule = login_rule_of(c);
	/* At the account line sshd's monitor lists what was complete before the method that ends the login: nothing, when that is a key alone. */
	bool key_only = c->facts->ssh.present && !c->facts->ssh.password && !c->facts->ssh.interactive;

	if (rule.level == MFA_OFF || !needs_proof(c))
		return;
	take_rule(c, &rule);
	if (c->facts->finished || is_settled(c, &rule))
		return;
	/* Without our auth lines nobody can show anything: whoever sits here is let in, others are not. */
	if (c->facts->half_set && !login_is_remote(c)) {
		login_weigh(c, LOGIN_NOT_PROVEN_REASON, SECTION_mfa, false, NULL, NULL);
	} else if (is_enrolled(c, &rule)) {
		c->decision->demanded = true;
		login_weigh(c, key_only ? LOGIN_PUBLICKEY_ONLY_REASON : LOGIN_NOT_PROVEN_REASON, SECTION_mfa, true, NULL, NULL);
	} else if (is_hidden(c)) {
		c->decision->demanded = true;
		weigh_state(c);
	} else {
		weigh_without_factor(c, &rule);
	}
}

bool login_codes_locked(const struct login_case *c)
{
	struct login_rule rule = login_rule_of(c);
	uint32_t proven = login_proven(c) | FACTOR_BIT(FACTOR_PASSWORD);

	if (rule.level == MFA_OFF || login_observes(c, SECTION_mfa) || c->facts->asked_by_root || login_waiver(c, "RA-1") != NULL)
		return false;
	return c->facts->lockouts[LOGIN_GUESS_CODE].kind != LOCKOUT_NONE && !is_met(c, &rule, proven) && is_enrolled(c, &rule);
}

/* Only where something remains to be shown, or has been: else the key alone would open what sshd guards by two methods. */
bool login_skips_password(const struct login_case *c)
{
	struct login_rule rule = login_rule_of(c);
	uint32_t proven = login_proven(c);

	if (!has_public_key(c) || c->settings->mfa_after_publickey != AFTER_PUBLICKEY_CODE || rule.level == MFA_OFF ||
	    login_observes(c, SECTION_mfa) || c->facts->person == NULL || login_waiver(c, "RA-1") != NULL || c->break_glass)
		return false;
	return is_met(c, &rule, proven) || demand_possible(&rule.demand, proven, available(c));
}

bool login_always_asks(const struct login_case *c)
{
	struct login_rule rule = login_rule_of(c);

	return rule.level == MFA_REQUIRED && !login_observes(c, SECTION_mfa) && is_enrolled(c, &rule) &&
	       !demand_met(&rule.demand, FACTOR_BIT(FACTOR_PASSWORD));
}

enum login_lack login_lacks_here(const struct login_case *c)
{
	struct login_rule rule = login_rule_of(c);

	if (rule.level == MFA_OFF || is_enrolled(c, &rule) || demand_met(&rule.demand, FACTOR_BIT(FACTOR_PASSWORD)))
		return LOGIN_LACK_NOTHING;
	if (rule.level == MFA_REQUIRED)
		return LOGIN_LACK_DEMANDED;
	return c->settings->mfa_enrol_by > 0 && c->facts->service.kind == SERVICE_LOGIN ? LOGIN_LACK_REMINDED : LOGIN_LACK_NOTHING;
}
