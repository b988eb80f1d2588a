/* SPDX-License-Identifier: BSD-2-Clause */
/* The question for a second factor on real state files, with real libpam, and hooks in real processes: mutex-factor as built, helpers as scripts,
 * asking.c as the module of another stack. Nobody needs root: who is asked is the person who runs the test. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "factor_gather.h"
#include "login_store.h"
#include "must.h"
#include "policy_sample.h"
#include "recovery.h"
#include "totp.h"

#define PARALLEL 50
#define PASSWORD "the password in hand"
#define BIT(kind) FACTOR_BIT(kind)
#define FIRST_HOOK 5

static struct {
	char folder[64], build[PATH_MAX], name[64], helper_user[64];
	struct paths paths;
	struct login_totp totp;
	char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE];
	/* one talk */
	const char *answers[4];
	size_t asked;
	int fault;
	char said[4096];
} bed;

static int bad_rows;

static void row(const char *name, bool holds, const char *detail)
{
	printf("%sok %s%s%s\n", holds ? "" : "not ", name, holds ? "" : ": ", holds ? "" : detail);
	bad_rows += !holds;
}

/* --- the bed --- */

static const char *in_bed(const char *path)
{
	static char full[PATH_MAX];

	must(snprintf(full, sizeof full, "%s%s", bed.folder, path) < (int)sizeof full);
	return full;
}

static void folder(const char *path, mode_t mode)
{
	must(mkdir(in_bed(path), 0755) == 0);
	must(chmod(in_bed(path), mode) == 0);
}

static void file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(in_bed(path), "we");

	must(f != NULL);
	must(fputs(text, f) >= 0);
	must(fclose(f) == 0);
	must(chmod(in_bed(path), mode) == 0);
}

static void copy_program(void)
{
	char from[PATH_MAX + 32], command[2 * PATH_MAX + 128];

	(void)snprintf(from, sizeof from, "%s/pam_mutex/mutex-factor", bed.build);
	must(access(from, X_OK) == 0);
	must(snprintf(command, sizeof command, "cp '%s' '%s' && chmod 0755 '%s'", from, bed.paths.factor_helper, bed.paths.factor_helper) <
	     (int)sizeof command);
	must(system(command) == 0);
}

static void bed_make(const char *program)
{
	const struct passwd *pw = getpwuid(getuid());
	char path[PATH_MAX], *slash;

	if (pw == NULL) {
		printf("the user database does not know uid %u\n", (unsigned)getuid());
		exit(77);
	}
	(void)snprintf(bed.name, sizeof bed.name, "%s", pw->pw_name);
	/* root may give the helper another user's rights, others only have their own to give */
	(void)snprintf(bed.helper_user, sizeof bed.helper_user, "%s", getuid() == 0 ? "nobody" : bed.name);
	must(realpath(program, path) != NULL);
	slash = strstr(path, "/tests/it_factor");
	must(slash != NULL);
	*slash = '\0';
	(void)snprintf(bed.build, sizeof bed.build, "%s", path);
	(void)snprintf(bed.folder, sizeof bed.folder, "/tmp/mutex-factor.XXXXXX");
	must(mkdtemp(bed.folder) != NULL);
	must(chmod(bed.folder, 0755) == 0);
	must(paths_init(&bed.paths, bed.folder, getuid()) == 0);
	folder("/usr", 0755);
	folder("/usr/libexec", 0755);
	folder("/usr/lib", 0755);
	folder("/usr/lib/pam.d", 0755);
	folder("/etc", 0755);
	folder("/etc/pam.d", 0755);
	folder("/bin", 0755);
	folder("/loose", 0777);
	copy_program();
	file("/etc/pam.d/outer", "auth required pam_permit.so\n", 0644);
}

static void bed_remove(void)
{
	char command[PATH_MAX + 16];

	(void)snprintf(command, sizeof command, "rm -rf '%s'", bed.folder);
	must(system(command) == 0);
}

/* A login_store_change_fn. */
static int enrol(struct login_state *state, void *unused)
{
	uint8_t random[RECOVERY_RANDOM_BYTES];

	(void)unused;
	for (size_t i = 0; i < sizeof random; i++)
		random[i] = (uint8_t)(i * 29 + 3);
	lockout_clear(state);
	bed.totp = (struct login_totp){.enrolled = true, .digits = 6, .secret_len = 20, .secret = "12345678901234567890", .since_s = 1};
	state->totp = bed.totp;
	recovery_make(random, 1, &state->recovery, bed.codes);
	return 0;
}

