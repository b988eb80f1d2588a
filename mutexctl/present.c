/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl present: "I am here, though I touch nothing", for as long as the policy grants. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common.h"
#include "lock_client.h"
#include "notice.h"
#include "number.h"
#include "text.h"

#define DAY_SECONDS 86400
#define NS_PER_S INT64_C(1000000000)

static int say(FILE *to, enum message_id id, int64_t seconds, int result)
{
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	char length[64], message[MESSAGE_BYTES_MAX];
	struct settings settings;
	enum language language;
	struct text l, t;

	if (common_load_policy(&loaded) != 0)
		return COMMAND_FAILED;
	policy_resolve(&loaded.policy, NULL, &settings);
	language = common_language(&settings);
	TEXT_INTO(&l, length);
	notice_add_duration(&l, language, seconds * NS_PER_S);
	TEXT_INTO(&t, message);
	message_add(&t, language, id, (const char *const[]){length}, 1);
	fprintf(to, "%s\n", message);
	return common_finish(result);
}

static int ask(int64_t seconds)
{
	struct sd_bus *bus LOCK_CLIENT_CLOSED = NULL;
	char said[LOCK_CLIENT_SAID_BYTES] = "";
	uint32_t granted = 0;
	int error = lock_client_open(&bus);

	if (error < 0)
		return command_error("idlelockd cannot be asked: %s", error == -ESRCH ? "it does not run (systemctl status idlelockd)" : strerror(-error));
	error = lock_client_present(bus, (uint32_t)seconds, &granted, said);
	if (error == -EACCES || (error == 0 && granted == 0 && seconds > 0))
		return say(stderr, MESSAGE_PRESENT_REFUSED, 0, COMMAND_VIOLATED);
	if (error < 0)
		return command_error("idlelockd did not take it: %s", *said != '\0' ? said : strerror(-error));
	return say(stdout, seconds > 0 ? MESSAGE_PRESENT_GRANTED : MESSAGE_PRESENT_ENDED, granted, COMMAND_FINE);
}

int command_present(int argc, char **argv)
{
	static const struct option options[] = {{"end", no_argument, NULL, 'e'}, {0}};
	int64_t seconds = 0;
	bool end = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'e')
			return command_usage("present", "unknown option");
		end = true;
	}
	if (argc - optind != (end ? 0 : 1))
		return command_usage("present", "takes a time such as 30min, or --end");
	if (!end && number_parse_duration(argv[optind], strlen(argv[optind]), 1, DAY_SECONDS, &seconds) != 0)
		return command_usage("present", "takes a time from 1s to 1d, such as 30min: %s", argv[optind]);
	return ask(seconds);
}
