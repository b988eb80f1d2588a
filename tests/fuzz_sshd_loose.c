/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as lines of sshd_config at any depth. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "sshd_loose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + (size == 0)); /* of exactly that size, so that a step too far is seen */
	struct sshd_loose s = {0};
	char *end = bytes + size;

	must(bytes != NULL);
	memcpy(bytes, data, size);
	for (char *line = bytes, *stop; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop != NULL ? stop : end;
		sshd_loose_enter(&s, (unsigned char)*line);
		(void)sshd_loose_line(&s, line, stop);
		must(s.depth <= SSHD_DEPTH_MAX);
	}
	free(bytes);
	return 0;
}
