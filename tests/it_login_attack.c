/* SPDX-License-Identifier: BSD-2-Clause */
/* The built module's lines against people who want past them, and what stays with the person afterwards: stamps, remembered factors, demands to
 * change a password, findings. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "login_bed.h"
#include "pending.h"

#define ENGLISH "[policy]\nlanguage = en\n"
#define MFA ENGLISH "[mfa]\nmode = enforce\n"
#define FAR "192.0.2.7"
#define KEY "SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"
#define WEAK "password1"
#define TRIES (bed_under_valgrind() ? 100 : 10000)

static int from(const char *rhost, const char *user, const char *password)
{
	struct bed_talk talk = {.service = "sshd", .rhost = rhost, .user = user, .password = password};

	return bed_login(&talk);
}

static int at_console(const char *password)
{
	struct bed_talk talk = {.service = "login", .tty = "tty1", .password = password};

	if (access("/dev/tty1", F_OK) < 0)
		bed_skip("/dev/tty1 is missing");
	return bed_login(&talk);
}

static void drop_records(void)
{
	char record[BED_RECORD_BYTES];

	while (bed_record(&record))
		;
}

/* --- guessing --- */

static void ten_thousand_tries_from_one_address(void)
{
	char password[32];

	bed_policy(ENGLISH);
	bed_login_services();
	for (int i = 0, tries = TRIES; i < tries; i++) {
		(void)snprintf(password, sizeof password, "guess number %d", i);
		CHECK_INT(from(FAR, NULL, password), PAM_AUTH_ERR);
		drop_records();
	}
	CHECK_INT(from(FAR, NULL, BED_OLD), PAM_AUTH_ERR);
	CHECK_INT(at_console(BED_OLD), PAM_SUCCESS);
	CHECK_INT(from(FAR, NULL, BED_OLD), PAM_AUTH_ERR); /* the console's success does not open the door there */
	CHECK_INT(from("198.51.100.20", NULL, BED_OLD), PAM_SUCCESS);
}

static void a_thousand_addresses(void)
{
	char password[32], address[32];

	bed_policy(ENGLISH);
	bed_login_services();
	for (int i = 0, tries = bed_under_valgrind() ? 200 : 1000; i < tries; i++) {
		(void)snprintf(password, sizeof password, "guess number %d", i);
		(void)snprintf(address, sizeof address, "203.0.%d.%d", i / 250, i % 250 + 1);
		CHECK(from(address, NULL, password) != PAM_SUCCESS);
		drop_records();
	}
	CHECK_INT(at_console(BED_OLD), PAM_SUCCESS);
	CHECK_INT(from("198.51.100.20", NULL, BED_OLD), PAM_AUTH_ERR); /* hard_limit: that side stays closed until an administrator looked at it */
}

static void the_same_wrong_password_counts_once(void)
{
	bed_policy(ENGLISH);
	bed_login_services();
	for (int i = 0; i < 50; i++)
		CHECK_INT(from(FAR, NULL, "an old saved password"), PAM_AUTH_ERR);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 1);
	CHECK_INT(from(FAR, NULL, BED_OLD), PAM_SUCCESS);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 0);
}

static void five_wrong_passwords_lock_and_say_how_long(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = BED_OLD};
	char record[BED_RECORD_BYTES], password[32];

	bed_policy(ENGLISH);
	bed_login_services();
	for (int i = 0; i < 5; i++) {
		(void)snprintf(password, sizeof password, "guess number %d", i);
		CHECK_INT(from(FAR, NULL, password), PAM_AUTH_ERR);
	}
	bed_record_of("lockout", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_CLAUSE"), "PW-3");
	CHECK_TEXT(bed_field(record, "MUTEX_RHOST"), FAR);
	CHECK(!bed_record(&record));
	CHECK_INT(bed_login(&talk), PAM_AUTH_ERR);
	CHECK_SAYS(talk.said, "Try again in 15 min");
	CHECK_SAYS_NOT(talk.said, "Password:");
	CHECK(talk.delay_us >= 900000); /* libpam varies the two seconds by up to a half */
}

