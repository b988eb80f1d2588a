/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges whether a lock holds. Each kind of proof is a row of its own; the surest one counts. */
#include "proof.h"

#include <string.h>

static struct proof missing(const char *lacks)
{
	return (struct proof){.verdict = PROOF_MISSING, .strength = LOCK_STRENGTH_NONE, .lacks = lacks};
}

static struct proof held(enum lock_strength strength)
{
	return (struct proof){.verdict = PROOF_HELD, .strength = strength, .lacks = ""};
}

/* --- X11: grabs, cover, owner --- */

static const char *grab_lacks(const struct worker_sight *sight)
{
	if (sight->keyboard == WORKER_GRAB_UNKNOWN || sight->pointer == WORKER_GRAB_UNKNOWN)
		return "the display did not answer in time";
	if (sight->keyboard != WORKER_GRAB_FOREIGN)
		return "the keyboard is not grabbed";
	if (sight->pointer != WORKER_GRAB_FOREIGN)
		return "the pointer is not grabbed";
	return NULL;
}

/* "@c2.service": which session's unit it is. */
static const char *instance_of(const char *unit)
{
	const char *at = strchr(unit, '@');

	return at != NULL ? at : "";
}

/* The locker of ours that owns the window, NULL for none. It may be of an earlier rung, which was slow. Nobody but root starts anything in a unit of the
 * system, nor runs as us. */
static const struct locker_row *owner_as_ours(const struct proof_facts *facts)
{
	const char *instance = instance_of(facts->owner.unit);

	if (facts->owner.uid != facts->us || facts->us == facts->user || instance[0] == '\0' || strcmp(instance, instance_of(facts->our_unit)) != 0)
		return NULL;
	for (enum locker_id id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++) {
		const struct locker_row *row = locker_row(id);

		if (row->runs_as == LOCKER_AS_US && strncmp(facts->owner.unit, row->unit, strlen(row->unit)) == 0)
			return row;
	}
	return NULL;
}

/* Whose process it may be at all: another person's locker on this display locks nobody but out. */
static bool owner_may_lock(const struct proof_facts *facts)
{
	return facts->owner.uid == facts->user || facts->owner.uid == facts->us || facts->owner.uid == 0;
}

static struct proof judge_window(const struct proof_facts *facts)
{
	const struct locker_row *ours = owner_as_ours(facts);
	const char *lacks;

	if (!facts->seen)
		return missing("the display was not looked at");
	lacks = grab_lacks(&facts->sight);
	if (lacks != NULL)
		return missing(lacks);
	if (!facts->sight.covered)
		return missing("no window covers every monitor");
	if (facts->owner.pid <= 0 || facts->owner.pid != facts->sight.owner_pid)
		return missing("whose window covers the screen is not known");
	if (facts->owner.exe[0] == '\0' || !facts->owner.exe_is_roots)
		return missing("the covering window is of a program that is not root's");
	if (ours != NULL)
		return held(ours->strength);
	if (!owner_may_lock(facts) || !locker_program_is_known(facts->owner.exe))
		return missing("the covering window is of no locker that is known");
	return held(LOCK_STRENGTH_WEAK);
}

/* --- a desktop's own word --- */

/* Any process of the user can set the hint, so on X11 the grabs are asked for besides. */
static struct proof judge_hint(const struct proof_facts *facts)
{
	const char *lacks;

	if (!facts->desktop_sets_hint)
		return missing("the desktop does not say whether it is locked");
	if (!facts->locked_hint)
		return missing("the desktop does not say that it is locked");
	if (facts->type == SESSION_TYPE_WAYLAND)
		return held(LOCK_STRENGTH_WEAK);
	if (!facts->seen)
		return missing("the display was not looked at");
	lacks = grab_lacks(&facts->sight);
	return lacks != NULL ? missing(lacks) : held(LOCK_STRENGTH_WEAK);
}

/* --- a locker of ours --- */

/* A Wayland compositor tells its locker when every screen is locked, and the unit becomes active then. */
static struct proof judge_unit(const struct proof_facts *facts)
{
	const struct locker_row *row = locker_row(facts->locker);

	if (row == NULL || facts->rung != LOCK_RUNG_LOCKER || row->type != SESSION_TYPE_WAYLAND)
		return missing("no locker of ours runs");
	if (!facts->unit_ready)
		return missing("our locker is not ready");
	return facts->on_screen ? held(row->strength) : missing("our locker is not on the screen");
}

/* A lock on a console of its own holds the whole seat. */
static struct proof judge_vt(const struct proof_facts *facts)
{
	const struct locker_row *row = locker_row(facts->locker);

	if (row == NULL || facts->rung != LOCK_RUNG_CONSOLE || row->type != SESSION_TYPE_TTY)
		return missing("no console lock runs");
	if (!facts->unit_ready)
		return missing("the console lock is not ready");
	if (facts->vt_held)
		return held(row->strength);
	return missing("the console lock does not hold terminal switching");
}

static struct proof judge_display(const struct proof_facts *facts)
{
	struct proof window, hint;

	if (facts->shows_text)
		return missing("the terminal shows text");
	switch (facts->type) {
	case SESSION_TYPE_X11:
		window = judge_window(facts);
		hint = judge_hint(facts);
		return window.verdict == PROOF_HELD || hint.verdict != PROOF_HELD ? window : hint;
	case SESSION_TYPE_WAYLAND:
		hint = judge_hint(facts);
		return hint.verdict == PROOF_HELD ? hint : judge_unit(facts);
	case SESSION_TYPE_OTHER:
	case SESSION_TYPE_UNSPECIFIED:
	case SESSION_TYPE_TTY:
	case SESSION_TYPE_MIR:
	case SESSION_TYPE_WEB:
	case SESSION_TYPE_MAX:
		break;
	}
	return missing("only a console lock can hold this kind of session");
}

struct proof proof_judge(const struct proof_facts *facts)
{
	struct proof vt = judge_vt(facts);
	struct proof display = judge_display(facts);

	if (vt.verdict == PROOF_HELD && vt.strength >= display.strength)
		return vt;
	if (display.verdict == PROOF_HELD)
		return display;
	return facts->rung == LOCK_RUNG_CONSOLE ? vt : display;
}
