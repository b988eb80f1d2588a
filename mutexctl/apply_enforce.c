/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks before sections are enforced: at the person who asks, at everybody else, and at the way in for emergencies. */
#include "apply_enforce.h"

#include <errno.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "age.h"
#include "break_glass_check.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "file.h"
#include "login_rules.h"
#include "login_store.h"
#include "name_list.h"
#include "pam_survey.h"
#include "pam_tree.h"
#include "people.h"
#include "stream.h"
#include "text.h"

#define ENTRY_BYTES 65536

static const enum keyword MODES[APPLY_SECTION_MAX] = {
	[APPLY_MFA] = KEYWORD_mfa_mode,
	[APPLY_ACCESS] = KEYWORD_access_mode,
	[APPLY_LOCKOUT] = KEYWORD_lockout_mode,
};

static int mode_of(const struct settings *s, enum apply_section section)
{
	switch (section) {
	case APPLY_MFA:
		return s->mfa_mode;
	case APPLY_ACCESS:
		return s->access_mode;
	case APPLY_LOCKOUT:
		return s->lockout_mode;
	case APPLY_SECTION_MAX:
		break;
	}
	return MODE_OBSERVE;
}

unsigned apply_enforced(const struct policy *policy)
{
	struct settings settings;
	unsigned sections = 0;

	policy_resolve(policy, NULL, &settings);
	for (int i = 0; i < APPLY_SECTION_MAX; i++) {
		if (mode_of(&settings, (enum apply_section)i) == MODE_ENFORCE)
			sections |= APPLY_SECTION_BIT(i);
	}
	return sections;
}

/* --- the accounts of this computer --- */

/* A state that cannot be read is no factor: it is denied at the login too. */
static bool has_factor(const struct paths *paths, uid_t uid)
{
	struct login_state state LOGIN_STATE_WIPED;

	login_state_init(&state, uid);
	return login_store_read(paths, uid, &state) == 0 && (state.totp.enrolled || state.recovery.count > 0 || state.hooked_since_s != 0);
}

/* A hash that some password fits. People of a directory have theirs there. */
static bool has_password(const struct paths *paths, const char *name)
{
	FILE *file STREAM_CLOSED = fopen(paths->shadow, "re");
	char *buffer FILE_FREED = malloc(ENTRY_BYTES);
	struct spwd entry, *found;
	bool usable = true;

	while (file != NULL && buffer != NULL && fgetspent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (strcmp(entry.sp_namp, name) != 0)
			continue;
		usable = shadow_usable(entry.sp_pwdp);
		break;
	}
	if (buffer != NULL)
		explicit_bzero(buffer, ENTRY_BYTES);
	return usable;
}

/* --- refusing --- */

/* Told in a way that names the line to change. */
static bool refuse_overruled(const struct policy_loaded *planned, unsigned sections)
{
	unsigned missing = sections & ~apply_enforced(&planned->policy);
	struct settings settings;

	policy_resolve(&planned->policy, NULL, &settings);
	for (int i = 0; i < APPLY_SECTION_MAX; i++) {
		const struct origin *origin = &settings.origin[MODES[i]];

		if ((missing & APPLY_SECTION_BIT(i)) == 0)
			continue;
		(void)command_error("[%s] would not be enforced: a file that is read later says mode = observe (line %u of %s); take that line away",
				    apply_section_name((enum apply_section)i), origin->line, origin->file != NULL ? origin->file : "the defaults");
	}
	return missing != 0;
}

static bool refuse_without_break_glass(const struct policy_loaded *planned)
{
	int64_t now_s = clock_now_s();
	struct settings settings;

	if (break_glass_usable(planned, NULL, now_s) > 0)
		return false;
	policy_resolve(&planned->policy, NULL, &settings);
	for (size_t i = 0; i < settings.access_break_glass.count; i++) {
		const char *user = settings.access_break_glass.words[i];
		unsigned faults = break_glass_check(planned, user, now_s);

		for (int fault = 0; fault < BREAK_GLASS_FAULT_MAX; fault++) {
			if ((faults >> fault & 1) != 0)
				(void)command_error("break-glass account %s: %s", user, break_glass_fault_text((enum break_glass_fault)fault));
		}
	}
	(void)command_error("nobody could get in when something breaks: make an account for emergencies, name it as break_glass in [access], and try it "
			    "with \"mutexctl breakglass drill\"");
	return true;
}