/* The same prompts, texts, codes and waits, before and after the lock-out. */
static void an_unknown_name_looks_like_a_known_one(void)
{
	bed_policy(MFA "remote = required\n");
	bed_login_services();
	for (int i = 0; i < 8; i++) {
		struct bed_talk known = {.service = "sshd", .rhost = FAR, .user = "bob"}, unknown = {.service = "sshd", .rhost = FAR, .user = "nobody-of-ours"};
		char password[32], record[BED_RECORD_BYTES];

		(void)snprintf(password, sizeof password, "guess number %d", i);
		known.password = unknown.password = password;
		(void)bed_authenticate(&known);
		drop_records();
		(void)bed_authenticate(&unknown);
		while (bed_record(&record))
			CHECK_SAYS_NOT(record, "nobody-of-ours");
		CHECK_TEXT(unknown.said, known.said);
		CHECK_INT(unknown.delay_us > 0, known.delay_us > 0);
		if (i > 5)
			CHECK_SAYS(unknown.said, "Try again in");
	}
}

static void names_that_nobody_should_have(void)
{
	static const char *const names[] = {"-alice", "+alice", "../alice", "a:b", "", "alice\n"};

	bed_policy(ENGLISH);
	bed_login_services();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct bed_talk talk = {.service = "sshd", .rhost = FAR, .user = names[i], .password = BED_OLD};

		CHECK(bed_login(&talk) != PAM_SUCCESS);
		if (names[i][0] != '\0')
			CHECK_INT(bed_account(&talk, 0), PAM_USER_UNKNOWN); /* also of those that the user database has */
	}
	CHECK_INT(from(FAR, NULL, BED_OLD), PAM_SUCCESS);
}

static int by_bobs_su(const char *password)
{
	struct bed_talk talk = {.service = "su", .tty = "tty2", .password = password};
	int code;

	bed_run_as(1001, 0);
	code = bed_login(&talk);
	bed_run_as(0, 0);
	return code;
}

static void who_guesses_with_su_locks_himself_out(void)
{
	char password[32];

	bed_policy(ENGLISH);
	bed_login_services();
	for (int i = 0; i < 8; i++) {
		(void)snprintf(password, sizeof password, "guess number %d", i);
		CHECK_INT(by_bobs_su(password), PAM_AUTH_ERR);
	}
	CHECK_INT(by_bobs_su(BED_OLD), PAM_AUTH_ERR);
	CHECK_INT(at_console(BED_OLD), PAM_SUCCESS);
}

/* As by a su that was stopped while it wrote: whoever started it may do that. */
static void a_state_that_is_held_makes_no_guess_free(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATHS_BYTES_MAX + 16];
	int fd;

	bed_policy(ENGLISH);
	bed_login_services();
	CHECK_INT(at_console("not it"), PAM_AUTH_ERR);
	(void)snprintf(path, sizeof path, "%s/1000", bed_paths()->login);
	fd = open(path, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_INT(fcntl(fd, F_OFD_SETLK, &lock), 0);
	CHECK_INT(by_bobs_su(BED_OLD), PAM_AUTH_ERR);
	CHECK_INT(at_console(BED_OLD), PAM_SUCCESS);
	CHECK_INT(close(fd), 0);
	CHECK_INT(by_bobs_su(BED_OLD), PAM_SUCCESS);
}

/* Whom sshd let through to the code by his key guesses no password. */
static void guessed_passwords_shut_no_key_out(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .environment = {KEY}};
	char code[16], password[32];

	bed_policy(MFA "remote = required\nafter_publickey = code\n");
	bed_login_services();
	login_bed_enrol(1000, false);
	for (int i = 0; i < 8; i++) {
		(void)snprintf(password, sizeof password, "guess number %d", i);
		CHECK(from(FAR, NULL, password) != PAM_SUCCESS);
	}
	login_bed_code(code);
	talk.answers[0] = code;
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
}

static int root_at_console(void)
{
	struct bed_talk talk = {.service = "login", .tty = "tty1", .user = "root", .password = BED_OLD};

	return bed_login(&talk);
}

/* An administrator in a hurry, a broken disk: everybody is suspended then but who can mend it. */
static void suspensions_that_cannot_be_read_leave_root_the_console(void)
{
	bed_policy(ENGLISH);
	bed_login_services();
	login_bed_suspend(1000);
	CHECK_INT(chmod(bed_paths()->suspended, 0755), 0);
	CHECK(at_console(BED_OLD) != PAM_SUCCESS);
	CHECK_INT(root_at_console(), PAM_SUCCESS);
	CHECK(from(FAR, "root", BED_OLD) != PAM_SUCCESS);
	CHECK_INT(chmod(bed_paths()->suspended, 0700), 0);
	login_bed_suspend(0);
	CHECK(root_at_console() != PAM_SUCCESS);
}

