/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/property_serve.c: which calls it answers, and with what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "bus_value.h"
#include "property_serve.h"

static bool add_name(DBusMessageIter *to, const void *owner)
{
	return bus_add_variant(to, DBUS_TYPE_STRING, owner);
}

static bool add_nothing(DBusMessageIter *to, const void *owner)
{
	(void)to, (void)owner;
	return false;
}

static const struct property_row WHOLE[] = {{"Name", add_name}, {"Version", property_add_version}}, BROKEN[] = {{"Name", add_nothing}};
static const struct property_table TABLE = {"<node/>", WHOLE, 2}, BROKEN_TABLE = {"<node/>", BROKEN, 1};

/* What is told, in words: "s:x" for a string, "v:" before a variant, {key value} for an entry; an error is its name. */
static void tell(DBusMessageIter *at, char *said, size_t size)
{
	for (int type; (type = dbus_message_iter_get_arg_type(at)) != DBUS_TYPE_INVALID; (void)dbus_message_iter_next(at)) {
		DBusMessageIter inner;
		const char *word;
		size_t len = strlen(said);

		if (type == DBUS_TYPE_STRING) {
			dbus_message_iter_get_basic(at, &word);
			(void)snprintf(said + len, size - len, "s:%s ", word);
			continue;
		}
		(void)snprintf(said + len, size - len, "%c:", type);
		dbus_message_iter_recurse(at, &inner);
		tell(&inner, said, size);
	}
}

static DBusMessage *new_call(const char *interface, const char *method, const char *first, const char *second)
{
	DBusMessage *call = dbus_message_new_method_call("x.y", "/x", interface, method);

	assert_non_null(call);
	dbus_message_set_serial(call, 1);
	assert_true(first == NULL || dbus_message_append_args(call, DBUS_TYPE_STRING, &first, DBUS_TYPE_INVALID));
	assert_true(second == NULL || dbus_message_append_args(call, DBUS_TYPE_STRING, &second, DBUS_TYPE_INVALID));
	return call;
}

static void each_call(void **state)
{
	static const struct {
		const char *name;
		const struct property_table *table;
		const char *interface, *method, *first, *second, *want; /* want: NULL = not answered */
	} rows[] = {
		{"one", &TABLE, DBUS_INTERFACE_PROPERTIES, "Get", "x.y", "Name", "v:s:anna "},
		{"another", &TABLE, DBUS_INTERFACE_PROPERTIES, "Get", "x.y", "Version", "v:s:" MUTEX_VERSION " "},
		{"one that is not there", &TABLE, DBUS_INTERFACE_PROPERTIES, "Get", "x.y", "Nam", DBUS_ERROR_UNKNOWN_PROPERTY},
		{"one without a name", &TABLE, DBUS_INTERFACE_PROPERTIES, "Get", "x.y", NULL, NULL},
		{"all", &TABLE, DBUS_INTERFACE_PROPERTIES, "GetAll", "x.y", NULL, "a:e:s:Name v:s:anna e:s:Version v:s:" MUTEX_VERSION " "},
		{"nothing is set", &TABLE, DBUS_INTERFACE_PROPERTIES, "Set", "x.y", "Name", NULL},
		{"the description", &TABLE, DBUS_INTERFACE_INTROSPECTABLE, "Introspect", NULL, NULL, "s:<node/> "},
		{"of its own interface", &TABLE, "x.y", "Get", "x.y", "Name", NULL},
		{"no memory for one", &BROKEN_TABLE, DBUS_INTERFACE_PROPERTIES, "Get", "x.y", "Name", DBUS_ERROR_NO_MEMORY},
		{"no memory for all", &BROKEN_TABLE, DBUS_INTERFACE_PROPERTIES, "GetAll", "x.y", NULL, DBUS_ERROR_NO_MEMORY},
	};
	const char *const owner = "anna";

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		DBusMessage *call = new_call(rows[i].interface, rows[i].method, rows[i].first, rows[i].second), *reply = NULL;
		char said[256] = "";
		DBusMessageIter at;

		print_message("%s\n", rows[i].name);
		assert_int_equal(property_serve(rows[i].table, &owner, call, &reply), rows[i].want != NULL);
		dbus_message_unref(call);
		if (reply == NULL)
			continue;
		if (dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_ERROR)
			(void)snprintf(said, sizeof said, "%s", dbus_message_get_error_name(reply));
		else if (dbus_message_iter_init(reply, &at))
			tell(&at, said, sizeof said);
		assert_string_equal(said, rows[i].want);
		dbus_message_unref(reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_call)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