static void bed_enrol(void)
{
	must(login_store_change(&bed.paths, getuid(), false, enrol, NULL, NULL) == 0);
}

/* The code of now, of a step that does not end while the test uses it. */
static const char *right_code(char code[9])
{
	while (clock_now_s() % TOTP_STEP_S > TOTP_STEP_S - 5)
		(void)nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
	must(totp_code(&bed.totp, clock_now_s() / TOTP_STEP_S, code) == 0);
	return code;
}

static const char *wrong_code(char code[9])
{
	right_code(code);
	code[0] = (char)('0' + (code[0] - '0' + 5) % 10); /* none of the window's three, but for one case in a million */
	return code;
}

static uint32_t failures(void)
{
	struct login_state state LOGIN_STATE_WIPED;
	uint32_t sum = 0;

	must(login_store_read(&bed.paths, getuid(), &state) == 0);
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++)
		sum += state.counters[i].guess == LOGIN_GUESS_CODE ? state.counters[i].failures : 0;
	return sum;
}

/* --- the conversation --- */

enum { NO_FAULT, RESPONSES_NULL, RESPONSE_NULL, AGAIN, CONV_ERROR, TOO_LONG };

static void remember_said(const char *text)
{
	size_t len = strlen(bed.said);

	(void)snprintf(bed.said + len, sizeof bed.said - len, "%s\n", text);
}

static char *next_answer(void)
{
	static char too_long[600];

	if (bed.fault == TOO_LONG)
		return strdup(memset(too_long, '1', sizeof too_long - 1));
	return bed.asked < 4 && bed.answers[bed.asked] != NULL ? strdup(bed.answers[bed.asked]) : strdup("");
}

static int converse(int count, const struct pam_message **messages, struct pam_response **ret_responses, void *data)
{
	(void)data;
	must(count == 1);
	remember_said(messages[0]->msg);
	*ret_responses = NULL;
	if (bed.fault == RESPONSES_NULL)
		return PAM_SUCCESS;
	if (bed.fault == AGAIN || bed.fault == CONV_ERROR)
		return bed.fault == AGAIN ? PAM_CONV_AGAIN : PAM_CONV_ERR;
	*ret_responses = calloc(1, sizeof **ret_responses);
	must(*ret_responses != NULL);
	if (bed.fault != RESPONSE_NULL && (messages[0]->msg_style == PAM_PROMPT_ECHO_OFF || messages[0]->msg_style == PAM_PROMPT_ECHO_ON)) {
		(*ret_responses)->resp = next_answer();
		bed.asked++;
	}
	return PAM_SUCCESS;
}

/* --- asking --- */

struct question {
	struct policy_sample policy;
	struct login_gathered login;
	struct factor_question question;
	struct pam_conv conv;
};

static void question_end(struct question **q)
{
	(void)pam_end((*q)->question.pamh, PAM_SUCCESS);
	policy_sample_free(&(*q)->policy);
	login_state_wipe(&(*q)->login.state);
	free(*q);
}
#define QUESTION_ENDED __attribute__((cleanup(question_end)))

static struct question *question_make(const char *policy, uint32_t may)
{
	struct question *q = calloc(1, sizeof *q);
	struct login_gathered *l = &q->login;

	must(q != NULL);
	policy_sample_text(&q->policy, policy);
	if (q->policy.result < 0) {
		printf("%s", q->policy.problems);
		exit(1);
	}
	q->conv = (struct pam_conv){.conv = converse};
	l->known = true;
	l->person.person = (struct person){.name = bed.name, .uid = getuid()};
	l->facts.person = &l->person.person;
	l->facts.state = LOGIN_STATE_FINE;
	policy_resolve(&q->policy.policy, &l->person.person, &l->settings);
	factor_table_init(&q->policy.policy, &l->factors);
	lockout_rules_of(&l->settings, 1000, false, &l->rules);
	login_source_make(LOGIN_LOCAL, "", "tty", &l->source);
	must(login_store_read(&bed.paths, getuid(), &l->state) == 0);
	q->question = (struct factor_question){.paths = &bed.paths, .policy = &q->policy.policy, .login = l, .may = may, .password = PASSWORD};
	must(pam_start_confdir("outer", bed.name, &q->conv, bed.paths.pam_etc, &q->question.pamh) == PAM_SUCCESS);
	must(pam_set_item(q->question.pamh, PAM_TTY, "tty7") == PAM_SUCCESS);
	must(pam_set_item(q->question.pamh, PAM_RHOST, "192.0.2.1") == PAM_SUCCESS);
	bed.asked = 0;
	bed.said[0] = '\0';
	return q;
}

