/* SPDX-License-Identifier: BSD-2-Clause */
/* An X server's cookie file: never read beyond its end, and what is found stands in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "xauthority.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char cookie[XAUTHORITY_COOKIE_BYTES];

	if (xauthority_find(data, size, "0", cookie) && memmem(data, size, cookie, sizeof cookie) == NULL)
		abort();
	return 0;
}
