/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as dpkg's list of checksums: each line lies in it, and they come one behind the other. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "md5sums.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + (size == 0));
	const char *at = bytes, *end = bytes + size, *before = bytes;
	struct md5_line line;

	if (bytes == NULL)
		abort();
	memcpy(bytes, data, size);
	while (md5sums_next(&at, end, &line)) {
		if (line.digest < before || line.path_len == 0 || line.path + line.path_len > at || at > end)
			abort();
		before = at;
	}
	free(bytes);
	return 0;
}
