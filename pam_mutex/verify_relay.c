/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions of the modules to the caller, answers back; each answer lives in one buffer that is wiped and in what libpam wipes. */
#include "verify_relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static void drop_responses(struct pam_response *responses, int count)
{
	for (int i = 0; i < count; i++) {
		if (responses[i].resp != NULL)
			explicit_bzero(responses[i].resp, strlen(responses[i].resp));
		free(responses[i].resp);
	}
	free(responses);
}

/* A caller that has spoken out of its turn, or is gone, is noticed before anything is said. */
static int say(struct verify_relay *relay, const struct verify_message *message)
{
	int r = verify_channel_check_quiet(relay->channel);

	return r < 0 ? r : verify_channel_send(relay->channel, message, relay->deadline_ns);
}

static void fill(struct verify_message *m, const char *text, size_t len)
{
	m->len = utf8_cut(text, len, VERIFY_TEXT_MAX);
	memcpy(m->text, text, m->len);
	m->text[m->len] = '\0';
}

int verify_relay_tell(struct verify_relay *relay, enum verify_style style, const char *text)
{
	struct verify_message m = {.kind = VERIFY_TELL, .style = style};
	size_t len = strlen(text);

	while (len > 0 && relay->error == 0) {
		fill(&m, text, len);
		if (m.len == 0) /* no UTF-8 */
			return -EILSEQ;
		relay->error = say(relay, &m);
		text += m.len;
		len -= m.len;
	}
	return relay->error;
}

int verify_relay_ask(struct verify_relay *relay, enum verify_style style, const char *text, char **ret_answer)
{
	struct verify_message m VERIFY_MESSAGE_WIPED = {.kind = VERIFY_PROMPT, .style = style};

	fill(&m, text, strlen(text));
	relay->error = say(relay, &m);
	if (relay->error == 0)
		relay->error = verify_channel_receive(relay->channel, &m, relay->deadline_ns);
	if (relay->error < 0)
		return relay->error;
	*ret_answer = strdup(m.text);
	return *ret_answer != NULL ? 0 : -ENOMEM;
}

static int converse_one(struct verify_relay *relay, const struct pam_message *message, char **ret_answer)
{
	const char *text = message->msg != NULL ? message->msg : "";

	switch (message->msg_style) {
	case PAM_PROMPT_ECHO_OFF:
		return verify_relay_ask(relay, VERIFY_HIDDEN, text, ret_answer);
	case PAM_PROMPT_ECHO_ON:
		return verify_relay_ask(relay, VERIFY_SHOWN, text, ret_answer);
	case PAM_TEXT_INFO:
		return verify_relay_tell(relay, VERIFY_INFO, text);
	case PAM_ERROR_MSG:
		return verify_relay_tell(relay, VERIFY_ERROR, text);
	}
	return -EINVAL;
}

int verify_relay_converse(int count, const struct pam_message **messages, struct pam_response **ret_responses, void *data)
{
	struct verify_relay *relay = data;
	struct pam_response *responses;

	if (relay->error < 0 || count <= 0 || count > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	responses = calloc((size_t)count, sizeof *responses);
	if (responses == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		if (converse_one(relay, messages[i], &responses[i].resp) < 0) {
			drop_responses(responses, count);
			return PAM_CONV_ERR;
		}
	}
	*ret_responses = responses;
	return PAM_SUCCESS;
}
