/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/logind_message.c, watched.c and xauthority.c: what of logind's words is taken over, left out or none of ours; what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "logind_message.h"
#include "text.h"
#include "watched.h"
#include "xauthority.h"

#define SESSION "org.freedesktop.login1.Session"

struct entry {
	const char *name, *signature;
	const char *text;
	uint32_t number;
};

static void add_entry(DBusMessageIter *entries, const struct entry *e)
{
	const bool is_struct = e->signature[0] == '(', is_number = strchr(e->signature, 'u') != NULL, is_flag = e->signature[0] == 'b';
	DBusMessageIter entry, variant, inner;
	const char *path = "/x";
	dbus_bool_t flag = e->number != 0;

	assert_true(dbus_message_iter_open_container(entries, DBUS_TYPE_DICT_ENTRY, NULL, &entry));
	assert_true(dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &e->name));
	assert_true(dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, e->signature, &variant));
	inner = variant;
	if (is_struct)
		assert_true(dbus_message_iter_open_container(&variant, DBUS_TYPE_STRUCT, NULL, &inner));
	if (is_flag)
		assert_true(dbus_message_iter_append_basic(&inner, DBUS_TYPE_BOOLEAN, &flag));
	else if (is_number)
		assert_true(dbus_message_iter_append_basic(&inner, DBUS_TYPE_UINT32, &e->number));
	else
		assert_true(dbus_message_iter_append_basic(&inner, DBUS_TYPE_STRING, &e->text));
	if (is_struct) {
		assert_true(dbus_message_iter_append_basic(&inner, DBUS_TYPE_OBJECT_PATH, &path));
		assert_true(dbus_message_iter_close_container(&variant, &inner));
	} else {
		variant = inner;
	}
	assert_true(dbus_message_iter_close_container(&entry, &variant));
	assert_true(dbus_message_iter_close_container(entries, &entry));
}

static DBusMessage *changed(const char *interface, const struct entry *entries, size_t count)
{
	DBusMessage *m = dbus_message_new_signal("/a", DBUS_INTERFACE_PROPERTIES, "PropertiesChanged");
	DBusMessageIter at, list;

	dbus_message_iter_init_append(m, &at);
	if (interface != NULL)
		assert_true(dbus_message_iter_append_basic(&at, DBUS_TYPE_STRING, &interface));
	assert_true(dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "{sv}", &list));
	for (size_t i = 0; i < count; i++)
		add_entry(&list, &entries[i]);
	assert_true(dbus_message_iter_close_container(&at, &list));
	if (interface != NULL) {
		assert_true(dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "s", &list));
		assert_true(dbus_message_iter_close_container(&at, &list));
	}
	return m;
}

static void all_properties_are_read(void **state)
{
	const struct entry entries[] = {
		{"User", "(uo)", NULL, 1000},    {"Seat", "(so)", "seat0", 0},    {"VTNr", "u", NULL, 7},        {"Type", "s", "x11", 0},
		{"Class", "s", "user", 0},       {"Display", "s", ":0", 0},       {"Active", "b", NULL, 1},      {"LockedHint", "b", NULL, 1},
		{"Leader", "u", NULL, 4711},     {"State", "s", "closing", 0},    {"Desktop", "s", "sway", 0},   {"Unknown", "s", "x", 0},
		{"TTY", "u", NULL, 5} /* of another type */,
	};
	DBusMessage *m = changed(NULL, entries, sizeof entries / sizeof entries[0]);
	struct logind_session s = {.tty = "tty7"};

	(void)state;
	assert_true(logind_read_session(m, &s));
	assert_int_equal(s.uid, 1000);
	assert_string_equal(s.seat, "seat0");
	assert_int_equal(s.vt, 7);
	assert_int_equal(s.type, SESSION_TYPE_X11);
	assert_int_equal(s.class, SESSION_CLASS_USER);
	assert_string_equal(s.display, ":0");
	assert_true(s.active && s.locked_hint && s.closing);
	assert_int_equal(s.leader, 4711);
	assert_string_equal(s.desktop, "sway");
	assert_string_equal(s.tty, "tty7");
	dbus_message_unref(m);
}

