/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/unlock.c: a stamp that opens, changed in one place at a time. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "unlock.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define S INT64_C(1000000000)
#define BOOT "11111111-2222-3333-4444-555555555555"
#define ASKED (100 * S)
#define NOW (200 * S)

struct bench {
	struct stamp stamp;
	struct session_facts session;
	struct lock lock;
	struct word_list services;
	struct unlock_used used;
	int64_t now_ns;
};

static struct bench opens(void)
{
	return (struct bench){
		.stamp = {.boot_id = BOOT, .time_ns = NOW - S, .uid = 1000, .service = "i3lock", .seat = "seat0", .tty = "tty7", .display = ":0", .pid = 77,
			  .pid_start = 5},
		.session = {.session = "c2", .boot_id = BOOT, .uid = 1000, .seat = "seat0", .tty = "tty7", .display = ":0"},
		.lock = {.state = LOCK_HELD, .asked_ns = ASKED, .running = LOCK_RUNG_LOCKER},
		.now_ns = NOW,
	};
}

static enum unlock_verdict judge(const struct bench *b)
{
	return unlock_judge(&b->stamp, &b->session, &b->lock, &b->services, &b->used, b->now_ns);
}

#define PUT(member, text) ((void)strcpy(b->member, text))
static const char *const TWO[] = {"gdm-password", "i3lock", NULL};
static const char *const ONE[] = {"gdm-password", NULL};

static void nothing(struct bench *b) { (void)b; }
static void asked(struct bench *b) { b->lock.state = LOCK_ASKED; }
static void unproven(struct bench *b) { b->lock.state = LOCK_UNPROVEN; }
static void open_lock(struct bench *b) { b->lock.state = LOCK_OPEN; }
static void warned(struct bench *b) { b->lock.state = LOCK_WARNED; }
static void ended(struct bench *b) { b->lock.state = LOCK_ENDED; }
static void other_boot(struct bench *b) { b->stamp.boot_id[0] = '2'; }
static void no_boot(struct bench *b) { b->stamp.boot_id[0] = b->session.boot_id[0] = '\0'; }
static void other_uid(struct bench *b) { b->stamp.uid = 1001; }
static void root(struct bench *b) { b->stamp.uid = 0; }
static void other_seat(struct bench *b) { PUT(stamp.seat, "seat1"); }
static void no_seat(struct bench *b) { b->stamp.seat[0] = '\0'; }
static void seat_alone(struct bench *b) { b->stamp.tty[0] = b->stamp.display[0] = '\0'; }
static void other_tty(struct bench *b) { PUT(stamp.tty, "tty3"); b->stamp.display[0] = '\0'; }
static void other_pts(struct bench *b) { PUT(stamp.tty, "pts/3"); b->stamp.display[0] = '\0'; }
static void other_display(struct bench *b) { PUT(stamp.display, ":1"); b->stamp.tty[0] = '\0'; }
static void begin_of_display(struct bench *b) { PUT(session.display, ":01"); b->stamp.tty[0] = '\0'; }
static void screen_of_display(struct bench *b) { PUT(stamp.display, ":0.0"); b->stamp.tty[0] = '\0'; }
static void display_as_tty(struct bench *b) { PUT(stamp.tty, ":0"); b->stamp.display[0] = '\0'; }
static void other_display_as_tty(struct bench *b) { PUT(stamp.tty, ":1"); b->stamp.display[0] = '\0'; }
static void wayland(struct bench *b) { PUT(stamp.display, "wayland-1"); b->stamp.tty[0] = b->session.display[0] = '\0'; }
static void x_display_for_wayland(struct bench *b) { PUT(stamp.display, ":1"); b->stamp.tty[0] = b->session.display[0] = '\0'; }
static void greeter(struct bench *b) { PUT(stamp.display, ":1"); PUT(stamp.tty, "tty8"); PUT(stamp.service, "lightdm"); }
static void greeter_of_gdm(struct bench *b) { b->stamp.display[0] = '\0'; PUT(stamp.tty, "tty1"); PUT(stamp.service, "gdm-password"); }
static void greeter_elsewhere(struct bench *b) { greeter(b); PUT(stamp.seat, "seat1"); }
static void console_lock(struct bench *b) { other_tty(b); PUT(stamp.service, "vlock"); b->lock.running = LOCK_RUNG_CONSOLE; }
static void console_lock_of_another_rung(struct bench *b) { other_tty(b); PUT(stamp.service, "vlock"); }
static void login_beside_a_console_lock(struct bench *b) { other_tty(b); PUT(stamp.service, "login"); b->lock.running = LOCK_RUNG_CONSOLE; }
static void ssh(struct bench *b) { no_seat(b); PUT(stamp.tty, "pts/1"); b->stamp.display[0] = '\0'; PUT(stamp.service, "sshd"); }
static void vnc(struct bench *b) { PUT(session.display, ":5"); PUT(stamp.display, ":5"); b->session.seat[0] = b->stamp.seat[0] = '\0'; b->session.tty[0] = b->stamp.tty[0] = '\0'; }
static void vnc_by_another(struct bench *b) { vnc(b); PUT(stamp.display, ":6"); }
static void vnc_by_ssh(struct bench *b) { vnc(b); b->stamp.display[0] = '\0'; PUT(stamp.tty, "pts/1"); }
static void vnc_without_a_place(struct bench *b) { vnc(b); b->stamp.display[0] = '\0'; }
static void listed(struct bench *b) { b->services = (struct word_list){TWO, 2}; }
static void not_listed(struct bench *b) { b->services = (struct word_list){ONE, 1}; }
static void used(struct bench *b) { b->used = (struct unlock_used){b->stamp.time_ns, b->stamp.pid, b->stamp.pid_start}; }
static void used_at_another_time(struct bench *b) { used(b); b->used.time_ns--; }
static void used_by_another_process(struct bench *b) { used(b); b->used.pid++; }
static void used_by_an_earlier_process(struct bench *b) { used(b); b->used.pid_start--; }
static void at_the_asking(struct bench *b) { b->lock.asked_ns = b->stamp.time_ns; }
static void before_the_asking(struct bench *b) { b->lock.asked_ns = b->stamp.time_ns + 1; }
static void just_after_the_asking(struct bench *b) { b->lock.asked_ns = b->stamp.time_ns - 1; }
static void ten_seconds(struct bench *b) { b->now_ns = b->stamp.time_ns + 10 * S; }
static void more_than_ten_seconds(struct bench *b) { b->now_ns = b->stamp.time_ns + 10 * S + 1; }
static void right_now(struct bench *b) { b->now_ns = b->stamp.time_ns; }
static void tomorrow(struct bench *b) { b->now_ns = b->stamp.time_ns - 1; }
static void never_asked(struct bench *b) { b->lock.asked_ns = 0; }
static void oldest(struct bench *b) { b->stamp.time_ns = 1; b->lock.asked_ns = INT64_MIN; b->now_ns = INT64_MAX; }

