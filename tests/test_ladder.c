/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/ladder.c: plans by a table, the tables themselves, and the table in idlelock/README.md that is made from them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ladder.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define DEFAULT "desktop, locker, console"
#define ALL "desktop, locker, console, terminate"

/* --- plans --- */

static const char LETTERS[LOCK_RUNG_MAX] = {[LOCK_RUNG_DESKTOP] = 'D', [LOCK_RUNG_LOCKER] = 'L', [LOCK_RUNG_CONSOLE] = 'C', [LOCK_RUNG_TERMINATE] = 'T'};

/* plan: "D Lxsecurelock Cconsole T". */
static const struct plan {
	const char *name, *words;
	enum session_type type;
	const char *desktop;
	bool without_seat, without_vt, end;
	unsigned missing; /* bits of locker_id */
	const char *plan;
} PLANS[] = {
	{.name = "GNOME on X11", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "gnome-xorg", .plan = "D Lxsecurelock Cconsole"},
	{.name = "GNOME on Wayland", .words = DEFAULT, .type = SESSION_TYPE_WAYLAND, .desktop = "gnome", .plan = "D Cconsole"},
	{.name = "in another case, in a list", .words = DEFAULT, .type = SESSION_TYPE_WAYLAND, .desktop = "pop:GNOME", .plan = "D Cconsole"},
	{.name = "Openbox", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "openbox", .plan = "Lxsecurelock Cconsole"},
	{.name = "nobody knows it", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "gnome2", .plan = "Lxsecurelock Cconsole"},
	{.name = "nobody says which", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "", .plan = "Lxsecurelock Cconsole"},
	{.name = "empty parts of a list", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "::xfce", .plan = "D Lxsecurelock Cconsole"},
	{.name = "without xsecurelock", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "i3", .missing = 1u << LOCKER_XSECURELOCK,
	 .plan = "Li3lock Cconsole"},
	{.name = "without any", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "i3", .missing = ~0u, .plan = ""},
	{.name = "sway", .words = DEFAULT, .type = SESSION_TYPE_WAYLAND, .desktop = "sway", .plan = "Lswaylock Cconsole"},
	{.name = "a compositor nobody knows", .words = DEFAULT, .type = SESSION_TYPE_WAYLAND, .desktop = "cage", .plan = "Lswaylock Cconsole"},
	{.name = "no lockers of X for Wayland", .words = DEFAULT, .type = SESSION_TYPE_WAYLAND, .desktop = "sway", .missing = 1u << LOCKER_SWAYLOCK,
	 .plan = "Cconsole"},
	{.name = "Xvfb: no terminal", .words = ALL, .type = SESSION_TYPE_X11, .desktop = "openbox", .without_vt = true, .plan = "Lxsecurelock T"},
	{.name = "VNC: no seat", .words = DEFAULT, .type = SESSION_TYPE_X11, .desktop = "xfce", .without_seat = true, .without_vt = true,
	 .plan = "D Lxsecurelock"},
	{.name = "another order", .words = "console,locker", .type = SESSION_TYPE_X11, .desktop = "gnome", .plan = "Cconsole Lxsecurelock"},
	{.name = "the end alone", .words = "terminate", .type = SESSION_TYPE_X11, .desktop = "gnome", .plan = "T"},
	{.name = "a text console", .words = DEFAULT, .type = SESSION_TYPE_TTY, .desktop = "", .plan = "Cconsole"},
	{.name = "a text console, whatever the words", .words = "locker", .type = SESSION_TYPE_TTY, .desktop = "gnome", .plan = "Cconsole"},
	{.name = "a text console, with an end", .words = ALL, .type = SESSION_TYPE_TTY, .desktop = "", .plan = "Cconsole T"},
	{.name = "a text console that is to be ended", .words = DEFAULT, .type = SESSION_TYPE_TTY, .desktop = "", .end = true, .plan = "T"},
	{.name = "a text session from afar", .words = DEFAULT, .type = SESSION_TYPE_TTY, .desktop = "", .without_seat = true, .without_vt = true, .plan = ""},
	{.name = "a type nobody knows", .words = ALL, .type = SESSION_TYPE_OTHER, .desktop = "gnome", .plan = "Cconsole T"},
	{.name = "Mir", .words = DEFAULT, .type = SESSION_TYPE_MIR, .desktop = "gnome", .plan = "D Cconsole"},
};

