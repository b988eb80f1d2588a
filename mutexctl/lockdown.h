/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts the files of lockdown_text.h where they belong, finds drift, takes them away. Shell.
 *
 * Below paths->state lies lockdown/: `written/ID` is what apply wrote last (so that a change of somebody else is told from a change of the policy),
 * `kept/ID` what another's file of that name held before. MUST: remove leaves every such file as it was before the first apply, byte by byte, unless
 * somebody changed it since: then only our part goes. A link in the place of a file is never followed and never replaced. */
#ifndef MUTEXCTL_LOCKDOWN_H
#define MUTEXCTL_LOCKDOWN_H

#include <jansson.h>
#include <stddef.h>

#include "lockdown_text.h"
#include "paths.h"
#include "policy_load.h"

/* S(id, name, what it says) */
#define LOCKDOWN_STANDINGS(S) \
	S(FINE, "fine", "as the policy says") \
	S(ABSENT, "absent", "nothing here reads it") \
	S(MISSING, "missing", "not there yet") \
	S(OUTDATED, "outdated", "says what the policy said before") \
	S(LEFT_OVER, "left-over", "is there, though the policy does not ask for it") \
	S(DRIFT, "drift", "was changed since mutexctl apply wrote it") \
	S(NO_DCONF, "no-dconf", "desktops here read dconf, and the program dconf is missing: install dconf-cli") \
	S(UNREADABLE, "unreadable", "cannot be read, or is a link")

enum lockdown_standing {
#define LOCKDOWN_STANDING_ENUM(id, name, what) LOCKDOWN_##id,
	LOCKDOWN_STANDINGS(LOCKDOWN_STANDING_ENUM)
#undef LOCKDOWN_STANDING_ENUM
	LOCKDOWN_STANDING_MAX
};
const char *lockdown_standing_name(enum lockdown_standing standing);
const char *lockdown_standing_what(enum lockdown_standing standing);

struct lockdown_survey {
	enum lockdown_standing standing[LOCKDOWN_FILE_MAX];
	size_t wrong, drifted; /* not fine; of these: drift */
};

/* How the files stand. */
void lockdown_survey(const struct paths *paths, const struct lockdown_wish *wish, struct lockdown_survey *ret);

/* Writes what does not stand as the policy says, and makes the system read it. Drift is recorded. 0, or an exit status after messages (every other
 * file is written all the same). */
int lockdown_put(const struct paths *paths, const struct policy_loaded *loaded);
/* All of it goes. The same results. */
int lockdown_take_out(const struct paths *paths);

/* "PATH: what is wrong" a line, for apply and check. */
void lockdown_print(const struct paths *paths, const struct lockdown_survey *survey);
json_t *lockdown_to_json(const struct lockdown_survey *survey);

#endif
