/* SPDX-License-Identifier: BSD-2-Clause */
/* What sshd says to have seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ssh_auth_info.h"

static void reads_methods(void **state)
{
	static const struct {
		const char *name, *text;
		struct ssh_auth_info want;
	} ROWS[] = {
		{"no sshd", NULL, {0}},
		{"nothing completed yet", "", {.present = true}},
		{"key", "publickey ssh-ed25519 AAAAC3Nz", {.present = true, .publickey = true}},
		{"key, with line end", "publickey ssh-ed25519 AAAAC3Nz\n", {.present = true, .publickey = true}},
		{"hardware key", "publickey sk-ssh-ed25519@openssh.com AAAAG", {.present = true, .publickey = true, .hardware_key = true}},
		{"hardware ecdsa key", "publickey sk-ecdsa-sha2-nistp256@openssh.com AAAAI", {.present = true, .publickey = true, .hardware_key = true}},
		{"certificate of a hardware key", "publickey sk-ssh-ed25519-cert-v01@openssh.com AAAAI",
		 {.present = true, .publickey = true, .hardware_key = true}},
		{"another domain's type is a key, no hardware", "publickey sk-ssh-ed25519@example.com AAAA", {.present = true, .publickey = true}},
		{"sk- in the blob says nothing", "publickey ssh-rsa sk-ssh-ed25519@openssh.com", {.present = true, .publickey = true}},
		{"key and password", "publickey ssh-rsa AAAA\npassword\n", {.present = true, .publickey = true, .password = true}},
		{"key and keyboard-interactive", "publickey ssh-rsa AAAA\nkeyboard-interactive/pam\n",
		 {.present = true, .publickey = true, .interactive = true}},
		{"two keys, one of hardware", "publickey ssh-rsa AAAA\npublickey sk-ssh-ed25519@openssh.com AAAA",
		 {.present = true, .publickey = true, .hardware_key = true}},
		{"kerberos", "gssapi-with-mic alice@EXAMPLE.ORG", {.present = true, .other = true}},
		{"host", "hostbased ssh-rsa AAAA", {.present = true, .other = true}},
		{"key without type", "publickey", {.present = true, .other = true}},
		{"key without blob", "publickey ssh-rsa", {.present = true, .other = true}},
		{"key with a blank behind the type only", "publickey ssh-rsa ", {.present = true, .other = true}},
		{"no type", "publickey  AAAA", {.present = true, .other = true}},
		{"a word with more behind it", "passwords", {.present = true, .other = true}},
		{"blank line", "\n\npassword", {.present = true, .password = true}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct ssh_auth_info got = ssh_auth_info_parse(ROWS[i].text);

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(got.present, ROWS[i].want.present);
		assert_int_equal(got.publickey, ROWS[i].want.publickey);
		assert_int_equal(got.hardware_key, ROWS[i].want.hardware_key);
		assert_int_equal(got.password, ROWS[i].want.password);
		assert_int_equal(got.interactive, ROWS[i].want.interactive);
		assert_int_equal(got.other, ROWS[i].want.other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads_methods)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
