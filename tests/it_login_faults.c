/* SPDX-License-Identifier: BSD-2-Clause */
/* The built module's auth lines while the world fails: state, disk, conversation, verifier, processes that die. Nothing here may let anybody in who
 * would be kept out otherwise, nor keep out for long who has done nothing. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "clock.h"
#include "login_bed.h"
#include "verify_channel.h"

#define ENGLISH "[policy]\nlanguage = en\n"
#define MFA ENGLISH "[mfa]\nmode = enforce\n"
#define FAR "192.0.2.7"
#define PARALLEL 10

static int remote(const char *password, const char *first, const char *second)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = password, .answers = {first, second}};

	return bed_login(&talk);
}

static int right_login(void)
{
	return remote(BED_OLD, NULL, NULL);
}

static int console(const char *user)
{
	struct bed_talk talk = {.service = "login", .tty = "tty1", .user = user, .password = BED_OLD};

	if (access("/dev/tty1", F_OK) < 0)
		bed_skip("/dev/tty1 is missing");
	return bed_login(&talk);
}

static void damage(unsigned uid)
{
	char path[PATHS_BYTES_MAX + 16];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%u", bed_paths()->login, uid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	for (off_t at = 0; at < LOGIN_FILE_BYTES; at += 512)
		CHECK_INT(pwrite(fd, "damage", 6, at), 6);
	CHECK_INT(close(fd), 0);
}

/* --- the state --- */

static void a_damaged_state_is_loud_and_denies_afar(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = BED_OLD};
	char record[BED_RECORD_BYTES];

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	damage(1000);
	CHECK_INT(bed_login(&talk), PAM_AUTH_ERR);
	CHECK_SAYS(talk.said, "mutexctl mfa repair");
	bed_record_of("login-state", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "state-unreadable");
	CHECK_TEXT(bed_field(record, "PRIORITY"), "2");
	bed_record_of("login", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "denied");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "state-unreadable");
}

static void a_damaged_state_lets_root_in_at_the_console(void)
{
	char record[BED_RECORD_BYTES];

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(0, false);
	damage(0);
	CHECK_INT(console("root"), PAM_SUCCESS);
	bed_record_of("login-state", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_USER"), "root");
	bed_record_of("login", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "allowed");
}

static void a_read_only_state_denies_codes_and_goes_on_with_passwords_here(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = BED_OLD};
	char record[BED_RECORD_BYTES], code[16];

	bed_enter_own_mounts();
	bed_policy(MFA);
	bed_mount_state(0, "size=1m,mode=755");
	bed_login_services();
	login_bed_enrol(1000, false);
	CHECK_INT(mount("none", bed_paths()->state, "none", MS_REMOUNT | MS_RDONLY, NULL), 0);
	login_bed_code(code);
	talk.answers[0] = code;
	CHECK_INT(bed_login(&talk), PAM_AUTH_ERR);
	CHECK_SAYS(talk.said, "cannot write its login records");
	bed_record_of("login-state", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "state-read-only");
	bed_policy(ENGLISH "[mfa]\nmode = enforce\nlocal = off\n");
	CHECK_INT(console("alice"), PAM_SUCCESS);
	bed_record_of("login-state", &record);
}

/* The file has its room; a code is taken and stored all the same. */
static void a_full_disk_changes_nothing(void)
{
	char code[16];

	bed_enter_own_mounts();
	bed_policy(MFA);
	bed_mount_state(0, "size=256k,mode=755");
	bed_login_services();
	login_bed_enrol(1000, false);
	CHECK_INT(remote("not it", NULL, NULL), PAM_AUTH_ERR);
	bed_fill(bed_paths()->state);
	login_bed_code(code);
	CHECK_INT(remote(BED_OLD, code, NULL), PAM_SUCCESS);
	CHECK_INT(remote(BED_OLD, code, BED_OLD), PAM_AUTH_ERR);
	CHECK_INT(remote("not that", NULL, NULL), PAM_AUTH_ERR);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 1);
}

