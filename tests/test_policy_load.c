/* SPDX-License-Identifier: BSD-2-Clause */
/* Which policy is in force, from real files below a folder of its own: order, fall-back, unsafe files, what apply keeps. */
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

#include "policy_load.h"
#include "policy_store.h"
#include "text.h"

struct world {
	char root[PATHS_BYTES_MAX];
	struct paths paths;
	struct policy_loaded loaded;
};

static void run(const char *format, const char *root)
{
	char command[4096];
	struct text t;

	TEXT_INTO(&t, command);
	for (const char *p = format; *p != '\0'; p++) {
		if (*p == '%')
			text_add(&t, root);
		else
			text_add_char(&t, *p);
	}
	assert_int_equal(text_end(&t), 0);
	assert_int_equal(system(command), 0);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	const char *tmp = getenv("TMPDIR");

	assert_non_null(w);
	(void)snprintf(w->root, sizeof w->root, "%s/test_policy_load.XXXXXX", tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(w->root));
	assert_int_equal(paths_init(&w->paths, w->root, getuid()), 0);
	run("umask 022; mkdir -p %/etc/mutex/policy.d %/etc/mutex/exceptions.d %/var/lib", w->root);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	policy_unload(&w->loaded);
	run("rm -rf '%'", w->root);
	free(w);
	return 0;
}

static void put(struct world *w, const char *path, const char *text)
{
	char full[2 * PATHS_BYTES_MAX];
	FILE *file;

	(void)snprintf(full, sizeof full, "%s/etc/mutex/%s", w->root, path);
	file = fopen(full, "we");
	assert_non_null(file);
	assert_int_equal(fputs(text, file) < 0, 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(full, 0644), 0);
}

static void load(struct world *w)
{
	policy_unload(&w->loaded);
	assert_int_equal(policy_load(&w->paths, &w->loaded), 0);
}

static int64_t history(const struct world *w)
{
	struct settings settings;

	policy_resolve(&w->loaded.policy, NULL, &settings);
	return settings.password_history;
}

static void store(struct world *w)
{
	load(w);
	assert_int_equal(w->loaded.state, POLICY_CURRENT);
	assert_int_equal(policy_store(&w->paths, &w->loaded.policy), 0);
}

/* The first problem, without the folder in front: "policy.conf:2:11: error: ..." */
static void assert_problem(struct world *w, const char *want)
{
	char line[1024];
	struct text t;

	assert_true(w->loaded.diags.count > 0);
	TEXT_INTO(&t, line);
	diag_format(&w->loaded.diags.items[0], &t);
	assert_memory_equal(line, w->root, strlen(w->root));
	assert_string_equal(line + strlen(w->root) + strlen("/etc/mutex/"), want);
}

static void knows_whether_groups_matter(void **state)
{
	static const struct {
		const char *policy, *exception;
		bool groups;
	} rows[] = {
		{"", NULL, false},
		{"[password]\nmin_length = 20\n[users alice]\npassword.history = 3\n[users 1000:1999]\npassword.history = 4\n", NULL, false},
		{"[users @staff]\npassword.history = 3\n", NULL, true},
		{"[access]\nallow = alice, @staff\n", NULL, true},
		{"[service sshd]\nallow = @staff\n", NULL, true},
		{"", "@staff", true},
		{"", "alice", false},
	};
	struct world *w = *state;
	char text[512];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		put(w, "policy.conf", rows[i].policy);
		(void)snprintf(text, sizeof text, "[exception E-1]\nclause = PW-1\nwho = %s\nhost = all\nreason = r\nrequested_by = a\napproved_by = b\n"
			       "from = 2026-01-01\nuntil = 2026-03-01\n", rows[i].exception != NULL ? rows[i].exception : "");
		put(w, "exceptions.d/e.conf", rows[i].exception != NULL ? text : "");
		load(w);
		assert_int_equal(w->loaded.state, POLICY_CURRENT);
		if (policy_names_groups(&w->loaded) != rows[i].groups)
			fail_msg("row %zu", i);
	}
}

static void no_file_at_all(void **state)
{
	struct world *w = *state;

	load(w);
	assert_int_equal(w->loaded.state, POLICY_DEFAULTS);
	assert_int_equal(history(w), 24);
	assert_int_equal(w->loaded.diags.errors, 0);
	assert_int_equal(w->loaded.diags.warnings, 1);
	run("rm -r %/etc", w->root);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_DEFAULTS);
}

