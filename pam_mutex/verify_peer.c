/* SPDX-License-Identifier: BSD-2-Clause */
/* The peer's place by its process id and logind's files: sd_pid_get_session() reads /proc, the rest /run/systemd, so that no bus is needed. */
#include "verify_peer.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-login.h>

#include "locker_gather.h"
#include "text.h"

static void free_string(char **s)
{
	free(*s);
}
#define STRING_FREED __attribute__((cleanup(free_string)))

static void free_strings(char ***list)
{
	for (char **s = *list; s != NULL && *s != NULL; s++)
		free(*s);
	free(*list);
}
#define STRINGS_FREED __attribute__((cleanup(free_strings)))

/* Nothing rather than a part. */
static void keep(char *to, size_t size, int (*get)(const char *, char **), const char *session)
{
	char *value STRING_FREED = NULL;
	struct text t;

	text_init(&t, to, size);
	if (get(session, &value) >= 0 && value != NULL)
		text_add(&t, value);
}

static bool is_at_seat(const char *session)
{
	char *seat STRING_FREED = NULL;

	return sd_session_is_remote(session) == 0 && sd_session_get_seat(session, &seat) >= 0 && seat != NULL && seat[0] != '\0';
}

/* The session's name, to be freed; NULL when there is none that is surely this person's. */
static char *session_of_process(uid_t uid, pid_t pid)
{
	char *session STRING_FREED = NULL, *result;
	uid_t owner;

	/* Another owner: the process stepped into this account (su), or is gone and its number belongs to somebody else. */
	if (sd_pid_get_session(pid, &session) < 0 || sd_session_get_uid(session, &owner) < 0 || owner != uid)
		return NULL;
	result = session;
	session = NULL;
	return result;
}

static char *session_of_person(uid_t uid, pid_t pid)
{
	char **sessions STRINGS_FREED = NULL;
	char *session = NULL;
	uid_t owner;
	int count = sd_uid_get_sessions(uid, 0, &sessions);

	if (count <= 0 || sd_pid_get_owner_uid(pid, &owner) < 0 || owner != uid)
		return NULL;
	for (int i = 0; i < count; i++)
		if (!is_at_seat(sessions[i]))
			return NULL;
	return sd_uid_get_display(uid, &session) >= 0 ? session : NULL;
}

static bool gather_locker(const struct paths *paths, uid_t uid, pid_t pid, struct verify_peer *ret_peer)
{
	struct session_facts facts;

	if (!locker_gather(paths, pid, uid, &facts))
		return false;
	ret_peer->uid = facts.uid;
	memcpy(ret_peer->seat, facts.seat, sizeof facts.seat);
	memcpy(ret_peer->tty, facts.tty, sizeof facts.tty);
	memcpy(ret_peer->display, facts.display, sizeof facts.display);
	memcpy(ret_peer->rhost, facts.remote_host, sizeof facts.remote_host);
	return true;
}

static void gather_session(uid_t uid, pid_t pid, struct verify_peer *ret_peer)
{
	char *session STRING_FREED = session_of_process(uid, pid);

	if (session == NULL)
		session = session_of_person(uid, pid);
	if (session == NULL)
		return;
	ret_peer->in_front = is_at_seat(session) && sd_session_is_active(session) > 0;
	keep(ret_peer->seat, sizeof ret_peer->seat, sd_session_get_seat, session);
	keep(ret_peer->tty, sizeof ret_peer->tty, sd_session_get_tty, session);
	keep(ret_peer->display, sizeof ret_peer->display, sd_session_get_display, session);
	if (sd_session_is_remote(session) > 0)
		keep(ret_peer->rhost, sizeof ret_peer->rhost, sd_session_get_remote_host, session);
}

void verify_peer_gather(const struct paths *paths, uid_t uid, pid_t pid, struct verify_peer *ret_peer)
{
	*ret_peer = (struct verify_peer){.uid = uid, .pid = pid};
	if (!gather_locker(paths, uid, pid, ret_peer))
		gather_session(uid, pid, ret_peer);
}
