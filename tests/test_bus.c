/* SPDX-License-Identifier: BSD-2-Clause */
/* libdbus on our loop, against a bus daemon of our own: questions, signals and whom they are believed from, the bus going and coming. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bus.h"
#include "clock.h"

#define NS_PER_S INT64_C(1000000000)
#define NAME "org.example.Served"
#define PATH "/org/example"

struct bed {
	struct loop *loop;
	struct bus *server, *client, *stranger;
	char address[256], folder[128];
	pid_t daemon;
	int connected;         /* clients that are, now */
	char told[256];
	int words;
};
static struct bed bed;

static void say(const char *word)
{
	size_t len = strlen(bed.told);

	snprintf(bed.told + len, sizeof bed.told - len, "%s ", word);
	if (--bed.words <= 0)
		loop_stop(bed.loop);
}

static void start_daemon(void)
{
	int ready[2];
	char byte[256], address[300], print[32];

	assert_int_equal(pipe(ready), 0);
	snprintf(address, sizeof address, "--address=%s", bed.address);
	snprintf(print, sizeof print, "--print-address=%d", ready[1]);
	bed.daemon = fork();
	assert_true(bed.daemon >= 0);
	if (bed.daemon == 0) {
		execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile", address, print, (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	assert_true(read(ready[0], byte, sizeof byte) > 0); /* it listens */
	close(ready[0]);
}

static void stop_daemon(void)
{
	kill(bed.daemon, SIGKILL);
	waitpid(bed.daemon, NULL, 0);
}

static void too_long(int64_t now_ns, void *data)
{
	(void)now_ns;
	(void)data;
	bed.words = 0;
	say("TOO-LONG");
}

/* Runs until n words were said. */
static void run(int n)
{
	bed.told[0] = '\0';
	loop_at(bed.loop, clock_monotonic_ns() + 20 * NS_PER_S, 0, too_long, NULL);
	bed.words = n;
	assert_int_equal(loop_run(bed.loop), 0);
	loop_at(bed.loop, INT64_MAX, 0, too_long, NULL);
}

static void on_changed(bool connected, void *data)
{
	(void)data;
	bed.connected += connected ? 1 : -1;
	if (bed.connected == 3 || bed.connected == 0)
		say(connected ? "all-here" : "all-gone");
}

static DBusMessage *serve(DBusMessage *m, void *data)
{
	(void)data;
	if (dbus_message_has_member(m, "Silent"))
		return NULL;
	if (dbus_message_has_member(m, "Echo"))
		return dbus_message_new_method_return(m);
	return dbus_message_new_error(m, DBUS_ERROR_UNKNOWN_METHOD, "no");
}

static int setup(void **state)
{
	(void)state;
	bed = (struct bed){.loop = loop_new()};
	snprintf(bed.folder, sizeof bed.folder, "%s/bus.XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(bed.folder));
	snprintf(bed.address, sizeof bed.address, "unix:path=%s/s", bed.folder);
	start_daemon();
	assert_int_equal(bus_open(bed.loop, bed.address, false, on_changed, NULL, &bed.server), 0);
	assert_int_equal(bus_serve(bed.server, NAME, PATH, serve, NULL), 0);
	assert_int_equal(bus_open(bed.loop, bed.address, false, on_changed, NULL, &bed.client), 0);
	assert_int_equal(bus_open(bed.loop, bed.address, false, on_changed, NULL, &bed.stranger), 0);
	return 0;
}

static int teardown(void **state)
{
	char path[160];

	(void)state;
	bus_close(bed.client);
	bus_close(bed.server);
	bus_close(bed.stranger);
	stop_daemon();
	loop_free(bed.loop);
	snprintf(path, sizeof path, "%s/s", bed.folder);
	unlink(path);
	rmdir(bed.folder);
	return 0;
}

static void on_reply(DBusMessage *reply, void *data)
{
	(void)data;
	say(reply == NULL ? "none" : dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_ERROR ? "error" : "answer");
}

static int ask(const char *member, int timeout_ms)
{
	return bus_call(bed.client, dbus_message_new_method_call(NAME, PATH, NAME, member), timeout_ms, on_reply, NULL);
}

/* What it has sent so far, names and rules among it, has reached the bus. */
static void settle(struct bus *bus)
{
	assert_int_equal(bus_call(bus, dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "GetId"), 0, on_reply, NULL), 0);
	run(1);
	assert_string_equal(bed.told, "answer ");
}

static void run_until_all_are_here(void)
{
	run(1);
	assert_string_equal(bed.told, "all-here ");
	settle(bed.server);
	settle(bed.client);
	settle(bed.stranger);
}

static void questions_are_answered(void **state)
{
	(void)state;
	assert_int_equal(ask("Echo", 0), -ENOTCONN);
	run_until_all_are_here();
	assert_int_equal(ask("Echo", 0), 0);
	run(1);
	assert_string_equal(bed.told, "answer ");
	assert_int_equal(ask("Other", 0), 0);
	run(1);
	assert_string_equal(bed.told, "error ");
	assert_int_equal(ask("Silent", 30), 0);
	run(1);
	assert_string_equal(bed.told, "none ");
}

static void on_signal(DBusMessage *m, void *data)
{
	(void)m;
	say(data);
}

static void send_signal(struct bus *from, const char *path, const char *member, const char *word)
{
	DBusMessage *m = dbus_message_new_signal(path, NAME, member);

	assert_non_null(m);
	assert_true(dbus_message_append_args(m, DBUS_TYPE_STRING, &word, DBUS_TYPE_INVALID));
	assert_int_equal(bus_send(from, m), 0);
}

static void signals_go_where_they_belong(void **state)
{
	static char a[] = "a", b[] = "b", c[] = "c", d[] = "d";

	(void)state;
	bus_match(bed.client, "type='signal',sender='" NAME "',member='A'", on_signal, a);
	bus_match(bed.client, "type='signal',sender='" NAME "',member='B',arg0='yes'", on_signal, b);
	bus_match(bed.client, "type='signal',sender='" NAME "',path_namespace='/org/one'", on_signal, c);
	bus_match(bed.client, "type='signal',sender='" NAME "',member='End'", on_signal, d);
	run_until_all_are_here();
	send_signal(bed.server, PATH, "B", "no");
	send_signal(bed.server, "/org/onemore", "C", "yes");
	send_signal(bed.server, "/org/one/more", "C", "yes");
	send_signal(bed.server, PATH, "B", "yes");
	send_signal(bed.server, PATH, "A", "yes");
	send_signal(bed.server, PATH, "End", "yes");
	run(4);
	assert_string_equal(bed.told, "c b a d ");
	bus_unmatch(bed.client, "type='signal',sender='" NAME "',member='A'", on_signal, a);
	send_signal(bed.server, PATH, "A", "yes");
	send_signal(bed.server, PATH, "End", "yes");
	run(1);
	assert_string_equal(bed.told, "d ");
}

/* Sent to the client alone, it comes through without any rule. */
static void a_strangers_signal_is_not_believed(void **state)
{
	static char a[] = "a", d[] = "d";
	DBusMessage *m = dbus_message_new_signal(PATH, NAME, "A");

	(void)state;
	bus_match(bed.client, "type='signal',sender='" NAME "',member='A'", on_signal, a);
	bus_match(bed.client, "type='signal',member='End'", on_signal, d);
	bus_serve(bed.client, "org.example.Client", "/client", serve, NULL);
	run_until_all_are_here();
	assert_true(dbus_message_set_destination(m, "org.example.Client"));
	assert_int_equal(bus_send(bed.stranger, m), 0);
	send_signal(bed.stranger, PATH, "A", "yes");
	send_signal(bed.stranger, PATH, "End", "yes");
	run(1);
	assert_string_equal(bed.told, "d ");
}

static void rules_names_and_questions_outlive_the_bus(void **state)
{
	static char a[] = "a";

	(void)state;
	bus_match(bed.client, "type='signal',sender='" NAME "',member='A'", on_signal, a);
	run_until_all_are_here();
	assert_int_equal(ask("Silent", 60000), 0);
	stop_daemon();
	run(2);
	assert_non_null(strstr(bed.told, "none "));
	assert_non_null(strstr(bed.told, "all-gone "));
	assert_false(bus_is_connected(bed.client));
	assert_int_equal(ask("Echo", 0), -ENOTCONN);
	start_daemon();
	run_until_all_are_here();
	assert_int_equal(ask("Echo", 0), 0);
	run(1);
	assert_string_equal(bed.told, "answer ");
	send_signal(bed.server, PATH, "A", "yes");
	run(1);
	assert_string_equal(bed.told, "a ");
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(questions_are_answered),
		ROW(signals_go_where_they_belong),
		ROW(a_strangers_signal_is_not_believed),
		ROW(rules_names_and_questions_outlive_the_bus),
	};

	if (access("/usr/bin/dbus-daemon", X_OK) != 0) {
		puts("dbus-daemon is not installed");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
