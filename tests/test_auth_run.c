/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/auth_run.c against verifiers of all kinds on a socket of its own: nothing but the word of one that is root's opens the lock.
 * Without root every verifier here is somebody's, and only that is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <security/_pam_types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth_run.h"
#include "clock.h"
#include "file_root.h"
#include "verify_channel.h"

#define LIMIT_NS INT64_C(10000000000)
#define RIGHT "marble trumpet"
#define MOVES_MAX 6

static struct {
	char root[FILE_ROOT_BYTES], socket[FILE_ROOT_BYTES + 16];
	int listener;
	char said[512];     /* what the person was asked and told */
	const char *answer; /* NULL: does not want to */
} bed;

static int set_up(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)state;
	file_root_make("auth_run", bed.root);
	(void)snprintf(bed.socket, sizeof bed.socket, "%s/verify", bed.root);
	memcpy(address.sun_path, bed.socket, strlen(bed.socket));
	bed.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(bed.listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(bed.listener, 4), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)close(bed.listener);
	return file_root_remove(bed.root);
}

/* --- the person --- */

static void note(char mark, const char *words)
{
	size_t len = strlen(bed.said);

	(void)snprintf(bed.said + len, sizeof bed.said - len, "%c:%s ", mark, words);
}

static int ask(bool hidden, const char *words, struct secret *ret_answer, void *data)
{
	(void)data;
	note(hidden ? 'P' : 'U', words);
	return bed.answer == NULL ? -ECANCELED : secret_set(ret_answer, bed.answer, strlen(bed.answer));
}

static int tell(bool error, const char *words, void *data)
{
	(void)data;
	note(error ? 'e' : 'i', words);
	return 0;
}

/* --- the verifier: after START it makes its moves, and after a prompt it waits for the answer --- */

struct move {
	enum { END, PROMPT, SHOWN, TELL, TELL_ERROR, RESULT, JUDGE, BYTES } kind; /* JUDGE: of the last answer */
	const char *words;
	int code;
};

static void send_move(struct verify_channel *channel, const struct move *move, const char *answer)
{
	struct verify_message m = {.kind = move->kind == PROMPT || move->kind == SHOWN ? VERIFY_PROMPT : VERIFY_TELL};

	if (move->kind == BYTES) {
		(void)send(channel->fd, move->words, strlen(move->words), MSG_NOSIGNAL);
		return;
	}
	if (move->kind == RESULT || move->kind == JUDGE) {
		verify_result_write(move->kind == RESULT ? move->code : strcmp(answer, RIGHT) == 0 ? PAM_SUCCESS : PAM_AUTH_ERR, &m);
	} else {
		m.style = move->kind == PROMPT ? VERIFY_HIDDEN : move->kind == SHOWN ? VERIFY_SHOWN : move->kind == TELL ? VERIFY_INFO : VERIFY_ERROR;
		m.len = strlen(move->words);
		memcpy(m.text, move->words, m.len + 1);
	}
	if (verify_channel_send(channel, &m, clock_monotonic_ns() + LIMIT_NS) < 0)
		_exit(3);
}

static void play(const struct move *moves)
{
	struct verify_channel channel;
	struct verify_message m;
	struct verify_start start;
	int fd = accept4(bed.listener, NULL, NULL, SOCK_CLOEXEC);

	(void)alarm(20);
	verify_channel_init(&channel, fd);
	if (fd < 0 || verify_channel_receive(&channel, &m, clock_monotonic_ns() + LIMIT_NS) < 0)
		_exit(4); /* it hung up before it said anything */
	if (verify_start_read(&m, &start) < 0 || strcmp(start.service, "xsecurelock") != 0 || start.tty[0] != '\0')
		_exit(5);
	for (; moves->kind != END; moves++) {
		send_move(&channel, moves, m.text);
		if ((moves->kind == PROMPT || moves->kind == SHOWN) && verify_channel_receive(&channel, &m, clock_monotonic_ns() + LIMIT_NS) < 0)
			_exit(0);
	}
	_exit(0);
}

static int run(const struct move *moves, int *ret_status)
{
	const struct auth_face face = {.ask = ask, .tell = tell};
	pid_t child = fork();
	int r;

	assert_true(child >= 0);
	if (child == 0)
		play(moves);
	bed.said[0] = '\0';
	r = auth_run(bed.socket, "xsecurelock", &face);
	assert_int_equal(waitpid(child, ret_status, 0), child);
	return r;
}

