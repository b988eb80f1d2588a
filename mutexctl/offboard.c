/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl offboard: a person leaves. Suspends, ends sessions, expires factors and ssh keys, lists what is left; destroys nothing but factors. Clause
 * AU-4. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "leftovers.h"
#include "login_store.h"
#include "mfa.h"
#include "ssh_keys.h"
#include "suspend.h"
#include "text.h"
#include "user_sessions.h"

struct options {
	struct suspend_order order;
	bool json;
};

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option known[] = {
		{"reason", required_argument, NULL, 'r'},
		{"by", required_argument, NULL, 'b'},
		{"force", no_argument, NULL, 'f'},
		{"json", no_argument, NULL, 'j'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'r')
			ret->order.reason = optarg;
		else if (option == 'b')
			ret->order.by = optarg;
		else if (option == 'f')
			ret->order.force = true;
		else if (option == 'j')
			ret->json = ret->order.quiet = true;
		else
			return command_usage("offboard", "unknown option");
	}
	return optind + 1 == argc ? 0 : command_usage("offboard", "say who leaves");
}

/* Whoever comes back enrols anew. */
static int expire_factors(const struct people *people, bool quiet)
{
	const char *user = people->person.person.name;
	bool had = false;
	int error = mfa_revoke_all(people, &had);

	if (error < 0)
		return command_error("the factors of %s were not expired: %s%s%s", user, login_store_strerror(error),
				     error == -EBADMSG ? " " : "", error == -EBADMSG ? user : "");
	if (had)
		people_record(people, RECORD_FACTOR_CHANGED, RECORD_NOTED, "RA-1", "All second factors expired: the person leaves.");
	if (!quiet)
		printf(had ? "second factors: expired\n" : "second factors: there were none\n");
	return 0;
}

/* --- ssh keys --- */

struct moving {
	const struct people *people;
	json_t *moved; /* NULL = print */
	size_t count;
};

static void tell_moved(const char *from, const char *kept, void *context)
{
	struct moving *m = context;
	char shown[600], detail[700];
	struct text t;

	m->count++;
	TEXT_INTO(&t, shown);
	text_add_escaped_cut(&t, from, strlen(from), sizeof shown - 1);
	if (m->moved != NULL)
		json_array_append_new(m->moved, json_pack("{s:s, s:s}", "from", shown, "kept", kept));
	else
		printf("ssh keys: %s was moved to %s\n          undo: install -o %s -m 0600 %s %s\n", shown, kept, m->people->person.person.name, kept, shown);
	TEXT_INTO(&t, detail);
	text_add_format(&t, "The ssh keys in %s were moved to %s: the person leaves.", shown, kept);
	people_record(m->people, RECORD_FACTOR_CHANGED, RECORD_NOTED, "AU-4", detail);
}

static int expire_keys(const struct people *people, json_t *moved)
{
	struct moving m = {.people = people, .moved = moved};
	int r = ssh_keys_expire(&people->person, clock_now_s(), tell_moved, &m);

	if (r == 0 && m.count == 0 && moved == NULL)
		printf("ssh keys: there were none in the usual places\n");
	return r;
}

/* --- what is left --- */

struct report {
	json_t *left; /* NULL = print */
	const char *kind;
	size_t count;
};

static void tell(const char *kind, const char *what, const char *advice, void *context)
{
	struct report *report = context;

	report->count++;
	if (report->left != NULL) {
		json_array_append_new(report->left, json_pack("{s:s, s:s, s:s}", "kind", kind, "what", what, "advice", advice));
		return;
	}
	if (report->kind != kind)
		printf("left: %s (%s)\n", kind, advice);
	report->kind = kind;
	printf("      %s\n", what);
}

/* moved: the caller's reference passes to the document; NULL = print. */
static int list_leftovers(const struct people *people, json_t *moved, int fine)
{
	struct report report = {.left = moved != NULL ? json_array() : NULL};
	size_t unseen = leftovers_find(&people->person, tell, &report);
	int r = fine != 0 ? fine : unseen > 0 ? COMMAND_FAILED : COMMAND_FINE;

	if (moved != NULL)
		return common_print_json(json_pack("{s:s, s:b, s:o, s:o}", "user", people->person.person.name, "complete", r == COMMAND_FINE,
						   "keys_moved", moved, "left", report.left),
					 r);
	printf(report.count > 0 ? "nothing of this was removed; what is the company's belongs to somebody first\n" : "nothing is left\n");
	return common_finish(r);
}

/* Each step is taken whatever became of the one before, but for the first: what was asked for is the whole of it. */
static int offboard(const char *user, const struct options *options)
{
	struct people people PEOPLE_CLOSED = {0};
	int r = people_open(user, &people), sessions, factors, keys;
	json_t *moved;

	if (r == 0)
		r = suspend_person("offboard", &people, &options->order);
	if (r != 0)
		return r;
	sessions = user_sessions_act(people.person.person.uid, people.person.person.name, USER_SESSIONS_END, options->json);
	factors = expire_factors(&people, options->json);
	moved = options->json ? json_array() : NULL;
	keys = expire_keys(&people, moved);
	return list_leftovers(&people, moved, sessions != 0 ? sessions : factors != 0 ? factors : keys);
}

int command_offboard(int argc, char **argv)
{
	struct options options = {.json = false};
	int r = read_options(argc, argv, &options);

	return r != 0 ? r : offboard(argv[optind], &options);
}
