/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the file of accepted digests: what is found lies in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "accepted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + (size == 0));
	const char *found[3];

	if (bytes == NULL)
		abort();
	memcpy(bytes, data, size);
	found[0] = accepted_find(bytes, size, ACCEPTED_PASSWORD, "alice");
	found[1] = accepted_find(bytes, size, ACCEPTED_KEYS, "/root/.ssh/authorized_keys");
	found[2] = accepted_find(bytes, size, ACCEPTED_FOREIGN, "alice");
	for (int i = 0; i < 3; i++)
		if (found[i] != NULL && (found[i] < bytes || found[i] + ACCEPTED_DIGEST_SIZE > bytes + size))
			abort();
	free(bytes);
	return 0;
}