static void what_is_not_said_stays(void **state)
{
	const struct entry entry = {"Active", "b", NULL, 0};
	DBusMessage *m = changed(SESSION, &entry, 1), *other = changed("org.freedesktop.login1.Seat", &entry, 1);
	struct logind_session s = {.active = true, .display = ":1"};

	(void)state;
	assert_false(logind_read_session(other, &s));
	assert_true(s.active);
	assert_true(logind_read_session(m, &s));
	assert_false(s.active);
	assert_string_equal(s.display, ":1");
	dbus_message_unref(m);
	dbus_message_unref(other);
}

static void a_long_text_is_none(void **state)
{
	char text[200];
	const struct entry entry = {"Display", "s", text, 0};
	struct logind_session s = {.display = ":1"};
	DBusMessage *m;

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	m = changed(SESSION, &entry, 1);
	assert_true(logind_read_session(m, &s));
	assert_string_equal(s.display, "");
	dbus_message_unref(m);
}

static void names_of_sessions(void **state)
{
	static const struct {
		const char *id;
		bool good;
	} rows[] = {{"c1", true}, {"12", true}, {"", false}, {"../x", false}, {".x", false}, {"0123456789012345678901234567890123456789", false}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		DBusMessage *m = dbus_message_new_signal("/a", "org.freedesktop.login1.Manager", "SessionNew");
		const char *path = "/p";
		struct logind_named named;

		assert_true(dbus_message_append_args(m, DBUS_TYPE_STRING, &rows[i].id, DBUS_TYPE_OBJECT_PATH, &path, DBUS_TYPE_INVALID));
		assert_int_equal(logind_read_named(m, &named), rows[i].good);
		dbus_message_unref(m);
	}
}

static void add_inhibitor(DBusMessageIter *list, const char *what, const char *who, const char *why, const char *mode, uint32_t uid)
{
	const char *const words[] = {what, who, why, mode};
	DBusMessageIter row;
	uint32_t pid = 1;

	assert_true(dbus_message_iter_open_container(list, DBUS_TYPE_STRUCT, NULL, &row));
	for (size_t i = 0; i < 4; i++)
		assert_true(dbus_message_iter_append_basic(&row, DBUS_TYPE_STRING, &words[i]));
	assert_true(dbus_message_iter_append_basic(&row, DBUS_TYPE_UINT32, &uid) && dbus_message_iter_append_basic(&row, DBUS_TYPE_UINT32, &pid));
	assert_true(dbus_message_iter_close_container(list, &row));
}

static void who_blocks_idleness(void **state)
{
	DBusMessage *m = dbus_message_new(DBUS_MESSAGE_TYPE_METHOD_RETURN);
	struct logind_inhibitor i;
	DBusMessageIter at, list;
	char word[300];

	(void)state;
	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	dbus_message_iter_init_append(m, &at);
	assert_true(dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "(ssssuu)", &list));
	add_inhibitor(&list, "sleep", "idlelockd", "locks first", "delay", 0);
	add_inhibitor(&list, "sleep:idle:handle-lid-switch", "vlc", "plays\na film", "block", 1000);
	add_inhibitor(&list, "idle", "x", "y", "delay", 1000);
	add_inhibitor(&list, "idleness:not-idle", "x", "y", "block", 1000);
	add_inhibitor(&list, "idle", word, word, "block", 1001);
	assert_true(dbus_message_iter_close_container(&at, &list));
	assert_true(logind_begin_inhibitors(m, &list));
	assert_true(logind_next_inhibitor(&list, &i));
	assert_int_equal(i.uid, 1000);
	assert_string_equal(i.who, "vlc: plays\\x0aa film");
	assert_true(logind_next_inhibitor(&list, &i));
	assert_int_equal(i.uid, 1001);
	assert_in_range(strlen(i.who), 100, sizeof i.who - 1);
	assert_false(logind_next_inhibitor(&list, &i));
	dbus_message_unref(m);
}

static void when_the_list_of_inhibitors_is_another(void **state)
{
	const struct entry idle = {"IdleHint", "b", NULL, 1}, both[] = {idle, {"BlockInhibited", "s", "idle", 0}};
	DBusMessage *rows[] = {changed("org.freedesktop.login1.Manager", both, 2), changed("org.freedesktop.login1.Manager", &idle, 1),
			       changed(SESSION, both, 2), changed(NULL, both, 2)};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(logind_tells_inhibition(rows[i]), i == 0);
		dbus_message_unref(rows[i]);
	}
}