static void files_in_order(void **state)
{
	struct world *w = *state;
	struct settings settings;

	put(w, "policy.conf", "[password]\nhistory = 1\nretry = 1\n");
	put(w, "policy.d/B.conf", "[password]\nhistory = 2\n");
	put(w, "policy.d/a.conf", "[password]\nhistory = 3\n");
	put(w, "policy.d/10.conf", "[password]\nhistory = 4\n");
	put(w, "policy.d/z.conf~", "[password]\nhistory = 5\n");
	put(w, "policy.d/.z.conf", "[password]\nhistory = 6\n");
	put(w, "policy.d/z.txt", "nonsense\n");
	put(w, "policy.d/conf", "nonsense\n");
	load(w);
	assert_int_equal(w->loaded.state, POLICY_CURRENT);
	assert_int_equal(w->loaded.diags.warnings, 3 + 3);
	assert_problem(w, "policy.d/conf: warning: ignored: the name does not end in .conf\n");
	policy_resolve(&w->loaded.policy, NULL, &settings);
	assert_int_equal(settings.password_history, 3); /* by bytes: 10, B, a */
	assert_int_equal(settings.password_retry, 1);
	assert_memory_equal(settings.origin[KEYWORD_password_history].file, w->root, strlen(w->root));
	assert_string_equal(settings.origin[KEYWORD_password_history].file + strlen(w->root), "/etc/mutex/policy.d/a.conf");
}

static void only_a_drop_in(void **state)
{
	struct world *w = *state;

	put(w, "policy.d/a.conf", "[password]\nhistory = 3\n");
	load(w);
	assert_int_equal(w->loaded.state, POLICY_CURRENT);
	assert_int_equal(w->loaded.diags.warnings, 0);
	assert_int_equal(history(w), 3);
}

static void broken_without_a_last_good_one(void **state)
{
	struct world *w = *state;

	put(w, "policy.conf", "[password]\nhistory = x\n");
	put(w, "policy.d/a.conf", "[password]\nretry = 2\n");
	load(w);
	assert_int_equal(w->loaded.state, POLICY_BROKEN);
	assert_int_equal(history(w), 24);
	assert_problem(w, "policy.conf:2:11: error: \"x\" is not a whole number; allowed: 0 to 64\n");
}

static void broken_with_a_last_good_one(void **state)
{
	struct world *w = *state;
	char hash[65];

	put(w, "policy.conf", "[password]\nhistory = 3\n[users @staff]\npassword.retry = 2\n");
	store(w);
	memcpy(hash, w->loaded.policy.hash, sizeof hash);
	put(w, "policy.conf", "[password]\nhistory = x\n");
	load(w);
	assert_int_equal(w->loaded.state, POLICY_LAST_GOOD_USED);
	assert_int_equal(history(w), 3);
	assert_string_equal(w->loaded.policy.hash, hash);
	assert_int_equal(w->loaded.diags.errors, 1);
	/* a file that is gone is no way to shake a policy off either */
	run("rm %/etc/mutex/policy.conf", w->root);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_LAST_GOOD_USED);
	assert_int_equal(history(w), 3);
	run("echo 'history = 3' > %/var/lib/mutex/policy/last-good.conf", w->root);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_DEFAULTS);
}

static void assert_mode(struct world *w, const char *name, const char *suffix, mode_t want)
{
	char path[2 * PATHS_BYTES_MAX];
	struct stat status;

	(void)snprintf(path, sizeof path, "%s/var/lib/mutex/policy/%s%s", w->root, name, suffix);
	assert_int_equal(lstat(path, &status), 0);
	assert_int_equal(status.st_mode, want);
}

static void what_apply_keeps(void **state)
{
	struct world *w = *state;
	char hashes[2][65];

	for (int i = 0; i < 2; i++) {
		put(w, "policy.conf", i == 0 ? "[password]\nhistory = 3\n" : "[password]\nhistory = 4\n");
		store(w);
		memcpy(hashes[i], w->loaded.policy.hash, sizeof hashes[i]);
	}
	assert_mode(w, "", "", 040700);
	assert_mode(w, "last-good", ".conf", 0100600);
	assert_mode(w, hashes[0], ".conf", 0100600);
	assert_mode(w, hashes[1], ".conf", 0100600);
	run("test $(ls %/var/lib/mutex/policy | wc -l) = 3", w->root);
	/* the name is the digest of what is in it */
	run("cd %/var/lib/mutex/policy && for f in ????????????????????????????????????????????????????????????????.conf; do "
	    "test $(sha256sum < $f | cut -c1-64).conf = $f || exit 1; done",
	    w->root);
	run("cd %/var/lib/mutex/policy && grep -qx 'history = 4' last-good.conf", w->root);
}