/* --- rows --- */

static const struct row {
	const char *name, *answer;
	struct move moves[MOVES_MAX];
	int result;
	const char *said;
} ROWS[] = {
	{"the right password", RIGHT, {{PROMPT, "Password: ", 0}, {JUDGE, NULL, 0}}, 0, "P:Password:  "},
	{"a wrong one", "wrong", {{PROMPT, "Password: ", 0}, {JUDGE, NULL, 0}}, -EACCES, "P:Password:  "},
	{"a code that is shown, and words", RIGHT, {{TELL, "", 0}, {TELL, "hello", 0}, {TELL_ERROR, "late", 0}, {SHOWN, "Code: ", 0}, {JUDGE, NULL, 0}}, 0,
	 "i:hello e:late U:Code:  "},
	{"nobody wants to", NULL, {{PROMPT, "Password: ", 0}, {RESULT, NULL, PAM_SUCCESS}}, -ECANCELED, "P:Password:  "},
	{"the account is locked", RIGHT, {{RESULT, NULL, PAM_ACCT_EXPIRED}}, -EACCES, ""},
	{"every other result is a no", RIGHT, {{RESULT, NULL, PAM_IGNORE}}, -EACCES, ""},
	{"it ends without a result", RIGHT, {{PROMPT, "Password: ", 0}}, -ECONNRESET, "P:Password:  "},
	{"it ends at once", RIGHT, {{END, NULL, 0}}, -ECONNRESET, ""},
	{"bytes that are no message", RIGHT, {{BYTES, "yes, let him in", 0}}, -EPROTO, ""},
	{"a result that is no number", RIGHT, {{BYTES, "RESULT 0", 0}}, -EPROTO, ""},
};

static void only_its_yes_opens(void **state)
{
	int status;

	(void)state;
	if (geteuid() != 0)
		skip();
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		bed.answer = ROWS[i].answer;
		assert_int_equal(run(ROWS[i].moves, &status), ROWS[i].result);
		assert_string_equal(bed.said, ROWS[i].said);
		assert_int_equal(status, 0);
	}
}

/* It listens with the rights of somebody else, who could be the person at the lock. */
static void somebody_elses_is_not_asked(void **state)
{
	static const struct move moves[] = {{RESULT, NULL, PAM_SUCCESS}, {END, NULL, 0}};
	int status;

	(void)state;
	if (geteuid() == 0) { /* the kernel notes at listen() who it is */
		assert_int_equal(seteuid(65534), 0);
		assert_int_equal(listen(bed.listener, 4), 0);
		assert_int_equal(seteuid(0), 0);
	}
	assert_int_equal(run(moves, &status), -EPERM);
	assert_string_equal(bed.said, "");
	assert_int_equal(WEXITSTATUS(status), 4);
}

static void without_one_nothing_opens(void **state)
{
	const struct auth_face face = {.ask = ask, .tell = tell};
	char path[200];

	(void)state;
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	(void)close(bed.listener);
	assert_int_equal(auth_run(bed.socket, "xsecurelock", &face), -ECONNREFUSED);
	assert_int_equal(unlink(bed.socket), 0);
	assert_int_equal(auth_run(bed.socket, "xsecurelock", &face), -ENOENT);
	assert_int_equal(auth_run(path, "xsecurelock", &face), -ENAMETOOLONG);
}

/* Root asks as somebody else, since nothing is refused to it. */
static void one_that_refuses_us_gave_no_answer(void **state)
{
	const struct auth_face face = {.ask = ask, .tell = tell};
	bool root = geteuid() == 0;
	int r;

	(void)state;
	assert_int_equal(chmod(bed.root, 0755), 0);
	assert_int_equal(chmod(bed.socket, 0), 0);
	assert_true(!root || seteuid(65534) == 0);
	r = auth_run(bed.socket, "xsecurelock", &face);
	assert_true(!root || seteuid(0) == 0);
	assert_int_equal(r, -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_its_yes_opens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(somebody_elses_is_not_asked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_one_nothing_opens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_that_refuses_us_gave_no_answer, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