/* There is no file yet, and no room for one: nothing can be counted, so guesses from afar would be free. */
static void a_full_disk_before_the_first_login(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = BED_OLD};
	char record[BED_RECORD_BYTES];

	bed_enter_own_mounts();
	bed_policy(MFA);
	bed_mount_state(0, "size=64k,mode=755");
	bed_login_services();
	bed_fill(bed_paths()->state);
	CHECK_INT(bed_login(&talk), PAM_AUTH_ERR);
	CHECK_SAYS(talk.said, "cannot write its login records");
	bed_record_of("login-state", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "state-read-only");
	CHECK_INT(console("alice"), PAM_SUCCESS);
	bed_record_of("login-state", &record);
}

/* Known and unknown names are treated alike, and the administrator hears of it. */
static void a_damaged_key_is_loud_and_tells_nobody_apart(void)
{
	static const char *const users[] = {"bob", "nobody-of-ours"};
	char record[BED_RECORD_BYTES];

	bed_policy(MFA);
	bed_login_services();
	bed_write("/var/lib/mutex/key", "too short");
	CHECK_INT(chmod(bed_paths()->key, 0600), 0);
	for (size_t i = 0; i < 2; i++) {
		char said[6][BED_TALK_BYTES];

		for (int j = 0; j < 6; j++) {
			struct bed_talk talk = {.service = "sshd", .rhost = FAR, .user = users[i], .password = "not the right one"};

			CHECK_INT(bed_authenticate(&talk), PAM_AUTH_ERR);
			bed_record_of("login-state", &record);
			CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "key-unreadable");
			(void)snprintf(said[j], sizeof said[j], "%s", talk.said);
		}
		CHECK_SAYS(said[4], "Too many failed attempts"); /* the fifth failure locks, whoever it is */
	}
}

/* --- the conversation --- */

static void check_no_code(enum bed_fault fault)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = BED_OLD, .fault = fault, .answers = {"000000"}, .sticky = true};
	struct stamp stamp;

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	CHECK(bed_login(&talk) != PAM_SUCCESS);
	CHECK(!bed_stamp(1000, &stamp));
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_CODE), 0);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 0);
}

static void no_answers_to_the_code(void)
{
	check_no_code(BED_RESPONSES_NULL);
}

static void an_answer_without_text_to_the_code(void)
{
	check_no_code(BED_RESPONSE_NULL);
}

static void aborted_at_the_code(void)
{
	check_no_code(BED_ABORT);
}

static void failed_at_the_code(void)
{
	check_no_code(BED_CONV_ERROR);
}

/* A program that cannot answer at once, such as one with windows: nothing is decided yet. */
static void called_again_at_the_code(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = BED_OLD, .fault = BED_AGAIN_ONCE};
	char code[16];

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_code(code);
	talk.answers[0] = code;
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK_INT(talk.again, 1);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_CODE), 0);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 0);
}

static void no_conversation_at_all(void)
{
	check_no_code(BED_CONV_NULL);
}

static void texts_refused_do_not_matter(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = BED_OLD, .fault = BED_TEXTS_REFUSED};
	char code[16];

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_code(code);
	talk.answers[0] = code;
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
}

static void an_oversized_answer_to_the_code(void)
{
	char answer[4096];

	memset(answer, '1', sizeof answer - 1);
	answer[sizeof answer - 1] = '\0';
	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	CHECK_INT(remote(BED_OLD, answer, answer), PAM_AUTH_ERR);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_CODE), 0);
}

/* --- the verifier --- */

