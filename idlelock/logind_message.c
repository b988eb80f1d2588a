/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what logind says about sessions. */
#include "logind_message.h"

#include <string.h>

#include "text.h"

#define SESSION_INTERFACE "org.freedesktop.login1.Session"
#define MANAGER_INTERFACE "org.freedesktop.login1.Manager"
#define SIGNATURE_LIST "a(susso)"
#define SIGNATURE_INHIBITORS "a(ssssuu)"
#define SIGNATURE_ALL "a{sv}"
#define SIGNATURE_CHANGED "sa{sv}as"

static bool copy(const char *word, char *ret_word, size_t size)
{
	struct text t;

	text_init(&t, ret_word, size);
	text_add(&t, word);
	return text_end(&t) == 0;
}

static bool is_usable(const struct logind_named *named)
{
	return named->id[0] != '\0' && strchr(named->id, '/') == NULL && named->id[0] != '.';
}

static bool begin_rows(DBusMessage *reply, const char *signature, DBusMessageIter *ret_rows)
{
	DBusMessageIter at;

	if (reply == NULL || dbus_message_get_type(reply) != DBUS_MESSAGE_TYPE_METHOD_RETURN || !dbus_message_has_signature(reply, signature))
		return false;
	(void)dbus_message_iter_init(reply, &at);
	dbus_message_iter_recurse(&at, ret_rows);
	return true;
}

bool logind_begin_list(DBusMessage *reply, DBusMessageIter *ret_rows)
{
	return begin_rows(reply, SIGNATURE_LIST, ret_rows);
}

static bool read_row(DBusMessageIter *row, struct logind_named *ret_named)
{
	const char *id = "", *path = "";

	dbus_message_iter_get_basic(row, &id);
	for (int i = 0; i < 4; i++) /* uid, name and seat come again with the properties */
		(void)dbus_message_iter_next(row);
	dbus_message_iter_get_basic(row, &path);
	return copy(id, ret_named->id, sizeof ret_named->id) && copy(path, ret_named->path, sizeof ret_named->path) && is_usable(ret_named);
}

bool logind_next_in_list(DBusMessageIter *rows, struct logind_named *ret_named)
{
	while (dbus_message_iter_get_arg_type(rows) == DBUS_TYPE_STRUCT) {
		DBusMessageIter row;

		dbus_message_iter_recurse(rows, &row);
		(void)dbus_message_iter_next(rows);
		if (read_row(&row, ret_named))
			return true;
	}
	return false;
}

/* --- inhibitors --- */

bool logind_begin_inhibitors(DBusMessage *reply, DBusMessageIter *ret_rows)
{
	return begin_rows(reply, SIGNATURE_INHIBITORS, ret_rows);
}

/* "sleep:idle" */
static bool has_part(const char *parts, const char *part)
{
	size_t len = strlen(part);

	for (const char *at = parts; (at = strstr(at, part)) != NULL; at += len)
		if ((at == parts || at[-1] == ':') && (at[len] == '\0' || at[len] == ':'))
			return true;
	return false;
}

/* Half of the room for each of the two, so that a long name hides no reason. */
static void take_inhibitor(const char *who, const char *why, struct logind_inhibitor *ret_inhibitor)
{
	struct text t;

	TEXT_INTO(&t, ret_inhibitor->who);
	text_add_escaped_cut(&t, who, strlen(who), LOGIND_INHIBITOR_BYTES / 2 - 2);
	text_add(&t, ": ");
	text_add_escaped_cut(&t, why, strlen(why), LOGIND_INHIBITOR_BYTES / 2 - 2);
}

bool logind_next_inhibitor(DBusMessageIter *rows, struct logind_inhibitor *ret_inhibitor)
{
	while (dbus_message_iter_get_arg_type(rows) == DBUS_TYPE_STRUCT) {
		const char *words[4] = {"", "", "", ""}; /* what, who, why, mode */
		dbus_uint32_t uid = 0;
		DBusMessageIter row;

		dbus_message_iter_recurse(rows, &row);
		(void)dbus_message_iter_next(rows);
		for (size_t i = 0; i < 4; i++) {
			dbus_message_iter_get_basic(&row, &words[i]);
			(void)dbus_message_iter_next(&row);
		}
		dbus_message_iter_get_basic(&row, &uid);
		if (strcmp(words[3], "block") != 0 || !has_part(words[0], "idle"))
			continue;
		ret_inhibitor->uid = uid;
		take_inhibitor(words[1], words[2], ret_inhibitor);
		return true;
	}
	return false;
}

