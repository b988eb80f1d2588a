/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks systemd about units, and looks where systemd does not: at drop-ins that it has not read yet, and at the state of processes. */
#include "unit_gather.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "stream.h"
#include "text.h"

#define SYSTEM_BUS "unix:path=/run/dbus/system_bus_socket"
#define SYSTEMD "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER SYSTEMD ".Manager"
#define LIMIT_NS INT64_C(3000000000)
#define NS_PER_MS INT64_C(1000000)
#define PATH_BYTES 512
#define STAT_BYTES 512

const char *unit_gather_explain(int error)
{
	return error == -ETIMEDOUT ? "it does not answer in time" : error == -ENOMEM ? "too little memory" : "the system bus is not there";
}

/* --- the bus --- */

static void unref(DBusMessage **message)
{
	if (*message != NULL)
		dbus_message_unref(*message);
}
#define MESSAGE_FREED __attribute__((cleanup(unref)))

static int time_left_ms(const struct unit_source *source)
{
	int64_t left = (source->deadline_ns - clock_monotonic_ns()) / NS_PER_MS;

	return left > 0 ? (int)left : 0;
}

/* The reply, whatever its type, or NULL. Takes the call over. */
static DBusMessage *ask(const struct unit_source *source, DBusMessage *call)
{
	DBusMessage *mine MESSAGE_FREED = call;
	DBusPendingCall *pending = NULL;
	DBusMessage *reply;
	int left = time_left_ms(source);

	if (mine == NULL || left == 0 || !dbus_connection_send_with_reply(source->connection, mine, &pending, left) || pending == NULL)
		return NULL;
	dbus_pending_call_block(pending);
	reply = dbus_pending_call_steal_reply(pending);
	dbus_pending_call_unref(pending);
	return reply;
}

static DBusMessage *new_call(const char *path, const char *interface, const char *method, const char *word)
{
	DBusMessage *m = dbus_message_new_method_call(SYSTEMD, path, interface, method);

	if (m != NULL && !dbus_message_append_args(m, DBUS_TYPE_STRING, &word, DBUS_TYPE_INVALID)) {
		dbus_message_unref(m);
		return NULL;
	}
	return m;
}

static int greet(const struct unit_source *source)
{
	DBusMessage *reply MESSAGE_FREED =
		ask(source, dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "Hello"));
	const char *name;

	if (reply == NULL || !dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID))
		return time_left_ms(source) == 0 ? -ETIMEDOUT : -ECONNREFUSED;
	return dbus_bus_set_unique_name(source->connection, name) ? 0 : -ENOMEM;
}

int unit_source_open(const char *address, const char *root, struct unit_source *ret_source)
{
	struct unit_source source = {.deadline_ns = clock_monotonic_ns() + LIMIT_NS, .root = root};
	int r;

	source.connection = dbus_connection_open_private(address != NULL ? address : SYSTEM_BUS, NULL);
	if (source.connection == NULL)
		return -ECONNREFUSED;
	dbus_connection_set_exit_on_disconnect(source.connection, FALSE);
	r = greet(&source);
	if (r < 0) {
		unit_source_close(&source);
		return r;
	}
	*ret_source = source;
	return 0;
}

void unit_source_close(struct unit_source *source)
{
	if (source->connection == NULL)
		return;
	dbus_connection_close(source->connection);
	dbus_connection_unref(source->connection);
	source->connection = NULL;
}

/* --- what systemd does not tell --- */

/* Drop-ins count from the next time that systemd reads its units. */
static void add_folder(const char *folder, struct arena *arena, struct unit *unit)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[PATH_BYTES];
		struct text t;

		TEXT_INTO(&t, path);
		text_add_format(&t, "%s/%s", folder, entry->d_name);
		if (unit_has_suffix(entry->d_name, ".conf") && text_end(&t) == 0)
			unit_add_file(path, arena, unit);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

/* A link that enables or masks, or another name of a packaged unit, is no file of its own. */
static void add_unit_file(const char *path, struct arena *arena, struct unit *unit)
{
	char *target FILE_FREED = realpath(path, NULL);

	if (target != NULL && strcmp(target, "/dev/null") != 0 && strncmp(target, "/usr/", strlen("/usr/")) != 0)
		unit_add_file(path, arena, unit);
}

