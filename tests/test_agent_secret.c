/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/agent_secret.c against a stand-in for the Secret Service that asks, lies and fails; it_agent.sh has a real gnome-keyring. */
#include "session_bus.h"

#include "agent_keyring.h"
#include "bus_value.h"

#define SERVICE "org.freedesktop.secrets"
#define TOP "/org/freedesktop/secrets"
#define COLLECTION TOP "/collection/"
#define PROMPT TOP "/prompt/p1"
#define COLLECTIONS_MAX 3

/* How the stand-in behaves. */
struct secrets {
	struct {
		const char *name, *label;
		bool stays_open;
	} collections[COLLECTIONS_MAX];
	bool prompts;       /* Lock answers with a question to the person */
	const char *broken; /* the method that answers with an error */
};
static const struct secrets *secrets;
static bool *is_locked; /* of each collection */

/* Of the service its collections, of a collection its items: none. */
static bool add_paths(DBusMessageIter *entries, const char *key, size_t max)
{
	DBusMessageIter entry, variant, list;

	dbus_message_iter_open_container(entries, DBUS_TYPE_DICT_ENTRY, NULL, &entry);
	dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &key);
	dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, "ao", &variant);
	dbus_message_iter_open_container(&variant, DBUS_TYPE_ARRAY, "o", &list);
	for (size_t i = 0; i < max && secrets->collections[i].name != NULL; i++)
		dbus_message_iter_append_basic(&list, DBUS_TYPE_OBJECT_PATH, &secrets->collections[i].name);
	return dbus_message_iter_close_container(&variant, &list) && dbus_message_iter_close_container(&entry, &variant) &&
	       dbus_message_iter_close_container(entries, &entry);
}

static size_t collection_of(const char *path)
{
	for (size_t i = 0; i < COLLECTIONS_MAX && secrets->collections[i].name != NULL; i++)
		if (strcmp(path, secrets->collections[i].name) == 0)
			return i;
	return COLLECTIONS_MAX;
}

static DBusMessage *answer_all(DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);
	size_t i = collection_of(dbus_message_get_path(call));
	DBusMessageIter at, entries;

	dbus_message_iter_init_append(reply, &at);
	dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "{sv}", &entries);
	if (i == COLLECTIONS_MAX)
		add_paths(&entries, "Collections", COLLECTIONS_MAX);
	else if (add_paths(&entries, "Items", 0))
		bus_add_text(&entries, "Label", secrets->collections[i].label);
	dbus_message_iter_close_container(&at, &entries);
	return reply;
}

static DBusMessage *answer_locked(DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);
	dbus_bool_t locked = is_locked[collection_of(dbus_message_get_path(call))];
	DBusMessageIter at;

	dbus_message_iter_init_append(reply, &at);
	bus_add_variant(&at, DBUS_TYPE_BOOLEAN, &locked);
	return reply;
}

/* Noted in the order of the row, whatever that of the call is. */
static DBusMessage *answer_lock(DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);
	const char *prompt = secrets->prompts ? PROMPT : "/";
	bool asked[COLLECTIONS_MAX + 1] = {false};
	DBusMessageIter at, list;

	dbus_message_iter_init(call, &at);
	for (dbus_message_iter_recurse(&at, &list); dbus_message_iter_get_arg_type(&list) == DBUS_TYPE_OBJECT_PATH; dbus_message_iter_next(&list)) {
		const char *path;

		dbus_message_iter_get_basic(&list, &path);
		asked[collection_of(path)] = true;
	}
	for (size_t i = 0; i < COLLECTIONS_MAX; i++)
		if (asked[i]) {
			session_bus_note(secrets->collections[i].name + strlen(COLLECTION));
			is_locked[i] = !secrets->collections[i].stays_open;
		}
	dbus_message_iter_init_append(reply, &at);
	dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "o", &list);
	dbus_message_iter_close_container(&at, &list);
	dbus_message_iter_append_basic(&at, DBUS_TYPE_OBJECT_PATH, &prompt);
	return reply;
}

static DBusMessage *answer(DBusMessage *call)
{
	const char *member = dbus_message_get_member(call);

	if (strcmp(member, "GetAll") != 0 && strcmp(member, "Get") != 0)
		session_bus_note(member);
	if (secrets->broken != NULL && strcmp(member, secrets->broken) == 0)
		return dbus_message_new_error(call, DBUS_ERROR_FAILED, "broken");
	if (strcmp(member, "GetAll") == 0)
		return answer_all(call);
	if (strcmp(member, "Get") == 0)
		return answer_locked(call);
	if (strcmp(member, "Lock") == 0)
		return answer_lock(call);
	if (strcmp(member, "Dismiss") == 0 && dbus_message_has_path(call, PROMPT))
		return dbus_message_new_method_return(call);
	return dbus_message_new_error(call, DBUS_ERROR_UNKNOWN_METHOD, member);
}

static const struct row {
	const char *name;
	struct secrets secrets;
	const char *calls; /* but those for properties */
	size_t left;
	const char *first; /* left open */
} ROWS[] = {
	{"all of them", {.collections = {{COLLECTION "login", "Login", false}, {COLLECTION "work", "Work", false}}}, "Lock login work ", 0, ""},
	{"no collection", {.prompts = false}, "Lock ", 0, ""},
	{"what is kept for the session has no lock", {.collections = {{COLLECTION "session", "", true}, {COLLECTION "login", "Login", false}}}, "Lock login ", 0, ""},
	{"one stays open", {.collections = {{COLLECTION "login", "Login", false}, {COLLECTION "work", "Work\n", true}}}, "Lock login work ", 1, "Work\\x0a"},
	{"one without a label", {.collections = {{COLLECTION "work", "", true}}}, "Lock work ", 1, COLLECTION "work"},
	{"a question to a person who cannot read it", {.collections = {{COLLECTION "login", "Login", true}}, .prompts = true}, "Lock login Dismiss ", 1, "Login"},
	{"it fails", {.collections = {{COLLECTION "a", "A", false}, {COLLECTION "b", "A", false}}, .broken = "Lock"}, "Lock ", 2, "A"},
	{"it does not say how they are", {.collections = {{COLLECTION "a", "A", false}}, .broken = "Get"}, "Lock a ", 1, "A"},
	{"it does not say which there are", {.collections = {{COLLECTION "a", "A", false}}, .broken = "GetAll"}, "", 1, "Secret Service"},
};

static void each_service(void **state)
{
	(void)state;
	is_locked = session_bus_share(COLLECTIONS_MAX + 1);
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct left_open left = {0};
		pid_t pid;

		print_message("%s\n", ROWS[i].name);
		secrets = &ROWS[i].secrets;
		memset(is_locked, 0, COLLECTIONS_MAX + 1);
		pid = session_bus_stand_in(SERVICE, answer);
		agent_secret_lock(&left);
		session_bus_end(pid);
		assert_string_equal(session_bus_calls(), ROWS[i].calls);
		assert_int_equal(left.count, ROWS[i].left);
		assert_string_equal(left.names[0], ROWS[i].first);
	}
}

static void none_that_does_not_run_is_asked(void **state)
{
	struct left_open left = {0};

	(void)state;
	agent_secret_lock(&left);
	assert_int_equal(left.count, 0);
	assert_string_equal(session_bus_calls(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_service),
		cmocka_unit_test(none_that_does_not_run_is_asked),
	};

	return cmocka_run_group_tests(tests, session_bus_start, session_bus_stop);
}
