/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl mfa status: who has which factor since when, and who should have one and has none. */
#include "mfa.h"

#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "login.h"
#include "login_store.h"
#include "recovery.h"
#include "text.h"
#include "uid_list.h"

struct listing {
	const struct policy_loaded *loaded;
	json_t *people; /* NULL = print */
	int64_t now_s;
	size_t laggards, overdue, unreadable;
};

/* What is known of one person. */
struct standing {
	char name[64];
	uid_t uid;
	int error; /* of the state */
	struct login_totp totp;
	struct login_recovery recovery;
	int64_t hooked_since_s;
	enum login_lack lack;
	bool dated;
	int64_t days_left; /* with a date: days begun until then; negative = past */
};

static void standing_wipe(struct standing *s)
{
	explicit_bzero(s, sizeof *s);
}
#define STANDING_WIPED __attribute__((cleanup(standing_wipe)))

/* --- who --- */

/* Who has a state, and who could log in. A directory that does not list its people shows those who have logged in. */
static int collect(struct uid_list *uids)
{
	int error = uid_list_fill(uids, login_store_uids);
	const struct passwd *pw;

	if (error < 0)
		return command_error("cannot list the login states: %s", login_store_strerror(error));
	setpwent();
	while ((pw = getpwent()) != NULL)
		if (people_is_one(pw->pw_uid, pw->pw_shell))
			uid_list_add(uids, pw->pw_uid);
	endpwent();
	uid_list_sort(uids);
	return 0;
}

/* --- how they stand --- */

static void judge(const struct listing *l, const struct person *person, uint32_t has, struct standing *s)
{
	struct settings settings;
	int64_t left_s;

	policy_resolve(&l->loaded->policy, person, &settings);
	left_s = settings.mfa_enrol_by - l->now_s;
	s->dated = settings.mfa_enrol_by != 0;
	s->days_left = left_s > 0 ? (left_s + DAY_S - 1) / DAY_S : left_s / DAY_S;
	s->lack = person != NULL && s->error == 0 ? login_lacks(&l->loaded->policy, person, has) : LOGIN_LACK_NOTHING;
}

static void look_at(struct listing *l, uid_t uid, struct standing *ret)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	struct login_state state LOGIN_STATE_WIPED;
	bool known = person_load_uid(uid, &person) == 0;
	struct factor_table factors;
	struct login_whose whose;
	struct text t;

	*ret = (struct standing){.uid = uid};
	TEXT_INTO(&t, ret->name);
	if (known)
		text_add_escaped_cut(&t, person.person.name, strlen(person.person.name), sizeof ret->name - 1);
	else
		text_add_format(&t, "uid %u", (unsigned)uid);
	whose = login_store_person(uid, known ? person.person.name : NULL);
	ret->error = login_store_read_of(common_paths(), &whose, &state);
	if (ret->error == 0) {
		ret->totp = state.totp;
		ret->recovery = state.recovery;
		ret->hooked_since_s = state.hooked_since_s;
	}
	factor_table_init(&l->loaded->policy, &factors);
	judge(l, known ? &person.person : NULL, ret->error == 0 ? login_owned_factors(&state, &factors) : 0, ret);
	l->laggards += ret->lack != LOGIN_LACK_NOTHING;
	l->overdue += ret->lack != LOGIN_LACK_NOTHING && ret->dated && ret->days_left <= 0;
	l->unreadable += ret->error < 0;
}

/* --- telling it --- */

static const char *const algorithm_names[] = {[FACTOR_SHA1] = "sha1", [FACTOR_SHA256] = "sha256", [FACTOR_SHA512] = "sha512"};

static void add_since(struct text *t, const char *what, int64_t since_s)
{
	text_add_format(t, "%s%s since ", t->len > 0 ? ", " : "", what);
	people_add_local_time(t, since_s);
}

