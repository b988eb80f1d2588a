/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/proof.c: proofs of each kind, changed in one place at a time. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "proof.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define USER 1000
#define US 900
#define UNIT "idlelock-xsecurelock@c2.service"

static struct proof_facts strong(void)
{
	return (struct proof_facts){
		.type = SESSION_TYPE_X11, .rung = LOCK_RUNG_LOCKER, .locker = LOCKER_XSECURELOCK, .user = USER, .us = US, .our_unit = UNIT, .unit_ready = true,
		.seen = true,
		.sight = {.keyboard = WORKER_GRAB_FOREIGN, .pointer = WORKER_GRAB_FOREIGN, .covered = true, .owner_pid = 42, .owner_window = 7},
		.owner = {.pid = 42, .uid = US, .exe = "/usr/bin/xsecurelock", .exe_is_roots = true, .unit = UNIT},
	};
}

static struct proof_facts weak(void)
{
	struct proof_facts f = strong();

	f.locker = LOCKER_I3LOCK;
	f.our_unit = "idlelock-i3lock-c2.service";
	f.owner = (struct proof_owner){.pid = 42, .uid = USER, .exe = "/usr/bin/i3lock", .exe_is_roots = true};
	return f;
}

static struct proof_facts wayland(void)
{
	return (struct proof_facts){.type = SESSION_TYPE_WAYLAND, .rung = LOCK_RUNG_LOCKER, .locker = LOCKER_SWAYLOCK, .user = USER, .us = US,
				    .our_unit = "idlelock-swaylock-c2.service", .unit_ready = true, .on_screen = true};
}

static struct proof_facts gnome(void)
{
	return (struct proof_facts){.type = SESSION_TYPE_WAYLAND, .rung = LOCK_RUNG_DESKTOP, .user = USER, .us = US, .our_unit = "", .locked_hint = true,
				    .desktop_sets_hint = true};
}

static struct proof_facts plasma_x11(void)
{
	struct proof_facts f = gnome();

	f.type = SESSION_TYPE_X11;
	f.seen = true;
	f.sight = (struct worker_sight){.keyboard = WORKER_GRAB_FOREIGN, .pointer = WORKER_GRAB_FOREIGN};
	return f;
}

static struct proof_facts console(void)
{
	return (struct proof_facts){.type = SESSION_TYPE_X11, .rung = LOCK_RUNG_CONSOLE, .locker = LOCKER_CONSOLE, .user = USER, .us = US,
				    .our_unit = "idlelock-console@c2.service", .unit_ready = true, .vt_held = true};
}

static struct proof_facts text_console(void)
{
	struct proof_facts f = console();

	f.type = SESSION_TYPE_TTY;
	return f;
}

typedef struct proof_facts *facts;
static void nothing(facts f) { (void)f; }
static void no_keyboard(facts f) { f->sight.keyboard = WORKER_GRAB_NONE; }
static void no_pointer(facts f) { f->sight.pointer = WORKER_GRAB_NONE; }
static void no_answer(facts f) { f->sight.keyboard = WORKER_GRAB_UNKNOWN; }
static void half_an_answer(facts f) { f->sight.pointer = WORKER_GRAB_UNKNOWN; }
static void odd_grab(facts f) { f->sight.keyboard = WORKER_GRAB_MAX; }
static void uncovered(facts f) { f->sight.covered = false; }
static void uncovered_and_away(facts f) { f->sight.covered = false; f->sight.vt_away = true; }
static void away(facts f) { f->sight.vt_away = true; }
static void not_seen(facts f) { f->seen = false; }
static void no_owner(facts f) { f->sight.owner_pid = 0; f->owner.pid = 0; }
static void another_owner(facts f) { f->owner.pid = 43; }
static void no_exe(facts f) { f->owner.exe[0] = '\0'; }
static void own_exe(facts f) { f->owner.exe_is_roots = false; }
static void other_exe(facts f) { (void)strcpy(f->owner.exe, "/usr/bin/firefox"); f->owner.unit[0] = '\0'; f->owner.uid = USER; }
static void longer_exe(facts f) { (void)strcat(f->owner.exe, "x"); f->owner.unit[0] = '\0'; }
static void of_no_unit(facts f) { f->owner.unit[0] = '\0'; }
static void of_another_unit(facts f) { (void)strcpy(f->owner.unit, "idlelock-xsecurelock@c3.service"); }
static void as_the_user(facts f) { f->owner.uid = USER; }
static void as_another_user(facts f) { f->owner.uid = 1001; }
static void as_root(facts f) { f->owner.uid = 0; f->owner.unit[0] = '\0'; }
static void standalone(facts f) { f->us = USER; f->owner.uid = USER; }
static void without_units(facts f) { f->our_unit = ""; f->owner.unit[0] = '\0'; }
static void helper_of_the_unit(facts f) { (void)strcpy(f->owner.exe, "/usr/libexec/xsecurelock/auth_x11"); }
static void hint_alone(facts f) { f->locked_hint = true; f->desktop_sets_hint = true; no_keyboard(f); }
static void hint_of_who_sets_none(facts f) { f->locked_hint = true; no_owner(f); }
static void hint_and_grab(facts f) { f->locked_hint = true; f->desktop_sets_hint = true; no_owner(f); }
static void not_ready(facts f) { f->unit_ready = false; }
static void elsewhere(facts f) { f->on_screen = false; }
static void text_shows(facts f) { f->shows_text = true; }
static void later_rung(facts f) { f->rung = LOCK_RUNG_CONSOLE; f->locker = LOCKER_CONSOLE; f->our_unit = "idlelock-console@c2.service"; }
static void later_rung_elsewhere(facts f) { later_rung(f); f->our_unit = "idlelock-console@c3.service"; }
static void earlier_rung(facts f) { f->rung = LOCK_RUNG_DESKTOP; f->locker = LOCKER_NONE; }
static void as_the_desktop(facts f) { f->rung = LOCK_RUNG_DESKTOP; }
static void no_hint(facts f) { f->locked_hint = false; }
static void no_hinter(facts f) { f->desktop_sets_hint = false; }
static void not_held(facts f) { f->vt_held = false; }
static void no_locker(facts f) { f->locker = LOCKER_NONE; }
static void no_such_locker(facts f) { f->locker = LOCKER_ID_MAX; }
static void another_rung(facts f) { f->rung = LOCK_RUNG_LOCKER; }
static void display_too(facts f) { struct proof_facts w = weak(); f->seen = true; f->sight = w.sight; f->owner = w.owner; }
static void display_only(facts f) { display_too(f); f->vt_held = false; }
static void other_type(facts f) { f->type = SESSION_TYPE_OTHER; }
static void mir(facts f) { f->type = SESSION_TYPE_MIR; }

