/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock in mutexctl status. */
#include "status_lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply_journal.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "lock_client.h"
#include "lockdown.h"
#include "notice.h"
#include "number.h"
#include "pam_tree.h"
#include "person_load.h"
#include "status_part.h"
#include "text.h"

#define IDLELOCKD "/usr/libexec/idlelockd"
#define NS_PER_S INT64_C(1000000000)

struct sessions {
	int count; /* negative errno: idlelockd cannot be asked */
	struct lock_client_session items[LOCK_CLIENT_SESSIONS_MAX];
};

static void ask_sessions(struct sessions *ret)
{
	struct sd_bus *bus LOCK_CLIENT_CLOSED = NULL;
	int error = lock_client_open(&bus);

	ret->count = error < 0 ? error : lock_client_sessions(bus, ret->items, LOCK_CLIENT_SESSIONS_MAX);
}

static bool is_locked(const struct lock_client_session *s)
{
	return strcmp(s->state, "asked") == 0 || strcmp(s->state, "held") == 0 || strcmp(s->state, "unproven") == 0;
}

static size_t count_in_state(const struct sessions *sessions, const char *state)
{
	size_t n = 0;

	for (int i = 0; i < sessions->count; i++)
		n += strcmp(sessions->items[i].state, state) == 0;
	return n;
}

/* The policy may let one person be observed only; whom the system does not know gets what holds for everybody, as in idlelockd. */
static bool is_to_be_enforced(const struct situation *s, uid_t uid)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	struct settings settings = s->settings;

	if (person_load_uid(uid, &person) == 0)
		policy_resolve(&s->loaded->policy, &person.person, &settings);
	return settings.lock_mode == MODE_ENFORCE;
}

static size_t count_not_enforced(const struct situation *s, const struct sessions *sessions)
{
	size_t n = 0;

	for (int i = 0; i < sessions->count; i++)
		n += !sessions->items[i].enforced && is_to_be_enforced(s, sessions->items[i].user);
	return n;
}

/* --- the line --- */

static void tell_absence(const struct situation *s, struct part *p, struct text *t, int error)
{
	char path[PAM_TREE_PATH_MAX];
	bool installed = pam_tree_path(&path, s->paths->root, IDLELOCKD) == 0 && access(path, X_OK) == 0;

	p->state = installed && error == -ESRCH ? PART_OFF : PART_ABSENT;
	if (!installed) {
		text_add(t, "the watcher is not installed: no screen is locked by this policy");
		part_set_next(p, "install the package idlelock where people sit at the screen");
	} else if (error == -ESRCH) {
		text_add(t, "the watcher does not run: no screen is locked by this policy");
		part_set_next(p, "systemctl enable --now idlelockd; journalctl -u idlelockd says why it ended");
	} else {
		text_add_format(t, "the watcher cannot be asked: %s", error == -ENXIO && *s->paths->root != '\0' ? "not below --root" : strerror(-error));
	}
}

static void tell_sessions(const struct situation *s, struct part *p, struct text *t, const struct sessions *sessions)
{
	size_t unproven = count_in_state(sessions, "unproven"), loose = count_not_enforced(s, sessions);

	text_add(t, "locked after ");
	number_add_duration(t, s->settings.lock_after);
	text_add_format(t, " without use; %d %s watched", sessions->count, sessions->count == 1 ? "session" : "sessions");
	text_add_format(t, ", %zu locked", count_in_state(sessions, "held"));
	p->state = unproven + loose > 0 ? PART_OFF : PART_ON;
	if (unproven > 0) {
		text_add_format(t, "; %zu could not be shown to be locked", unproven);
		part_set_next(p, "journalctl MUTEX_KIND=lock says what was tried; log those people out");
	}
	if (loose > 0) {
		text_add_format(t, "; %zu of them not, although the policy enforces it", loose);
		part_set_next(p, "systemctl reload idlelockd lets the watcher read the policy again; mutexctl check says what is wrong with it");
	}
}

static bool lines_are_off(const struct situation *s)
{
	return access(s->paths->lines_on, F_OK) < 0 && errno == ENOENT;
}

static bool socket_is_missing(const struct situation *s)
{
	return access(s->paths->locker_socket, F_OK) < 0 && errno == ENOENT;
}

void status_look_at_lock(const struct situation *s, struct part *p)
{
	static struct sessions sessions; /* 250 KiB: too much for a stack */
	struct text t = part_detail(p);

	ask_sessions(&sessions);
	if (sessions.count < 0) {
		tell_absence(s, p, &t, sessions.count);
	} else if (lines_are_off(s)) {
		p->state = PART_OFF;
		text_add(&t, "the PAM lines are off, without which nothing could open a lock: nothing is locked");
		part_set_next(p, "mutexctl apply switches them on");
	} else if (socket_is_missing(s)) {
		p->state = PART_OFF;
		text_add(&t, "nothing listens where its locks ask for passwords: a locked screen could not be opened");
		part_set_next(p, "systemctl enable --now idlelock-verify.socket");
	} else {
		tell_sessions(s, p, &t, &sessions);
	}
	if (s->settings.lock_mode != MODE_ENFORCE)
		part_add_observe(s, p, &t, "lock", s->settings.lock_observe_until);
}

static bool waits_for_confirmation(const struct situation *s)
{
	struct apply_journal journal;

	return apply_journal_read(s->paths, &journal) == 0 && journal.phase == APPLY_PENDING;
}

