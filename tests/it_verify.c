/* SPDX-License-Identifier: BSD-2-Clause */
/* The verifier and its client against each other and against liars, over a real socket, with real libpam and a module that asks (asking.c).
 * The verifier runs in a child; nobody needs root: who asks and who answers is the person who runs the test. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "must.h"
#include "paths.h"
#include "verify_client_gather.h"
#include "verify_serve.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ANSWERS_MAX 20
#define LIMIT_MS 20000

static struct {
	char folder[64], confdir[96], module[PATH_MAX], name[64];
	struct paths paths;
	int listener, outcomes; /* the pipe on which the verifier says what became of each visit */
	pid_t child;
} bed = {.listener = -1, .outcomes = -1};

static char why[4096];

static bool fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return false;
}

/* --- the bed --- */

static void bed_make(const char *program)
{
	const struct passwd *pw = getpwuid(getuid());
	char path[PATH_MAX], *slash;

	if (pw == NULL) {
		printf("the user database does not know uid %u\n", (unsigned)getuid());
		exit(77);
	}
	must(snprintf(bed.name, sizeof bed.name, "%s", pw->pw_name) < (int)sizeof bed.name);
	must(realpath(program, path) != NULL);
	slash = strrchr(path, '/');
	must(snprintf(bed.module, sizeof bed.module, "%.*s/asking.so", (int)(slash - path), path) < (int)sizeof bed.module);
	(void)snprintf(bed.folder, sizeof bed.folder, "/tmp/mutex-verify.XXXXXX");
	must(mkdtemp(bed.folder) != NULL);
	must(paths_init(&bed.paths, bed.folder, getuid()) == 0);
	(void)snprintf(path, sizeof path, "%s/run", bed.folder);
	must(mkdir(path, 0700) == 0);
	(void)snprintf(bed.confdir, sizeof bed.confdir, "%s/pam.d", bed.folder);
	must(mkdir(bed.confdir, 0700) == 0);
}

static void bed_remove(void)
{
	static const char *const NAMES[] = {"pam.d/mutex-verify", "pam.d/locker", "pam.d/other", "pam.d", "run/mutex-verify.socket", "run", ""};
	char path[PATH_MAX];

	for (size_t i = 0; i < COUNT(NAMES); i++) {
		(void)snprintf(path, sizeof path, "%s/%s", bed.folder, NAMES[i]);
		(void)remove(path);
	}
}

static void write_service(const char *name, const char *auth, const char *account)
{
	char path[PATH_MAX];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/%s", bed.confdir, name);
	file = fopen(path, "we");
	must(file != NULL);
	must(fprintf(file, "auth required %s %s\naccount required %s %s\n", bed.module, auth, bed.module, account) > 0);
	must(fclose(file) == 0);
}

static struct sockaddr_un socket_address(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	must(strlen(bed.paths.verify_socket) < sizeof address.sun_path);
	memcpy(address.sun_path, bed.paths.verify_socket, strlen(bed.paths.verify_socket) + 1);
	return address;
}

static void bed_listen(void)
{
	struct sockaddr_un address = socket_address();

	bed.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	must(bed.listener >= 0);
	must(bind(bed.listener, (struct sockaddr *)&address, sizeof address) == 0);
	must(listen(bed.listener, 8) == 0);
}

/* The child plays for each connection; a liar plays a script, the verifier itself is the usual one. */
typedef int play_function(int fd, const void *data);

static void bed_start(play_function *play, const void *data)
{
	int ends[2];

	bed_listen();
	must(pipe(ends) == 0);
	bed.child = fork();
	must(bed.child >= 0);
	if (bed.child > 0) {
		(void)close(ends[1]);
		(void)close(bed.listener);
		bed.outcomes = ends[0];
		return;
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)close(ends[0]);
	for (;;) {
		int fd = accept(bed.listener, NULL, NULL), outcome;

		must(fd >= 0);
		outcome = play(fd, data);
		must(write(ends[1], &outcome, sizeof outcome) == sizeof outcome);
	}
}

