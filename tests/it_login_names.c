/* SPDX-License-Identifier: BSD-2-Clause */
/* Nobody learns from a login whether a name exists: the same system calls in the same order, and as many instructions within one percent, for a wrong
 * password of somebody and of nobody. Clause PW-3. */
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "login_bed.h"
#include "number.h"

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

static void prepare_names(void)
{
	bed_policy("[policy]\nlanguage = en\n[mfa]\nmode = enforce\nremote = required\n");
	bed_login_services();
	/* Both have failed before: files are made at the first failure of a person, and of the group of names that an unknown one falls into. */
	try_once("bob");
	try_once("nobody-of-ours");
}

static void the_same_system_calls(void)
{
	static struct trace known, unknown;

	if (bed_under_valgrind())
		bed_skip("valgrind runs its own instructions");
	prepare_names();
	trace_calls("bob", &known);
	trace_calls("nobody-of-ours", &unknown);
	CHECK(known.count > 50); /* something was seen */
	for (size_t i = 0; i < known.count && i < unknown.count; i++)
		if (known.calls[i] != unknown.calls[i])
			bed_fail(__FILE__, __LINE__, "call %zu of %zu and %zu: %ld and %ld", i, known.count, unknown.count, known.calls[i],
				 unknown.calls[i]);
	CHECK_INT(unknown.count, known.count);
}

/* --- the same work --- */

#define COUNTED "names_counted"

static int names_counted(struct bed_handle *handle) __attribute__((noinline));
/* What callgrind counts: begin to failed. */
static int names_counted(struct bed_handle *handle)
{
	int code = bed_call(handle, pam_authenticate, 0);

	__asm__ volatile("" ::: "memory"); /* a function of its own, which returns here */
	return code;
}

/* What libpam loads is loaded before. */
static void work(const char *user)
{
	struct bed_talk talk = {.service = "sshd", .rhost = FAR, .user = user, .password = "not the right one"};
	struct bed_handle *handle;

	prepare_names();
	handle = bed_open(&talk);
	(void)bed_call(handle, pam_setcred, 0);
	CHECK_INT(names_counted(handle), PAM_AUTH_ERR);
	bed_close(handle);
}

/* Rows for callgrind only. */
static void counted_of_bob(void)
{
	work("bob");
}

static void counted_of_nobody(void)
{
	work("nobody-of-ours");
}
static unsigned long read_total(const char *path)
{
	char line[4096];
	unsigned long total = 0;
	FILE *file = fopen(path, "re");
	int64_t number;

	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "totals: ", 8) == 0 && number_parse(line + 8, strspn(line + 8, "0123456789"), 0, INT64_MAX, &number) == 0)
			total += (unsigned long)number;
	if (file != NULL)
		(void)fclose(file);
	return total;
}

/* All processes of that row. */
static unsigned long read_totals(const char *pattern)
{
	unsigned long total = 0;
	glob_t found;

	CHECK_INT(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		total += read_total(found.gl_pathv[i]);
	globfree(&found);
	return total;
}

static void run_counted(const char *row, const char *base, const char *out)
{
	char self[4096] = "", out_option[512];

	(void)snprintf(out_option, sizeof out_option, "--callgrind-out-file=%s.%%p", out);
	/* Its rows are not rows of the test. */
	if (freopen("/dev/null", "w", stdout) == NULL || readlink("/proc/self/exe", self, sizeof self - 1) <= 0 || mkdir(base, 0700) < 0 ||
	    setenv("MODULE_BED_BASE", base, 1) < 0)
		_exit(1);
	(void)execlp("valgrind", "valgrind", "-q", "--tool=callgrind", "--toggle-collect=" COUNTED, out_option, self, row, (char *)NULL);
	_exit(127);
}

/* By callgrind: counters of the processor are missing in many virtual computers. */
static unsigned long count_instructions(const char *row)
{
	const char *folder = getenv("MODULE_BED_BASE");
	char base[256], out[256], pattern[300];
	pid_t child;
	int status;

	/* Names of one length: a longer path is more work. */
	(void)snprintf(base, sizeof base, "%s/%.*s", folder, (int)sizeof "counted_of_?" - 1, row);
	(void)snprintf(out, sizeof out, "%s/%s.out", folder, row);
	(void)snprintf(pattern, sizeof pattern, "%s.*", out);
	child = fork();
	if (child == 0)
		run_counted(row, base, out);
	CHECK_INT(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		bed_skip("valgrind is missing, which counts instructions");
	CHECK_INT(status, 0);
	return read_totals(pattern);
}

static void the_same_instructions(void)
{
	const char *variant = getenv("VARIANT");
	unsigned long known, unknown, apart;

	if (bed_under_valgrind())
		bed_skip("valgrind starts no valgrind");
	if (variant != NULL && strcmp(variant, "release") != 0)
		bed_skip("valgrind runs no program with sanitizers");
	known = count_instructions("counted_of_bob");
	unknown = count_instructions("counted_of_nobody");
	apart = known > unknown ? known - unknown : unknown - known;
	CHECK(known > 100000); /* something was counted */
	if (apart * 100 > known)
		bed_fail(__FILE__, __LINE__, "%lu instructions for bob, %lu for nobody", known, unknown);
	printf("%lu instructions for bob, %lu for nobody\n", known, unknown);
}

#define ROW(function) {.name = #function, .run = function}
int main(int argc, char **argv)
{
	static const struct bed_row rows[] = {
		ROW(the_same_system_calls),
		ROW(the_same_instructions),
	};
	static const struct bed_row counted[] = {
		ROW(counted_of_bob),
		ROW(counted_of_nobody),
	};

	if (argc > 1 && strncmp(argv[1], "counted_", 8) == 0)
		return bed_main(argv, counted, sizeof counted / sizeof *counted);
	return bed_main(argv, rows, sizeof rows / sizeof *rows);
}