static const char *const RESULTS[FACTOR_RESULT_MAX] = {
	[FACTOR_UNAVAILABLE] = "unavailable", [FACTOR_REFUSED] = "refused", [FACTOR_NOT_SHOWN] = "not shown",
	[FACTOR_USED_UP] = "used up",	      [FACTOR_AGAIN] = "again",	    [FACTOR_SHOWN] = "shown",
};

static void expect(const char *name, struct question *q, enum factor_result result, int shown, uint32_t failed)
{
	char detail[256] = "", problem[1024];
	int got_shown = -1;
	enum factor_result got = factor_ask(&q->question, &got_shown, detail, sizeof detail);

	(void)snprintf(problem, sizeof problem, "%s, factor %d, %u failures; \"%s\"; said \"%.300s\"", RESULTS[got], got_shown, failures(), detail,
		       bed.said);
	row(name, got == result && got_shown == shown && failures() == failed, problem);
}

/* --- codes --- */

#define BOTH (BIT(FACTOR_TOTP) | BIT(FACTOR_RECOVERY))

static void ask_row(const char *name, uint32_t may, const char *answer, int fault, enum factor_result result, int shown, uint32_t failed)
{
	struct question *q QUESTION_ENDED = question_make("", may);

	bed.answers[0] = answer;
	bed.fault = fault;
	expect(name, q, result, shown, failed);
	bed.fault = NO_FAULT;
}

static void answers_without_a_code(void)
{
	bed_enrol();
	ask_row("the password again", BOTH, PASSWORD, NO_FAULT, FACTOR_NOT_SHOWN, -1, 0);
	ask_row("an empty line", BOTH, "", NO_FAULT, FACTOR_NOT_SHOWN, -1, 0);
	ask_row("no code at all", BOTH, "hello", NO_FAULT, FACTOR_NOT_SHOWN, -1, 0);
	ask_row("seven digits", BOTH, "1234567", NO_FAULT, FACTOR_NOT_SHOWN, -1, 0);
	ask_row("longer than any password", BOTH, "", TOO_LONG, FACTOR_NOT_SHOWN, -1, 0);
	ask_row("no array of responses", BOTH, "", RESPONSES_NULL, FACTOR_UNAVAILABLE, -1, 0);
	ask_row("a response without text", BOTH, "", RESPONSE_NULL, FACTOR_UNAVAILABLE, -1, 0);
	ask_row("the conversation fails", BOTH, "", CONV_ERROR, FACTOR_UNAVAILABLE, -1, 0);
	ask_row("to be put again", BOTH, "", AGAIN, FACTOR_AGAIN, -1, 0);
	ask_row("nothing may be shown", 0, "", NO_FAULT, FACTOR_UNAVAILABLE, -1, 0);
	row("and then nothing is asked", bed.asked == 0, "asked");
}

static void answers_with_a_code(void)
{
	char right[9], wrong[9];

	bed_enrol();
	ask_row("a wrong code counts", BOTH, wrong_code(wrong), NO_FAULT, FACTOR_REFUSED, -1, 1);
	ask_row("the same once more counts again", BOTH, wrong, NO_FAULT, FACTOR_REFUSED, -1, 2);
	ask_row("a wrong recovery code counts", BOTH, "0000-0000-0000-0000", NO_FAULT, FACTOR_REFUSED, -1, 3);
	ask_row("the same once more does not", BOTH, "0000-0000-0000-0000", NO_FAULT, FACTOR_REFUSED, -1, 3);
	right_code(right);
	ask_row("a one-time code where only recovery counts", BIT(FACTOR_RECOVERY), right, NO_FAULT, FACTOR_NOT_SHOWN, -1, 3);
	ask_row("a recovery code where only one-time codes count", BIT(FACTOR_TOTP), bed.codes[3], NO_FAULT, FACTOR_NOT_SHOWN, -1, 3);
	ask_row("the right code, and failures are forgotten", BOTH, right, NO_FAULT, FACTOR_SHOWN, FACTOR_TOTP, 0);
	ask_row("the right code again", BOTH, right, NO_FAULT, FACTOR_USED_UP, -1, 0);
	ask_row("a recovery code", BOTH, bed.codes[3], NO_FAULT, FACTOR_SHOWN, FACTOR_RECOVERY, 0);
	ask_row("the same recovery code later is a wrong one", BOTH, bed.codes[3], NO_FAULT, FACTOR_REFUSED, -1, 1);
	ask_row("and counts once only", BOTH, bed.codes[3], NO_FAULT, FACTOR_REFUSED, -1, 1);
}