/* What became of the next visit; -ENODATA when the verifier died, -ETIME when nothing came. */
static int bed_outcome(void)
{
	struct pollfd ready = {.fd = bed.outcomes, .events = POLLIN};
	int outcome;

	if (poll(&ready, 1, LIMIT_MS) <= 0)
		return -ETIME;
	return read(bed.outcomes, &outcome, sizeof outcome) == sizeof outcome ? outcome : -ENODATA;
}

static void bed_stop(void)
{
	if (bed.child > 0) {
		(void)kill(bed.child, SIGKILL);
		(void)waitpid(bed.child, NULL, 0);
		(void)close(bed.outcomes);
	}
	bed.child = 0;
	(void)remove(bed.paths.verify_socket);
}

static int serve(int fd, const void *data)
{
	static bool again;
	const int *limit_ms = data;
	int limit = again ? LIMIT_MS : *limit_ms;

	again = true;
	return verify_serve(&(struct verify_serve){.paths = &bed.paths, .confdir = bed.confdir, .limit_ms = limit}, fd);
}
/* The short one holds for the first visit only. It must be enough for a slow computer to ask, since it is waited for. */
static const int LONG_LIMIT_MS = LIMIT_MS, SHORT_LIMIT_MS = 1500;

/* --- the person --- */

#define SECOND_ABORTED "(abort)"   /* PAM_ABORT, as swaylock does at a second question */
#define AGAIN_LATER "(again)"      /* PAM_CONV_AGAIN */
#define NO_TEXT "(null)"           /* success, and no answer */
#define TOO_LONG "(long)"          /* 512 bytes */
#define WAITS "(waits)"            /* answers only when the verifier has given up */
#define AFTER_WAITING "pw"

struct person {
	const char *const *answers; /* in turn; NULL behind the last */
	size_t asked;
	char said[8192]; /* all messages, each as "style:text|" */
	size_t len;
};

static int answer_one(const char *answer, struct pam_response *ret)
{
	if (strcmp(answer, SECOND_ABORTED) == 0)
		return PAM_ABORT;
	if (strcmp(answer, AGAIN_LATER) == 0)
		return PAM_CONV_AGAIN;
	if (strcmp(answer, NO_TEXT) == 0)
		return PAM_SUCCESS;
	if (strcmp(answer, WAITS) == 0) {
		(void)bed_outcome();
		answer = AFTER_WAITING;
	}
	if (strcmp(answer, TOO_LONG) == 0) {
		ret->resp = calloc(1, 513);
		must(ret->resp != NULL);
		memset(ret->resp, 'x', 512);
		return PAM_SUCCESS;
	}
	ret->resp = strdup(answer);
	return PAM_SUCCESS;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **ret, void *data)
{
	static const char *const STYLES[] = {"?", "hidden", "shown", "error", "info"};
	struct person *p = data;
	int style = messages[0]->msg_style, code = PAM_SUCCESS;

	if (count != 1 || style < 1 || style > 4)
		return PAM_CONV_ERR;
	p->len += (size_t)snprintf(p->said + p->len, sizeof p->said - p->len, "%s:%s|", STYLES[style], messages[0]->msg);
	*ret = calloc(1, sizeof **ret);
	must(*ret != NULL);
	if (style == PAM_PROMPT_ECHO_OFF || style == PAM_PROMPT_ECHO_ON)
		code = p->answers[p->asked] == NULL ? PAM_CONV_ERR : answer_one(p->answers[p->asked++], *ret);
	if (code == PAM_SUCCESS)
		return code;
	free(*ret);
	*ret = NULL;
	return code;
}

static int ask_verifier(const struct verify_start *start, const char *user, struct person *p, struct secret *ret_password)
{
	struct pam_conv conv = {.conv = converse, .appdata_ptr = p};
	pam_handle_t *pamh = NULL;
	int code;

	must(pam_start_confdir("locker", user, &conv, bed.confdir, &pamh) == PAM_SUCCESS);
	code = verify_client_run(pamh, &bed.paths, start, ret_password);
	(void)pam_end(pamh, code);
	return code;
}

