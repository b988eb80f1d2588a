/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl breakglass: shows the emergency accounts, says how to set them up, tries out whether they would work. Clause AC-4. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "break_glass_check.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "file.h"
#include "keyword.h"
#include "people.h"
#include "text.h"

#define DRILL_S (31 * DAY_S)
#define DATE_BYTES 32

/* When the last drill was; 0 = never, or nobody can say. */
static int64_t last_drill_s(void)
{
	struct file_trust trust = {.owner = common_paths()->owner, .max_bytes = DATE_BYTES};
	char *bytes FILE_FREED = NULL;
	int64_t s = 0;
	size_t len;

	if (file_read_trusted(common_paths()->break_glass, &trust, &bytes, &len) < 0 || len == 0 || date_parse(bytes, len - 1, &s) < 0)
		return 0;
	return s;
}

static int save_drill(int64_t now_s)
{
	char bytes[DATE_BYTES];
	struct text t;
	int error = file_make_folder(common_paths()->state, 0755, common_paths()->owner);

	TEXT_INTO(&t, bytes);
	date_add_time(&t, now_s);
	text_add_char(&t, '\n');
	return error < 0 ? error : file_replace(common_paths()->break_glass, bytes, t.len, 0600);
}

static json_t *account_to_json(const char *user, unsigned found)
{
	json_t *codes = json_array();

	for (int i = 0; i < BREAK_GLASS_FAULT_MAX; i++)
		if ((found & 1u << i) != 0)
			json_array_append_new(codes, json_string(break_glass_fault_code((enum break_glass_fault)i)));
	return json_pack("{s:s, s:b, s:o}", "user", user, "usable", found == 0, "faults", codes);
}

static void print_account(const char *user, unsigned found)
{
	printf("%-16s %s\n", user, found == 0 ? "lets somebody in at the console" : "DOES NOT WORK");
	for (int i = 0; i < BREAK_GLASS_FAULT_MAX; i++)
		if ((found & 1u << i) != 0)
			printf("%-16s - %s\n", "", break_glass_fault_text((enum break_glass_fault)i));
}

/* Returns how many accounts do not work. */
static size_t look_at_all(const struct policy_loaded *loaded, const struct word_list *users, int64_t now_s, json_t *accounts)
{
	size_t broken = 0;

	for (size_t i = 0; i < users->count; i++) {
		unsigned found = break_glass_check(loaded, users->words[i], now_s);

		broken += found != 0;
		if (accounts != NULL)
			json_array_append_new(accounts, account_to_json(users->words[i], found));
		else
			print_account(users->words[i], found);
	}
	return broken;
}

static void print_last_drill(int64_t last_s, int64_t now_s)
{
	char when[80];
	struct text t;

	TEXT_INTO(&t, when);
	if (last_s == 0)
		text_add(&t, "never");
	else
		people_add_local_time(&t, last_s);
	printf("last drill: %s%s\n", when,
	       last_s == 0 || now_s - last_s > DRILL_S ? "; run one each month: mutexctl breakglass drill" : "");
}

static int no_accounts(void)
{
	(void)command_error(
		"the policy names no emergency account, so a mistake in it can shut everybody out; see mutexctl breakglass set");
	return COMMAND_VIOLATED;
}

static int status(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	int64_t now_s = clock_now_s(), last_s = last_drill_s();
	json_t *accounts = NULL;
	struct settings settings;
	char when[DATE_BYTES] = "";
	struct text t;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return command_usage("breakglass", "unknown option");
		accounts = accounts == NULL ? json_array() : accounts;
	}
	if (optind < argc || (r = common_load_policy(&loaded)) != 0) {
		json_decref(accounts);
		return optind < argc ? command_usage("breakglass", "unexpected argument: %s", argv[optind]) : COMMAND_FAILED;
	}
	policy_resolve(&loaded.policy, NULL, &settings);
	r = look_at_all(&loaded, &settings.access_break_glass, now_s, accounts) > 0 || settings.access_break_glass.count == 0 ? COMMAND_VIOLATED
														     : COMMAND_FINE;
	TEXT_INTO(&t, when);
	if (last_s != 0)
		date_add_time(&t, last_s);
	if (accounts != NULL)
		return common_print_json(json_pack("{s:o, s:s?}", "accounts", accounts, "last_drill", last_s != 0 ? when : NULL), r);
	if (settings.access_break_glass.count == 0)
		return no_accounts();
	print_last_drill(last_s, now_s);
	return common_finish(r);
}

static int set(int argc, char **argv)
{
	if (argc > 1)
		return command_usage("breakglass", "unexpected argument: %s", argv[1]);
	printf("An emergency account gets somebody in at the console with its password alone, whatever else the policy demands or has "
	       "broken.\n\n"
	       "1. Make a local account that nobody uses day by day:    adduser --comment 'emergencies only' breakglass\n"
	       "2. Let it become root:                                  adduser breakglass sudo\n"
	       "3. Give it a password of at least 20 random characters, write it down twice, seal both, and put them where two persons can "
	       "get at them.\n"
	       "4. Name it in the policy, section [access]:             break_glass = breakglass\n"
	       "   A server without a console may add the network of the administrators:  break_glass_from = 10.1.0.0/16\n"
	       "5. Put the policy in force and try it out:              mutexctl apply && mutexctl breakglass drill\n"
	       "6. Log in with it once at the console yourself. Each use is recorded (mutexctl observed, journalctl -t pam_mutex); after "
	       "one, set a new password.\n\n"
	       "Present accounts: mutexctl breakglass status\n");
	return common_finish(COMMAND_FINE);
}

static int drill(int argc, char **argv)
{
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	int64_t now_s = clock_now_s();
	struct settings settings;
	char detail[200];
	struct text t;
	size_t broken;
	int error, r;

	if (argc > 1)
		return command_usage("breakglass", "unexpected argument: %s", argv[1]);
	r = common_load_policy(&loaded);
	if (r != 0)
		return r;
	policy_resolve(&loaded.policy, NULL, &settings);
	if (settings.access_break_glass.count == 0)
		return no_accounts();
	broken = look_at_all(&loaded, &settings.access_break_glass, now_s, NULL);
	TEXT_INTO(&t, detail);
	text_add_format(&t, "Drill: %zu of %zu emergency accounts would let somebody in at the console.",
			settings.access_break_glass.count - broken, settings.access_break_glass.count);
	people_record_general(&loaded, RECORD_BREAK_GLASS, broken > 0 ? RECORD_WARNED : RECORD_NOTED, "AC-4", detail);
	printf("%s\n", detail);
	if (broken > 0) {
		(void)command_error("the drill failed; mend what is said above and run it again");
		return COMMAND_VIOLATED;
	}
	error = save_drill(now_s);
	if (error < 0)
		return command_error("the drill passed, but its date cannot be kept in %s: %s", common_paths()->break_glass,
				     strerror(-error));
	printf("Nobody logged in for this: do so once a year, and set a new password afterwards.\n");
	return common_finish(COMMAND_FINE);
}

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {{"status", status}, {"set", set}, {"drill", drill}};

int command_breakglass(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	return command_usage(argv[0], "say what to do: status, set or drill");
}