/* A verifier that asks for the password and says yes to the right one; one connection. */
static void verify_one(int listener)
{
	struct verify_message message VERIFY_MESSAGE_WIPED = {0};
	struct verify_channel channel VERIFY_CHANNEL_CLOSED = {.fd = -1};
	int64_t deadline_ns = clock_monotonic_ns() + 10 * INT64_C(1000000000);
	bool right;

	verify_channel_init(&channel, accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	if (verify_channel_receive(&channel, &message, deadline_ns) < 0)
		return;
	message = (struct verify_message){.kind = VERIFY_PROMPT, .style = VERIFY_HIDDEN, .len = 10, .text = "Password: "};
	if (verify_channel_send(&channel, &message, deadline_ns) < 0 || verify_channel_receive(&channel, &message, deadline_ns) < 0)
		return;
	right = strcmp(message.text, BED_OLD) == 0;
	message = (struct verify_message){.kind = VERIFY_RESULT, .len = 1, .text = {right ? '0' : '7'}};
	(void)verify_channel_send(&channel, &message, deadline_ns);
}

static pid_t start_verifier(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	pid_t child;

	CHECK(listener >= 0);
	CHECK(strlen(bed_paths()->verify_socket) < sizeof address.sun_path);
	(void)strcpy(address.sun_path, bed_paths()->verify_socket);
	CHECK_INT(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
	CHECK_INT(listen(listener, 4), 0);
	child = fork();
	if (child == 0) {
		(void)alarm(20); /* when nobody comes */
		verify_one(listener);
		_exit(0);
	}
	CHECK_INT(close(listener), 0);
	return child;
}

/* Behind finish the neighbour notes what a keyring would be opened with. */
static void locker_before_a_keyring(void)
{
	bed_policy(MFA "[service swaylock]\nmfa = required\n");
	bed_login_services();
	bed_service("swaylock", "auth [success=3 ignore=ignore default=die] {begin}\nauth [success=2 default=ignore] pam_deny.so\n"
				"auth [default=ignore] {failed}\nauth requisite pam_deny.so\nauth required pam_permit.so\n"
				"auth requisite {finish}\nauth optional {neighbour} auth=password\n");
	login_bed_enrol(1000, false);
}

static bool noted(char *ret, int size)
{
	char path[PATHS_BYTES_MAX + 16];
	bool there;
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/stored.seen", bed_paths()->root);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	there = fgets(ret, size, file) != NULL;
	(void)fclose(file);
	return there;
}

static void the_verifier_is_the_proof(void)
{
	struct bed_talk talk = {.service = "swaylock", .password = BED_OLD};
	char seen[64] = "";
	pid_t verifier;
	int status;

	locker_before_a_keyring();
	verifier = start_verifier();
	bed_run_as(1000, 1000);
	CHECK_INT(bed_authenticate(&talk), PAM_SUCCESS);
	CHECK_INT(waitpid(verifier, &status, 0), verifier);
	CHECK(noted(seen, sizeof seen));
	CHECK_TEXT(seen, BED_OLD);
}

static void the_verifiers_denial_is_the_end(void)
{
	struct bed_talk talk = {.service = "swaylock", .password = "not it"}, again = {.service = "swaylock", .password = BED_OLD};
	char seen[64];
	pid_t verifier;
	int status;

	locker_before_a_keyring();
	bed_login_service("swaylock"); /* the neighbour would take it */
	verifier = start_verifier();
	bed_run_as(1000, 1000);
	CHECK_INT(bed_authenticate(&talk), PAM_AUTH_ERR);
	CHECK_INT(waitpid(verifier, &status, 0), verifier);
	CHECK(!noted(seen, sizeof seen)); /* nobody else was asked */
	CHECK_INT(bed_authenticate(&again), PAM_AUTH_ERR); /* an earlier proof would not do either: the verifier is gone */
}

static void the_verifier_proves_nobody_else(void)
{
	struct bed_talk talk = {.service = "swaylock", .user = "bob", .password = BED_OLD};
	pid_t verifier;
	int status;

	locker_before_a_keyring();
	verifier = start_verifier();
	bed_run_as(1000, 1000);
	CHECK(bed_authenticate(&talk) != PAM_SUCCESS);
	CHECK_INT(kill(verifier, SIGKILL), 0);
	CHECK_INT(waitpid(verifier, &status, 0), verifier);
}

static void a_verified_handle_is_verified_once(void)
{
	struct bed_talk talk = {.service = "swaylock", .password = BED_OLD};
	struct bed_handle *handle;
	pid_t verifier;
	int status;

	locker_before_a_keyring();
	verifier = start_verifier();
	bed_run_as(1000, 1000);
	handle = bed_open(&talk);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_SUCCESS);
	CHECK_INT(waitpid(verifier, &status, 0), verifier);
	CHECK(bed_call(handle, pam_authenticate, 0) != PAM_SUCCESS);
	bed_close(handle);
}

static void without_a_verifier_a_demanded_factor_is_denied(void)
{
	struct bed_talk talk = {.service = "swaylock", .password = BED_OLD};
	struct stamp stamp;

	bed_policy(MFA "[service swaylock]\nmfa = required\n");
	bed_login_services();
	login_bed_enrol(1000, false);
	bed_run_as(1000, 1000);
	CHECK_INT(bed_login(&talk), PAM_AUTH_ERR);
	CHECK_SAYS(talk.said, "systemctl status mutex-verify.socket");
	CHECK(!bed_stamp(1000, &stamp));
}

static void without_a_verifier_the_password_does_where_it_is_all(void)
{
	struct bed_talk talk = {.service = "swaylock", .password = BED_OLD}, wrong = {.service = "swaylock", .password = "not it"};
	struct stamp stamp;

	bed_policy(MFA);
	bed_login_services();
	bed_run_as(1000, 1000);
	CHECK_INT(bed_login(&talk), PAM_SUCCESS);
	CHECK_INT(bed_login(&wrong), PAM_AUTH_ERR);
	CHECK(!bed_stamp(1000, &stamp));
}

/* --- processes that die, handles that are used again --- */

static void killed_between_begin_and_result_counts(void)
{
	bed_policy(ENGLISH);
	bed_login_services();
	bed_service("sshd", "auth [success=2 ignore=ignore default=die] {begin}\nauth [success=1 default=ignore] {neighbour} auth=kill\n"
			    "auth required pam_deny.so\nauth requisite {finish}\n");
	for (int i = 0; i < 5; i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			_exit(right_login());
		CHECK_INT(waitpid(child, &status, 0), child);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	bed_login_services();
	CHECK_INT(right_login(), PAM_AUTH_ERR); /* five tries without a result are five failures */
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 5);
}

static void one_handle_for_three_tries(void)
{
	struct bed_talk wrong = {.service = "lightdm", .tty = ":0", .password = "not it"}, right = {.service = "lightdm", .tty = ":0", .password = BED_OLD};
	struct bed_handle *handle;
	struct stamp stamp;

	bed_policy(ENGLISH);
	bed_login_services();
	handle = bed_open(&wrong);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_AUTH_ERR);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_AUTH_ERR);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 1); /* the same wrong one */
	CHECK(!bed_stamp(1000, &stamp));
	bed_turn(handle, &right);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_SUCCESS);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_SUCCESS);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 0);
	CHECK(bed_stamp(1000, &stamp));
	bed_close(handle);
}

