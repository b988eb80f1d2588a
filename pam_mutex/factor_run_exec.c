/* SPDX-License-Identifier: BSD-2-Clause */
/* An exec: hook: a helper of root's, run with another user's rights, speaks the lines of factor_protocol.h.
 *
 * MUST: what is run is root's own in every part of its path. MUST: the rights go before anything of the helper is run; the environment is empty, no
 *       descriptor but its pipes is open. MUST: "accept" counts only when the helper then ends with status 0. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "factor_protocol.h"
#include "factor_run.h"
#include "file.h"
#include "person_load.h"
#include "secret.h"
#include "text.h"

/* --- what is run --- */

static int check_part(const struct factor_run *run, const char *path, bool last)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? PAM_OPEN_ERR : PAM_SYSTEM_ERR;
	if ((last ? !S_ISREG(st.st_mode) : !S_ISDIR(st.st_mode)) || (st.st_uid != 0 && st.st_uid != run->paths.owner) || (st.st_mode & 022) != 0)
		return PAM_PERM_DENIED;
	return last && (st.st_mode & 0111) == 0 ? PAM_PERM_DENIED : PAM_SUCCESS;
}

/* Only root can change what such a path leads to, so there is no race between this and running it. */
static int check_path(const struct factor_run *run, char *path)
{
	size_t root_len = strlen(run->paths.root);
	int code = run->target[0] == '/' && strstr(path + root_len, "/../") == NULL ? PAM_SUCCESS : PAM_PERM_DENIED;

	if (code == PAM_SUCCESS && root_len == 0)
		code = check_part(run, "/", false);
	for (char *slash = strchr(path + root_len + 1, '/'); slash != NULL && code == PAM_SUCCESS; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		code = check_part(run, path, false);
		*slash = '/';
	}
	return code == PAM_SUCCESS ? check_part(run, path, true) : code;
}

/* For good: nothing of root's is left in this process but the socket. */
static int drop_rights(const struct factor_run *run)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	uid_t uid;

	if (person_load(run->as, &person) < 0)
		return PAM_USER_UNKNOWN;
	uid = person.person.uid;
	if (uid == 0)
		return PAM_USER_UNKNOWN;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return PAM_SYSTEM_ERR;
	if (geteuid() != 0 && geteuid() == uid) /* a test, below a folder of its own */
		return PAM_SUCCESS;
	if (initgroups(person.person.name, person.gid) < 0 || setresgid(person.gid, person.gid, person.gid) < 0 || setresuid(uid, uid, uid) < 0)
		return PAM_SYSTEM_ERR;
	/* The change of rights has made us readable for others of that user, and cut us off from our caller's end. */
	return prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? PAM_SYSTEM_ERR : PAM_SUCCESS;
}

/* --- running it --- */

struct helper {
	pid_t pid;
	int to, from;
};

static void helper_close(struct helper *h)
{
	file_close(&h->to);
	file_close(&h->from);
}
#define HELPER_CLOSED __attribute__((cleanup(helper_close)))

static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	return posix_spawnattr_setsigmask(attributes, &none) != 0 || posix_spawnattr_setsigdefault(attributes, &all) != 0 ||
	       posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) != 0;
}

static int spawn(const char *path, int in, int out, pid_t *ret_pid)
{
	char name[] = "factor-helper", *argv[] = {name, NULL}, *environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int failed = 1;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	if (posix_spawnattr_init(&attributes) == 0) {
		failed = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO) != 0 ||
			 posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) != 0 ||
			 posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) != 0 || set_signals(&attributes) != 0 ||
			 posix_spawn(ret_pid, path, &actions, &attributes, argv, environment) != 0;
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed ? -EIO : 0;
}

static int helper_start(const char *path, struct helper *ret)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, r = -EMFILE;

	if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0)
		r = spawn(path, in[0], out[1], &ret->pid);
	file_close(&in[0]);
	file_close(&out[1]);
	ret->to = in[1];
	ret->from = out[0];
	return r;
}

/* --- speaking with it --- */

/* Small enough for the pipe, so that a helper that does not listen cannot hold us up. */
static int say(const struct helper *h, const char *bytes, size_t len)
{
	ssize_t n;

	do
		n = write(h->to, bytes, len);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len ? 0 : -EPIPE;
}

