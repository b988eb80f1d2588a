/* SPDX-License-Identifier: BSD-2-Clause */
/* Lockers' units over a bus of our own, with a systemd that says what the row wants. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "rung_run.h"
#include "unit_run.h"
#include "vt_gather.h"

#define NS_PER_S INT64_C(1000000000)
#define UNIT "idlelock-i3lock@c2.service"
#define OBJECT "/org/freedesktop/systemd1/unit/idlelock_2di3lock_40c2_2eservice"

static struct bed {
	struct loop *loop;
	struct bus *manager, *ours;
	struct rung_run *run;
	struct paths paths;
	char folder[64], address[128];
	pid_t daemon;
	int connected;
	struct unit_state state; /* what the manager says */
	const char *refusal;     /* the error to StartTransientUnit */
	char told[512];          /* calls that the manager got, and what the hooks heard */
	char wanted[64];         /* run until it was told */
} bed;

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void tell(const char *format, ...)
{
	size_t len = strlen(bed.told);
	va_list args;

	va_start(args, format);
	vsnprintf(bed.told + len, sizeof bed.told - len, format, args);
	va_end(args);
	if (bed.wanted[0] != '\0' && strstr(bed.told, bed.wanted) != NULL)
		loop_stop(bed.loop);
}

static void too_long(int64_t now_ns, void *data)
{
	(void)now_ns;
	(void)data;
	tell("TOO-LONG ");
	loop_stop(bed.loop);
}

static void run_until(const char *wanted)
{
	snprintf(bed.wanted, sizeof bed.wanted, "%s", wanted);
	assert_int_equal(loop_at(bed.loop, clock_monotonic_ns() + 20 * NS_PER_S, 0, too_long, NULL), 0);
	if (strstr(bed.told, wanted) == NULL)
		assert_int_equal(loop_run(bed.loop), 0);
	assert_int_equal(loop_at(bed.loop, INT64_MAX, 0, too_long, NULL), 0);
	bed.wanted[0] = '\0';
	if (strstr(bed.told, wanted) == NULL)
		fail_msg("wanted \"%s\", heard \"%s\"", wanted, bed.told);
}

/* --- the manager --- */

static void add_entry(DBusMessageIter *dict, const char *name, int type, const char *signature, const void *value)
{
	DBusMessageIter entry, variant;

	dbus_message_iter_open_container(dict, DBUS_TYPE_DICT_ENTRY, NULL, &entry);
	dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &name);
	dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, signature, &variant);
	dbus_message_iter_append_basic(&variant, type, value);
	dbus_message_iter_close_container(&entry, &variant);
	dbus_message_iter_close_container(dict, &entry);
}

static void add_state(DBusMessage *m, const char *interface)
{
	const char *active = bed.state.active ? "active" : "inactive", *result = bed.state.success ? "success" : "signal", *words = bed.state.status_text;
	DBusMessageIter at, dict;

	dbus_message_iter_init_append(m, &at);
	dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "{sv}", &dict);
	if (strcmp(interface, UNIT_UNIT_INTERFACE) == 0) {
		add_entry(&dict, "ActiveState", DBUS_TYPE_STRING, "s", &active);
	} else {
		add_entry(&dict, "NRestarts", DBUS_TYPE_UINT32, "u", &bed.state.restarts);
		add_entry(&dict, "ExecMainCode", DBUS_TYPE_INT32, "i", &bed.state.code);
		add_entry(&dict, "ExecMainStatus", DBUS_TYPE_INT32, "i", &bed.state.status);
		add_entry(&dict, "Result", DBUS_TYPE_STRING, "s", &result);
		add_entry(&dict, "StatusText", DBUS_TYPE_STRING, "s", &words);
	}
	dbus_message_iter_close_container(&at, &dict);
}

static DBusMessage *answer(DBusMessage *call)
{
	static const char *const JOB = "/org/freedesktop/systemd1/job/1";
	const char *method = dbus_message_get_member(call), *word = "";
	DBusMessage *reply;

	if (bed.refusal != NULL && strncmp(method, "Start", 5) == 0)
		return dbus_message_new_error(call, bed.refusal, "no");
	reply = dbus_message_new_method_return(call);
	(void)dbus_message_get_args(call, NULL, DBUS_TYPE_STRING, &word, DBUS_TYPE_INVALID);
	if (strcmp(method, "GetAll") == 0)
		add_state(reply, word);
	else if (strstr(method, "Unit") != NULL && strcmp(method, "ResetFailedUnit") != 0)
		dbus_message_append_args(reply, DBUS_TYPE_OBJECT_PATH, &JOB, DBUS_TYPE_INVALID);
	return reply;
}

