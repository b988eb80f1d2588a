/* SPDX-License-Identifier: BSD-2-Clause */
/* Logins on their way in, as processes of their own. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "coming_store.h"
#include "file_root.h"

#define ALICE 1000
#define BOB 1001

static struct paths paths;
static char root[FILE_ROOT_BYTES];

static int set_up(void **state)
{
	(void)state;
	file_root_make("coming_store", root);
	return paths_init(&paths, root, geteuid());
}

static int tear_down(void **state)
{
	(void)state;
	return file_root_remove(root);
}

static size_t enter(uid_t uid)
{
	char name[COMING_NAME_BYTES];
	size_t others = 99;

	assert_int_equal(coming_store_enter(&paths, uid, time(NULL), &name, &others), 0);
	assert_true(name[0] != '\0');
	return others;
}

/* Another login, which has entered when this returns; it ends when it is told to. */
struct login {
	pid_t pid;
	int talk;
};

static struct login begin(uid_t uid)
{
	struct login login;
	int ends[2];
	char byte;

	assert_int_equal(pipe(ends), 0);
	login.pid = fork();
	if (login.pid == 0) {
		char name[COMING_NAME_BYTES];
		size_t others;
		int r = coming_store_enter(&paths, uid, time(NULL), &name, &others);

		_exit(write(ends[1], "x", 1) == 1 && r == 0 && pause() ? 0 : 1);
	}
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	login.talk = ends[0];
	return login;
}

static void end(struct login login)
{
	assert_int_equal(kill(login.pid, SIGKILL), 0);
	assert_int_equal(waitpid(login.pid, NULL, 0), login.pid);
	(void)close(login.talk);
}

static size_t names(void)
{
	char command[128], line[32] = "";
	FILE *pipe_;

	(void)snprintf(command, sizeof command, "ls %s/run/mutex/coming | grep -vc lock", root);
	pipe_ = popen(command, "r");
	assert_non_null(pipe_);
	assert_non_null(fgets(line, sizeof line, pipe_));
	(void)pclose(pipe_);
	return (size_t)strtoul(line, NULL, 10);
}

static void counts_the_others_of_that_person(void **state)
{
	struct login first, second, bobs;

	(void)state;
	assert_int_equal(enter(ALICE), 0);
	assert_int_equal(enter(ALICE), 0); /* oneself, again */
	first = begin(ALICE);
	second = begin(ALICE);
	bobs = begin(BOB);
	assert_int_equal(enter(ALICE), 2);
	assert_int_equal(enter(BOB), 1);
	assert_int_equal(names(), 4);
	end(first);
	end(second);
	end(bobs);
}

static void leaving_ends_it(void **state)
{
	struct login other = begin(ALICE);
	char name[COMING_NAME_BYTES];
	size_t others, before;

	(void)state;
	assert_int_equal(coming_store_enter(&paths, ALICE, time(NULL), &name, &others), 0);
	before = names();
	coming_store_leave(&paths, name);
	assert_int_equal(names(), before - 1);
	coming_store_leave(&paths, name);
	coming_store_leave(&paths, "");
	end(other);
}

/* sshd asks in a child that ends before the session opens: as long as the parent runs it may come. */
static void a_child_that_ended_counts_while_its_parent_runs(void **state)
{
	size_t before = enter(BOB);

	(void)state;
	end(begin(BOB));
	assert_int_equal(enter(BOB), before + 1);
}

static void nothing_counts_for_longer_than_a_minute(void **state)
{
	struct login other = begin(ALICE);
	char name[COMING_NAME_BYTES];
	size_t others;

	(void)state;
	assert_int_equal(coming_store_enter(&paths, ALICE, time(NULL) + COMING_AGE_MAX_S + 2, &name, &others), 0);
	assert_int_equal(others, 0);
	end(other);
}

static void foreign_names_count_nothing(void **state)
{
	static const char *const NAMES[] = {"1000", "1000.1.1.1", "1000.x.1.1.1", "1000.1.1.1.1", "1000.99999999999.1.1.1", "1000.1.1.1.1.1", "-1.1.1.1.1", ".."};
	size_t before = enter(ALICE);
	char path[512];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof NAMES / sizeof NAMES[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", paths.coming, NAMES[i]);
		assert_int_equal(close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	}
	assert_int_equal(enter(ALICE), before);
}

/* Of eight at the same moment one sees nobody before it. */
static void one_of_many_is_first(void **state)
{
	pid_t pids[8];
	int first = 0, status;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			char name[COMING_NAME_BYTES];
			size_t others = 9;
			int r = coming_store_enter(&paths, 1234, time(NULL), &name, &others);

			_exit(r == 0 ? (int)others : 100);
		}
	}
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 8);
		first += WEXITSTATUS(status) == 0;
	}
	assert_int_equal(first, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_the_others_of_that_person),
		cmocka_unit_test(leaving_ends_it),
		cmocka_unit_test(a_child_that_ended_counts_while_its_parent_runs),
		cmocka_unit_test(nothing_counts_for_longer_than_a_minute),
		cmocka_unit_test(foreign_names_count_nothing),
		cmocka_unit_test(one_of_many_is_first),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
