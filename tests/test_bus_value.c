/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/bus_value.c: what is written into a message is read from it again, each with its own type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bus_value.h"

struct bed {
	DBusMessage *message;
	DBusMessageIter at, entries;
};

static void begin(struct bed *bed)
{
	bed->message = dbus_message_new_signal("/x", "x.y", "Z");
	assert_non_null(bed->message);
	dbus_message_iter_init_append(bed->message, &bed->at);
	assert_true(dbus_message_iter_open_container(&bed->at, DBUS_TYPE_ARRAY, "{sv}", &bed->entries));
}

static void end(struct bed *bed)
{
	assert_true(dbus_message_iter_close_container(&bed->at, &bed->entries));
	assert_string_equal(dbus_message_get_signature(bed->message), "a{sv}");
	assert_true(dbus_message_iter_init(bed->message, &bed->at));
	dbus_message_iter_recurse(&bed->at, &bed->entries);
}

/* The next entry's value, which is of that type. */
static DBusBasicValue next(struct bed *bed, const char *key, int type)
{
	DBusMessageIter entry, variant;
	DBusBasicValue value = {0};
	const char *word;

	dbus_message_iter_recurse(&bed->entries, &entry);
	dbus_message_iter_get_basic(&entry, &word);
	assert_string_equal(word, key);
	assert_true(dbus_message_iter_next(&entry));
	dbus_message_iter_recurse(&entry, &variant);
	assert_int_equal(dbus_message_iter_get_arg_type(&variant), type);
	dbus_message_iter_get_basic(&variant, &value);
	(void)dbus_message_iter_next(&bed->entries);
	return value;
}

static void entries_are_read_again(void **state)
{
	const dbus_int64_t since = INT64_MIN;
	struct bed bed;

	(void)state;
	begin(&bed);
	assert_true(bus_add_text(&bed.entries, "Text", "\xe9\x9d\x92") && bus_add_text(&bed.entries, "None", ""));
	assert_true(bus_add_number(&bed.entries, "Number", UINT32_MAX));
	assert_true(bus_add_flag(&bed.entries, "On", true) && bus_add_flag(&bed.entries, "Off", false));
	assert_true(bus_add_entry(&bed.entries, "Since", DBUS_TYPE_INT64, &since));
	end(&bed);
	assert_string_equal(next(&bed, "Text", DBUS_TYPE_STRING).str, "\xe9\x9d\x92");
	assert_string_equal(next(&bed, "None", DBUS_TYPE_STRING).str, "");
	assert_int_equal(next(&bed, "Number", DBUS_TYPE_UINT32).u32, UINT32_MAX);
	assert_int_equal(next(&bed, "On", DBUS_TYPE_BOOLEAN).bool_val, TRUE);
	assert_int_equal(next(&bed, "Off", DBUS_TYPE_BOOLEAN).bool_val, FALSE);
	assert_true(next(&bed, "Since", DBUS_TYPE_INT64).i64 == INT64_MIN);
	assert_int_equal(dbus_message_iter_get_arg_type(&bed.entries), DBUS_TYPE_INVALID);
	dbus_message_unref(bed.message);
}

static void a_variant_stands_alone(void **state)
{
	const char *const path = "/org/x";
	DBusMessage *m = dbus_message_new_signal("/x", "x.y", "Z");
	DBusMessageIter at, variant;
	const char *said;

	(void)state;
	assert_non_null(m);
	dbus_message_iter_init_append(m, &at);
	assert_true(bus_add_variant(&at, DBUS_TYPE_OBJECT_PATH, &path));
	assert_true(dbus_message_iter_init(m, &at));
	dbus_message_iter_recurse(&at, &variant);
	assert_int_equal(dbus_message_iter_get_arg_type(&variant), DBUS_TYPE_OBJECT_PATH);
	dbus_message_iter_get_basic(&variant, &said);
	assert_string_equal(said, path);
	dbus_message_unref(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(entries_are_read_again), cmocka_unit_test(a_variant_stands_alone)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