/* A proof ends with the next try: a program that goes on after a failure has none. */
static void a_failure_takes_the_earlier_proof_away(void)
{
	struct bed_talk right = {.service = "sshd", .rhost = FAR, .password = BED_OLD}, wrong = {.service = "sshd", .rhost = FAR, .password = "not it"};
	struct bed_handle *handle;
	char code[16];

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_code(code);
	right.answers[0] = code;
	handle = bed_open(&right);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_SUCCESS);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_SUCCESS);
	bed_turn(handle, &wrong);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_AUTH_ERR);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_PERM_DENIED);
	bed_close(handle);
}

/* ... and belongs to the person who gave it. */
static void a_proof_is_one_persons(void)
{
	struct bed_talk right = {.service = "login", .rhost = FAR, .password = BED_OLD};
	struct bed_handle *handle;
	char code[16];

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_enrol(1001, false);
	login_bed_code(code);
	right.answers[0] = code;
	handle = bed_open(&right);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_SUCCESS);
	CHECK_INT(pam_set_item(bed_pamh(handle), PAM_USER, "bob"), PAM_SUCCESS);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_PERM_DENIED);
	bed_close(handle);
}

/* begin on a handle whose last try nobody ended. */
static void a_try_left_open_has_failed(void)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .password = "not it"};
	struct bed_handle *handle;

	bed_policy(ENGLISH);
	bed_login_services();
	bed_service("sshd", "auth [success=2 ignore=ignore default=die] {begin}\nauth required pam_deny.so\nauth required pam_permit.so\n");
	handle = bed_open(&talk);
	for (int i = 0; i < 4; i++)
		CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_AUTH_ERR);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 3);
	bed_close(handle);
}

/* Ten at a time; who has to wait longer than 2 s for a turn is told so, and has not failed. */
static void parallel_right_logins_never_lock(void)
{
	pid_t children[3 * PARALLEL];
	int status, in = 0;

	bed_policy(ENGLISH);
	bed_login_services();
	for (size_t i = 0; i < sizeof children / sizeof *children; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(right_login());
	}
	for (size_t i = 0; i < sizeof children / sizeof *children; i++) {
		CHECK_INT(waitpid(children[i], &status, 0), children[i]);
		in += WIFEXITED(status) && WEXITSTATUS(status) == PAM_SUCCESS;
	}
	CHECK(in >= (bed_under_valgrind() ? 1 : PARALLEL)); /* where a login takes longer than the wait, most are turned away */
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 0);
	CHECK_INT(right_login(), PAM_SUCCESS);
}

