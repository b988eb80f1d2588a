/* SPDX-License-Identifier: BSD-2-Clause */
/* Control "self": its judge and its repair on facts, and its probe over files below a root of their own. Units are asked in containers. */
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

#include "file_root.h"
#include "md5sums.h"
#include "plan_text.h"
#include "self.h"

#define ARENA_BYTES (16 * 1024 * 1024)

static const struct settings none;
static char root[FILE_ROOT_BYTES];

/* Reasons in English, one a line. */
static enum posture_state judge(const struct self_facts *facts, char *ret_words, size_t size)
{
	struct arena arena;
	struct control_verdict verdict;
	char block[4096];

	arena_init(&arena, block, sizeof block);
	verdict = self_judge(facts, &none, &arena);
	plan_text_reasons(&verdict, ret_words, size);
	return verdict.state;
}

static size_t plan(const struct self_facts *facts, struct control_repair *repair)
{
	static char block[65536];
	struct arena arena;

	*repair = (struct control_repair){0};
	arena_init(&arena, block, sizeof block);
	self_repair(facts, &none, &arena, repair);
	return repair->count;
}

static struct self_facts fine(void)
{
	struct self_facts f = {.lines_on = true, .unit_count = 1, .now_s = 1000};

	unit_init("idlelockd.service", &f.units[0]);
	f.units[0].told = true;
	f.units[0].load = "loaded";
	f.units[0].active = "active";
	f.units[0].sub = "running";
	f.units[0].file_state = "enabled";
	f.units[0].freezer = "running";
	f.units[0].packaged = true;
	return f;
}

static void test_fine(void **state)
{
	struct self_facts f = fine();
	struct control_repair repair;
	char words[2048];

	(void)state;
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_OK);
	assert_string_equal(words, "All of our own parts are in place.\n");
	assert_int_equal(plan(&f, &repair), 0);
}

static void test_units(void **state)
{
	struct self_facts f = fine();
	struct control_repair repair;
	char words[2048];

	(void)state;
	f.units[0].active = "inactive";
	f.units[0].sub = "dead";
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_VIOLATED);
	assert_non_null(strstr(words, "idlelockd.service is not active"));
	assert_int_equal(plan(&f, &repair), 1);
	assert_int_equal(repair.steps[0].kind, STEP_UNIT_START);
	f.upgrading = true; /* the package's own scripts do it */
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_OK);
	assert_int_equal(plan(&f, &repair), 0);
	f = fine();
	f.unit_count = 0;
	f.unreachable = "no bus";
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_UNKNOWN);
	f.lines_problem = "none of them is there"; /* what is known to be wrong weighs more */
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_VIOLATED);
}

static void test_lines(void **state)
{
	struct self_facts f = fine();
	struct control_repair repair;
	char words[2048];

	(void)state;
	f.lines_problem = "none of them is there";
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_VIOLATED);
	assert_non_null(strstr(words, "not as \"mutexctl apply\" put them: none of them is there."));
	assert_int_equal(plan(&f, &repair), 1);
	assert_string_equal(repair.steps[0].argv[0], "/usr/sbin/mutexctl");
	assert_string_equal(repair.steps[0].argv[2], "--yes");
	assert_null(repair.steps[0].argv[3]);
	/* mutexctl remove: told, and not fought */
	f = (struct self_facts){.lines_on = false};
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_VIOLATED);
	assert_non_null(strstr(words, "The PAM lines are not switched on"));
	f.files[f.file_count++] = (struct self_file){"/etc/polkit-1/rules.d/00-mutex-guard.rules", SELF_SETTING_CHANGED};
	assert_int_equal(plan(&f, &repair), 0);
}

static void test_settings(void **state)
{
	struct self_facts f = fine();
	struct control_repair repair;
	char words[2048];

	(void)state;
	f.files[f.file_count++] = (struct self_file){"/etc/ssh/sshd_config.d/50-mutex.conf", SELF_SETTING_CHANGED};
	f.sshd_changed = true;
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_VIOLATED);
	assert_string_equal(words, "/etc/ssh/sshd_config.d/50-mutex.conf is not as \"mutexctl apply\" wrote it.\n");
	assert_int_equal(plan(&f, &repair), 1);
	assert_string_equal(repair.steps[0].argv[3], "--sshd");
	f = fine();
	f.files[f.file_count++] = (struct self_file){"/usr/sbin/mutexctl", SELF_FILE_CHANGED};
	assert_int_equal(judge(&f, words, sizeof words), POSTURE_VIOLATED);
	assert_int_equal(plan(&f, &repair), 0); /* only the package brings it back */
}

