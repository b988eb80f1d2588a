/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a stamp opens a lock: one question after the other, the first no is the verdict. */
#include "unlock.h"

#include <string.h>

static bool is_listed(const struct word_list *list, const char *word)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->words[i], word) == 0)
			return true;
	return false;
}

/* Login screens of a seat: they ask in a display or terminal of their own and then bring the person's session to the front, so that only the seat can be
 * the same. The names are those of Debian's packages. */
static bool is_login_screen(const char *service)
{
	static const char *const NAMES[] = {"gdm", "gdm-password", "gdm-fingerprint", "gdm-smartcard", "gdm-smartcard-pkcs11-exclusive",
					    "gdm-smartcard-sssd-exclusive", "gdm-smartcard-sssd-or-password", "lightdm", "sddm", "xdm", "wdm", "lxdm",
					    "slim", "ly", "greetd"};
	const struct word_list names = {.words = NAMES, .count = sizeof NAMES / sizeof NAMES[0]};

	return is_listed(&names, service);
}

/* ":0.0" is ":0". */
static bool same_display(const char *a, const char *b)
{
	size_t len = strcspn(a, ".");

	return a[0] == ':' && strcspn(b, ".") == len && strncmp(a, b, len) == 0;
}

/* Our lock of all consoles of the seat asks on one that it took for that; auth_console_run.c names the service. */
static bool is_console_lock(const char *service, const struct lock *lock)
{
	return lock->running == LOCK_RUNG_CONSOLE && strcmp(service, "vlock") == 0;
}

/* A place that the stamp names: whether it is one that the session could be compared with, and whether it is the session's. X lockers give their display
 * as PAM_TTY. */
static bool is_of_session(const char *place, const struct session_facts *session)
{
	return place[0] != '\0' && (strcmp(place, session->tty) == 0 || same_display(place, session->display));
}

static bool is_elsewhere(const char *place, const struct session_facts *session)
{
	if (place[0] == ':')
		return session->display[0] == ':' && !same_display(place, session->display);
	return (strncmp(place, "tty", 3) == 0 || strncmp(place, "pts/", 4) == 0) && strcmp(place, session->tty) != 0;
}

/* Without a seat (VNC, a text session from afar) only the display or terminal itself says where somebody is. */
static bool is_same_place(const struct stamp *stamp, const struct session_facts *session, const struct lock *lock)
{
	bool named = is_of_session(stamp->tty, session) || is_of_session(stamp->display, session);

	if (strcmp(stamp->seat, session->seat) != 0)
		return false;
	if (session->seat[0] == '\0')
		return named;
	return named || is_login_screen(stamp->service) || is_console_lock(stamp->service, lock) ||
	       !(is_elsewhere(stamp->tty, session) || is_elsewhere(stamp->display, session));
}

static bool is_used(const struct stamp *stamp, const struct unlock_used *used)
{
	return used->time_ns == stamp->time_ns && used->pid == stamp->pid && used->pid_start == stamp->pid_start;
}

static enum unlock_verdict judge_time(const struct stamp *stamp, const struct lock *lock, int64_t now_ns)
{
	int64_t age;

	if (stamp->time_ns > now_ns)
		return UNLOCK_FROM_THE_FUTURE;
	if (stamp->time_ns <= lock->asked_ns)
		return UNLOCK_BEFORE_THE_LOCK;
	if (__builtin_sub_overflow(now_ns, stamp->time_ns, &age) || age > UNLOCK_AGE_NS)
		return UNLOCK_TOO_OLD;
	return UNLOCK_OPENS;
}

/* No service listed: every one that writes stamps. Only lockers and logins at this computer do (pam_mutex/authenticate.c). */
enum unlock_verdict unlock_judge(const struct stamp *stamp, const struct session_facts *session, const struct lock *lock,
				 const struct word_list *services, const struct unlock_used *used, int64_t now_ns)
{
	if (stamp == NULL || !lock_is_demanded(lock) || lock->asked_ns == 0)
		return UNLOCK_NO_STAMP;
	if (stamp->boot_id[0] == '\0' || strcmp(stamp->boot_id, session->boot_id) != 0)
		return UNLOCK_ANOTHER_BOOT;
	if (stamp->uid != session->uid)
		return UNLOCK_ANOTHER_PERSON;
	if (!is_same_place(stamp, session, lock))
		return UNLOCK_ANOTHER_SEAT;
	if (services->count > 0 && !is_listed(services, stamp->service))
		return UNLOCK_ANOTHER_SERVICE;
	if (is_used(stamp, used))
		return UNLOCK_USED;
	return judge_time(stamp, lock, now_ns);
}

static const char *const VERDICTS[UNLOCK_VERDICT_MAX] = {
	[UNLOCK_NO_STAMP] = "no-stamp",
	[UNLOCK_ANOTHER_BOOT] = "another-boot",
	[UNLOCK_ANOTHER_PERSON] = "another-person",
	[UNLOCK_ANOTHER_SEAT] = "another-seat",
	[UNLOCK_BEFORE_THE_LOCK] = "before-the-lock",
	[UNLOCK_TOO_OLD] = "too-old",
	[UNLOCK_FROM_THE_FUTURE] = "from-the-future",
	[UNLOCK_ANOTHER_SERVICE] = "another-service",
	[UNLOCK_USED] = "used",
	[UNLOCK_OPENS] = "opens",
};

const char *unlock_verdict_name(enum unlock_verdict verdict)
{
	return (unsigned)verdict < UNLOCK_VERDICT_MAX ? VERDICTS[verdict] : "unknown";
}
