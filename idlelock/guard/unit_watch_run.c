/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals of systemd about single units. */
#include "unit_watch_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "text.h"
#include "unit_run.h"

#define RULE_BYTES_MAX 512
#define MANAGER_RULE "type='signal',sender='" UNIT_MANAGER_NAME "',path='" UNIT_MANAGER_PATH "',interface='" UNIT_MANAGER_INTERFACE "',member='"
#define FILES_RULE MANAGER_RULE "UnitFilesChanged'"
#define RELOADING_RULE MANAGER_RULE "Reloading'"

struct watched_unit {
	struct watched_unit *next;
	struct unit_watch *watch;
	char *name;
	char rule[RULE_BYTES_MAX];
	uint64_t marks;
};

struct unit_watch {
	struct bus *bus;
	unit_changed changed;
	void *data;
	struct watched_unit *units;
	unit_busy busy;
	void *busy_data;
	uint64_t busy_marks;
	bool asking, closed;
};

static uint64_t all_marks(const struct unit_watch *watch)
{
	uint64_t marks = 0;

	for (const struct watched_unit *unit = watch->units; unit != NULL; unit = unit->next)
		marks |= unit->marks;
	return marks;
}

/* --- what changed --- */

static void on_unit(DBusMessage *signal, void *data)
{
	struct watched_unit *unit = data;

	(void)signal;
	unit->watch->changed(unit->marks, unit->watch->data);
}

static void on_files(DBusMessage *signal, void *data)
{
	struct unit_watch *watch = data;

	(void)signal;
	watch->changed(all_marks(watch), watch->data);
}

/* Only once systemd has read its files anew. */
static void on_reloading(DBusMessage *signal, void *data)
{
	dbus_bool_t begins = TRUE;

	if (dbus_message_get_args(signal, NULL, DBUS_TYPE_BOOLEAN, &begins, DBUS_TYPE_INVALID) && !begins)
		on_files(signal, data);
}

static int subscribe(struct bus *bus)
{
	DBusMessage *call = dbus_message_new_method_call(UNIT_MANAGER_NAME, UNIT_MANAGER_PATH, UNIT_MANAGER_INTERFACE, "Subscribe");

	return call == NULL ? -ENOMEM : bus_call(bus, call, 0, NULL, NULL);
}

void unit_watch_bus_changed(struct unit_watch *watch, bool connected)
{
	if (!connected)
		return;
	(void)subscribe(watch->bus);
	watch->changed(all_marks(watch), watch->data);
}

int unit_watch_open(struct bus *bus, unit_changed changed, void *data, struct unit_watch **ret_watch)
{
	struct unit_watch *watch = calloc(1, sizeof *watch);
	int r = watch == NULL ? -ENOMEM : bus_match(bus, FILES_RULE, on_files, watch);

	if (r == 0)
		r = bus_match(bus, RELOADING_RULE, on_reloading, watch);
	if (r < 0) {
		free(watch);
		return r;
	}
	watch->bus = bus;
	watch->changed = changed;
	watch->data = data;
	*ret_watch = watch;
	return 0;
}

static int make_rule(const char *name, char ret_rule[RULE_BYTES_MAX])
{
	char *path = NULL;
	struct text t;
	int r = sd_bus_path_encode(UNIT_MANAGER_PATH "/unit", name, &path);

	if (r < 0)
		return r;
	text_init(&t, ret_rule, RULE_BYTES_MAX);
	text_add_format(&t, "type='signal',sender='%s',path='%s',interface='%s',member='PropertiesChanged'", UNIT_MANAGER_NAME, path,
			DBUS_INTERFACE_PROPERTIES);
	free(path);
	return text_end(&t);
}

int unit_watch_add(struct unit_watch *watch, const char *name, uint64_t marks)
{
	struct watched_unit *unit = calloc(1, sizeof *unit);
	int r = -ENOMEM;

	if (unit != NULL) {
		*unit = (struct watched_unit){.watch = watch, .name = strdup(name), .marks = marks};
		r = unit->name == NULL ? -ENOMEM : make_rule(name, unit->rule);
	}
	if (r == 0)
		r = bus_match(watch->bus, unit->rule, on_unit, unit);
	if (r < 0) {
		if (unit != NULL)
			free(unit->name);
		free(unit);
		return r;
	}
	unit->next = watch->units;
	watch->units = unit;
	return 0;
}

void unit_watch_close(struct unit_watch *watch)
{
	if (watch == NULL)
		return;
	bus_unmatch(watch->bus, FILES_RULE, on_files, watch);
	bus_unmatch(watch->bus, RELOADING_RULE, on_reloading, watch);
	while (watch->units != NULL) {
		struct watched_unit *unit = watch->units;

		watch->units = unit->next;
		bus_unmatch(watch->bus, unit->rule, on_unit, unit);
		free(unit->name);
		free(unit);
	}
	watch->closed = true;
	if (!watch->asking)
		free(watch);
}

/* --- what systemd is at --- */

void unit_watch_read_jobs(DBusMessage *reply, void (*job)(const char *unit, void *data), void *data)
{
	DBusMessageIter at, rows, row;

	if (!dbus_message_has_signature(reply, "a(usssoo)") || !dbus_message_iter_init(reply, &at))
		return;
	dbus_message_iter_recurse(&at, &rows);
	for (; dbus_message_iter_get_arg_type(&rows) == DBUS_TYPE_STRUCT; dbus_message_iter_next(&rows)) {
		const char *unit, *type;

		dbus_message_iter_recurse(&rows, &row);
		(void)dbus_message_iter_next(&row);
		dbus_message_iter_get_basic(&row, &unit);
		(void)dbus_message_iter_next(&row);
		dbus_message_iter_get_basic(&row, &type);
		if (strcmp(type, "stop") != 0)
			job(unit, data);
	}
}

static void take_job(const char *name, void *data)
{
	struct unit_watch *watch = data;

	for (const struct watched_unit *unit = watch->units; unit != NULL; unit = unit->next)
		if (strcmp(unit->name, name) == 0)
			watch->busy_marks |= unit->marks;
}

static void on_jobs(DBusMessage *reply, void *data)
{
	struct unit_watch *watch = data;

	watch->asking = false;
	if (watch->closed) {
		free(watch);
		return;
	}
	watch->busy_marks = 0;
	if (reply != NULL)
		unit_watch_read_jobs(reply, take_job, watch);
	watch->busy(watch->busy_marks, watch->busy_data);
}

int unit_watch_ask_busy(struct unit_watch *watch, unit_busy busy, void *data)
{
	DBusMessage *call;
	int r;

	if (watch->asking)
		return 0;
	call = dbus_message_new_method_call(UNIT_MANAGER_NAME, UNIT_MANAGER_PATH, UNIT_MANAGER_INTERFACE, "ListJobs");
	if (call == NULL)
		return -ENOMEM;
	watch->busy = busy;
	watch->busy_data = data;
	r = bus_call(watch->bus, call, 0, on_jobs, watch);
	watch->asking = r == 0;
	return r;
}