bool logind_tells_inhibition(DBusMessage *signal)
{
	DBusMessageIter at, entries, entry;
	const char *word = "";

	if (!dbus_message_has_signature(signal, SIGNATURE_CHANGED))
		return false;
	(void)dbus_message_iter_init(signal, &at);
	dbus_message_iter_get_basic(&at, &word);
	if (strcmp(word, MANAGER_INTERFACE) != 0)
		return false;
	(void)dbus_message_iter_next(&at);
	for (dbus_message_iter_recurse(&at, &entries); dbus_message_iter_get_arg_type(&entries) == DBUS_TYPE_DICT_ENTRY;
	     (void)dbus_message_iter_next(&entries)) {
		dbus_message_iter_recurse(&entries, &entry);
		dbus_message_iter_get_basic(&entry, &word);
		if (strcmp(word, "BlockInhibited") == 0)
			return true;
	}
	return false;
}

bool logind_read_named(DBusMessage *signal, struct logind_named *ret_named)
{
	DBusMessageIter at;
	const char *id = "", *path = "";

	if (!dbus_message_has_signature(signal, "so"))
		return false;
	(void)dbus_message_iter_init(signal, &at);
	dbus_message_iter_get_basic(&at, &id);
	(void)dbus_message_iter_next(&at);
	dbus_message_iter_get_basic(&at, &path);
	return copy(id, ret_named->id, sizeof ret_named->id) && copy(path, ret_named->path, sizeof ret_named->path) && is_usable(ret_named);
}

bool logind_read_flag(DBusMessage *signal, bool *ret_flag)
{
	DBusMessageIter at;
	dbus_bool_t flag = FALSE;

	if (!dbus_message_has_signature(signal, "b"))
		return false;
	(void)dbus_message_iter_init(signal, &at);
	dbus_message_iter_get_basic(&at, &flag);
	*ret_flag = flag != FALSE;
	return true;
}

/* --- properties --- */

enum shape { SHAPE_TEXT, SHAPE_FLAG, SHAPE_UNSIGNED, SHAPE_PID, SHAPE_USER, SHAPE_SEAT, SHAPE_TYPE, SHAPE_CLASS, SHAPE_STATE, SHAPE_MAX };

struct property {
	const char *name;
	enum shape shape;
	size_t offset, size;
};

#define P(word, kind, member) \
	{ \
		.name = (word), .shape = (kind), .offset = offsetof(struct logind_session, member), .size = sizeof(((struct logind_session *)0)->member) \
	}
static const struct property PROPERTIES[] = {
	P("User", SHAPE_USER, uid),          P("VTNr", SHAPE_UNSIGNED, vt),           P("Seat", SHAPE_SEAT, seat),
	P("TTY", SHAPE_TEXT, tty),           P("Display", SHAPE_TEXT, display),       P("Desktop", SHAPE_TEXT, desktop),
	P("Scope", SHAPE_TEXT, scope),       P("RemoteHost", SHAPE_TEXT, remote_host), P("Service", SHAPE_TEXT, service),
	P("Remote", SHAPE_FLAG, remote),     P("Active", SHAPE_FLAG, active),         P("LockedHint", SHAPE_FLAG, locked_hint),
	P("Leader", SHAPE_PID, leader),      P("Type", SHAPE_TYPE, type),             P("Class", SHAPE_CLASS, class),
	P("State", SHAPE_STATE, closing),
};
#undef P

static const char *const SIGNATURES[SHAPE_MAX] = {
	[SHAPE_TEXT] = "s",  [SHAPE_FLAG] = "b", [SHAPE_UNSIGNED] = "u", [SHAPE_PID] = "u",   [SHAPE_USER] = "(uo)",
	[SHAPE_SEAT] = "(so)", [SHAPE_TYPE] = "s", [SHAPE_CLASS] = "s",    [SHAPE_STATE] = "s",
};

static bool has_shape(DBusMessageIter *value, enum shape shape)
{
	static const int TYPES[SHAPE_MAX] = {
		[SHAPE_TEXT] = DBUS_TYPE_STRING, [SHAPE_FLAG] = DBUS_TYPE_BOOLEAN, [SHAPE_UNSIGNED] = DBUS_TYPE_UINT32,
		[SHAPE_PID] = DBUS_TYPE_UINT32,  [SHAPE_USER] = DBUS_TYPE_STRUCT,  [SHAPE_SEAT] = DBUS_TYPE_STRUCT,
		[SHAPE_TYPE] = DBUS_TYPE_STRING, [SHAPE_CLASS] = DBUS_TYPE_STRING, [SHAPE_STATE] = DBUS_TYPE_STRING,
	};
	DBusMessageIter inner;
	int first;

	if (dbus_message_iter_get_arg_type(value) != TYPES[shape])
		return false;
	if (TYPES[shape] != DBUS_TYPE_STRUCT)
		return true;
	dbus_message_iter_recurse(value, &inner);
	first = dbus_message_iter_get_arg_type(&inner);
	return first == (SIGNATURES[shape][1] == 'u' ? DBUS_TYPE_UINT32 : DBUS_TYPE_STRING);
}