/* The whole of a transient unit in one line. */
static void tell_properties(DBusMessage *call)
{
	DBusMessageIter at, list, pair;
	const char *name, *words;

	dbus_message_iter_init(call, &at);
	dbus_message_iter_next(&at);
	dbus_message_iter_next(&at);
	dbus_message_iter_recurse(&at, &list);
	for (; dbus_message_iter_get_arg_type(&list) == DBUS_TYPE_STRUCT; dbus_message_iter_next(&list)) {
		DBusMessageIter value;

		dbus_message_iter_recurse(&list, &pair);
		dbus_message_iter_get_basic(&pair, &name);
		dbus_message_iter_next(&pair);
		dbus_message_iter_recurse(&pair, &value);
		if (dbus_message_iter_get_arg_type(&value) != DBUS_TYPE_STRING)
			continue;
		dbus_message_iter_get_basic(&value, &words);
		if (strcmp(name, "User") == 0 || strcmp(name, "Restart") == 0 || strcmp(name, "Type") == 0)
			tell("%s=%s ", name, words);
	}
}

static DBusMessage *called(DBusMessage *call, void *data)
{
	const char *method = dbus_message_get_member(call), *word = "";

	(void)data;
	(void)dbus_message_get_args(call, NULL, DBUS_TYPE_STRING, &word, DBUS_TYPE_INVALID);
	if (strcmp(method, "StartTransientUnit") == 0) {
		DBusMessageIter at;

		dbus_message_iter_init(call, &at);
		dbus_message_iter_get_basic(&at, &word);
		tell_properties(call);
	}
	tell("%s:%s ", method, word);
	return answer(call);
}

static void emit_changed(const char *interface)
{
	DBusMessage *m = dbus_message_new_signal(OBJECT, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged");
	DBusMessageIter at, list;

	dbus_message_append_args(m, DBUS_TYPE_STRING, &interface, DBUS_TYPE_INVALID);
	add_state(m, interface);
	dbus_message_iter_init_append(m, &at);
	dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "s", &list);
	dbus_message_iter_close_container(&at, &list);
	assert_int_equal(bus_send(bed.manager, m), 0);
}

static void emit_state(struct unit_state state)
{
	bed.state = state;
	emit_changed(UNIT_SERVICE_INTERFACE);
	emit_changed(UNIT_UNIT_INTERFACE);
}

static void emit_job(const char *unit, const char *result)
{
	DBusMessage *m = dbus_message_new_signal(UNIT_MANAGER_PATH, UNIT_MANAGER_INTERFACE, "JobRemoved");
	const char *job = "/org/freedesktop/systemd1/job/1";
	uint32_t id = 1;

	dbus_message_append_args(m, DBUS_TYPE_UINT32, &id, DBUS_TYPE_OBJECT_PATH, &job, DBUS_TYPE_STRING, &unit, DBUS_TYPE_STRING, &result,
				 DBUS_TYPE_INVALID);
	assert_int_equal(bus_send(bed.manager, m), 0);
}

/* --- the bed --- */

static void failed(const char *session, enum lock_rung rung, const char *why, void *data)
{
	(void)data;
	tell("failed(%s,%d,%s) ", session, (int)rung, why);
}

static void ready(const char *session, enum lock_rung rung, void *data)
{
	(void)data;
	tell("ready(%s,%d) ", session, (int)rung);
}

static void gone(const char *session, enum lock_rung rung, bool clean, void *data)
{
	(void)data;
	tell("gone(%s,%d,%s) ", session, (int)rung, clean ? "clean" : "broken");
}

static void changed(bool connected, void *data)
{
	bed.connected += connected ? 1 : -1;
	if (connected && data != NULL)
		rung_connected(bed.run);
	tell("connected%d ", bed.connected);
}