static void what_bob_showed_is_not_remembered_for_another(void)
{
	struct bed_talk bobs = {.service = "su", .tty = "tty2", .password = BED_OLD}, next = bobs;
	char code[16];

	bed_policy(MFA "remember = 1h\n");
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_code(code);
	bobs.answers[0] = code;
	bed_run_as(1001, 0);
	CHECK_INT(bed_login(&bobs), PAM_SUCCESS);
	bed_run_as(1000, 0);
	CHECK(bed_login(&next) != PAM_SUCCESS);
	CHECK_INT(next.prompts, 1);
}

/* --- ways round the lines --- */

static void fingerprint_services(bool with_finish)
{
	bed_login_services();
	bed_service("gdm-fingerprint", with_finish ? "auth required {neighbour} auth=accept\nauth requisite {finish}\naccount requisite {module}\n"
						     "account required pam_permit.so\n"
						   : "auth required {neighbour} auth=accept\naccount requisite {module}\naccount required pam_permit.so\n");
}

static void a_finger_alone_is_no_second_factor(void)
{
	struct bed_talk talk = {.service = "gdm-fingerprint", .tty = "/dev/tty1"};
	char record[BED_RECORD_BYTES];
	struct stamp stamp;

	bed_policy(MFA);
	fingerprint_services(false);
	login_bed_enrol(1000, false);
	CHECK_INT(bed_login(&talk), PAM_PERM_DENIED);
	bed_record_of("login", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "not-proven");
	CHECK(!bed_stamp(1000, &stamp));
}

static void a_finger_and_a_code_are_two_and_stamped_as_what_they_are(void)
{
	struct bed_talk talk = {.service = "gdm-fingerprint", .tty = "/dev/tty1"};
	struct stamp stamp;
	char code[16];

	bed_policy(MFA);
	fingerprint_services(true);
	login_bed_enrol(1000, false);
	login_bed_code(code);
	talk.answers[0] = code;
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK(bed_stamp(1000, &stamp));
	CHECK_TEXT(stamp.tty, "tty1");
	CHECK_INT(stamp.factors.count, 2);
	for (size_t i = 0; i < stamp.factors.count; i++)
		CHECK(strcmp(stamp.factors.items[i], "password") != 0);
}

/* Debian's line is "required", so finish is asked all the same; what it finds must not count for a finger that was none. */
static void a_code_without_the_finger_leaves_nothing(void)
{
	struct bed_talk talk = {.service = "gdm-fingerprint", .tty = "/dev/tty1"};
	char record[BED_RECORD_BYTES], code[16];
	struct stamp stamp;

	bed_policy(MFA);
	bed_login_services();
	bed_service("gdm-fingerprint", "auth required pam_deny.so\nauth requisite {finish}\naccount requisite {module}\naccount required pam_permit.so\n");
	login_bed_enrol(1000, false);
	login_bed_code(code);
	talk.answers[0] = code;
	CHECK_INT(bed_authenticate(&talk), PAM_AUTH_ERR);
	CHECK(!bed_stamp(1000, &stamp));
	while (bed_record(&record))
		CHECK(strcmp(bed_field(record, "MUTEX_KIND"), "login") != 0);
}

static void only_the_verifier_speaks_for_others(void)
{
	struct bed_talk talk = {.service = "lightdm", .password = BED_OLD,
				.environment = {"MUTEX_PEER_SERVICE=i3lock", "MUTEX_PEER_TTY=tty1", "MUTEX_PEER_PID=1"}};
	struct stamp stamp;

	bed_policy(ENGLISH);
	bed_login_services();
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK(bed_stamp(1000, &stamp));
	CHECK_TEXT(stamp.service, "lightdm");
	CHECK_TEXT(stamp.tty, "");
	CHECK_INT(stamp.pid, getpid());
	talk.service = "mutex-verify";
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK(bed_stamp(1000, &stamp));
	CHECK_TEXT(stamp.service, "i3lock");
	CHECK_TEXT(stamp.tty, "tty1");
	CHECK_INT(stamp.pid, 1);
}

