/* SPDX-License-Identifier: BSD-2-Clause */
/* The caller's end of the dialogue with the verifier: carries questions to the person and answers back, and believes nobody but root.
 *
 *   i3lock (alice) - libpam - pam_mutex.so begin - this file --/run/mutex-verify.socket--> mutex-verify@ (root) - libpam - all modules */
#include "verify_client_gather.h"

#include <errno.h>
#include <poll.h>
#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "clock.h"
#include "conversation.h"
#include "person_load.h"
#include "verify_channel.h"

#define NS_PER_MS INT64_C(1000000)
#define RETRY_MS 100

struct client {
	pam_handle_t *pamh;
	const struct paths *paths;
	const struct verify_start *start;
	struct verify_channel channel;
	struct verify_message message; /* the last one that came */
	struct verify_message question, answer; /* the first of the dialogue */
	struct secret password;        /* the first hidden answer */
	bool has_password, asked_again;
};

static void client_end(struct client *c)
{
	verify_channel_close(&c->channel);
	verify_message_wipe(&c->message);
	verify_message_wipe(&c->question);
	verify_message_wipe(&c->answer);
	secret_wipe(&c->password);
}
#define CLIENT_ENDED __attribute__((cleanup(client_end)))

/* The verifier proves the uid that it sees; that must be the person whom the application means. */
static int check_person(pam_handle_t *pamh)
{
	const char *name = NULL;
	struct person_loaded person PERSON_UNLOADED = {0};
	int code = pam_get_user(pamh, &name, NULL);

	if (code != PAM_SUCCESS)
		return code == PAM_CONV_AGAIN ? PAM_INCOMPLETE : code;
	if (name != NULL && person_load(name, &person) == 0 && person.person.uid == geteuid())
		return PAM_SUCCESS;
	pam_syslog(pamh, LOG_WARNING, "the verifier proves only the user who runs the program, uid %u, not another one", (unsigned)geteuid());
	return PAM_PERM_DENIED;
}

/* --- the connection --- */

static int64_t deadline_in(int64_t ms)
{
	return clock_monotonic_ns() + ms * NS_PER_MS;
}

static int connect_to(const char *path, int64_t deadline_ns)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int64_t left_ms = (deadline_ns - clock_monotonic_ns()) / NS_PER_MS;
	/* A full queue makes connect() wait, for so long at most. */
	struct timeval limit = {.tv_sec = left_ms / 1000, .tv_usec = left_ms % 1000 * 1000};
	int fd, error;

	if (strlen(path) >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	if (left_ms <= 0)
		return -ETIMEDOUT;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
	    connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	error = errno;
	(void)close(fd);
	return error == EAGAIN ? -ETIMEDOUT : -error;
}

static int check_verifier_is_roots(const struct client *c)
{
	uid_t uid;
	pid_t pid;
	int r = verify_channel_peer(&c->channel, &uid, &pid);

	if (r == 0 && uid != 0 && uid != c->paths->owner)
		r = -EPERM;
	return r;
}

/* Connects and says START; the first message of the verifier is then in c->message. */
static int open_once(struct client *c, int64_t deadline_ns)
{
	int fd = connect_to(c->paths->verify_socket, deadline_ns), r;

	if (fd < 0)
		return fd;
	verify_channel_close(&c->channel);
	verify_channel_init(&c->channel, fd);
	r = check_verifier_is_roots(c);
	if (r == 0)
		r = verify_start_write(c->start, &c->message);
	if (r == 0)
		r = verify_channel_send(&c->channel, &c->message, deadline_ns);
	return r < 0 ? r : verify_channel_receive(&c->channel, &c->message, deadline_ns);
}

/* systemd hangs up at once when too many are served; that passes. */
static int open_dialogue(struct client *c)
{
	int64_t deadline_ns = deadline_in(VERIFY_CLIENT_HELLO_MS);
	int r;

	for (;;) {
		r = open_once(c, deadline_ns);
		if (r != -ECONNRESET || clock_monotonic_ns() + RETRY_MS * NS_PER_MS >= deadline_ns)
			return r;
		(void)poll(NULL, 0, RETRY_MS);
	}
}

static int next_message(struct client *c)
{
	return verify_channel_receive(&c->channel, &c->message, deadline_in(VERIFY_CLIENT_WORK_MS));
}

/* --- the person --- */

static void drop_response(char **response)
{
	if (*response != NULL)
		explicit_bzero(*response, strlen(*response));
	free(*response);
}