#define HELD_STRONG PROOF_HELD, LOCK_STRENGTH_STRONG
#define HELD_WEAK PROOF_HELD, LOCK_STRENGTH_WEAK
#define MISSING PROOF_MISSING, LOCK_STRENGTH_NONE

static const struct {
	const char *name;
	struct proof_facts (*start)(void);
	void (*change)(facts f);
	enum proof_verdict_kind verdict;
	enum lock_strength strength;
	const char *lacks;
} ROWS[] = {
	{"our locker", strong, nothing, HELD_STRONG, ""},
	{"our locker, another terminal is shown", strong, away, HELD_STRONG, ""},
	{"our locker's helper", strong, helper_of_the_unit, HELD_STRONG, ""},
	{"keyboard free", strong, no_keyboard, MISSING, "the keyboard is not grabbed"},
	{"pointer free", strong, no_pointer, MISSING, "the pointer is not grabbed"},
	{"no answer", strong, no_answer, MISSING, "the display did not answer in time"},
	{"half an answer", strong, half_an_answer, MISSING, "the display did not answer in time"},
	{"a grab of no kind", strong, odd_grab, MISSING, "the keyboard is not grabbed"},
	{"not covered", strong, uncovered, MISSING, "no window covers every monitor"},
	{"not covered, though nobody sees it now", strong, uncovered_and_away, MISSING, "no window covers every monitor"},
	{"not looked", strong, not_seen, MISSING, "the display was not looked at"},
	{"nobody's window", strong, no_owner, MISSING, "whose window covers the screen is not known"},
	{"facts of another process", strong, another_owner, MISSING, "whose window covers the screen is not known"},
	{"executable not readable", strong, no_exe, MISSING, "the covering window is of a program that is not root's"},
	{"executable of the user's", strong, own_exe, MISSING, "the covering window is of a program that is not root's"},
	{"a browser in full screen with a grab", strong, other_exe, MISSING, "the covering window is of no locker that is known"},
	{"a name that begins like a locker's", strong, longer_exe, MISSING, "the covering window is of no locker that is known"},
	{"xsecurelock, not of our unit", strong, of_no_unit, HELD_WEAK, ""},
	{"xsecurelock of another session's unit", strong, of_another_unit, HELD_WEAK, ""},
	{"xsecurelock as the user", strong, as_the_user, HELD_WEAK, ""},
	{"xsecurelock of another user", strong, as_another_user, MISSING, "the covering window is of no locker that is known"},
	{"xsecurelock of root's own", strong, as_root, HELD_WEAK, ""},
	{"standalone: we are the user", strong, standalone, HELD_WEAK, ""},
	{"no units at all", strong, without_units, HELD_WEAK, ""},
	{"our locker, slow: the next rung runs", strong, later_rung, HELD_STRONG, ""},
	{"our locker of another session than the rung's", strong, later_rung_elsewhere, HELD_WEAK, ""},
	{"our locker, while an earlier rung runs", strong, earlier_rung, HELD_STRONG, ""},
	{"i3lock", weak, nothing, HELD_WEAK, ""},
	{"i3lock of another user", weak, as_another_user, MISSING, "the covering window is of no locker that is known"},
	{"i3lock whose grab was broken", weak, no_keyboard, MISSING, "the keyboard is not grabbed"},
	{"i3lock whose grab was broken, and a hint", weak, hint_alone, MISSING, "the keyboard is not grabbed"},
	{"a grab, and the hint of a desktop that sets none", weak, hint_of_who_sets_none, MISSING, "whose window covers the screen is not known"},
	{"a grab, and the hint of a desktop that sets it", weak, hint_and_grab, HELD_WEAK, ""},
	{"swaylock", wayland, nothing, HELD_WEAK, ""},
	{"swaylock not ready", wayland, not_ready, MISSING, "our locker is not ready"},
	{"swaylock on another compositor", wayland, elsewhere, MISSING, "our locker is not on the screen"},
	{"swaylock, and the terminal shows text", wayland, text_shows, MISSING, "the terminal shows text"},
	{"xsecurelock, and the terminal shows text", strong, text_shows, MISSING, "the terminal shows text"},
	{"GNOME says so, and the terminal shows text", gnome, text_shows, MISSING, "the terminal shows text"},
	{"the console lock, and the session's own terminal shows text", console, text_shows, HELD_STRONG, ""},
	{"no locker of ours", wayland, earlier_rung, MISSING, "no locker of ours runs"},
	{"our locker, while another rung runs", wayland, as_the_desktop, MISSING, "no locker of ours runs"},
	{"no such locker", wayland, no_such_locker, MISSING, "no locker of ours runs"},
	{"GNOME says so", gnome, nothing, HELD_WEAK, ""},
	{"GNOME does not say so", gnome, no_hint, MISSING, "no locker of ours runs"},
	{"somebody says so for a compositor that sets no hint", gnome, no_hinter, MISSING, "no locker of ours runs"},
	{"Plasma on X11", plasma_x11, nothing, HELD_WEAK, ""},
	{"Plasma on X11 without the hint", plasma_x11, no_hint, MISSING, "no window covers every monitor"},
	{"Plasma on X11 without a grab", plasma_x11, no_keyboard, MISSING, "the keyboard is not grabbed"},
	{"Plasma on X11, not looked", plasma_x11, not_seen, MISSING, "the display was not looked at"},
	{"the console lock", console, nothing, HELD_STRONG, ""},
	{"the console lock and a display lock", console, display_too, HELD_STRONG, ""},
	{"the console lock does not hold, the display does", console, display_only, HELD_WEAK, ""},
	{"the console lock does not hold the switching", console, not_held, MISSING, "the console lock does not hold terminal switching"},
	{"the console lock not ready", console, not_ready, MISSING, "the console lock is not ready"},
	{"no console locker", console, no_locker, MISSING, "no console lock runs"},
	{"the terminal is held by something else than the rung", console, another_rung, MISSING, "the display was not looked at"},
	{"the console lock for a type nobody knows", console, other_type, HELD_STRONG, ""},
	{"the console lock for Mir", console, mir, HELD_STRONG, ""},
	{"a type nobody knows", strong, other_type, MISSING, "only a console lock can hold this kind of session"},
	{"the console lock for a text console", text_console, nothing, HELD_STRONG, ""},
	{"the console lock for a text console, not ready", text_console, not_ready, MISSING, "the console lock is not ready"},
	{"the console lock for a text console, switching is free", text_console, not_held, MISSING, "the console lock does not hold terminal switching"},
};