/* sshd's password method again, and the password could be a code. */
static void passwords_like_codes(void)
{
	char wrong[9];
	struct question *q QUESTION_ENDED = NULL;

	bed_enrol();
	q = question_make("", BOTH);
	bed.answers[0] = q->question.password = wrong_code(wrong);
	expect("the password again, and it looks like a code", q, FACTOR_NOT_SHOWN, -1, 0);
	bed.answers[0] = q->question.password = "0000-0000-0000-0000";
	bed.asked = 0;
	expect("or like a recovery code", q, FACTOR_NOT_SHOWN, -1, 0);
}

static void lock_outs(void)
{
	char right[9], wrong[9];
	struct question *q QUESTION_ENDED = NULL;

	bed_enrol();
	wrong_code(wrong);
	for (uint32_t i = 1; i <= 4; i++)
		ask_row("a wrong code on the way to the lock-out", BOTH, wrong, NO_FAULT, FACTOR_REFUSED, -1, i);
	q = question_make("", BOTH);
	ask_row("the fifth, by somebody else meanwhile", BOTH, wrong, NO_FAULT, FACTOR_REFUSED, -1, 5);
	bed.answers[0] = right_code(right);
	bed.asked = 0;
	expect("locked out meanwhile: the right code does not count", q, FACTOR_UNAVAILABLE, -1, 5);
	bed.answers[0] = bed.codes[0];
	bed.asked = 0;
	must(login_store_read(&bed.paths, getuid(), &q->login.state) == 0);
	expect("asked though locked out before, as for root at the console", q, FACTOR_SHOWN, FACTOR_RECOVERY, 0);
}

/* The policy may have another name for what everybody has. */
static void other_names(void)
{
	char right[9];
	struct question *q QUESTION_ENDED = question_make("[factor phone]\nuse = totp\n[mfa]\nrequire = password+phone\n", BIT(FIRST_HOOK));

	bed_enrol();
	must(login_store_read(&bed.paths, getuid(), &q->login.state) == 0);
	bed.answers[0] = right_code(right);
	expect("a one-time code by another name", q, FACTOR_SHOWN, FIRST_HOOK, 0);
}

static void states_that_are_not_fine(void)
{
	char right[9];
	struct question *q QUESTION_ENDED = NULL;

	bed_enrol();
	q = question_make("", BOTH);
	bed.answers[0] = right_code(right);
	q->login.facts.state = LOGIN_STATE_READ_ONLY;
	expect("read-only state: not asked", q, FACTOR_UNAVAILABLE, -1, 0);
	row("read-only state: nothing was said", bed.said[0] == '\0', bed.said);
	q->login.facts.state = LOGIN_STATE_FINE;
	q->login.known = false;
	expect("nobody known: not asked", q, FACTOR_UNAVAILABLE, -1, 0);
}

/* A login_store_change_fn that finds the file damaged never runs; so the code is not taken. */
static void damage_under_our_hands(void)
{
	char path[PATH_MAX], right[9], detail[256] = "";
	struct question *q QUESTION_ENDED = NULL;
	int shown = -1;
	enum factor_result got;

	bed_enrol();
	q = question_make("", BOTH);
	right_code(right);
	(void)snprintf(path, sizeof path, "%s/%u", bed.paths.login, (unsigned)getuid());
	must(truncate(path, 100) == 0);
	got = factor_check_code(&q->question, right, strlen(right), &shown, detail, sizeof detail);
	row("a damaged state lets nobody in", got == FACTOR_UNAVAILABLE && shown == -1 && detail[0] != '\0', detail);
	must(unlink(path) == 0);
}

