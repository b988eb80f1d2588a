/* SPDX-License-Identifier: BSD-2-Clause */
/* Control "auth" over files below a root of their own: a computer as Debian installs it is fine, and each planted change is found by its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accepted.h"
#include "auth.h"
#include "auth_gather.h"
#include "file_root.h"
#include "history_store.h"
#include "plan_text.h"
#include "text.h"

#define ARENA_BYTES (64 * 1024 * 1024)
#define ANY_HASH "$y$j9T$abcdefgh$0123456789"
#define NEW_HASH "$y$j9T$zyxwvuts$9876543210"

static char root[FILE_ROOT_BYTES];

static void put(const char *name, const char *bytes)
{
	file_root_put(root, name, bytes, 0600);
}

/* As Debian installs it, with a person who is an administrator. */
static const struct {
	const char *path, *bytes;
} BASE[] = {
	{"/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\nalice:x:1000:1000::/home/alice:/bin/bash\n"},
	{"/etc/shadow", "root:*:20000:0:99999:7:::\ndaemon:*:20000:0:99999:7:::\nalice:" ANY_HASH ":20000:0:99999:7:::\n"},
	{"/etc/sudoers", "Defaults\tenv_reset\nDefaults\tuse_pty\nroot\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n"},
	{"/etc/sudoers.d/README", "# nothing\n"},
	{"/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\n"},
	{"/usr/share/polkit-1/rules.d/50-default.rules", "polkit.addAdminRule(function(action, subject) { return [\"unix-group:sudo\"]; });\n"},
	{"/etc/default/grub", "GRUB_DEFAULT=0\n#GRUB_INIT_TUNE=\"480 440 1\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"\"\n"},
	{"/etc/gdm3/daemon.conf", "[daemon]\n# AutomaticLoginEnable = true\n"},
};

static int make_root(void **state)
{
	(void)state;
	file_root_make("auth", root);
	for (size_t i = 0; i < sizeof BASE / sizeof BASE[0]; i++)
		put(BASE[i].path, BASE[i].bytes);
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	return file_root_remove(root);
}

/* The verdict: its state, and its reasons in English, one a line. */
static enum posture_state look(const struct settings *settings, char *ret_words, size_t size)
{
	struct arena arena;
	struct control_verdict verdict;
	struct paths paths;
	const struct control_scene scene = {.paths = &paths, .settings = settings};
	const void *facts = NULL;

	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	arena_init(&arena, malloc(ARENA_BYTES), ARENA_BYTES);
	assert_non_null(arena.block);
	assert_int_equal(auth_probe(&scene, &arena, &facts), 0);
	verdict = auth_judge(facts, settings, &arena);
	plan_text_reasons(&verdict, ret_words, size);
	free(arena.block);
	return verdict.state;
}

static void test_debian_is_fine(void **state)
{
	static const struct settings none;
	char words[4096];

	(void)state;
	assert_int_equal(look(&none, words, sizeof words), POSTURE_OK);
	assert_string_equal(words, "Passwords and ssh keys are not compared yet: \"mutexctl apply\" notes how they are.\n");
}

