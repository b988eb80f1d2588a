/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl mfa enrol by somebody who is not root: mutex-verify makes, checks and keeps everything, this end only speaks with the person. */
#include "mfa.h"

#include <errno.h>
#include <security/_pam_types.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "mfa_show.h"
#include "password_input.h"
#include "text.h"
#include "verify_channel.h"
#include "verify_enrol.h"

#define WAIT_NS INT64_C(60000000000) /* for what the verifier does by itself */

struct self {
	struct verify_channel channel;
	struct password_input input;
	struct person_loaded person;
	enum language language;
	bool told; /* why it ended */
};

static void self_end(struct self *s)
{
	verify_channel_close(&s->channel);
	password_input_wipe(&s->input);
	person_unload(&s->person);
}
#define SELF_ENDED __attribute__((cleanup(self_end)))

/* --- the connection --- */

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), error;

	if (fd < 0 || strlen(path) >= sizeof address.sun_path)
		return fd < 0 ? -errno : -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	error = -errno;
	(void)close(fd);
	return error;
}

/* Nobody but root is told a password. */
static int open_dialogue(struct self *s)
{
	struct verify_message start;
	uid_t uid;
	pid_t pid;
	int fd = connect_to(common_paths()->verify_socket), r;

	if (fd < 0)
		return fd;
	verify_channel_init(&s->channel, fd);
	r = verify_channel_peer(&s->channel, &uid, &pid);
	if (r == 0 && uid != 0)
		r = -EPERM;
	if (r == 0)
		r = verify_start_write(&(struct verify_start){.service = VERIFY_SERVICE_ENROL}, &start);
	return r < 0 ? r : verify_channel_send(&s->channel, &start, clock_monotonic_ns() + WAIT_NS);
}

/* --- the person --- */

static void say(enum language language, enum message_id id)
{
	char line[MESSAGE_BYTES_MAX + 1];
	struct text t;

	TEXT_INTO(&t, line);
	message_add(&t, language, id, NULL, 0);
	fprintf(stderr, "%s\n", line);
}

static int answer(struct self *s, const struct verify_message *question)
{
	struct verify_message m VERIFY_MESSAGE_WIPED = {.kind = VERIFY_ANSWER};
	struct candidate typed CANDIDATE_WIPED = {.len = 0};
	char prompt[MESSAGE_BYTES_MAX + 1];
	struct text t;
	int r;

	TEXT_INTO(&t, prompt);
	if (strcmp(question->text, VERIFY_ENROL_ASK) == 0)
		message_add(&t, s->language, MESSAGE_MFA_ASK_CODE, NULL, 0);
	else
		text_add(&t, question->text);
	r = password_input_next(&s->input, prompt, &typed);
	if (r < 0 || typed.len > VERIFY_TEXT_MAX)
		return r < 0 ? r : -EMSGSIZE;
	m.len = typed.len;
	memcpy(m.text, typed.bytes, typed.len);
	return verify_channel_send(&s->channel, &m, clock_monotonic_ns() + WAIT_NS);
}

static const char *rest_of(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 && text[len] == ' ' ? text + len + 1 : NULL;
}

/* The secret of otpauth://...?secret=BASE32&..., in groups of four. */
static void add_secret(struct text *t, const char *uri)
{
	const char *secret = strstr(uri, "secret=");
	size_t len = secret != NULL ? strcspn(secret + 7, "&") : 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && i % 4 == 0)
			text_add_char(t, ' ');
		text_add_char(t, secret[7 + i]);
	}
}

static int show_secret(const struct self *s, const char *uri)
{
	char secret[2 * LOGIN_SECRET_BYTES_MAX + 64];
	struct text t;
	int r;

	TEXT_INTO(&t, secret);
	add_secret(&t, uri);
	r = mfa_show_secret(s->person.person.name, uri, secret, s->language);
	explicit_bzero(secret, sizeof secret);
	return r;
}

