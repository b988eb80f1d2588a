/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl mfa revoke, hook, repair: what an administrator changes of a person's factors. */
#include "mfa.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "demand.h"
#include "login_store.h"
#include "text.h"

#define REASON_BYTES 200

static int open_person(int argc, char **argv, const char *usage, struct people *ret_people)
{
	if (optind + 1 != argc)
		return command_usage("mfa", "say who: mfa %s", usage);
	return people_open(argv[optind], ret_people);
}

/* --- revoke --- */

enum { REVOKE_TOTP = 1, REVOKE_RECOVERY = 2, REVOKE_HOOK = 4, REVOKE_ALL = 7 };

static const struct what {
	const char *name, *told;
	unsigned bits;
} whats[] = {
	{"totp", "the authenticator app", REVOKE_TOTP},
	{"recovery", "the recovery codes", REVOKE_RECOVERY},
	{"hook", "the factors behind a hook", REVOKE_HOOK},
	{"all", "all second factors", REVOKE_ALL},
};

struct revocation {
	unsigned bits, found;
};

/* A login_store_change_fn. Remembered places go too: they stand for what was shown. */
static int revoke(struct login_state *state, void *context)
{
	struct revocation *r = context;

	r->found = (state->totp.enrolled ? REVOKE_TOTP : 0U) | (state->recovery.count > 0 ? REVOKE_RECOVERY : 0U) |
		   (state->hooked_since_s != 0 ? REVOKE_HOOK : 0U);
	r->found &= r->bits;
	if (r->found == 0)
		return 1;
	if ((r->bits & REVOKE_TOTP) != 0)
		explicit_bzero(&state->totp, sizeof state->totp);
	if ((r->bits & REVOKE_RECOVERY) != 0)
		explicit_bzero(&state->recovery, sizeof state->recovery);
	if ((r->bits & REVOKE_HOOK) != 0)
		state->hooked_since_s = 0;
	memset(state->remembered, 0, sizeof state->remembered);
	return 0;
}

int mfa_revoke_all(const struct people *people, bool *ret_had)
{
	struct revocation revocation = {.bits = REVOKE_ALL};
	int error = login_store_change_for_good(common_paths(), people->person.person.uid, revoke, &revocation);

	*ret_had = revocation.found != 0;
	return error;
}

static const struct what *find_what(const char *name)
{
	for (size_t i = 0; i < sizeof whats / sizeof whats[0]; i++)
		if (strcmp(whats[i].name, name) == 0)
			return &whats[i];
	return NULL;
}

static int revoke_from(const struct people *people, const struct what *what, const char *reason)
{
	struct revocation revocation = {.bits = what->bits};
	const char *user = people->person.person.name;
	char detail[REASON_BYTES + 100];
	struct text t;
	int error;

	TEXT_INTO(&t, detail);
	text_add_format(&t, "An administrator revoked %s", what->told);
	if (reason != NULL) {
		text_add(&t, ": ");
		if (!people_add_typed(&t, reason, REASON_BYTES))
			return command_usage("mfa", "--reason is empty");
	}
	text_add_char(&t, '.');
	error = login_store_change_for_good(common_paths(), people->person.person.uid, revoke, &revocation);
	if (error < 0)
		return mfa_store_error("nothing was revoked", user, error);
	if (revocation.found == 0) {
		printf("%s has none\n", user);
		return common_finish(COMMAND_FINE);
	}
	people_record(people, RECORD_FACTOR_CHANGED, RECORD_NOTED, "RA-1", detail);
	printf("revoked from %s: %s\n", user, what->told);
	return common_finish(COMMAND_FINE);
}

int mfa_revoke(int argc, char **argv)
{
	static const struct option options[] = {{"factor", required_argument, NULL, 'f'}, {"reason", required_argument, NULL, 'r'}, {0}};
	struct people people PEOPLE_CLOSED = {0};
	const char *factor = NULL, *reason = NULL;
	const struct what *what;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'f')
			factor = optarg;
		else if (option == 'r')
			reason = optarg;
		else
			return command_usage("mfa", "unknown option");
	}
	what = factor != NULL ? find_what(factor) : NULL;
	if (what == NULL)
		return command_usage("mfa", "say what: --factor totp, recovery, hook or all");
	r = open_person(argc, argv, "revoke USER --factor FACTOR", &people);
	return r != 0 ? r : revoke_from(&people, what, reason);
}

