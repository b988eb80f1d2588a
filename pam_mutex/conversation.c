/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages in pieces that every application can take, and prompts that notice what libpam does not tell. */
#include "conversation.h"

#include <security/pam_ext.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "utf8.h"

static void tell_piece(pam_handle_t *pamh, int style, const char *text, size_t len)
{
	char *response = NULL;

	/* The result is not looked at: a refused message must not refuse a password. One message per call: pam_conv(3). */
	(void)pam_prompt(pamh, style, &response, "%.*s", (int)len, text);
	free(response); /* nobody answers a message, but a wrong application may */
}

/* Where the piece ends: behind the last whole line that fits, else between characters. */
static size_t piece_len(const char *text, size_t len)
{
	const char *newline;

	if (len <= MESSAGE_BYTES_MAX)
		return len;
	newline = memrchr(text, '\n', MESSAGE_BYTES_MAX + 1);
	if (newline != NULL && newline > text)
		return (size_t)(newline - text);
	len = utf8_cut(text, len, MESSAGE_BYTES_MAX);
	return len > 0 ? len : MESSAGE_BYTES_MAX;
}

void conversation_tell(pam_handle_t *pamh, int style, const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		len--;
	while (len > 0) {
		size_t piece = piece_len(text, len);

		tell_piece(pamh, style, text, piece);
		text += piece;
		len -= piece;
		if (len > 0 && *text == '\n') {
			text++;
			len--;
		}
	}
}

static void drop_answer(char **answer)
{
	if (*answer != NULL)
		explicit_bzero(*answer, strlen(*answer));
	free(*answer);
}

int conversation_ask(pam_handle_t *pamh, int style, const char *prompt, struct secret *ret_answer)
{
	char *answer __attribute__((cleanup(drop_answer))) = NULL;
	int code = pam_prompt(pamh, style, &answer, "%s", prompt);

	if (code != PAM_SUCCESS)
		return code == PAM_CONV_AGAIN ? PAM_INCOMPLETE : code == PAM_IGNORE ? PAM_CONV_ERR : code;
	if (answer == NULL)
		return PAM_CONV_ERR;
	return secret_set(ret_answer, answer, strlen(answer)) < 0 ? PAM_AUTH_ERR : PAM_SUCCESS;
}

/* Stands between libpam and the application for the time of one prompt: libpam turns every failure of the conversation into
 * PAM_AUTHTOK_ERR, which hides PAM_CONV_AGAIN, and forgets an answer that came with a failure. */
struct relay {
	pam_handle_t *pamh;
	struct pam_conv application;
	bool again;
};

static void drop_responses(struct pam_response **responses, int count)
{
	if (*responses == NULL)
		return;
	for (int i = 0; i < count; i++) {
		if ((*responses)[i].resp != NULL)
			explicit_bzero((*responses)[i].resp, strlen((*responses)[i].resp));
		free((*responses)[i].resp);
	}
	free(*responses);
	*responses = NULL;
}

static int relay_messages(int count, const struct pam_message **messages, struct pam_response **responses, void *data)
{
	struct relay *relay = data;
	int code = relay->application.conv(count, messages, responses, relay->application.appdata_ptr);

	if (code == PAM_CONV_AGAIN)
		relay->again = true;
	if (code != PAM_SUCCESS)
		drop_responses(responses, count);
	return code;
}

static void relay_begin(struct relay *relay, pam_handle_t *pamh)
{
	struct pam_conv ours = {.conv = relay_messages, .appdata_ptr = relay};
	const void *item = NULL;

	*relay = (struct relay){0};
	if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
		return;
	relay->application = *(const struct pam_conv *)item;
	if (relay->application.conv != NULL && pam_set_item(pamh, PAM_CONV, &ours) == PAM_SUCCESS)
		relay->pamh = pamh;
}

static void relay_end(struct relay *relay)
{
	if (relay->pamh != NULL)
		(void)pam_set_item(relay->pamh, PAM_CONV, &relay->application);
}
#define RELAY_ENDED __attribute__((cleanup(relay_end)))

int conversation_ask_password(pam_handle_t *pamh, const char **ret_password)
{
	struct relay relay RELAY_ENDED;
	int code;

	/* Without an application's conversation libpam still hands out an earlier module's password, and else says why it cannot ask. */
	relay_begin(&relay, pamh);
	code = pam_get_authtok_noverify(pamh, ret_password, NULL);
	if (code == PAM_SUCCESS && *ret_password == NULL)
		return PAM_AUTHTOK_ERR;
	return code != PAM_SUCCESS && relay.again ? PAM_INCOMPLETE : code;
}

int conversation_confirm_password(pam_handle_t *pamh, const char **password)
{
	struct relay relay RELAY_ENDED;
	int code;

	relay_begin(&relay, pamh);
	code = pam_get_authtok_verify(pamh, password, NULL);
	if (code == PAM_SUCCESS && *password == NULL)
		return PAM_AUTHTOK_ERR;
	return code != PAM_SUCCESS && relay.again ? PAM_INCOMPLETE : code;
}