/* --- honest ends --- */

#define ANSWERS(...) (const char *const[]){__VA_ARGS__, NULL}
#define OPEN_LOCK "hidden:Password:pw"
#define PREFIX "info:hello "
static const char AGAIN[] = "again";

static const struct honest_row {
	const char *name, *service, *auth, *account;
	const char *const *answers;
	const int *limit_ms;
	int wanted;
	const char *password, *said; /* NULL: not looked at */
	int outcome;                 /* of the last visit; what does not concern the client (-ECONNRESET, say) included */
} HONEST[] = {
	{"the right password", "i3lock", OPEN_LOCK, "", ANSWERS("pw"), &LONG_LIMIT_MS, PAM_SUCCESS, "pw", "hidden:Password|", 0},
	{"a wrong one", "i3lock", OPEN_LOCK, "", ANSWERS("no"), &LONG_LIMIT_MS, PAM_AUTH_ERR, "", "hidden:Password|", 0},
	{"an empty one", "i3lock", OPEN_LOCK, "", ANSWERS(""), &LONG_LIMIT_MS, PAM_AUTH_ERR, "", NULL, 0},
	{"password, code and texts", "i3lock", "info:hello hidden:Password:pw error:careful shown:Code:123456 info:welcome", "", ANSWERS("pw", "123456"),
	 &LONG_LIMIT_MS, PAM_SUCCESS, "pw", "info:hello|hidden:Password|error:careful|shown:Code|info:welcome|", 0},
	{"the password is the first hidden answer", "i3lock", "shown:Name:n hidden:Password:pw hidden:PIN:1", "", ANSWERS("n", "pw", "1"), &LONG_LIMIT_MS,
	 PAM_SUCCESS, "pw", NULL, 0},
	{"an empty first hidden answer stays the password", "i3lock", "hidden:Touch: hidden:PIN:1", "", ANSWERS("", "1"), &LONG_LIMIT_MS, PAM_SUCCESS, "",
	 NULL, 0},
	{"a wrong code", "i3lock", "hidden:Password:pw shown:Code:123456", "", ANSWERS("pw", "000000"), &LONG_LIMIT_MS, PAM_AUTH_ERR, "", NULL, 0},
	{"no question at all", "i3lock", "info:done", "", ANSWERS("unused"), &LONG_LIMIT_MS, PAM_SUCCESS, "", "info:done|", 0},
	{"a text of 1200 bytes in pieces", "i3lock", "long:1200", "", ANSWERS("unused"), &LONG_LIMIT_MS, PAM_SUCCESS, "", NULL, 0},
	{"sixteen questions", "i3lock", "times:16:again", "",
	 ANSWERS(AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN), &LONG_LIMIT_MS, PAM_SUCCESS,
	 "again", NULL, 0},
	{"seventeen questions end it", "i3lock", "times:17:again", "",
	 ANSWERS(AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN, AGAIN), &LONG_LIMIT_MS,
	 PAM_AUTHINFO_UNAVAIL, "", NULL, -EPROTO},
	{"a locked account", "i3lock", OPEN_LOCK, "account:13", ANSWERS("pw"), &LONG_LIMIT_MS, PAM_ACCT_EXPIRED, "", NULL, 0},
	{"an expired password opens the screen", "i3lock", OPEN_LOCK, "account:12", ANSWERS("pw"), &LONG_LIMIT_MS, PAM_SUCCESS, "pw", NULL, 0},
	{"expired in authentication proves nothing", "i3lock", "return:12", "account:13", ANSWERS("unused"), &LONG_LIMIT_MS, PAM_NEW_AUTHTOK_REQD, "", NULL, 0},
	{"a module that ignores proves nothing", "i3lock", "return:25", "", ANSWERS("unused"), &LONG_LIMIT_MS, PAM_PERM_DENIED, "", NULL, 0},
	{"a locker is passed on by its name", "i3lock", "env:MUTEX_PEER_SERVICE=i3lock", "", ANSWERS("unused"), &LONG_LIMIT_MS, PAM_SUCCESS, "", NULL, 0},
	{"a claim to be sshd buys nothing", "sshd", "env:MUTEX_PEER_SERVICE=mutex-verify", "", ANSWERS("unused"), &LONG_LIMIT_MS, PAM_SUCCESS, "", NULL, 0},
	{"an unknown program neither", "my-tool", "env:MUTEX_PEER_SERVICE=mutex-verify", "", ANSWERS("unused"), &LONG_LIMIT_MS, PAM_SUCCESS, "", NULL, 0},
	{"the terminal that the caller claims is not believed", "i3lock", "env:MUTEX_PEER_TTY=tty1", "", ANSWERS("unused"), &LONG_LIMIT_MS,
	 PAM_PERM_DENIED, "", NULL, 0},
	{"a conversation that gives up at the second question", "swaylock", "hidden:Password:pw shown:Code:1", "", ANSWERS("pw", SECOND_ABORTED),
	 &LONG_LIMIT_MS, PAM_ABORT, "", NULL, -ECONNRESET},
	{"a conversation that wants to be called again", "i3lock", OPEN_LOCK, "", ANSWERS(AGAIN_LATER), &LONG_LIMIT_MS, PAM_INCOMPLETE, "", NULL, -ECONNRESET},
	{"success without an answer", "i3lock", OPEN_LOCK, "", ANSWERS(NO_TEXT), &LONG_LIMIT_MS, PAM_CONV_ERR, "", NULL, -ECONNRESET},
	{"an answer of 512 bytes", "i3lock", OPEN_LOCK, "", ANSWERS(TOO_LONG), &LONG_LIMIT_MS, PAM_AUTH_ERR, "", NULL, -ECONNRESET},
	{"the verifier dies in the middle", "i3lock", "hidden:Password:pw die", "", ANSWERS("pw"), &LONG_LIMIT_MS, PAM_AUTHINFO_UNAVAIL, "", NULL, -ENODATA},
	{"who thinks longer than the verifier waits is served by another one", "i3lock", OPEN_LOCK, "", ANSWERS(WAITS), &SHORT_LIMIT_MS, PAM_SUCCESS, "pw",
	 "hidden:Password|", 0},
	{"that holds for the first question only", "i3lock", "hidden:Password:pw shown:Code:pw", "", ANSWERS("pw", WAITS), &SHORT_LIMIT_MS,
	 PAM_AUTHINFO_UNAVAIL, "", NULL, INT_MAX},
};

