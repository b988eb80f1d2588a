/* SPDX-License-Identifier: BSD-2-Clause */
/* The verifier from START to RESULT, with the real libpam and a module that asks (asking.c), against a caller that says anything at any time: who
 * did not give every answer that the module wants is never told success, what the verifier says keeps to the protocol, and nothing stays open.
 *
 * The input is text: a line of arguments for asking.so in authentication, a line of those for the account, then the caller's moves, one a line:
 *   sTEXT   START with TEXT, whose ; are line ends      aTEXT   ANSWER with TEXT, when the verifier waits for one
 *   rBYTES  this packet, when the verifier waits        eBYTES  this packet, at once
 * Then the caller hears what comes, up to a question that it has no answer to. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "must.h"
#include "paths.h"
#include "verify_protocol.h"
#include "verify_serve.h"

#define LIMIT_MS 8000 /* below the fuzzer's own limit; nothing here takes that long */
#define ARGUMENTS_MAX 600
#define ANSWERS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* --- the bed --- */

static struct {
	char folder[64], confdir[96], module[PATH_MAX];
	struct paths paths;
} bed;

static void bed_remove(void)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof path, "%s/mutex-verify", bed.confdir);
	(void)remove(path);
	(void)remove(bed.confdir);
	(void)remove(bed.folder);
}

static void bed_make(void)
{
	char *slash;
	ssize_t len = readlink("/proc/self/exe", bed.module, sizeof bed.module - sizeof "asking.so");

	must(len > 0);
	bed.module[len] = '\0';
	slash = strrchr(bed.module, '/');
	memcpy(slash + 1, "asking.so", sizeof "asking.so");
	(void)snprintf(bed.folder, sizeof bed.folder, "/tmp/mutex-relay.XXXXXX");
	must(mkdtemp(bed.folder) != NULL);
	(void)snprintf(bed.confdir, sizeof bed.confdir, "%s/pam.d", bed.folder);
	must(mkdir(bed.confdir, 0700) == 0);
	must(paths_init(&bed.paths, bed.folder, getuid()) == 0);
	must(atexit(bed_remove) == 0);
}

static void write_service(const char *auth, const char *account)
{
	char path[PATH_MAX];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/mutex-verify", bed.confdir);
	file = fopen(path, "we");
	must(file != NULL);
	must(fprintf(file, "auth required %s %s\naccount required %s %s\n", bed.module, auth, bed.module, account) > 0);
	must(fclose(file) == 0);
}

/* --- the input --- */

struct input {
	const uint8_t *at, *end;
};

static bool next_line(struct input *in, const uint8_t **ret_line, size_t *ret_len)
{
	const uint8_t *end;

	if (in->at >= in->end)
		return false;
	end = memchr(in->at, '\n', (size_t)(in->end - in->at));
	*ret_line = in->at;
	*ret_len = (size_t)((end != NULL ? end : in->end) - in->at);
	in->at = end != NULL ? end + 1 : in->end;
	return true;
}

/* What means something to libpam's files becomes a dot; blanks stay between words. */
static void read_arguments(struct input *in, char (*ret_line)[ARGUMENTS_MAX])
{
	const uint8_t *line;
	size_t len;

	(*ret_line)[0] = '\0';
	if (!next_line(in, &line, &len))
		return;
	len = len < sizeof *ret_line ? len : sizeof *ret_line - 1;
	for (size_t i = 0; i < len; i++)
		(*ret_line)[i] = (char)(line[i] < ' ' || strchr("[]#\\\x7f", line[i]) != NULL ? '.' : line[i]);
	(*ret_line)[len] = '\0';
}

/* asking.so trusts its arguments. */
static bool is_harmless(const char *word)
{
	const char *colon = strchr(word, ':');

	if (strcmp(word, "die") == 0)
		return false;
	if (strncmp(word, "env:", 4) == 0)
		return strchr(word, '=') != NULL;
	if (strncmp(word, "long:", 5) != 0 && strncmp(word, "times:", 6) != 0)
		return true;
	return strspn(colon + 1, "0123456789") >= 1 && strspn(colon + 1, "0123456789") <= 4;
}

static bool are_harmless(const char *line)
{
	char words[ARGUMENTS_MAX], *rest = words;

	memcpy(words, line, sizeof words);
	for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
		if (!is_harmless(word))
			return false;
	return true;
}

/* --- the caller --- */

struct caller {
	int fd;
	struct input in;
	struct verify_dialogue dialogue; /* as the caller sees it */
	char answers[ANSWERS_MAX][VERIFY_TEXT_MAX + 1];
	size_t count;
	bool over, heard_result, broke_off;
	int code;
};

static void hear(struct caller *c)
{
	static unsigned char packet[VERIFY_PACKET_MAX + 1];
	ssize_t len = recv(c->fd, packet, sizeof packet, 0);
	struct verify_message m;

	if (len <= 0) {
		c->over = true;
		return;
	}
	must(!c->heard_result);
	must(verify_decode(packet, (size_t)len, &m) == 0);
	must(m.kind == VERIFY_PROMPT || m.kind == VERIFY_TELL || m.kind == VERIFY_RESULT);
	/* A caller that spoke out of turn does not know where the verifier stands. */
	if (verify_dialogue_step(&c->dialogue, &m) < 0)
		must(c->broke_off);
	if (m.kind != VERIFY_RESULT)
		return;
	c->heard_result = true;
	must(verify_result_read(&m, &c->code) == 0);
}

