/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of idlelockd by sd-bus(3). */
#include "lock_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "common.h"
#include "text.h"

#define NAME "org.pammutex.Idlelock1"
#define PATH "/org/pammutex/Idlelock1"
#define US_PER_MS UINT64_C(1000)

static void unref_message(sd_bus_message **message)
{
	(void)sd_bus_message_unref(*message);
}
#define MESSAGE_FREED __attribute__((cleanup(unref_message)))

static void free_error(sd_bus_error *error)
{
	sd_bus_error_free(error);
}
#define ERROR_FREED __attribute__((cleanup(free_error)))

void lock_client_close(struct sd_bus **bus)
{
	*bus = sd_bus_flush_close_unref(*bus);
}

int lock_client_open(struct sd_bus **ret_bus)
{
	struct sd_bus *bus LOCK_CLIENT_CLOSED = NULL;
	int r;

	if (common_root()[0] != '\0' && getenv("DBUS_SYSTEM_BUS_ADDRESS") == NULL)
		return -ENXIO;
	r = sd_bus_open_system(&bus);
	if (r < 0)
		return r;
	r = sd_bus_get_name_creds(bus, NAME, 0, NULL);
	if (r < 0)
		return r == -ENXIO || r == -ENOENT ? -ESRCH : r;
	*ret_bus = bus;
	bus = NULL;
	return 0;
}

/* --- calls --- */

static int new_call(struct sd_bus *bus, const char *method, sd_bus_message **ret_call)
{
	int r = sd_bus_message_new_method_call(bus, ret_call, NAME, PATH, NAME, method);

	if (r >= 0)
		r = sd_bus_message_set_auto_start(*ret_call, 0);
	return r < 0 ? r : 0;
}

static int send_call(struct sd_bus *bus, sd_bus_message *call, uint64_t timeout_ms, char *ret_said, sd_bus_message **ret_reply)
{
	sd_bus_error error ERROR_FREED = SD_BUS_ERROR_NULL;
	const char *message;
	struct text t;
	int r;

	r = sd_bus_call(bus, call, timeout_ms * US_PER_MS, &error, ret_reply);
	if (r >= 0 || ret_said == NULL)
		return r < 0 ? r : 0;
	text_init(&t, ret_said, LOCK_CLIENT_SAID_BYTES);
	if (sd_bus_error_has_name(&error, NAME ".Error.NotAllowed"))
		r = -EACCES;
	else if (sd_bus_error_has_name(&error, NAME ".Error.NoSuchSession"))
		r = -ENOENT;
	message = error.message != NULL ? error.message : strerror(-r);
	text_add_escaped_cut(&t, message, strlen(message), LOCK_CLIENT_SAID_BYTES - 1);
	return r;
}

int lock_client_lock(struct sd_bus *bus, const char *session, char ret_said[LOCK_CLIENT_SAID_BYTES])
{
	sd_bus_message *call MESSAGE_FREED = NULL, *reply MESSAGE_FREED = NULL;
	int r = new_call(bus, "Lock", &call);

	if (r == 0)
		r = sd_bus_message_append(call, "s", session);
	if (r >= 0)
		r = sd_bus_message_set_allow_interactive_authorization(call, 1);
	return r < 0 ? r : send_call(bus, call, LOCK_CLIENT_ASK_MS, ret_said, &reply);
}

int lock_client_lock_all(struct sd_bus *bus, char ret_said[LOCK_CLIENT_SAID_BYTES])
{
	sd_bus_message *call MESSAGE_FREED = NULL, *reply MESSAGE_FREED = NULL;
	int r = new_call(bus, "LockAll", &call);

	if (r == 0)
		r = sd_bus_message_set_allow_interactive_authorization(call, 1);
	return r < 0 ? r : send_call(bus, call, LOCK_CLIENT_ASK_MS, ret_said, &reply);
}

int lock_client_present(struct sd_bus *bus, uint32_t seconds, uint32_t *ret_granted, char ret_said[LOCK_CLIENT_SAID_BYTES])
{
	sd_bus_message *call MESSAGE_FREED = NULL, *reply MESSAGE_FREED = NULL;
	uint32_t granted;
	int r = new_call(bus, "Present", &call);

	if (r == 0)
		r = sd_bus_message_append(call, "u", seconds);
	if (r >= 0)
		r = send_call(bus, call, LOCK_CLIENT_MS, ret_said, &reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "u", &granted);
	if (r < 0)
		return r;
	*ret_granted = granted;
	return 0;
}

/* --- sessions --- */