static void one_code_lets_one_of_fifty_in(void)
{
	pid_t children[50];
	char code[16];
	int status, in = 0;

	bed_policy(MFA);
	bed_login_services();
	login_bed_enrol(1000, false);
	login_bed_code(code);
	for (size_t i = 0; i < sizeof children / sizeof *children; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(remote(BED_OLD, code, BED_OLD));
	}
	for (size_t i = 0; i < sizeof children / sizeof *children; i++) {
		CHECK_INT(waitpid(children[i], &status, 0), children[i]);
		in += WEXITSTATUS(status) == PAM_SUCCESS;
	}
	CHECK_INT(in, 1);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_PASSWORD), 0);
	CHECK_INT(login_bed_failures(1000, LOGIN_GUESS_CODE), 0);
}

/* --- half a set of lines --- */

static void begin_alone_locks_nobody_out(void)
{
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	bed_login_services();
	login_bed_remove_lines_on();
	bed_service("sshd", "auth [success=2 ignore=ignore default=die] {begin}\nauth [success=1 default=ignore] {neighbour} auth=password\n"
			    "auth required pam_deny.so\nauth required pam_permit.so\naccount required pam_permit.so\n");
	for (int i = 0; i < 20; i++) {
		CHECK_INT(remote("not it", NULL, NULL), PAM_AUTH_ERR);
		bed_record_of("login-state", &record);
		CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "half-set");
		CHECK(!bed_record(&record)); /* once a call */
	}
	CHECK_INT(right_login(), PAM_SUCCESS);
}

static void lines_in_wrong_places_fail(void)
{
	static const char *const lines[] = {
		"auth required {module}\nauth required pam_permit.so\n",
		"auth required {module} begin\nauth required pam_permit.so\n",
		"auth required pam_permit.so\naccount required {finish}\n",
		"auth required pam_permit.so\naccount required {begin}\n",
	};

	bed_policy(ENGLISH);
	bed_login_services();
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		bed_service("sshd", lines[i]);
		CHECK_INT(right_login(), PAM_SERVICE_ERR);
	}
}

#define ROW(function) {.name = #function, .run = function}
int main(int argc, char **argv)
{
	static const struct bed_row rows[] = {
		ROW(a_damaged_state_is_loud_and_denies_afar),
		ROW(a_damaged_state_lets_root_in_at_the_console),
		ROW(a_read_only_state_denies_codes_and_goes_on_with_passwords_here),
		ROW(a_full_disk_changes_nothing),
		ROW(a_full_disk_before_the_first_login),
		ROW(no_answers_to_the_code),
		ROW(an_answer_without_text_to_the_code),
		ROW(aborted_at_the_code),
		ROW(failed_at_the_code),
		ROW(called_again_at_the_code),
		ROW(a_damaged_key_is_loud_and_tells_nobody_apart),
		ROW(no_conversation_at_all),
		ROW(texts_refused_do_not_matter),
		ROW(an_oversized_answer_to_the_code),
		ROW(the_verifier_is_the_proof),
		ROW(the_verifiers_denial_is_the_end),
		ROW(the_verifier_proves_nobody_else),
		ROW(a_verified_handle_is_verified_once),
		ROW(without_a_verifier_a_demanded_factor_is_denied),
		ROW(without_a_verifier_the_password_does_where_it_is_all),
		ROW(killed_between_begin_and_result_counts),
		ROW(one_handle_for_three_tries),
		ROW(a_failure_takes_the_earlier_proof_away),
		ROW(a_proof_is_one_persons),
		ROW(a_try_left_open_has_failed),
		ROW(parallel_right_logins_never_lock),
		ROW(one_code_lets_one_of_fifty_in),
		ROW(begin_alone_locks_nobody_out),
		ROW(lines_in_wrong_places_fail),
	};

	(void)argc;
	return bed_main(argv, rows, sizeof rows / sizeof *rows);
}
