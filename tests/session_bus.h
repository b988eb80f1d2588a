/* SPDX-License-Identifier: BSD-2-Clause */
/* A session bus of a test's own, which starts no service by itself, and stand-ins for services: each a process that writes down what it is asked. */
#ifndef MUTEX_SESSION_BUS_H
#define MUTEX_SESSION_BUS_H

#include <dbus/dbus.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file_root.h"

#define SESSION_BUS_LIMIT_S 20

/* Shared with the stand-ins. */
struct session_bus_told {
	char calls[4096]; /* "Lock Get " ... */
	size_t len;
};

static struct {
	char folder[FILE_ROOT_BYTES];
	pid_t daemon;
	struct session_bus_told *told;
} session_bus;

static inline void *session_bus_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

/* One more call. Of the stand-ins' half; there is one at a time, or they wait for each other's callers. */
static inline void session_bus_note(const char *word)
{
	struct session_bus_told *t = session_bus.told;

	t->len += (size_t)snprintf(t->calls + t->len, sizeof t->calls - t->len, "%s ", word);
}

/* What was noted since the last time. */
static inline const char *session_bus_calls(void)
{
	static char calls[sizeof session_bus.told->calls];

	memcpy(calls, session_bus.told->calls, sizeof calls);
	*session_bus.told = (struct session_bus_told){.len = 0};
	return calls;
}

static inline int session_bus_start(void **state)
{
	char path[FILE_ROOT_BYTES + 16], print[32], address[128], config[512];
	int ready[2];

	(void)state;
	session_bus.told = session_bus_share(sizeof *session_bus.told);
	file_root_make("session_bus", session_bus.folder);
	(void)snprintf(path, sizeof path, "%s/config", session_bus.folder);
	(void)snprintf(address, sizeof address, "unix:path=%s/bus", session_bus.folder);
	(void)snprintf(config, sizeof config, "<busconfig><type>session</type><listen>%s</listen><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
		       "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n", address);
	file_root_put(session_bus.folder, "/config", config, 0600);
	assert_int_equal(pipe(ready), 0);
	(void)snprintf(print, sizeof print, "--print-address=%d", ready[1]);
	session_bus.daemon = fork();
	assert_true(session_bus.daemon >= 0);
	if (session_bus.daemon == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL) /* it cannot have as many files as it wants, and says so */
			_exit(127);
		execlp("dbus-daemon", "dbus-daemon", "--config-file", path, "--nofork", "--nopidfile", print, (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	assert_true(read(ready[0], config, sizeof config) > 0); /* it listens */
	close(ready[0]);
	return setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
}

static inline void session_bus_end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static inline int session_bus_stop(void **state)
{
	(void)state;
	session_bus_end(session_bus.daemon);
	return file_root_remove(session_bus.folder);
}

/* A process that has that name; answer() gets each call in it, and NULL from it is no answer at all. To be ended with session_bus_end(). */
static inline pid_t session_bus_stand_in(const char *name, DBusMessage *(*answer)(DBusMessage *call))
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		DBusConnection *c = dbus_bus_get_private(DBUS_BUS_SESSION, NULL);
		DBusMessage *call, *reply;

		(void)alarm(SESSION_BUS_LIMIT_S);
		if (c == NULL || dbus_bus_request_name(c, name, DBUS_NAME_FLAG_DO_NOT_QUEUE, NULL) != DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER)
			_exit(1);
		(void)!write(ready[1], "", 1);
		while (dbus_connection_read_write(c, -1))
			while ((call = dbus_connection_pop_message(c)) != NULL) {
				reply = dbus_message_get_type(call) == DBUS_MESSAGE_TYPE_METHOD_CALL ? answer(call) : NULL;
				if (reply != NULL)
					(void)dbus_connection_send(c, reply, NULL);
				dbus_connection_flush(c);
			}
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

#endif
