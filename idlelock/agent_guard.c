/* SPDX-License-Identifier: BSD-2-Clause */
/* The signal Changed of mutex-guardd, as notifications. */
#include "agent_guard.h"

#include <gio/gio.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "notice.h"
#include "text.h"

#define NAME "org.pammutex.Guard1"
#define PATH "/org/pammutex/Guard1"
#define HOUR_NS (3600 * INT64_C(1000000000))
#define TOLD_MAX 8 /* of a control, within the hour; of more persons than these the first is told again */
#define WORD_BYTES 64

static const char *const CONTROL_NAMES[CONTROL_MAX] = {
#define CONTROL_NAME(name, clause) [CONTROL_##name] = #name,
	CONTROLS(CONTROL_NAME)
#undef CONTROL_NAME
};

/* Who did it, and what follows. */
struct deed {
	guint32 uid; /* UINT32_MAX = not known */
	char program[WORD_BYTES], reaction[WORD_BYTES];
};

struct told {
	struct deed deed;
	int64_t at_ns; /* 0 = none */
};

struct agent_guard {
	struct agent_notify *notify;
	enum language language;
	struct guarded_control {
		bool shown;       /* as violated */
		struct deed deed; /* the one that is shown */
		struct told told[TOLD_MAX];
		size_t next;
	} controls[CONTROL_MAX];
};

static void name_person(guint32 uid, char ret_person[WORD_BYTES])
{
	struct passwd entry, *found = NULL;
	char bytes[4096]; /* a directory server may give long lines */
	struct text t;

	text_init(&t, ret_person, WORD_BYTES);
	if (uid == UINT32_MAX)
		return;
	if (getpwuid_r(uid, &entry, bytes, sizeof bytes, &found) == 0 && found != NULL)
		text_add_escaped_cut(&t, found->pw_name, strlen(found->pw_name), WORD_BYTES - 1);
	else
		text_add_format(&t, "uid %u", uid);
}

static void show(struct agent_guard *guard, size_t control, bool fine)
{
	const struct deed *deed = &guard->controls[control].deed;
	char person[WORD_BYTES], body[NOTICE_BYTES_MAX];
	struct text t;

	name_person(deed->uid, person);
	TEXT_INTO(&t, body);
	notice_add_control(&t, guard->language,
			   &(struct notice_control){.control = CONTROL_NAMES[control],
						    .by_you = deed->uid == getuid(),
						    .person = person,
						    .program = deed->program,
						    .reaction = deed->reaction,
						    .fine = fine});
	agent_notify_show(guard->notify, (enum notify_slot)(NOTIFY_CONTROL + control), message_raw(guard->language, MESSAGE_NOTICE_CONTROL_TITLE), body);
}

static bool is_news(struct guarded_control *c, const struct deed *deed)
{
	int64_t now_ns = clock_monotonic_ns();

	for (size_t i = 0; i < TOLD_MAX; i++)
		if (c->told[i].at_ns != 0 && now_ns - c->told[i].at_ns < HOUR_NS && c->told[i].deed.uid == deed->uid &&
		    strcmp(c->told[i].deed.reaction, deed->reaction) == 0)
			return false;
	c->told[c->next] = (struct told){*deed, now_ns};
	c->next = (c->next + 1) % TOLD_MAX;
	return true;
}

static void take_state(struct agent_guard *guard, size_t control, const char *state, const struct deed *deed)
{
	struct guarded_control *c = &guard->controls[control];

	if (strcmp(state, "violated") == 0 && strcmp(deed->reaction, "observe") != 0 && is_news(c, deed)) {
		c->deed = *deed;
		c->shown = true;
		show(guard, control, false);
	} else if (strcmp(state, "ok") == 0 && c->shown) {
		c->shown = false;
		show(guard, control, true);
	}
}

static void take_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
			 gpointer data)
{
	const char *control, *state, *program, *reaction;
	struct deed deed;

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)signal;
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(ssuss)")))
		return;
	g_variant_get(parameters, "(&s&su&s&s)", &control, &state, &deed.uid, &program, &reaction);
	(void)g_strlcpy(deed.program, program, sizeof deed.program);
	(void)g_strlcpy(deed.reaction, reaction, sizeof deed.reaction);
	for (size_t i = 0; i < CONTROL_MAX; i++)
		if (strcmp(CONTROL_NAMES[i], control) == 0)
			take_state(data, i, state, &deed);
}

struct agent_guard *agent_guard_new(struct agent_notify *notify, enum language language)
{
	g_autoptr(GDBusConnection) system = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, NULL);
	struct agent_guard *guard = g_new0(struct agent_guard, 1);

	guard->notify = notify;
	guard->language = language;
	if (system != NULL)
		(void)g_dbus_connection_signal_subscribe(system, NAME, NAME, "Changed", PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, take_changed, guard, NULL);
	return guard;
}
