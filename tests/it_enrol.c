/* SPDX-License-Identifier: BSD-2-Clause */
/* People who set up their first second factor themselves, through the verifier's own code over a socket: where they may, and every way around that.
 * The verifier's half runs in a child; who sits where is told by the rows, since logind is not at hand. */
#include <errno.h>
#include <security/_pam_types.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base32.h"
#include "clock.h"
#include "login_store.h"
#include "must.h"
#include "recovery.h"
#include "text.h"
#include "totp.h"
#include "verify_enrol.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define LIMIT_NS INT64_C(60000000000)
#define UID 1000
#define TRIES_MAX 4

static struct {
	char folder[64];
	struct paths paths;
	int journal;
} bed;

/* --- the bed --- */

/* In the folder. */
static void run_shell(const char *command)
{
	char line[256];

	(void)snprintf(line, sizeof line, "cd %s && %s", bed.folder, command);
	must(system(line) == 0);
}

static void bed_make(const char *policy)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	FILE *file;

	(void)snprintf(bed.folder, sizeof bed.folder, "/tmp/mutex-enrol.XXXXXX");
	must(mkdtemp(bed.folder) != NULL && paths_init(&bed.paths, bed.folder, getuid()) == 0);
	run_shell("mkdir -p etc/mutex/policy.d etc/mutex/exceptions.d var/lib run/systemd/journal");
	file = fopen(bed.paths.policy_file, "we");
	must(file != NULL && fputs(policy, file) >= 0 && fclose(file) == 0);
	must(strlen(bed.paths.journal) < sizeof address.sun_path);
	memcpy(address.sun_path, bed.paths.journal, strlen(bed.paths.journal) + 1);
	bed.journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(bed.journal >= 0 && bind(bed.journal, (const struct sockaddr *)&address, sizeof address) == 0);
}

static void bed_remove(void)
{
	(void)close(bed.journal);
	run_shell("rm -rf \"$PWD\"");
}

static bool recorded(void)
{
	char bytes[8192];
	ssize_t len = recv(bed.journal, bytes, sizeof bytes - 1, 0);

	if (len <= 0)
		return false;
	bytes[len] = '\0';
	return strstr(bytes, "MUTEX_KIND=factor-changed") != NULL && strstr(bytes, "MUTEX_USER=alice") != NULL;
}

/* --- the verifier's half --- */

static int visit(int fd, const struct verify_peer *peer)
{
	struct person person = {.name = "alice", .uid = UID};
	struct verify_channel channel;
	struct verify_relay relay = {.channel = &channel, .deadline_ns = clock_monotonic_ns() + LIMIT_NS};
	struct verify_message m;

	if (peer->uid == 0)
		person.uid = 0;
	verify_channel_init(&channel, fd);
	must(verify_channel_receive(&channel, &m, relay.deadline_ns) == 0);
	verify_result_write(verify_enrol(&(struct verify_enrol){.paths = &bed.paths, .peer = peer, .person = &person, .relay = &relay}), &m);
	return verify_channel_send(&channel, &m, relay.deadline_ns);
}

/* --- the caller's half --- */

struct caller {
	struct verify_channel channel;
	pid_t child;
	struct login_totp totp;
	char codes[VERIFY_TEXT_MAX + 1], refused[64], last[9];
	int code;  /* of the RESULT; -1 = none came */
	bool asked; /* waits for an answer */
};

static void caller_start(struct caller *c, const struct verify_peer *peer)
{
	struct verify_message start;
	int ends[2];

	*c = (struct caller){.code = -1};
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	(void)fflush(stdout);
	c->child = fork();
	must(c->child >= 0);
	if (c->child == 0) {
		(void)close(ends[0]);
		_exit(visit(ends[1], peer) == 0 ? 0 : 1);
	}
	(void)close(ends[1]);
	verify_channel_init(&c->channel, ends[0]);
	must(verify_start_write(&(struct verify_start){.service = VERIFY_SERVICE_ENROL}, &start) == 0);
	must(verify_channel_send(&c->channel, &start, clock_monotonic_ns() + LIMIT_NS) == 0);
}

static void caller_end(struct caller *c)
{
	verify_channel_close(&c->channel);
	must(waitpid(c->child, NULL, 0) == c->child);
}

