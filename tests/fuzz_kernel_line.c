/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a kernel's command line: each word that is found lies in it, one behind the other. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_line.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + (size == 0)); /* of exactly that size, so that a step too far is seen */
	const char *at = bytes, *end = bytes + size, *before = bytes, *word;
	size_t len;

	must(bytes != NULL);
	memcpy(bytes, data, size);
	while ((word = kernel_line_next(&at, end, &len)) != NULL) {
		must(word >= before && len > 0 && word + len <= end && at == word + len);
		before = at;
	}
	free(bytes);
	return 0;
}