static bool honest_row(const struct honest_row *row)
{
	struct verify_start start = {.tty = "tty1", .display = ":7"};
	struct person p = {.answers = row->answers};
	struct secret password SECRET_WIPED = {0};
	int code, outcome;

	(void)snprintf(start.service, sizeof start.service, "%s", row->service);
	write_service("mutex-verify", row->auth, row->account);
	bed_start(serve, row->limit_ms);
	code = ask_verifier(&start, bed.name, &p, &password);
	if (code != row->wanted)
		return fail("code %d, wanted %d; said: %s", code, row->wanted, p.said);
	if (strcmp(password.bytes, row->password) != 0)
		return fail("password \"%s\", wanted \"%s\"", password.bytes, row->password);
	if (row->said != NULL && strcmp(p.said, row->said) != 0)
		return fail("said %s, wanted %s", p.said, row->said);
	if (row->outcome == INT_MAX)
		return true;
	outcome = bed_outcome();
	return outcome == row->outcome || fail("the verifier's end: %d, wanted %d", outcome, row->outcome);
}

/* --- a lying verifier --- */

struct script {
	const char *packets[6];
	size_t lens[6];
	bool stay; /* say nothing more, and do not hang up */
};
static const struct liar_row {
	const char *name;
	struct script script;
	int wanted;
} LIARS[] = {
	{"hangs up for ever", {{NULL}}, PAM_AUTHINFO_UNAVAIL},
	{"says nothing", {.stay = true}, PAM_AUTHINFO_UNAVAIL},
	{"an unknown kind", {{"\x09\0\0\0"}, {4}}, PAM_AUTHINFO_UNAVAIL},
	{"an answer, which is ours to give", {{"\x04\0\x02\0pw"}, {6}}, PAM_AUTHINFO_UNAVAIL},
	{"a start, which is ours to give", {{"\x01\0\x04\0s\n\n1"}, {8}}, PAM_AUTHINFO_UNAVAIL},
	{"a result that is no number", {{"\x05\0\x01\0x"}, {5}}, PAM_AUTHINFO_UNAVAIL},
	{"a result with a byte behind", {{"\x05\0\x01\0" "00"}, {6}}, PAM_AUTHINFO_UNAVAIL},
	{"a result above PAM's", {{"\x05\0\x02\0" "32"}, {6}}, PAM_AUTHINFO_UNAVAIL},
	{"ignore is not passed on", {{"\x05\0\x02\0" "25"}, {6}}, PAM_AUTH_ERR},
	{"incomplete is not passed on", {{"\x05\0\x02\0" "31"}, {6}}, PAM_AUTH_ERR},
	{"a second question before the answer is read", {{"\x02\0\x01\0a", "\x02\0\x01\0" "b"}, {5, 5}, .stay = true}, PAM_CONV_ERR},
	{"hangs up after the question", {{"\x02\0\x01\0a"}, {5}}, PAM_AUTHINFO_UNAVAIL},
};