/* As a phone does. */
static void scan(struct caller *c, const char *uri)
{
	const char *secret = strstr(uri, "secret=") + strlen("secret=");
	size_t bits = 0;

	must(strstr(uri, "alice") != NULL);
	for (; strchr(BASE32_RFC4648, *secret) != NULL; secret++, bits += 5) {
		unsigned value = (unsigned)(strchr(BASE32_RFC4648, *secret) - BASE32_RFC4648);

		for (size_t i = 0; i < 5; i++)
			if ((value >> (4 - i) & 1) != 0)
				c->totp.secret[(bits + i) / 8] |= (uint8_t)(0x80 >> (bits + i) % 8);
	}
	c->totp.enrolled = true;
	c->totp.secret_len = (uint8_t)(bits / 8);
	c->totp.digits = 6;
}

static void hear(struct caller *c, const struct verify_message *m)
{
	static const size_t uri = sizeof VERIFY_ENROL_URI, codes = sizeof VERIFY_ENROL_CODES, refused = sizeof VERIFY_ENROL_REFUSED;

	if (strncmp(m->text, VERIFY_ENROL_URI " ", uri) == 0)
		scan(c, m->text + uri);
	else if (strncmp(m->text, VERIFY_ENROL_CODES " ", codes) == 0)
		(void)snprintf(c->codes, sizeof c->codes, "%s", m->text + codes);
	else if (strncmp(m->text, VERIFY_ENROL_REFUSED " ", refused) == 0)
		(void)snprintf(c->refused, sizeof c->refused, "%.60s", m->text + refused);
}

/* Up to a question or the end. */
static void listen_to(struct caller *c)
{
	struct verify_message m;

	c->asked = false;
	while (!c->asked && verify_channel_receive(&c->channel, &m, clock_monotonic_ns() + LIMIT_NS) == 0) {
		if (m.kind == VERIFY_RESULT) {
			must(verify_result_read(&m, &c->code) == 0);
			return;
		}
		if (m.kind == VERIFY_TELL)
			hear(c, &m);
		c->asked = m.kind == VERIFY_PROMPT;
	}
}

enum typed { NOTHING, RIGHT, WRONG, OLD, EMPTY, GOES_AWAY };

static void type(struct caller *c, enum typed typed)
{
	struct verify_message m = {.kind = VERIFY_ANSWER};
	int64_t step = clock_now_s() / TOTP_STEP_S;

	must(totp_code(&c->totp, typed == OLD ? step - 1000 : step, c->last) == 0);
	if (typed == WRONG)
		c->last[0] = c->last[0] == '9' ? '0' : (char)(c->last[0] + 1);
	if (typed == EMPTY)
		c->last[0] = '\0';
	m.len = strlen(c->last);
	memcpy(m.text, c->last, m.len + 1);
	must(verify_channel_send(&c->channel, &m, clock_monotonic_ns() + LIMIT_NS) == 0);
	listen_to(c);
}

/* --- one at a time --- */

enum has { NO_FACTOR, HAS_APP, HAS_CODES, HAS_HOOK, DAMAGED };

static int give(struct login_state *state, void *context)
{
	const enum has *has = context;

	if (*has == HAS_APP)
		state->totp = (struct login_totp){.enrolled = true, .digits = 6, .secret_len = 20, .secret = {7}};
	if (*has == HAS_CODES)
		state->recovery = (struct login_recovery){.count = 10, .iterations = 1};
	if (*has == HAS_HOOK)
		state->hooked_since_s = 1;
	return 0;
}

static void damage(void)
{
	run_shell("head -c 16384 /dev/zero >var/lib/mutex/login/1000");
}

#define HERE {.uid = UID, .in_front = true, .seat = "seat0", .tty = "tty2"}
static const struct row {
	const char *name, *policy;
	struct verify_peer peer;
	enum has has;
	enum typed typed[TRIES_MAX];
	int code;
	const char *refused;
} rows[] = {
	{"in front of the computer", "", HERE, NO_FACTOR, {RIGHT}, PAM_SUCCESS, ""},
	{"a slip of the finger", "", HERE, NO_FACTOR, {WRONG, EMPTY, RIGHT}, PAM_SUCCESS, ""},
	{"three wrong codes", "", HERE, NO_FACTOR, {WRONG, OLD, EMPTY}, PAM_AUTH_ERR, ""},
	{"gone before the code", "", HERE, NO_FACTOR, {GOES_AWAY}, -1, ""},
	{"from another computer", "", {.uid = UID, .rhost = "192.0.2.7", .tty = "pts/1"}, NO_FACTOR, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_ELSEWHERE},
	{"on a seat, but not in front", "", {.uid = UID, .seat = "seat0", .tty = "tty3"}, NO_FACTOR, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_ELSEWHERE},
	{"for somebody else", "", {.uid = UID + 1, .in_front = true, .seat = "seat0"}, NO_FACTOR, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_ELSEWHERE},
	{"root", "", {.uid = 0, .in_front = true, .seat = "seat0"}, NO_FACTOR, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_ELSEWHERE},
	{"the policy forbids it", "[mfa]\nself_enrol = no\n", HERE, NO_FACTOR, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_FORBIDDEN},
	{"the policy is broken", "[mfa]\nself_enroll = yes\n", HERE, NO_FACTOR, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_FORBIDDEN},
	{"has an app", "", HERE, HAS_APP, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_ALREADY},
	{"has recovery codes", "", HERE, HAS_CODES, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_ALREADY},
	{"has what a hook asks for", "", HERE, HAS_HOOK, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_ALREADY},
	{"the state is damaged", "", HERE, DAMAGED, {NOTHING}, PAM_PERM_DENIED, VERIFY_ENROL_STATE},
};

