/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as SSH_AUTH_INFO_0: a hardware key is a key, and nothing is said that no line says. */
#include <stdlib.h>
#include <string.h>

#include "ssh_auth_info.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct ssh_auth_info info;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	info = ssh_auth_info_parse(text);
	if (!info.present || (info.hardware_key && !info.publickey) || (info.publickey && strstr(text, "publickey ") == NULL))
		abort();
	free(text);
	return 0;
}