static int lie(int fd, const void *data)
{
	const struct script *script = data;
	char start[VERIFY_PACKET_MAX];

	(void)recv(fd, start, sizeof start, 0);
	for (size_t i = 0; i < COUNT(script->packets) && script->packets[i] != NULL; i++)
		(void)send(fd, script->packets[i], script->lens[i], MSG_NOSIGNAL);
	if (!script->stay)
		(void)close(fd); /* else open until this process ends */
	return 0;
}

static bool liar_row(const struct liar_row *row)
{
	static const char *const answers[] = {"first", NULL};
	struct person p = {.answers = answers};
	struct secret password SECRET_WIPED = {0};
	int code;

	bed_start(lie, &row->script);
	code = ask_verifier(&(struct verify_start){.service = "i3lock"}, bed.name, &p, &password);
	if (password.len != 0)
		return fail("a password came out");
	return code == row->wanted || fail("code %d, wanted %d; said %s", code, row->wanted, p.said);
}

/* --- a lying caller --- */

#define START_PACKET "\x01\0\x08\0i3lock\n\n"
#define START_LEN 12
static const struct caller_row {
	const char *name, *packets[3];
	size_t lens[3];
	bool stay;
	int outcome;
} CALLERS[] = {
	{"hangs up at once", {NULL}, {0}, false, -ECONNRESET},
	{"says nothing until the limit", {NULL}, {0}, true, -ETIMEDOUT},
	{"an answer first", {"\x04\0\x02\0pw"}, {6}, true, -EPROTO},
	{"a result first", {"\x05\0\x01\0" "0"}, {5}, true, -EPROTO},
	{"a start with a path", {"\x01\0\x06\0../a\n\n"}, {10}, true, -EPROTO},
	{"a packet too long", {NULL}, {600}, true, -EPROTO},
	{"start twice", {START_PACKET, START_PACKET}, {START_LEN, START_LEN}, true, -EPROTO},
	{"an answer before the question", {START_PACKET, "\x04\0\x02\0pw"}, {START_LEN, 6}, true, -EPROTO},
	{"a result of its own", {START_PACKET, "\x05\0\x01\0" "0"}, {START_LEN, 5}, true, -EPROTO},
	{"start and never an answer", {START_PACKET}, {START_LEN}, true, -ETIMEDOUT},
	{"start and gone", {START_PACKET}, {START_LEN}, false, -ECONNRESET},
};