static void write_plan(const struct ladder *ladder, struct text *t)
{
	for (size_t i = 0; i < ladder->count; i++) {
		const struct locker_row *row = locker_row(ladder->lockers[i]);

		if (i > 0)
			text_add_char(t, ' ');
		text_add_char(t, LETTERS[ladder->rungs[i]]);
		if (row != NULL)
			text_add(t, row->name);
	}
}

static void each_session_has_its_plan(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(PLANS); i++) {
		const struct plan *p = &PLANS[i];
		struct ladder_facts facts = {.type = p->type, .desktop = p->desktop, .vt = p->without_vt ? 0 : 7, .has_seat = !p->without_seat};
		struct ladder ladder;
		char plan[100];
		struct text t;
		int64_t sum = 0;

		for (int id = 0; id < LOCKER_ID_MAX; id++)
			facts.installed[id] = (p->missing & 1u << id) == 0;
		assert_int_equal(ladder_plan(p->words, p->end ? LOCK_CONSOLE_END : LOCK_CONSOLE_VLOCK, &facts, NULL, &ladder), 0);
		TEXT_INTO(&t, plan);
		write_plan(&ladder, &t);
		if (strcmp(plan, p->plan) != 0)
			print_error("%s: \"%s\"\n", p->name, plan);
		assert_string_equal(plan, p->plan);
		for (size_t k = 0; k < ladder.count; k++) {
			assert_true(ladder.rung_ns[k] > 0);
			sum += ladder.rung_ns[k];
		}
		assert_in_range(sum, 0, LOCK_LADDER_NS);
	}
}

static void the_whole_ladder_takes_its_whole_time(void **state)
{
	struct ladder_facts facts = {.type = SESSION_TYPE_X11, .desktop = "gnome", .vt = 7, .has_seat = true, .installed = {true, true, true, true, true}};
	struct ladder ladder;
	int64_t sum = 0;

	(void)state;
	assert_int_equal(ladder_plan(ALL, LOCK_CONSOLE_VLOCK, &facts, NULL, &ladder), 0);
	assert_int_equal(ladder.count, LOCK_RUNGS_MAX);
	for (size_t k = 0; k < ladder.count; k++)
		sum += ladder.rung_ns[k];
	assert_int_equal(sum, LOCK_LADDER_NS);
}

static void a_word_that_is_none_is_told(void **state)
{
	struct ladder_facts facts = {.desktop = ""};
	struct ladder ladder = {.count = 99};
	struct diag items[2];
	struct diag_list problems = {.items = items, .max = 2};

	(void)state;
	assert_int_equal(ladder_plan("desktop, lokcer", LOCK_CONSOLE_VLOCK, &facts, &problems, &ladder), -EINVAL);
	assert_int_equal(problems.errors, 1);
	assert_non_null(strstr(items[0].text, "locker"));
	assert_int_equal(ladder.count, 99);
	assert_int_equal(ladder_plan("", LOCK_CONSOLE_VLOCK, &facts, NULL, &ladder), -EINVAL);
}

/* --- the tables --- */

static void rows_of_lockers_are_whole(void **state)
{
	(void)state;
	assert_null(locker_row(LOCKER_NONE));
	assert_null(locker_row(LOCKER_ID_MAX));
	for (enum locker_id id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++) {
		const struct locker_row *row = locker_row(id);

		assert_int_equal(row->id, id);
		assert_true(row->name[0] != '\0' && row->program[0] == '/');
		assert_int_equal(strncmp(row->unit, "idlelock-", 9), 0);
		assert_string_equal(row->unit + 9 + strlen(row->name), "@");
		assert_int_not_equal(row->strength, LOCK_STRENGTH_NONE);
		/* what its user can kill or trace is never strong */
		assert_true(row->runs_as != LOCKER_AS_USER || row->strength == LOCK_STRENGTH_WEAK);
		assert_int_equal(locker_program_is_known(row->program), row->type != SESSION_TYPE_TTY);
	}
}

