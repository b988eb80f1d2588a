/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as sudoers: every finding names a line that is there, and all of its texts end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "sudoers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sudoers_finding findings[16];
	struct sudoers_aliases aliases = {0};
	char *bytes = malloc(size + (size == 0)), name[64];
	size_t count, lines = 1;
	bool folder;

	must(bytes != NULL);
	memcpy(bytes, data, size);
	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	sudoers_find_aliases(bytes, size, &aliases);
	must(aliases.count <= SUDOERS_ALIASES_MAX);
	count = sudoers_read(bytes, size, &aliases, findings, 16);
	for (size_t i = 0; i < count && i < 16; i++) {
		must(findings[i].line >= 1 && findings[i].line <= lines && findings[i].kind < SUDOERS_KIND_MAX);
		must(strnlen(findings[i].who, SUDOERS_WHO_MAX) < SUDOERS_WHO_MAX && strnlen(findings[i].what, SUDOERS_WHO_MAX) < SUDOERS_WHO_MAX);
	}
	must(!sudoers_include(bytes, bytes + size, &folder, name, sizeof name) || strnlen(name, sizeof name) < sizeof name);
	free(bytes);
	return 0;
}