static void say(struct caller *c, const unsigned char *packet, size_t len)
{
	struct verify_message m;

	if (verify_decode(packet, len, &m) < 0 || verify_dialogue_step(&c->dialogue, &m) < 0)
		c->broke_off = true;
	else if (m.kind == VERIFY_PROMPT || m.kind == VERIFY_TELL || m.kind == VERIFY_RESULT)
		c->broke_off = true; /* not the caller's to say */
	/* It may be taken for an answer all the same: a question may have been on its way. */
	if (verify_decode(packet, len, &m) == 0 && m.kind == VERIFY_ANSWER && c->count < ANSWERS_MAX)
		memcpy(c->answers[c->count++], m.text, sizeof m.text);
	c->over = send(c->fd, packet, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0;
}

static void say_text(struct caller *c, enum verify_kind kind, const uint8_t *text, size_t len)
{
	unsigned char packet[VERIFY_PACKET_MAX];

	len = len <= VERIFY_TEXT_MAX ? len : VERIFY_TEXT_MAX;
	packet[0] = (unsigned char)kind;
	packet[1] = 0;
	packet[2] = (unsigned char)(len & 0xff);
	packet[3] = (unsigned char)(len >> 8);
	for (size_t i = 0; i < len; i++)
		packet[4 + i] = kind == VERIFY_START && text[i] == ';' ? '\n' : text[i];
	say(c, packet, 4 + len);
}

static void hear_until_turn(struct caller *c)
{
	while (!c->over && !c->broke_off && !c->heard_result && c->dialogue.state == VERIFY_BUSY)
		hear(c);
}

static void move(struct caller *c, const uint8_t *line, size_t len)
{
	if (len == 0)
		return;
	if (line[0] != 'e')
		hear_until_turn(c);
	if (c->over)
		return;
	if (line[0] == 's')
		say_text(c, VERIFY_START, line + 1, len - 1);
	else if (line[0] == 'a')
		say_text(c, VERIFY_ANSWER, line + 1, len - 1);
	else if (len > 1)
		say(c, line + 1, len - 1);
}

static void *call(void *data)
{
	struct caller *c = data;
	const uint8_t *line;
	size_t len;

	while (!c->over && !c->heard_result && next_line(&c->in, &line, &len))
		move(c, line, len);
	hear_until_turn(c);
	(void)shutdown(c->fd, SHUT_WR); /* whoever waits for more hears that there is none */
	while (!c->over)
		hear(c);
	return NULL;
}

/* --- what must hold --- */

/* One word of asking.so's, as asking.c reads it: may it lead on to success? */
static bool may_go_on(const struct caller *c, const char *word, size_t *next)
{
	const char *wanted;
	long times = 1;

	if (strncmp(word, "return:", 7) == 0)
		return atoi(word + 7) == PAM_SUCCESS;
	if (strncmp(word, "hidden:", 7) == 0) {
		wanted = strchr(word + 7, ':');
		wanted = wanted != NULL ? wanted + 1 : NULL;
	} else if (strncmp(word, "shown:", 6) == 0) {
		wanted = strchr(word + 6, ':');
		wanted = wanted != NULL ? wanted + 1 : NULL;
	} else if (strncmp(word, "times:", 6) == 0) {
		times = strchr(word + 6, ':') != NULL ? atoi(word + 6) : 0;
		wanted = "again";
	} else {
		return true;
	}
	for (; wanted != NULL && times > 0; times--, (*next)++)
		if (*next >= c->count || strcmp(c->answers[*next], wanted) != 0)
			return false;
	return wanted != NULL;
}

static bool may_succeed(const struct caller *c, const char *auth)
{
	char words[ARGUMENTS_MAX], *rest = words;
	size_t next = 0;

	memcpy(words, auth, sizeof words);
	for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
		if (!may_go_on(c, word, &next))
			return false;
	return true;
}

/* The account is let in, or its password has expired, which opens its own screen. */
static bool is_let_in(const char *account)
{
	char words[ARGUMENTS_MAX], *rest = words;

	memcpy(words, account, sizeof words);
	for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
		if (strncmp(word, "account:", 8) == 0)
			return atoi(word + 8) == PAM_SUCCESS || atoi(word + 8) == PAM_NEW_AUTHTOK_REQD;
	return true;
}

static int lowest_free_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	must(fd >= 0);
	(void)close(fd);
	return fd;
}

static void run(struct input in, const char *auth, const char *account)
{
	static struct caller c;
	pthread_t thread;
	int ends[2], result;

	c = (struct caller){.in = in};
	verify_dialogue_init(&c.dialogue);
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	c.fd = ends[0];
	must(pthread_create(&thread, NULL, call, &c) == 0);
	result = verify_serve(&(struct verify_serve){.paths = &bed.paths, .confdir = bed.confdir, .limit_ms = LIMIT_MS}, ends[1]);
	must(pthread_join(thread, NULL) == 0);
	(void)close(ends[0]);
	must(!c.heard_result || result == 0);
	must(result < 0 || c.heard_result || c.broke_off); /* closed over what it did not read, it is lost */
	must(result != -ETIMEDOUT);
	if (c.heard_result && c.code == PAM_SUCCESS)
		must(may_succeed(&c, auth) && is_let_in(account));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int free_descriptor; /* after the first input: libraries keep some open */
	struct input in = {.at = data, .end = data + size};
	char auth[ARGUMENTS_MAX], account[ARGUMENTS_MAX];

	if (bed.folder[0] == '\0')
		bed_make();
	read_arguments(&in, &auth);
	read_arguments(&in, &account);
	if (!are_harmless(auth) || !are_harmless(account))
		return 0;
	write_service(auth, account);
	run(in, auth, account);
	must(free_descriptor == 0 || lowest_free_descriptor() == free_descriptor);
	free_descriptor = lowest_free_descriptor();
	return 0;
}
