/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of desktops and lockers, and the ladder that a session gets from them. */
#include "ladder.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "lock_ladder.h"
#include "text.h"

#define S INT64_C(1000000000)

/* --- desktops --- */

/* facts/lock.md 3.6 is where the columns come from. Rows that obey nothing are here so that the docs can say so. */
static const struct desktop_row DESKTOPS[] = {
	/* name, shown, obeys Lock, sets LockedHint, takes swaylock */
	{"gnome", "GNOME", true, true, false},
	{"gnome-xorg", "GNOME on Xorg", true, true, false},
	{"gnome-classic", "GNOME Classic", true, true, false},
	{"ubuntu", "Ubuntu", true, true, false},
	{"ubuntu-xorg", "Ubuntu on Xorg", true, true, false},
	{"plasma", "KDE Plasma", true, true, false},
	{"plasmax11", "KDE Plasma on X11", true, true, false},
	{"plasmawayland", "KDE Plasma on Wayland", true, true, false},
	{"kde", "KDE", true, true, false},
	{"cinnamon", "Cinnamon", true, false, false},
	{"mate", "MATE", true, false, false},
	{"xfce", "Xfce", true, false, false},
	{"pantheon", "elementary", true, true, false},
	{"niri", "niri", true, true, true},
	{"lxqt", "LXQt", false, false, false},
	{"lxde", "LXDE", false, false, false},
	{"openbox", "Openbox", false, false, false},
	{"i3", "i3", false, false, false},
	{"sway", "sway", false, false, true},
	{"hyprland", "Hyprland", false, false, true},
	{"labwc", "labwc", false, false, true},
	{"wayfire", "Wayfire", false, false, true},
	{"river", "river", false, false, true},
};

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_desktop(const struct desktop_row *row, const char *s, size_t len)
{
	if (strlen(row->desktop) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (small(s[i]) != row->desktop[i])
			return false;
	return true;
}

const struct desktop_row *desktop_row_at(size_t index)
{
	return index < sizeof DESKTOPS / sizeof DESKTOPS[0] ? &DESKTOPS[index] : NULL;
}

static const struct desktop_row *row_of_name(const char *s, size_t len)
{
	const struct desktop_row *row;

	for (size_t i = 0; (row = desktop_row_at(i)) != NULL; i++)
		if (is_desktop(row, s, len))
			return row;
	return NULL;
}

const struct desktop_row *desktop_row_of(const char *desktop)
{
	while (true) {
		size_t len = strcspn(desktop, ":");
		const struct desktop_row *row = row_of_name(desktop, len);

		if (row != NULL || desktop[len] == '\0')
			return row;
		desktop += len + 1;
	}
}

/* --- lockers --- */

static const struct locker_row LOCKERS[LOCKER_ID_MAX] = {
	[LOCKER_XSECURELOCK] = {LOCKER_XSECURELOCK, "xsecurelock", "/usr/bin/xsecurelock", "idlelock-xsecurelock@", SESSION_TYPE_X11, LOCKER_AS_US,
				LOCK_STRENGTH_STRONG},
	[LOCKER_I3LOCK] = {LOCKER_I3LOCK, "i3lock", "/usr/bin/i3lock", "idlelock-i3lock@", SESSION_TYPE_X11, LOCKER_AS_USER, LOCK_STRENGTH_WEAK},
	[LOCKER_SWAYLOCK] = {LOCKER_SWAYLOCK, "swaylock", "/usr/bin/swaylock", "idlelock-swaylock@", SESSION_TYPE_WAYLAND, LOCKER_AS_USER,
			     LOCK_STRENGTH_WEAK},
	[LOCKER_CONSOLE] = {LOCKER_CONSOLE, "console", "/usr/libexec/idlelock-auth", "idlelock-console@", SESSION_TYPE_TTY, LOCKER_AS_ROOT,
			    LOCK_STRENGTH_STRONG},
};

/* The desktops' own, by where Debian puts them. GNOME Shell and Plasma draw their lock as the compositor and are known by LockedHint (proof.h); the
 * greeter of Plasma on X11 is a program of its own. */
static const char *const OTHER_PROGRAMS[] = {
	"/usr/bin/cinnamon-screensaver",
	"/usr/bin/light-locker",
	"/usr/bin/mate-screensaver",
	"/usr/bin/slock",
	"/usr/bin/xfce4-screensaver",
	"/usr/bin/xscreensaver",
	"/usr/libexec/mate-screensaver/mate-screensaver-dialog",
	"/usr/libexec/xfce4-screensaver-dialog",
	"/usr/libexec/xscreensaver/xscreensaver-auth",
	"/usr/libexec/xscreensaver/xscreensaver-gfx",
	"/usr/lib/x86_64-linux-gnu/libexec/kscreenlocker_greet",
	"/usr/lib/aarch64-linux-gnu/libexec/kscreenlocker_greet",
	"/usr/libexec/kscreenlocker_greet",
};
#define OTHERS (sizeof OTHER_PROGRAMS / sizeof OTHER_PROGRAMS[0])

const struct locker_row *locker_row(enum locker_id id)
{
	return id > LOCKER_NONE && id < LOCKER_ID_MAX ? &LOCKERS[id] : NULL;
}

const char *locker_program_at(size_t index)
{
	for (enum locker_id id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++)
		if (LOCKERS[id].type != SESSION_TYPE_TTY && index-- == 0)
			return LOCKERS[id].program;
	return index < OTHERS ? OTHER_PROGRAMS[index] : NULL;
}

bool locker_program_is_known(const char *exe)
{
	const char *program;

	for (size_t i = 0; (program = locker_program_at(i)) != NULL; i++)
		if (strcmp(program, exe) == 0)
			return true;
	return false;
}

/* --- the plan --- */

/* How long each may take; together the whole ladder. xsecurelock says within 1.2 s that it cannot grab, i3lock within 2.5 s. */
static const int64_t RUNG_NS[LOCK_RUNG_MAX] = {
	[LOCK_RUNG_DESKTOP] = 2 * S,
	[LOCK_RUNG_LOCKER] = 3 * S,
	[LOCK_RUNG_CONSOLE] = 3 * S,
	[LOCK_RUNG_TERMINATE] = 2 * S,
};

static const enum lock_rung RUNG_OF_WORD[LOCK_LADDER_WORD_MAX] = {
	[LOCK_LADDER_DESKTOP] = LOCK_RUNG_DESKTOP,
	[LOCK_LADDER_LOCKER] = LOCK_RUNG_LOCKER,
	[LOCK_LADDER_CONSOLE] = LOCK_RUNG_CONSOLE,
	[LOCK_LADDER_TERMINATE] = LOCK_RUNG_TERMINATE,
};
static_assert((int)LOCK_LADDER_WORD_MAX == LOCK_RUNGS_MAX, "a ladder has room for each word once");

static void add_rung(struct ladder *ladder, enum lock_rung rung, enum locker_id locker)
{
	ladder->rungs[ladder->count] = rung;
	ladder->rung_ns[ladder->count] = RUNG_NS[rung];
	ladder->lockers[ladder->count] = locker;
	ladder->count++;
}

static bool is_graphical(const struct ladder_facts *facts)
{
	return facts->type == SESSION_TYPE_X11 || facts->type == SESSION_TYPE_WAYLAND || facts->type == SESSION_TYPE_MIR;
}

static bool obeys_lock(const struct ladder_facts *facts)
{
	const struct desktop_row *row = desktop_row_of(facts->desktop);

	return is_graphical(facts) && row != NULL && row->obeys_lock;
}

/* A compositor that nobody knows may take swaylock; where not, it ends at once and the next rung comes. */
static enum locker_id wayland_locker(const struct ladder_facts *facts)
{
	const struct desktop_row *row = desktop_row_of(facts->desktop);

	return facts->installed[LOCKER_SWAYLOCK] && (row == NULL || row->takes_swaylock) ? LOCKER_SWAYLOCK : LOCKER_NONE;
}

static enum locker_id display_locker(const struct ladder_facts *facts)
{
	if (facts->type == SESSION_TYPE_WAYLAND)
		return wayland_locker(facts);
	if (facts->type != SESSION_TYPE_X11)
		return LOCKER_NONE;
	if (facts->installed[LOCKER_XSECURELOCK])
		return LOCKER_XSECURELOCK;
	return facts->installed[LOCKER_I3LOCK] ? LOCKER_I3LOCK : LOCKER_NONE;
}

static enum locker_id console_locker(const struct ladder_facts *facts)
{
	return facts->has_seat && facts->vt != 0 && facts->installed[LOCKER_CONSOLE] ? LOCKER_CONSOLE : LOCKER_NONE;
}

static void plan_word(enum lock_ladder_word word, const struct ladder_facts *facts, struct ladder *ladder)
{
	enum lock_rung rung = RUNG_OF_WORD[word];
	enum locker_id locker = LOCKER_NONE;

	if (rung == LOCK_RUNG_DESKTOP && !obeys_lock(facts))
		return;
	if (rung == LOCK_RUNG_LOCKER)
		locker = display_locker(facts);
	if (rung == LOCK_RUNG_CONSOLE)
		locker = console_locker(facts);
	if ((rung == LOCK_RUNG_LOCKER || rung == LOCK_RUNG_CONSOLE) && locker == LOCKER_NONE)
		return;
	add_rung(ladder, rung, locker);
}

static bool has_word(const struct lock_ladder *words, enum lock_ladder_word word)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->words[i] == word)
			return true;
	return false;
}