static int show_codes(const struct self *s, const char *line)
{
	char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE] = {{0}};
	int r;

	for (size_t i = 0; i < LOGIN_CODES_MAX; i++, line += strcspn(line, " "), line += *line == ' ')
		memcpy(codes[i], line, strnlen(line, RECOVERY_CODE_SIZE - 1));
	r = mfa_show_codes(codes, true, s->language);
	explicit_bzero(codes, sizeof codes);
	return r;
}

static void say_refusal(struct self *s, const char *why)
{
	s->told = true;
	if (strcmp(why, VERIFY_ENROL_ELSEWHERE) == 0)
		say(s->language, MESSAGE_MFA_SELF_ELSEWHERE);
	else if (strcmp(why, VERIFY_ENROL_FORBIDDEN) == 0)
		say(s->language, MESSAGE_MFA_SELF_FORBIDDEN);
	else if (strcmp(why, VERIFY_ENROL_ALREADY) == 0)
		say(s->language, MESSAGE_MFA_SELF_ALREADY);
	else
		say(s->language, MESSAGE_MFA_SELF_STATE);
}

static int hear(struct self *s, const struct verify_message *m)
{
	const char *rest;

	if ((rest = rest_of(m->text, VERIFY_ENROL_URI)) != NULL)
		return show_secret(s, rest);
	if ((rest = rest_of(m->text, VERIFY_ENROL_CODES)) != NULL)
		return show_codes(s, rest);
	if ((rest = rest_of(m->text, VERIFY_ENROL_REFUSED)) != NULL)
		say_refusal(s, rest);
	else if (strcmp(m->text, VERIFY_ENROL_WRONG) == 0)
		say(s->language, MESSAGE_MFA_WRONG_CODE);
	else if (m->len > 0)
		fprintf(stderr, "%s\n", m->text);
	return 0;
}

static int result(struct self *s, const struct verify_message *m)
{
	int code, r = verify_result_read(m, &code);

	if (r == 0 && code == PAM_SUCCESS)
		return common_finish(COMMAND_FINE);
	if (!s->told)
		say(s->language, MESSAGE_MFA_SELF_NOT_PROVEN);
	return COMMAND_VIOLATED;
}

static int converse(struct self *s)
{
	struct verify_message m VERIFY_MESSAGE_WIPED;
	int r = open_dialogue(s);

	if (r < 0)
		return command_error("mutex-verify cannot be reached: %s; have an administrator run \"sudo mutexctl mfa enrol\" with your name", strerror(-r));
	while (r == 0) {
		r = verify_channel_receive(&s->channel, &m, clock_monotonic_ns() + WAIT_NS);
		if (r == 0 && m.kind == VERIFY_RESULT)
			return result(s, &m);
		if (r == 0)
			r = m.kind == VERIFY_PROMPT ? answer(s, &m) : hear(s, &m);
	}
	return r > 0 ? r : command_error("mutex-verify did not serve this to its end: %s; nothing was stored unless codes were shown; "
					     "try again, or have an administrator run \"sudo mutexctl mfa enrol\" with your name",
					     strerror(-r));
}

int mfa_enrol_self(int argc, char **argv)
{
	struct self s SELF_ENDED = {.channel = {.fd = -1}};
	struct policy_loaded policy;
	struct settings settings;

	if (person_load_uid(getuid(), &s.person) < 0)
		return command_error("the system does not know who you are");
	if (argc > 2 || (argc == 2 && strcmp(argv[1], s.person.person.name) != 0))
		return command_error("only root enrols others, replaces, or chooses digits and algorithm: run \"sudo mutexctl mfa enrol\"");
	if (policy_load(common_paths(), &policy) < 0)
		return command_error("too little memory");
	policy_resolve(&policy.policy, &s.person.person, &settings);
	s.language = common_language(&settings);
	policy_unload(&policy);
	return converse(&s);
}