/* A claim to be cron or sshd would ask for less, or leave another stamp. */
static void the_verifier_believes_in_locks_only(void)
{
	static const char *const claims[] = {"MUTEX_PEER_SERVICE=cron", "MUTEX_PEER_SERVICE=sshd", "MUTEX_PEER_SERVICE=", "MUTEX_PEER_SERVICE=gdm-password"};
	struct stamp stamp;

	bed_policy(ENGLISH);
	bed_login_services();
	for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
		struct bed_talk talk = {.service = "mutex-verify", .password = BED_OLD, .environment = {claims[i]}};

		CHECK_INT(bed_login(&talk), PAM_SUCCESS);
		CHECK(bed_stamp(1000, &stamp));
		CHECK_TEXT(stamp.service, "mutex-verify");
	}
}

static void finish_alone_forgets_the_earlier_proof(void)
{
	struct bed_talk right = {.service = "gdm-fingerprint", .tty = "/dev/tty1"}, wrong = right;
	struct bed_handle *handle;
	char code[16];

	bed_policy(MFA);
	fingerprint_services(true);
	login_bed_enrol(1000, false);
	login_bed_code(code);
	right.answers[0] = code;
	wrong.answers[0] = "";
	handle = bed_open(&right);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_SUCCESS);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_SUCCESS);
	bed_turn(handle, &wrong);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_AUTH_ERR);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_PERM_DENIED);
	bed_close(handle);
}

static void finish_alone_says_what_is_wrong(void)
{
	struct bed_talk talk = {.service = "gdm-fingerprint", .tty = "/dev/tty1"};
	char record[BED_RECORD_BYTES];

	bed_policy(MFA);
	fingerprint_services(true);
	login_bed_remove_lines_on();
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	bed_record_of("login-state", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "half-set");
}

/* --- the code behind the password --- */

static void one_line_holds_both(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR}, again = talk;
	char line[128], code[16], seen[PATHS_BYTES_MAX + 16], password[128] = "";
	FILE *file;

	bed_policy(MFA "one_line = yes\n");
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_code(code);
	(void)snprintf(line, sizeof line, "%s%s", BED_OLD, code);
	talk.password = line;
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK_INT(talk.prompts, 0);
	(void)snprintf(seen, sizeof seen, "%s/stored.seen", bed_paths()->root);
	file = fopen(seen, "re");
	CHECK(file != NULL && fgets(password, sizeof password, file) != NULL);
	(void)fclose(file);
	CHECK_TEXT(password, BED_OLD); /* what the modules behind got */
	again.password = line;
	CHECK_INT(bed_login(&again), PAM_AUTH_ERR); /* used */
}

static void one_line_leaves_people_without_codes_alone(void)
{
	bed_policy(MFA "one_line = yes\n");
	bed_login_services();
	CHECK_INT(from(FAR, NULL, BED_OLD), PAM_SUCCESS);
	login_bed_enrol(1000, false);
	CHECK(from(FAR, NULL, BED_OLD) != PAM_SUCCESS);
}

/* --- what is kept --- */

static void a_shown_factor_is_remembered_here_only(void)
{
	struct bed_talk first = {.service = "sshd", .rhost = FAR, .password = BED_OLD}, again = first, elsewhere = first;
	char code[16];

	bed_policy(MFA "remember = 1h\n");
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_code(code);
	first.answers[0] = code;
	CHECK_INT(bed_login(&first), PAM_SUCCESS);
	CHECK_INT(bed_login(&again), PAM_SUCCESS);
	CHECK_INT(again.prompts, 0);
	elsewhere.rhost = "198.51.100.20";
	CHECK(bed_login(&elsewhere) != PAM_SUCCESS);
	CHECK_INT(elsewhere.prompts, 1);
}

static int change_due(struct login_state *state, void *context)
{
	(void)context;
	CHECK(state->comply_by_s != 0);
	state->comply_by_s = time(NULL) - 1;
	return 0;
}

static void weak_password(const char *policy)
{
	bed_policy(policy);
	bed_login_services();
	bed_write("/stored", WEAK);
	bed_shadow(bed_hash(WEAK), "19000", "99999");
}

