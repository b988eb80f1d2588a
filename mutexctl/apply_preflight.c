/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells what the policy will do to whom on this computer. */
#include "apply_preflight.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply_enforce.h"
#include "date.h"
#include "demand.h"
#include "file.h"
#include "name_list.h"
#include "pam_survey.h"
#include "pam_tree.h"
#include "stream.h"
#include "text.h"

#define ENTRY_BYTES 65536

/* --- people --- */

static void print_people(const struct paths *paths)
{
	FILE *file STREAM_CLOSED = pam_tree_open(paths->root, "/etc/shadow");
	char *buffer __attribute__((cleanup(file_free))) = malloc(ENTRY_BYTES);
	struct name_list with, without;
	struct spwd entry, *found;

	if (file == NULL || buffer == NULL) {
		printf("- people: /etc/shadow cannot be read, so nobody is named here\n");
		return;
	}
	name_list_start(&with);
	name_list_start(&without);
	while (fgetspent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (entry.sp_pwdp == NULL || *entry.sp_pwdp == '\0')
			name_list_add(&without, entry.sp_namp);
		else if (*entry.sp_pwdp != '!' && *entry.sp_pwdp != '*')
			name_list_add(&with, entry.sp_namp);
	}
	if (with.count > 0)
		printf("- people with a password here: %s. Present passwords stay; each new one is judged\n", name_list_end(&with));
	if (without.count > 0)
		printf("- WARNING: accounts with an empty password: %s. Set or lock them (PW-3)\n", name_list_end(&without));
}

/* Members by list, and those whose first group it is. */
static void add_members(const struct paths *paths, const struct group *group, struct name_list *n)
{
	FILE *file STREAM_CLOSED = pam_tree_open(paths->root, "/etc/passwd");
	char *buffer __attribute__((cleanup(file_free))) = malloc(ENTRY_BYTES);
	struct passwd entry, *found;

	for (char **member = group->gr_mem; *member != NULL; member++)
		name_list_add(n, *member);
	while (file != NULL && buffer != NULL && fgetpwent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (entry.pw_gid == group->gr_gid)
			name_list_add(n, entry.pw_name);
	}
}

static void print_admins(const struct paths *paths)
{
	FILE *file STREAM_CLOSED = pam_tree_open(paths->root, "/etc/group");
	char *buffer __attribute__((cleanup(file_free))) = malloc(ENTRY_BYTES);
	struct group entry, *found;
	struct name_list n;

	name_list_start(&n);
	while (file != NULL && buffer != NULL && fgetgrent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (strcmp(entry.gr_name, "sudo") == 0)
			add_members(paths, &entry, &n);
	}
	if (n.count > 0)
		printf("- people in group sudo: %s. sudo takes their password as before; their next new one is judged\n", name_list_end(&n));
	else
		printf("- nobody is in group sudo: root's password is the only way to repair things. Make sure that you know it\n");
}

/* --- programs and devices --- */

static const struct program {
	const char *name, *pattern, *told;
} PROGRAMS[] = {
	{"keyd", "/usr/*bin/keyd", "a key remapper; a password is judged as it arrives, nothing changes for it"},
	{"input-remapper", "/usr/*bin/input-remapper-service", "a key remapper; a password is judged as it arrives, nothing changes for it"},
	{"interception-tools", "/usr/*bin/udevmon", "a key remapper; a password is judged as it arrives, nothing changes for it"},
	{"fprintd", "/usr/lib*/*/security/pam_fprintd.so", "fingerprint reader; fingerprints go on to work, only passwords are judged"},
};

static bool is_there(const struct paths *paths, const char *pattern)
{
	char full[PAM_TREE_PATH_MAX];
	glob_t found = {0};
	bool there = pam_tree_path(&full, paths->root, pattern) == 0 && glob(full, GLOB_NOSORT, NULL, &found) == 0;

	globfree(&found);
	return there;
}

static void print_programs(const struct paths *paths)
{
	for (size_t i = 0; i < sizeof PROGRAMS / sizeof PROGRAMS[0]; i++) {
		if (is_there(paths, PROGRAMS[i].pattern))
			printf("- %s is installed: %s\n", PROGRAMS[i].name, PROGRAMS[i].told);
	}
	if (!is_there(paths, "/dev/tty1") && !is_there(paths, "/dev/ttyS0"))
		printf("- no local console is seen here: keep a root shell open until a password change was tried\n");
}

/* --- neighbours in the stack --- */

