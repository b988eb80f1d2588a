/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads sshd's list of completed methods. */
#include "ssh_auth_info.h"

#include <stddef.h>
#include <string.h>

/* A key that lives in a token, and its certificate: openssh sshkey.c, sshkey_ssh_name(). */
static const char *const HARDWARE_TYPES[] = {
	"sk-ssh-ed25519@openssh.com",
	"sk-ecdsa-sha2-nistp256@openssh.com",
	"sk-ssh-ed25519-cert-v01@openssh.com",
	"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
};

static bool is(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(s, word, len) == 0;
}

/* "publickey TYPE BLOB"; without type and blob nobody can say what key it was. */
static void read_key(const char *s, size_t len, struct ssh_auth_info *info)
{
	size_t type_len = strnlen(s, len);
	const char *blank = memchr(s, ' ', type_len);

	if (blank == NULL || blank == s || blank + 1 == s + len) {
		info->other = true;
		return;
	}
	info->publickey = true;
	for (size_t i = 0; i < sizeof HARDWARE_TYPES / sizeof HARDWARE_TYPES[0]; i++)
		if (is(s, (size_t)(blank - s), HARDWARE_TYPES[i]))
			info->hardware_key = true;
}

static void read_line(const char *line, size_t len, struct ssh_auth_info *info)
{
	static const char KEY[] = "publickey ";

	if (len == 0)
		return;
	if (len > sizeof KEY - 1 && memcmp(line, KEY, sizeof KEY - 1) == 0)
		read_key(line + sizeof KEY - 1, len - (sizeof KEY - 1), info);
	else if (is(line, len, "password"))
		info->password = true;
	else if (is(line, len, "keyboard-interactive") || is(line, len, "keyboard-interactive/pam"))
		info->interactive = true;
	else
		info->other = true;
}

struct ssh_auth_info ssh_auth_info_parse(const char *text)
{
	struct ssh_auth_info info = {0};

	if (text == NULL)
		return info;
	info.present = true;
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		read_line(text, len, &info);
		text += len;
		text += *text == '\n' ? 1 : 0;
	}
	return info;
}