void status_look_at_lockdown(const struct situation *s, struct part *p)
{
	struct lockdown_wish wish = lockdown_wish_of(&s->loaded->policy);
	struct text t = part_detail(p);
	struct lockdown_survey survey;

	lockdown_survey(s->paths, &wish, &survey);
	p->state = wish.on ? PART_ON : PART_NONE;
	if (survey.wrong == 0) {
		text_add(&t, wish.on ? "desktops, logind, D-Bus, polkit and terminals agree with [lock]" : "none are asked for, since [lock] observes");
	} else if (waits_for_confirmation(s)) {
		text_add_format(&t, "%zu files will be written by mutexctl confirm", survey.wrong);
	} else {
		p->state = PART_OFF;
		text_add_format(&t, "%zu files are not as [lock] asks, %zu of them changed by somebody", survey.wrong, survey.drifted);
		part_set_next(p, "mutexctl check --system names them; mutexctl apply puts them right");
	}
}

json_t *status_lock_sessions(void)
{
	static struct sessions sessions;
	json_t *array = json_array();

	ask_sessions(&sessions);
	for (int i = 0; i < sessions.count; i++)
		json_array_append_new(array, lock_client_to_json(&sessions.items[i]));
	return array;
}

/* --- what is watched about me --- */

static void say(enum language language, enum message_id id, const char *a, const char *b)
{
	char line[NOTICE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, line);
	message_add(&t, language, id, (const char *const[]){a, b}, 2);
	puts(line);
}

static void say_length(enum language language, enum message_id id, int64_t ns)
{
	char length[64];
	struct text t;

	TEXT_INTO(&t, length);
	notice_add_duration(&t, language, ns);
	say(language, id, length, NULL);
}

static enum message_id source_message(const char *source)
{
	static const struct {
		const char *source;
		enum message_id id;
	} ROWS[] = {
		{"hardware", MESSAGE_ME_SOURCE_HARDWARE},
		{"x11", MESSAGE_ME_SOURCE_X11},
		{"console", MESSAGE_ME_SOURCE_CONSOLE},
		{"remote", MESSAGE_ME_SOURCE_CONSOLE},
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		if (strcmp(ROWS[i].source, source) == 0)
			return ROWS[i].id;
	return MESSAGE_ME_SOURCE_NONE;
}

static void say_state(enum language language, const struct lock_client_session *s, int64_t now_ns)
{
	char reason[NOTICE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, reason);
	notice_add_reason(&t, language, notice_reason_of(s->reason), s->after_ns);
	if (is_locked(s))
		say(language, strcmp(s->state, "held") == 0 ? MESSAGE_ME_LOCKED : MESSAGE_ME_UNPROVEN, reason, NULL);
	if (s->excused_until_ns > now_ns)
		say_length(language, MESSAGE_ME_EXCUSED, s->excused_until_ns - now_ns);
	if (s->present_left_s > 0)
		say_length(language, MESSAGE_ME_PRESENT, s->present_left_s * NS_PER_S);
	if (*s->inhibitors != '\0')
		say(language, MESSAGE_ME_INHIBITORS, s->inhibitors, NULL);
}

/* A shell from afar has no screen; where nothing tells of use, there is no last one. */
static bool is_locked_when_idle(const struct lock_client_session *s)
{
	return strcmp(s->source, "remote") != 0 && strcmp(s->source, "none") != 0;
}

static void say_session(enum language language, const struct lock_client_session *s, int64_t now_ns)
{
	const char *place = *s->display != '\0' ? s->display : *s->tty != '\0' ? s->tty : s->type;

	say(language, MESSAGE_ME_SESSION, s->session, place);
	say(language, source_message(s->source), NULL, NULL);
	if (s->last_input_ns > 0 && s->last_input_ns <= now_ns)
		say_length(language, MESSAGE_ME_LAST_INPUT, now_ns - s->last_input_ns);
	if (s->after_ns > 0 && is_locked_when_idle(s))
		say_length(language, s->enforced ? MESSAGE_ME_AFTER : MESSAGE_ME_OBSERVED, s->after_ns);
	say_state(language, s, now_ns);
}

static int print_me_json(const struct sessions *sessions)
{
	json_t *array = json_array();

	for (int i = 0; i < sessions->count; i++)
		if (sessions->items[i].user == getuid())
			json_array_append_new(array, lock_client_to_json(&sessions->items[i]));
	return common_print_json(json_pack("{s:b, s:o}", "watched", sessions->count >= 0, "sessions", array), COMMAND_FINE);
}

int status_lock_me(const struct settings *settings, bool json)
{
	static struct sessions sessions;
	enum language language = common_language(settings);
	size_t mine = 0;

	ask_sessions(&sessions);
	if (json)
		return print_me_json(&sessions);
	if (sessions.count < 0) {
		say(language, MESSAGE_ME_NOBODY_WATCHES, NULL, NULL);
		return common_finish(COMMAND_FINE);
	}
	for (int i = 0; i < sessions.count; i++) {
		if (sessions.items[i].user != getuid())
			continue;
		mine++;
		say_session(language, &sessions.items[i], clock_monotonic_ns());
	}
	if (mine == 0)
		say(language, MESSAGE_ME_NO_SESSION, NULL, NULL);
	else
		putchar('\n');
	say(language, MESSAGE_ME_RECORDED, NULL, NULL);
	return common_finish(COMMAND_FINE);
}