#define FIELD(key_, type_, member) {key_, type_, offsetof(struct lock_client_session, member), sizeof ((struct lock_client_session *)NULL)->member}
static const struct field {
	const char *key, *type; /* D-Bus; "t" lands in an int64_t */
	size_t offset, size;
} FIELDS[] = {
	FIELD("Session", "s", session),
	FIELD("User", "u", user),
	FIELD("Seat", "s", seat),
	FIELD("Type", "s", type),
	FIELD("Display", "s", display),
	FIELD("TTY", "s", tty),
	FIELD("Remote", "b", remote),
	FIELD("Source", "s", source),
	FIELD("State", "s", state),
	FIELD("Reason", "s", reason),
	FIELD("Strength", "s", strength),
	FIELD("Rung", "s", rung),
	FIELD("Locker", "s", locker),
	FIELD("Enforced", "b", enforced),
	FIELD("After", "t", after_ns),
	FIELD("Warn", "t", warn_ns),
	FIELD("Grace", "t", grace_ns),
	FIELD("LastInput", "t", last_input_ns),
	FIELD("Deadline", "t", deadline_ns),
	FIELD("Asked", "t", asked_ns),
	FIELD("FirstProven", "t", first_proven_ns),
	FIELD("Proven", "t", proven_ns),
	FIELD("ExcusedUntil", "t", excused_until_ns),
	FIELD("PresentLeft", "u", present_left_s),
	FIELD("Inhibitors", "as", inhibitors),
};
#define FIELD_COUNT (sizeof FIELDS / sizeof FIELDS[0])

static const struct field *field_of(const char *key)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (strcmp(FIELDS[i].key, key) == 0)
			return &FIELDS[i];
	return NULL;
}

static int read_text(sd_bus_message *m, char *at, size_t size)
{
	const char *s;
	struct text t;
	int r = sd_bus_message_read_basic(m, 's', &s);

	if (r < 0)
		return r;
	text_init(&t, at, size);
	text_add(&t, s); /* what does not fit is left out; whoever prints it escapes it */
	return 0;
}

static int read_texts(sd_bus_message *m, char *at, size_t size)
{
	struct text t;
	const char *s;
	int r = sd_bus_message_enter_container(m, 'a', "s");

	text_init(&t, at, size);
	while (r >= 0 && (r = sd_bus_message_read_basic(m, 's', &s)) > 0) {
		if (t.len > 0)
			text_add(&t, ", ");
		text_add(&t, s);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_number(sd_bus_message *m, const struct field *field, void *at)
{
	union {
		uint64_t t;
		uint32_t u;
		int b;
	} value;
	int64_t time;
	bool yes;
	int r = sd_bus_message_read_basic(m, field->type[0], &value);

	if (r < 0)
		return r;
	switch (field->type[0]) {
	case 't':
		time = value.t <= INT64_MAX ? (int64_t)value.t : INT64_MAX;
		memcpy(at, &time, sizeof time);
		return 0;
	case 'u':
		memcpy(at, &value.u, sizeof value.u);
		return 0;
	default:
		yes = value.b != 0;
		memcpy(at, &yes, sizeof yes);
		return 0;
	}
}

/* A key that is not known, or of another type than it should be, is passed over. */
static int read_value(sd_bus_message *m, const char *key, struct lock_client_session *session)
{
	const struct field *field = field_of(key);
	const char *type;
	char kind;
	char *at;
	int r = sd_bus_message_peek_type(m, &kind, &type);

	if (r < 0)
		return r;
	if (field == NULL || strcmp(type, field->type) != 0)
		return sd_bus_message_skip(m, "v");
	at = (char *)session + field->offset;
	r = sd_bus_message_enter_container(m, 'v', type);
	if (r >= 0)
		r = field->type[0] == 's' ? read_text(m, at, field->size) : field->type[0] == 'a' ? read_texts(m, at, field->size) : read_number(m, field, at);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* 1; 0 behind the last; negative errno. */
static int read_session(sd_bus_message *m, struct lock_client_session *session)
{
	const char *key;
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");

	*session = (struct lock_client_session){0};
	if (r <= 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read_basic(m, 's', &key);
		if (r >= 0)
			r = read_value(m, key, session);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	return r < 0 ? r : 1;
}

int lock_client_sessions(struct sd_bus *bus, struct lock_client_session *ret_sessions, size_t max)
{
	sd_bus_message *call MESSAGE_FREED = NULL, *reply MESSAGE_FREED = NULL;
	struct lock_client_session session;
	size_t count = 0;
	int r = new_call(bus, "GetSessions", &call);

	if (r == 0)
		r = send_call(bus, call, LOCK_CLIENT_MS, NULL, &reply);
	if (r == 0)
		r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
	while (r >= 0 && (r = read_session(reply, &session)) > 0)
		if (count < max)
			ret_sessions[count++] = session;
	return r < 0 ? r : (int)count;
}

json_t *lock_client_to_json(const struct lock_client_session *session)
{
	json_t *object = json_object();

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const char *at = (const char *)session + FIELDS[i].offset;
		int64_t time;
		uint32_t number;
		bool yes;

		switch (FIELDS[i].type[0]) {
		case 't':
			memcpy(&time, at, sizeof time);
			json_object_set_new(object, FIELDS[i].key, json_integer(time));
			break;
		case 'u':
			memcpy(&number, at, sizeof number);
			json_object_set_new(object, FIELDS[i].key, json_integer(number));
			break;
		case 'b':
			memcpy(&yes, at, sizeof yes);
			json_object_set_new(object, FIELDS[i].key, json_boolean(yes));
			break;
		default:
			json_object_set_new(object, FIELDS[i].key, json_string(at));
		}
	}
	return object;
}