/* Asks what c->message asks. */
static int ask(struct client *c, struct verify_message *ret_answer)
{
	char *response __attribute__((cleanup(drop_response))) = NULL;
	int style = c->message.style == VERIFY_SHOWN ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF;
	int code = pam_prompt(c->pamh, style, &response, "%s", c->message.text);
	size_t len;

	if (code != PAM_SUCCESS)
		return code == PAM_CONV_AGAIN ? PAM_INCOMPLETE : code == PAM_IGNORE ? PAM_CONV_ERR : code;
	if (response == NULL)
		return PAM_CONV_ERR;
	len = strlen(response);
	if (len > VERIFY_TEXT_MAX) /* no password is so long: libcrypt and libpam take 511 bytes */
		return PAM_AUTH_ERR;
	*ret_answer = (struct verify_message){.kind = VERIFY_ANSWER, .len = len};
	memcpy(ret_answer->text, response, len + 1);
	return PAM_SUCCESS;
}

static bool is_first_question(const struct client *c)
{
	return c->channel.dialogue.questions == 1;
}

/* The verifier does not wait for ever, a person at a locked screen does: the answer in hand goes to a new verifier, if it asks the same. What
 * it tells before that was told already. */
static int answer_to_new_verifier(struct client *c)
{
	int r;

	c->asked_again = true;
	for (r = open_dialogue(c); r == 0 && c->message.kind == VERIFY_TELL; r = next_message(c))
		;
	if (r < 0)
		return r;
	if (c->message.kind != VERIFY_PROMPT || c->message.style != c->question.style || strcmp(c->message.text, c->question.text) != 0)
		return -EPROTO;
	return verify_channel_send(&c->channel, &c->answer, deadline_in(VERIFY_CLIENT_HELLO_MS));
}

static int send_first_answer(struct client *c)
{
	int r = verify_channel_send(&c->channel, &c->answer, deadline_in(VERIFY_CLIENT_HELLO_MS));

	/* Not sent at all, so not counted either. */
	return r == -ECONNRESET && !c->asked_again ? answer_to_new_verifier(c) : r;
}

/* --- the dialogue --- */

static int log_broken(const struct client *c, int error)
{
	pam_syslog(c->pamh, LOG_CRIT, "the verifier (%s) did not answer as it should, so nobody is let in: %s", c->paths->verify_socket,
		   strerrordesc_np(-error));
	return PAM_AUTHINFO_UNAVAIL;
}

static int answer_prompt(struct client *c)
{
	struct verify_message answer VERIFY_MESSAGE_WIPED = {0};
	bool first = is_first_question(c), hidden = c->message.style == VERIFY_HIDDEN;
	int code = ask(c, &answer), r;

	if (code != PAM_SUCCESS)
		return code;
	if (hidden && !c->has_password && secret_set(&c->password, answer.text, answer.len) < 0)
		return PAM_BUF_ERR;
	c->has_password = c->has_password || hidden;
	if (first) {
		c->question = c->message;
		c->answer = answer;
		r = send_first_answer(c);
	} else {
		r = verify_channel_send(&c->channel, &answer, deadline_in(VERIFY_CLIENT_HELLO_MS));
	}
	return r < 0 ? log_broken(c, r) : PAM_SUCCESS;
}

static int take_result(const struct client *c, struct secret *ret_password)
{
	int code, r = verify_result_read(&c->message, &code);

	if (r < 0)
		return log_broken(c, r);
	if (code == PAM_SUCCESS)
		return secret_set(ret_password, c->password.bytes, c->password.len) < 0 ? PAM_BUF_ERR : PAM_SUCCESS;
	/* No verifier says these; here they would mean "this line does not count" or "call again". */
	return code == PAM_IGNORE || code == PAM_INCOMPLETE || code == PAM_CONV_AGAIN ? PAM_AUTH_ERR : code;
}

static void tell(const struct client *c)
{
	if (c->message.len > 0)
		conversation_tell(c->pamh, c->message.style == VERIFY_ERROR ? PAM_ERROR_MSG : PAM_TEXT_INFO, c->message.text);
}

int verify_client_run(pam_handle_t *pamh, const struct paths *paths, const struct verify_start *start, struct secret *ret_password)
{
	struct client c CLIENT_ENDED = {.pamh = pamh, .paths = paths, .start = start, .channel = {.fd = -1}};
	int code = check_person(pamh), r;

	if (code != PAM_SUCCESS)
		return code;
	for (r = open_dialogue(&c); r == 0 && c.message.kind != VERIFY_RESULT; r = next_message(&c)) {
		if (c.message.kind == VERIFY_TELL)
			tell(&c);
		else
			code = answer_prompt(&c);
		if (code != PAM_SUCCESS)
			return code;
	}
	return r < 0 ? log_broken(&c, r) : take_result(&c, ret_password);
}
