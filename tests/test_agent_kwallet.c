/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/agent_kwallet.c against stand-ins for both generations of KWallet: closed is what says so when it is asked anew. */
#include "session_bus.h"

#include "agent_keyring.h"

#define WALLETS_MAX 4

/* How the stand-in behaves. */
struct wallets {
	const char *names[WALLETS_MAX];
	const char *open;             /* the one that stays so */
	const char *broken;           /* the method that answers with an error */
};
static const struct wallets *wallets;

static DBusMessage *answer_names(DBusMessage *call)
{
	DBusMessage *reply = dbus_message_new_method_return(call);
	DBusMessageIter at, list;

	dbus_message_iter_init_append(reply, &at);
	dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "s", &list);
	for (size_t i = 0; i < WALLETS_MAX && wallets->names[i] != NULL; i++)
		dbus_message_iter_append_basic(&list, DBUS_TYPE_STRING, &wallets->names[i]);
	dbus_message_iter_close_container(&at, &list);
	return reply;
}

static DBusMessage *answer(DBusMessage *call)
{
	const char *member = dbus_message_get_member(call), *name = "";
	dbus_bool_t open;
	DBusMessage *reply;

	session_bus_note(member);
	if (!dbus_message_has_interface(call, "org.kde.KWallet") || (wallets->broken != NULL && strcmp(member, wallets->broken) == 0))
		return dbus_message_new_error(call, DBUS_ERROR_FAILED, "broken");
	if (strcmp(member, "wallets") == 0)
		return answer_names(call);
	reply = dbus_message_new_method_return(call);
	if (strcmp(member, "isOpen") == 0 && dbus_message_get_args(call, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID)) {
		open = wallets->open != NULL && strcmp(name, wallets->open) == 0;
		dbus_message_append_args(reply, DBUS_TYPE_BOOLEAN, &open, DBUS_TYPE_INVALID);
	}
	return reply;
}

static const struct row {
	const char *name;
	struct wallets wallets;
	const char *calls, *left; /* left: "" = all is closed */
} ROWS[] = {
	{"closed", {{"kdewallet", "work"}, NULL, NULL}, "closeAllWallets wallets isOpen isOpen ", ""},
	{"none there", {{NULL}, NULL, NULL}, "closeAllWallets wallets ", ""},
	{"one stays open", {{"kdewallet", "work"}, "work", NULL}, "closeAllWallets wallets isOpen isOpen ", "kwallet work"},
	{"it does not say which there are", {{"kdewallet"}, NULL, "wallets"}, "closeAllWallets wallets ", "kwallet"},
	{"it does not say how they are", {{"kdewallet"}, NULL, "isOpen"}, "closeAllWallets wallets isOpen ", "kwallet kdewallet"},
	{"it does not close them", {{"kdewallet"}, NULL, "closeAllWallets"}, "closeAllWallets wallets ", "kwallet"},
	{"a name that is no plain text", {{"a\nb"}, "a\nb", NULL}, "closeAllWallets wallets isOpen ", "kwallet a\\x0ab"},
};

static void each_answer(void **state)
{
	static const char *const generations[] = {"org.kde.kwalletd5", "org.kde.kwalletd6"};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct left_open left = {0};
		pid_t pid;

		print_message("%s\n", ROWS[i].name);
		wallets = &ROWS[i].wallets;
		pid = session_bus_stand_in(generations[i % 2], answer);
		agent_kwallet_lock(&left);
		session_bus_end(pid);
		assert_string_equal(session_bus_calls(), ROWS[i].calls);
		assert_int_equal(left.count, ROWS[i].left[0] != '\0');
		assert_string_equal(left.names[0], ROWS[i].left);
	}
}

static void both_generations_are_asked(void **state)
{
	static const struct wallets both = {{"kdewallet"}, "kdewallet", NULL};
	struct left_open left = {0};
	pid_t old, new;

	(void)state;
	wallets = &both;
	old = session_bus_stand_in("org.kde.kwalletd5", answer);
	new = session_bus_stand_in("org.kde.kwalletd6", answer);
	agent_kwallet_lock(&left);
	session_bus_end(old);
	session_bus_end(new);
	assert_int_equal(left.count, 2);
}

static void none_that_does_not_run_is_asked(void **state)
{
	struct left_open left = {0};

	(void)state;
	(void)session_bus_calls();
	agent_kwallet_lock(&left);
	assert_int_equal(left.count, 0);
	assert_string_equal(session_bus_calls(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer),
		cmocka_unit_test(both_generations_are_asked),
		cmocka_unit_test(none_that_does_not_run_is_asked),
	};

	return cmocka_run_group_tests(tests, session_bus_start, session_bus_stop);
}