static bool caller_row(const struct caller_row *row)
{
	static const char LONG[600] = {4};
	struct sockaddr_un address = socket_address();
	int fd, outcome;

	write_service("mutex-verify", OPEN_LOCK, "");
	bed_start(serve, row->outcome == -ETIMEDOUT ? &SHORT_LIMIT_MS : &LONG_LIMIT_MS);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	must(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
	for (size_t i = 0; i < COUNT(row->lens) && row->lens[i] > 0; i++)
		(void)send(fd, row->packets[i] != NULL ? row->packets[i] : LONG, row->lens[i], MSG_NOSIGNAL);
	if (!row->stay)
		(void)close(fd);
	outcome = bed_outcome();
	if (row->stay)
		(void)close(fd);
	return outcome == row->outcome || fail("the verifier's end: %d, wanted %d", outcome, row->outcome);
}

/* --- no verifier, another user --- */

static bool without_verifier(void)
{
	static const char *const answers[] = {NULL};
	struct person p = {.answers = answers};
	struct secret password SECRET_WIPED = {0};
	int code = ask_verifier(&(struct verify_start){.service = "i3lock"}, bed.name, &p, &password);

	return code == PAM_AUTHINFO_UNAVAIL || fail("code %d", code);
}

static bool for_somebody_else(void)
{
	static const char *const answers[] = {"pw", NULL};
	struct person p = {.answers = answers};
	struct secret password SECRET_WIPED = {0};
	const char *other = getuid() == 0 ? "daemon" : "root";
	int code;

	write_service("mutex-verify", OPEN_LOCK, "");
	bed_start(serve, &LONG_LIMIT_MS);
	code = ask_verifier(&(struct verify_start){.service = "i3lock"}, other, &p, &password);
	return (code == PAM_PERM_DENIED && p.len == 0) || fail("code %d, said %s", code, p.said);
}

static bool of_a_foreign_owner(void)
{
	static const char *const answers[] = {"pw", NULL};
	struct person p = {.answers = answers};
	struct secret password SECRET_WIPED = {0};
	int code;

	if (getuid() == 0)
		return true; /* root's verifier is always believed */
	write_service("mutex-verify", OPEN_LOCK, "");
	bed_start(serve, &LONG_LIMIT_MS);
	bed.paths.owner++;
	code = ask_verifier(&(struct verify_start){.service = "i3lock"}, bed.name, &p, &password);
	bed.paths.owner--;
	return (code == PAM_AUTHINFO_UNAVAIL && p.len == 0) || fail("code %d, said %s", code, p.said);
}

/* --- rows --- */

static int failed;

static void report(const char *group, const char *name, bool passed)
{
	bed_stop();
	if (passed)
		printf("ok %s: %s\n", group, name);
	else
		printf("not ok %s: %s: %s\n", group, name, why);
	(void)fflush(stdout);
	failed += !passed;
}

int main(int argc, char **argv)
{
	(void)argc;
	bed_make(argv[0]);
	write_service("locker", "", "");
	write_service("other", "return:7", "account:7");
	for (size_t i = 0; i < COUNT(HONEST); i++)
		report("relay", HONEST[i].name, honest_row(&HONEST[i]));
	for (size_t i = 0; i < COUNT(LIARS); i++)
		report("lying verifier", LIARS[i].name, liar_row(&LIARS[i]));
	for (size_t i = 0; i < COUNT(CALLERS); i++)
		report("lying caller", CALLERS[i].name, caller_row(&CALLERS[i]));
	report("client", "no verifier", without_verifier());
	report("client", "a handle for somebody else", for_somebody_else());
	report("client", "a verifier of somebody else", of_a_foreign_owner());
	bed_remove();
	return failed > 0;
}