static void test_advisory(void **state)
{
	static const char *const alice[] = {"alice"}, *const group[] = {"@sudo"}, *const person[] = {"sudo"};
	static const struct {
		const char *name;
		const char *const *admins;
		size_t admin_count;
		const char *user, *group;
		bool told;
	} rows[] = {
		{"nobody is named", NULL, 0, "alice", "sudo", true},
		{"the person is named", alice, 1, "alice", "sudo", false},
		{"the group is named", group, 1, "alice", "sudo", false},
		{"a user of the group's name", person, 1, "alice", "sudo", true},
		{"another group", group, 1, "alice", "docker", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct self_facts f = fine();
		char words[2048];

		f.admins = (struct word_list){.words = rows[i].admins, .count = rows[i].admin_count};
		f.members[f.member_count++] = (struct self_member){rows[i].user, rows[i].group};
		assert_int_equal(judge(&f, words, sizeof words), POSTURE_OK);
		if ((strstr(words, "SC-1 is only advice on this computer: alice can become root") != NULL) != rows[i].told)
			fail_msg("%s: %s", rows[i].name, words);
	}
}

static void test_watches(void **state)
{
	struct control_watches watches = {0};
	static char block[65536];
	struct arena arena;

	(void)state;
	arena_init(&arena, block, sizeof block);
	self_watch(&none, &arena, &watches);
	assert_true(watches.count > 10 && watches.count < CONTROL_WATCHES_MAX);
}

/* --- the probe --- */

static int make_root(void **state)
{
	(void)state;
	file_root_make("self", root);
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	return file_root_remove(root);
}

static void put(const char *name, const char *bytes)
{
	file_root_put(root, name, bytes, 0644);
}

/* Files with a fault: "FAULT PATH;" for each. */
static void probe(struct self_facts *ret, char *ret_files, size_t size)
{
	struct arena arena;
	struct paths paths;
	const struct control_scene scene = {.paths = &paths, .settings = &none, .now_s = 1000};
	const void *facts = NULL;
	size_t len = 0;

	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	arena_init(&arena, malloc(ARENA_BYTES), ARENA_BYTES);
	assert_non_null(arena.block);
	assert_int_equal(self_probe(&scene, &arena, &facts), 0);
	*ret = *(const struct self_facts *)facts;
	*ret_files = '\0';
	for (size_t i = 0; i < ret->file_count; i++)
		len += (size_t)snprintf(ret_files + len, size - len, "%d %s;", ret->files[i].fault, ret->files[i].path);
	free(arena.block);
}

static void test_probe(void **state)
{
	static const char list[] = "900150983cd24fb0d6963f7d28e17f72  usr/sbin/mutexctl\n900150983cd24fb0d6963f7d28e17f72  usr/share/doc/mutexctl/x\n";
	struct self_facts f;
	char files[2048];

	(void)state;
	put("/usr/sbin/mutexctl", "abc");
	put("/var/lib/dpkg/info/mutexctl.md5sums", list);
	put("/var/lib/mutex/lockdown/written/GUARD", "rules\n");
	put("/etc/polkit-1/rules.d/00-mutex-guard.rules", "rules\n");
	put("/etc/group", "root:x:0:\nsudo:x:27:alice,bob\n");
	probe(&f, files, sizeof files);
	assert_string_equal(files, "");
	assert_false(f.lines_on);
	assert_int_equal(f.member_count, 2);

	put("/usr/sbin/mutexctl", "abd");
	put("/etc/polkit-1/rules.d/00-mutex-guard.rules", "rules \n");
	put("/etc/systemd/system/mutex-verify@.service.d/x.conf", "[Service]\n");
	put("/var/lib/mutex/apply/after/etc/ssh/sshd_config.d/50-mutex.conf", "UsePAM yes\n");
	probe(&f, files, sizeof files);
	assert_string_equal(files, "1 /usr/sbin/mutexctl;3 /etc/ssh/sshd_config.d/50-mutex.conf;3 /etc/polkit-1/rules.d/00-mutex-guard.rules;"
				   "2 /etc/systemd/system/mutex-verify@.service.d/x.conf;");
	assert_true(f.sshd_changed);

	put("/usr/sbin/mutexctl", ""); /* an empty file has a checksum, too */
	assert_int_equal(remove_root(NULL), 0);
	assert_int_equal(mkdir(root, 0700), 0);
	put("/var/lib/dpkg/info/libpam-mutex:amd64.md5sums", "d41d8cd98f00b204e9800998ecf8427e  usr/lib/x\nd41d8cd98f00b204e9800998ecf8427e  usr/lib/y\n");
	put("/usr/lib/x", "");
	probe(&f, files, sizeof files);
	assert_string_equal(files, "0 /usr/lib/y;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fine),	 cmocka_unit_test(test_units),	  cmocka_unit_test(test_lines),
		cmocka_unit_test(test_settings), cmocka_unit_test(test_advisory), cmocka_unit_test(test_watches),
		cmocka_unit_test_setup_teardown(test_probe, make_root, remove_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
