/* SPDX-License-Identifier: BSD-2-Clause */
/* Nobody learns from a login whether a name exists: the same system calls in the same order for a wrong password of somebody and of nobody.
 * Clause PW-3. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "login_bed.h"

#define FAR "192.0.2.7"
#define CALLS_MAX 8192

struct trace {
	size_t count;
	long calls[CALLS_MAX];
};

static void try_once(const char *user)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .user = user, .password = "not the right one"};

	CHECK_INT(bed_authenticate(&talk), PAM_AUTH_ERR);
}

static pid_t start(const char *user)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(2);
		(void)raise(SIGSTOP);
		try_once(user);
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	if (!WIFSTOPPED(status))
		bed_skip("nothing may be traced here");
	return child;
}

static void trace_calls(const char *user, struct trace *ret_trace)
{
	pid_t child = start(user);
	bool entering = true;
	int status;

	ret_trace->count = 0;
	for (;;) {
		struct user_regs_struct registers;

		CHECK_INT(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		CHECK_INT(waitpid(child, &status, 0), child);
		if (!WIFSTOPPED(status))
			break;
		CHECK_INT(ptrace(PTRACE_GETREGS, child, NULL, &registers), 0);
		if (entering && registers.orig_rax != SYS_brk) { /* the heap's own matter */
			CHECK(ret_trace->count < CALLS_MAX);
			ret_trace->calls[ret_trace->count++] = (long)registers.orig_rax;
		}
		entering = !entering;
	}
	CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

static void prepare(void)
{
	if (bed_under_valgrind())
		bed_skip("valgrind runs its own instructions");
	bed_policy("[policy]\nlanguage = en\n[mfa]\nmode = enforce\nremote = required\n");
	bed_login_services();
	/* Both have failed before: files are made at the first failure of a person, and of the group of names that an unknown one falls into. */
	try_once("bob");
	try_once("nobody-of-ours");
}

static void the_same_system_calls(void)
{
	static struct trace known, unknown;

	prepare();
	trace_calls("bob", &known);
	trace_calls("nobody-of-ours", &unknown);
	CHECK(known.count > 50); /* something was seen */
	for (size_t i = 0; i < known.count && i < unknown.count; i++)
		if (known.calls[i] != unknown.calls[i])
			bed_fail(__FILE__, __LINE__, "call %zu of %zu and %zu: %ld and %ld", i, known.count, unknown.count, known.calls[i],
				 unknown.calls[i]);
	CHECK_INT(unknown.count, known.count);
}

#define ROW(function) {.name = #function, .run = function}
int main(int argc, char **argv)
{
	static const struct bed_row rows[] = {
		ROW(the_same_system_calls),
	};

	(void)argc;
	return bed_main(argv, rows, sizeof rows / sizeof *rows);
}