/* Each child has its own handle and its own view of the state, as fifty sshd processes have. */
static void parallel(const char *name, const char *code)
{
	int gate[2], counts[FACTOR_RESULT_MAX] = {0}, status;
	char problem[128];

	must(pipe(gate) == 0);
	for (int i = 0; i < PARALLEL; i++) {
		pid_t pid = fork();

		must(pid >= 0);
		if (pid == 0) {
			struct question *q = question_make("", BOTH);
			char detail[256], byte;
			int shown;

			(void)close(gate[1]);
			(void)!read(gate[0], &byte, 1);
			_exit((int)factor_check_code(&q->question, code, strlen(code), &shown, detail, sizeof detail));
		}
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	for (int i = 0; i < PARALLEL; i++) {
		must(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) < FACTOR_RESULT_MAX);
		counts[WEXITSTATUS(status)]++;
	}
	(void)snprintf(problem, sizeof problem, "%d shown, %d used up, %u failures", counts[FACTOR_SHOWN], counts[FACTOR_USED_UP], failures());
	row(name, counts[FACTOR_SHOWN] == 1 && counts[FACTOR_USED_UP] == PARALLEL - 1 && failures() == 0, problem);
}

static void parallel_logins(void)
{
	char right[9];

	bed_enrol();
	parallel("50 logins with one code: one gets in, nobody failed", right_code(right));
	parallel("50 logins with one recovery code: one gets in, nobody failed", bed.codes[7]);
}

/* --- hooks --- */

/* use: "exec:/bin/helper" or "pam:inner". */
static struct question *hook_question(const char *use, const char *timeout)
{
	static char policy[512];

	must(strlen(use) < 128);
	(void)snprintf(policy, sizeof policy, "[factor token]\nuse = %.128s\nuser = %s\ntimeout = %s\n[mfa]\nrequire = password+token\n", use,
		       bed.helper_user, timeout);
	return question_make(policy, BIT(FIRST_HOOK));
}

static void exec_row(const char *name, const char *script, enum factor_result result)
{
	struct question *q QUESTION_ENDED = hook_question("exec:/bin/helper", "20s");

	if (script != NULL)
		file("/bin/helper", script, 0755);
	bed_enrol();
	expect(name, q, result, result == FACTOR_SHOWN ? FIRST_HOOK : -1, result == FACTOR_REFUSED);
}

static void said_row(const char *name, const char *part)
{
	row(name, strstr(bed.said, part) != NULL, bed.said);
}

#define SH "#!/bin/sh\n"
#define GREET "while read -r word rest && [ \"$word\" != begin ]; do eval \"$word='$rest'\"; done\n"

static void helpers_speak(void)
{
	char part[128];

	bed.answers[0] = "4711";
	exec_row("exec: accepts", SH "echo accept\n", FACTOR_SHOWN);
	exec_row("exec: refuses, which counts", SH "echo refuse\n", FACTOR_REFUSED);
	exec_row("exec: refuses and ends with an error", SH "echo refuse; exit 3\n", FACTOR_REFUSED);
	exec_row("exec: asks", SH GREET "echo 'prompt-hidden PIN of' $user:\nread -r a b\n[ \"$a $b\" = 'answer 4711' ] && echo accept || echo refuse\n",
		 FACTOR_SHOWN);
	(void)snprintf(part, sizeof part, "PIN of %s:\n", bed.name);
	said_row("exec: the question is put as it stands", part);
	bed.answers[0] = "4712";
	exec_row("exec: the answer is wrong", NULL, FACTOR_REFUSED);
	exec_row("exec: tells", SH GREET "echo info Touch the token, $tty of $rhost for $service\necho error no\necho accept\n", FACTOR_SHOWN);
	said_row("exec: what it tells", "Touch the token, tty7 of 192.0.2.1 for outer\nno\n");
	bed.answers[0] = PASSWORD;
	exec_row("exec: empty environment, no descriptor but three",
		 SH "n=$(ls /proc/self/fd | wc -l)\n[ -z \"$(tr -d '\\0' </proc/$$/environ)\" ] && [ \"$n\" = 4 ] && [ \"$PWD\" = / ] && echo accept\n",
		 FACTOR_SHOWN);
	exec_row("exec: whose rights", SH "echo info $(id -un) $(id -Gn | wc -w)\necho accept\n", FACTOR_SHOWN);
	if (getuid() == 0)
		said_row("exec: nobody's", "nobody 1\n");
}

