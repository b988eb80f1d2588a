/* SPDX-License-Identifier: BSD-2-Clause */
/* The built module under real libpam: who gets in. Each row of the table is {who, from where, by what, in which state} -> {let in or not, text,
 * record, stamp or not}. What goes wrong around it: it_login_faults.c; who tries to get past it: it_login_attack.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "login_bed.h"

#define MFA "[mfa]\nmode = enforce\n"
#define REQUIRED MFA "remote = required\nlocal = required\nsu = required\nsudo = required\n"
#define FAR "192.0.2.7"
#define KEY "SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"
#define HARDWARE_KEY "SSH_AUTH_INFO_0=publickey sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5"
#define RIGHT_CODE "{code}"
#define NO_CODE "{password}"

enum state_of { NEW = 0, TOTP = 1, SUSPENDED = 2, USED_CODE = 4, LOCKED_HERE = 8, LOCKED_ELSEWHERE = 16, NO_LINES = 32 };
enum how { LOGIN, ACCOUNT_ONLY };

struct login_row {
	const char *name, *policy;
	const char *service, *user, *tty, *rhost, *environment;
	unsigned asked_by; /* real uid */
	enum how how;
	unsigned state;
	const char *password; /* NULL = the right one */
	const char *answers[4];
	/* what follows */
	int code;
	const char *says, *says_not;
	const char *record, *verdict, *mode, *reasons, *detail; /* record NULL = none */
	bool stamp;
	int prompts; /* other than for the password */
};