static const struct row {
	const char *path, *bytes;
	const char *told; /* NULL = fine */
} rows[] = {
	{"/etc/sudoers.d/90-cloud-init-users", "# User rules for debian\ndebian ALL=(ALL) NOPASSWD:ALL\n", "/etc/sudoers.d/90-cloud-init-users:2: sudo asks debian for no password"},
	{"/etc/sudoers.d/old.bak", "alice ALL=NOPASSWD: ALL\n", NULL},
	{"/etc/sudoers.d/x", "Defaults timestamp_timeout=-1\n", "/etc/sudoers.d/x:1: \"timestamp_timeout=-1\" makes sudo ask less"},
	{"/etc/sudoers.d/x", "alice ALL = ALL\n", "/etc/sudoers.d/x:1: alice may do everything as root"},
	{"/etc/sudoers.d/x", "@include more\n", NULL},
	{"/etc/sudoers.d/x", "@include /etc/more\n", NULL}, /* not there */
	{"/etc/ssh/sshd_config.d/a.conf", "PermitRootLogin yes\n", "/etc/ssh/sshd_config.d/a.conf:1: \"PermitRootLogin yes\" lets in by ssh"},
	{"/etc/ssh/sshd_config.d/a.conf", "UsePAM no\n", "/etc/ssh/sshd_config.d/a.conf:1: \"UsePAM no\""},
	{"/etc/ssh/sshd_config.d/a.conf", "Match User alice\n\tPermitEmptyPasswords yes\n", "a.conf:2: \"PermitEmptyPasswords yes\""},
	{"/etc/ssh/sshd_config.d/a.txt", "PermitRootLogin yes\n", NULL},
	{"/etc/ssh/sshd_config", "Port 22\n", "/etc/ssh/sshd_config: \"UsePAM no\""},
	{"/etc/ssh/sshd_config", "Port 22\nInclude sshd_config.d/*.conf\nUsePAM yes\nPermitRootLogin yes\n", "/etc/ssh/sshd_config:4: \"PermitRootLogin yes\""},
	{"/etc/polkit-1/rules.d/49-all.rules", "polkit.addRule(function(a, s) {\n if (s.isInGroup(\"staff\")) return polkit.Result.YES; });\n", "/etc/polkit-1/rules.d/49-all.rules:1: this rule of polkit grants any action"},
	{"/etc/polkit-1/rules.d/00-a.rules", "polkit.addRule(function() { });\n", "/etc/polkit-1/rules.d/00-a.rules is asked by polkit before"},
	{"/usr/share/polkit-1/rules.d/60-x.rules", "polkit.addRule(function(a, s) { if (a.id == \"org.freedesktop.policykit.exec\") return \"yes\"; });\n", "grants org.freedesktop.policykit.exec without"},
	{"/etc/default/grub", "GRUB_CMDLINE_LINUX=\"init=/bin/bash\"\n", "/etc/default/grub:1: the kernel is started with \"init=/bin/bash\""},
	{"/etc/default/grub.d/x.cfg", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet systemd.mask=mutex-guardd.service\"\n", "x.cfg:1: the kernel is started with \"systemd.mask=mutex-guardd.service\""},
	{"/etc/gdm3/daemon.conf", "[daemon]\nAutomaticLoginEnable = true\n", "/etc/gdm3/daemon.conf:2: gdm lets somebody in"},
	{"/etc/shadow", "alice::20000:0:99999:7:::\n", "alice has an empty password."},
};

static void test_planted(void **state)
{
	static const struct settings none;
	char words[4096];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum posture_state got;

		assert_int_equal(remove_root(NULL), 0);
		assert_int_equal(make_root(NULL), 0);
		put(rows[i].path, rows[i].bytes);
		got = look(&none, words, sizeof words);
		if (got != (rows[i].told == NULL ? POSTURE_OK : POSTURE_VIOLATED) || (rows[i].told != NULL && strstr(words, rows[i].told) == NULL))
			fail_msg("%s: %s: state %d, told: %s", rows[i].path, rows[i].bytes, got, words);
	}
}

/* What is accepted may stay; what admins names may do everything, and nobody else. */
static void test_settings(void **state)
{
	static const char *const accepted[] = {"/etc/sudoers.d/deploy"}, *const admins[] = {"@itadmin", "carol"};
	struct settings settings = {.control_accept = {.words = accepted, .count = 1}};
	char words[4096];

	(void)state;
	put("/etc/sudoers.d/deploy", "deploy ALL=(ALL) NOPASSWD: ALL\n");
	assert_int_equal(look(&settings, words, sizeof words), POSTURE_OK);
	put("/etc/sudoers.d/deploy2", "deploy ALL=(ALL) NOPASSWD: ALL\n");
	assert_int_equal(look(&settings, words, sizeof words), POSTURE_VIOLATED);
	put("/etc/sudoers.d/deploy2", "carol ALL = ALL\n%itadmin ALL = ALL\n");
	settings.control_admins = (struct word_list){.words = admins, .count = 2};
	assert_int_equal(look(&settings, words, sizeof words), POSTURE_VIOLATED);
	assert_non_null(strstr(words, "/etc/sudoers:4: %sudo may do everything"));
	assert_null(strstr(words, "carol"));
	assert_null(strstr(words, "itadmin"));
}