static void helpers_fail(void)
{
	bed.answers[0] = "1";
	exec_row("exec: says nothing", SH "exit 0\n", FACTOR_UNAVAILABLE);
	exec_row("exec: accepts and ends with an error", SH "echo accept\nexit 1\n", FACTOR_UNAVAILABLE);
	exec_row("exec: accepts and is killed", SH "echo accept\nkill -9 $$\n", FACTOR_UNAVAILABLE);
	exec_row("exec: dies", SH "kill -9 $$\n", FACTOR_UNAVAILABLE);
	exec_row("exec: babbles", SH "echo blah\necho accept\n", FACTOR_UNAVAILABLE);
	exec_row("exec: babbles without end", SH "yes\n", FACTOR_UNAVAILABLE);
	exec_row("exec: one endless line", SH "yes | tr -d '\\n'\n", FACTOR_UNAVAILABLE);
	exec_row("exec: speaks behind its verdict", SH "echo accept\necho info x\n", FACTOR_UNAVAILABLE);
	exec_row("exec: two verdicts", SH "echo refuse\necho accept\n", FACTOR_UNAVAILABLE);
	exec_row("exec: asks without end", SH "while :; do echo 'prompt again?'; read -r x; done\n", FACTOR_UNAVAILABLE);
	exec_row("exec: control characters", SH "printf 'info \\033[2J\\n'\necho accept\n", FACTOR_UNAVAILABLE);
	exec_row("exec: its interpreter is missing", "#!/no/such/shell\n", FACTOR_UNAVAILABLE);
	exec_row("exec: no program", "echo accept\n", FACTOR_UNAVAILABLE);
	bed.fault = AGAIN;
	exec_row("exec: the application wants to be asked again", SH "echo prompt x\nread -r x\necho accept\n", FACTOR_AGAIN);
	bed.fault = CONV_ERROR;
	exec_row("exec: the application cannot ask", NULL, FACTOR_UNAVAILABLE);
	bed.fault = NO_FAULT;
}

static void path_row(const char *name, const char *use, const char *said)
{
	char detail[256], problem[300], full[128];
	struct question *q QUESTION_ENDED = NULL;
	int shown = -1;
	enum factor_result got;

	(void)snprintf(full, sizeof full, "exec:%s", use);
	q = hook_question(full, "20s");
	got = factor_ask(&q->question, &shown, detail, sizeof detail);
	(void)snprintf(problem, sizeof problem, "%s: %s", RESULTS[got], detail);
	row(name, got == FACTOR_UNAVAILABLE && strstr(detail, said) != NULL, problem);
}

static void helpers_that_are_not_roots(void)
{
	bed_enrol();
	path_row("exec: missing", "/bin/nothing", "is missing");
	file("/bin/loose", SH "echo accept\n", 0775);
	path_row("exec: others of the group may write it", "/bin/loose", "is not safe");
	file("/bin/plain", SH "echo accept\n", 0644);
	path_row("exec: may not be run", "/bin/plain", "is not safe");
	file("/loose/helper", SH "echo accept\n", 0755);
	path_row("exec: others may write its folder", "/loose/helper", "is not safe");
	must(symlink("helper", in_bed("/bin/link")) == 0);
	path_row("exec: a link", "/bin/link", "is not safe");
	path_row("exec: a folder", "/bin", "is not safe");
	path_row("exec: behind a file", "/bin/helper/x", "is not safe");
	if (getuid() == 0) {
		file("/bin/foreign", SH "echo accept\n", 0755);
		must(chown(in_bed("/bin/foreign"), 65534, 65534) == 0);
		path_row("exec: somebody else's", "/bin/foreign", "is not safe");
	}
}

/* The helper leaves a child behind; both must be gone when we are told the result. */
static void hangs(void)
{
	struct question *q QUESTION_ENDED = hook_question("exec:/bin/helper", "1s");
	int64_t from_ns = clock_monotonic_ns();
	char problem[64], pid_text[32] = "";
	FILE *f;

	file("/bin/helper", SH "sleep 1000 & echo $! >>$(dirname $0)/../loose/pid; wait\n", 0755);
	bed_enrol();
	expect("exec: hangs", q, FACTOR_UNAVAILABLE, -1, 0);
	(void)snprintf(problem, sizeof problem, "%lld ms", (long long)((clock_monotonic_ns() - from_ns) / 1000000));
	row("exec: is ended after its timeout", clock_monotonic_ns() - from_ns < INT64_C(15000000000), problem);
	f = fopen(in_bed("/loose/pid"), "re");
	row("exec: it had a child", f != NULL && fgets(pid_text, sizeof pid_text, f) != NULL, "no pid");
	if (f != NULL)
		(void)fclose(f);
	for (int i = 0; i < 100 && kill(atoi(pid_text), 0) == 0; i++) /* its death is on its way */
		(void)nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	row("exec: and what it left behind", pid_text[0] != '\0' && kill(atoi(pid_text), 0) < 0, pid_text);
}

