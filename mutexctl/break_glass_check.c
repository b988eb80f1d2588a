/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at one emergency account as login(1) at the console would. */
#include "break_glass_check.h"

#include <assert.h>
#include <errno.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "age.h"
#include "common.h"
#include "keyword.h"
#include "login_gather.h"
#include "login_story.h"
#include "stream.h"
#include "people.h"
#include "suspension_store.h"
#include "text.h"

#define FAULT(name) (1u << BREAK_GLASS_##name)

static const struct {
	const char *code, *text;
} faults[] = {
	[BREAK_GLASS_UNKNOWN] = {"unknown", "the system knows no such account; make it with adduser, or correct break_glass in the policy"},
	[BREAK_GLASS_NOT_LOCAL] =
		{"not-local",
		 "the account is not in this computer's own /etc/shadow, so it fails together with the directory; make a local one"},
	[BREAK_GLASS_NO_PASSWORD] = {"no-password", "the account has no password, or a locked one; set a long one with passwd and seal it"},
	[BREAK_GLASS_EXPIRED] = {"expired", "the account or its password has expired; run chage -E -1 -M -1 -I -1 on it"},
	[BREAK_GLASS_NO_SHELL] = {"no-shell", "the account has no shell that can be run; set one with chsh"},
	[BREAK_GLASS_SUSPENDED] = {"suspended", "the account is suspended; run mutexctl resume on it"},
	[BREAK_GLASS_NOLOGIN] = {"nologin", "/etc/nologin keeps everybody but root out; remove it"},
	[BREAK_GLASS_UNREADABLE] = {"unreadable", "the shadow file or the suspensions cannot be read; run this as root"},
	[BREAK_GLASS_REFUSED] = {"refused", "the login's own decision refuses it at the console; see mutexctl explain login USER --service login"},
};
static_assert(sizeof faults / sizeof faults[0] == BREAK_GLASS_FAULT_MAX, "each fault has its text");

const char *break_glass_fault_text(enum break_glass_fault fault)
{
	return faults[fault].text;
}

const char *break_glass_fault_code(enum break_glass_fault fault)
{
	return faults[fault].code;
}

static unsigned check_entry(const struct spwd *entry, int64_t now_s)
{
	int64_t today = now_s / DAY_S;
	unsigned found = shadow_usable(entry->sp_pwdp) ? 0 : FAULT(NO_PASSWORD);

	if (entry->sp_expire >= 0 && today >= entry->sp_expire)
		found |= FAULT(EXPIRED);
	if (entry->sp_lstchg >= 0 && entry->sp_max >= 0 && entry->sp_inact >= 0 &&
	    today > entry->sp_lstchg + entry->sp_max + entry->sp_inact)
		found |= FAULT(EXPIRED);
	return found;
}

/* The file itself, not NSS: the account must work when nothing else does. */
static unsigned check_shadow(const char *user, int64_t now_s)
{
	FILE *file STREAM_CLOSED = fopen(common_paths()->shadow, "re");
	unsigned found = FAULT(NOT_LOCAL);
	char line[2048];
	struct spwd entry, *result;

	if (file == NULL)
		return FAULT(UNREADABLE);
	while (found == FAULT(NOT_LOCAL) && fgetspent_r(file, &entry, line, sizeof line, &result) == 0)
		if (strcmp(result->sp_namp, user) == 0)
			found = check_entry(result, now_s);
	explicit_bzero(line, sizeof line);
	return found;
}

static unsigned check_shell(const struct passwd *account)
{
	const char *shell = account->pw_shell[0] != '\0' ? account->pw_shell : "/bin/sh"; /* as login(1) has it */

	return people_logs_in(shell) && shell[0] == '/' && access(shell, X_OK) == 0 ? 0 : FAULT(NO_SHELL);
}

static unsigned check_nologin(const struct passwd *account)
{
	char path[PATHS_BYTES_MAX + 16];
	struct stat st;
	struct text t;

	TEXT_INTO(&t, path);
	text_add(&t, common_root());
	text_add(&t, "/etc/nologin");
	return account->pw_uid != 0 && lstat(path, &st) == 0 ? FAULT(NOLOGIN) : 0;
}

static unsigned check_suspended(uid_t uid)
{
	int r = suspension_load(common_paths(), uid, NULL);

	return r < 0 ? FAULT(UNREADABLE) : r > 0 ? FAULT(SUSPENDED) : 0;
}

/* What the module would say to the right password at the console. What the faults above say need not be said twice. */
static unsigned check_decision(const struct policy_loaded *loaded, const char *user, int64_t now_s)
{
	struct login_gathered g LOGIN_GATHERED_RELEASED = {0};
	struct login_story story;
	const struct login_request request = {
		.service = "login", .user = user, .tty = "tty1", .rhost = "", .display = "", .asker_uid = (uid_t)-1,
		.as_root = geteuid() == 0 || common_root()[0] != '\0', .peer_pid = -1, .now_s = now_s,
	};

	if (login_gather(common_paths(), loaded, &request, &g) < 0)
		return FAULT(UNREADABLE);
	login_story(&g.facts, &g.settings, &g.factors, (struct login_way){.auth = true, .password = true}, &story);
	return story.outcome == LOGIN_OUTCOME_ALLOWED && story.asked == 0 ? 0 : FAULT(REFUSED);
}

unsigned break_glass_check(const struct policy_loaded *loaded, const char *user, int64_t now_s)
{
	const struct passwd *account = getpwnam(user);
	unsigned found;

	if (account == NULL)
		return FAULT(UNKNOWN);
	found = check_shell(account) | check_nologin(account) | check_suspended(account->pw_uid) | check_shadow(user, now_s);
	return (found & (FAULT(SUSPENDED) | FAULT(UNREADABLE))) != 0 ? found : found | check_decision(loaded, user, now_s);
}

size_t break_glass_usable(const struct policy_loaded *loaded, const char *except, int64_t now_s)
{
	struct settings settings;
	size_t usable = 0;

	policy_resolve(&loaded->policy, NULL, &settings);
	for (size_t i = 0; i < settings.access_break_glass.count; i++) {
		const char *user = settings.access_break_glass.words[i];

		if (except == NULL || strcmp(user, except) != 0)
			usable += break_glass_check(loaded, user, now_s) == 0;
	}
	return usable;
}
