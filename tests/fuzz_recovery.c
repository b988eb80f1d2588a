/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a recovery code: one of the set's only when its plain characters say so, and then once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recovery.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The sixteen characters by other means: a table of what stands for what. */
static bool is_first_code(const uint8_t *data, size_t size)
{
	size_t zeros = 0;

	for (size_t i = 0; i < size; i++) {
		if (data[i] == ' ' || data[i] == '-')
			continue;
		if (data[i] == 0 || strchr("0oO", data[i]) == NULL)
			return false;
		zeros++;
	}
	return zeros == 16;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t random[RECOVERY_RANDOM_BYTES] = {[26] = 1};
	static char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE];
	static struct login_recovery made;
	struct login_recovery recovery;
	int index;

	if (made.count == 0) {
		recovery_make(random, 1, &made, codes);
		made.count = 2; /* the others are of zeros too */
	}
	recovery = made;
	index = recovery_check(&recovery, (const char *)data, size);
	if ((index == 0) != is_first_code(data, size) || (index < 0 && index != -EINVAL && index != -ENOENT))
		abort();
	if (index < 0)
		return 0;
	recovery_use(&recovery, index);
	if (recovery_check(&recovery, (const char *)data, size) != -ENOENT)
		abort();
	return 0;
}