static void pam_row(const char *name, const char *lines, const char *timeout, enum factor_result result, const char *said)
{
	struct question *q QUESTION_ENDED = hook_question("pam:inner", timeout);
	char text[PATH_MAX + 512], detail[256] = "", problem[1024];
	int shown = -1;
	enum factor_result got;

	if (lines != NULL) {
		must(snprintf(text, sizeof text, "auth required %s/tests/asking.so %s", bed.build, lines) < (int)sizeof text);
		file("/etc/pam.d/inner", text, 0644);
	}
	bed_enrol();
	got = factor_ask(&q->question, &shown, detail, sizeof detail);
	(void)snprintf(problem, sizeof problem, "%s, factor %d: %s; said \"%.300s\"", RESULTS[got], shown, detail, bed.said);
	row(name, got == result && shown == (result == FACTOR_SHOWN ? FIRST_HOOK : -1) && strstr(detail, said) != NULL &&
			  failures() == (result == FACTOR_REFUSED),
	    problem);
}

static void stacks(void)
{
	bed.answers[0] = "4711";
	pam_row("pam: proves", "hidden:PIN:4711\n", "20s", FACTOR_SHOWN, "");
	row("pam: asks through the application", strcmp(bed.said, "PIN\n") == 0, bed.said);
	pam_row("pam: a wrong answer, which counts", "hidden:PIN:4712\n", "20s", FACTOR_REFUSED, "");
	pam_row("pam: asks with echo and tells", "info:touch shown:Name:4711 error:fine\n", "20s", FACTOR_SHOWN, "");
	row("pam: all is said", strcmp(bed.said, "touch\nName\nfine\n") == 0, bed.said);
	pam_row("pam: cannot ask, which does not count", "return:9\n", "20s", FACTOR_UNAVAILABLE, "cannot tell");
	pam_row("pam: says ignore", "return:25\n", "20s", FACTOR_UNAVAILABLE, "");
	pam_row("pam: dies", "die\n", "20s", FACTOR_UNAVAILABLE, "broke off");
	pam_row("pam: changes the user", "user:daemon\n", "20s", FACTOR_UNAVAILABLE, "changed whom");
	pam_row("pam: says nothing of the account", "account:7\n", "20s", FACTOR_SHOWN, "");
	pam_row("pam: hangs", "\nauth required pam_exec.so quiet /bin/sleep 20\n", "1s", FACTOR_UNAVAILABLE, "timeout");
	pam_row("pam: leads back to us", "\nauth required pam_mutex.so finish\n", "20s", FACTOR_UNAVAILABLE, "leads back");
	file("/etc/pam.d/common-auth", "auth required pam_mutex.so finish\n", 0644);
	pam_row("pam: leads back to us by an include", "\n@include common-auth\n", "20s", FACTOR_UNAVAILABLE, "leads back");
	file("/etc/pam.d/inner", "account required pam_permit.so\n", 0644);
	pam_row("pam: has no lines of its own", NULL, "20s", FACTOR_UNAVAILABLE, "leads back");
	must(unlink(in_bed("/etc/pam.d/inner")) == 0);
	pam_row("pam: has no file", NULL, "20s", FACTOR_UNAVAILABLE, "leads back");
	file("/etc/pam.d/inner", "auth required pam_permit.so\n", 0666);
	pam_row("pam: others may write its file", NULL, "20s", FACTOR_UNAVAILABLE, "is not safe");
}

static void hooks_within_hooks(void)
{
	struct question *q QUESTION_ENDED = hook_question("exec:/bin/helper", "20s");

	file("/bin/helper", SH "echo accept\n", 0755);
	bed_enrol();
	must(pam_putenv(q->question.pamh, "MUTEX_FACTOR=1") == PAM_SUCCESS);
	expect("no hook behind a hook", q, FACTOR_UNAVAILABLE, -1, 0);
}