/* --- hook --- */

struct hooking {
	bool set, changed;
	int64_t now_s;
};

/* A login_store_change_fn. */
static int hook(struct login_state *state, void *context)
{
	struct hooking *h = context;

	h->changed = (state->hooked_since_s != 0) != h->set;
	if (!h->changed)
		return 1;
	state->hooked_since_s = h->set ? h->now_s : 0;
	memset(state->remembered, 0, sizeof state->remembered);
	return 0;
}

static bool policy_has_hook(const struct people *people)
{
	struct factor_table table;

	factor_table_init(&people->loaded.policy, &table);
	for (size_t i = 0; i < table.count; i++)
		if (table.factors[i].kind == FACTOR_PAM || table.factors[i].kind == FACTOR_EXEC)
			return true;
	return false;
}

static int hook_person(const struct people *people, bool set)
{
	struct hooking hooking = {.set = set, .now_s = clock_now_s()};
	const char *user = people->person.person.name;
	int error;

	if (set && !policy_has_hook(people)) {
		(void)command_error("the policy has no [factor NAME] with use = pam:SERVICE or exec:/PATH; nothing was changed");
		return COMMAND_VIOLATED;
	}
	error = login_store_change_for_good(common_paths(), people->person.person.uid, hook, &hooking);
	if (error < 0)
		return mfa_store_error("nothing was changed", user, error);
	if (hooking.changed)
		people_record(people, RECORD_FACTOR_CHANGED, RECORD_NOTED, "RA-1",
			      set ? "An administrator said that this person has what the policy's hooks ask for."
				  : "An administrator said that this person no longer has what the policy's hooks ask for.");
	printf("%s %s what the policy's hooks ask for\n", user, set ? "has" : "does not have");
	return common_finish(COMMAND_FINE);
}

int mfa_hook(int argc, char **argv)
{
	static const struct option options[] = {{"set", no_argument, NULL, 's'}, {"unset", no_argument, NULL, 'u'}, {0}};
	struct people people PEOPLE_CLOSED = {0};
	bool set = false, unset = false;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return command_usage("mfa", "unknown option");
		set = set || option == 's';
		unset = unset || option == 'u';
	}
	if (set == unset)
		return command_usage("mfa", "say either --set or --unset");
	r = open_person(argc, argv, "hook USER --set", &people);
	return r != 0 ? r : hook_person(&people, set);
}

/* --- repair --- */

int mfa_repair(int argc, char **argv)
{
	struct people people PEOPLE_CLOSED = {0};
	struct login_state state LOGIN_STATE_WIPED;
	struct login_whose whose;
	const char *user;
	int r, error;

	if (argc != 2 || argv[1][0] == '-')
		return command_usage("mfa", "say whose login state: mfa repair USER");
	r = people_open(argv[1], &people);
	if (r != 0)
		return r;
	user = people.person.person.name;
	whose = login_store_person(people.person.person.uid, user);
	error = login_store_read_of(common_paths(), &whose, &state);
	if (error == 0) {
		printf("the login state of %s is sound; nothing was changed\n", user);
		return common_finish(COMMAND_FINE);
	}
	/* What cannot be read for another reason is not made better by moving it. */
	if (error != -EBADMSG)
		return mfa_store_error("nothing was changed", user, error);
	error = login_store_set_aside(common_paths(), people.person.person.uid, clock_now_s());
	if (error < 0)
		return mfa_store_error("nothing was changed", user, error);
	people_record(&people, RECORD_LOGIN_STATE, RECORD_NOTED, "RA-1",
		      "An administrator set the damaged login state aside; failures, factors and remembered places begin anew.");
	printf("the damaged login state of %s was set aside in %s; failures and factors begin anew\nnext: mutexctl mfa enrol %s\n", user,
	       common_paths()->login, user);
	return common_finish(COMMAND_FINE);
}
