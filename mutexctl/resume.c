/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl resume: ends a suspension. Clause AU-4. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common.h"
#include "people.h"
#include "suspension_store.h"
#include "text.h"

static int resume(const char *user)
{
	struct people people PEOPLE_CLOSED = {0};
	struct suspension was = {0};
	char detail[500];
	struct text t;
	int error, r = people_open(user, &people);

	if (r != 0)
		return r;
	(void)suspension_load(common_paths(), people.person.person.uid, &was);
	error = suspension_end(common_paths(), people.person.person.uid);
	if (error == -ENOENT) {
		(void)command_error("%s is not suspended; see mutexctl suspend --list", user);
		return COMMAND_VIOLATED;
	}
	if (error < 0)
		return command_error("the suspension of %s was not ended: %s: %s", user, common_paths()->suspended, strerror(-error));
	TEXT_INTO(&t, detail);
	if (was.reason[0] != '\0')
		text_add_format(&t, "Suspension ended; it was by %s: %s.", was.by, was.reason);
	else
		text_add(&t, "Suspension ended; by whom and why it was could not be read.");
	people_record(&people, RECORD_SUSPENSION, RECORD_NOTED, "AU-4", detail);
	printf("%s is no longer suspended\n", user);
	return common_finish(COMMAND_FINE);
}

int command_resume(int argc, char **argv)
{
	static const struct option options[] = {{0}};

	if (getopt_long(argc, argv, "", options, NULL) != -1)
		return command_usage("resume", "unknown option");
	if (optind + 1 != argc)
		return command_usage("resume", "say whose suspension ends");
	return resume(argv[optind]);
}