/* The plain value, or the first of a structure. */
static void get_basic(DBusMessageIter *value, void *ret_value)
{
	DBusMessageIter inner;

	if (dbus_message_iter_get_arg_type(value) != DBUS_TYPE_STRUCT) {
		dbus_message_iter_get_basic(value, ret_value);
		return;
	}
	dbus_message_iter_recurse(value, &inner);
	dbus_message_iter_get_basic(&inner, ret_value);
}

static void take_text(DBusMessageIter *value, char *ret_text, size_t size)
{
	const char *word = "";

	get_basic(value, &word);
	if (!copy(word, ret_text, size))
		ret_text[0] = '\0';
}

static void take(const struct property *property, DBusMessageIter *value, struct logind_session *s)
{
	char *member = (char *)s + property->offset;
	dbus_uint32_t number = 0;
	dbus_bool_t flag = FALSE;
	const char *word = "";

	switch (property->shape) {
	case SHAPE_TEXT:
	case SHAPE_SEAT:
		take_text(value, member, property->size);
		break;
	case SHAPE_FLAG:
		get_basic(value, &flag);
		*(bool *)member = flag != FALSE;
		break;
	case SHAPE_UNSIGNED:
	case SHAPE_USER:
		get_basic(value, &number);
		memcpy(member, &number, sizeof number);
		break;
	case SHAPE_PID:
		get_basic(value, &number);
		s->leader = number > INT32_MAX ? 0 : (pid_t)number;
		break;
	case SHAPE_TYPE:
		get_basic(value, &word);
		s->type = session_type_of(word);
		break;
	case SHAPE_CLASS:
		get_basic(value, &word);
		s->class = session_class_of(word);
		break;
	case SHAPE_STATE:
		get_basic(value, &word);
		s->closing = strcmp(word, "closing") == 0;
		break;
	case SHAPE_MAX:
		break;
	}
}

static void take_entry(DBusMessageIter *entry, struct logind_session *s)
{
	const char *name = "";
	DBusMessageIter value;

	dbus_message_iter_get_basic(entry, &name);
	(void)dbus_message_iter_next(entry);
	dbus_message_iter_recurse(entry, &value);
	for (size_t i = 0; i < sizeof PROPERTIES / sizeof PROPERTIES[0]; i++)
		if (strcmp(PROPERTIES[i].name, name) == 0 && has_shape(&value, PROPERTIES[i].shape))
			take(&PROPERTIES[i], &value, s);
}

bool logind_read_session(DBusMessage *message, struct logind_session *session)
{
	DBusMessageIter at, entries;

	if (message == NULL || !dbus_message_iter_init(message, &at))
		return false;
	if (dbus_message_has_signature(message, SIGNATURE_CHANGED)) {
		const char *interface = "";

		dbus_message_iter_get_basic(&at, &interface);
		if (strcmp(interface, SESSION_INTERFACE) != 0)
			return false;
		(void)dbus_message_iter_next(&at);
	} else if (!dbus_message_has_signature(message, SIGNATURE_ALL)) {
		return false;
	}
	for (dbus_message_iter_recurse(&at, &entries); dbus_message_iter_get_arg_type(&entries) == DBUS_TYPE_DICT_ENTRY;
	     (void)dbus_message_iter_next(&entries)) {
		DBusMessageIter entry;

		dbus_message_iter_recurse(&entries, &entry);
		take_entry(&entry, session);
	}
	return true;
}

bool logind_read_controller(const char *bytes, char ret_name[LOGIND_NAME_BYTES])
{
	static const char FIRST[] = "CONTROLLER=:";
	const char *at = bytes;
	struct text t;

	while (strncmp(at, FIRST, strlen(FIRST)) != 0) {
		at = strchr(at, '\n');
		if (at == NULL)
			return false;
		at++;
	}
	at += strlen(FIRST) - 1;
	text_init(&t, ret_name, LOGIND_NAME_BYTES);
	text_add_bytes(&t, at, 1 + strspn(at + 1, "0123456789."));
	return text_end(&t) == 0 && ret_name[1] != '\0';
}
