/* SPDX-License-Identifier: BSD-2-Clause */
/* The module behind ours in the tests: asks for the old password in the first pass, as pam_unix does, and writes the new one into a file,
 * so that a test sees exactly which password a later module was given. neighbour.so file=PATH [use_authtok] */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FILE_PREFIX "file="

static int store(const char *path, const char *password)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		return PAM_AUTHTOK_ERR;
	(void)setvbuf(file, NULL, _IONBF, 0); /* leaves no copy behind: the tests look for such */
	(void)fputs(password, file);
	return fclose(file) == 0 ? PAM_SUCCESS : PAM_AUTHTOK_ERR;
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