static void plan_console(const struct lock_ladder *words, int console_choice, const struct ladder_facts *facts, struct ladder *ladder)
{
	if (console_choice != LOCK_CONSOLE_END)
		plan_word(LOCK_LADDER_CONSOLE, facts, ladder);
	if (console_choice == LOCK_CONSOLE_END || has_word(words, LOCK_LADDER_TERMINATE))
		plan_word(LOCK_LADDER_TERMINATE, facts, ladder);
}

int ladder_plan(const char *words, int console_choice, const struct ladder_facts *facts, struct diag_list *problems, struct ladder *ret_ladder)
{
	struct ladder ladder = {0};
	struct lock_ladder list;
	char problem[256];
	struct text t;
	int r;

	TEXT_INTO(&t, problem);
	r = lock_ladder_parse(words, strlen(words), &list, &t);
	if (r < 0) {
		if (problems != NULL)
			diag_add(problems, DIAG_ERROR, "[lock] ladder", 0, 0, "%s", problem);
		return r;
	}
	if (facts->type == SESSION_TYPE_TTY)
		plan_console(&list, console_choice, facts, &ladder);
	else
		for (size_t i = 0; i < list.count; i++)
			plan_word(list.words[i], facts, &ladder);
	*ret_ladder = ladder;
	return 0;
}
