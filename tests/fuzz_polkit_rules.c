/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as rules of polkit: a rule that is found stands on a line of the file, and names an action or none. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "polkit_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + (size == 0)); /* of exactly that size, so that a step too far is seen */
	struct polkit_rule rule;
	size_t lines = 1;

	must(bytes != NULL);
	memcpy(bytes, data, size);
	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	if (polkit_rules_grant(bytes, size, &rule)) {
		must(polkit_rules_any(bytes, size));
		must(rule.line >= 1 && rule.line <= lines);
		must(rule.action[0] == '\0' || strncmp(rule.action, "org.", 4) == 0);
	}
	free(bytes);
	return 0;
}