static void a_weak_password_gets_a_date_and_nobody_is_thrown_out(void)
{
	struct bed_talk first = {.service = "sshd", .rhost = FAR, .password = WEAK}, again = first, due = first, key = {.service = "sshd", .rhost = FAR, .environment = {KEY}};
	struct login_state before LOGIN_STATE_WIPED, after LOGIN_STATE_WIPED;
	char record[BED_RECORD_BYTES];

	weak_password(ENGLISH);
	CHECK_INT(bed_login(&first), PAM_SUCCESS);
	CHECK_SAYS(first.said, "must be changed within 14 days");
	CHECK_SAYS(first.said, "at least 15 are needed");
	bed_record_of("password-standing", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "warned");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "too-short");
	CHECK_SAYS_NOT(record, WEAK);
	login_bed_state(1000, &before);
	drop_records();
	CHECK_INT(bed_login(&again), PAM_SUCCESS);
	CHECK_SAYS(again.said, "must be changed within 14 days");
	login_bed_state(1000, &after);
	CHECK_INT(after.comply_by_s, before.comply_by_s); /* the date does not move */
	CHECK_INT(login_store_change(bed_paths(), 1000, false, change_due, NULL, NULL), 0);
	CHECK_INT(bed_login(&due), PAM_NEW_AUTHTOK_REQD);
	CHECK_SAYS(due.said, "must be changed now");
	CHECK_INT(bed_account(&key, 0), PAM_NEW_AUTHTOK_REQD);
}

static void another_password_ends_the_demand(void)
{
	struct bed_talk key = {.service = "sshd", .rhost = FAR, .environment = {KEY}};
	struct login_state state LOGIN_STATE_WIPED;

	weak_password(ENGLISH);
	CHECK_INT(from(FAR, NULL, WEAK), PAM_SUCCESS);
	CHECK_INT(login_store_change(bed_paths(), 1000, false, change_due, NULL, NULL), 0);
	CHECK_INT(bed_account(&key, 0), PAM_NEW_AUTHTOK_REQD);
	bed_write("/stored", BED_OLD);
	bed_shadow(bed_hash(BED_OLD), "20000", "99999");
	CHECK_INT(bed_account(&key, 0), PAM_SUCCESS); /* before any login with it */
	CHECK_INT(from(FAR, NULL, BED_OLD), PAM_SUCCESS);
	login_bed_state(1000, &state);
	CHECK_INT(state.comply_by_s, 0);
}

#define LISTED ENGLISH "[password]\nblock_lists = /etc/mutex/blocked\n"

/* Judged anew when anything is another that the judgement rested on, and only then. */
static void what_was_found_good_stays_so_while_nothing_changes(void)
{
	static const struct {
		const char *name, *policy, *list, *password;
	} changes[] = {
		{"another policy", ENGLISH "[password]\nmin_length = 40\n", NULL, BED_OLD},
		{"a list written over", LISTED, BED_OLD "\n", BED_OLD},
		{"another password", LISTED, NULL, WEAK},
	};
	struct login_state first LOGIN_STATE_WIPED, again LOGIN_STATE_WIPED;

	bed_login_services();
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		bed_policy(LISTED);
		bed_write("/etc/mutex/blocked", "something quite different\n");
		bed_write("/stored", BED_OLD);
		bed_shadow(bed_hash(BED_OLD), "20000", "99999");
		CHECK_INT(from(FAR, NULL, BED_OLD), PAM_SUCCESS);
		login_bed_state(1000, &first);
		CHECK(first.comply_by_s == 0 && first.comply_tag != 0);
		CHECK_INT(from(FAR, NULL, BED_OLD), PAM_SUCCESS);
		login_bed_state(1000, &again);
		CHECK(again.comply_by_s == 0 && again.comply_tag == first.comply_tag);
		bed_policy(changes[i].policy);
		bed_write("/stored", changes[i].password);
		if (strcmp(changes[i].password, BED_OLD) != 0)
			bed_shadow(bed_hash(changes[i].password), "20001", "99999");
		if (changes[i].list != NULL)
			bed_write("/etc/mutex/blocked", changes[i].list);
		CHECK_INT(from(FAR, NULL, changes[i].password), PAM_SUCCESS);
		login_bed_state(1000, &again);
		if (again.comply_by_s == 0)
			bed_fail(__FILE__, __LINE__, "still good with %s", changes[i].name);
	}
}

static void no_date_while_observing_or_where_nobody_answers(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = WEAK};
	struct login_state state LOGIN_STATE_WIPED;
	char record[BED_RECORD_BYTES];

	weak_password(ENGLISH "[password]\nmode = observe\nobserve_until = 2099-01-01\n");
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK_SAYS_NOT(talk.said, "must be changed");
	bed_record_of("password-standing", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_MODE"), "observe");
	login_bed_state(1000, &state);
	CHECK_INT(state.comply_by_s, 0);
	weak_password(ENGLISH);
	CHECK_INT(from(FAR, NULL, WEAK), PAM_SUCCESS);
	CHECK_INT(login_store_change(bed_paths(), 1000, false, change_due, NULL, NULL), 0);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "cron"}, 0), PAM_SUCCESS);
}