static void print_neighbour(const struct pam_line *line)
{
	char buffer[64];
	const char *name = pam_stack_module(line, &buffer);

	if (name == NULL || strcmp(name, "pam_unix") == 0)
		return;
	if (pam_judge_role(line) == PAM_ROLE_CHECKER)
		printf("- %s stays and judges too: a password must please both\n", name);
	else if (pam_judge_role(line) == PAM_ROLE_SETTER || pam_judge_role(line) == PAM_ROLE_ASKING_SETTER)
		printf("- %s sets passwords elsewhere: they are judged too, but earlier ones cannot be remembered\n", name);
}

static void print_neighbours(const struct paths *trial)
{
	static const char *const names[] = {"common-password"};
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	const struct pam_chain *c;
	size_t lines = 0;

	if (pam_survey(trial, names, 1, &survey) < 0)
		return;
	c = &survey.items[0].service.phases[PAM_PHASE_PASSWORD];
	for (size_t i = 0; i < c->count; i++) {
		print_neighbour(&c->lines[i]);
		lines += pam_judge_role(&c->lines[i]) == PAM_ROLE_MUTEX;
	}
	if (lines > 1)
		printf("- pam_mutex stands in %zu places, since a module between them asks for another password by itself\n", lines);
}

/* --- what works for a login, but not behind the verifier's walls --- */

#define NETWORK_TOLD "asks over the network, which the verifier behind screen locks may not: at a lock it fails. Allow it with a drop-in (systemctl edit " \
		     "mutex-verify@.service): [Service] PrivateNetwork=no, IPAddressDeny=, RestrictAddressFamilies=AF_INET AF_INET6"

/* mutex-verify@.service has no network and reads homes only. */
static const struct {
	const char *module, *told;
} WALLED_OUT[] = {
	{"pam_krb5", NETWORK_TOLD},
	{"pam_ldap", NETWORK_TOLD},
	{"pam_duo", NETWORK_TOLD},
	{"pam_radius_auth", NETWORK_TOLD},
	{"pam_tacplus", NETWORK_TOLD},
	{"pam_google_authenticator", "writes below the home, which the verifier behind screen locks may not: at a lock it fails"},
	{"pam_sss", "asks sssd by a socket; whether it answers the verifier behind screen locks too has not been tried: lock a screen and open it before "
		    "you enforce anything"},
};

static void print_walled_out(const char *module)
{
	for (size_t i = 0; i < sizeof WALLED_OUT / sizeof WALLED_OUT[0]; i++)
		if (strcmp(module, WALLED_OUT[i].module) == 0)
			printf("- %s %s\n", module, WALLED_OUT[i].told);
}

static void print_auth_modules(const struct paths *tree, const char *service)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	const struct pam_chain *c;

	if (pam_survey(tree, &service, 1, &survey) < 0)
		return;
	c = &survey.items[0].service.phases[PAM_PHASE_AUTH];
	for (size_t i = 0; i < c->count; i++) {
		char buffer[64];
		const char *name = pam_stack_module(&c->lines[i], &buffer);

		if (name != NULL)
			print_walled_out(name);
	}
}

/* The verifier's own service, and what the policy's factors run behind it. */
static void print_verifier(const struct paths *trial, const struct policy_loaded *loaded)
{
	struct factor_table table;

	print_auth_modules(trial, "common-auth");
	factor_table_init(&loaded->policy, &table);
	for (size_t i = 0; i < table.count; i++)
		if (table.factors[i].kind == FACTOR_PAM)
			print_auth_modules(trial, table.factors[i].target);
}

/* --- the policy --- */

static void print_policy(const struct policy_loaded *loaded)
{
	struct settings settings;
	char until[32];
	struct text t;

	policy_resolve(&loaded->policy, NULL, &settings);
	TEXT_INTO(&t, until);
	date_add(&t, settings.password_observe_until);
	if (*settings.policy_document != '\0')
		printf("- policy: %s%s%s\n", settings.policy_document, *settings.policy_version != '\0' ? ", version " : "", settings.policy_version);
	if (settings.password_mode == MODE_OBSERVE)
		printf("- rules for passwords: observe until %s: judged and recorded, nobody is refused\n", until);
	else
		printf("- rules for passwords: enforce: at least %lld characters; a password that breaks them is refused with all reasons\n",
		       (long long)settings.password_min_length);
	printf("- root is %s\n", settings.password_enforce_for_root ? "bound too, also in chpasswd" : "warned, not bound");
}

void apply_preflight(const struct paths *paths, const struct policy_loaded *loaded, const struct paths *trial)
{
	printf("What will happen:\n");
	print_policy(loaded);
	print_people(paths);
	print_admins(paths);
	print_neighbours(trial);
	print_verifier(trial, loaded);
	print_programs(paths);
	apply_enforce_preview(paths, trial, loaded);
}