static void start_daemon(void)
{
	char address[160], print[32], line[256];
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	snprintf(address, sizeof address, "--address=%s", bed.address);
	snprintf(print, sizeof print, "--print-address=%d", ends[1]);
	bed.daemon = fork();
	assert_true(bed.daemon >= 0);
	if (bed.daemon == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile", address, print, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	assert_true(read(ends[0], line, sizeof line) > 0);
	close(ends[0]);
}

static int set_up(void **state)
{
	static const struct rung_hooks HOOKS = {.failed = failed, .ready = ready, .gone = gone};

	(void)state;
	bed = (struct bed){.folder = "/tmp/mutex-rung.XXXXXX"};
	assert_non_null(mkdtemp(bed.folder));
	snprintf(bed.address, sizeof bed.address, "unix:path=%s/bus", bed.folder);
	assert_int_equal(paths_init(&bed.paths, bed.folder, getuid()), 0);
	start_daemon();
	bed.loop = loop_new();
	assert_non_null(bed.loop);
	assert_int_equal(bus_open(bed.loop, bed.address, false, changed, NULL, &bed.manager), 0);
	assert_int_equal(bus_serve(bed.manager, UNIT_MANAGER_NAME, UNIT_MANAGER_PATH, called, NULL), 0);
	assert_int_equal(bus_serve(bed.manager, NULL, OBJECT, called, NULL), 0);
	assert_int_equal(bus_serve(bed.manager, "org.freedesktop.login1", "/org/freedesktop/login1", called, NULL), 0);
	run_until("connected1");
	assert_int_equal(bus_open(bed.loop, bed.address, false, changed, &bed, &bed.ours), 0);
	assert_int_equal(rung_open(bed.ours, &bed.paths, &HOOKS, &bed.run), 0);
	run_until("connected2");
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	rung_close(bed.run);
	bus_close(bed.ours);
	bus_close(bed.manager);
	loop_free(bed.loop);
	kill(bed.daemon, SIGKILL);
	waitpid(bed.daemon, NULL, 0);
	snprintf(command, sizeof command, "rm -rf %s", bed.folder);
	return system(command);
}

static const unsigned char COOKIE[16] = "0123456789abcdef";
static struct session_facts facts = {.session = "c2", .display = ":7"};

static struct rung_request request_of_i3lock(void)
{
	facts.uid = getuid();
	return (struct rung_request){.session = &facts, .rung = LOCK_RUNG_LOCKER, .locker = LOCKER_I3LOCK, .display = ":7", .wayland_display = "",
				     .runtime_dir = "", .cookie = COOKIE, .person = ""};
}

static int start_i3lock(void)
{
	const struct rung_request request = request_of_i3lock();

	return rung_start(bed.run, &request);
}

static bool is_there(const char *name, mode_t mode)
{
	char path[160];
	struct stat st;

	snprintf(path, sizeof path, "%s/run/mutex/lockers/%s", bed.folder, name);
	return stat(path, &st) == 0 && (st.st_mode & 07777) == mode && st.st_uid == getuid();
}

static bool names_the_person(const char *name, const char *line)
{
	char path[160], bytes[1024];
	size_t len;
	FILE *f;

	snprintf(path, sizeof path, "%s/run/mutex/lockers/%s", bed.folder, name);
	f = fopen(path, "re");
	assert_non_null(f);
	len = fread(bytes, 1, sizeof bytes - 1, f);
	fclose(f);
	bytes[len] = '\0';
	return strstr(bytes, line) != NULL;
}

static void start_and_wait(void)
{
	assert_int_equal(start_i3lock(), 0);
	run_until("GetAll:" UNIT_UNIT_INTERFACE);
	emit_state((struct unit_state){.active = true, .success = true});
	run_until("ready(c2,2)");
	bed.told[0] = '\0';
}

/* --- rows --- */

static void starts_as_the_user(void **state)
{
	char user[32];

	(void)state;
	assert_int_equal(start_i3lock(), 0);
	assert_string_equal(rung_unit(bed.run, "c2"), UNIT);
	run_until("StartTransientUnit:" UNIT);
	snprintf(user, sizeof user, "User=%u ", (unsigned)getuid());
	assert_non_null(strstr(bed.told, user));
	assert_non_null(strstr(bed.told, "Type=exec "));
	assert_non_null(strstr(bed.told, "Restart=always "));
	assert_true(is_there(UNIT ".env", 0400));
	assert_true(is_there(UNIT ".auth", 0400));
	assert_false(rung_is_ready(bed.run, "c2"));
	emit_state((struct unit_state){.active = true, .success = true});
	run_until("ready(c2,2)");
	assert_true(rung_is_ready(bed.run, "c2"));
}

/* The first locker may be slow, or be started again, while the console's begins. */
static void the_next_rung_leaves_the_first_one_its_files(void **state)
{
	const struct rung_request console = {.session = &facts, .rung = LOCK_RUNG_CONSOLE, .locker = LOCKER_CONSOLE, .vt = vt_active() != 0 ? vt_active() : 7, .display = ":7",
					     .wayland_display = "", .runtime_dir = "", .cookie = COOKIE, .person = "alice"};
	struct stat before, after;
	char path[160];

	(void)state;
	start_and_wait();
	snprintf(path, sizeof path, "%s/run/mutex/lockers/" UNIT ".env", bed.folder);
	assert_int_equal(stat(path, &before), 0);
	(void)rung_start(bed.run, &console);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_true(is_there(UNIT ".auth", 0400));
	assert_true(is_there("idlelock-console@c2.service.env", 0400));
	assert_false(is_there("idlelock-console@c2.service.auth", 0400));
	assert_true(names_the_person("idlelock-console@c2.service.env", "\nPERSON=alice\n"));
}

static ino_t inode_of(const char *name)
{
	char path[160];
	struct stat status;

	snprintf(path, sizeof path, "%s/run/mutex/lockers/%s", bed.folder, name);
	return stat(path, &status) == 0 ? status.st_ino : 0;
}

/* So that nothing is left to be written when /run is full. */
static void its_files_are_there_before_and_stay(void **state)
{
	const struct rung_request i3lock = request_of_i3lock();
	ino_t environment, authority;

	(void)state;
	assert_int_equal(rung_prepare(bed.run, &i3lock), 0);
	assert_string_equal(rung_unit(bed.run, "c2"), "");
	environment = inode_of(UNIT ".env");
	authority = inode_of(UNIT ".auth");
	assert_true(environment != 0 && authority != 0);
	start_and_wait();
	rung_stop(bed.run, "c2", true);
	assert_int_equal(inode_of(UNIT ".env"), environment);
	assert_int_equal(inode_of(UNIT ".auth"), authority);
	rung_stop(bed.run, "c2", false);
	assert_int_equal(inode_of(UNIT ".env"), 0);
	assert_int_equal(inode_of(UNIT ".auth"), 0);
}

static void tells_a_killed_one_and_its_return(void **state)
{
	(void)state;
	start_and_wait();
	emit_state((struct unit_state){.active = false, .restarts = 1, .code = CLD_KILLED, .status = SIGKILL});
	run_until("gone(c2,2,broken)");
	emit_state((struct unit_state){.active = true, .restarts = 1, .success = true, .code = CLD_KILLED, .status = SIGKILL});
	run_until("ready(c2,2)");
}

/* Both signals may be told as one: the manager tells the state when it comes to it. */
static void tells_a_restart_that_nobody_saw(void **state)
{
	(void)state;
	start_and_wait();
	emit_state((struct unit_state){.active = true, .restarts = 3, .success = true});
	run_until("gone(c2,2,broken) ready(c2,2)");
}

/* It says so before it covers anything. */
static void one_begun_anew_within_its_unit_is_gone_and_not_ready(void **state)
{
	(void)state;
	start_and_wait();
	emit_state((struct unit_state){.active = true, .success = true, .status_text = "begun anew 1"});
	run_until("gone(c2,2,broken)");
	emit_state((struct unit_state){.active = true, .success = true, .status_text = "begun anew 2"});
	run_until("gone(c2,2,broken) gone(c2,2,broken)");
	assert_int_equal(start_i3lock(), 0);
	run_until("ready(c2,2)");
}

static void tells_an_unlock(void **state)
{
	(void)state;
	start_and_wait();
	emit_state((struct unit_state){.active = false, .success = true, .code = CLD_EXITED, .status = 0});
	run_until("gone(c2,2,clean)");
}

static void an_exit_with_an_error_is_no_unlock(void **state)
{
	(void)state;
	start_and_wait();
	emit_state((struct unit_state){.active = false, .success = false, .code = CLD_EXITED, .status = 1});
	run_until("gone(c2,2,broken)");
}

static void tells_a_refusal(void **state)
{
	(void)state;
	bed.refusal = "org.freedesktop.systemd1.LoadFailed";
	assert_int_equal(start_i3lock(), 0);
	run_until("failed(c2,2,org.freedesktop.systemd1.LoadFailed)");
}

static void one_that_runs_is_told_again(void **state)
{
	(void)state;
	start_and_wait();
	bed.refusal = "org.freedesktop.systemd1.UnitExists";
	assert_int_equal(start_i3lock(), 0);
	run_until("ready(c2,2)");
	assert_null(strstr(bed.told, "failed"));
}

static void tells_a_failed_job(void **state)
{
	(void)state;
	assert_int_equal(start_i3lock(), 0);
	run_until("GetAll:" UNIT_UNIT_INTERFACE);
	emit_job("another.service", "failed");
	emit_job(UNIT, "failed");
	run_until("failed(c2,2,failed)");
	assert_null(strstr(strstr(bed.told, "failed(") + 1, "failed("));
}

static void stops_every_locker_of_a_session(void **state)
{
	(void)state;
	start_and_wait();
	rung_stop(bed.run, "c2", false);
	run_until("StopUnit:idlelock-console@c2.service");
	assert_non_null(strstr(bed.told, "StopUnit:" UNIT));
	assert_non_null(strstr(bed.told, "StopUnit:idlelock-xsecurelock@c2.service"));
	assert_string_equal(rung_unit(bed.run, "c2"), "");
	assert_false(is_there(UNIT ".env", 0400));
	assert_false(is_there(UNIT ".auth", 0400));
}

static void looks_again_when_the_bus_is_back(void **state)
{
	(void)state;
	start_and_wait();
	bed.state = (struct unit_state){.active = false, .code = CLD_KILLED, .status = SIGKILL};
	rung_connected(bed.run);
	run_until("gone(c2,2,broken)");
	assert_non_null(strstr(bed.told, "Subscribe:"));
}

/* The ladder comes round again: the rung that runs is the one that is asked about. */
static void the_one_started_last_counts(void **state)
{
	const struct session_facts session = {.session = "c2", .uid = getuid()};
	struct rung_request request = {.session = &session, .rung = LOCK_RUNG_LOCKER, .locker = LOCKER_SWAYLOCK, .display = "",
				       .wayland_display = "wayland-1", .runtime_dir = "/run/user/1000"};

	(void)state;
	assert_int_equal(start_i3lock(), 0);
	assert_int_equal(rung_start(bed.run, &request), 0);
	assert_string_equal(rung_unit(bed.run, "c2"), "idlelock-swaylock@c2.service");
	assert_int_equal(start_i3lock(), 0);
	assert_string_equal(rung_unit(bed.run, "c2"), UNIT);
	run_until("StartTransientUnit:idlelock-swaylock@c2.service");
	rung_stop(bed.run, "c2", true);
	run_until("StopUnit:idlelock-swaylock@c2.service");
	assert_non_null(strstr(bed.told, "KillUnit:idlelock-swaylock@c2.service"));
	assert_null(strstr(bed.told, "KillUnit:" UNIT));
}

static void asks_logind_for_the_rest(void **state)
{
	const struct session_facts session = {.session = "c2"};
	struct rung_request request = {.session = &session, .rung = LOCK_RUNG_DESKTOP};

	(void)state;
	assert_int_equal(rung_start(bed.run, &request), 0);
	run_until("LockSession:c2");
	request.rung = LOCK_RUNG_TERMINATE;
	assert_int_equal(rung_start(bed.run, &request), 0);
	run_until("TerminateSession:c2");
}

static void refuses_a_display_that_is_none(void **state)
{
	const struct session_facts session = {.session = "c2", .uid = getuid()};
	struct rung_request request = {.session = &session, .rung = LOCK_RUNG_LOCKER, .locker = LOCKER_I3LOCK, .display = ":0\nX=1", .wayland_display = "",
				       .runtime_dir = ""};

	(void)state;
	assert_int_equal(rung_start(bed.run, &request), -EINVAL);
	assert_string_equal(rung_unit(bed.run, "c2"), "");
}

/* Answers that come when nobody waits any more. */
static void stops_while_it_starts(void **state)
{
	(void)state;
	assert_int_equal(start_i3lock(), 0);
	rung_stop(bed.run, "c2", false);
	run_until("StopUnit:idlelock-console@c2.service");
	assert_int_equal(start_i3lock(), 0);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(starts_as_the_user),
		ROW(the_next_rung_leaves_the_first_one_its_files),
		ROW(its_files_are_there_before_and_stay),
		ROW(tells_a_killed_one_and_its_return),
		ROW(tells_a_restart_that_nobody_saw),
		ROW(one_begun_anew_within_its_unit_is_gone_and_not_ready),
		ROW(tells_an_unlock),
		ROW(an_exit_with_an_error_is_no_unlock),
		ROW(tells_a_refusal),
		ROW(one_that_runs_is_told_again),
		ROW(tells_a_failed_job),
		ROW(stops_every_locker_of_a_session),
		ROW(looks_again_when_the_bus_is_back),
		ROW(the_one_started_last_counts),
		ROW(asks_logind_for_the_rest),
		ROW(refuses_a_display_that_is_none),
		ROW(stops_while_it_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
