/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl lockout: who is locked out from where, until when; and ends it. Clause PW-3. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "login_source_text.h"
#include "login_store.h"
#include "people.h"
#include "text.h"
#include "uid_list.h"

#define REASON_BYTES 200

/* --- list --- */

/* One line: a source's counter, or a side that is disabled. */
struct line {
	const char *user;
	char source[80];
	enum login_side side;
	enum login_guess guess;
	struct lockout lockout;
	uint32_t failures, strikes;
};

struct listing {
	const struct policy_loaded *loaded;
	json_t *lockouts, *damaged; /* NULL = print */
	int64_t now_s;
	size_t lines, unreadable;
};

static void print_line(const struct line *l, int64_t now_s)
{
	char until[80];
	struct text t;

	TEXT_INTO(&t, until);
	if (l->lockout.kind == LOCKOUT_FOR_A_TIME) {
		text_add(&t, "locked out until ");
		people_add_local_time(&t, now_s + l->lockout.left_s);
	} else {
		text_add(&t, l->lockout.kind == LOCKOUT_DISABLED ? "disabled until it is cleared" : "not locked out");
	}
	printf("%-16s %-6s %-28s %-8s  %u %s  %s\n", l->user, login_side_name(l->side), l->source, login_guess_name(l->guess), l->failures,
	       l->failures == 1 ? "failure " : "failures", until);
}

static void add_line(struct listing *listing, const struct line *l)
{
	static const char *const kinds[LOCKOUT_KIND_MAX] = {
		[LOCKOUT_NONE] = "no", [LOCKOUT_FOR_A_TIME] = "for-a-time", [LOCKOUT_DISABLED] = "disabled"};

	listing->lines++;
	if (listing->lockouts == NULL) {
		print_line(l, listing->now_s);
		return;
	}
	json_array_append_new(listing->lockouts,
			      json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I}", "user", l->user, "side", login_side_name(l->side),
					"source", l->source, "factor", login_guess_name(l->guess), "failures", (json_int_t)l->failures,
					"lockouts_so_far", (json_int_t)l->strikes, "locked", kinds[l->lockout.kind], "left_seconds",
					(json_int_t)l->lockout.left_s));
}

static void add_counters(struct listing *listing, const char *user, const struct login_state *state, const struct lockout_rules *rules)
{
	struct lockout_rules without_limit = *rules;

	without_limit.hard_limit = 0; /* has lines of its own */
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++) {
		const struct login_counter *c = &state->counters[i];
		struct line line = {.user = user, .side = c->source.side, .guess = c->guess, .strikes = c->strikes};
		struct text t;

		if (c->last_s == 0)
			continue;
		line.lockout = lockout_judge(state, &without_limit, &c->source, c->guess, listing->now_s);
		line.failures = line.lockout.failures;
		TEXT_INTO(&t, line.source);
		login_source_add(&t, &c->source);
		if (line.failures > 0)
			add_line(listing, &line);
	}
}

static void add_disabled(struct listing *listing, const char *user, const struct login_state *state, const struct lockout_rules *rules)
{
	for (int side = 0; side < LOGIN_SIDE_MAX; side++)
		for (int guess = 0; guess < LOGIN_GUESS_MAX; guess++) {
			struct login_source anywhere = {.side = (enum login_side)side};
			struct line line = {.user = user, .side = anywhere.side, .guess = (enum login_guess)guess, .source = "everywhere"};

			line.lockout = lockout_judge(state, rules, &anywhere, line.guess, listing->now_s);
			line.failures = state->consecutive[side][guess];
			if (line.lockout.kind == LOCKOUT_DISABLED)
				add_line(listing, &line);
		}
}

static void add_damaged(struct listing *listing, const char *user, int error)
{
	listing->unreadable++;
	if (listing->damaged != NULL)
		json_array_append_new(listing->damaged, json_pack("{s:s, s:s}", "user", user, "problem", login_store_strerror(error)));
	else
		(void)command_error("%s: %s%s%s", user, login_store_strerror(error), error == -EBADMSG ? " " : "",
				    error == -EBADMSG ? user : "");
}

