/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl forget: a uid has another account than before, or none; what was remembered of the one before is moved aside. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "number.h"
#include "orphans.h"
#include "people.h"

/* 1 = something was moved; 0; or an exit status below. */
static int move(uid_t uid, const char *shown, bool *ret_moved)
{
	int r = orphans_set_aside(common_paths(), uid, clock_now_s());

	*ret_moved = r > 0;
	return r < 0 ? command_error("what is remembered of %s was not moved aside: %s", shown, strerror(-r)) : 0;
}

static int forget_account(const char *user, bool quiet)
{
	struct people people PEOPLE_CLOSED = {0};
	bool moved;
	int r = people_open(user, &people);

	if (r == 0)
		r = move(people.person.person.uid, user, &moved);
	if (r != 0)
		return r;
	if (moved)
		people_record(&people, RECORD_LOGIN_STATE, RECORD_NOTED, "RA-1",
			      "What was remembered of an earlier account with this uid was moved aside: failures, second factors, earlier passwords, suspension.");
	if (moved || !quiet)
		printf("%s: %s\n", user, moved ? "what was remembered was moved aside" : "nothing is remembered");
	return common_finish(COMMAND_FINE);
}

/* Of a uid that no account has. */
static int forget_orphan(uid_t uid, const char *shown)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	bool moved;
	int r;

	if (person_load_uid(uid, &person) != -ENOENT)
		return command_error("uid %s has an account, or the system cannot say; use its name", shown);
	r = move(uid, shown, &moved);
	if (r != 0)
		return r;
	printf("uid %s: %s\n", shown, moved ? "what was remembered was moved aside" : "nothing is remembered");
	return common_finish(COMMAND_FINE);
}

static int list(void)
{
	struct uid_list uids UID_LIST_FREED = {0};
	int error = orphans_find(&uids);

	if (error < 0)
		return command_error("cannot look for what is left of former accounts: %s", strerror(-error));
	for (size_t i = 0; i < uids.count; i++)
		printf("%u\n", (unsigned)uids.items[i]);
	return common_finish(COMMAND_FINE);
}

int command_forget(int argc, char **argv)
{
	static const struct option options[] = {{"list", no_argument, NULL, 'l'}, {"new", no_argument, NULL, 'n'}, {0}};
	bool lists = false, is_new = false;
	int64_t uid;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return command_usage(argv[0], "unknown option");
		lists = lists || option == 'l';
		is_new = is_new || option == 'n';
	}
	if (lists)
		return optind == argc ? list() : command_usage(argv[0], "--list takes no name");
	if (optind + 1 != argc)
		return command_usage(argv[0], "say whose account is new or gone");
	if (number_parse(argv[optind], strlen(argv[optind]), 0, (int64_t)UINT32_MAX - 1, &uid) == 0)
		return forget_orphan((uid_t)uid, argv[optind]);
	return forget_account(argv[optind], is_new);
}
