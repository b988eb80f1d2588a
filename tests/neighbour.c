/* SPDX-License-Identifier: BSD-2-Clause */
/* The modules around ours in the tests. neighbour.so file=PATH [use_authtok] [auth=WORD]
 * password: asks for the old password in the first pass, as pam_unix does, and writes the new one into the file, so that a test sees exactly which
 *           password a later module was given.
 * auth:     auth=password takes the password in the file (BED_OLD while there is none) of alice, bob or root, and asks for it when nobody has yet;
 *           auth=take takes whatever is given, of anybody; auth=accept says yes without a question, as a fingerprint reader does; auth=kill ends the process, as a crash does.
 *           What it found in PAM_AUTHTOK lands in PATH.seen. */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module_bed.h"

#define FILE_PREFIX "file="
#define AUTH_PREFIX "auth="

static const char *value_of(int argc, const char **argv, const char *prefix)
{
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], prefix, strlen(prefix)) == 0)
			return argv[i] + strlen(prefix);
	return NULL;
}

static int store(const char *path, const char *password)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		return PAM_AUTHTOK_ERR;
	(void)setvbuf(file, NULL, _IONBF, 0); /* leaves no copy behind: the tests look for such */
	(void)fputs(password, file);
	return fclose(file) == 0 ? PAM_SUCCESS : PAM_AUTHTOK_ERR;
}

static bool is_right(const char *path, const char *password)
{
	char stored[512] = BED_OLD;
	FILE *file = fopen(path, "re");

	if (file != NULL) {
		(void)setvbuf(file, NULL, _IONBF, 0);
		stored[fread(stored, 1, sizeof stored - 1, file)] = '\0';
		(void)fclose(file);
	}
	return strcmp(stored, password) == 0;
}

static void note_seen(const char *path, const char *password)
{
	char name[4096];

	(void)snprintf(name, sizeof name, "%s.seen", path);
	(void)store(name, password);
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	static const char *const people[] = {"alice", "bob", "root"};
	const char *path = value_of(argc, argv, FILE_PREFIX), *how = value_of(argc, argv, AUTH_PREFIX), *password = NULL, *user = NULL;
	bool right;
	int code;

	(void)flags;
	if (path == NULL || how == NULL || pam_get_user(pamh, &user, NULL) != PAM_SUCCESS)
		return PAM_SERVICE_ERR;
	if (strcmp(how, "accept") == 0)
		return PAM_SUCCESS;
	if (strcmp(how, "kill") == 0)
		(void)kill(getpid(), SIGKILL);
	code = pam_get_authtok(pamh, PAM_AUTHTOK, &password, "Password: ");
	if (code != PAM_SUCCESS)
		return code;
	if (strcmp(how, "take") == 0)
		return PAM_SUCCESS;
	note_seen(path, password);
	right = is_right(path, password); /* for whomever: tests compare what is done for somebody and for nobody */
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		if (strcmp(user, people[i]) == 0)
			return right ? PAM_SUCCESS : PAM_AUTH_ERR;
	return PAM_USER_UNKNOWN;
}

int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *path = NULL, *password = NULL;
	const void *token = NULL;
	bool use_authtok = false;
	int code;

	for (int i = 0; i < argc; i++) {
		use_authtok = use_authtok || strcmp(argv[i], "use_authtok") == 0;
		if (strncmp(argv[i], FILE_PREFIX, strlen(FILE_PREFIX)) == 0)
			path = argv[i] + strlen(FILE_PREFIX);
	}
	if (path == NULL)
		return PAM_SERVICE_ERR;
	if ((flags & PAM_PRELIM_CHECK) != 0)
		return pam_get_authtok(pamh, PAM_OLDAUTHTOK, &password, "Old password: ");
	if (pam_get_item(pamh, PAM_AUTHTOK, &token) == PAM_SUCCESS && token != NULL)
		return store(path, token);
	if (use_authtok)
		return PAM_AUTHTOK_ERR;
	code = pam_get_authtok(pamh, PAM_AUTHTOK, &password, NULL);
	return code == PAM_SUCCESS ? store(path, password) : code;
}