static void known_programs_are_absolute_and_known(void **state)
{
	size_t count = 0;

	(void)state;
	for (const char *program; (program = locker_program_at(count)) != NULL; count++) {
		assert_int_equal(program[0], '/');
		assert_true(locker_program_is_known(program));
		for (size_t i = 0; i < count; i++)
			assert_string_not_equal(program, locker_program_at(i));
	}
	assert_true(count > 10);
	assert_false(locker_program_is_known(""));
	assert_false(locker_program_is_known("xsecurelock"));
	assert_false(locker_program_is_known("/usr/bin/xsecurelock (deleted)"));
	assert_false(locker_program_is_known("/usr/libexec/idlelock-auth"));
}

static void rows_of_desktops_are_found_once(void **state)
{
	const struct desktop_row *row;

	(void)state;
	for (size_t i = 0; (row = desktop_row_at(i)) != NULL; i++) {
		assert_ptr_equal(desktop_row_of(row->desktop), row);
		assert_true(row->obeys_lock || !row->sets_hint);
		for (const char *c = row->desktop; *c != '\0'; c++)
			assert_true((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-');
	}
	assert_ptr_equal(desktop_row_of("KDE"), desktop_row_of("kde"));
	assert_ptr_equal(desktop_row_of("Unknown:X-Cinnamon:MATE"), desktop_row_of("mate"));
	assert_null(desktop_row_of(""));
	assert_null(desktop_row_of(":::"));
	assert_null(desktop_row_of("gno"));
	assert_null(desktop_row_of("gnomeish"));
}

/* --- the table for people --- */

#define TABLE_BEGINS "<!-- table: made from idlelock/ladder.c and the rows of tests; LADDER_TABLE=write tests/run test_ladder writes it -->\n"
#define TABLE_ENDS "<!-- end of table -->\n"
#define TRIED " # tried "
#define TRIALS_MAX 64
#define README "idlelock/README.md" /* tests/run starts us in the source tree */

static const char *yes(bool so)
{
	return so ? "yes" : "no";
}

static size_t read_file(const char *name, char *bytes, size_t size)
{
	FILE *file = fopen(name, "re");
	size_t len;

	if (file == NULL)
		return 0;
	len = fread(bytes, 1, size - 1, file);
	(void)fclose(file);
	bytes[len] = '\0';
	return len;
}

/* What the rows of tests say that they try: row "$prefix-NAME" ... # tried SUBJECT: WORDS */
struct trial {
	char row[64], subject[32], words[128];
	bool in_vm;
};
static struct trial trials[TRIALS_MAX];
static size_t trial_count;

static void copy(char *to, size_t size, const char *begin, const char *end)
{
	assert_true(begin != NULL && end != NULL && begin < end && (size_t)(end - begin) < size);
	memcpy(to, begin, (size_t)(end - begin));
	to[end - begin] = '\0';
}

static void read_trials(const char *file, bool in_vm)
{
	static char bytes[65536];
	size_t len = read_file(file, bytes, sizeof bytes);
	char *next = bytes;

	assert_in_range(len, 1, sizeof bytes - 2);
	for (char *line; (line = strsep(&next, "\n")) != NULL;) {
		const char *mark = strstr(line, TRIED), *name = strstr(line, "row \"");
		struct trial *t = &trials[trial_count];

		if (mark == NULL)
			continue;
		mark += strlen(TRIED);
		assert_true(trial_count < TRIALS_MAX && name != NULL && name < mark);
		name = strstr(name, in_vm ? "$suite-" : "$prefix-");
		assert_non_null(name);
		name = strchr(name, '-') + 1;
		copy(t->row, sizeof t->row, name, strchr(name, '"'));
		copy(t->subject, sizeof t->subject, mark, strstr(mark, ": "));
		copy(t->words, sizeof t->words, strstr(mark, ": ") + 2, line + strlen(line));
		t->in_vm = in_vm;
		trial_count++;
	}
}

static void read_all_trials(void)
{
	static const char *const patterns[] = {"tests/bed/rows_*.sh", "tests/it_vm_*.sh"};

	trial_count = 0;
	for (size_t i = 0; i < COUNT(patterns); i++) {
		glob_t found;

		assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
		for (size_t k = 0; k < found.gl_pathc; k++)
			read_trials(found.gl_pathv[k], i == 1);
		globfree(&found);
	}
}

static void add_tried(struct text *t, const char *subject)
{
	size_t start = t->len;

	for (size_t i = 0; i < trial_count; i++)
		if (strcmp(trials[i].subject, subject) == 0)
			text_add_format(t, "%s%s%s (`%s`)", t->len > start ? "; " : "", trials[i].in_vm ? "VM: " : "", trials[i].words, trials[i].row);
	if (t->len == start)
		text_add(t, "not tried: from its source or reports");
}

static bool is_in_a_table(const char *name)
{
	const struct desktop_row *d;

	for (size_t i = 0; (d = desktop_row_at(i)) != NULL; i++)
		if (strcmp(d->desktop, name) == 0)
			return true;
	for (enum locker_id id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++)
		if (strcmp(locker_row(id)->name, name) == 0)
			return true;
	return false;
}

static void each_trial_is_of_a_row_in_the_table(void **state)
{
	(void)state;
	if (getenv("TOP") == NULL)
		skip();
	read_all_trials();
	assert_true(trial_count > 0);
	for (size_t i = 0; i < trial_count; i++)
		if (!is_in_a_table(trials[i].subject))
			fail_msg("%s tries \"%s\", which is no row of ladder.c", trials[i].row, trials[i].subject);
}

static void write_table(struct text *t)
{
	static const char *const AS[] = {[LOCKER_AS_US] = "_idlelock", [LOCKER_AS_USER] = "the user", [LOCKER_AS_ROOT] = "root"};
	const struct desktop_row *d;

	text_add(t, TABLE_BEGINS);
	text_add(t, "| Desktop | obeys Lock | sets LockedHint | takes swaylock | tried |\n|---|---|---|---|---|\n");
	for (size_t i = 0; (d = desktop_row_at(i)) != NULL; i++) {
		text_add_format(t, "| %s (`%s`) | %s | %s | %s | ", d->shown, d->desktop, yes(d->obeys_lock), yes(d->sets_hint), yes(d->takes_swaylock));
		add_tried(t, d->desktop);
		text_add(t, " |\n");
	}
	text_add(t, "\n| Locker | runs as | proof | tried |\n|---|---|---|---|\n");
	for (enum locker_id id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++) {
		const struct locker_row *l = locker_row(id);

		text_add_format(t, "| %s (`%s`) | %s | %s | ", l->name, l->program, AS[l->runs_as], lock_strength_name(l->strength));
		add_tried(t, l->name);
		text_add(t, " |\n");
	}
	text_add(t, TABLE_ENDS);
}

static void write_file(const char *name, const char *before, size_t before_len, const char *table, const char *after)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	assert_true(fwrite(before, 1, before_len, file) == before_len && fputs(table, file) >= 0 && fputs(after, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void the_readme_has_this_table(void **state)
{
	static char readme[65536], table[32768];
	const char *said = getenv("LADDER_TABLE");
	char *begins, *ends;
	struct text t;

	(void)state;
	if (getenv("TOP") == NULL)
		skip();
	assert_true(read_file(README, readme, sizeof readme) > 0);
	read_all_trials();
	TEXT_INTO(&t, table);
	write_table(&t);
	assert_int_equal(text_end(&t), 0);
	begins = strstr(readme, TABLE_BEGINS);
	ends = strstr(readme, TABLE_ENDS);
	assert_true(begins != NULL && ends != NULL && begins < ends);
	ends += strlen(TABLE_ENDS);
	if (said != NULL && strcmp(said, "write") == 0)
		write_file(README, readme, (size_t)(begins - readme), table, ends);
	else if ((size_t)(ends - begins) != t.len || memcmp(begins, table, t.len) != 0)
		fail_msg("the table in " README " is not that of ladder.c and the rows of tests; LADDER_TABLE=write tests/run test_ladder writes it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_session_has_its_plan),
		cmocka_unit_test(the_whole_ladder_takes_its_whole_time),
		cmocka_unit_test(a_word_that_is_none_is_told),
		cmocka_unit_test(rows_of_lockers_are_whole),
		cmocka_unit_test(known_programs_are_absolute_and_known),
		cmocka_unit_test(rows_of_desktops_are_found_once),
		cmocka_unit_test(each_trial_is_of_a_row_in_the_table),
		cmocka_unit_test(the_readme_has_this_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
