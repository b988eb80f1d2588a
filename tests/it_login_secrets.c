/* SPDX-License-Identifier: BSD-2-Clause */
/* After a login no secret is left in the program's memory: not the password, not the code, not the key of the codes. Clause RA-1.
 *
 * The program under test is stopped behind pam_acct_mgmt(), with its handle open, and all of its writable memory is searched, as a core image of
 * it could be. What is searched for stands nowhere in this file as it is, and what the conversation gave out libpam and the module have to wipe. */
#include <fcntl.h>
#include <inttypes.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "login_store.h"
#include "module_bed.h"
#include "totp.h"

#define MASK 0x5a
#define LEN_MAX 32
#define TEXT_PASSWORD "\x2c\x3f\x36\x2c\x3f\x2e\x7a\x35\x2e\x2e\x3f\x28\x7a\x2a\x3b\x28\x3b\x3e\x3f"
#define TEXT_KEY "\x11\x92\x03\xf4\xe5\x76\x67\xd8\xc9\xba\xab\x5c\x4d\x3e\x2f\x10\x81\x72\x63\x54"
#define TEXT_PLANTED "\x0a\x16\x1b\x14\x0e\x1f\x1e\x7a\x74\x74\x74\x7a\x14\x1f\x1f\x1e\x16\x1f"

struct masked {
	const char *bytes;
	size_t len;
};
#define MASKED(text) ((struct masked){(text), sizeof(text) - 1})

static void unmask(struct masked m, char ret[LEN_MAX])
{
	for (size_t i = 0; i < m.len; i++)
		ret[i] = (char)(m.bytes[i] ^ MASK);
	ret[m.len] = '\0';
}

/* --- the program under test --- */

static int enrol(struct login_state *state, void *context)
{
	char key[LEN_MAX];

	(void)context;
	unmask(MASKED(TEXT_KEY), key);
	state->totp = (struct login_totp){.enrolled = true, .algorithm = FACTOR_SHA256, .digits = 8, .secret_len = sizeof TEXT_KEY - 1};
	memcpy(state->totp.secret, key, sizeof TEXT_KEY - 1);
	explicit_bzero(key, sizeof key);
	return 0;
}

/* The code that the person reads from a telephone. */
static void read_code(char ret_code[9])
{
	struct login_state state LOGIN_STATE_WIPED;

	login_state_init(&state, 1000);
	(void)enrol(&state, NULL);
	CHECK_INT(totp_code(&state.totp, clock_now_s() / TOTP_STEP_S, ret_code), 0);
}

static int answer(int count, const struct pam_message **messages, struct pam_response **ret_responses, void *context)
{
	struct pam_response *responses = calloc((size_t)count, sizeof *responses);
	unsigned *asked = context;

	for (int i = 0; responses != NULL && i < count; i++) {
		if (messages[i]->msg_style != PAM_PROMPT_ECHO_OFF)
			continue;
		responses[i].resp = calloc(1, LEN_MAX);
		if (responses[i].resp != NULL && (*asked)++ == 0)
			unmask(MASKED(TEXT_PASSWORD), responses[i].resp);
		else if (responses[i].resp != NULL)
			read_code(responses[i].resp);
	}
	*ret_responses = responses;
	return responses != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static void no_delay(int status, unsigned delay_us, void *context)
{
	(void)status;
	(void)delay_us;
	(void)context;
}

static char planted[LEN_MAX];

static void log_in_and_stop(bool plant)
{
	static struct bed_talk talk = {.service = "login", .tty = "tty9"};
	struct bed_handle *handle = bed_open(&talk);
	unsigned asked = 0;
	const struct pam_conv conv = {answer, &asked};

	CHECK_INT(pam_set_item(bed_pamh(handle), PAM_CONV, &conv), PAM_SUCCESS);
	CHECK_INT(pam_set_item(bed_pamh(handle), PAM_FAIL_DELAY, (const void *)(uintptr_t)no_delay), PAM_SUCCESS);
	CHECK_INT(bed_call(handle, pam_authenticate, 0), PAM_SUCCESS);
	CHECK_INT(bed_call(handle, pam_acct_mgmt, 0), PAM_SUCCESS);
	CHECK_INT(asked, 2);
	if (plant)
		unmask(MASKED(TEXT_PLANTED), planted);
	(void)raise(SIGSTOP);
	_exit(0);
}

/* --- the search --- */

static bool holds(const char *bytes, size_t len, struct masked wanted)
{
	for (size_t at = 0; at + wanted.len <= len; at++) {
		size_t same = 0;

		while (same < wanted.len && (char)(wanted.bytes[same] ^ MASK) == bytes[at + same])
			same++;
		if (same == wanted.len)
			return true;
	}
	return false;
}

/* "7f12-7f34 rw-p ... path": searches it; the path of the first hit, in ret. */
static bool range_holds(int memory, const char *line, struct masked wanted, char *ret, size_t size)
{
	uintptr_t from, to;
	char access_mode[5];
	bool found = false;
	char *bytes;

	if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &from, &to, access_mode) != 3 || strncmp(access_mode, "rw", 2) != 0 || to - from > 1U << 28)
		return false;
	bytes = malloc(to - from);
	CHECK(bytes != NULL);
	if (pread(memory, bytes, to - from, (off_t)from) == (ssize_t)(to - from))
		found = holds(bytes, to - from, wanted);
	free(bytes);
	if (found)
		(void)snprintf(ret, size, "%s", line);
	return found;
}

