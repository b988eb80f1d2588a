/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what systemd tells of a unit. */
#include <string.h>

#include "unit.h"

#define US_PER_S UINT64_C(1000000)

void unit_init(const char *name, struct unit *ret_unit)
{
	*ret_unit = (struct unit){.name = name, .load = "", .active = "", .sub = "", .freezer = "", .file_state = "", .fragment = "", .cgroup = "", .triggers = "", .listens = ""};
}

bool unit_has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), suffix_len = strlen(suffix);

	return len > suffix_len && strcmp(name + len - suffix_len, suffix) == 0;
}

static bool begins(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

/* What packages bring is theirs; what systemd's generators make of other files, and masks, which are links to /dev/null, are told by the states. */
static bool is_ours_to_judge(const char *path)
{
	return (begins(path, "/etc/") || begins(path, "/run/")) && !begins(path, "/run/systemd/generator");
}

void unit_add_file(const char *path, struct arena *arena, struct unit *unit)
{
	if (!is_ours_to_judge(path) || unit->file_count >= UNIT_FILES_MAX)
		return;
	for (size_t i = 0; i < unit->file_count; i++)
		if (strcmp(unit->files[i], path) == 0)
			return;
	unit->files[unit->file_count] = arena_copy(arena, path, strlen(path));
	unit->file_count += unit->files[unit->file_count] != NULL;
}

static void read_text(DBusMessageIter *value, const char **ret, struct arena *arena)
{
	const char *text = "", *copy;

	dbus_message_iter_get_basic(value, &text);
	copy = arena_copy(arena, text, strlen(text));
	if (copy != NULL)
		*ret = copy;
}

static void take_text(const char *name, DBusMessageIter *value, struct arena *arena, struct unit *unit)
{
	const struct {
		const char *name;
		const char **field;
	} rows[] = {
		{"LoadState", &unit->load}, {"ActiveState", &unit->active},       {"SubState", &unit->sub},
		{"FreezerState", &unit->freezer}, {"FragmentPath", &unit->fragment}, {"ControlGroup", &unit->cgroup},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].name, name) == 0)
			read_text(value, rows[i].field, arena);
}

/* systemd says "never" by the largest number, and by 0 before there was a time. */
static void take_time(const char *name, DBusMessageIter *value, struct unit *unit)
{
	uint64_t us = 0;

	dbus_message_iter_get_basic(value, &us);
	if (us == UINT64_MAX)
		us = 0;
	if (strcmp(name, "ActiveExitTimestamp") == 0)
		unit->left_s = (int64_t)(us / US_PER_S);
	else if (strcmp(name, "InactiveExitTimestamp") == 0)
		unit->began_s = (int64_t)(us / US_PER_S);
	else if (strcmp(name, "NextElapseUSecRealtime") == 0)
		unit->elapse_s = (int64_t)(us / US_PER_S);
	else if (strcmp(name, "NextElapseUSecMonotonic") == 0)
		unit->elapse_monotonic_us = us;
}

static void take_list(const char *name, DBusMessageIter *value, struct arena *arena, struct unit *unit)
{
	DBusMessageIter item;

	dbus_message_iter_recurse(value, &item);
	for (; dbus_message_iter_get_arg_type(&item) == DBUS_TYPE_STRING; (void)dbus_message_iter_next(&item)) {
		const char *word = "";

		read_text(&item, &word, arena);
		if (strcmp(name, "DropInPaths") == 0)
			unit_add_file(word, arena, unit);
		else if (strcmp(name, "Triggers") == 0 && unit->triggers[0] == '\0')
			unit->triggers = word;
	}
}

/* Listen: a(ss), kind and address. */
static void take_listens(DBusMessageIter *value, struct arena *arena, struct unit *unit)
{
	DBusMessageIter pairs, pair;

	dbus_message_iter_recurse(value, &pairs);
	for (; dbus_message_iter_get_arg_type(&pairs) == DBUS_TYPE_STRUCT && unit->listens[0] == '\0'; (void)dbus_message_iter_next(&pairs)) {
		const char *kind = "", *address = "";

		dbus_message_iter_recurse(&pairs, &pair);
		if (dbus_message_iter_get_arg_type(&pair) != DBUS_TYPE_STRING)
			return;
		dbus_message_iter_get_basic(&pair, &kind);
		if (!dbus_message_iter_next(&pair) || dbus_message_iter_get_arg_type(&pair) != DBUS_TYPE_STRING)
			return;
		dbus_message_iter_get_basic(&pair, &address);
		if (address[0] == '/' && (strcmp(kind, "Stream") == 0 || strcmp(kind, "SequentialPacket") == 0))
			read_text(&pair, &unit->listens, arena);
	}
}

static void take(const char *name, DBusMessageIter *value, struct arena *arena, struct unit *unit)
{
	switch (dbus_message_iter_get_arg_type(value)) {
	case DBUS_TYPE_STRING:
		take_text(name, value, arena, unit);
		break;
	case DBUS_TYPE_UINT64:
		take_time(name, value, unit);
		break;
	case DBUS_TYPE_UINT32:
		if (strcmp(name, "MainPID") == 0)
			dbus_message_iter_get_basic(value, &unit->main_pid);
		break;
	case DBUS_TYPE_ARRAY:
		if (dbus_message_iter_get_element_type(value) == DBUS_TYPE_STRING && (strcmp(name, "DropInPaths") == 0 || strcmp(name, "Triggers") == 0))
			take_list(name, value, arena, unit);
		else if (dbus_message_iter_get_element_type(value) == DBUS_TYPE_STRUCT && strcmp(name, "Listen") == 0)
			take_listens(value, arena, unit);
		break;
	default:
		break;
	}
}

bool unit_read(DBusMessage *reply, struct arena *arena, struct unit *unit)
{
	DBusMessageIter at, pairs, pair, value;

	if (reply == NULL || dbus_message_get_type(reply) != DBUS_MESSAGE_TYPE_METHOD_RETURN || !dbus_message_has_signature(reply, "a{sv}"))
		return false;
	(void)dbus_message_iter_init(reply, &at);
	dbus_message_iter_recurse(&at, &pairs);
	for (; dbus_message_iter_get_arg_type(&pairs) == DBUS_TYPE_DICT_ENTRY; (void)dbus_message_iter_next(&pairs)) {
		const char *name = "";

		dbus_message_iter_recurse(&pairs, &pair);
		dbus_message_iter_get_basic(&pair, &name);
		(void)dbus_message_iter_next(&pair);
		dbus_message_iter_recurse(&pair, &value);
		take(name, &value, arena, unit);
	}
	if (strcmp(unit->load, "masked") != 0)
		unit_add_file(unit->fragment, arena, unit);
	return true;
}