/* The app counts, the code that was shown does no more, and the codes that were told are those that are kept. */
static bool is_enrolled(const struct caller *c)
{
	struct login_state state;
	int64_t step;

	if (login_store_read(&bed.paths, UID, &state) < 0 || !state.totp.enrolled ||
	    memcmp(state.totp.secret, c->totp.secret, sizeof state.totp.secret) != 0)
		return false;
	return totp_check(&state.totp, c->last, strlen(c->last), clock_now_s(), &step) == TOTP_USED && state.recovery.count == LOGIN_CODES_MAX &&
	       recovery_check(&state.recovery, c->codes, RECOVERY_CODE_SIZE - 1) == 0;
}

static bool is_untouched(enum has has)
{
	struct login_state state;
	int error = login_store_read(&bed.paths, UID, &state);

	if (has == DAMAGED)
		return error == -EBADMSG;
	return error == 0 && state.totp.enrolled == (has == HAS_APP) && (state.recovery.count > 0) == (has == HAS_CODES) &&
	       (state.hooked_since_s != 0) == (has == HAS_HOOK) && (has != HAS_APP || state.totp.secret[0] == 7);
}

static const char *play(const struct row *row)
{
	enum has has = row->has;
	struct caller c;

	must(has == NO_FACTOR || login_store_change(&bed.paths, UID, true, give, &has, NULL) == 0);
	if (has == DAMAGED)
		damage();
	caller_start(&c, &row->peer);
	listen_to(&c);
	for (size_t i = 0; i < TRIES_MAX && row->typed[i] != NOTHING && row->typed[i] != GOES_AWAY; i++) {
		if (!c.asked)
			return "no question came";
		type(&c, row->typed[i]);
	}
	caller_end(&c);
	if (c.code != row->code || strcmp(c.refused, row->refused) != 0)
		return "another result or reason";
	if (row->code == PAM_SUCCESS)
		return !is_enrolled(&c) ? "not enrolled" : recorded() ? NULL : "not recorded";
	if (c.codes[0] != '\0' || (row->refused[0] != '\0' && c.totp.enrolled))
		return "a secret was told";
	return !is_untouched(row->has) ? "something was stored" : recorded() ? "recorded" : NULL;
}

/* Two programs of the person ask at the same time: whatever the second one was shown is worth nothing. */
static const char *two_at_once(void)
{
	struct verify_peer peer = HERE;
	struct caller first, second;

	caller_start(&first, &peer);
	listen_to(&first);
	caller_start(&second, &peer);
	listen_to(&second);
	if (!first.asked || !second.asked || memcmp(first.totp.secret, second.totp.secret, 20) == 0)
		return "they are not shown a secret each";
	type(&second, RIGHT);
	type(&first, RIGHT);
	caller_end(&first);
	caller_end(&second);
	if (second.code != PAM_SUCCESS || !is_enrolled(&second))
		return "the first to answer is not enrolled";
	return first.code == PAM_PERM_DENIED && strcmp(first.refused, VERIFY_ENROL_ALREADY) == 0 && first.codes[0] == '\0' ? NULL : "the other one is, too";
}

static bool tell(const char *name, const char *why)
{
	if (why == NULL)
		printf("ok %s\n", name);
	else
		printf("not ok %s [%s]\n", name, why);
	return why == NULL;
}

int main(void)
{
	bool fine = true;

	for (size_t i = 0; i < COUNT(rows); i++) {
		bed_make(rows[i].policy);
		fine &= tell(rows[i].name, play(&rows[i]));
		bed_remove();
	}
	bed_make("");
	fine &= tell("two at once", two_at_once());
	bed_remove();
	return fine ? 0 : 1;
}