/* --- passwords and keys --- */

static void accept(void)
{
	char bytes[ACCEPTED_BYTES_MAX];
	struct paths paths;
	struct text t;

	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	TEXT_INTO(&t, bytes);
	assert_int_equal(auth_people_write(&paths, &t), 0);
	put("/var/lib/mutex/accepted", bytes);
}

/* As the module does it just before a change, at that time. */
static void change_properly(const char *old_hash, int64_t now_s)
{
	struct history *h HISTORY_RELEASED = NULL;
	struct paths paths;

	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	assert_int_equal(history_take(&paths, 1000, old_hash, now_s, &h), 0);
}

#define CHANGED(hash, day) put("/etc/shadow", "root:*:20000:0:99999:7:::\nalice:" hash ":" day ":0:99999:7:::\n")
#define DAY(n) ((int64_t)(n) * 86400 + 3600)
static const char FOREIGN[] = "The password of alice was set past the rules for passwords";

static void assert_foreign(bool foreign)
{
	static const struct settings none;
	char words[4096];

	assert_int_equal(look(&none, words, sizeof words), foreign ? POSTURE_VIOLATED : POSTURE_OK);
	assert_int_equal(strstr(words, FOREIGN) != NULL, foreign);
}

static void test_foreign_password(void **state)
{
	(void)state;
	accept();
	assert_foreign(false);
	CHANGED(NEW_HASH, "20010"); /* no history at all */
	assert_foreign(true);
	change_properly(ANY_HASH, DAY(20010));
	assert_foreign(false);
	CHANGED(ANY_HASH ".", "20012"); /* later than the last proper change */
	assert_foreign(true);
	CHANGED("!" NEW_HASH, "20012"); /* a locked account lets nobody in */
	assert_foreign(false);
}

/* As mutex-guardd does after each look. */
static void see(void)
{
	static const struct settings none;
	struct arena arena;
	struct paths paths;
	const struct control_scene scene = {.paths = &paths, .settings = &none};
	const void *facts;

	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	arena_init(&arena, malloc(ARENA_BYTES), ARENA_BYTES);
	assert_int_equal(auth_probe(&scene, &arena, &facts), 0);
	auth_remember(&scene, facts);
	free(arena.block);
}

/* Both on one day: what was seen in between tells them apart. */
static void test_foreign_on_the_same_day(void **state)
{
	(void)state;
	accept();
	change_properly(ANY_HASH, DAY(20010));
	CHANGED(NEW_HASH, "20010");
	see();
	assert_foreign(false);
	CHANGED(NEW_HASH "a", "20010");
	assert_foreign(true);
	see();
	assert_foreign(true);
	change_properly(NEW_HASH "a", DAY(20010));
	CHANGED(NEW_HASH "b", "20010");
	assert_foreign(false);
	see();
	assert_foreign(false);
	CHANGED("!" NEW_HASH "b", "20010");
	see();
	CHANGED(NEW_HASH "c", "20010");
	assert_foreign(true);
	see();
	accept();
	assert_foreign(false);
}