static void add_person(struct listing *listing, uid_t uid)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	struct login_state state LOGIN_STATE_WIPED;
	struct lockout_rules rules;
	struct settings settings;
	char name[32];
	const char *user = name;
	bool break_glass, known = person_load_uid(uid, &person) == 0;
	int error;

	(void)snprintf(name, sizeof name, "uid %u", (unsigned)uid);
	if (known)
		user = person.person.name;
	error = login_store_read(common_paths(), uid, &state);
	if (error < 0) {
		add_damaged(listing, user, error);
		return;
	}
	people_rules(listing->loaded, known ? &person.person : NULL, uid, &settings, &rules, &break_glass);
	add_counters(listing, user, &state, &rules);
	add_disabled(listing, user, &state, &rules);
}

static int add_people(struct listing *listing)
{
	struct uid_list uids UID_LIST_FREED = {0};
	int error = uid_list_fill(&uids, login_store_uids);

	if (error < 0)
		return command_error("cannot list the login states: %s", login_store_strerror(error));
	for (size_t i = 0; i < uids.count; i++)
		add_person(listing, uids.items[i]);
	return 0;
}

static int list(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct listing listing = {.loaded = &loaded, .now_s = clock_now_s()};
	bool json = false;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return command_usage("lockout", "unknown option");
		json = true;
	}
	if (optind < argc)
		return command_usage("lockout", "unexpected argument: %s", argv[optind]);
	r = common_load_policy(&loaded);
	if (r != 0)
		return r;
	if (json) {
		listing.lockouts = json_array();
		listing.damaged = json_array();
	}
	r = add_people(&listing);
	if (r != 0) {
		json_decref(listing.lockouts);
		json_decref(listing.damaged);
		return r;
	}
	r = listing.unreadable > 0 ? COMMAND_VIOLATED : COMMAND_FINE;
	if (json)
		return common_print_json(json_pack("{s:o, s:o}", "lockouts", listing.lockouts, "damaged", listing.damaged), r);
	if (listing.lines == 0)
		printf("no failed logins count at present\n");
	return common_finish(r);
}

/* --- clear --- */

static int clear_all(struct login_state *state, void *context)
{
	bool *found = context;

	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++)
		*found |= state->counters[i].last_s != 0;
	for (int side = 0; side < LOGIN_SIDE_MAX; side++)
		for (int guess = 0; guess < LOGIN_GUESS_MAX; guess++)
			*found |= state->consecutive[side][guess] != 0;
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++)
		*found |= state->tries[i].pid != 0;
	lockout_clear(state);
	return *found ? 0 : 1;
}

static int clear_person(const char *user, const char *reason)
{
	struct people people PEOPLE_CLOSED = {0};
	char detail[REASON_BYTES + 100];
	bool found = false;
	struct text t;
	int error, r = people_open(user, &people);

	if (r != 0)
		return r;
	TEXT_INTO(&t, detail);
	text_add(&t, "An administrator ended all lock-outs and forgot all failures");
	if (reason != NULL) {
		text_add(&t, ": ");
		if (!people_add_typed(&t, reason, REASON_BYTES))
			return command_usage("lockout", "--reason is empty");
	}
	text_add_char(&t, '.');
	error = login_store_change(common_paths(), people.person.person.uid, true, clear_all, &found, NULL);
	if (error < 0)
		return command_error("nothing was cleared for %s: %s%s%s", user, login_store_strerror(error), error == -EBADMSG ? " " : "",
				     error == -EBADMSG ? user : "");
	if (!found) {
		printf("nothing is counted against %s\n", user);
		return common_finish(COMMAND_FINE);
	}
	people_record(&people, RECORD_LOCKOUT, RECORD_NOTED, "PW-3", detail);
	printf("cleared: %s may log in again from everywhere\n", user);
	return common_finish(COMMAND_FINE);
}

static int clear(int argc, char **argv)
{
	static const struct option options[] = {{"reason", required_argument, NULL, 'r'}, {0}};
	const char *reason = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'r')
			return command_usage("lockout", "unknown option");
		reason = optarg;
	}
	if (optind + 1 != argc)
		return command_usage("lockout", "say whose lock-outs end: lockout clear USER");
	return clear_person(argv[optind], reason);
}

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {{"list", list}, {"clear", clear}};

int command_lockout(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	return command_usage(argv[0], "say what to do: list or clear");
}
