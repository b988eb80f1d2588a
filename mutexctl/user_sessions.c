/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions by sd-login(3) and loginctl(1). */
#include "user_sessions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-login.h>

#include "child.h"
#include "command.h"
#include "common.h"
#include "text.h"

#define LOGINCTL "/usr/bin/loginctl"
#define OUTPUT_BYTES 512

static void free_sessions(char ***sessions)
{
	for (char **s = *sessions; s != NULL && *s != NULL; s++)
		free(*s);
	free(*sessions);
}

static void free_state(char **state)
{
	free(*state);
}

/* Also without a session there may be the user's own service manager, and what lingers. */
static bool has_anything(uid_t uid)
{
	char *state __attribute__((cleanup(free_state))) = NULL;

	return sd_uid_get_state(uid, &state) >= 0 && strcmp(state, "offline") != 0;
}

static int run_loginctl(const char *verb, const char *object)
{
	const char *const argv[] = {LOGINCTL, verb, object, NULL};
	char output[OUTPUT_BYTES];
	struct child child = {.argv = argv, .keep_fd = -1, .output = output, .output_size = sizeof output};
	int status = child_run(&child);

	output[strcspn(output, "\n")] = '\0';
	if (status < 0)
		return command_error("cannot run %s %s %s: %s", LOGINCTL, verb, object, strerror(-status));
	return status == 0 ? 0 : command_error("%s %s %s failed: %s", LOGINCTL, verb, object, output);
}

/* A terminal has no locker that could hear of it: logind of Debian 13 refuses, that of Debian 12 says yes and nothing happens. */
static bool has_a_screen(const char *session)
{
	char *type __attribute__((cleanup(free_state))) = NULL;

	return sd_session_get_type(session, &type) >= 0 &&
	       (strcmp(type, "x11") == 0 || strcmp(type, "wayland") == 0 || strcmp(type, "mir") == 0);
}

/* Neither the user's service manager, which has a session of its own on Debian 13, nor one that is over. */
static bool is_open(const char *session)
{
	char *state __attribute__((cleanup(free_state))) = NULL, *class __attribute__((cleanup(free_state))) = NULL;

	return sd_session_get_class(session, &class) >= 0 && strncmp(class, "user", 4) == 0 &&
	       (sd_session_get_state(session, &state) < 0 || strcmp(state, "closing") != 0);
}

static int lock(char **sessions, int count, const char *user, bool quiet)
{
	int locked = 0, r = 0;

	for (int i = 0; i < count; i++)
		if (!is_open(sessions[i]))
			continue;
		else if (!has_a_screen(sessions[i]))
			r = command_error("session %s of %s has no screen that could be locked; --end-sessions ends it", sessions[i], user);
		else if (run_loginctl("lock-session", sessions[i]) != 0)
			r = COMMAND_FAILED;
		else
			locked++;
	if (!quiet && (locked > 0 || r == 0))
		printf("%d %s of %s asked to lock\n", locked, locked == 1 ? "session" : "sessions", user);
	return r;
}

static int end(char **sessions, int count, uid_t uid, const char *user, bool quiet)
{
	int open = 0, r = 0;
	char name[16];
	struct text t;

	for (int i = 0; i < count; i++)
		open += is_open(sessions[i]);
	TEXT_INTO(&t, name);
	text_add_int(&t, (int64_t)uid);
	if (count > 0 || has_anything(uid))
		r = run_loginctl("terminate-user", name);
	if (r == 0 && !quiet)
		printf("%d %s of %s ended\n", open, open == 1 ? "session" : "sessions", user);
	return r;
}

int user_sessions_act(uid_t uid, const char *user, enum user_sessions_act act, bool quiet)
{
	char **sessions __attribute__((cleanup(free_sessions))) = NULL;
	int count;

	if (act == USER_SESSIONS_LEAVE)
		return 0;
	if (common_root()[0] != '\0') {
		if (!quiet)
			printf("sessions are left alone below --root\n");
		return 0;
	}
	count = sd_uid_get_sessions(uid, 0, &sessions);
	if (count < 0)
		return command_error("cannot ask logind for the sessions of %s: %s; end them by hand", user, strerror(-count));
	return act == USER_SESSIONS_END ? end(sessions, count, uid, user, quiet) : lock(sessions, count, user, quiet);
}