/* A look that was ended while it wrote left half a file. */
static void test_half_a_file_goes(void **state)
{
	static const char half[] = "/var/lib/mutex/.seen.4711.0", other[] = "/var/lib/mutex/.accepted.4711.0";
	char path[FILE_ROOT_BYTES + 64];

	(void)state;
	accept();
	put(half, "password");
	put(other, "password");
	see();
	(void)snprintf(path, sizeof path, "%s%s", root, half);
	assert_int_equal(access(path, F_OK), -1);
	(void)snprintf(path, sizeof path, "%s%s", root, other);
	assert_int_equal(access(path, F_OK), 0);
	(void)snprintf(path, sizeof path, "%s/var/lib/mutex/seen", root);
	assert_int_equal(access(path, F_OK), 0);
}

/* Locked and without a password when it was accepted. */
static void test_first_password(void **state)
{
	(void)state;
	CHANGED("!", "20000");
	accept();
	see();
	change_properly(NULL, DAY(20001));
	CHANGED(ANY_HASH, "20001");
	assert_foreign(false);
	see();
	CHANGED(NEW_HASH, "20001");
	assert_foreign(true);
}

/* An account that came after the acceptance: its history begins with its first proper password. */
static void test_new_account(void **state)
{
	(void)state;
	CHANGED("!", "20000");
	accept();
	put("/var/lib/mutex/accepted", "");
	CHANGED(ANY_HASH, "20001");
	assert_foreign(true);
	change_properly(NULL, DAY(20001));
	assert_foreign(false);
}

static void test_keys(void **state)
{
	static const struct settings none;
	char words[4096];

	(void)state;
	put("/home/alice/.ssh/authorized_keys", "ssh-ed25519 AAAA alice\n");
	accept();
	assert_int_equal(look(&none, words, sizeof words), POSTURE_OK);
	assert_string_equal(words, "");
	put("/home/alice/.ssh/authorized_keys", "ssh-ed25519 AAAA alice\nssh-ed25519 BBBB other\n");
	assert_int_equal(look(&none, words, sizeof words), POSTURE_OK); /* hers to change, and told */
	assert_non_null(strstr(words, "/home/alice/.ssh/authorized_keys: the ssh keys of alice are not"));
	put("/root/.ssh/authorized_keys2", "ssh-ed25519 BBBB other\n");
	assert_int_equal(look(&none, words, sizeof words), POSTURE_VIOLATED);
	assert_non_null(strstr(words, "/root/.ssh/authorized_keys2: the ssh keys of root are not"));
	accept();
	assert_int_equal(look(&none, words, sizeof words), POSTURE_OK);
}

/* --- plans --- */

static void test_plans(void **state)
{
	static const struct settings none;
	static struct auth_facts facts = {.lines_on = true};
	struct control_watches watches = {0};
	struct control_repair repair = {0};
	struct control_verdict verdict;
	struct arena arena;
	char block[4096];

	(void)state;
	arena_init(&arena, block, sizeof block);
	auth_watch(&none, &arena, &watches);
	assert_true(watches.count > 0 && watches.count < CONTROL_WATCHES_MAX);
	auth_repair(&facts, &none, &arena, &repair);
	assert_int_equal(repair.count, 0);
	facts.open_services = 2;
	facts.open_service = "vsftpd";
	verdict = auth_judge(&facts, &none, &arena);
	assert_int_equal(verdict.state, POSTURE_VIOLATED);
	assert_string_equal(verdict.reasons[0].arguments[0], "vsftpd");
	auth_repair(&facts, &none, &arena, &repair);
	assert_int_equal(repair.count, 1);
	assert_string_equal(repair.steps[0].argv[0], "/usr/sbin/mutexctl");
	/* switched off by mutexctl remove: nobody fights it */
	facts.lines_on = false;
	repair.count = 0;
	auth_repair(&facts, &none, &arena, &repair);
	assert_int_equal(repair.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_debian_is_fine, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_planted, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_settings, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_foreign_password, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_foreign_on_the_same_day, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_half_a_file_goes, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_first_password, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_new_account, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_keys, make_root, remove_root),
		cmocka_unit_test(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
