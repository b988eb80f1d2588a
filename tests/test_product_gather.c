/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/product_gather.c: the system's own programs stand in for a product's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "product_gather.h"

#define LIMIT_MS 20000

static unsigned char memory[2 * PRODUCT_ANSWER_BYTES_MAX];

static int ask(const char *const *argv, int limit_ms, const char **ret_answer)
{
	struct arena arena;
	size_t len = 0;
	int r;

	arena_init(&arena, memory, sizeof memory);
	*ret_answer = NULL;
	r = product_ask(&(struct product_question){.argv = argv, .limit_ms = limit_ms}, &arena, ret_answer, &len);
	if (r == 0)
		assert_int_equal(strlen(*ret_answer), len);
	return r;
}

static const struct row {
	const char *argv[4];
	int error;
	const char *answer;
} ROWS[] = {
	{{"/bin/echo", "{}", NULL}, 0, "{}\n"},
	{{"/bin/sh", "-c", "echo a; echo b >&2; sleep 0.05; echo c", NULL}, 0, "a\nc\n"},
	{{"/bin/cat", NULL}, 0, ""},     /* nothing to read */
	{{"/usr/bin/env", NULL}, 0, ""}, /* no environment */
	{{"/bin/sh", "-c", "exit 3", NULL}, -EIO, NULL},
	{{"/bin/sh", "-c", "echo x; kill -9 $$", NULL}, -EIO, NULL},
	{{"/usr/bin/yes", NULL}, -E2BIG, NULL},
	{{"/nowhere/mdatp", NULL}, -ENOENT, NULL},
	{{"/bin/sh/mdatp", NULL}, -ENOENT, NULL},
	{{"/etc", NULL}, -EPERM, NULL},
};

static void asks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const char *answer;
		int r = ask(ROWS[i].argv, LIMIT_MS, &answer);

		if (r != ROWS[i].error || (r == 0 && strcmp(answer, ROWS[i].answer) != 0))
			fail_msg("%s %s: %d \"%s\"", ROWS[i].argv[0], ROWS[i].argv[1], r, answer != NULL ? answer : "");
	}
}

/* What it started goes with it: a pipe that only the sleeper holds ends. */
static void takes_no_longer_than_it_may(void **state)
{
	char path[] = "/tmp/test_product_gather.XXXXXX", script[128], byte;
	const char *const argv[] = {"/bin/sh", "-c", script, NULL}, *answer;
	int64_t begun_ns = clock_monotonic_ns();
	int fifo;

	(void)state;
	assert_non_null(mkdtemp(path));
	(void)snprintf(script, sizeof script, "sleep 60 >%s/pipe & wait", path);
	assert_int_equal(0, chdir(path));
	assert_int_equal(0, mkfifo("pipe", 0600));
	fifo = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fifo >= 0);
	assert_int_equal(-ETIMEDOUT, ask(argv, 300, &answer));
	assert_true(clock_monotonic_ns() - begun_ns < 20 * INT64_C(1000000000));
	assert_int_equal(0, fcntl(fifo, F_SETFL, 0));
	assert_int_equal(0, read(fifo, &byte, 1));
	(void)close(fifo);
	(void)unlink("pipe");
	(void)rmdir(path);
}

static void gives_no_descriptors(void **state)
{
	const char *const argv[] = {"/bin/sh", "-c", "test ! -e /proc/$$/fd/17", NULL}, *answer;

	(void)state;
	assert_int_equal(17, dup2(0, 17));
	assert_int_equal(0, ask(argv, LIMIT_MS, &answer));
	(void)close(17);
}

static void only_what_root_alone_can_change(void **state)
{
	char path[] = "/tmp/test_product_gather.XXXXXX";
	const char *const argv[] = {path, NULL}, *answer;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(0, fchmod(fd, 0775));
	(void)close(fd);
	assert_int_equal(-EPERM, ask(argv, LIMIT_MS, &answer));
	(void)unlink(path);
}

static void explains(void **state)
{
	static const int errors[] = {-ENOENT, -EPERM, -ETIMEDOUT, -E2BIG, -EIO};

	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(product_explain(errors[i]), product_explain(errors[j]));
	assert_string_equal(product_explain(-EIO), product_explain(-ENOMEM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks),
		cmocka_unit_test(takes_no_longer_than_it_may),
		cmocka_unit_test(gives_no_descriptors),
		cmocka_unit_test(only_what_root_alone_can_change),
		cmocka_unit_test(explains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
