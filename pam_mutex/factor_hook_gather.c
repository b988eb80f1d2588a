/* SPDX-License-Identifier: BSD-2-Clause */
/* A hook as seen from the login: a process of its own is started, spoken with, and ended, whatever becomes of it.
 *
 *   sshd (root) - libpam - pam_mutex.so finish - this file --socket pair--> mutex-factor (root): another PAM stack,
 *                                                                           or mutex-factor (nobody) - pipes - /path/helper (nobody)
 * MUST: only a RESULT of PAM_SUCCESS lets on. MUST: its whole process group is gone when we return, the time that it works (not the time in which the
 *       person is asked) is limited, and no handler or mask of the application's signals is touched. */
#include "factor_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <security/pam_ext.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "conversation.h"
#include "factor_run.h"
#include "file.h"
#include "text.h"
#include "verify_channel.h"

#define NS_PER_S INT64_C(1000000000)
#define PROGRAM_BYTES_MAX (64 * 1024 * 1024)

struct hook {
	const struct factor_question *question;
	struct verify_channel channel;
	pid_t pid; /* of mutex-factor, which leads a session of its own; 0 = none */
	int pidfd;
	int64_t left_ns;
};

/* The group's number cannot have been given to others: the leader is not yet waited for, or the application has waited for it and pidfd says so;
 * then its helper died with it (PR_SET_PDEATHSIG). */
static void hook_end(struct hook *hook)
{
	siginfo_t info;

	verify_channel_close(&hook->channel);
	if (hook->pid <= 0)
		return;
	if (hook->pidfd < 0 || pidfd_send_signal(hook->pidfd, 0, NULL, 0) == 0)
		(void)kill(-hook->pid, SIGKILL);
	while (waitid(P_PID, (id_t)hook->pid, &info, WEXITED) < 0 && errno == EINTR)
		;
	if (hook->pidfd >= 0)
		(void)close(hook->pidfd);
}
#define HOOK_ENDED __attribute__((cleanup(hook_end)))

static enum factor_result say(enum factor_result result, const struct factor *factor, const char *what, char *ret_detail, size_t size)
{
	char sentence[256];
	struct text t;

	TEXT_INTO(&t, sentence);
	text_add_format(&t, "The factor %s %s.", factor->name, what);
	text_init(&t, ret_detail, size);
	text_add_escaped_cut(&t, sentence, strlen(sentence), size - 1);
	return result;
}

/* --- starting it --- */

/* posix_spawn() wants pointers to char that it does not write to. */
static char *unconst(const char *s)
{
	union {
		const char *in;
		char *out;
	} u = {.in = s};

	return u.out;
}

static int set_descriptors(posix_spawn_file_actions_t *actions, int fd)
{
	int error = posix_spawn_file_actions_adddup2(actions, fd, FACTOR_RUN_FD);

	for (int i = STDIN_FILENO; error == 0 && i <= STDERR_FILENO; i++)
		error = posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(actions, FACTOR_RUN_FD + 1);
	return error != 0 ? error : posix_spawn_file_actions_addchdir_np(actions, "/");
}

static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	return error != 0 ? error
			  : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
}

