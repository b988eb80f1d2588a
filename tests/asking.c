/* SPDX-License-Identifier: BSD-2-Clause */
/* A PAM module that asks and tells what its arguments say, in turn, for tests of what relays conversations:
 *   hidden:TEXT:ANSWER  shown:TEXT:ANSWER  info:TEXT  error:TEXT  long:BYTES (one text of so many bytes)  times:N:TEXT (so many hidden questions)
 *   env:NAME=VALUE (must be so)  item:TTY (PAM_TTY must be so)  user:NAME (becomes PAM_USER)  return:CODE  account:CODE  die
 * Authentication succeeds when every answer is the wanted one and no argument returns. */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int ask(pam_handle_t *pamh, int style, const char *text, size_t text_len, const char *wanted)
{
	char *answer = NULL;
	int code = pam_prompt(pamh, style, &answer, "%.*s", (int)text_len, text);

	if (code == PAM_SUCCESS && (answer == NULL || strcmp(answer, wanted) != 0))
		code = PAM_AUTH_ERR;
	free(answer);
	return code;
}

static int ask_split(pam_handle_t *pamh, int style, const char *rest)
{
	const char *colon = strchr(rest, ':');

	return colon == NULL ? PAM_SERVICE_ERR : ask(pamh, style, rest, (size_t)(colon - rest), colon + 1);
}

static int ask_times(pam_handle_t *pamh, const char *rest)
{
	const char *colon = strchr(rest, ':');
	int code = PAM_SUCCESS;

	for (int i = atoi(rest); i > 0 && colon != NULL && code == PAM_SUCCESS; i--)
		code = ask(pamh, PAM_PROMPT_ECHO_OFF, colon + 1, strlen(colon + 1), "again");
	return code;
}

static int tell_long(pam_handle_t *pamh, const char *rest)
{
	int bytes = atoi(rest);
	char *text = malloc((size_t)bytes + 1);
	int code;

	if (text == NULL)
		return PAM_BUF_ERR;
	memset(text, 'x', (size_t)bytes);
	text[bytes] = '\0';
	code = pam_prompt(pamh, PAM_TEXT_INFO, NULL, "%s", text);
	free(text);
	return code;
}

static int check_environment(pam_handle_t *pamh, const char *rest)
{
	const char *equals = strchr(rest, '=');
	char name[64];
	const char *value;

	(void)snprintf(name, sizeof name, "%.*s", (int)(equals - rest), rest);
	value = pam_getenv(pamh, name);
	return value != NULL && strcmp(value, equals + 1) == 0 ? PAM_SUCCESS : PAM_PERM_DENIED;
}

static const char *rest_of(const char *argument, const char *word)
{
	size_t len = strlen(word);

	return strncmp(argument, word, len) == 0 ? argument + len : NULL;
}

static int act(pam_handle_t *pamh, const char *argument)
{
	const char *rest;

	if ((rest = rest_of(argument, "hidden:")) != NULL)
		return ask_split(pamh, PAM_PROMPT_ECHO_OFF, rest);
	if ((rest = rest_of(argument, "shown:")) != NULL)
		return ask_split(pamh, PAM_PROMPT_ECHO_ON, rest);
	if ((rest = rest_of(argument, "info:")) != NULL)
		return pam_prompt(pamh, PAM_TEXT_INFO, NULL, "%s", rest);
	if ((rest = rest_of(argument, "error:")) != NULL)
		return pam_prompt(pamh, PAM_ERROR_MSG, NULL, "%s", rest);
	if ((rest = rest_of(argument, "long:")) != NULL)
		return tell_long(pamh, rest);
	if ((rest = rest_of(argument, "times:")) != NULL)
		return ask_times(pamh, rest);
	if ((rest = rest_of(argument, "env:")) != NULL)
		return check_environment(pamh, rest);
	if ((rest = rest_of(argument, "return:")) != NULL)
		return atoi(rest);
	if ((rest = rest_of(argument, "user:")) != NULL)
		return pam_set_item(pamh, PAM_USER, rest);
	if (strcmp(argument, "die") == 0)
		_exit(1);
	return PAM_SUCCESS;
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	int code = PAM_SUCCESS;

	(void)flags;
	for (int i = 0; i < argc && code == PAM_SUCCESS; i++)
		code = act(pamh, argv[i]);
	return code;
}

int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return PAM_SUCCESS;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *rest;

	(void)pamh, (void)flags;
	for (int i = 0; i < argc; i++)
		if ((rest = rest_of(argv[i], "account:")) != NULL)
			return atoi(rest);
	return PAM_SUCCESS;
}
