/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes what was accepted. */
#include "accept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accepted.h"
#include "auth_gather.h"
#include "command.h"
#include "file.h"
#include "text.h"

static int name_file(const struct paths *paths, const char *name, char (*ret_path)[PATHS_BYTES_MAX])
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add_format(&t, "%s/%s", paths->state, name);
	return text_end(&t);
}

static void forget(const struct paths *paths, const char *name)
{
	char path[PATHS_BYTES_MAX];

	if (name_file(paths, name, &path) == 0)
		(void)unlink(path);
}

int accept_people(const struct paths *paths, bool anew)
{
	char path[PATHS_BYTES_MAX], *bytes FILE_FREED = malloc(ACCEPTED_BYTES_MAX);
	int error = bytes != NULL ? name_file(paths, ACCEPTED_FILE, &path) : -ENOMEM;
	struct text t;

	if (error == 0 && !anew && file_allows(path, F_OK) == 0)
		return 0;
	if (error == 0) {
		text_init(&t, bytes, ACCEPTED_BYTES_MAX);
		error = auth_people_write(paths, &t);
	}
	if (error == 0)
		error = file_replace(path, bytes, t.len, 0600);
	if (error == 0)
		forget(paths, ACCEPTED_SEEN_FILE); /* older than what is accepted now */
	return error < 0 ? command_error("passwords and ssh keys could not be noted in %s/" ACCEPTED_FILE ": %s", paths->state, strerror(-error)) : 0;
}

void accept_forget(const struct paths *paths)
{
	forget(paths, ACCEPTED_FILE);
	forget(paths, ACCEPTED_SEEN_FILE);
}
