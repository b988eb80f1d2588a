/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/look_run.c: what is seen aside is what is seen at once; a process that ends early or hangs saw nothing, and delays nobody,
 * and leaves nothing running. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "look_run.h"
#include "product_gather.h"

struct heard {
	struct loop *loop;
	unsigned count;
	struct sight sight;
	char step[64];
};

static int probe_well(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	*ret_facts = arena_copy(arena, "sshd.service", strlen("sshd.service"));
	return scene->now_s == 7 && *ret_facts != NULL ? 0 : -ENOMEM;
}

static int probe_fails(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	(void)scene;
	(void)arena;
	(void)ret_facts;
	return -ENOMEM;
}

static int probe_is_killed(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	(void)scene;
	(void)arena;
	(void)ret_facts;
	(void)raise(SIGKILL);
	return 0;
}

static int probe_hangs(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	(void)scene;
	(void)arena;
	(void)ret_facts;
	while (pause() < 0)
		;
	return 0;
}

static char script[128];

static int probe_asks(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL}, *answer;
	size_t len;

	*ret_facts = NULL;
	return product_ask(&(struct product_question){.argv = argv, .limit_ms = 600000, .in_our_group = scene->aside}, arena, &answer, &len);
}

static struct control_verdict judge(const void *facts, const struct settings *settings, struct arena *arena)
{
	struct control_verdict verdict = {.state = POSTURE_VIOLATED, .busy = true};

	(void)settings;
	(void)arena;
	control_add_reason(&verdict, &(struct control_reason){.id = MESSAGE_UNIT_MASKED, .arguments = {facts}, .count = 1});
	return verdict;
}

static void repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *plan)
{
	(void)settings;
	(void)arena;
	control_add_step(plan, STEP_UNIT_UNMASK, facts);
}

/* Not on the stack: the process of a look is a copy of this one, and valgrind asks it, too, who still knows of the loop. */
static struct heard heard;

static const struct settings settings;
static const struct control_scene scene = {.settings = &settings, .now_s = 7};

static void on_done(const struct sight *sight, void *data)
{
	struct heard *h = data;

	h->count++;
	h->sight = *sight;
	if (sight->plan.count > 0)
		(void)strncpy(h->step, sight->plan.steps[0].what, sizeof h->step - 1);
	loop_stop(h->loop);
}

static void assert_well(const struct sight *sight)
{
	assert_int_equal(sight->state, POSTURE_VIOLATED);
	assert_true(sight->busy);
	assert_string_equal(sight->detail, "sshd.service is masked: nobody can start it.");
	assert_int_equal(sight->plan.count, 1);
	assert_int_equal(sight->plan.steps[0].kind, STEP_UNIT_UNMASK);
	assert_true(sight->cpu_ns > 0);
}

static void aside_as_at_once(void **state)
{
	static const struct control_row row = {.name = "sample", .probe = probe_well, .judge = judge, .repair = repair};
	struct sight sight = {0};
	struct look *look;

	(void)state;
	heard = (struct heard){.loop = loop_new()};
	look_now(&row, &scene, &sight);
	assert_well(&sight);
	assert_string_equal(sight.plan.steps[0].what, "sshd.service");
	assert_int_equal(look_aside(heard.loop, &row, &scene, on_done, &heard, &look), 0);
	assert_int_equal(loop_run(heard.loop), 0);
	assert_well(&heard.sight);
	assert_string_equal(heard.step, "sshd.service");
	assert_int_equal(heard.count, 1);
	loop_free(heard.loop);
}

static void who_ends_early_saw_nothing(void **state)
{
	static const struct control_row rows[] = {{.name = "fails", .probe = probe_fails}, {.name = "killed", .probe = probe_is_killed}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct look *look;

		heard = (struct heard){.loop = loop_new(), .sight = {.state = POSTURE_OK}};
		print_message("%s\n", rows[i].name);
		assert_int_equal(look_aside(heard.loop, &rows[i], &scene, on_done, &heard, &look), 0);
		assert_int_equal(loop_run(heard.loop), 0);
		assert_int_equal(heard.sight.state, POSTURE_UNKNOWN);
		assert_int_equal(heard.sight.plan.count, 0);
		loop_free(heard.loop);
	}
}

static void who_hangs_can_be_ended(void **state)
{
	static const struct control_row row = {.name = "hangs", .probe = probe_hangs};
	struct look *look;

	(void)state;
	heard = (struct heard){.loop = loop_new()};
	assert_int_equal(look_aside(heard.loop, &row, &scene, on_done, &heard, &look), 0);
	look_stop(look);
	assert_int_equal(heard.count, 0);
	assert_true(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	look_stop(NULL);
	loop_free(heard.loop);
}

static short wait_for(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&p, 1, 20000), 1);
	return p.revents;
}

/* The program that the probe asks, and what that one started: each says a byte, and the pipe ends when the last of them does. */
static void with_all_that_it_started(void **state)
{
	static const struct control_row row = {.name = "asks", .probe = probe_asks};
	char path[] = "/tmp/test_look_run.XXXXXX", bytes[2];
	struct look *look;
	int fifo;

	(void)state;
	heard = (struct heard){.loop = loop_new()};
	assert_non_null(mkdtemp(path));
	(void)snprintf(script, sizeof script, "exec >%s/pipe; { printf x; sleep 600; } & printf y; wait", path);
	assert_int_equal(chdir(path), 0);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	fifo = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fifo >= 0);
	assert_int_equal(look_aside(heard.loop, &row, &scene, on_done, &heard, &look), 0);
	for (size_t got = 0; got < sizeof bytes; got++) {
		(void)wait_for(fifo);
		assert_int_equal(read(fifo, bytes, 1), 1);
	}
	look_stop(look);
	assert_int_equal(wait_for(fifo), POLLHUP);
	(void)close(fifo);
	(void)unlink("pipe");
	(void)rmdir(path);
	loop_free(heard.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aside_as_at_once),
		cmocka_unit_test(who_ends_early_saw_nothing),
		cmocka_unit_test(who_hangs_can_be_ended),
		cmocka_unit_test(with_all_that_it_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