/* --- findings --- */

static void a_step_into_another_account_is_a_finding(void)
{
	struct bed_talk talk = {.service = "sudo", .user = "alice"};
	char record[BED_RECORD_BYTES];
	struct bed_handle *handle;

	bed_policy(ENGLISH);
	bed_login_services();
	bed_run_as(1001, 0);
	handle = bed_open(&talk);
	CHECK_INT(bed_call(handle, pam_open_session, 0), PAM_SUCCESS);
	bed_record_of("login", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "other-account");
	CHECK_TEXT(bed_field(record, "MUTEX_CLAUSE"), "AC-4");
	CHECK_TEXT(bed_field(record, "MUTEX_ASKED_BY"), "bob");
	CHECK_INT(bed_call(handle, pam_close_session, 0), PAM_SUCCESS);
	bed_close(handle);
}

static void the_witness_sees_logins_not_attempts(void)
{
	static const char boot[] = "01234567-89ab-cdef-0123-456789abcdef";
	char what[128] = "";

	bed_policy(ENGLISH);
	bed_login_services();
	CHECK_INT(pending_begin(bed_paths(), 1, boot), 0);
	CHECK_INT(from(FAR, NULL, "not it"), PAM_AUTH_ERR);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd", .rhost = FAR}, 0), PAM_SUCCESS);
	CHECK_INT(pending_seen(bed_paths(), what, sizeof what), 0);
	CHECK_INT(from(FAR, NULL, BED_OLD), PAM_SUCCESS);
	CHECK_INT(pending_seen(bed_paths(), what, sizeof what), 1);
	CHECK_TEXT(what, "login: sshd alice");
	pending_end(bed_paths());
}

/* sshd asks for credentials after a public key, without pam_authenticate(): nothing follows from it, and it does not fail. */
static void credentials_prove_nothing(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR};
	struct bed_handle *handle;
	struct stamp stamp;

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	handle = bed_open(&talk);
	CHECK_INT(bed_call(handle, pam_setcred, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_PERM_DENIED);
	CHECK(!bed_stamp(1000, &stamp));
	bed_close(handle);
}

#define ROW(function) {.name = #function, .run = function}
int main(int argc, char **argv)
{
	static const struct bed_row rows[] = {
		ROW(ten_thousand_tries_from_one_address),
		ROW(a_thousand_addresses),
		ROW(the_same_wrong_password_counts_once),
		ROW(five_wrong_passwords_lock_and_say_how_long),
		ROW(an_unknown_name_looks_like_a_known_one),
		ROW(names_that_nobody_should_have),
		ROW(who_guesses_with_su_locks_himself_out),
		ROW(a_state_that_is_held_makes_no_guess_free),
		ROW(guessed_passwords_shut_no_key_out),
		ROW(suspensions_that_cannot_be_read_leave_root_the_console),
		ROW(what_bob_showed_is_not_remembered_for_another),
		ROW(a_finger_alone_is_no_second_factor),
		ROW(a_finger_and_a_code_are_two_and_stamped_as_what_they_are),
		ROW(a_code_without_the_finger_leaves_nothing),
		ROW(finish_alone_forgets_the_earlier_proof),
		ROW(finish_alone_says_what_is_wrong),
		ROW(only_the_verifier_speaks_for_others),
		ROW(the_verifier_believes_in_locks_only),
		ROW(one_line_holds_both),
		ROW(one_line_leaves_people_without_codes_alone),
		ROW(a_shown_factor_is_remembered_here_only),
		ROW(a_weak_password_gets_a_date_and_nobody_is_thrown_out),
		ROW(another_password_ends_the_demand),
		ROW(what_was_found_good_stays_so_while_nothing_changes),
		ROW(no_date_while_observing_or_where_nobody_answers),
		ROW(a_step_into_another_account_is_a_finding),
		ROW(the_witness_sees_logins_not_attempts),
		ROW(credentials_prove_nothing),
	};

	(void)argc;
	return bed_main(argv, rows, sizeof rows / sizeof *rows);
}
