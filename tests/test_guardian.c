/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/guardian.c: what was seen at which moment, and what follows from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "guardian.h"
#include "text.h"

#define START_MS 1000000 /* of the clock */

/* Steps by blanks: "MS:ok|bad|unknown", with '*' behind it while the product is at work; "MS:done" ends a repair.
 * Wanted, for each look that says something: "MS:" and of "changed", "repair", "hold", "gave-up", "look=MS" what holds, by comma. */
struct row {
	const char *name;
	struct guardian_rules rules;
	const char *steps, *want;
};

static enum posture_state state_of(const char *word)
{
	return strncmp(word, "ok", 2) == 0 ? POSTURE_OK : strncmp(word, "bad", 3) == 0 ? POSTURE_VIOLATED : POSTURE_UNKNOWN;
}

static void add_word(struct text *t, size_t start, const char *word)
{
	text_add(t, t->len > start ? "," : "");
	text_add(t, word);
}

static void look(struct guardian *g, const struct row *row, int64_t ms, const char *word, struct text *t)
{
	struct guardian_step step = guardian_look(g, &row->rules, state_of(word), strchr(word, '*') != NULL, (START_MS + ms) * GUARDIAN_MS, ms);
	size_t start;

	text_add_format(t, "%s%lld:", t->len > 0 ? " " : "", (long long)ms);
	start = t->len;
	if (step.changed)
		add_word(t, start, "changed");
	if (step.gave_up)
		add_word(t, start, "gave-up");
	if (step.repair)
		add_word(t, start, "repair");
	if (step.hold)
		add_word(t, start, "hold");
	if (step.look_ns != INT64_MAX) {
		add_word(t, start, "look=");
		text_add_int(t, step.look_ns / GUARDIAN_MS - START_MS);
	}
}

static void play(const struct row *row, struct text *t)
{
	struct guardian g = {0};
	char steps[512], *rest = steps, *step;

	assert_true(strlen(row->steps) < sizeof steps);
	memcpy(steps, row->steps, strlen(row->steps) + 1);
	while ((step = strsep(&rest, " ")) != NULL) {
		char *word = strchr(step, ':');
		int64_t ms = 0;

		assert_non_null(word);
		for (const char *digit = step; digit < word; digit++)
			ms = ms * 10 + (*digit - '0');
		if (strcmp(word, ":done") == 0)
			guardian_repaired(&g, (START_MS + ms) * GUARDIAN_MS);
		else
			look(&g, row, ms, word + 1, t);
	}
}

