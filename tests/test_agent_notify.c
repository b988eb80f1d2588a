/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/agent_notify.c against a stand-in for the desktop's notifications: one is shown for each purpose, also when the desktop is slow to
 * say its number, or says none. */
#include "session_bus.h"

#include <gio/gio.h>
#include <stdbool.h>

#include "agent_notify.h"

#define DESKTOP "org.freedesktop.Notifications"
#define FIRST_ID 41

static const bool *desktop_refuses; /* of the row */
static dbus_uint32_t next_id; /* of the stand-in, which is a new process for each row */

/* "Notify 0 TITLE BODY URGENCY", "Close 41" */
static void note(DBusMessage *call)
{
	const char *word = "", *title = "", *body = "";
	dbus_uint32_t id = 0;
	unsigned char urgency = 0;
	DBusMessageIter at, hints, entry, variant;
	char line[256];

	dbus_message_iter_init(call, &at);
	if (dbus_message_has_member(call, "CloseNotification")) {
		dbus_message_iter_get_basic(&at, &id);
		(void)snprintf(line, sizeof line, "Close %u;", id);
		session_bus_note(line);
		return;
	}
	dbus_message_iter_next(&at);
	dbus_message_iter_get_basic(&at, &id);
	dbus_message_iter_next(&at); /* the icon */
	dbus_message_iter_next(&at);
	dbus_message_iter_get_basic(&at, &title);
	dbus_message_iter_next(&at);
	dbus_message_iter_get_basic(&at, &body);
	dbus_message_iter_next(&at); /* what can be clicked */
	dbus_message_iter_next(&at);
	for (dbus_message_iter_recurse(&at, &hints); dbus_message_iter_get_arg_type(&hints) == DBUS_TYPE_DICT_ENTRY; dbus_message_iter_next(&hints)) {
		dbus_message_iter_recurse(&hints, &entry);
		dbus_message_iter_get_basic(&entry, &word);
		dbus_message_iter_next(&entry);
		dbus_message_iter_recurse(&entry, &variant);
		if (strcmp(word, "urgency") == 0)
			dbus_message_iter_get_basic(&variant, &urgency);
	}
	(void)snprintf(line, sizeof line, "Notify %u %s %s %u;", id, title, body, urgency);
	session_bus_note(line);
}

static DBusMessage *answer(DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);
	dbus_uint32_t id;

	if (dbus_message_has_member(call, "CatchUp"))
		return reply;
	note(call);
	if (dbus_message_has_member(call, "CloseNotification"))
		return reply;
	id = FIRST_ID + next_id++;
	if (!*desktop_refuses) {
		dbus_message_append_args(reply, DBUS_TYPE_UINT32, &id, DBUS_TYPE_INVALID);
		return reply;
	}
	dbus_message_unref(reply);
	return dbus_message_new_error(call, DBUS_ERROR_LIMITS_EXCEEDED, "too many");
}

static const struct row {
	const char *name;
	bool desktop_refuses;
	/* S countdown "a", T countdown "b", C its end, V a violation, W the desktop has answered */
	const char *steps, *calls;
} ROWS[] = {
	{"one, and its end", false, "SWC", "Notify 0 title a 2; Close 41; "},
	{"it changes in place", false, "SWT", "Notify 0 title a 2; Notify 41 title b 2; "},
	{"it changes before its number is known", false, "ST", "Notify 0 title a 2; Notify 41 title b 2; "},
	{"it ends before its number is known", false, "SC", "Notify 0 title a 2; Close 41; "},
	{"only the last change is shown", false, "STST", "Notify 0 title a 2; Notify 41 title b 2; "},
	{"what was changed and ended is not shown", false, "STC", "Notify 0 title a 2; Close 41; "},
	{"ended, and shown after all", false, "SCT", "Notify 0 title a 2; Notify 41 title b 2; "},
	{"the end of none", false, "CSWCC", "Notify 0 title a 2; Close 41; "},
	{"each purpose has its own", false, "SWVWC", "Notify 0 title a 2; Notify 0 title &lt;b&gt; &amp; 2; Close 41; "},
	{"the desktop shows none", true, "SWTWC", "Notify 0 title a 2; Notify 0 title b 2; "},
};

/* The desktop answers in order: when it has answered this, all before it is answered, too. What those answers call for is sent then. */
static void catch_up(int rounds)
{
	GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);

	for (; rounds > 0; rounds--) {
		GVariant *reply = g_dbus_connection_call_sync(bus, DESKTOP, "/x", "x.y", "CatchUp", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, 5000, NULL, NULL);

		assert_non_null(reply);
		g_variant_unref(reply);
		while (g_main_context_iteration(NULL, FALSE))
			;
	}
	g_object_unref(bus);
}

static void each_course(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct agent_notify *notify = agent_notify_new();
		pid_t pid;

		print_message("%s\n", ROWS[i].name);
		desktop_refuses = &ROWS[i].desktop_refuses;
		pid = session_bus_stand_in(DESKTOP, answer);
		for (const char *step = ROWS[i].steps; *step != '\0'; step++) {
			if (*step == 'S' || *step == 'T')
				agent_notify_show(notify, NOTIFY_COUNTDOWN, "title", *step == 'S' ? "a" : "b");
			else if (*step == 'V')
				agent_notify_show(notify, NOTIFY_VIOLATION, "title", "<b> &");
			else if (*step == 'C')
				agent_notify_close(notify, NOTIFY_COUNTDOWN);
			else
				catch_up(1);
		}
		catch_up(3);
		session_bus_end(pid);
		assert_string_equal(session_bus_calls(), ROWS[i].calls);
		g_free(notify);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_course)};

	return cmocka_run_group_tests(tests, session_bus_start, session_bus_stop);
}