/* A code is asked for first; an empty line goes on to the hook. */
static void codes_and_hooks(void)
{
	struct question *q QUESTION_ENDED = hook_question("exec:/bin/helper", "20s");
	char right[9];

	bed_enrol();
	file("/bin/helper", SH "echo accept\n", 0755);
	q->question.may |= BOTH;
	must(login_store_read(&bed.paths, getuid(), &q->login.state) == 0);
	bed.answers[0] = "";
	expect("an empty line takes the hook", q, FACTOR_SHOWN, FIRST_HOOK, 0);
	said_row("and the prompt says so", "Enter alone for token");
	bed.answers[0] = PASSWORD;
	bed.asked = 0;
	expect("the password again does not", q, FACTOR_NOT_SHOWN, -1, 0);
	bed.answers[0] = right_code(right);
	bed.asked = 0;
	expect("a code is one", q, FACTOR_SHOWN, FACTOR_TOTP, 0);
	q->login.facts.state = LOGIN_STATE_READ_ONLY;
	expect("where codes cannot be checked the hook is", q, FACTOR_SHOWN, FIRST_HOOK, 0);
}

static volatile sig_atomic_t reaped;

static void reap_all(int number)
{
	int saved = errno;

	(void)number;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		reaped++;
	errno = saved;
}

static void applications_with_children(void)
{
	struct sigaction reaper = {.sa_handler = reap_all}, ignorer = {.sa_handler = SIG_IGN}, before, after;
	sigset_t mask;

	must(sigaction(SIGCHLD, &reaper, &before) == 0);
	exec_row("an application that waits for all children", SH "echo accept\n", FACTOR_SHOWN);
	must(sigaction(SIGCHLD, &ignorer, &after) == 0);
	row("its handler stands as it was", after.sa_handler == reap_all, "changed");
	exec_row("an application that ignores its children", SH "echo accept\n", FACTOR_SHOWN);
	exec_row("and a helper that fails", SH "echo accept\nexit 1\n", FACTOR_UNAVAILABLE);
	must(sigaction(SIGCHLD, &before, NULL) == 0);
	must(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
	row("no signal is left blocked", sigismember(&mask, SIGCHLD) == 0 && sigismember(&mask, SIGPIPE) == 0, "blocked");
	row("no child is left behind", waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "there is one");
}

/* The application closed its own standard descriptors, as daemons do. */
static void applications_without_descriptors(void)
{
	int status;
	pid_t pid;

	file("/bin/helper", SH "echo accept\n", 0755);
	(void)fflush(stdout);
	pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		struct question *q = hook_question("exec:/bin/helper", "20s");
		char detail[256];
		int shown;

		(void)close(0);
		(void)close(1);
		(void)close(2);
		_exit((int)factor_ask(&q->question, &shown, detail, sizeof detail));
	}
	must(waitpid(pid, &status, 0) == pid);
	row("an application without standard descriptors", WIFEXITED(status) && WEXITSTATUS(status) == FACTOR_SHOWN, "no");
}

static void programs_that_are_not_roots(void)
{
	bed.answers[0] = "1";
	must(chmod(bed.paths.factor_helper, 0777) == 0);
	exec_row("mutex-factor that others may write is not run", SH "echo accept\n", FACTOR_UNAVAILABLE);
	must(unlink(bed.paths.factor_helper) == 0);
	exec_row("mutex-factor is missing", SH "echo accept\n", FACTOR_UNAVAILABLE);
	file("/usr/libexec/mutex-factor", SH "exit 0\n", 0755);
	exec_row("mutex-factor ends at once", SH "echo accept\n", FACTOR_UNAVAILABLE);
}

int main(int argc, char **argv)
{
	static void (*const parts[])(void) = {
		answers_without_a_code, answers_with_a_code, passwords_like_codes, lock_outs, other_names, states_that_are_not_fine, damage_under_our_hands, parallel_logins,
		helpers_speak, helpers_fail, helpers_that_are_not_roots, hangs, stacks, hooks_within_hooks, codes_and_hooks,
		applications_with_children, applications_without_descriptors, programs_that_are_not_roots,
	};

	(void)argc;
	setvbuf(stdout, NULL, _IOLBF, 0);
	bed_make(argv[0]);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		parts[i]();
	bed_remove();
	return bad_rows == 0 ? 0 : 1;
}