static void unsafe_files(void **state)
{
	static const struct {
		const char *name, *command, *want;
	} rows[] = {
		{"others may write", "chmod o+w %/etc/mutex/policy.conf",
		 "policy.conf: error: others than root could have written the file; run chown root and chmod go-w on it\n"},
		{"the group may write", "chmod g+w %/etc/mutex/policy.conf",
		 "policy.conf: error: others than root could have written the file; run chown root and chmod go-w on it\n"},
		{"a link", "mv %/etc/mutex/policy.conf %/etc/x && ln -s ../x %/etc/mutex/policy.conf",
		 "policy.conf: error: the file is a symbolic link; put a regular file in its place\n"},
		{"a pipe", "rm %/etc/mutex/policy.conf && mkfifo -m 644 %/etc/mutex/policy.conf",
		 "policy.conf: error: this is not a regular file with an absolute path; put a regular file in its place\n"},
		{"a folder", "rm %/etc/mutex/policy.conf && mkdir %/etc/mutex/policy.conf",
		 "policy.conf: error: this is not a regular file with an absolute path; put a regular file in its place\n"},
		{"too long", "truncate -s 262145 %/etc/mutex/policy.conf", "policy.conf: error: the file is larger than allowed; shorten it\n"},
		{"a drop-in that others may write", "touch %/etc/mutex/policy.d/a.conf && chmod 666 %/etc/mutex/policy.d/a.conf",
		 "policy.d/a.conf: error: others than root could have written the file; run chown root and chmod go-w on it\n"},
		{"a drop-in that leads nowhere", "ln -s /nowhere %/etc/mutex/policy.d/a.conf",
		 "policy.d/a.conf: error: the file is a symbolic link; put a regular file in its place\n"},
		{"a folder that others may write", "chmod 777 %/etc/mutex/policy.d",
		 "policy.d: error: the folder is not root's, or others may write to it; run chown root and chmod go-w on it\n"},
		{"the folder above, which others may write", "chmod 777 %/etc/mutex",
		 " error: the folder is not root's, or others may write to it; run chown root and chmod go-w on it\n"},
		{"a folder that is a link", "mv %/etc/mutex/policy.d %/etc/y && ln -s ../y %/etc/mutex/policy.d",
		 "policy.d: error: this is no folder; make a real one, no link\n"},
		{"a folder that is a file", "rmdir %/etc/mutex/policy.d && touch %/etc/mutex/policy.d",
		 "policy.d: error: this is no folder; make a real one, no link\n"},
		{"too many files", "for i in $(seq 100 164); do touch %/etc/mutex/policy.d/$i.conf; done",
		 "policy.d/163.conf: error: too many files; put several of them into one\n"},
	};
	struct world *outer = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world *w;
		void *fresh;

		print_message("%s\n", rows[i].name);
		set_up(&fresh);
		w = fresh;
		put(w, "policy.conf", "[password]\nhistory = 3\n");
		store(w);
		run(rows[i].command, w->root);
		load(w);
		assert_int_equal(w->loaded.state, POLICY_LAST_GOOD_USED);
		assert_int_equal(history(w), 3);
		assert_problem(w, rows[i].want);
		tear_down(&fresh);
	}
	load(outer);
}

static void a_file_of_somebody_else(void **state)
{
	struct world *w = *state;

	if (getuid() != 0)
		skip();
	put(w, "policy.conf", "[password]\nhistory = 3\n");
	run("chown 65534 %/etc/mutex/policy.conf", w->root);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_BROKEN);
	assert_problem(w, "policy.conf: error: others than root could have written the file; run chown root and chmod go-w on it\n");
	run("chown root %/etc/mutex/policy.conf; chown 65534 %/etc/mutex/policy.d", w->root);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_BROKEN);
}

static void last_good_must_be_safe_too(void **state)
{
	struct world *w = *state;

	put(w, "policy.conf", "[password]\nhistory = 3\n");
	store(w);
	put(w, "policy.conf", "x\n");
	run("chmod 666 %/var/lib/mutex/policy/last-good.conf", w->root);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_BROKEN);
	assert_int_equal(history(w), 24);
}

#define EXCEPTION(id, clause, until) \
	"[exception " id "]\nclause = " clause "\nwho = alice\nhost = all\nreason = x\nrequested_by = a\napproved_by = b\n" \
	"from = 2020-01-01\nuntil = " until "\n"