static const struct login_row login_rows[] = {
	{.name = "remote password, nothing enrolled", .policy = "", .service = "sshd", .rhost = FAR, .code = PAM_SUCCESS, .record = "login",
	 .verdict = "allowed", .mode = "enforce", .detail = "shown: password"},
	{.name = "remote wrong password", .policy = "", .service = "sshd", .rhost = FAR, .password = "not it", .code = PAM_AUTH_ERR},
	{.name = "remote password and code", .policy = MFA, .service = "sshd", .rhost = FAR, .state = TOTP, .answers = {RIGHT_CODE},
	 .code = PAM_SUCCESS, .record = "login", .verdict = "allowed", .detail = "shown: password+totp", .prompts = 1},
	{.name = "remote wrong codes", .policy = MFA, .service = "sshd", .rhost = FAR, .state = TOTP, .answers = {"000000", "111111", "222222"},
	 .code = PAM_AUTH_ERR, .says = "second factor was not accepted", .record = "login", .verdict = "denied", .reasons = "factor-failed",
	 .prompts = 3},
	{.name = "remote wrong code, then a right one", .policy = MFA, .service = "sshd", .rhost = FAR, .state = TOTP,
	 .answers = {"000000", RIGHT_CODE}, .code = PAM_SUCCESS, .record = "login", .verdict = "allowed", .prompts = 2},
	{.name = "the password again instead of a code", .policy = MFA, .service = "sshd", .rhost = FAR, .state = TOTP,
	 .answers = {NO_CODE, RIGHT_CODE}, .code = PAM_AUTH_ERR, .says = "second factor was not shown", .record = "login", .verdict = "denied",
	 .reasons = "factor-not-shown", .prompts = 1},
	{.name = "a used code", .policy = MFA, .service = "sshd", .rhost = FAR, .state = TOTP | USED_CODE, .answers = {RIGHT_CODE, NO_CODE},
	 .code = PAM_AUTH_ERR, .record = "login", .verdict = "denied", .reasons = "factor-not-shown", .prompts = 2},
	{.name = "observed: any answer does", .policy = "[mfa]\nmode = observe\nobserve_until = 2099-01-01\n", .service = "sshd", .rhost = FAR,
	 .state = TOTP, .answers = {NO_CODE}, .code = PAM_SUCCESS, .record = "login", .verdict = "warned", .mode = "observe",
	 .reasons = "factor-not-shown", .prompts = 1},
	{.name = "demanded, nothing enrolled, remote", .policy = REQUIRED, .service = "sshd", .rhost = FAR, .code = PAM_AUTH_ERR,
	 .says = "mutexctl mfa enrol", .record = "login", .verdict = "denied", .reasons = "no-second-factor"},
	{.name = "demanded, nothing enrolled, console: enrols", .policy = REQUIRED, .service = "login", .tty = "tty1", .code = PAM_SUCCESS,
	 .says = "mutexctl mfa enrol", .record = "login", .verdict = "warned", .reasons = "no-second-factor", .stamp = true},
	{.name = "before the day of enrolment", .policy = REQUIRED "enrol_by = 2099-01-01\n", .service = "sshd", .rhost = FAR, .code = PAM_SUCCESS,
	 .says = "Days left to set one up", .record = "login", .verdict = "warned", .reasons = "no-second-factor"},
	{.name = "console, code demanded when enrolled", .policy = MFA, .service = "login", .tty = "tty1", .state = TOTP, .answers = {RIGHT_CODE},
	 .code = PAM_SUCCESS, .record = "login", .verdict = "allowed", .stamp = true, .prompts = 1},
	{.name = "trusted network is local", .policy = MFA "local = off\ntrusted_networks = 192.0.2.0/24\n", .service = "sshd", .rhost = FAR,
	 .state = TOTP, .code = PAM_SUCCESS, .record = "login", .verdict = "allowed"},
	{.name = "public key alone, demanded", .policy = MFA, .service = "sshd", .rhost = FAR, .environment = KEY, .how = ACCOUNT_ONLY, .state = TOTP,
	 .code = PAM_PERM_DENIED, .says = "AuthenticationMethods publickey,keyboard-interactive:pam", .record = "login", .verdict = "denied",
	 .reasons = "publickey-only"},
	{.name = "public key alone, nothing demanded", .policy = MFA, .service = "sshd", .rhost = FAR, .environment = KEY, .how = ACCOUNT_ONLY,
	 .code = PAM_SUCCESS, .record = "login", .verdict = "allowed"},
	{.name = "public key, then the code alone", .policy = MFA, .service = "sshd", .rhost = FAR, .environment = KEY, .state = TOTP,
	 .answers = {RIGHT_CODE}, .code = PAM_SUCCESS, .says_not = "Password:", .record = "login", .verdict = "allowed",
	 .detail = "shown: totp+publickey", .prompts = 1},
	{.name = "public key, then a wrong code", .policy = MFA, .service = "sshd", .rhost = FAR, .environment = KEY, .state = TOTP,
	 .answers = {"000000", "1", "2"}, .code = PAM_AUTH_ERR, .says_not = "Password:", .record = "login", .verdict = "denied", .prompts = 2},
	{.name = "public key, then password and code", .policy = MFA "after_publickey = password\n", .service = "sshd", .rhost = FAR,
	 .environment = KEY, .state = TOTP, .answers = {RIGHT_CODE}, .code = PAM_SUCCESS, .says = "Password:", .record = "login",
	 .verdict = "allowed", .prompts = 1},
	{.name = "a key's name by another program", .policy = MFA, .service = "login", .rhost = FAR, .environment = HARDWARE_KEY, .how = ACCOUNT_ONLY,
	 .state = TOTP, .code = PAM_PERM_DENIED, .record = "login", .verdict = "denied", .reasons = "not-proven"},
	{.name = "hardware key, counts", .policy = MFA "hardware_keys = yes\n", .service = "sshd", .rhost = FAR, .environment = HARDWARE_KEY,
	 .how = ACCOUNT_ONLY, .state = TOTP, .code = PAM_SUCCESS, .record = "login", .verdict = "allowed"},
	{.name = "hardware key, does not count", .policy = MFA, .service = "sshd", .rhost = FAR, .environment = HARDWARE_KEY, .how = ACCOUNT_ONLY,
	 .state = TOTP, .code = PAM_PERM_DENIED, .record = "login", .verdict = "denied", .reasons = "publickey-only"},
	{.name = "suspended, password right", .policy = "", .service = "sshd", .rhost = FAR, .state = SUSPENDED, .code = PAM_AUTH_ERR,
	 .says = "suspended", .record = "login", .verdict = "denied", .reasons = "suspended"},
	{.name = "suspended, by key", .policy = "", .service = "sshd", .rhost = FAR, .environment = KEY, .how = ACCOUNT_ONLY, .state = SUSPENDED,
	 .code = PAM_PERM_DENIED, .record = "login", .verdict = "denied", .reasons = "suspended"},
	{.name = "suspended, by cron", .policy = "", .service = "cron", .how = ACCOUNT_ONLY, .state = SUSPENDED, .code = PAM_PERM_DENIED,
	 .record = "login", .verdict = "denied", .reasons = "suspended"},
	{.name = "cron asks for no factor", .policy = REQUIRED, .service = "cron", .how = ACCOUNT_ONLY, .state = TOTP, .code = PAM_SUCCESS},
	{.name = "locked from here", .policy = "", .service = "sshd", .rhost = FAR, .state = LOCKED_HERE, .code = PAM_AUTH_ERR,
	 .says = "Try again in", .says_not = "Password:", .record = "login", .verdict = "denied", .reasons = "locked-out"},
	{.name = "locked elsewhere", .policy = "", .service = "sshd", .rhost = FAR, .state = LOCKED_ELSEWHERE, .code = PAM_SUCCESS, .record = "login",
	 .verdict = "allowed"},
	{.name = "locked from afar, at the console", .policy = "", .service = "login", .tty = "tty1", .state = LOCKED_HERE | LOCKED_ELSEWHERE,
	 .code = PAM_SUCCESS, .record = "login", .verdict = "allowed", .stamp = true},
	{.name = "locked while observing", .policy = "[lockout]\nmode = observe\nobserve_until = 2099-01-01\n", .service = "sshd", .rhost = FAR,
	 .state = LOCKED_HERE, .code = PAM_SUCCESS, .record = "login"},
	{.name = "unlock by a locker of root's", .policy = REQUIRED, .service = "i3lock", .tty = "tty1", .state = TOTP, .code = PAM_SUCCESS,
	 .record = "login", .verdict = "allowed", .stamp = true},
	{.name = "a locker that must ask for a code", .policy = MFA "[service i3lock]\nmfa = required\n", .service = "i3lock", .tty = "tty1",
	 .state = TOTP, .answers = {RIGHT_CODE}, .code = PAM_SUCCESS, .record = "login", .verdict = "allowed", .stamp = true, .prompts = 1},
	{.name = "su by root asks for nothing more", .policy = REQUIRED, .service = "su", .state = TOTP, .code = PAM_SUCCESS, .record = "login",
	 .verdict = "allowed"},
	{.name = "su by bob", .policy = MFA, .service = "su", .asked_by = 1001, .state = TOTP, .answers = {RIGHT_CODE}, .code = PAM_SUCCESS,
	 .record = "login", .prompts = 1},
	{.name = "sudo by alice", .policy = MFA, .service = "sudo", .asked_by = 1000, .state = TOTP, .answers = {RIGHT_CODE}, .code = PAM_SUCCESS,
	 .record = "login", .verdict = "allowed", .prompts = 1},
	{.name = "sudo with an old ticket", .policy = MFA, .service = "sudo", .asked_by = 1000, .how = ACCOUNT_ONLY, .state = TOTP,
	 .code = PAM_SUCCESS},
	{.name = "polkit without a proof", .policy = MFA, .service = "polkit-1", .asked_by = 1000, .how = ACCOUNT_ONLY, .state = TOTP,
	 .code = PAM_PERM_DENIED, .record = "login", .verdict = "denied", .reasons = "not-proven"},
	{.name = "not on the list", .policy = "[access]\nmode = enforce\nallow = bob\n", .service = "sshd", .rhost = FAR, .code = PAM_PERM_DENIED,
	 .says = "not among the people", .record = "login", .verdict = "denied", .reasons = "not-on-login-list"},
	{.name = "on the list by group", .policy = "[access]\nmode = enforce\nallow = @staff\n", .service = "sshd", .rhost = FAR, .code = PAM_SUCCESS,
	 .record = "login", .verdict = "allowed"},
	{.name = "finish without the set", .policy = MFA, .service = "sshd", .rhost = FAR, .state = TOTP | NO_LINES, .answers = {RIGHT_CODE},
	 .code = PAM_SUCCESS, .record = "login-state", .verdict = "noted", .reasons = "half-set", .prompts = 1},
	{.name = "broken policy, remote", .policy = "[mfa]\nmode = maybe\n", .service = "sshd", .rhost = FAR, .code = PAM_AUTH_ERR,
	 .record = "login", .verdict = "denied", .reasons = "policy-broken"},
	{.name = "broken policy, console", .policy = "[mfa]\nmode = maybe\n", .service = "login", .tty = "tty1", .code = PAM_SUCCESS,
	 .record = "policy-broken", .stamp = true},
	{.name = "greeter", .policy = REQUIRED, .service = "lightdm", .tty = ":0", .state = TOTP, .answers = {RIGHT_CODE}, .code = PAM_SUCCESS,
	 .record = "login", .verdict = "allowed", .stamp = true, .prompts = 1},
	{.name = "unknown name", .policy = REQUIRED, .service = "sshd", .rhost = FAR, .user = "nobody-of-ours", .code = PAM_AUTH_ERR,
	 .says = "Password:"},
};