static void print_one(const struct standing *s)
{
	char line[400] = "";
	struct text t;

	TEXT_INTO(&t, line);
	if (s->error < 0)
		text_add(&t, login_store_strerror(s->error));
	if (s->totp.enrolled)
		add_since(&t, "authenticator app", s->totp.since_s);
	if (s->recovery.count > 0)
		text_add_format(&t, "%s%u of %u recovery codes left", t.len > 0 ? ", " : "", recovery_left(&s->recovery), s->recovery.count);
	if (s->hooked_since_s != 0)
		add_since(&t, "hook", s->hooked_since_s);
	if (t.len == 0)
		text_add(&t, "no second factor");
	if (s->lack != LOGIN_LACK_NOTHING && s->dated)
		text_add_format(&t, s->days_left > 0 ? "; needs one, days left: %lld" : "; needs one, the date has passed", (long long)s->days_left);
	else if (s->lack != LOGIN_LACK_NOTHING)
		text_add(&t, "; needs one");
	printf("%-16s %s\n", s->name, line);
}

static json_t *json_since(int64_t since_s)
{
	char since[32];
	struct text t;

	TEXT_INTO(&t, since);
	date_add_time(&t, since_s);
	return json_string(since);
}

static json_t *to_json(const struct standing *s)
{
	json_t *totp = json_null(), *recovery = json_null();

	if (s->totp.enrolled)
		totp = json_pack("{s:o, s:i, s:s}", "since", json_since(s->totp.since_s), "digits", (int)s->totp.digits, "algorithm",
				 algorithm_names[s->totp.algorithm]);
	if (s->recovery.count > 0)
		recovery = json_pack("{s:o, s:i, s:i}", "since", json_since(s->recovery.since_s), "left", (int)recovery_left(&s->recovery), "made",
				     (int)s->recovery.count);
	return json_pack("{s:s, s:I, s:o, s:o, s:o, s:b, s:o, s:s?}", "user", s->name, "uid", (json_int_t)s->uid, "totp", totp, "recovery", recovery,
			 "hook_since", s->hooked_since_s != 0 ? json_since(s->hooked_since_s) : json_null(), "needs_factor", s->lack != LOGIN_LACK_NOTHING,
			 "days_left", s->lack != LOGIN_LACK_NOTHING && s->dated ? json_integer(s->days_left) : json_null(), "problem",
			 s->error < 0 ? login_store_strerror(s->error) : NULL);
}

static void tell(struct listing *l, uid_t uid)
{
	struct standing s STANDING_WIPED;

	look_at(l, uid, &s);
	if (l->people == NULL)
		print_one(&s);
	else
		json_array_append_new(l->people, to_json(&s));
}

static int finish(struct listing *l)
{
	int result = l->overdue > 0 || l->unreadable > 0 ? COMMAND_VIOLATED : COMMAND_FINE;

	if (l->people != NULL)
		return common_print_json(json_pack("{s:o, s:I, s:I}", "people", l->people, "need_factor", (json_int_t)l->laggards, "overdue",
						   (json_int_t)l->overdue),
					 result);
	if (l->laggards > 0)
		printf("%zu without a factor where one is demanded; next: mutexctl mfa enrol USER\n", l->laggards);
	return common_finish(result);
}

static int tell_all(struct listing *l)
{
	struct uid_list uids UID_LIST_FREED = {0};
	int r = collect(&uids);

	for (size_t i = 0; r == 0 && i < uids.count; i++)
		tell(l, uids.items[i]);
	return r;
}

static int tell_one(struct listing *l, const char *user)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	int r = common_load_person(user, &person);

	if (r == 0)
		tell(l, person.person.uid);
	return r;
}

int mfa_status(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct listing listing = {.loaded = &loaded, .now_s = clock_now_s()};
	bool json = false;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return command_usage("mfa", "unknown option");
		json = true;
	}
	if (optind + 1 < argc)
		return command_usage("mfa", "unexpected argument: %s", argv[optind + 1]);
	r = common_load_policy(&loaded);
	if (r != 0)
		return r;
	listing.people = json ? json_array() : NULL;
	r = optind < argc ? tell_one(&listing, argv[optind]) : tell_all(&listing);
	if (r == 0)
		return finish(&listing);
	json_decref(listing.people);
	return r;
}