static const struct {
	const char *name;
	void (*change)(struct bench *b);
	enum unlock_verdict wanted;
} ROWS[] = {
	{"as it should be", nothing, UNLOCK_OPENS},
	{"asked, not proven", asked, UNLOCK_OPENS},
	{"unproven", unproven, UNLOCK_OPENS},
	{"not locked", open_lock, UNLOCK_NO_STAMP},
	{"counting down", warned, UNLOCK_NO_STAMP},
	{"ended", ended, UNLOCK_NO_STAMP},
	{"never asked", never_asked, UNLOCK_NO_STAMP},
	{"another boot", other_boot, UNLOCK_ANOTHER_BOOT},
	{"no boot at all", no_boot, UNLOCK_ANOTHER_BOOT},
	{"another person", other_uid, UNLOCK_ANOTHER_PERSON},
	{"root", root, UNLOCK_ANOTHER_PERSON},
	{"another seat", other_seat, UNLOCK_ANOTHER_SEAT},
	{"no seat", no_seat, UNLOCK_ANOTHER_SEAT},
	{"the seat alone", seat_alone, UNLOCK_OPENS},
	{"another terminal", other_tty, UNLOCK_ANOTHER_SEAT},
	{"a terminal in a window", other_pts, UNLOCK_ANOTHER_SEAT},
	{"another display", other_display, UNLOCK_ANOTHER_SEAT},
	{"a display that begins alike", begin_of_display, UNLOCK_ANOTHER_SEAT},
	{"a screen of the display", screen_of_display, UNLOCK_OPENS},
	{"the display as terminal", display_as_tty, UNLOCK_OPENS},
	{"another display as terminal", other_display_as_tty, UNLOCK_ANOTHER_SEAT},
	{"a Wayland display", wayland, UNLOCK_OPENS},
	{"an X display, in a session that has none", x_display_for_wayland, UNLOCK_OPENS},
	{"lightdm's greeter on its own display", greeter, UNLOCK_OPENS},
	{"gdm's greeter on its own terminal", greeter_of_gdm, UNLOCK_OPENS},
	{"a greeter of another seat", greeter_elsewhere, UNLOCK_ANOTHER_SEAT},
	{"our console lock on its own terminal", console_lock, UNLOCK_OPENS},
	{"a console lock that is not the rung", console_lock_of_another_rung, UNLOCK_ANOTHER_SEAT},
	{"login on another terminal", login_beside_a_console_lock, UNLOCK_ANOTHER_SEAT},
	{"ssh", ssh, UNLOCK_ANOTHER_SEAT},
	{"a display without a seat", vnc, UNLOCK_OPENS},
	{"another display without a seat", vnc_by_another, UNLOCK_ANOTHER_SEAT},
	{"ssh, for a display without a seat", vnc_by_ssh, UNLOCK_ANOTHER_SEAT},
	{"nowhere, for a display without a seat", vnc_without_a_place, UNLOCK_ANOTHER_SEAT},
	{"a service that is listed", listed, UNLOCK_OPENS},
	{"a service that is not", not_listed, UNLOCK_ANOTHER_SERVICE},
	{"used", used, UNLOCK_USED},
	{"another time", used_at_another_time, UNLOCK_OPENS},
	{"another process", used_by_another_process, UNLOCK_OPENS},
	{"the same number, an earlier process", used_by_an_earlier_process, UNLOCK_OPENS},
	{"at the very time", at_the_asking, UNLOCK_BEFORE_THE_LOCK},
	{"before the lock", before_the_asking, UNLOCK_BEFORE_THE_LOCK},
	{"just after", just_after_the_asking, UNLOCK_OPENS},
	{"ten seconds old", ten_seconds, UNLOCK_OPENS},
	{"older", more_than_ten_seconds, UNLOCK_TOO_OLD},
	{"new", right_now, UNLOCK_OPENS},
	{"from the future", tomorrow, UNLOCK_FROM_THE_FUTURE},
	{"as old as can be", oldest, UNLOCK_TOO_OLD},
};