static void what_follows(void **state)
{
	static const struct row rows[] = {
		{"fine stays fine", {.repairs = true}, "0:ok 10:ok", "0:changed 10:"},
		{"open for a moment is held, not told", {.repairs = true}, "0:ok 10:bad 100:ok", "0:changed 10:hold,look=160 100:"},
		{"open for longer is told and put right", {.repairs = true}, "0:ok 10:bad 160:bad", "0:changed 10:hold,look=160 160:changed,repair,hold"},
		{"at the start, too", {.repairs = true}, "10:bad 160:bad", "10:hold,look=160 160:changed,repair,hold"},
		{"only told", {.repairs = false}, "0:ok 10:bad 160:bad 900:bad 1000:ok", "0:changed 10:look=160 160:changed 900: 1000:changed"},
		{"the product is at work", {.repairs = true}, "0:ok 10:bad* 110:bad* 210:bad 300:ok",
		 "0:changed 10:hold,look=110 110:hold,look=210 210:hold,look=260 300:"},
		{"at work for ever", {.repairs = true}, "0:ok 10:bad* 29800:bad* 30010:bad*",
		 "0:changed 10:hold,look=110 29800:hold,look=29900 30010:changed,repair,hold"},
		{"fine, and still at work", {.repairs = true}, "0:ok 10:bad* 110:bad* 300:ok*", "0:changed 10:hold,look=110 110:hold,look=210 300:"},
		{"only told: not held", {.repairs = false}, "0:ok 10:bad* 160:bad* 260:bad*", "0:changed 10:look=110 160:look=260 260:look=360"},
		{"grace: not held", {.repairs = true, .grace_ns = 5000 * GUARDIAN_MS}, "0:ok 10:bad* 160:bad*", "0:changed 10:look=110 160:look=260"},
		{"not fought: not held", {.repairs = true, .most = 1}, "0:bad 150:bad 160:done 170:ok 1000:bad* 1150:bad*",
		 "0:hold,look=150 150:changed,repair,hold 170:changed 1000:look=1100 1150:look=1250"},
		{"held, and not repaired twice, while a repair is under way", {.repairs = true}, "0:bad 150:bad 300:bad 400:bad",
		 "0:hold,look=150 150:changed,repair,hold 300:hold 400:hold"},
		{"tried again, later each time", {.repairs = true}, "0:bad 150:bad 200:done 210:bad 2200:bad 2300:done 2310:bad",
		 "0:hold,look=150 150:changed,repair,hold 210:hold,look=310 2200:repair,hold 2310:hold,look=2410"},
		{"looked at meanwhile, more and more seldom", {.repairs = true}, "0:bad 150:bad 200:done 210:bad 310:bad 420:bad 640:bad 1080:bad 1960:bad 1970:ok",
		 "0:hold,look=150 150:changed,repair,hold 210:hold,look=310 310:hold,look=420 420:hold,look=640 640:hold,look=1080 1080:hold,look=1960 "
		 "1960:hold,look=2200 1970:changed"},
		{"grace", {.repairs = true, .grace_ns = 5000 * GUARDIAN_MS}, "0:bad 150:bad 5150:bad", "0:look=150 150:changed,look=5150 5150:repair,hold"},
		{"right again by itself within the grace", {.repairs = true, .grace_ns = 5000 * GUARDIAN_MS}, "0:bad 150:bad 3000:ok 5150:ok",
		 "0:look=150 150:changed,look=5150 3000:changed 5150:"},
		{"the third time is not fought", {.repairs = true, .most = 2},
		 "0:bad 150:bad 160:done 170:ok 1000:bad 1150:bad 1160:done 1170:ok 2000:bad 2150:bad 2500:bad 9000:ok",
		 "0:hold,look=150 150:changed,repair,hold 170:changed 1000:hold,look=1150 1150:changed,repair,hold 1170:changed 2000:look=2150 "
		 "2150:changed,gave-up,look=3600150 2500:look=3600150 9000:changed"},
		{"but again after an hour", {.repairs = true, .most = 1}, "0:bad 150:bad 160:done 170:ok 1000:bad 1150:bad 3600150:bad",
		 "0:hold,look=150 150:changed,repair,hold 170:changed 1000:look=1150 1150:changed,gave-up,look=3600150 3600150:repair,hold"},
		{"unknown is told, and nothing is done", {.repairs = true}, "0:ok 10:unknown 20:ok", "0:changed 10:changed 20:changed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char said[1024];
		struct text t;

		print_message("%s\n", rows[i].name);
		TEXT_INTO(&t, said);
		play(&rows[i], &t);
		assert_string_equal(said, rows[i].want);
	}
}

/* Without a limit, more often than there is room to remember. */
static void fights_for_ever_where_there_is_no_limit(void **state)
{
	const struct guardian_rules rules = {.repairs = true};
	struct guardian g = {0};

	(void)state;
	for (int64_t i = 1; i <= 3 * GUARDIAN_BREAKS_MAX; i++) {
		int64_t now_ns = i * 1000 * GUARDIAN_MS;

		(void)guardian_look(&g, &rules, POSTURE_VIOLATED, false, now_ns, i);
		assert_true(guardian_look(&g, &rules, POSTURE_VIOLATED, false, now_ns + GUARDIAN_SETTLE_NS, i).repair);
		guardian_repaired(&g, now_ns + 2 * GUARDIAN_SETTLE_NS);
		(void)guardian_look(&g, &rules, POSTURE_OK, false, now_ns + 3 * GUARDIAN_SETTLE_NS, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_follows), cmocka_unit_test(fights_for_ever_where_there_is_no_limit)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
