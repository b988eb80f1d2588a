/* SPDX-License-Identifier: BSD-2-Clause */
/* Which factors a person has, and whether a password ever opens anything alone: what min_length_with_mfa asks. Pure. Clause PW-1; NIST SP 800-63B-4 3.1.1.2. */
#include "login_rules.h"
#include "recovery.h"

#define NAMES_MAX 256

/* What takes a password and lets its owner in. A locker opens what a login has proven before. */
static bool takes_password(enum service_kind kind)
{
	return kind == SERVICE_LOGIN || kind == SERVICE_SU || kind == SERVICE_SUDO || kind == SERVICE_POLKIT;
}

static bool always_asks(const struct policy *policy, const struct factor_table *factors, const struct person *person, uint32_t has, const char *name)
{
	struct settings settings;
	struct login_facts facts = {.service_name = name, .person = person, .has = has, .policy = POLICY_CURRENT, .state = LOGIN_STATE_FINE};
	struct login_decision unused = {0};
	struct login_case c = {.facts = &facts, .settings = &settings, .factors = factors, .decision = &unused};
	bool asks = true;

	policy_resolve_for(policy, person, &(struct policy_names){.service = name}, &settings);
	facts.service = service_of(name, &settings);
	if (!takes_password(facts.service.kind))
		return true;
	for (facts.side = LOGIN_LOCAL; asks && facts.side <= LOGIN_REMOTE; facts.side++)
		asks = login_always_asks(&c);
	return asks;
}

bool login_mfa_everywhere(const struct policy *policy, const struct person *person, uint32_t has)
{
	const char *names[NAMES_MAX];
	size_t count = policy_section_names(policy, SECTION_service, names, NAMES_MAX);
	struct factor_table factors;
	bool asks = count <= NAMES_MAX && person != NULL;

	factor_table_init(policy, &factors);
	for (size_t i = 0; asks && i < count; i++)
		asks = always_asks(policy, &factors, person, has, names[i]);
	for (size_t i = 0; asks && service_row_name(i) != NULL; i++)
		asks = always_asks(policy, &factors, person, has, service_row_name(i));
	/* A service that nobody has heard of is a login without a section, as some row is too. */
	return asks;
}

static enum login_lack lacks_at(const struct policy *policy, const struct factor_table *factors, const struct person *person, uint32_t has,
				const char *name)
{
	struct settings settings;
	struct login_facts facts = {.service_name = name, .person = person, .has = has, .policy = POLICY_CURRENT, .state = LOGIN_STATE_FINE};
	struct login_decision unused = {0};
	struct login_case c = {.facts = &facts, .settings = &settings, .factors = factors, .decision = &unused};
	enum login_lack most = LOGIN_LACK_NOTHING;

	policy_resolve_for(policy, person, &(struct policy_names){.service = name}, &settings);
	facts.service = service_of(name, &settings);
	for (facts.side = LOGIN_LOCAL; facts.side <= LOGIN_REMOTE; facts.side++) {
		enum login_lack lack = login_lacks_here(&c);

		most = lack > most ? lack : most;
	}
	return most;
}

enum login_lack login_lacks(const struct policy *policy, const struct person *person, uint32_t has)
{
	const char *names[NAMES_MAX];
	size_t count = policy_section_names(policy, SECTION_service, names, NAMES_MAX);
	enum login_lack most = LOGIN_LACK_NOTHING, lack;
	struct factor_table factors;

	factor_table_init(policy, &factors);
	for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
		lack = lacks_at(policy, &factors, person, has, names[i]);
		most = lack > most ? lack : most;
	}
	for (size_t i = 0; most < LOGIN_LACK_DEMANDED && service_row_name(i) != NULL; i++) {
		lack = lacks_at(policy, &factors, person, has, service_row_name(i));
		most = lack > most ? lack : most;
	}
	return most;
}

uint32_t login_owned_factors(const struct login_state *state, const struct factor_table *factors)
{
	uint32_t has = 0;

	for (size_t i = 0; i < factors->count; i++) {
		enum factor_kind kind = factors->factors[i].kind;
		bool hook = kind == FACTOR_PAM || kind == FACTOR_EXEC;

		if ((kind == FACTOR_TOTP && state->totp.enrolled) || (kind == FACTOR_RECOVERY && recovery_left(&state->recovery) > 0) ||
		    (hook && state->hooked_since_s != 0))
			has |= FACTOR_BIT(i);
	}
	return has;
}