static void look_for_files(const struct unit_source *source, struct arena *arena, struct unit *unit)
{
	static const char *const folders[] = {"/etc/systemd/system.control", "/run/systemd/system.control", "/etc/systemd/system", "/run/systemd/system",
					      "/usr/lib/systemd/system"};
	char path[PATH_BYTES];
	struct text t;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		TEXT_INTO(&t, path);
		text_add_format(&t, "%s%s/%s.d", source->root, folders[i], unit->name);
		if (text_end(&t) < 0)
			continue;
		add_folder(path, arena, unit);
		path[t.len - strlen(".d")] = '\0';
		add_unit_file(path, arena, unit);
	}
	TEXT_INTO(&t, path);
	text_add_format(&t, "%s/usr/lib/systemd/system/%s", source->root, unit->name);
	unit->packaged = text_end(&t) == 0 && file_allows(path, F_OK) == 0;
}

static size_t read_some(const char *path, char *buffer, size_t size)
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, buffer, size - 1);

	buffer[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* T = stopped by a signal, t = held by a tracer. */
static bool is_stopped(uint32_t pid)
{
	char path[64], stat[STAT_BYTES];
	const char *state;
	struct text t;

	if (pid == 0)
		return false;
	TEXT_INTO(&t, path);
	text_add_format(&t, "/proc/%u/stat", pid);
	(void)read_some(path, stat, sizeof stat);
	state = strrchr(stat, ')'); /* a program's name may hold anything */
	return state != NULL && (strncmp(state, ") T", 3) == 0 || strncmp(state, ") t", 3) == 0);
}

/* Whoever writes cgroup.freeze by hand does not ask systemd. */
static bool is_frozen(const char *cgroup)
{
	char path[PATH_BYTES], events[STAT_BYTES];
	struct text t;

	if (cgroup[0] == '\0')
		return false;
	TEXT_INTO(&t, path);
	text_add_format(&t, "/sys/fs/cgroup%s/cgroup.freeze", cgroup);
	return text_end(&t) == 0 && read_some(path, events, sizeof events) > 0 && events[0] == '1';
}

static const char *field_of(const char *line, size_t index)
{
	for (; index > 0; index--) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return line;
}

/* "Num RefCount Protocol Flags Type St Inode Path": flags 00010000 = it listens. An accepted connection has the same path, and other flags; a name of the
 * abstract kind, which everybody may take, begins with '@'. */
static bool is_listened_at(const char *path)
{
	FILE *file STREAM_CLOSED = fopen("/proc/net/unix", "re");
	char *line FILE_FREED = NULL;
	size_t size = 0;
	ssize_t len;

	while (file != NULL && (len = getline(&line, &size, file)) > 0) {
		line[len - 1] = '\0';
		if (strcmp(field_of(line, 7), path) == 0 && strncmp(field_of(line, 3), "00010000 ", 9) == 0)
			return true;
	}
	return file == NULL; /* what cannot be read is no fault */
}

bool unit_gather_upgrading(const char *root)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATH_BYTES];
	struct text t;

	TEXT_INTO(&t, path);
	text_add_format(&t, "%s/var/lib/dpkg/lock-frontend", root);
	int fd FILE_CLOSED = text_end(&t) < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
	return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* --- one unit --- */

static void take_file_state(const struct unit_source *source, struct arena *arena, struct unit *unit)
{
	DBusMessage *reply MESSAGE_FREED = ask(source, new_call(MANAGER_PATH, MANAGER, "GetUnitFileState", unit->name));
	const char *state, *copy;

	if (reply == NULL || !dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &state, DBUS_TYPE_INVALID))
		return;
	copy = arena_copy(arena, state, strlen(state));
	if (copy != NULL)
		unit->file_state = copy;
}

int unit_gather(struct unit_source *source, const char *name, struct arena *arena, struct unit *ret_unit)
{
	DBusMessage *loaded MESSAGE_FREED = ask(source, new_call(MANAGER_PATH, MANAGER, "LoadUnit", name));
	DBusMessage *all MESSAGE_FREED = NULL;
	const char *path;

	unit_init(name, ret_unit);
	if (loaded != NULL && dbus_message_get_args(loaded, NULL, DBUS_TYPE_OBJECT_PATH, &path, DBUS_TYPE_INVALID))
		all = ask(source, new_call(path, DBUS_INTERFACE_PROPERTIES, "GetAll", ""));
	if (!unit_read(all, arena, ret_unit))
		return time_left_ms(source) == 0 ? -ETIMEDOUT : -EIO;
	ret_unit->told = true;
	take_file_state(source, arena, ret_unit);
	look_for_files(source, arena, ret_unit);
	ret_unit->deaf = ret_unit->listens[0] != '\0' && strcmp(ret_unit->active, "active") == 0 && !is_listened_at(ret_unit->listens);
	ret_unit->stopped = is_stopped(ret_unit->main_pid) || is_frozen(ret_unit->cgroup);
	return 0;
}