static int spawn(const char *program, char *const argv[], int fd, pid_t *ret_pid)
{
	char *environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return -error;
	error = posix_spawnattr_init(&attributes);
	if (error == 0) {
		error = set_descriptors(&actions, fd);
		if (error == 0)
			error = set_attributes(&attributes);
		if (error == 0)
			error = posix_spawn(ret_pid, program, &actions, &attributes, argv, environment);
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return -error;
}

static const char *item(pam_handle_t *pamh, int type)
{
	const void *value = NULL;

	return pam_get_item(pamh, type, &value) == PAM_SUCCESS && value != NULL ? value : "";
}

static int start(struct hook *hook, const struct factor *factor, const char *as)
{
	const struct factor_question *q = hook->question;
	char *argv[FACTOR_RUN_ARGUMENTS + 1] = {
		[FACTOR_RUN_NAME] = unconst("mutex-factor"),
		[FACTOR_RUN_ROOT] = unconst(q->paths->root),
		[FACTOR_RUN_KIND] = unconst(factor->kind == FACTOR_PAM ? FACTOR_RUN_KIND_PAM : FACTOR_RUN_KIND_EXEC),
		[FACTOR_RUN_TARGET] = unconst(factor->target),
		[FACTOR_RUN_AS] = unconst(as),
		[FACTOR_RUN_USER] = unconst(q->login->person.person.name),
		[FACTOR_RUN_RHOST] = unconst(item(q->pamh, PAM_RHOST)),
		[FACTOR_RUN_RUSER] = unconst(item(q->pamh, PAM_RUSER)),
	};
	struct file_trust trust = {.owner = q->paths->owner, .max_bytes = PROGRAM_BYTES_MAX};
	int ends[2] = {-1, -1}, high FILE_CLOSED = -1, program FILE_CLOSED = file_open_trusted(q->paths->factor_helper, &trust, &(size_t){0}), r;

	if (program < 0)
		return program;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	verify_channel_init(&hook->channel, ends[0]);
	/* Out of the way of the numbers that the child's descriptors get. */
	high = fcntl(ends[1], F_DUPFD_CLOEXEC, FACTOR_RUN_FD + 1);
	r = high < 0 ? -errno : 0;
	(void)close(ends[1]);
	if (r == 0)
		r = spawn(q->paths->factor_helper, argv, high, &hook->pid);
	if (r == 0)
		hook->pidfd = pidfd_open(hook->pid, 0);
	/* Without pidfds (valgrind) only the guard of hook_end() is lost. */
	return r == 0 && hook->pidfd < 0 && errno != ENOSYS ? -errno : r;
}

/* --- speaking with it --- */

static int send_start(struct hook *hook)
{
	struct verify_message message VERIFY_MESSAGE_WIPED = {0};
	struct verify_start words = {.service = ""};
	struct text t;
	int r;

	TEXT_INTO(&t, words.service);
	text_add(&t, item(hook->question->pamh, PAM_SERVICE));
	r = text_end(&t);
	TEXT_INTO(&t, words.tty);
	text_add(&t, item(hook->question->pamh, PAM_TTY));
	if (r == 0)
		r = text_end(&t);
	if (r == 0)
		r = verify_start_write(&words, &message);
	return r < 0 ? r : verify_channel_send(&hook->channel, &message, clock_monotonic_ns() + hook->left_ns);
}

static int receive(struct hook *hook, struct verify_message *ret_message)
{
	int64_t from_ns = clock_monotonic_ns();
	int r = verify_channel_receive(&hook->channel, ret_message, from_ns + hook->left_ns);

	hook->left_ns -= clock_monotonic_ns() - from_ns;
	return r;
}

/* PAM_SUCCESS, or what the application's conversation said; *ret_error for the channel. */
static int answer(struct hook *hook, const struct verify_message *prompt, int *ret_error)
{
	struct verify_message message VERIFY_MESSAGE_WIPED = {.kind = VERIFY_ANSWER};
	struct secret given SECRET_WIPED = {.len = 0};
	int style = prompt->style == VERIFY_SHOWN ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF;
	int code = conversation_ask(hook->question->pamh, style, prompt->text, &given);

	if (code != PAM_SUCCESS)
		return code;
	_Static_assert(sizeof message.text == sizeof given.bytes, "what a person can answer fits");
	memcpy(message.text, given.bytes, given.len + 1);
	message.len = given.len;
	*ret_error = verify_channel_send(&hook->channel, &message, clock_monotonic_ns() + NS_PER_S);
	return PAM_SUCCESS;
}

static void tell(const struct hook *hook, const struct verify_message *message)
{
	if (message->len > 0 && !hook->question->silent)
		conversation_tell(hook->question->pamh, message->style == VERIFY_ERROR ? PAM_ERROR_MSG : PAM_TEXT_INFO, message->text);
}

/* 0 with the RESULT's code; -EAGAIN: the application wants to be called again; or negative errno. */
static int converse(struct hook *hook, int *ret_code)
{
	struct verify_message message VERIFY_MESSAGE_WIPED = {0};
	int r = send_start(hook), code = PAM_SUCCESS;

	while (r == 0 && code == PAM_SUCCESS) {
		r = receive(hook, &message);
		if (r < 0 || message.kind == VERIFY_RESULT)
			break;
		if (message.kind == VERIFY_TELL)
			tell(hook, &message);
		else
			code = answer(hook, &message, &r);
	}
	if (code != PAM_SUCCESS)
		return code == PAM_INCOMPLETE ? -EAGAIN : -ENODATA;
	return r < 0 ? r : verify_result_read(&message, ret_code);
}

/* --- what it means --- */

static enum factor_result judge(int r, int code, const struct factor *factor, char *ret_detail, size_t size)
{
	const char *what;

	switch (r) {
	case 0:
		break;
	case -EAGAIN:
		return say(FACTOR_AGAIN, factor, "has a question that the application wants to be put again", ret_detail, size);
	case -ENODATA:
		return say(FACTOR_UNAVAILABLE, factor, "has a question that the application did not put", ret_detail, size);
	case -ETIMEDOUT:
		return say(FACTOR_UNAVAILABLE, factor, "took longer than its timeout and was ended", ret_detail, size);
	default:
		return say(FACTOR_UNAVAILABLE, factor, "broke off: mutex-factor is missing, not root's own, or was ended", ret_detail, size);
	}
	if (code == PAM_SUCCESS)
		return say(FACTOR_SHOWN, factor, "was shown", ret_detail, size);
	if (code == PAM_AUTH_ERR)
		return say(FACTOR_REFUSED, factor, "was refused", ret_detail, size);
	what = factor_run_reason(code);
	return say(FACTOR_UNAVAILABLE, factor, what, ret_detail, size);
}

enum factor_result factor_hook_ask(const struct factor_question *question, const struct factor *factor, char *ret_detail, size_t size)
{
	struct hook hook HOOK_ENDED = {.question = question, .channel = {.fd = -1}, .pidfd = -1};
	struct settings settings;
	int code = PAM_AUTHINFO_UNAVAIL, r;

	if (pam_getenv(question->pamh, FACTOR_RUN_MARK) != NULL)
		return say(FACTOR_UNAVAILABLE, factor, "is asked for behind another factor", ret_detail, size);
	policy_resolve_for(question->policy, &question->login->person.person, &(struct policy_names){.factor = factor->name}, &settings);
	hook.left_ns = settings.factor_timeout * NS_PER_S;
	r = start(&hook, factor, settings.factor_user);
	if (r == 0)
		r = converse(&hook, &code);
	return judge(r, code, factor, ret_detail, size);
}