/* At a virtual terminal, a serial line or the console: root gets in there whatever the policy says. */
static bool is_at_console(void)
{
	struct stat st;

	if (fstat(STDIN_FILENO, &st) < 0 || !S_ISCHR(st.st_mode) || !isatty(STDIN_FILENO))
		return false;
	return major(st.st_rdev) == 4 || (major(st.st_rdev) == 5 && minor(st.st_rdev) == 1);
}

/* Where audit does not say who logged in (a container), sudo does. Whoever is root may say anything here, as with --user: it keeps people from
 * shutting themselves out, nobody else. */
static const char *asking_person(char asked_by[static COMMON_NAME_BYTES])
{
	const char *by_sudo = getenv("SUDO_USER");

	if (!common_asked_by(asked_by))
		return NULL;
	return strcmp(asked_by, "root") == 0 && by_sudo != NULL && *by_sudo != '\0' ? by_sudo : asked_by;
}

static bool refuse_person(const struct paths *paths, const struct policy_loaded *planned, const struct apply_own *own, const char *user)
{
	unsigned sections = own->enforce;
	struct person_loaded person PERSON_UNLOADED = {0};
	char asked_by[COMMON_NAME_BYTES];
	struct settings settings;
	bool refused = false;

	if (user == NULL)
		user = asking_person(asked_by);
	if (user == NULL || person_load(user, &person) < 0) {
		(void)command_error("nobody knows who asks; name a person who administers this computer with --user");
		return true;
	}
	if (person.person.uid == 0 && is_at_console())
		return false;
	policy_resolve(&planned->policy, &person.person, &settings);
	if ((sections & APPLY_SECTION_BIT(APPLY_MFA)) != 0 && !has_factor(paths, person.person.uid)) {
		(void)command_error("%s has no second factor yet and could not come back: run \"mutexctl mfa enrol\" first, or do this as root at the console",
				    user);
		refused = true;
	}
	if ((sections & APPLY_SECTION_BIT(APPLY_ACCESS)) != 0 && settings.access_allow.count > 0 && !login_list_holds(&settings.access_allow, &person.person, false)) {
		(void)command_error("%s is not on the login list ([access] allow) and could not come back", user);
		refused = true;
	}
	/* sshd asks PAM behind the key: for the code of those who have a factor, for the password of others. */
	if (own->sshd == APPLY_SSHD_ON && !has_factor(paths, person.person.uid) && !has_password(paths, user)) {
		(void)command_error("%s has neither a password nor a second factor, and a key alone will not suffice: run \"mutexctl mfa enrol\" first", user);
		refused = true;
	}
	return refused;
}

int apply_enforce_refuse(const struct paths *paths, const struct policy_loaded *planned, const struct apply_own *own, const char *user)
{
	bool refused = refuse_overruled(planned, own->enforce);

	if (own->enforce != 0)
		refused = refuse_without_break_glass(planned) || refused;
	if ((own->enforce & (APPLY_SECTION_BIT(APPLY_MFA) | APPLY_SECTION_BIT(APPLY_ACCESS))) != 0 || own->sshd == APPLY_SSHD_ON)
		refused = refuse_person(paths, planned, own, user) || refused;
	return refused ? COMMAND_VIOLATED : 0;
}

/* --- everybody else --- */