static void who_is_watched(void **state)
{
	static const struct {
		const char *name;
		struct logind_session session;
		bool without_hardware, wanted;
		enum watched_source source;
	} rows[] = {
		{"desktop", {.type = SESSION_TYPE_X11, .class = SESSION_CLASS_USER, .seat = "seat0"}, false, true, WATCHED_HARDWARE},
		{"Xvfb", {.type = SESSION_TYPE_X11, .class = SESSION_CLASS_USER, .seat = "seat0"}, true, true, WATCHED_X11},
		{"VNC", {.type = SESSION_TYPE_X11, .class = SESSION_CLASS_USER}, true, true, WATCHED_X11},
		{"console", {.type = SESSION_TYPE_TTY, .class = SESSION_CLASS_USER, .seat = "seat0"}, false, true, WATCHED_HARDWARE},
		{"serial console", {.type = SESSION_TYPE_TTY, .class = SESSION_CLASS_USER, .seat = "seat0"}, true, true, WATCHED_CONSOLE},
		{"ssh", {.type = SESSION_TYPE_TTY, .class = SESSION_CLASS_USER, .remote = true}, true, true, WATCHED_REMOTE},
		{"greeter", {.type = SESSION_TYPE_X11, .class = SESSION_CLASS_GREETER, .seat = "seat0"}, false, false, WATCHED_HARDWARE},
		{"systemd --user", {.type = SESSION_TYPE_UNSPECIFIED, .class = SESSION_CLASS_MANAGER}, true, false, WATCHED_NONE},
		{"cron", {.type = SESSION_TYPE_UNSPECIFIED, .class = SESSION_CLASS_BACKGROUND}, true, false, WATCHED_NONE},
		{"a later class", {.type = SESSION_TYPE_WAYLAND, .class = SESSION_CLASS_OTHER, .seat = "seat0"}, false, true, WATCHED_HARDWARE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (watched_is_wanted(&rows[i].session) != rows[i].wanted || watched_source(&rows[i].session, rows[i].without_hardware) != rows[i].source)
			fail_msg("%s", rows[i].name);
	}
}

static void who_controls(void **state)
{
	static const struct {
		const char *name, *bytes, *want;
	} rows[] = {
		{"sway", "# private data\nUID=1000\nACTIVE=1\nCONTROLLER=:1.23\nLEADER=7\n", ":1.23"},
		{"at the start, without an end", "CONTROLLER=:1.4", ":1.4"},
		{"nobody", "UID=1000\nACTIVE=1\n", NULL},
		{"no name", "CONTROLLER=:\n", NULL},
		{"a name that anybody can take", "CONTROLLER=org.example.Screen\n", NULL},
		{"inside another value", "DISPLAY=CONTROLLER=:1.23\n", NULL},
		{"too long", "CONTROLLER=:1.2222222222222222222222222222222222222222222222222222222222222222\n", NULL},
		{"nothing", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char name[LOGIND_NAME_BYTES] = "";

		if (logind_read_controller(rows[i].bytes, name) != (rows[i].want != NULL) || (rows[i].want != NULL && strcmp(name, rows[i].want) != 0))
			fail_msg("%s: \"%s\"", rows[i].name, name);
	}
}

static void which_type_is_taken(void **state)
{
	static const struct {
		const char *name, *seat;
		enum session_type first, now, named;
		enum lock_state lock;
		bool taken;
	} rows[] = {
		{"sway on a console", "seat0", SESSION_TYPE_TTY, SESSION_TYPE_TTY, SESSION_TYPE_WAYLAND, LOCK_OPEN, true},
		{"an X server: none names a type", "seat0", SESSION_TYPE_TTY, SESSION_TYPE_TTY, SESSION_TYPE_X11, LOCK_WARNED, false},
		{"sway ends", "seat0", SESSION_TYPE_TTY, SESSION_TYPE_WAYLAND, SESSION_TYPE_TTY, LOCK_OPEN, true},
		{"while it is locked", "seat0", SESSION_TYPE_TTY, SESSION_TYPE_TTY, SESSION_TYPE_WAYLAND, LOCK_HELD, false},
		{"one that nobody locks", "seat0", SESSION_TYPE_TTY, SESSION_TYPE_TTY, SESSION_TYPE_WEB, LOCK_OPEN, false},
		{"a shell from afar", "", SESSION_TYPE_TTY, SESSION_TYPE_TTY, SESSION_TYPE_X11, LOCK_OPEN, false},
		{"a desktop", "seat0", SESSION_TYPE_X11, SESSION_TYPE_X11, SESSION_TYPE_WAYLAND, LOCK_OPEN, false},
		{"a desktop as a console", "seat0", SESSION_TYPE_WAYLAND, SESSION_TYPE_WAYLAND, SESSION_TYPE_TTY, LOCK_OPEN, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct watched w = {.first_type = rows[i].first, .session = {.type = rows[i].now}, .lock = {.state = rows[i].lock}};

		snprintf(w.session.seat, sizeof w.session.seat, "%s", rows[i].seat);
		if (watched_may_become(&w, rows[i].named) != rows[i].taken)
			fail_msg("%s", rows[i].name);
	}
}

static void what_leaves_and_returns(void **state)
{
	static const int64_t s = 1000000000;
	static const struct {
		const char *name;
		enum session_type type;
		bool on_switch, left_open;
		enum lock_state lock;
		int64_t last_s; /* of 1000 */
		enum lock_reason leaves, returns;
	} rows[] = {
		{"a desktop", SESSION_TYPE_X11, true, false, LOCK_OPEN, 999, LOCK_REASON_SWITCH, LOCK_REASON_NONE},
		{"a desktop that may stay", SESSION_TYPE_X11, false, false, LOCK_OPEN, 999, LOCK_REASON_NONE, LOCK_REASON_NONE},
		{"a console", SESSION_TYPE_TTY, true, true, LOCK_OPEN, 999, LOCK_REASON_NONE, LOCK_REASON_SWITCH},
		{"a console that may stay", SESSION_TYPE_TTY, false, true, LOCK_OPEN, 999, LOCK_REASON_NONE, LOCK_REASON_NONE},
		{"a console, later", SESSION_TYPE_TTY, false, true, LOCK_OPEN, 700, LOCK_REASON_NONE, LOCK_REASON_IDLE},
		{"just not later", SESSION_TYPE_TTY, false, true, LOCK_OPEN, 701, LOCK_REASON_NONE, LOCK_REASON_NONE},
		{"a locked console", SESSION_TYPE_TTY, true, false, LOCK_HELD, 1, LOCK_REASON_NONE, LOCK_REASON_NONE},
		{"a desktop that could not be locked", SESSION_TYPE_WAYLAND, false, false, LOCK_UNPROVEN, 1, LOCK_REASON_NONE, LOCK_REASON_SLEEP},
		{"one that could not be locked", SESSION_TYPE_TTY, false, false, LOCK_UNPROVEN, 1, LOCK_REASON_NONE, LOCK_REASON_SLEEP},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct watched w = {
			.session = {.type = rows[i].type, .seat = "seat0"},
			.policy = {.on_switch = rows[i].on_switch, .after_ns = 300 * s},
			.ladder = {.count = 1, .rungs = {rows[i].type == SESSION_TYPE_TTY ? LOCK_RUNG_CONSOLE : LOCK_RUNG_LOCKER}},
			.lock = {.state = rows[i].lock, .reason = LOCK_REASON_SLEEP, .last_input_ns = rows[i].last_s * s},
		};

		if (watched_leaves(&w) != rows[i].leaves || w.left_open != rows[i].left_open || watched_returns(&w, 1000 * s) != rows[i].returns)
			fail_msg("%s", rows[i].name);
	}
}

static void what_is_never_locked_for_idleness(void **state)
{
	static const struct {
		const char *name;
		enum session_type type;
		enum lock_rung rung;
		bool active;
		enum watched_source source;
		bool never;
	} rows[] = {
		{"a console that is shown", SESSION_TYPE_TTY, LOCK_RUNG_CONSOLE, true, WATCHED_HARDWARE, false},
		{"a console that is not shown: its lock takes the screen", SESSION_TYPE_TTY, LOCK_RUNG_CONSOLE, false, WATCHED_HARDWARE, true},
		{"one that is ended instead", SESSION_TYPE_TTY, LOCK_RUNG_TERMINATE, false, WATCHED_CONSOLE, false},
		{"a desktop that is not shown", SESSION_TYPE_X11, LOCK_RUNG_LOCKER, false, WATCHED_HARDWARE, false},
		{"from afar", SESSION_TYPE_TTY, LOCK_RUNG_TERMINATE, true, WATCHED_REMOTE, true},
		{"without a source", SESSION_TYPE_WAYLAND, LOCK_RUNG_LOCKER, true, WATCHED_NONE, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct watched w = {
			.session = {.type = rows[i].type, .seat = "seat0", .active = rows[i].active},
			.policy = {.after_ns = 300},
			.ladder = {.count = 1, .rungs = {rows[i].rung}},
		};
		struct lock_config config;

		watched_config(&w, rows[i].source, &config);
		if (config.after_ns != (rows[i].never ? INT64_MAX : 300))
			fail_msg("%s", rows[i].name);
	}
}

static void facts_can_always_be_written(void **state)
{
	static const char boot[] = "00000000-0000-4000-8000-000000000000";
	struct watched w = {.session = {.named = {.id = "c1"}, .type = SESSION_TYPE_X11, .class = SESSION_CLASS_USER, .leader = 1}, .leader_start = 1};
	char bytes[SESSION_FACTS_BYTES_MAX + 1];
	struct session_facts facts;
	struct text *t = &(struct text){.buf = bytes, .size = sizeof bytes};

	(void)state;
	memcpy(w.display, ":0\nuid=0", 9);
	memcpy(w.session.tty, "tty\x01", 5);
	memcpy(w.session.remote_host, "a\nb", 4);
	w.lock = (struct lock){.state = LOCK_ASKED, .asked_ns = 100, .proven_ns = 50};
	watched_facts(&w, boot, &facts);
	assert_int_equal(session_facts_write(&facts, t), 0);
	assert_string_equal(facts.display, "");
	assert_int_equal(facts.locked_since_ns, 100);
	assert_int_equal(facts.last_proof_ns, 0);
}

static void keys_by_vendor_or_serial(void **state)
{
	static const char *const words[] = {"1050:0407", "1111:2222:ABC", NULL};
	const struct word_list list = {.words = words, .count = 2};

	(void)state;
	assert_true(watched_is_key(&list, "1050:0407"));
	assert_true(watched_is_key(&list, "1050:0407:99"));
	assert_false(watched_is_key(&list, "1050:04070"));
	assert_true(watched_is_key(&list, "1111:2222:ABC"));
	assert_false(watched_is_key(&list, "1111:2222:ABD"));
	assert_false(watched_is_key(&list, "1111:2222"));
}

static void cookies(void **state)
{
	static const unsigned char file[] = "\x01\x00\x00\x01h\x00\x01"
					    "7\x00\x12MIT-MAGIC-COOKIE-1\x00\x10"
					    "0123456789abcdef"
					    "\xff\xff\x00\x00\x00\x00\x00\x12MIT-MAGIC-COOKIE-1\x00\x10"
					    "fedcba9876543210";
	unsigned char cookie[XAUTHORITY_COOKIE_BYTES];

	(void)state;
	assert_true(xauthority_find(file, sizeof file - 1, "7", cookie));
	assert_memory_equal(cookie, "0123456789abcdef", sizeof cookie);
	assert_true(xauthority_find(file, sizeof file - 1, "0", cookie));
	assert_memory_equal(cookie, "fedcba9876543210", sizeof cookie);
	assert_false(xauthority_find(file, sizeof file - 2, "0", cookie));
	assert_false(xauthority_find(file, 3, "7", cookie));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_properties_are_read), cmocka_unit_test(what_is_not_said_stays), cmocka_unit_test(a_long_text_is_none),
		cmocka_unit_test(names_of_sessions),       cmocka_unit_test(who_is_watched),         cmocka_unit_test(facts_can_always_be_written),
		cmocka_unit_test(keys_by_vendor_or_serial), cmocka_unit_test(cookies),               cmocka_unit_test(who_blocks_idleness),
		cmocka_unit_test(when_the_list_of_inhibitors_is_another), cmocka_unit_test(what_leaves_and_returns),
		cmocka_unit_test(who_controls),
		cmocka_unit_test(which_type_is_taken), cmocka_unit_test(what_is_never_locked_for_idleness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
