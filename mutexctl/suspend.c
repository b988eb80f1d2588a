/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl suspend: lets a person in nowhere any more, at once, on every service; lists who is suspended. Clause AU-4. */
#include "suspend.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "break_glass_check.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "suspension_store.h"
#include "text.h"
#include "uid_list.h"
#include "user_sessions.h"

/* --- what offboard shares --- */

/* Somebody must be able to undo it. */
static int check_last_way(const char *command, const struct people *people)
{
	const char *user = people->person.person.name;

	if (people->person.person.uid == 0)
		(void)command_error("%s %s: root itself is the last way to undo a mistake", command, user);
	else if (people->break_glass && break_glass_usable(&people->loaded, user, clock_now_s()) == 0)
		(void)command_error("%s %s: no other emergency account works (mutexctl breakglass status)", command, user);
	else
		return 0;
	(void)command_error("nothing was changed; set up another way first, or say --force");
	return COMMAND_VIOLATED;
}

static int fill(const char *command, const struct people *people, const struct suspend_order *order, struct suspension *ret_suspension)
{
	struct suspension s = {.uid = people->person.person.uid, .since = clock_now_s()};
	char asked_by[COMMON_NAME_BYTES] = "unknown";
	struct text user, by, reason;

	if (order->reason == NULL)
		return command_usage(command, "--reason is missing; who reads it next year must understand it");
	if (order->by == NULL)
		(void)common_asked_by(asked_by);
	TEXT_INTO(&user, s.user);
	TEXT_INTO(&by, s.by);
	TEXT_INTO(&reason, s.reason);
	if (!people_add_typed(&reason, order->reason, sizeof s.reason - 1))
		return command_usage(command, "--reason is empty");
	if (!people_add_typed(&by, order->by != NULL ? order->by : asked_by, sizeof s.by - 1))
		return command_usage(command, "--by is empty");
	(void)people_add_typed(&user, people->person.person.name, sizeof s.user - 1);
	*ret_suspension = s;
	return 0;
}

static void print_standing(const char *user, const struct suspension *s)
{
	char since[80];
	struct text t;

	TEXT_INTO(&t, since);
	people_add_local_time(&t, s->since);
	if (s->reason[0] == '\0')
		printf("%s: suspended; by whom and why cannot be read any more\n", user);
	else
		printf("%s: suspended since %s by %s: %s\n", user, since, s->by, s->reason);
}

/* Without the lines nobody asks us. */
static void warn_of_lines(void)
{
	if (access(common_paths()->lines_on, F_OK) < 0)
		(void)command_error("warning: the login lines are not switched on here, so this person still gets in; see mutexctl status "
				    "and mutexctl apply");
}

int suspend_person(const char *command, const struct people *people, const struct suspend_order *order)
{
	struct suspension suspension, standing;
	char detail[400];
	struct text t;
	int error, r = fill(command, people, order, &suspension);

	if (r == 0 && !order->force)
		r = check_last_way(command, people);
	if (r != 0)
		return r;
	error = suspension_load(common_paths(), suspension.uid, &standing);
	if (error == 1 && standing.reason[0] != '\0') {
		if (!order->quiet)
			print_standing(suspension.user, &standing);
		return 0;
	}
	error = error < 0 ? error : suspension_save(common_paths(), &suspension);
	if (error < 0)
		return command_error("%s was not suspended: %s: %s", suspension.user, common_paths()->suspended, strerror(-error));
	TEXT_INTO(&t, detail);
	text_add_format(&t, "Suspended by %s: %s.", suspension.by, suspension.reason);
	people_record(people, RECORD_SUSPENSION, RECORD_NOTED, "AU-4", detail);
	if (!order->quiet)
		print_standing(suspension.user, &suspension);
	warn_of_lines();
	return 0;
}

/* --- list --- */

static json_t *to_json(const char *user, const struct suspension *s)
{
	bool readable = s->reason[0] != '\0';
	char since[32];
	struct text t;

	TEXT_INTO(&t, since);
	date_add_time(&t, s->since);
	return json_pack("{s:I, s:s, s:s?, s:s?, s:s?}", "uid", (json_int_t)s->uid, "user", user, "by", readable ? s->by : NULL, "reason",
			 readable ? s->reason : NULL, "since", readable ? since : NULL);
}

/* array NULL = print. Returns whether the document could be read. */
static bool tell_one(uid_t uid, json_t *array)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	struct suspension s = {.uid = uid};
	char number[32];
	const char *user = number;

	if (suspension_load(common_paths(), uid, &s) == 0)
		return true; /* ended meanwhile */
	(void)snprintf(number, sizeof number, "uid %u", (unsigned)uid);
	if (person_load_uid(uid, &person) == 0)
		user = person.person.name;
	else if (s.user[0] != '\0')
		user = s.user;
	if (array != NULL)
		json_array_append_new(array, to_json(user, &s));
	else
		print_standing(user, &s);
	return s.reason[0] != '\0';
}

static int list(json_t *array)
{
	struct uid_list uids UID_LIST_FREED = {0};
	int error = uid_list_fill(&uids, suspension_uids), r = COMMAND_FINE;

	if (error < 0) {
		json_decref(array);
		return command_error("cannot read %s: %s", common_paths()->suspended, strerror(-error));
	}
	for (size_t i = 0; i < uids.count; i++)
		if (!tell_one(uids.items[i], array))
			r = COMMAND_VIOLATED;
	if (array != NULL)
		return common_print_json(json_pack("{s:o}", "suspended", array), r);
	if (uids.count == 0)
		printf("nobody is suspended\n");
	return common_finish(r);
}

/* --- the command --- */

struct options {
	struct suspend_order order;
	enum user_sessions_act act;
	bool list, json;
};

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option known[] = {
		{"reason", required_argument, NULL, 'r'}, {"by", required_argument, NULL, 'b'},
		{"end-sessions", no_argument, NULL, 'e'}, {"lock-sessions", no_argument, NULL, 'k'},
		{"force", no_argument, NULL, 'f'},        {"list", no_argument, NULL, 'l'},
		{"json", no_argument, NULL, 'j'},         {0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'r')
			ret->order.reason = optarg;
		else if (option == 'b')
			ret->order.by = optarg;
		else if (option == 'f')
			ret->order.force = true;
		else if (option == 'l')
			ret->list = true;
		else if (option == 'j')
			ret->json = true;
		else if ((option != 'e' && option != 'k') || ret->act != USER_SESSIONS_LEAVE)
			return command_usage("suspend", option == '?' ? "unknown option"
								      : "--end-sessions and --lock-sessions are two things; say one");
		else
			ret->act = option == 'e' ? USER_SESSIONS_END : USER_SESSIONS_LOCK;
	}
	if (ret->json && !ret->list)
		return command_usage("suspend", "--json goes with --list");
	if (optind + (ret->list ? 0 : 1) != argc)
		return command_usage("suspend", ret->list ? "--list takes no user" : "say whom to suspend");
	return 0;
}

int command_suspend(int argc, char **argv)
{
	struct people people PEOPLE_CLOSED = {0};
	struct options options = {.act = USER_SESSIONS_LEAVE};
	int r = read_options(argc, argv, &options);

	if (r == 0 && options.list)
		return list(options.json ? json_array() : NULL);
	if (r == 0)
		r = people_open(argv[optind], &people);
	if (r == 0)
		r = suspend_person("suspend", &people, &options.order);
	if (r == 0)
		r = user_sessions_act(people.person.person.uid, people.person.person.name, options.act, false);
	return r == 0 ? common_finish(COMMAND_FINE) : r;
}
