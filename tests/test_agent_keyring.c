/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/agent_keyring.c: what stays open is told in words that can be shown, and a store that hangs does not stop the main loop. */
#include "session_bus.h"

#include <gio/gio.h>

#include "agent_keyring.h"

static void names_can_be_shown(void **state)
{
	static const struct {
		const char *name, *label, *kept;
	} rows[] = {
		{"plain", "Login", "Login"},
		{"of Japan", "\xe9\x9d\x92", "\xe9\x9d\x92"},
		{"two lines", "a\nb", "a\\x0ab"},
		{"an escape", "\x1b[2J", "\\x1b[2J"},
		{"not UTF-8", "a\xff", "a\\xff"},
		{"none", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct left_open left = {0};

		print_message("%s\n", rows[i].name);
		left_open_add(&left, rows[i].label);
		assert_int_equal(left.count, 1);
		assert_string_equal(left.names[0], rows[i].kept);
	}
}

static void the_many_are_counted_and_the_long_are_cut(void **state)
{
	struct left_open left = {0};
	char label[300];

	(void)state;
	memset(label, 'x', sizeof label - 1);
	label[sizeof label - 1] = '\0';
	for (int i = 0; i < AGENT_LEFT_OPEN_MAX + 3; i++)
		left_open_add(&left, label);
	assert_int_equal(left.count, AGENT_LEFT_OPEN_MAX + 3);
	for (int i = 0; i < AGENT_LEFT_OPEN_MAX; i++) {
		assert_in_range(strlen(left.names[i]), 32, sizeof left.names[i] - 1);
		assert_int_equal(strncmp(left.names[i], "xxxxxxxx", 8), 0);
	}
}

/* --- the thread --- */

static bool *hangs; /* shared with the stand-in */

static DBusMessage *answer(DBusMessage *call)
{
	while (*hangs)
		usleep(1000);
	return dbus_message_new_error(call, DBUS_ERROR_FAILED, "broken");
}

struct done {
	GMainLoop *loop;
	GThread *thread;
	size_t left;
	int ticks;
};

static void on_done(const struct left_open *left, void *data)
{
	struct done *done = data;

	done->thread = g_thread_self();
	done->left = left->count;
	g_main_loop_quit(done->loop);
}

/* A countdown beside it. */
static gboolean on_tick(gpointer data)
{
	struct done *done = data;

	*hangs = ++done->ticks < 3;
	return *hangs ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void the_main_loop_goes_on(void **state)
{
	struct done done = {.loop = g_main_loop_new(NULL, FALSE)};
	pid_t pid;

	(void)state;
	hangs = session_bus_share(sizeof *hangs);
	*hangs = true;
	pid = session_bus_stand_in("org.kde.kwalletd6", answer);
	agent_keyring_lock(on_done, &done);
	(void)g_timeout_add(5, on_tick, &done);
	g_main_loop_run(done.loop);
	session_bus_end(pid);
	assert_int_equal(done.ticks, 3);
	assert_int_equal(done.left, 1);
	assert_ptr_equal(done.thread, g_thread_self());
	g_main_loop_unref(done.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_can_be_shown),
		cmocka_unit_test(the_many_are_counted_and_the_long_are_cut),
		cmocka_unit_test(the_main_loop_goes_on),
	};

	return cmocka_run_group_tests(tests, session_bus_start, session_bus_stop);
}
