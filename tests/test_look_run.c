/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/look_run.c: what is seen aside is what is seen at once; a process that ends early or hangs saw nothing, and delays nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "look_run.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(aside_as_at_once), cmocka_unit_test(who_ends_early_saw_nothing), cmocka_unit_test(who_hangs_can_be_ended)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