static void set_up(const struct login_row *row)
{
	char policy[4096];

	(void)snprintf(policy, sizeof policy, "[policy]\nlanguage = en\n%s", row->policy);
	bed_policy(policy);
	bed_login_services();
	if ((row->state & TOTP) != 0)
		login_bed_enrol(1000, (row->state & USED_CODE) != 0);
	if ((row->state & SUSPENDED) != 0)
		login_bed_suspend(1000);
	if ((row->state & LOCKED_HERE) != 0)
		login_bed_lock(1000, LOGIN_REMOTE, FAR);
	if ((row->state & LOCKED_ELSEWHERE) != 0)
		login_bed_lock(1000, LOGIN_REMOTE, "198.51.100.20");
	if ((row->state & NO_LINES) != 0)
		login_bed_remove_lines_on();
	if (row->asked_by != 0)
		bed_run_as(row->asked_by, 0);
}

static void check_record(const struct login_row *row)
{
	char record[BED_RECORD_BYTES];

	if (row->record == NULL) {
		CHECK(!bed_record(&record));
		return;
	}
	bed_record_of(row->record, &record);
	while (row->verdict != NULL && strcmp(bed_field(record, "MUTEX_VERDICT"), row->verdict) != 0)
		bed_record_of(row->record, &record); /* finish has let in whom the account line keeps out */
	if (row->mode != NULL)
		CHECK_TEXT(bed_field(record, "MUTEX_MODE"), row->mode);
	if (row->reasons != NULL)
		CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), row->reasons);
	if (row->detail != NULL)
		CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), row->detail);
	CHECK_SAYS_NOT(record, BED_OLD);
	CHECK_SAYS_NOT(record, "nobody-of-ours");
}

