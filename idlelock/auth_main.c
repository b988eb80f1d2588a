/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelock-auth: asks the person at a lock that idlelockd started, and lets the verifier judge.
 *
 *   idlelock-auth              run by xsecurelock as XSECURELOCK_AUTHPROTO: packets on descriptors 0 and 1 (auth_protocol.h)
 *   idlelock-auth --console    is the lock itself, on a text console of its own (auth_console_run.h)
 *   idlelock-auth --hold LOCKER [ARGUMENT...]   keeps a locker running (auth_hold_run.h)
 *
 * Exit status 0 = proven, and nothing else is. MUST: knows no name, no state and no password file: mutex-verify does. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <syslog.h>
#include <unistd.h>

#include "auth_console_run.h"
#include "auth_hold_run.h"
#include "auth_protocol.h"
#include "auth_run.h"
#include "message.h"
#include "paths.h"
#include "speech_gather.h"
#include "text.h"

#define TRIES 3
#define SERVICE "xsecurelock"

struct packet {
	char bytes[AUTH_PACKET_MAX];
	size_t len;
};

static void packet_wipe(struct packet *packet)
{
	explicit_bzero(packet, sizeof *packet);
}
#define PACKET_WIPED __attribute__((cleanup(packet_wipe)))

static int say(enum auth_packet_type type, const char *words)
{
	char bytes[AUTH_HEADER_MAX + MESSAGE_BYTES_MAX + 2];
	struct text t;

	TEXT_INTO(&t, bytes);
	if (auth_packet_write(type, words, &t) < 0)
		return -EMSGSIZE;
	return write(STDOUT_FILENO, bytes, t.len) == (ssize_t)t.len ? 0 : -EPIPE;
}

/* Never more than the packet: nothing comes behind it before we speak again. */
static int hear(struct secret *ret_answer)
{
	struct packet p PACKET_WIPED = {.len = 0};

	for (;;) {
		int wanted = auth_packet_length(p.bytes, p.len);
		ssize_t n;

		if (wanted < 0)
			return wanted;
		if (wanted > 0 && (size_t)wanted == p.len)
			return auth_packet_read(p.bytes, p.len, ret_answer);
		n = read(STDIN_FILENO, p.bytes + p.len, wanted == 0 ? 1 : (size_t)wanted - p.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ECANCELED;
		p.len += (size_t)n;
	}
}

static int dialogue_ask(bool hidden, const char *words, struct secret *ret_answer, void *data)
{
	int r = say(hidden ? AUTH_ASK_HIDDEN : AUTH_ASK_SHOWN, words);

	(void)data;
	return r < 0 ? r : hear(ret_answer);
}

static int dialogue_tell(bool error, const char *words, void *data)
{
	(void)data;
	return say(error ? AUTH_TELL_ERROR : AUTH_TELL, words);
}

static int explain(enum language lang, enum message_id id)
{
	char words[MESSAGE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, words);
	message_add(&t, lang, id, NULL, 0);
	return say(AUTH_TELL_ERROR, words);
}

/* One dialogue of xsecurelock: the person sees at once that an answer was wrong, and is asked again. */
static int run_dialogue(const struct paths *paths)
{
	const struct auth_face face = {.ask = dialogue_ask, .tell = dialogue_tell};
	enum language lang = speech_gather(paths);
	int r = -EACCES;

	for (int i = 0; i < TRIES && r == -EACCES; i++) {
		r = auth_run(paths->locker_socket, SERVICE, &face);
		if (r == -EACCES && explain(lang, MESSAGE_AUTH_NOT_RECOGNISED) < 0)
			r = -EPIPE;
	}
	if (r < 0 && r != -EACCES && r != -ECANCELED) {
		syslog(LOG_AUTHPRIV | LOG_ERR, "the verifier cannot be asked: %s", strerrordesc_np(-r));
		(void)explain(lang, MESSAGE_AUTH_NO_VERIFIER);
	}
	return r;
}

int main(int argc, char **argv)
{
	static const struct rlimit NO_CORE = {0, 0};
	struct paths paths;

	/* Passwords pass through: no dump, no tracing by another process of this uid. */
	(void)setrlimit(RLIMIT_CORE, &NO_CORE);
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (paths_init(&paths, "", 0) < 0)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--console") == 0)
		return auth_console_run(&paths) == 0 ? 0 : 1;
	if (argc > 2 && strcmp(argv[1], "--hold") == 0)
		return auth_hold_run(argv + 2) == 0 ? 0 : 1;
	if (argc != 1) {
		syslog(LOG_AUTHPRIV | LOG_ERR, "to be started by xsecurelock or by a locker's unit");
		return 2;
	}
	return run_dialogue(&paths) == 0 ? 0 : 1;
}