static void exceptions_do_not_break_a_policy(void **state)
{
	static const struct person alice = {.name = "alice", .uid = 1000};
	struct world *w = *state;

	put(w, "policy.conf", "[policy]\nmax_exception = 30d\n");
	put(w, "exceptions.d/a.conf", EXCEPTION("A", "PW-1", "2020-01-31") EXCEPTION("B", "AC-1", "2020-01-31"));
	put(w, "exceptions.d/b.conf", EXCEPTION("C", "PW-1", "2020-02-01"));
	put(w, "exceptions.d/c.conf", EXCEPTION("D", "PW-1", "2020-01-02"));
	run("chmod 666 %/etc/mutex/exceptions.d/c.conf", w->root);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_CURRENT);
	assert_int_equal(w->loaded.diags.errors, 3);
	assert_int_equal(w->loaded.exceptions.count, 3);
	assert_int_equal(w->loaded.exceptions.items[0].standing, EXCEPTION_EXPIRED);
	assert_int_equal(w->loaded.exceptions.items[1].standing, EXCEPTION_MALFORMED); /* nobody may waive it */
	assert_int_equal(w->loaded.exceptions.items[2].standing, EXCEPTION_MALFORMED); /* a day longer than max_exception */
	assert_null(exception_match(&w->loaded.exceptions, "PW-1", &alice, "laptop7"));
}

static void an_exception_that_holds_now(void **state)
{
	static const struct person alice = {.name = "alice", .uid = 1000};
	struct world *w = *state;

	put(w, "policy.conf", "");
	run("{ printf '[exception A]\\nclause = PW-1\\nwho = alice\\nhost = all\\nreason = x\\nrequested_by = a\\napproved_by = b\\n'; "
	    "echo from = $(date -u -d '-1 day' -I); echo until = $(date -u -d '+1 day' -I); } > %/etc/mutex/exceptions.d/a.conf",
	    w->root);
	load(w);
	assert_int_equal(w->loaded.diags.errors, 0);
	assert_non_null(exception_match(&w->loaded.exceptions, "PW-1", &alice, "laptop7"));
}

static void drafts_do_not_fall_back(void **state)
{
	static const struct policy_source good = {.file = "draft", .bytes = "[password]\nhistory = 3\n", .len = 23};
	static const struct policy_source bad = {.file = "draft", .bytes = "x", .len = 1};
	struct world *w = *state;

	assert_int_equal(policy_load_sources(&good, 1, &w->loaded), 0);
	assert_int_equal(w->loaded.state, POLICY_CURRENT);
	assert_int_equal(history(w), 3);
	policy_unload(&w->loaded);
	assert_int_equal(policy_load_sources(&bad, 1, &w->loaded), 0);
	assert_int_equal(w->loaded.state, POLICY_BROKEN);
	assert_int_equal(w->loaded.diags.errors, 1);
}

static void states_have_names(void **state)
{
	(void)state;
	assert_string_equal(policy_state_name(POLICY_BROKEN), "broken");
	assert_string_equal(policy_state_name(POLICY_DEFAULTS), "defaults");
	assert_string_equal(policy_state_name(POLICY_LAST_GOOD_USED), "last-good");
	assert_string_equal(policy_state_name(POLICY_CURRENT), "current");
	assert_null(policy_state_name(POLICY_STATE_MAX));
}

/* As much as the limits allow: many words of one letter, files of full length. */
static void large_policies_fit(void **state)
{
	static char text[POLICY_FILE_BYTES_MAX + 1];
	struct world *w = *state;
	struct text t;

	TEXT_INTO(&t, text);
	for (int i = 0; i < 500; i++) {
		text_add_format(&t, "[users u%d]\npassword.company_words = a", i);
		for (int k = 1; k < 64; k++)
			text_add(&t, ",a");
		text_add(&t, "\n");
	}
	assert_int_equal(text_end(&t), 0);
	put(w, "policy.conf", text);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_CURRENT);
	assert_int_equal(policy_store(&w->paths, &w->loaded.policy), 0);
	/* together too long to be kept as one file: refused, not half-kept */
	for (char *p = text; (p = strstr(p, "[users u")) != NULL; p++)
		p[7] = 'v';
	put(w, "policy.d/b.conf", text);
	for (char *p = text; (p = strstr(p, "[users v")) != NULL; p++)
		p[7] = 'w';
	put(w, "policy.d/c.conf", text);
	for (char *p = text; (p = strstr(p, "[users w")) != NULL; p++)
		p[7] = 'x';
	put(w, "policy.d/d.conf", text);
	load(w);
	assert_int_equal(w->loaded.state, POLICY_LAST_GOOD_USED);
	assert_problem(w, "policy.conf: error: all files together are longer than 262144 bytes\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_file_at_all),
		TEST(knows_whether_groups_matter),
		TEST(files_in_order),
		TEST(only_a_drop_in),
		TEST(broken_without_a_last_good_one),
		TEST(broken_with_a_last_good_one),
		TEST(what_apply_keeps),
		TEST(unsafe_files),
		TEST(a_file_of_somebody_else),
		TEST(last_good_must_be_safe_too),
		TEST(exceptions_do_not_break_a_policy),
		TEST(an_exception_that_holds_now),
		TEST(drafts_do_not_fall_back),
		TEST(states_have_names),
		TEST(large_policies_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