static void each_change_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct proof_facts f = ROWS[i].start();
		struct proof proof;

		ROWS[i].change(&f);
		proof = proof_judge(&f);
		if (proof.verdict != ROWS[i].verdict || proof.strength != ROWS[i].strength || strcmp(proof.lacks, ROWS[i].lacks) != 0)
			print_error("%s: verdict %d, strength %d, lacks \"%s\"\n", ROWS[i].name, (int)proof.verdict, (int)proof.strength, proof.lacks);
		assert_int_equal(proof.verdict, ROWS[i].verdict);
		assert_int_equal(proof.strength, ROWS[i].strength);
		assert_string_equal(proof.lacks, ROWS[i].lacks);
	}
}

/* Whatever type, rung and locker: nothing known proves nothing, nor does a hint or a ready unit alone on X11. */
static void nothing_known_proves_nothing(void **state)
{
	(void)state;
	for (int type = 0; type <= SESSION_TYPE_MAX; type++)
		for (int rung = 0; rung <= LOCK_RUNG_MAX; rung++)
			for (int locker = 0; locker <= LOCKER_ID_MAX; locker++) {
				struct proof_facts f = {.type = (enum session_type)type, .rung = (enum lock_rung)rung, .locker = (enum locker_id)locker,
							.user = USER, .us = US, .our_unit = ""};

				assert_int_equal(proof_judge(&f).verdict, PROOF_MISSING);
				f.seen = true;
				assert_int_equal(proof_judge(&f).verdict, PROOF_MISSING);
				f.locked_hint = f.desktop_sets_hint = true;
				if (type != SESSION_TYPE_WAYLAND)
					assert_int_equal(proof_judge(&f).verdict, PROOF_MISSING);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_change_has_its_verdict),
		cmocka_unit_test(nothing_known_proves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