static void check_stamp(const struct login_row *row)
{
	struct stamp stamp;

	CHECK_INT(bed_stamp(1000, &stamp), row->stamp);
	if (!row->stamp)
		return;
	CHECK_TEXT(stamp.service, row->service);
	CHECK_INT(stamp.uid, 1000);
	CHECK_INT(stamp.pid, getpid());
	CHECK_TEXT(stamp.tty, row->tty != NULL && row->tty[0] != ':' ? row->tty : stamp.tty);
}

static void run_login_row(const void *data)
{
	const struct login_row *row = data;
	struct bed_talk talk = {.service = row->service, .user = row->user, .tty = row->tty, .rhost = row->rhost, .environment = {row->environment},
				.password = row->password != NULL ? row->password : BED_OLD};
	char code[16];

	if (row->tty != NULL && strcmp(row->tty, "tty1") == 0 && access("/dev/tty1", F_OK) < 0)
		bed_skip("/dev/tty1 is missing");
	set_up(row);
	login_bed_code(code);
	for (size_t i = 0; i < sizeof row->answers / sizeof *row->answers && row->answers[i] != NULL; i++)
		talk.answers[i] = strcmp(row->answers[i], RIGHT_CODE) == 0 ? code
				  : strcmp(row->answers[i], NO_CODE) == 0  ? BED_OLD
									   : row->answers[i];
	CHECK_INT(row->how == LOGIN ? bed_login(&talk) : bed_account(&talk, 0), row->code);
	if (row->says != NULL)
		CHECK_SAYS(talk.said, row->says);
	if (row->says_not != NULL)
		CHECK_SAYS_NOT(talk.said, row->says_not);
	CHECK_INT(talk.prompts, row->prompts);
	CHECK(talk.longest <= 512);
	check_record(row);
	check_stamp(row);
}

static void a_computer_without_idlelockd_gets_no_stamps(void)
{
	const struct login_row row = {.policy = "[mfa]\nmode = enforce\nlocal = off\n", .service = "login"};
	struct bed_talk talk = {.service = "login", .user = "alice", .tty = "tty1", .password = BED_OLD};
	char record[BED_RECORD_BYTES];

	set_up(&row);
	CHECK_INT(rmdir(bed_paths()->stamps), 0);
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK(access(bed_paths()->stamps, F_OK) < 0);
	bed_record_of("login", &record);
	CHECK(!bed_record(&record)); /* that is no trouble */
}

#define COUNT (sizeof login_rows / sizeof *login_rows)
int main(int argc, char **argv)
{
	struct bed_row rows[COUNT + 1];

	(void)argc;
	for (size_t i = 0; i < COUNT; i++)
		rows[i] = (struct bed_row){.name = login_rows[i].name, .run_with = run_login_row, .data = &login_rows[i]};
	rows[COUNT] = (struct bed_row){.name = "a_computer_without_idlelockd_gets_no_stamps", .run = a_computer_without_idlelockd_gets_no_stamps};
	return bed_main(argv, rows, COUNT + 1);
}