/* An authorized_keys with something in it. Homes belong to people, so nothing is opened. */
static bool has_keys(const struct paths *paths, const char *home)
{
	char below[PAM_TREE_PATH_MAX], path[PAM_TREE_PATH_MAX];
	struct stat st;
	struct text t;

	TEXT_INTO(&t, below);
	text_add(&t, home);
	text_add(&t, "/.ssh/authorized_keys");
	return text_end(&t) == 0 && pam_tree_path(&path, paths->root, below) == 0 && lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

struct people_seen {
	struct name_list without, keys, keys_only; /* keys_only: neither password nor factor */
	size_t with;
};

static void look_at_people(const struct paths *paths, struct people_seen *seen)
{
	FILE *file STREAM_CLOSED = pam_tree_open(paths->root, "/etc/passwd");
	char *buffer FILE_FREED = malloc(ENTRY_BYTES);
	struct passwd entry, *found;

	name_list_start(&seen->without);
	name_list_start(&seen->keys);
	name_list_start(&seen->keys_only);
	while (file != NULL && buffer != NULL && fgetpwent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (!people_is_one(entry.pw_uid, entry.pw_shell))
			continue;
		bool key = has_keys(paths, entry.pw_dir);

		if (key)
			name_list_add(&seen->keys, entry.pw_name);
		if (has_factor(paths, entry.pw_uid)) {
			seen->with++;
			continue;
		}
		name_list_add(&seen->without, entry.pw_name);
		if (key && !has_password(paths, entry.pw_name))
			name_list_add(&seen->keys_only, entry.pw_name);
	}
}

static void print_demands(const struct settings *s)
{
	static const char *const demands[] = {[MFA_OFF] = "not asked for", [MFA_IF_ENROLLED] = "from those who have one", [MFA_REQUIRED] = "from everybody"};
	char until[32];
	struct text t;

	printf("- second factor: %s; from other computers %s, here %s, su and polkit %s, sudo %s\n", s->mfa_mode == MODE_ENFORCE ? "enforce" : "observe: asked and recorded, nobody is refused",
	       demands[s->mfa_remote], demands[s->mfa_local], demands[s->mfa_su], demands[s->mfa_sudo]);
	if (s->mfa_enrol_by == 0)
		return;
	TEXT_INTO(&t, until);
	date_add(&t, s->mfa_enrol_by);
	printf("- until %s people without a factor get in and are reminded; afterwards they enrol at the local console\n", until);
}

/* Where finish cannot be put, the gate denies. */
static void print_unsupported(const struct paths *planned_lines)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	struct name_list n;

	if (pam_survey(planned_lines, NULL, 0, &survey) < 0 || pam_survey_gates(&survey, NULL) < 0)
		return;
	name_list_start(&n);
	for (size_t i = 0; i < survey.count; i++) {
		if (survey.items[i].auth.verdict == PAM_GATE_WEAK && survey.items[i].auth.cause != PAM_GATE_CAUSE_BEHIND)
			name_list_add(&n, survey.items[i].name);
	}
	if (n.count > 0)
		printf("- unsupported: %s take a card or a finger by lines of their own, in which no second factor can be asked for; where the policy demands one "
		       "they are denied, and people use the password\n", name_list_end(&n));
}

void apply_enforce_preview(const struct paths *paths, const struct paths *trial, const struct policy_loaded *planned)
{
	struct people_seen seen = {0};
	struct settings settings;
	bool required;

	print_unsupported(trial);
	policy_resolve(&planned->policy, NULL, &settings);
	required = settings.mfa_remote == MFA_REQUIRED || settings.mfa_local == MFA_REQUIRED;
	if (settings.mfa_remote == MFA_OFF && settings.mfa_local == MFA_OFF && settings.mfa_su == MFA_OFF && settings.mfa_sudo == MFA_OFF)
		return;
	look_at_people(paths, &seen);
	print_demands(&settings);
	printf("- %zu people here have a second factor", seen.with);
	if (seen.without.count > 0)
		printf("; without one: %s%s", name_list_end(&seen.without), required && settings.mfa_mode == MODE_ENFORCE && settings.mfa_enrol_by == 0
			       ? ", who are denied where one is required" : "");
	printf("\n");
	if (seen.keys_only.count > 0)
		printf("- a key and nothing else: %s. With \"--sshd\" they need a second factor (mutexctl mfa enrol) or a password first\n", name_list_end(&seen.keys_only));
	if (seen.keys.count > 0 && settings.mfa_remote != MFA_OFF)
		printf("- logins by ssh key: %s; a key alone %s. \"mutexctl apply --sshd\" lets sshd ask for the code behind a key\n", name_list_end(&seen.keys),
		       settings.mfa_remote == MFA_REQUIRED ? "is denied once [mfa] is enforced" : "is denied to those who have a factor, once [mfa] is enforced");
}

void apply_enforce_people(const struct paths *paths, struct enforce_people *ret_people)
{
	struct people_seen seen = {0};

	look_at_people(paths, &seen);
	*ret_people = (struct enforce_people){.with = seen.with, .without = seen.without.count};
}