static void each_change_has_its_verdict(void **state)
{
	const struct bench good = opens();

	(void)state;
	assert_int_equal(unlock_judge(NULL, &good.session, &good.lock, &good.services, &good.used, NOW), UNLOCK_NO_STAMP);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct bench b = opens();

		ROWS[i].change(&b);
		if (judge(&b) != ROWS[i].wanted)
			print_error("%s: %s\n", ROWS[i].name, unlock_verdict_name(judge(&b)));
		assert_int_equal(judge(&b), ROWS[i].wanted);
	}
}

/* Zero in everything opens nothing: neither an empty stamp nor an empty session. */
static void emptiness_opens_nothing(void **state)
{
	struct bench b = {.lock = {.state = LOCK_HELD, .asked_ns = 1}};

	(void)state;
	assert_int_not_equal(judge(&b), UNLOCK_OPENS);
	b.stamp.time_ns = b.now_ns = 2 * S;
	(void)strcpy(b.stamp.boot_id, BOOT);
	(void)strcpy(b.session.boot_id, BOOT);
	assert_int_equal(judge(&b), UNLOCK_ANOTHER_SEAT);
}

static void verdicts_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < UNLOCK_VERDICT_MAX; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(unlock_verdict_name((enum unlock_verdict)i), unlock_verdict_name((enum unlock_verdict)k));
	assert_string_equal(unlock_verdict_name(UNLOCK_OPENS), "opens");
	assert_string_equal(unlock_verdict_name(UNLOCK_VERDICT_MAX), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_change_has_its_verdict),
		cmocka_unit_test(emptiness_opens_nothing),
		cmocka_unit_test(verdicts_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