static bool process_holds(pid_t pid, struct masked wanted, char *ret, size_t size)
{
	char path[64], line[512];
	bool found = false;
	FILE *maps;
	int memory;

	(void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	CHECK(memory >= 0 && maps != NULL);
	while (!found && fgets(line, sizeof line, maps) != NULL)
		found = range_holds(memory, line, wanted, ret, size);
	(void)fclose(maps);
	(void)close(memory);
	return found;
}

/* --- rows --- */

static void prepare(void)
{
	if (bed_under_valgrind())
		bed_skip("valgrind keeps copies of its own");
	bed_policy("[mfa]\nmode = enforce\nlocal = required\n");
	bed_login_services();
	bed_service("login", "auth [success=3 ignore=ignore default=die] {begin}\n"
			     "auth [success=2 default=ignore] {neighbour} auth=take\n"
			     "auth [default=ignore] {failed}\n"
			     "auth requisite pam_deny.so\n"
			     "auth required pam_permit.so\n"
			     "auth requisite {finish}\n"
			     "account requisite {module}\n"
			     "account required pam_permit.so\n");
	CHECK_INT(login_store_change(bed_paths(), 1000, false, enrol, NULL, NULL), 0);
}

/* In a process that has not seen the secrets itself. */
static pid_t stopped_login(bool plant)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		log_in_and_stop(plant);
	CHECK(pid > 0 && waitpid(pid, &status, WUNTRACED) == pid);
	if (!WIFSTOPPED(status))
		bed_fail(__FILE__, __LINE__, "the login ended with status %#x instead of being stopped", (unsigned)status);
	return pid;
}

static void end(pid_t pid)
{
	CHECK_INT(kill(pid, SIGKILL), 0);
	CHECK_INT(waitpid(pid, NULL, 0), pid);
}

static void nothing_is_left(void)
{
	const struct {
		const char *name;
		struct masked bytes;
	} secrets[] = {{"password", MASKED(TEXT_PASSWORD)}, {"key of the codes", MASKED(TEXT_KEY)}};
	char where[512], code[9], masked_code[9] = "";
	pid_t pid;

	prepare();
	pid = stopped_login(false);
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (process_holds(pid, secrets[i].bytes, where, sizeof where))
			bed_fail(__FILE__, __LINE__, "the %s is still there: %s", secrets[i].name, where);
	read_code(code);
	for (size_t i = 0; i < 8; i++)
		masked_code[i] = (char)(code[i] ^ MASK);
	if (process_holds(pid, (struct masked){masked_code, 8}, where, sizeof where))
		bed_fail(__FILE__, __LINE__, "the code is still there: %s", where);
	end(pid);
}

static void the_search_finds(void)
{
	char where[512];
	pid_t pid;

	prepare();
	pid = stopped_login(true);
	CHECK(process_holds(pid, MASKED(TEXT_PLANTED), where, sizeof where));
	end(pid);
}

static const struct bed_row rows[] = {
	{"a finished login leaves no secret in memory", nothing_is_left},
	{"the search finds what was left on purpose", the_search_finds},
};

int main(int argc, char **argv)
{
	(void)argc;
	return bed_main(argv, rows, sizeof rows / sizeof rows[0]);
}
