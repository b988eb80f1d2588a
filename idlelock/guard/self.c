/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of control "self", its watches and its repair. */
#include "self.h"

#include <string.h>

#include "lockdown_text.h"
#include "text.h"

#define FILES_INTERVAL_S 3600

static const char *const UNITS[] = {"idlelockd.service",   "idlelockd.socket",    "idlelock-verify.socket",
				    "mutex-verify.socket", "mutex-guardd.service", "mutex-floor.service",
				    "mutex-floor.socket",  "idlelock-settings.path"};
static const char *const TEMPLATES[] = {"idlelock-console@.service", "idlelock-x11@.service", "idlelock-xsecurelock@.service", "mutex-verify@.service"};
/* docker, lxd, incus-admin: their members have root start what they like; disk: they write the disk itself. */
static const char *const GROUPS[] = {"sudo", "admin", "wheel", "docker", "lxd", "incus-admin", "disk"};

const char *self_unit(size_t index)
{
	return index < sizeof UNITS / sizeof UNITS[0] ? UNITS[index] : NULL;
}

const char *self_template(size_t index)
{
	return index < sizeof TEMPLATES / sizeof TEMPLATES[0] ? TEMPLATES[index] : NULL;
}

const char *self_group(size_t index)
{
	return index < sizeof GROUPS / sizeof GROUPS[0] ? GROUPS[index] : NULL;
}

bool self_is_named(const struct word_list *admins, const struct self_member *member)
{
	for (size_t i = 0; i < admins->count; i++) {
		const char *word = admins->words[i];

		if (strcmp(word[0] == '@' ? word + 1 : word, word[0] == '@' ? member->group : member->user) == 0)
			return true;
	}
	return false;
}

/* --- judging --- */

static void tell(struct control_verdict *verdict, enum message_id id, const char *a, const char *b)
{
	control_add_reason(verdict, &(struct control_reason){.id = id, .arguments = {a, b}, .count = b != NULL ? 2 : a != NULL ? 1 : 0});
}

static void judge_files(const struct self_facts *f, struct control_verdict *verdict)
{
	static const enum message_id ids[SELF_FAULT_MAX] = {
		[SELF_FILE_MISSING] = MESSAGE_SELF_FILE_MISSING,
		[SELF_FILE_CHANGED] = MESSAGE_SELF_FILE_CHANGED,
		[SELF_FILE_ADDED] = MESSAGE_SELF_FILE_ADDED,
		[SELF_SETTING_CHANGED] = MESSAGE_SELF_SETTING_CHANGED,
	};

	for (size_t i = 0; i < f->file_count; i++)
		tell(verdict, ids[f->files[i].fault], f->files[i].path, NULL);
}

static bool judge_units(const struct self_facts *f, const struct settings *settings, struct control_verdict *verdict)
{
	const struct unit_setting setting = {.files = &settings->control_unit_files, .now_s = f->now_s, .upgrading = f->upgrading};
	bool fine = true;

	/* A package that goes stops and masks them itself: that is not fought over. */
	for (size_t i = 0; i < f->unit_count && !f->upgrading; i++)
		fine = unit_holds(&f->units[i], &setting, verdict) && fine;
	return fine;
}

/* The first who is not named. */
static void judge_members(const struct self_facts *f, struct control_verdict *verdict)
{
	for (size_t i = 0; i < f->member_count; i++) {
		if (self_is_named(&f->admins, &f->members[i]))
			continue;
		tell(verdict, MESSAGE_SELF_ADVISORY, f->members[i].user, f->members[i].group);
		return;
	}
}

struct control_verdict self_judge(const void *facts, const struct settings *settings, struct arena *arena)
{
	const struct self_facts *f = facts;
	struct control_verdict verdict = {.state = POSTURE_OK, .remedy = {.id = MESSAGE_SELF_REMEDY}};

	(void)arena;
	if (!f->lines_on)
		tell(&verdict, MESSAGE_SELF_LINES_OFF, NULL, NULL);
	else if (f->lines_problem != NULL)
		tell(&verdict, MESSAGE_SELF_LINES, f->lines_problem, NULL);
	judge_files(f, &verdict);
	if (verdict.reason_count > 0)
		verdict.state = POSTURE_VIOLATED;
	if (f->unreachable == NULL && !judge_units(f, settings, &verdict))
		verdict.state = POSTURE_VIOLATED;
	if (f->unreachable != NULL && verdict.state == POSTURE_OK) {
		verdict.state = POSTURE_UNKNOWN;
		tell(&verdict, MESSAGE_UNITS_UNREACHABLE, f->unreachable, NULL);
	}
	judge_members(f, &verdict);
	if (verdict.reason_count == 0)
		tell(&verdict, MESSAGE_SELF_FINE, NULL, NULL);
	return verdict;
}

/* --- watching and repairing --- */

void self_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches)
{
	static const char *const files[] = {
		"/etc/pam.d",	       "/var/lib/mutex/lines-on", "/etc/ssh/sshd_config.d", "/usr/sbin/mutexctl", "/usr/libexec/idlelockd",
		"/usr/libexec/mutex-guardd", "/usr/libexec/mutex-verify", "/etc/group",
	};

	(void)settings;
	for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
		unit_watch(UNITS[i], arena, watches);
	unit_watch_common(watches);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		control_add_watch(watches, WATCH_FILE, files[i], 0);
	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++)
		if (lockdown_way((enum lockdown_file)i) == LOCKDOWN_OURS)
			control_add_watch(watches, WATCH_FILE, lockdown_path((enum lockdown_file)i), 0);
	control_add_watch(watches, WATCH_INTERVAL, "files of our packages are too many to be watched one by one", FILES_INTERVAL_S);
}

static bool apply_would_help(const struct self_facts *f)
{
	bool setting = false;

	for (size_t i = 0; i < f->file_count; i++)
		setting = setting || f->files[i].fault == SELF_SETTING_CHANGED;
	return f->lines_on && (setting || f->lines_problem != NULL);
}

void self_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	static const char *const apply[] = {"/usr/sbin/mutexctl", "apply", "--yes", NULL}, *const sshd[] = {"/usr/sbin/mutexctl", "apply", "--yes", "--sshd", NULL};
	const struct self_facts *f = facts;
	const struct unit_setting setting = {.files = &settings->control_unit_files, .now_s = f->now_s, .upgrading = f->upgrading};

	for (size_t i = 0; i < f->unit_count && f->unreachable == NULL && !f->upgrading; i++)
		unit_repair(&f->units[i], &setting, arena, repair);
	if (apply_would_help(f))
		control_add_command(repair, "put our PAM lines and settings right", f->sshd_changed ? sshd : apply);
}
