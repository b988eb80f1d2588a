/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions by sd-login(3) and loginctl(1). */
#include "user_sessions.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-login.h>

#include "child.h"
#include "command.h"
#include "common.h"
#include "number.h"
#include "text.h"

#define LOGINCTL "/usr/bin/loginctl"
#define OUTPUT_BYTES 512
#define GONE_MS 5000
#define STEP_MS 100

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

/* --- ending --- */

/* 0 = nobody knows. libsystemd tells it only from 254 on. */
static pid_t leader_of(const char *session)
{
	const char *const argv[] = {LOGINCTL, "show-session", session, "-p", "Leader", "--value", NULL};
	char output[OUTPUT_BYTES];
	struct child child = {.argv = argv, .keep_fd = -1, .output = output, .output_size = sizeof output};
	int64_t pid;

	if (child_run(&child) != 0 || number_parse(output, strcspn(output, "\n"), 2, INT32_MAX, &pid) < 0)
		return 0;
	return kill((pid_t)pid, 0) == 0 ? (pid_t)pid : 0;
}

/* Calls `still` for each session whose leader lives on. Returns how many. */
static int count_alive(uid_t uid, void (*still)(const char *session, pid_t leader))
{
	char **sessions __attribute__((cleanup(free_sessions))) = NULL;
	int count = sd_uid_get_sessions(uid, 0, &sessions), alive = 0;

	for (int i = 0; i < count; i++) {
		char *class __attribute__((cleanup(free_state))) = NULL;
		pid_t leader;

		if (sd_session_get_class(sessions[i], &class) < 0 || strncmp(class, "user", 4) != 0)
			continue;
		leader = leader_of(sessions[i]);
		if (leader == 0)
			continue;
		alive++;
		if (still != NULL)
			still(sessions[i], leader);
	}
	return alive;
}

static int wait_until_gone(uid_t uid)
{
	int alive = count_alive(uid, NULL);

	for (int waited_ms = 0; alive > 0 && waited_ms < GONE_MS; waited_ms += STEP_MS) {
		(void)poll(NULL, 0, STEP_MS);
		alive = count_alive(uid, NULL);
	}
	return alive;
}

static void end_leader(const char *session, pid_t leader)
{
	(void)session;
	(void)kill(leader, SIGKILL);
}

static void tell_alive(const char *session, pid_t leader)
{
	(void)command_error("session %s is still there, led by process %d; end it by hand", session, (int)leader);
}

/* A login that was let in just before and has its session still in the making outlives what logind ends: it has no scope yet. */
static int make_sure(uid_t uid)
{
	if (wait_until_gone(uid) == 0)
		return 0;
	(void)count_alive(uid, end_leader);
	return wait_until_gone(uid) == 0 || count_alive(uid, tell_alive) == 0 ? 0 : COMMAND_FAILED;
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
	if (r == 0)
		r = make_sure(uid);
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
