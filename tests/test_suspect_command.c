/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/suspect_command.c: which commands are behind a change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "suspect_command.h"

static const struct row {
	const char *program, *line; /* words end with a blank */
	const char *name;
	bool changes;
	const char *folder;
	bool user; /* not root */
} ROWS[] = {
	{"systemctl", "systemctl stop nftables ", "nftables.service", true, "", false},
	{"systemctl", "systemctl stop nftables.service ", "nftables.service", true, "", true},
	{"systemctl", "systemctl --no-block mask --now clamav-daemon ", "clamav-daemon.service", true, "", false},
	{"systemctl", "systemctl disable clam* ", "clamav-daemon.service", true, "", false},
	{"systemctl", "systemctl stop x.timer ", "x.timer", true, "", false},
	{"systemctl", "systemctl stop x ", "x.timer", false, "", false},
	{"systemctl", "systemctl status nftables ", "nftables.service", false, "", false},
	{"systemctl", "systemctl stop nftables2 ", "nftables.service", false, "", false},
	{"systemctl", "systemctl stop nft ", "nftables.service", false, "", false},
	{"systemctl", "systemctl stop  ", "nftables.service", false, "", false},
	{"systemctl", "systemctl stop * ", "nftables.service", false, "", false},
	{"systemctl", "systemctl edit /etc/shadow ", "/etc/shadow", false, "", false},
	{"systemctl", "systemctl stop nftables", "nftables.service", false, "", false}, /* the last word is cut off */
	{"service", "/bin/sh /usr/sbin/service ufw stop ", "ufw.service", true, "", false},
	{"service", "/bin/sh /usr/sbin/service ufw status ", "ufw.service", false, "", false},
	{"ufw", "/usr/bin/python3 /usr/sbin/ufw disable ", "ufw.service", true, "", false},
	{"ufw", "/usr/bin/python3 /usr/sbin/ufw allow 22 ", "ufw.service", true, "", false},
	{"ufw", "/usr/bin/python3 /usr/sbin/ufw status ", "ufw.service", false, "", false},
	{"ufw", "/usr/bin/python3 /usr/sbin/ufw --force enable ", "ufw.service", false, "", false},
	{"ufw", "/usr/bin/python3 /usr/sbin/ufw disable ", "nftables.service", false, "", false},
	{"firewall-cmd", "python3 /usr/bin/firewall-cmd --zone=public --add-port=1/tcp ", "firewalld.service", true, "", true},
	{"firewall-cmd", "python3 /usr/bin/firewall-cmd --list-all ", "firewalld.service", false, "", false},
	{"passwd", "passwd -d bob ", "/etc/shadow", true, "", false},
	{"passwd", "passwd bob ", "/etc/shadow", false, "", false},
	{"chpasswd", "chpasswd -e ", "/etc/shadow", true, "", false},
	{"usermod", "usermod -aG sudo bob ", "/etc/group", true, "", false},
	{"usermod", "usermod -aG sudo bob ", "/etc/shadow", false, "", false},
	{"sed", "sed -i s/a/b/ /etc/nftables.conf ", "/etc/nftables.conf", true, "", false},
	{"sed", "sed -i s/a/b/ /etc/nftables.conf ", "/etc/nftables.conf", false, "", true},
	{"sed", "sed -i s/a/b/ /etc/nftables.conf.old ", "/etc/nftables.conf", false, "", false},
	{"sed", "sed -n 1p /etc/nftables.conf ", "/etc/nftables.conf", false, "", false},
	{"cp", "cp /etc/sudoers /tmp/x ", "/etc/sudoers", false, "", false},
	{"cp", "cp /tmp/x /etc/sudoers ", "/etc/sudoers", true, "", false},
	{"mv", "mv /etc/sudoers /tmp/x ", "/etc/sudoers", true, "", false},
	{"vim", "vim /etc/sudoers ", "/etc/sudoers", false, "", false}, /* open for hours: nobody knows when it writes */
	{"systemctl", "systemctl -H server stop ufw ", "ufw.service", false, "", false},
	{"systemctl", "systemctl --root=/mnt mask ufw ", "ufw.service", false, "", false},
	{"systemctl", "systemctl --user stop ufw ", "ufw.service", false, "", true},
	{"ufw", "/usr/bin/python3 /usr/sbin/ufw --dry-run reset ", "ufw.service", false, "", false},
	{"gpasswd", "gpasswd --help ", "/etc/group", false, "", false},
	{"tee", "tee /etc/sudoers.d/bob ", "/etc/sudoers.d", true, "", false},
	{"rm", "rm bob ", "/etc/sudoers.d", true, "/etc/sudoers.d", false},
	{"rm", "rm etc/sudoers ", "/etc/sudoers", true, "/", false},
	{"rm", "rm bob ", "/etc/sudoers.d", false, "", false},
	{"rm", "rm bob ", "/etc/sudoers.d", false, "/home/bob", false},
	{"cat", "cat /etc/sudoers ", "/etc/sudoers", false, "", false},
	{"nft", "nft flush ruleset ", "nftables.service", false, "", false}, /* the kernel says so by itself */
};

static void names_what_it_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const struct row *row = &ROWS[i];
		char words[256];
		struct suspect_command command = {.program = row->program, .words = words, .len = strlen(row->line), .folder = row->folder, .root = !row->user};

		for (size_t j = 0; j <= command.len; j++)
			words[j] = row->line[j] == ' ' ? '\0' : row->line[j];
		if (suspect_command_changes(&command, row->name) != row->changes)
			fail_msg("%s: %s", row->line, row->name);
	}
}

static void knows_its_programs(void **state)
{
	(void)state;
	assert_true(suspect_command_is_known("systemctl"));
	assert_true(suspect_command_is_known("nft"));
	assert_true(suspect_command_is_named("nft"));
	assert_false(suspect_command_is_named("systemctl"));
	assert_false(suspect_command_is_known("sudo"));
	assert_false(suspect_command_is_known(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_it_changes),
		cmocka_unit_test(knows_its_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
