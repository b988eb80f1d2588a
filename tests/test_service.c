/* SPDX-License-Identifier: BSD-2-Clause */
/* What kind of door a PAM service is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "keyword_table.h"
#include "service.h"

static struct settings defaults(void)
{
	struct policy policy;
	struct settings settings;

	policy_defaults(&policy);
	policy_resolve(&policy, NULL, &settings);
	return settings;
}

static void knows_services(void **state)
{
	static const struct {
		const char *name;
		struct service want;
	} ROWS[] = {
		{"login", {.kind = SERVICE_LOGIN}},
		{"sshd", {.kind = SERVICE_LOGIN, .network = true}},
		{"xrdp-sesman", {.kind = SERVICE_LOGIN, .network = true, .asks_once = true}},
		{"cockpit", {.kind = SERVICE_LOGIN, .network = true}},
		{"openvpn", {.kind = SERVICE_LOGIN, .network = true, .asks_once = true}},
		{"lightdm", {.kind = SERVICE_LOGIN, .seat = true}},
		{"gdm-password", {.kind = SERVICE_LOGIN, .seat = true}},
		{"gdm-fingerprint", {.kind = SERVICE_LOGIN, .seat = true}},
		{"gdm-autologin", {.kind = SERVICE_GREETER, .seat = true}},
		{"gdm-launch-environment", {.kind = SERVICE_GREETER, .seat = true}},
		{"i3lock", {.kind = SERVICE_LOCKER, .asks_once = true}},
		{"swaylock", {.kind = SERVICE_LOCKER, .asks_once = true}},
		{"xsecurelock", {.kind = SERVICE_LOCKER}},
		{"common-auth", {.kind = SERVICE_LOCKER}},
		{"mutex-verify", {.kind = SERVICE_LOCKER}},
		{"su", {.kind = SERVICE_SU}},
		{"runuser-l", {.kind = SERVICE_SU}},
		{"sudo-i", {.kind = SERVICE_SUDO}},
		{"polkit-1", {.kind = SERVICE_POLKIT}},
		{"cron", {.kind = SERVICE_ACCOUNT_ONLY, .job = true}},
		{"systemd-user", {.kind = SERVICE_ACCOUNT_ONLY, .job = true}},
		{"chsh", {.kind = SERVICE_ACCOUNT_ONLY}},
		{"nobody-knows-this", {.kind = SERVICE_LOGIN}},
		{"SSHD", {.kind = SERVICE_LOGIN}},
		{"", {.kind = SERVICE_LOGIN}},
	};
	struct settings settings = defaults();

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct service got = service_of(ROWS[i].name, &settings);

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(got.kind, ROWS[i].want.kind);
		assert_int_equal(got.network, ROWS[i].want.network);
		assert_int_equal(got.asks_once, ROWS[i].want.asks_once);
		assert_int_equal(got.job, ROWS[i].want.job);
		assert_int_equal(got.seat, ROWS[i].want.seat);
	}
}

static void policy_wins(void **state)
{
	struct settings settings = defaults();

	(void)state;
	settings.service_kind = 1 + SERVICE_LOCKER;
	assert_int_equal(service_of("sshd", &settings).kind, SERVICE_LOCKER);
	settings = defaults();
	settings.service_side = SERVICE_SIDE_REMOTE;
	assert_true(service_of("login", &settings).network);
	settings.service_side = SERVICE_SIDE_LOCAL;
	assert_false(service_of("sshd", &settings).network);
}

/* The choices of [service] kind are "auto", then the kinds in the order of the enum. */
static void choices_are_the_kinds(void **state)
{
	const struct keyword_row *row = keyword_row(KEYWORD_service_kind);
	const char *choice;

	(void)state;
	for (int kind = 0; kind < SERVICE_KIND_MAX; kind++) {
		const char *name = service_kind_name((enum service_kind)kind);
		size_t len = keyword_choice(row, (size_t)kind + 1, &choice);

		assert_int_equal(len, strlen(name));
		assert_memory_equal(choice, name, len);
	}
	assert_int_equal(keyword_choice(row, SERVICE_KIND_MAX + 1, &choice), 0);
	assert_null(service_kind_name(SERVICE_KIND_MAX));
}

static void rows_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; service_row_name(i) != NULL; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(service_row_name(i), service_row_name(j));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_services),
		cmocka_unit_test(policy_wins),
		cmocka_unit_test(choices_are_the_kinds),
		cmocka_unit_test(rows_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