static int greet(const struct factor_run *run, const struct helper *h)
{
	const struct {
		const char *word, *value;
	} lines[] = {{"user", run->user}, {"service", run->start.service}, {"tty", run->start.tty}, {"rhost", run->rhost}};
	char bytes[2048];
	struct text t;

	TEXT_INTO(&t, bytes);
	text_add(&t, "mutex-factor 1\n");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		text_add(&t, lines[i].word);
		text_add_char(&t, ' ');
		text_add_escaped(&t, lines[i].value, strlen(lines[i].value));
		text_add_char(&t, '\n');
	}
	text_add(&t, "begin\n");
	/* A helper that needs to know nothing may be gone already. */
	if (text_end(&t) == 0)
		(void)say(h, bytes, t.len);
	return text_end(&t);
}

static void drop_answer(struct pam_response **response)
{
	if (*response != NULL && (*response)->resp != NULL) {
		explicit_bzero((*response)->resp, strlen((*response)->resp));
		free((*response)->resp);
	}
	free(*response);
}

static int pass_answer(const struct helper *h, const char *answer)
{
	struct secret line SECRET_WIPED = {.len = 0};
	struct text t;
	int r;

	if (strchr(answer, '\n') != NULL)
		return -EPROTO;
	TEXT_INTO(&t, line.bytes);
	text_add(&t, "answer ");
	text_add(&t, answer);
	text_add_char(&t, '\n');
	r = text_end(&t);
	return r < 0 ? r : say(h, line.bytes, t.len);
}

static int ask(struct factor_run *run, const struct helper *h, const struct factor_line *line)
{
	struct pam_response *response __attribute__((cleanup(drop_answer))) = NULL;
	struct pam_message message = {.msg_style = line->kind == FACTOR_LINE_PROMPT ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF,
				      .msg = line->text};
	const struct pam_message *messages[] = {&message};

	if (verify_relay_converse(1, messages, &response, &run->relay) != PAM_SUCCESS || response == NULL || response->resp == NULL)
		return -ECONNRESET;
	return pass_answer(h, response->resp);
}

static int obey(struct factor_run *run, const struct helper *h, const struct factor_line *line)
{
	switch (line->kind) {
	case FACTOR_LINE_INFO:
		return verify_relay_tell(&run->relay, VERIFY_INFO, line->text);
	case FACTOR_LINE_ERROR:
		return verify_relay_tell(&run->relay, VERIFY_ERROR, line->text);
	case FACTOR_LINE_PROMPT:
	case FACTOR_LINE_PROMPT_HIDDEN:
		return ask(run, h, line);
	case FACTOR_LINE_ACCEPT:
	case FACTOR_LINE_REFUSE:
	case FACTOR_LINE_KIND_MAX:
		break;
	}
	return 0;
}

static int take_bytes(struct factor_run *run, const struct helper *h, struct factor_lines *lines, const char *bytes, size_t len)
{
	for (size_t at = 0, used; at < len; at += used) {
		struct factor_line line;
		int r = factor_lines_take(lines, bytes + at, len - at, &used, &line);

		if (r > 0)
			r = obey(run, h, &line);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 0 at the end of what it says; negative errno. */
static int listen_to(struct factor_run *run, const struct helper *h, struct factor_lines *lines)
{
	struct pollfd ready[] = {{.fd = h->from, .events = POLLIN}, {.fd = run->relay.channel->fd, .events = POLLIN}};
	char bytes[512];

	for (;;) {
		ssize_t n;
		int r;

		if (poll(ready, 2, -1) < 0) {
			if (errno != EINTR)
				return -errno;
			continue;
		}
		if (ready[1].revents != 0) /* the login is gone, or speaks out of its turn */
			return -ECONNRESET;
		n = read(h->from, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r = take_bytes(run, h, lines, bytes, (size_t)n);
		if (r < 0)
			return r;
	}
}

static bool ended_well(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int factor_run_exec(struct factor_run *run)
{
	struct helper helper HELPER_CLOSED = {.to = -1, .from = -1};
	struct factor_lines lines = {.len = 0};
	char path[2 * PATHS_BYTES_MAX];
	struct text t;
	int code, r;

	TEXT_INTO(&t, path);
	text_add(&t, run->paths.root);
	text_add(&t, run->target);
	if (text_end(&t) < 0)
		return PAM_OPEN_ERR;
	code = check_path(run, path);
	if (code == PAM_SUCCESS)
		code = drop_rights(run);
	if (code != PAM_SUCCESS)
		return code;
	if (helper_start(path, &helper) < 0 || greet(run, &helper) < 0)
		return PAM_SYSTEM_ERR;
	r = listen_to(run, &helper, &lines);
	if (r < 0)
		return PAM_SERVICE_ERR;
	r = factor_lines_end(&lines);
	if (r < 0 || (r == 1 && !ended_well(helper.pid)))
		return PAM_ABORT;
	return r == 1 ? PAM_SUCCESS : PAM_AUTH_ERR;
}
